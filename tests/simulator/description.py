"""Twilio's published description of its message resource, and what an answer lacks to fit it."""

import json
import re
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from jsonschema import Draft4Validator, FormatChecker, validators

DESCRIPTION = json.loads(Path(__file__).with_name("twilio_message_schema.json").read_text())
SERVER = DESCRIPTION["servers"][0]["url"]
MESSAGE = {"$ref": "#/components/schemas/api.v2010.account.message"}
URL_CHARACTERS = re.compile(r"[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]+")
FORMATS = FormatChecker(formats=())


@FORMATS.checks("date-time-rfc-2822", raises=ValueError)
def is_rfc_2822_in_gmt(value):
    """Whole seconds in GMT, with the right day of the week."""
    if not isinstance(value, str):
        return True
    return format_datetime(parsedate_to_datetime(value)) == value and value.endswith(" +0000")


@FORMATS.checks("phone-number")
def is_phone_number(value):
    """E.164: the simulator has no short codes, sender names or other channels."""
    return not isinstance(value, str) or re.fullmatch(r"\+[1-9]\d{6,14}", value) is not None


@FORMATS.checks("currency")
def is_currency(value):
    """ISO 4217, in capitals as in the description's examples."""
    return not isinstance(value, str) or re.fullmatch("[A-Z]{3}", value) is not None


@FORMATS.checks("uri", raises=ValueError)
def is_uri(value):
    """A path of the API: the description counts it from the server's address."""
    if not isinstance(value, str):
        return True
    whole = urlsplit(urljoin(SERVER, value))
    is_ours = f"{whole.scheme}://{whole.netloc}" == SERVER and whole.path.startswith("/2010-04-01/")
    return is_ours and URL_CHARACTERS.fullmatch(value) is not None


@FORMATS.checks("uri-map", raises=ValueError)
def is_uri_map(value):
    """Names, each with a path of the API."""
    if not isinstance(value, dict):
        return True
    return all(isinstance(uri, str) and is_uri(uri) for uri in value.values())


def _type_or_null(validator, types, instance, schema):
    if instance is not None or not schema.get("nullable"):
        yield from Draft4Validator.VALIDATORS["type"](validator, types, instance, schema)


# OpenAPI 3.0 describes data with the JSON Schema of its day, and `nullable` instead of a type.
OpenApiValidator = validators.extend(Draft4Validator, {"type": _type_or_null})


def exact(part):
    """Return a schema that wants every field it names and no other."""
    if isinstance(part, list):
        return [exact(entry) for entry in part]
    if not isinstance(part, dict):
        return part
    closed = {name: exact(entry) for name, entry in part.items()}
    if isinstance(part.get("properties"), dict):
        closed |= {"required": list(part["properties"]), "additionalProperties": False}
    return closed


EXACT = exact(DESCRIPTION)


def operation(name, description=DESCRIPTION):
    """Return what the description says of one operation."""
    [found] = [
        entry
        for path in description["paths"].values()
        for entry in path.values()
        if entry["operationId"] == name
    ]
    return found


def form_of(name):
    """Return the schema of an operation's form."""
    body = operation(name)["requestBody"]
    return body["content"]["application/x-www-form-urlencoded"]["schema"]


def queries_of(name):
    """Return the names of an operation's query fields."""
    return {entry["name"] for entry in operation(name)["parameters"] if entry["in"] == "query"}


def misfits(schema, value):
    """Return what does not fit, one sentence each."""
    validator = OpenApiValidator(
        {"components": EXACT["components"], **schema}, format_checker=FORMATS
    )
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def misfits_of(name, answer):
    """Return what in an HTTP answer is not as an operation's description says."""
    described = operation(name, EXACT)["responses"]
    status = str(answer.status_code)
    if status not in described:
        return [f"{name} answered {status}, not one of {', '.join(described)}"]
    content = described[status].get("content")
    if content is None:
        return ["a body where there is none"] if answer.content else []
    kind = answer.headers["Content-Type"].partition(";")[0]
    if kind not in content:
        return [f"{name} answered in {kind}"]
    return misfits(content[kind]["schema"], answer.json())


def assert_refused(answer, code, status=400):
    """Look at a refusal's body, field by field, and return its message."""
    body = answer.json()
    assert answer.status_code == status
    assert isinstance(body["message"], str)
    assert body == {
        "code": code,
        "message": body["message"],
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    assert answer.headers["Content-Type"].partition(";")[0] == "application/json"
    assert body["message"]
    return body["message"]
