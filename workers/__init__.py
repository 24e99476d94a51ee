"""Celery workers: they find what is due in the database and do it; the broker only ticks."""
