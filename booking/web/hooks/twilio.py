"""What the carrier calls: status reports and texts from patients, both signed."""

from hmac import compare_digest

import structlog
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from booking.clinic.actor import System
from booking.conversations import inbound as replies
from booking.kit.faults import fault_of
from booking.kit.phone import from_number, mask
from booking.messaging import status_callbacks as receipts
from booking.messaging.rules.media import read_count, read_type
from booking.monitoring import metrics
from booking.runtime import INBOUND_PATH, STATUS_PATH
from booking.web.current import runtime, unit_of_work
from booking.web.guard import carrier_signed
from booking.web.received import form_as_sent
from booking.web.typed import read_id, read_number
from booking.web.unavailable import note, retry_after

bp = Blueprint("twilio_hooks", __name__)

EMPTY_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
NO_SID = ("MessageSid is missing\n", 400)
LONGEST_SID = 64
LARGEST_CODE = 999_999

log = structlog.get_logger()


def is_signed() -> bool:
    """Whether this request carries the carrier's signature, and is about our account.

    Checked over the public address with the raw path and query: what a Host header says, and
    what a proxy makes of a path, does not count.
    """
    raw = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or "")
    if not raw.startswith("/"):
        raw = request.full_path if request.query_string else request.path
    right = runtime().signatures.are_right(
        runtime().settings.public_base_url + raw,
        form_as_sent().to_dict(flat=False),
        request.headers.get("X-Twilio-Signature", ""),
    )
    ours = compare_digest(
        request.form.get("AccountSid", "").encode(),
        runtime().settings.twilio_account_sid.encode(),
    )
    if not (right and ours):
        log.warning("webhook refused", path=request.path)
        metrics.count_refused_callback()
    return right and ours


@bp.post(STATUS_PATH)
@carrier_signed(is_signed)
def status() -> ResponseReturnValue:
    """Keep what the carrier reports about a text."""
    form = request.form
    sid = form.get("MessageSid", "")[:LONGEST_SID]
    if not sid:
        return NO_SID
    report = receipts.StatusReport(
        message_id=read_id(request.args.get("message", "")),
        sid=sid,
        status=form.get("MessageStatus", "")[:20],
        error_code=read_number(form.get("ErrorCode", ""), LARGEST_CODE),
    )
    try:
        with unit_of_work(System.CARRIER) as uow:
            known = receipts.apply_report(uow, report, runtime().subjects)
    except SQLAlchemyError as error:
        return _try_again("status report not kept", error)
    if not known:
        log.warning("status report about no message of ours")
    return "", 204


@bp.post(INBOUND_PATH)
@carrier_signed(is_signed)
def inbound() -> ResponseReturnValue:
    """Keep a patient's text and do what it asks; answers go out as texts of their own."""
    form = request.form
    count = read_count(form.get("NumMedia", ""))
    text = replies.Inbound(
        sid=form.get("MessageSid", "")[:LONGEST_SID],
        phone=from_number(form.get("From", "")),
        recipient=form.get("To", "")[:40],
        # Kept whole, encrypted: what was left out could join two numbers into another one.
        body=form_as_sent().get("Body", ""),
        media_count=count,
        media_types=tuple(read_type(form.get(f"MediaContentType{i}", "")) for i in range(count)),
    )
    if not text.sid:
        return NO_SID
    try:
        with unit_of_work(System.CARRIER) as uow:
            is_new = replies.store_inbound(uow, text)
        # Kept for good before it is acted on: whatever fails from here, the workers go on.
        with unit_of_work(System.CARRIER) as uow:
            replies.process(uow, text.sid, runtime().subjects)
    except SQLAlchemyError as error:
        return _try_again("text not kept", error, sid=text.sid)
    log.info("text received", sid=text.sid, phone=mask(text.phone), new=is_new)
    return Response(EMPTY_ANSWER, mimetype="text/xml")


def _try_again(what: str, error: SQLAlchemyError, **ids: str) -> ResponseReturnValue:
    """Have the carrier call once more: what it tells is not kept yet."""
    fault = fault_of(error)
    if fault is None:
        log.error(what, exc_info=error, **ids)
        return "", 503
    note(fault, error)
    return "", 503, retry_after(fault)
