"""Fetches pip's wheel from the configured package index, for a Python that has no pip at all."""

from __future__ import annotations

import configparser
import hashlib
import os
import re
import ssl
import urllib.request
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urldefrag, urljoin

PUBLIC_INDEX = "https://pypi.org/simple"
SECONDS = 60
_WHEEL = re.compile(r"pip-(\d+(?:\.\d+)*)-py3-none-any\.whl$")


class WheelNotFound(Exception):
    """No index gave a wheel of pip; the message says which was asked and why it failed."""


class Link(NamedTuple):
    """A file of pip on an index."""

    version: tuple[int, ...]
    url: str
    sha256: str | None


def fetch_pip(folder: Path) -> Path:
    """Download pip's newest wheel into the folder and return its path; it runs unpacked or not.

    Raises WheelNotFound.
    """
    there = sorted(folder.glob("pip-*-py3-none-any.whl"))
    if there:
        return there[-1]
    index = configured("index-url") or PUBLIC_INDEX
    page = index.rstrip("/") + "/pip/"
    try:
        links = read_links(_get(page).decode(), page)
        if not links:
            raise WheelNotFound(f"{page} lists no wheel of pip")
        newest = max(links)
        content = _get(newest.url)
    except (OSError, ValueError) as failed:
        raise WheelNotFound(
            f"this Python has no pip, and pip's wheel could not be fetched from {page}: {failed}"
        ) from failed
    if newest.sha256 and hashlib.sha256(content).hexdigest() != newest.sha256:
        raise WheelNotFound(f"{newest.url} does not match its checksum")
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / Path(newest.url).name
    unfinished = wheel.with_suffix(".part")
    unfinished.write_bytes(content)
    unfinished.replace(wheel)
    return wheel


def read_links(html: str, page: str) -> list[Link]:
    """Return the wheels an index page lists, but those withdrawn."""
    reader = _Anchors()
    reader.feed(html)
    links = []
    for attributes in reader.found:
        url, fragment = urldefrag(urljoin(page, attributes.get("href") or ""))
        wheel = _WHEEL.search(url)
        if wheel and "data-yanked" not in attributes:
            version = tuple(int(number) for number in wheel[1].split("."))
            sha256 = fragment.removeprefix("sha256=") if fragment.startswith("sha256=") else None
            links.append(Link(version, url, sha256))
    return links


def configured(key: str) -> str | None:
    """Return a setting of pip as its environment and files give it, the strongest first."""
    value = os.environ.get("PIP_" + key.upper().replace("-", "_"))
    if value:
        return value
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    files = [
        Path("/etc/xdg/pip/pip.conf"),
        Path("/etc/pip.conf"),
        Path.home() / ".pip" / "pip.conf",
        home / "pip" / "pip.conf",
        Path(os.environ.get("PIP_CONFIG_FILE", os.devnull)),
    ]
    settings = configparser.RawConfigParser()
    settings.read(files)
    return settings.get("global", key, fallback=None)


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.append(dict(attrs))


def _get(url: str) -> bytes:
    context = ssl.create_default_context()
    certificate = configured("cert")
    if certificate:
        context.load_verify_locations(certificate)
    request = urllib.request.Request(url, headers={"Accept": "text/html"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=SECONDS, context=context) as answer:  # noqa: S310
        content: bytes = answer.read()
    return content
