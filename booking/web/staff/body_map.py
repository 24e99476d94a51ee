"""A plain figure, front and back, that shows which places to leave alone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from booking.web.language import gettext, marked

WIDTH: Final = 100
HEIGHT: Final = 216


@dataclass(frozen=True, slots=True)
class Shape:
    """One place on the figure: a rounded box, turned about its upper middle by some degrees."""

    region: str
    x: float
    y: float
    width: float
    height: float
    radius: float
    turn: float = 0.0
    avoid: bool = False

    @property
    def pivot(self) -> tuple[float, float]:
        """Where the box is turned about."""
        return self.x + self.width / 2, self.y

    @property
    def middle(self) -> tuple[float, float]:
        """Where a mark on the box is put, before it is turned."""
        return self.x + self.width / 2, self.y + self.height / 2

    def mirrored(self, region: str) -> "Shape":
        """Return the same place on the other side of the figure."""
        return replace(self, region=region, x=WIDTH - self.x - self.width, turn=-self.turn)


@dataclass(frozen=True, slots=True)
class Figure:
    """One view of the body; the labels say which side of the patient is where."""

    name: str
    shapes: tuple[Shape, ...]
    left_label: str
    right_label: str


# The figure's limbs on the right of the page; the other side is their mirror image.
_LIMBS: Final = (
    Shape("shoulder", 63, 40, 17, 15, 7.5),
    Shape("arm", 69, 54, 11.5, 46, 5.7, turn=-9),
    Shape("hand", 75.5, 100, 11, 17, 5.5, turn=-5),
    Shape("hip", 50.7, 99, 16.5, 17, 6),
    Shape("thigh", 51, 116.5, 14.5, 36, 7),
    Shape("knee", 51.2, 151, 13.6, 13, 6.5),
    Shape("lower_leg", 51.8, 162.5, 12, 37, 6),
    Shape("foot", 51.5, 198, 15, 12, 6),
)
_FRONT_TRUNK: Final = (
    Shape("head", 37.5, 2, 25, 30, 12.5),
    Shape("face", 41.5, 11, 17, 19, 8.5),
    Shape("neck", 44.5, 31, 11, 11, 3),
    Shape("chest", 35.5, 41, 29, 30, 8),
    Shape("belly", 36.5, 70, 27, 29, 8),
)
_BACK_TRUNK: Final = (
    Shape("head", 37.5, 2, 25, 30, 12.5),
    Shape("neck", 44.5, 31, 11, 11, 3),
    Shape("upper_back", 35.5, 41, 29, 30, 8),
    Shape("lower_back", 36.5, 70, 27, 29, 8),
)


def _both_sides(on_the_right: str, on_the_left: str) -> tuple[Shape, ...]:
    near = tuple(replace(limb, region=f"{on_the_right}_{limb.region}") for limb in _LIMBS)
    far = tuple(limb.mirrored(f"{on_the_left}_{limb.region}") for limb in _LIMBS)
    return (*near, *far)


# Seen from the front, the patient's left is on the right of the page; from behind it is not.
_FRONT: Final = Figure(
    marked("Front"), (*_both_sides("left", "right"), *_FRONT_TRUNK), marked("Right"), marked("Left")
)
_BACK: Final = Figure(
    marked("Back"), (*_both_sides("right", "left"), *_BACK_TRUNK), marked("Left"), marked("Right")
)

DRAWN: Final = frozenset(shape.region for figure in (_FRONT, _BACK) for shape in figure.shapes)
"""Every region that has a place on the figure."""


def body_map(avoid: Iterable[str]) -> tuple[Figure, Figure]:
    """Return front and back with the regions to avoid marked; one not drawn changes nothing."""
    avoided = frozenset(avoid)
    front, back = (
        replace(
            figure,
            name=gettext(figure.name),
            left_label=gettext(figure.left_label),
            right_label=gettext(figure.right_label),
            shapes=tuple(replace(s, avoid=s.region in avoided) for s in figure.shapes),
        )
        for figure in (_FRONT, _BACK)
    )
    return front, back
