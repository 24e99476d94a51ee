# One image for web, worker, beat and migrations; docker-compose.yml says which does what.

FROM python:3.12-slim AS build
COPY requirements.txt .
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check -r requirements.txt

FROM python:3.12-slim
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin lupine \
    && install -d -o lupine -g lupine /app /app/var
WORKDIR /app
COPY --from=build /venv /venv
# Readable for the user below also where the checkout is its owner's only.
COPY --chmod=755 booking booking
COPY --chmod=755 workers workers
COPY --chmod=755 templates templates
COPY --chmod=755 launch/__init__.py launch/gunicorn_conf.py launch/health.py launch/
COPY --chmod=755 launch/arrival.py launch/line.py launch/web_log.py launch/web_worker.py launch/
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONTZPATH= \
    WEB_HOST=0.0.0.0 \
    PORT=8000
USER lupine
EXPOSE 8000
CMD ["gunicorn", "-c", "launch/gunicorn_conf.py", "booking.wsgi:app"]
