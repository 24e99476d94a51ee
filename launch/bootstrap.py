"""Makes .venv in the project's folder and installs the pinned libraries into it.

`python3 -m launch.bootstrap [--dev]` needs Python 3.11 and nothing else: no pip, no ensurepip,
no python3-venv. It changes nothing outside the project's folder, may be interrupted and run
again, and is done at once when nothing changed since the last time.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from launch.package_client import InstallFailed, PackageClient

try:
    import venv

    HAS_VENV = True
except ImportError:  # the smallest Pythons leave it out
    HAS_VENV = False

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).resolve().parents[1]
OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")
STAMP = "lupine-stamp.json"


def digest(project: Path, names: list[str]) -> str:
    """Return a fingerprint of what an installation depends on.

    That is: the requirements files, the interpreter's version, and where the folder lies, since
    the programs inside a virtual environment hold its path.
    """
    whole = hashlib.sha256(f"{sys.version_info[:3]} {project}".encode())
    for name in names:
        whole.update((project / name).read_bytes())
    return whole.hexdigest()


def is_current(project: Path, names: list[str]) -> bool:
    """Whether these requirements files are installed already, as they stand now."""
    environment = project / ".venv"
    try:
        installed = json.loads((environment / STAMP).read_text())
    except (OSError, ValueError):
        return False
    if not isinstance(installed, dict) or not (environment / "bin" / "python").exists():
        return False
    return all(installed.get(name) == digest(project, [name]) for name in names)


def install(project: Path, names: list[str]) -> None:
    """Bring .venv up to date with the requirements files.

    Raises InstallFailed, with what the package client said, where that can not be done.
    """
    environment = project / ".venv"
    with _locked(project / ".cache"):
        if is_current(project, names):  # another run did it while this one waited
            return
        make_environment(environment)
        client = PackageClient(environment / "bin" / "python", project / ".cache")
        client.install([project / name for name in names], uv=pinned_uv(project))
        unfinished = environment / (STAMP + ".part")
        unfinished.write_text(json.dumps({name: digest(project, [name]) for name in names}))
        unfinished.replace(environment / STAMP)


def make_environment(environment: Path) -> None:
    """Make a virtual environment without pip; one that works with this Python is kept."""
    (environment / STAMP).unlink(missing_ok=True)
    if _works(environment / "bin" / "python"):
        return
    if environment.exists():
        _say(f"making {environment.name} anew: it does not work with this Python")
        shutil.rmtree(environment)
    else:
        _say(f"making a virtual environment in {environment.name}")
    if HAS_VENV:
        venv.EnvBuilder(symlinks=True, with_pip=False).create(environment)
    else:
        _make_by_hand(environment)


def pinned_uv(project: Path) -> str:
    """Return uv with its version, as the development requirements pin it."""
    lines = (project / "requirements-dev.txt").read_text().splitlines()
    return next((line.split()[0] for line in lines if line.startswith("uv==")), "uv")


def main(arguments: list[str]) -> int:
    """Install what `arguments` ask for ("--dev": the development tools too)."""
    if sys.version_info < OLDEST:
        return _start_newer(arguments)
    names = ["requirements.txt"]
    if "--dev" in arguments:
        names.append("requirements-dev.txt")
    if is_current(PROJECT, names):
        return 0
    try:
        install(PROJECT, names)
    except InstallFailed as failed:
        print(f"bootstrap: {failed}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bootstrap: interrupted; run it again to go on", file=sys.stderr)
        return 130
    _say("everything is installed")
    return 0


def _start_newer(arguments: list[str]) -> int:
    mine = ".".join(str(number) for number in sys.version_info[:3])
    for name in NEWER:
        found = shutil.which(name)
        works = found and not subprocess.run([found, "-c", ""], capture_output=True).returncode
        if found and works:
            return subprocess.run([found, "-m", "launch.bootstrap", *arguments]).returncode
    print(
        f"bootstrap: Lupine needs Python 3.11 or newer, and {sys.executable} is {mine}.\n"
        "Install a newer one and name it: make PYTHON=/path/to/python3.11 run",
        file=sys.stderr,
    )
    return 1


def _works(python: Path) -> bool:
    question = "import sys; print(*sys.version_info[:3], sys.prefix != sys.base_prefix)"
    try:
        said = subprocess.run([python, "-c", question], capture_output=True, text=True)
    except OSError:
        return False
    return said.stdout.split() == [*map(str, sys.version_info[:3]), "True"]


def _make_by_hand(environment: Path) -> None:
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    base = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    (environment / "bin").mkdir(parents=True)
    (environment / "lib" / f"python{version}" / "site-packages").mkdir(parents=True)
    (environment / "pyvenv.cfg").write_text(
        f"home = {base.parent}\ninclude-system-site-packages = false\nversion = {version}\n"
    )
    for name in ("python", "python3", f"python{version}"):
        (environment / "bin" / name).symlink_to(base)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(exist_ok=True)
    (folder / ".gitignore").write_text("*\n")
    with (folder / "bootstrap.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("waiting for another bootstrap of this project")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _say(line: str) -> None:
    print(f"bootstrap: {line}", flush=True)


if __name__ == "__main__":
    # Whoever starts this from elsewhere gets the same paths.
    os.chdir(PROJECT)
    sys.exit(main(sys.argv[1:]))
