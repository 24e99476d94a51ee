"""The fixtures of tests/servers: postgres_url, redis_url, chromium_path."""
