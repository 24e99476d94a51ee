"""`python -m simulator.cli`: make trouble, send texts, read mails and the ledger."""

import argparse
import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

EXAMPLES = """
examples:
  faults                                   show the faults in force
  fault drop_after_accept probability=0.1  add a fault
  fault delivery_failure to=+12025550123 code=30003
  clear                                    end all faults
  inbound +12025550123 C                   text the clinic from a phone
  inbound +12025550123 "" --media image/jpeg   send it a picture
  texts +12025550123                       what that phone shows
  mails --to alice@example.org             the mails caught for an address
  ledger --since 100 --to +12025550123     the ledger, one row a line
  idle                                     has everything come to its end
  health                                   is the simulator up
"""
# The commands that only read: the path, then the options that go into the query.
READS = {
    "health": ("/control/health?",),
    "idle": ("/control/idle?",),
    "faults": ("/control/faults?",),
    "optouts": ("/control/optouts?",),
    "texts": ("/control/messages?", "phone"),
    "mails": ("/control/mails?", "to"),
    "ledger": ("/ledger?format=lines&", "since", "to", "kind", "limit"),
}
TIMEOUT_SECONDS = 30.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command against a running simulator; returns the exit status."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    try:
        method, path, body = _request_for(chosen)
    except ValueError as problem:
        parser.error(str(problem))
    base = chosen.url or f"http://127.0.0.1:{os.environ.get('SANDBOX_PORT') or '8025'}"
    try:
        print(_ask(base.rstrip("/"), method, path, body))
    except urllib.error.HTTPError as error:
        print(error.read().decode("utf-8", "replace"), file=sys.stderr)
        return 1
    except OSError as error:
        print(f"No simulator answers at {base}: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulator.cli",
        description="Steer the carrier simulator.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--url", help="its address; else 127.0.0.1 and SANDBOX_PORT or 8025")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("health", "idle", "faults", "clear", "optouts"):
        commands.add_parser(name)
    fault = commands.add_parser("fault")
    fault.add_argument("kind")
    fault.add_argument("settings", nargs="*", metavar="name=value")
    inbound = commands.add_parser("inbound")
    inbound.add_argument("sender")
    inbound.add_argument("body")
    inbound.add_argument("--to")
    inbound.add_argument("--copies", type=int, default=1)
    inbound.add_argument("--media", action="append", default=[], help="such as image/jpeg")
    commands.add_parser("texts").add_argument("phone")
    commands.add_parser("mails").add_argument("--to")
    ledger = commands.add_parser("ledger")
    for name in ("--since", "--to", "--kind", "--limit"):
        ledger.add_argument(name)
    return parser


def _request_for(chosen: argparse.Namespace) -> tuple[str, str, Any]:
    match chosen.command:
        case "fault":
            return "POST", "/control/faults", {"kind": chosen.kind, **_settings(chosen.settings)}
        case "clear":
            return "DELETE", "/control/faults", None
        case "inbound":
            wish = {"from": chosen.sender, "body": chosen.body, "copies": chosen.copies}
            wish |= {"media": chosen.media} if chosen.media else {}
            return "POST", "/control/inbound", wish | ({"to": chosen.to} if chosen.to else {})
        case name:
            path, *wanted = READS[name]
            return "GET", f"{path}{_query(chosen, *wanted)}", None


def _query(chosen: argparse.Namespace, *names: str) -> str:
    values = {name: getattr(chosen, name) for name in names}
    return urlencode({name: value for name, value in values.items() if value is not None})


def _settings(pairs: Sequence[str]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise ValueError(f"{pair!r} should look like name=value.")
        settings[name] = _value(name, value)
    return settings


def _value(name: str, text: str) -> Any:
    if name in {"to", "from"}:
        return text
    if name == "statuses":
        return text.split(",")
    try:
        return json.loads(text)
    except ValueError:
        return text


def _ask(base: str, method: str, path: str, body: Any) -> str:
    request = urllib.request.Request(  # noqa: S310 - an address the caller typed
        base + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
        text: str = answer.read().decode("utf-8").strip()
    if "json" in answer.headers.get_content_type() and not path.startswith("/ledger"):
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    return text


if __name__ == "__main__":
    sys.exit(main())
