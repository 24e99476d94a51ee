"""The page for a failure of ours. No template makes it, for a template may be what failed."""

from typing import Final

from markupsafe import Markup

from booking.clinic.clinic import Clinic
from booking.web.formats import tel
from booking.web.language import current_locale, gettext

_PAGE: Final = Markup(
    """<!doctype html>
<html lang="{language}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>{title} – {name}</title>
  <meta name="robots" content="noindex">
  <link rel="stylesheet" href="/static/css/base.css">
</head>
<body>
  <main id="main">
    <div class="frame narrow">
      <h1>{title}</h1>
      <p>{message}</p>
      <p>{next_step}</p>
      <p><a class="button" href="/">{find}</a>
        <a class="button quiet" href="tel:{number}">{call}</a></p>
    </div>
  </main>
</body>
</html>
"""
)


def broken_page(clinic: Clinic, *, title: str, message: str, next_step: str) -> str:
    """Return the whole page."""
    return _PAGE.format(
        title=title,
        message=message,
        next_step=next_step,
        name=clinic.name,
        language=current_locale().language,
        find=gettext("Find a therapist"),
        call=gettext("Call %(phone)s", phone=clinic.phone),
        number=tel(clinic.phone),
    )
