"""Lupine: booking and check-ins for people whose hands hurt."""

from booking.kit.time_zones import use_pinned

# Here and nowhere else, because every process passes here before it makes its first zone, and a
# zone once made stays as it is.
use_pinned()
