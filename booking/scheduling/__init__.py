"""Slots, holds and appointments, their notices and reminders."""
