"""Installs packages as this machine's pip is configured: with uv, or with pip where uv fails."""

from __future__ import annotations

import ast
import importlib.util
import os
import ssl
import subprocess
import sys
from pathlib import Path

from launch.pip_wheel import WheelNotFound, fetch_pip


class InstallFailed(Exception):
    """The packages could not be installed; the message says what was tried and what was said."""


class PackageClient:
    """Installs into one virtual environment; caches lie in the project's own cache folder."""

    def __init__(self, python: Path, cache: Path) -> None:
        self._python = python
        self._cache = cache
        self._environment = {
            **os.environ,
            "PIP_CACHE_DIR": str(cache / "pip"),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_INPUT": "1",
            "PIP_ROOT_USER_ACTION": "ignore",
            # These would send an installation somewhere else than into the environment.
            **{name: "" for name in ("PIP_TARGET", "PIP_PREFIX", "PIP_USER") if name in os.environ},
        }
        for name in ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PIP_REQUIRE_VIRTUALENV"):
            self._environment.pop(name, None)

    def install(self, requirements: list[Path], *, uv: str) -> None:
        """Install the requirements files; `uv` is the requirement of uv itself.

        Raises InstallFailed where neither uv nor pip could.
        """
        pip = self._find_pip()
        wanted = [word for path in requirements for word in ("--requirement", str(path))]
        program = self._python.parent / "uv"
        print(f"bootstrap: installing {uv}, then the pinned libraries", flush=True)
        fetched = program.exists() or self._run([*pip, "install", "--quiet", uv]) == 0
        if fetched and self._run_uv(program, wanted, pip) == 0:
            return
        print("bootstrap: uv could not install them; trying pip, which is slower", flush=True)
        if self._run([*pip, "install", *wanted]) != 0:
            raise InstallFailed(
                "the libraries could not be installed, neither with uv nor with pip (see above). "
                "Is the package index reachable? PIP_INDEX_URL names another one, PIP_CERT its "
                "certificate, HTTPS_PROXY a proxy."
            )

    def _find_pip(self) -> list[str]:
        """Return the command of a pip that installs into the environment."""
        inside = [str(self._python), "-m", "pip"]
        outside = [sys.executable, "-m", "pip", "--python", str(self._python)]
        for command in (inside, outside):
            if self._quiet([*command, "--version"]).returncode == 0:
                return command
        if importlib.util.find_spec("ensurepip"):
            made = self._quiet([str(self._python), "-m", "ensurepip"])
            if made.returncode == 0:
                return inside
        print("bootstrap: this Python has no pip; fetching pip's wheel", flush=True)
        try:
            wheel = fetch_pip(self._cache)
        except WheelNotFound as missing:
            raise InstallFailed(str(missing)) from missing
        return [str(self._python), str(wheel / "pip")]

    def _run_uv(self, program: Path, wanted: list[str], pip: list[str]) -> int:
        settings = {
            **_uv_settings(self._pip_settings(pip)),
            "UV_CACHE_DIR": str(self._cache / "uv"),
        }
        environment = {**settings, **self._environment}
        command = [str(program), "pip", "install", "--python", str(self._python)]
        if not sys.stdout.isatty():
            command.append("--quiet")
        return self._run([*command, *wanted], environment)

    def _pip_settings(self, pip: list[str]) -> dict[str, str]:
        """Return what pip's files and environment say, the environment last and so strongest."""
        settings = {}
        for line in self._quiet([*pip, "config", "list"]).stdout.splitlines():
            name, _, value = line.partition("=")
            section, _, key = name.rpartition(".")
            if section in {"global", "install", ":env:"} and value:
                settings[key] = str(ast.literal_eval(value))
        return settings

    def _quiet(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, env=self._environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )

    def _run(self, command: list[str], environment: dict[str, str] | None = None) -> int:
        return subprocess.run(
            command, env=environment or self._environment, stdin=subprocess.DEVNULL
        ).returncode


def _uv_settings(pip: dict[str, str]) -> dict[str, str]:
    """Say in uv's variables what pip is configured to do."""
    settings = {"UV_PYTHON_DOWNLOADS": "never"}
    paths = ssl.get_default_verify_paths()
    if paths.cafile or (paths.capath and any(Path(paths.capath).glob("*.0"))) or pip.get("cert"):
        settings["UV_SYSTEM_CERTS"] = "1"
    extra = [url for url in pip.get("extra-index-url", "").split() if url.startswith("http")]
    links = [link for link in pip.get("find-links", "").split() if _is_there(link)]
    for name, value in (
        ("UV_DEFAULT_INDEX", pip.get("index-url", "")),
        ("UV_INDEX", " ".join(extra)),
        # pip takes the best of all indexes; the versions are pinned, so nothing else slips in.
        ("UV_INDEX_STRATEGY", "unsafe-best-match" if extra else ""),
        ("UV_FIND_LINKS", ",".join(links)),
        ("SSL_CERT_FILE", pip.get("cert", "")),
        ("HTTPS_PROXY", pip.get("proxy", "")),
        ("UV_HTTP_TIMEOUT", pip.get("default-timeout", "") or pip.get("timeout", "")),
    ):
        if value:
            settings[name] = value
    return settings


def _is_there(link: str) -> bool:
    return link.startswith(("http:", "https:", "file:")) or Path(link).is_dir()
