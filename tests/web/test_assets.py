"""The site's own files: every address of one tells what is in it, so that it may be kept."""

import gzip
import re
from urllib.parse import urljoin

import pytest

from booking.web.assets import FOLDER, assets

FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file())


@pytest.fixture
def client(app):
    return app.test_client()


def addresses(client):
    """Return every address of a file that a page, or a style sheet of it, names."""
    pages = "".join(client.get(path).text for path in ("/", "/staff/sign-in", "/evidence"))
    named = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', pages))
    for sheet in [one for one in named if ".css" in one]:
        for found in re.findall(r'url\("([^"]+)"\)', client.get(sheet).text):
            named.add(urljoin(sheet, found))
    return named


def test_every_file_a_page_or_a_style_sheet_names_may_be_kept_for_good(client):
    named = addresses(client)

    assert any(".woff2?v=" in one for one in named)
    for one in named:
        answer = client.get(one)
        assert answer.status_code == 200, one
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable", one


def test_a_style_sheet_has_another_address_when_a_font_it_names_changes():
    sheet = assets()["css/base.css"]

    assert assets()["fonts/vollkorn.woff2"].digest in sheet.content.decode()
    assert sheet.content != (FOLDER / "css/base.css").read_bytes()


def test_what_an_old_page_asks_for_is_given_as_it_is_now_and_not_kept(client):
    answer = client.get("/static/css/base.css?v=000000000000")

    assert answer.data == assets()["css/base.css"].content
    assert answer.headers["Cache-Control"] == "public, no-cache"


def test_without_a_digest_a_file_is_kept_for_an_hour(client):
    assert client.get("/static/js/site.js").headers["Cache-Control"] == "public, max-age=3600"


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_the_same_compressed_or_not_and_asked_for_again_it_is_not_sent(client, name):
    plain = client.get(f"/static/{name}")
    packed = client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip, br"})

    is_packed = packed.headers.get("Content-Encoding") == "gzip"
    assert (gzip.decompress(packed.data) if is_packed else packed.data) == plain.data
    assert is_packed == (packed.data != plain.data)
    assert "Content-Encoding" not in plain.headers
    assert is_packed == (plain.headers["ETag"] != packed.headers["ETag"])
    for answer, accepts in ((plain, "identity"), (packed, "gzip")):
        again = {"If-None-Match": answer.headers["ETag"], "Accept-Encoding": accepts}
        unchanged = client.get(f"/static/{name}", headers=again)
        assert (unchanged.status_code, unchanged.data) == (304, b"")
        assert unchanged.headers["Cache-Control"] == answer.headers["Cache-Control"]


def test_texts_are_sent_at_less_than_half_their_size_and_fonts_as_they_are():
    for name, found in assets().items():
        if name.endswith((".css", ".js")) and len(found.content) > 2_000:
            assert len(found.packed) < len(found.content) / 2, name
        if name.endswith(".woff2"):
            assert found.packed is None


@pytest.mark.parametrize(
    "path", ["/static/", "/static/none.css", "/static/../app.py", "/static/%2e%2e/app.py"]
)
def test_nothing_but_the_sites_own_files_is_given(client, path):
    assert client.get(path).status_code == 404
