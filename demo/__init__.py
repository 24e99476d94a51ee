"""Invented people and appointments for a first look; plainly marked, never loaded by itself."""

DEMO_SIGN_IN: tuple[str, str] = ("dana@example.org", "lupine-demo-only")
"""Mail address and password of the demo's first therapist."""

COORDINATOR_SIGN_IN: tuple[str, str] = ("coordinator@example.org", "lupine-demo-only")
"""Mail address and password of the demo's coordinator."""
