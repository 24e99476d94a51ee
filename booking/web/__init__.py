"""The website: pages for patients and staff, and the carrier's webhooks."""
