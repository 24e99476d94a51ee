"""Lupine: booking and check-ins for people whose hands hurt."""
