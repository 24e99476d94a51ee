"""How large a form may be, looked at before any of it is taken apart.

Taking 25,000 fields apart costs half a second of a thread; counting them costs nothing.
"""

from flask import Flask, request
from werkzeug.exceptions import RequestEntityTooLarge

from booking.web.guard import CarrierSigned, rule_of_request

LARGEST_FORM = 256 * 1024
MOST_FIELDS = 1_000
MOST_FIELDS_OF_A_CALL = 250
"""For the carrier: a text with ten pictures has fewer than eighty."""

URL_ENCODED = "application/x-www-form-urlencoded"


def install_form_size(app: Flask) -> None:
    """Refuse what is too large before anybody reads the form."""
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_FORM, MAX_FORM_MEMORY_SIZE=LARGEST_FORM)

    @app.before_request
    def _measure() -> None:
        is_call = isinstance(rule_of_request(), CarrierSigned)
        fields = MOST_FIELDS_OF_A_CALL if is_call else MOST_FIELDS
        request.max_form_parts = fields
        if request.mimetype == URL_ENCODED and request.get_data().count(b"&") >= fields:
            raise RequestEntityTooLarge
