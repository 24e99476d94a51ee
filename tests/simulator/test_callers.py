"""The simulator is this machine's: no web site makes it send, and none reads what it caught."""

import json
import socket

import pytest
import requests

from simulator.settings import SettingsRefused, settings_from
from tests.simulator.world import World

FOREIGN_HOSTS = [
    "evil.example",
    "evil.example:{port}",
    "localhost.evil.example",
    "127.0.0.1.nip.io",
]
READABLE = ["/control/mails", "/control/messages?phone=%2B12025550123", "/ledger", "/", "/events"]
SIMPLE = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]


def port_of(world):
    return world.base_url.rpartition(":")[2]


def get(world, path, host):
    return requests.get(world.base_url + path, headers={"Host": host}, timeout=5, stream=True)


def stop(world, phone, method="post", path="/control/inbound", **headers):
    """Send a text from a phone as a page of a browser would."""
    wish = json.dumps({"from": phone, "body": "STOP"})
    kind = {"Content-Type": "application/json", **headers}
    return requests.request(method, world.base_url + path, data=wish, headers=kind, timeout=5)


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
@pytest.mark.parametrize("path", READABLE)
def test_under_a_foreign_name_nothing_is_told(world, path, host):
    with get(world, path, host.format(port=port_of(world))) as answer:
        assert answer.status_code == 403
        assert "SANDBOX_HOSTS" in answer.text


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "LOCALHOST:1", "[::1]:8025", "192.168.1.7", "own"]
)
def test_by_this_machines_names_and_addresses_it_answers(world, host):
    name = socket.gethostname() if host == "own" else host

    with get(world, "/control/mails", name) as answer:
        assert answer.status_code == 200


def test_a_page_that_points_its_own_name_here_cannot_send(world, phone):
    answer = stop(world, phone, Host="evil.example", Origin="http://evil.example")

    assert answer.status_code == 403
    assert world.get("/control/messages", phone=phone).json() == []


@pytest.mark.parametrize("kind", SIMPLE)
def test_what_a_form_could_send_is_no_order(world, phone, kind):
    answer = stop(world, phone, **{"Content-Type": kind})

    assert answer.status_code == 415
    assert "application/json" in answer.json()["error"]
    assert world.get("/control/messages", phone=phone).json() == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("post", "/control/inbound"), ("put", "/control/faults"), ("post", "/control/faults")],
)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    ],
    ids=str,
)
def test_another_site_gives_no_orders(world, phone, method, path, headers):
    assert stop(world, phone, method, path, **headers).status_code == 403


def test_a_program_on_this_machine_gives_orders_in_json(world, phone):
    answer = stop(world, phone, **{"Content-Type": "application/json; charset=utf-8"})

    assert answer.status_code == 200
    assert len(world.get("/control/messages", phone=phone).json()) == 1


def test_the_carriers_api_asks_for_the_token_and_not_for_a_name(world, phone):
    url = world.messages_url()
    headers = {"Host": "carrier.internal:8025"}

    with_token = requests.get(url, headers=headers, auth=world.twilio.auth, timeout=5)
    without = requests.get(url, headers=headers, timeout=5)

    assert (with_token.status_code, without.status_code) == (200, 401)


def test_further_names_are_a_setting(tmp_path):
    world = World(tmp_path, hosts=frozenset({"phone.local"}))
    try:
        assert get(world, "/control/mails", "phone.local:8025").status_code == 200
        assert get(world, "/control/mails", "other.local").status_code == 403
    finally:
        world.close()


def environment_with(hosts):
    return {
        "DATA_DIR": "/nowhere",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKENS": "a-token",
        "TWILIO_FROM": "+15005550006",
        "SANDBOX_INBOUND_URL": "http://127.0.0.1:8000/hooks/twilio/inbound",
        "SANDBOX_HOSTS": hosts,
    }


def test_the_names_are_read_from_the_environment():
    settings = settings_from(environment_with("Phone.local, other"))

    assert settings.hosts == {"phone.local", "other"}
    with pytest.raises(SettingsRefused, match="SANDBOX_HOSTS"):
        settings_from(environment_with("http://phone.local"))
