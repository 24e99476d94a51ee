"""What arrives at the site's edge: freed of what no path, no field and no header can mean."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.utils import cached_property

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# PostgreSQL keeps no NUL in a text, and half a surrogate pair can not be written down at all.
_MEANINGLESS: Final = re.compile("[\0\ud800-\udfff]")

FormText = MultiDict[str, str]


class PlainRequest(Request):
    """A request whose parameters, fields and cookies hold nothing but text."""

    @cached_property
    def args(self) -> FormText:
        """The parameters of the address."""
        return _plain(super().args)

    @cached_property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        """What the browser kept for us."""
        return ImmutableMultiDict(_plain(super().cookies))

    def _load_form_data(self) -> None:
        if "form" not in self.__dict__:
            super()._load_form_data()
            # A part of a form without a name is none of its fields, and nobody signs it.
            named = [(name, word) for name, word in self.form.items(multi=True) if name]
            self.__dict__["as_sent"] = self.form = ImmutableMultiDict(named)
            self.__dict__["form"] = _plain(self.form)


def form_as_sent() -> FormText:
    """Return the current request's fields untouched, as a signature over them wants them."""
    _ = request.form
    return cast(FormText, request.__dict__["as_sent"])


def install_edge(app: Flask, public_base_url: str) -> None:
    """Keep from an app what has no meaning, before anything looks at it."""
    app.request_class = PlainRequest
    app.wsgi_app = _OwnHost(app.wsgi_app, public_base_url)  # type: ignore[method-assign]

    @app.before_request
    def _no_such_path() -> None:
        if _MEANINGLESS.search(request.path):
            abort(404)


class _OwnHost:
    """WSGI middleware: what a caller calls the site is not asked; it knows its own address."""

    def __init__(self, app: "WSGIApplication", public_base_url: str) -> None:
        self._app = app
        self._host = urlsplit(public_base_url).netloc

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        environ["HTTP_HOST"] = self._host
        return self._app(environ, start_response)


def _plain(words: MultiDict[str, str]) -> FormText:
    pairs = list(words.items(multi=True))
    if not any(_MEANINGLESS.search(name + word) for name, word in pairs):
        return words
    return ImmutableMultiDict(
        (name, _MEANINGLESS.sub("", word)) for name, word in pairs if not _MEANINGLESS.search(name)
    )
