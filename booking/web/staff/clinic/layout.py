"""What the pages about the clinic share: the way between them."""

from collections.abc import Mapping
from typing import Final

from booking.web.language import marked

PAGES: Final[Mapping[str, str]] = {
    "staff_accounts.index": marked("Accounts"),
    "staff_record.index": marked("Record"),
}
