"""What a machine offers the tests: programs, an account without rights, and ways to get more."""

import fcntl
import os
import pwd
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
CACHE = PROJECT / ".cache"
INSTALL_SECONDS = 900


class ServerMissing(Exception):
    """A server or program the tests need is not here; the message says how to get it."""


@dataclass(frozen=True)
class Account:
    """A user a server runs as, since PostgreSQL refuses to run as root."""

    name: str
    uid: int
    gid: int


def announce(line):
    """Say what is being done to the machine, at once and past any capture of stdout."""
    print(f"tests/servers: {line}", file=sys.stderr, flush=True)


def is_root():
    """Whether this process may install packages and change users."""
    return os.geteuid() == 0


def unprivileged_account():
    """Return who PostgreSQL runs as: None when this process is not root anyway."""
    if not is_root():
        return None
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, found.pw_uid, found.pw_gid)
    raise ServerMissing("PostgreSQL does not run as root, and there is no user postgres or nobody")


def find_program(*names, folders=()):
    """Return the path of the first program there is, on PATH or in the folders, else None."""
    for name in names:
        found = shutil.which(name)
        if found:
            return Path(found)
        for folder in folders:
            if os.access(folder / name, os.X_OK):
                return folder / name
    return None


@contextmanager
def locked(path):
    """Hold a lock that other processes on this machine respect."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def apt_install(*packages):
    """Install Debian packages, announced; return whether that worked."""
    if not is_root() or not shutil.which("apt-get"):
        return False
    announce("installing with apt-get: " + " ".join(packages))
    # RUNLEVEL=1 keeps the packages from starting services of their own.
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    apt = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300"]
    update = [*apt, "update"]
    install = [*apt, "install", "--no-install-recommends", *packages]
    for attempt in range(3):
        # Installing is tried even where updating fails: the lists at hand may do.
        done = [_quiet(command, environment) for command in (update, install)]
        if done[-1].returncode == 0:
            return True
        time.sleep(2 * attempt)
    announce("apt-get did not work: " + _last_line(done[-1]))
    return False


def wheel_folder(requirement):
    """Unpack one wheel into a folder of its own in the project's cache; None where it fails.

    The folder is made once and then found again: it stands there only when it is complete.
    """
    folder = CACHE / "servers" / requirement.replace("==", "-")
    with locked(CACHE / "servers.lock"):
        (CACHE / ".gitignore").write_text("*\n")
        if folder.is_dir():
            return folder
        announce(f"fetching {requirement} from the package index")
        unfinished = folder.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        done = _quiet(_install_command(requirement, unfinished), dict(os.environ))
        if done.returncode:
            announce(f"{requirement} could not be fetched: " + _last_line(done))
            return None
        unfinished.rename(folder)
    return folder


def _install_command(requirement, folder):
    options = ["--no-deps", "--target", str(folder), requirement]
    uv = find_program("uv", folders=[Path(sys.executable).parent])
    if uv:
        return [str(uv), "pip", "install", "--system-certs", "--quiet", *options]
    return [sys.executable, "-m", "pip", "install", "--quiet", "--only-binary=:all:", *options]


def _quiet(command, environment):
    return subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=INSTALL_SECONDS,
    )


def _last_line(done):
    return (done.stdout.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
