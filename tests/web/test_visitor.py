"""Who calls: what a client writes into a header never counts, what a declared proxy does."""

import logging
from contextlib import suppress
from ipaddress import ip_network

import pytest
import redis

from booking.web.app import create_app
from booking.web.limits import HOLD_LIMIT, MOST_A_TRY_COUNTS, READ_LIMIT, SIGN_IN_LIMIT, limiter
from booking.web.visitor import IN_A_ROW, Proxies, caller, key_of, parsed
from tests.web.site import settings_for

HTTPS = "https://clinic.example.org"
NGINX = {"REMOTE_ADDR": "127.0.0.1"}


def proxies(*networks, count=1):
    return Proxies(tuple(ip_network(network) for network in networks), count)


NONE = proxies()
ONE = proxies("127.0.0.0/8", "::1/128")
TWO = proxies("127.0.0.0/8", "192.0.2.0/24", count=2)


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "declared", "who"),
    [
        # Nobody is trusted: only the connection's other end counts.
        ("203.0.113.7", "", NONE, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", NONE, "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1", NONE, "127.0.0.1"),
        # One proxy: what it wrote last, whatever the client wrote before it.
        ("127.0.0.1", "203.0.113.7", ONE, "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.7", ONE, "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1,127.0.0.1,203.0.113.7", ONE, "203.0.113.7"),
        ("::1", "2001:db8::7", ONE, "2001:db8::7"),
        ("::ffff:127.0.0.1", "203.0.113.7", ONE, "203.0.113.7"),
        # Past the proxy: the header is the client's own.
        ("203.0.113.9", "198.51.100.1", ONE, "203.0.113.9"),
        # The proxy's own machine calls, and lies no further than the count goes.
        ("127.0.0.1", "198.51.100.1, 127.0.0.1", ONE, "127.0.0.1"),
        # Two proxies one behind the other.
        ("127.0.0.1", "203.0.113.7, 192.0.2.5", TWO, "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.7, 192.0.2.5", TWO, "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.7", TWO, "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1, 192.0.2.6, 192.0.2.5", TWO, "192.0.2.6"),
        # What is no address ends the walk.
        ("127.0.0.1", "", ONE, "127.0.0.1"),
        ("127.0.0.1", "unknown", ONE, "127.0.0.1"),
        ("127.0.0.1", "203.0.113.7, unix:", TWO, "127.0.0.1"),
        ("127.0.0.1", "203.0.113.7,", ONE, "127.0.0.1"),
        ("127.0.0.1", ",,,,\x00\ud800", ONE, "127.0.0.1"),
        ("127.0.0.1", "203.0.113.7:51234", ONE, "203.0.113.7"),
        ("127.0.0.1", '"[2001:db8::7]:443"', ONE, "2001:db8::7"),
        ("127.0.0.1", "010.0.0.1", ONE, "127.0.0.1"),
        ("", "203.0.113.7", ONE, None),
    ],
)
def test_the_caller_is_whom_the_last_declared_proxy_saw(peer, forwarded_for, declared, who):
    found = caller(peer, forwarded_for, declared)

    assert (str(found) if found else None) == who


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("[fe80::1%25eth0]", "fe80::/64"),
        ("unix:", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_visitor_is_one_ipv4_address_or_one_ipv6_network(address, key):
    assert key_of(parsed(address)) == key


@pytest.fixture
def site(settings):
    """A function that makes a client of a site with these settings, and no limit used up."""
    return lambda **changes: visited(create_app(settings_for(settings.data_dir, **changes)))


def visited(app):
    app.config["WTF_CSRF_METHODS"] = ()  # it is the limits that are asked here
    # The limiter is one for all sites of a process: that a Redis of an earlier one was away would
    # have it try again in the middle, and count on in another memory.
    limiter._storage_dead = False
    with suppress(redis.ConnectionError):
        limiter.reset()
    return app.test_client()


def hold_limit_reached(client, addresses):
    """Ask for a slot once from each address, given as peer and X-Forwarded-For; say who got 429."""
    refused = []
    for peer, forwarded_for in addresses:
        answer = client.post(
            "/holds",
            headers={"X-Forwarded-For": forwarded_for} if forwarded_for else {},
            environ_overrides={"REMOTE_ADDR": peer},
        )
        if answer.status_code == 429:
            refused.append((peer, forwarded_for))
    return refused


MOST_HOLDS = int(HOLD_LIMIT.split()[0])


def test_a_clients_own_header_makes_no_new_visitor_of_it(site):
    client = site()
    tries = [("203.0.113.7", f"198.51.100.{n}") for n in range(MOST_HOLDS + 1)]

    assert hold_limit_reached(client, tries) == [tries[-1]]


def test_nor_does_it_behind_a_declared_proxy(site):
    client = site(trusted_proxies="127.0.0.1/32")
    tries = [("127.0.0.1", f"198.51.100.{n}, 203.0.113.7") for n in range(MOST_HOLDS + 1)]

    assert hold_limit_reached(client, tries) == [tries[-1]]


def test_visitors_behind_a_declared_proxy_are_counted_one_by_one(site):
    client = site(trusted_proxies="127.0.0.1/32")
    tries = [("127.0.0.1", f"198.51.100.{n}") for n in range(MOST_HOLDS + 20)]

    assert hold_limit_reached(client, tries) == []


def test_addresses_of_one_ipv6_network_are_one_visitor(site):
    client = site()
    tries = [(f"2001:db8:1:2::{n:x}", "") for n in range(MOST_HOLDS + 1)]

    assert hold_limit_reached(client, tries) == [tries[-1]]
    assert hold_limit_reached(client, [("2001:db8:1:3::1", "")]) == []


def test_processes_that_count_alone_let_no_more_through_than_one_limit(site):
    processes = 4
    client = site(web_processes=processes)
    tries = [("203.0.113.7", "")] * MOST_HOLDS

    assert len(tries) - len(hold_limit_reached(client, tries)) == MOST_HOLDS // processes


def test_nor_do_they_while_redis_is_away(site):
    client = site(web_processes=4, redis_url="redis://127.0.0.1:1/0")
    tries = [("203.0.113.8", "")] * MOST_HOLDS

    # The first try is the one that finds Redis away.
    assert len(tries) - len(hold_limit_reached(client, tries)) in {15, 16}


def test_with_very_many_processes_one_try_is_still_let_through(site):
    client = site(web_processes=200)

    assert int(SIGN_IN_LIMIT.split()[0]) >= MOST_A_TRY_COUNTS
    assert hold_limit_reached(client, [("203.0.113.7", "")]) == []


def test_a_limit_that_is_reached_leaves_no_address_in_the_log(site, capsys):
    client = site()
    logged = []
    handler = logging.Handler()
    handler.emit = lambda record: logged.append(record.getMessage())
    logging.getLogger("flask-limiter").addHandler(handler)
    try:
        assert hold_limit_reached(client, [("203.0.113.31", "")] * (MOST_HOLDS + 1))
    finally:
        logging.getLogger("flask-limiter").removeHandler(handler)

    assert "203.0.113.31" not in "".join(logged) + "".join(capsys.readouterr())


TOKEN = "a-token-for-the-monitor-0123456789abcdef"
"""Behind a proxy that hides its visitors nobody counts as this machine: a monitor shows itself."""


def watched(settings, **changes):
    """A site that tells its monitor what is wrong."""
    return create_app(settings_for(settings.data_dir, metrics_token=TOKEN, **changes))


def health(client):
    monitor = {"Authorization": f"Bearer {TOKEN}"}
    answer = client.get("/healthz", environ_overrides=NGINX, headers=monitor)
    return answer.status_code, answer.text.split()


@pytest.mark.parametrize(
    ("declared", "named"), [("", True), ("127.0.0.1/32", False), ("10.0.0.0/8,::1", False)]
)
def test_https_without_a_declared_proxy_is_told_by_healthz(browser, settings, declared, named):
    changed = {"public_base_url": HTTPS, "trusted_proxies": declared}
    made = watched(settings, **changed)

    status, words = health(made.test_client())

    assert ("proxy_undeclared" in words) is named
    if named:
        assert status == 503


def test_and_by_the_log_when_the_site_starts(settings, capsys):
    create_app(settings_for(settings.data_dir, public_base_url=HTTPS))

    assert "proxy_undeclared" in capsys.readouterr().out


PROXY = {"trusted_proxies": "127.0.0.1/32", "public_base_url": HTTPS}


@pytest.mark.parametrize(
    ("changes", "peer", "headers", "word"),
    [
        (PROXY, "127.0.0.1", {}, "proxy_without_address"),
        (PROXY, "10.0.0.8", {"X-Forwarded-For": "203.0.113.7"}, "proxy_undeclared"),
        (PROXY, "10.0.0.8", {}, "proxy_undeclared"),
        (PROXY, "127.0.0.1", {"X-Forwarded-For": "203.0.113.7"}, None),
        # A stranger who comes straight and writes a header is no proxy.
        (PROXY, "8.8.8.8", {"X-Forwarded-For": "203.0.113.7"}, None),
        ({}, "127.0.0.1", {}, None),
        ({}, "127.0.0.1", {"X-Forwarded-For": "203.0.113.7"}, "proxy_undeclared"),
        ({}, "127.0.0.1", {"X-Forwarded-Proto": "https"}, "proxy_undeclared"),
        ({}, "127.0.0.1", {"Forwarded": "for=203.0.113.7"}, "proxy_undeclared"),
        ({}, "8.8.8.8", {"X-Forwarded-For": "203.0.113.7"}, None),
    ],
)
def test_a_proxy_that_hides_its_visitors_is_told_by_healthz(
    browser, settings, changes, peer, headers, word
):
    client = watched(settings, **changes).test_client()

    for _ in range(IN_A_ROW):
        client.get("/privacy", headers=headers, environ_overrides={"REMOTE_ADDR": peer})

    words = [one for one in health(client)[1] if one.startswith("proxy_")]
    assert words == ([word] if word else [])


def test_one_good_page_takes_the_word_back_and_a_few_tries_past_the_proxy_say_nothing(
    browser, settings
):
    client = watched(settings, **PROXY).test_client()

    def pages(count, **headers):
        for _ in range(count):
            client.get("/privacy", headers=headers, environ_overrides=NGINX)
        return [word for word in health(client)[1] if word.startswith("proxy_")]

    assert pages(IN_A_ROW - 1) == []
    assert pages(1) == ["proxy_without_address"]
    assert pages(1, **{"X-Forwarded-For": "203.0.113.7"}) == []
    assert pages(IN_A_ROW - 1) == []


def test_behind_a_proxy_nobody_knows_of_no_figures_are_given_away(settings):
    client = create_app(settings_for(settings.data_dir, public_base_url=HTTPS)).test_client()

    assert client.get("/metrics", environ_overrides=NGINX).status_code == 403


@pytest.mark.parametrize("header", ["X-Real-IP", "X-Forwarded-Proto", "X-Forwarded-Host"])
def test_no_forwarding_header_passes_for_this_machine(browser, header):
    assert browser.get("/metrics", headers={header: "127.0.0.1"}).status == 403


def test_reading_has_a_limit_as_well_and_asking_whether_all_is_well_has_none(site):
    client = site()
    most = int(READ_LIMIT.split()[0])

    def statuses(path, count):
        one = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.7"}}
        return [client.get(path, **one).status_code for _ in range(count)]

    assert statuses("/privacy", most + 1)[-2:] == [200, 429]
    assert statuses("/livez", most + 1)[-1] == 200
    assert client.get("/privacy", environ_overrides=NGINX).status_code == 200
