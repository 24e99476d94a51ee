"""Makes the website from settings."""

from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from sqlalchemy.orm import Session

from booking.kit.clock import Clock
from booking.kit.db import Database, db, engine_options, prepare
from booking.kit.links import derived_key
from booking.runtime import build_runtime
from booking.settings import Settings
from booking.web import health, pages
from booking.web.assets import asset, install_assets
from booking.web.avatars import avatar
from booking.web.compression import install_compression
from booking.web.current import EXTENSION, clinic
from booking.web.form_size import install_form_size
from booking.web.formats import install_formats
from booking.web.guard import install_guard, require_rules
from booking.web.headers import HSTS, install_headers
from booking.web.hooks import twilio as twilio_hooks
from booking.web.key_commands import reencrypt
from booking.web.language import install_language
from booking.web.limits import install_limits
from booking.web.machine import install_machine
from booking.web.patient import appointment as appointments
from booking.web.patient import booking as holds
from booking.web.patient import check_in as check_ins
from booking.web.patient import search as therapists
from booking.web.problems import install_problems
from booking.web.received import install_edge
from booking.web.request_log import QuietFlask, install_request_log
from booking.web.send_again import install_send_again
from booking.web.staff import alerts as staff_alerts
from booking.web.staff import appointment as staff_appointments
from booking.web.staff import calendar as staff_calendar
from booking.web.staff import factors as staff_factors
from booking.web.staff import forgotten as staff_forgotten
from booking.web.staff import inbox as staff_inbox
from booking.web.staff import links as staff_links
from booking.web.staff import messages as staff_messages
from booking.web.staff import own_account as staff_own
from booking.web.staff import patient as staff_patients
from booking.web.staff import proof as staff_proof
from booking.web.staff import sign_in as staff_session
from booking.web.staff.browsers import browser_name
from booking.web.staff.clinic import accounts as staff_accounts
from booking.web.staff.clinic import record as staff_record
from booking.web.staff.proof import install_proof
from booking.web.staff.refusals import install_record_of_refusals
from booking.web.staff.session import install_sign_in
from booking.web.unavailable import install_unavailable
from booking.web.user_commands import users
from booking.web.visitor import Proxies, install_visitors
from booking.web.zone_commands import zones

ROOT = Path(__file__).parents[2]

BLUEPRINTS = (
    pages.bp,
    therapists.bp,
    holds.bp,
    appointments.bp,
    check_ins.bp,
    health.bp,
    staff_session.bp,
    staff_proof.bp,
    staff_forgotten.bp,
    staff_own.bp,
    staff_factors.bp,
    staff_accounts.bp,
    staff_record.bp,
    staff_calendar.bp,
    staff_appointments.bp,
    staff_patients.bp,
    staff_alerts.bp,
    staff_inbox.bp,
    staff_links.bp,
    staff_messages.bp,
    twilio_hooks.bp,
)

migrate = Migrate()


def create_app(settings: Settings, *, clock: Clock | None = None) -> Flask:
    """Return the website of these settings.

    Raises UnguardedRoute where a route does not state who may call it.
    """
    app = QuietFlask(
        "booking.web",
        root_path=str(ROOT / "booking/web"),
        static_folder=None,
        template_folder=ROOT / "templates",
    )
    _configure(app, settings)
    install_request_log(app)
    install_edge(app, settings.public_base_url)
    install_visitors(app, _proxies(settings), https=settings.serves_https)
    install_limits(app, settings)
    install_sign_in(app)
    install_form_size(app)
    install_proof(app)
    install_guard(app)
    install_assets(app)
    install_compression(app)
    install_headers(app, hsts=_hsts(settings))
    install_problems(app)
    install_send_again(app)
    install_record_of_refusals(app)
    install_unavailable(app)
    install_language(app)
    install_formats(app)
    app.add_template_filter(browser_name)
    _open_database(app, settings, clock)
    install_machine(app, app.extensions[EXTENSION])
    app.context_processor(lambda: {"clinic": clinic(), "asset": asset, "avatar": avatar})
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.cli.add_command(zones)
    app.cli.add_command(reencrypt)
    app.cli.add_command(users)
    require_rules(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    secrets = [key.get_secret_value() for key in settings.secret_keys]
    session_keys = [derived_key(secret, "session") for secret in secrets]
    app.config.update(
        SECRET_KEY=session_keys[0],
        SECRET_KEY_FALLBACKS=session_keys[1:],
        # A browser takes a name that begins so from this very host and over https only.
        SESSION_COOKIE_NAME="__Host-lupine" if settings.serves_https else "lupine",
        SESSION_COOKIE_SECURE=settings.serves_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        # The guard checks the token, so that it is asked exactly where the rule says.
        WTF_CSRF_CHECK_DEFAULT=False,
        # A form left open over lunch must still be sent; the token dies with the session.
        WTF_CSRF_TIME_LIMIT=None,
        # Our own Referrer-Policy sends no Referer, which this check would demand.
        WTF_CSRF_SSL_STRICT=False,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        # What a failed statement carried is nobody's to read in a log.
        SQLALCHEMY_ENGINE_OPTIONS={
            **engine_options(settings.database_url),
            "hide_parameters": True,
        },
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def _proxies(settings: Settings) -> Proxies:
    return Proxies(settings.trusted_proxies, settings.trusted_proxy_count)


def _hsts(settings: Settings) -> str | None:
    if not settings.serves_https:
        return None
    return HSTS + "; includeSubDomains" if settings.hsts_include_subdomains else HSTS


def _open_database(app: Flask, settings: Settings, clock: Clock | None) -> None:
    db.init_app(app)
    # Alembic takes a % in it for one of its own variables.
    steps = str(ROOT / "booking/migrations").replace("%", "%%")
    migrate.init_app(app, db, directory=steps)
    with app.app_context():
        engine = prepare(db.engine)

    def new_session() -> Session:
        return Session(engine, expire_on_commit=False)

    app.extensions[EXTENSION] = build_runtime(settings, Database(new_session), clock=clock)
