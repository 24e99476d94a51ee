"""A leaf for each therapist in place of a photo: the same name gives the same leaf."""

from hashlib import sha256

from markupsafe import Markup

COLOURS = 6
"""How many `mark-N` classes the style sheet has."""

_LEAFLET = "M32 31C{a} 24 {b} 13 32 {tip}C{c} 13 {d} 24 32 31Z"


def avatar(name: str) -> Markup:
    """Return a lupine leaf as inline SVG: how many leaflets, how wide and in which colour."""
    digest = sha256(name.encode()).digest()
    leaflets = 7 + digest[0] % 5
    width = 5.5 + digest[1] % 4
    turn = digest[2] % 30
    path = _LEAFLET.format(a=32 + width, b=32 + width, c=32 - width, d=32 - width, tip=3)
    drawn = "".join(
        f'<path d="{path}" transform="rotate({turn + 360 * n / leaflets:.1f} 32 32)"'
        f' fill-opacity="{0.95 if n % 2 else 0.7}"/>'
        for n in range(leaflets)
    )
    return Markup(  # noqa: S704 - every part is made above from numbers
        f'<svg class="mark mark-{digest[3] % COLOURS}" viewBox="0 0 64 64" aria-hidden="true"'
        f' focusable="false"><g fill="currentColor">{drawn}</g>'
        '<circle cx="32" cy="32" r="3.5" class="mark-eye"/></svg>'
    )
