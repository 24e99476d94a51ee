"""The site's own files: each at an address with its digest, so that browsers may keep it for good.

They are few and small, so all of them lie in memory, those that shrink also compressed.
"""

import gzip
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path, PurePosixPath
from posixpath import normpath

from flask import Flask, Response, abort, request, url_for

from booking.web.guard import public

FOLDER = Path(__file__).parent / "static"
YEAR_S = 31_536_000
KEPT = f"public, max-age={YEAR_S}, immutable"
KEPT_FOR_AN_HOUR = "public, max-age=3600"
ASKED_AGAIN = "public, no-cache"

WORTH_PACKING = 0.9
"""What does not shrink below this share stays as it is: fonts are compressed already."""

_REFERENCE = re.compile(r'url\("([^":?]+)"\)')


@dataclass(frozen=True)
class Asset:
    """One file as it is served."""

    content: bytes
    packed: bytes | None
    digest: str
    mimetype: str


def asset(name: str) -> str:
    """Return the address of a file of booking/web/static."""
    return url_for("static", filename=name, v=assets()[name].digest)


@cache
def assets() -> Mapping[str, Asset]:
    """Return all files by name; a style sheet's references carry the digests of what they name."""
    names = [path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()]
    made: dict[str, Asset] = {}
    # Style sheets last, since they refer to the others.
    for name in sorted(names, key=lambda name: name.endswith(".css")):
        content = (FOLDER / name).read_bytes()
        if name.endswith(".css"):
            content = _with_digests(name, content.decode(), made).encode()
        made[name] = _served(name, content)
    return made


def install_assets(app: Flask) -> None:
    """Serve the files of an app that has no static folder of its own."""
    app.add_url_rule("/static/<path:filename>", "static", _serve)


@public
def _serve(filename: str) -> Response:
    """Give a file; one asked for by an old digest is given as it is now, and not kept."""
    found = assets().get(filename)
    if found is None:
        abort(404)
    packed = found.packed if request.accept_encodings["gzip"] else None
    response = Response(packed or found.content, mimetype=found.mimetype)
    response.set_etag(found.digest + ("-gzip" if packed else ""))
    if found.packed:
        response.vary.add("Accept-Encoding")
    if packed:
        response.content_encoding = "gzip"
    asked = request.args.get("v")
    fresh = KEPT if asked == found.digest else ASKED_AGAIN
    response.headers["Cache-Control"] = fresh if asked else KEPT_FOR_AN_HOUR
    response.make_conditional(request)
    return response


def _with_digests(name: str, sheet: str, made: Mapping[str, Asset]) -> str:
    folder = PurePosixPath(name).parent

    def refer(found: re.Match[str]) -> str:
        digest = made[normpath(str(folder / found[1]))].digest
        return f'url("{found[1]}?v={digest}")'

    return _REFERENCE.sub(refer, sheet)


def _served(name: str, content: bytes) -> Asset:
    packed = gzip.compress(content, mtime=0)
    return Asset(
        content,
        packed if len(packed) < WORTH_PACKING * len(content) else None,
        sha256(content).hexdigest()[:12],
        mimetypes.guess_type(name)[0] or "application/octet-stream",
    )
