"""Pages are compressed, but none whose length could tell another site a secret."""

import gzip

import pytest

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture
def client(app):
    return app.test_client()


def is_packed(answer):
    return answer.headers.get("Content-Encoding") == "gzip"


@pytest.mark.parametrize("path", ["/", "/therapists/dana-demo?from=2026-03-03", "/evidence"])
def test_a_page_goes_compressed_and_is_the_same(client, path):
    packed = client.get(path, headers=GZIP)

    assert is_packed(packed)
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert gzip.decompress(packed.data).startswith(b"<!doctype html>")
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) < len(gzip.decompress(packed.data)) / 2


@pytest.mark.parametrize(
    "accepts", [{}, {"Accept-Encoding": "br"}, {"Accept-Encoding": "gzip;q=0"}]
)
def test_whoever_cannot_read_it_gets_it_plain(client, accepts):
    answer = client.get("/", headers=accepts)

    assert not is_packed(answer)
    assert answer.data.startswith(b"<!doctype html>")
    assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("site", "packed"),
    [
        ("same-origin", True),
        ("none", True),
        ("cross-site", False),
        ("same-site", False),
        (None, False),
    ],
)
def test_with_a_cookie_a_page_is_compressed_only_where_no_other_site_asked(client, site, packed):
    """Its length would tell that site how much of a form's token it guessed."""
    assert client.get("/therapists/dana-demo?from=2026-03-03").headers["Set-Cookie"]
    said = {"Sec-Fetch-Site": site} if site else {}

    assert is_packed(client.get("/therapists/dana-demo", headers={**GZIP, **said})) is packed


def test_what_is_short_or_no_text_stays_as_it_is(client):
    assert not is_packed(client.get("/livez", headers=GZIP))
    assert not is_packed(client.get("/static/fonts/vollkorn.woff2", headers=GZIP))
