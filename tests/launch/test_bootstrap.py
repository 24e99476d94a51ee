import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from launch import bootstrap
from launch.bootstrap import STAMP, digest, is_current, make_environment, pinned_uv
from launch.package_client import PackageClient
from launch.pip_wheel import WheelNotFound, fetch_pip, read_links

PROJECT = Path(bootstrap.__file__).resolve().parents[1]
RUNTIME = ["requirements.txt"]


@pytest.fixture
def project(tmp_path):
    (tmp_path / "requirements.txt").write_text("flask==3.1.3\n")
    (tmp_path / "requirements-dev.txt").write_text("pytest==9.2.0\nuv==0.13.9\n")
    return tmp_path


@pytest.fixture
def installed(project):
    (project / ".venv" / "bin").mkdir(parents=True)
    (project / ".venv" / "bin" / "python").symlink_to(sys.executable)
    stamp = {"requirements.txt": digest(project, RUNTIME)}
    (project / ".venv" / STAMP).write_text(json.dumps(stamp))
    return project


def test_an_installation_is_current_while_nothing_changed(installed):
    assert is_current(installed, RUNTIME)


def test_a_changed_requirement_makes_an_installation_old(installed):
    (installed / "requirements.txt").write_text("flask==3.1.4\n")

    assert not is_current(installed, RUNTIME)


def test_the_development_tools_are_installed_only_when_asked_for(installed):
    assert not is_current(installed, [*RUNTIME, "requirements-dev.txt"])


def test_a_moved_project_installs_anew(installed, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("moved") / "project"
    shutil.copytree(installed, elsewhere, symlinks=True)

    assert not is_current(elsewhere, RUNTIME)


@pytest.mark.parametrize("content", ["", "{", "[]", "3"])
def test_an_interrupted_installation_is_not_current(installed, content):
    (installed / ".venv" / STAMP).write_text(content)

    assert not is_current(installed, RUNTIME)


def test_a_broken_environment_is_made_anew(installed):
    (installed / ".venv" / "bin" / "python").unlink()

    make_environment(installed / ".venv")

    said = subprocess.run(
        [installed / ".venv" / "bin" / "python", "-c", "import sys; print(sys.prefix)"],
        capture_output=True,
        text=True,
    )
    assert said.stdout.strip() == str(installed / ".venv")


def test_an_environment_is_made_where_python_comes_without_venv(project, monkeypatch):
    monkeypatch.setattr(bootstrap, "HAS_VENV", False)

    make_environment(project / ".venv")

    said = subprocess.run(
        [project / ".venv" / "bin" / "python", "-c", "import sys; print(sys.prefix)"],
        capture_output=True,
        text=True,
    )
    assert said.stdout.strip() == str(project / ".venv")


def test_uv_is_installed_in_the_version_that_is_pinned(project):
    assert pinned_uv(project) == "uv==0.13.9"


def test_a_finished_bootstrap_starts_nothing_and_asks_nobody(installed):
    shutil.copytree(PROJECT / "launch", installed / "launch")
    started = "import subprocess, sys; subprocess.Popen.__init__ = lambda *a, **k: sys.exit(9)"
    run = "import runpy; runpy.run_module('launch.bootstrap', run_name='__main__')"

    ended = subprocess.run([sys.executable, "-S", "-c", f"{started}; {run}"], cwd=installed)

    assert ended.returncode == 0


def test_an_older_python_is_refused_with_the_version_needed(monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "OLDEST", (99, 0))
    monkeypatch.setattr(bootstrap, "NEWER", ())

    status = bootstrap.main([])

    assert status == 1
    assert "needs Python 3.11 or newer" in capsys.readouterr().err


def test_where_uv_fails_pip_installs(project, monkeypatch, capsys):
    commands = []

    def run(self, command, environment=None):
        commands.append(command)
        return 1 if command[0].endswith("/uv") else 0

    monkeypatch.setattr(PackageClient, "_run", run)
    make_environment(project / ".venv")
    client = PackageClient(project / ".venv" / "bin" / "python", project / ".cache")

    client.install([project / "requirements.txt"], uv="uv==0.13.9")

    assert "trying pip" in capsys.readouterr().out
    assert commands[-1][-2:] == ["--requirement", str(project / "requirements.txt")]
    assert not commands[-1][0].endswith("/uv")


def test_uv_is_told_what_pip_is_configured_to_do(project, monkeypatch):
    told = {}

    def run(self, command, environment=None):
        told.update(environment or {})
        return 0

    for name in [name for name in os.environ if name.startswith(("UV_", "PIP_"))]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    configuration = project / "pip.conf"
    configuration.write_text(
        "[global]\nindex-url = https://index.example.org/simple\ncert = /tls/ca.pem\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(configuration))
    monkeypatch.setattr(PackageClient, "_run", run)
    make_environment(project / ".venv")
    client = PackageClient(project / ".venv" / "bin" / "python", project / ".cache")

    client.install([project / "requirements.txt"], uv="uv==0.13.9")

    assert told["UV_DEFAULT_INDEX"] == "https://index.example.org/simple"
    assert told["UV_SYSTEM_CERTS"] == "1"
    assert told["SSL_CERT_FILE"] == "/tls/ca.pem"
    assert told["UV_CACHE_DIR"] == str(project / ".cache" / "uv")


def _index(folder, *, sha256=None):
    wheel = folder / "files" / "pip-26.3-py3-none-any.whl"
    wheel.parent.mkdir()
    wheel.write_bytes(b"a wheel")
    page = folder / "simple" / "pip"
    page.mkdir(parents=True)
    checksum = sha256 or hashlib.sha256(b"a wheel").hexdigest()
    html = (
        '<a href="../../files/pip-9.0.1-py3-none-any.whl">old</a>'
        f'<a href="{wheel.as_uri()}#sha256={checksum}">new</a>'
        '<a href="../../files/pip-26.4-py3-none-any.whl" data-yanked="broken">withdrawn</a>'
        '<a href="../../files/pip-26.5.tar.gz">source</a>'
    )
    return wheel, page, html


def test_of_the_wheels_an_index_lists_withdrawn_ones_and_sources_are_left_out(tmp_path):
    _, page, html = _index(tmp_path)

    links = read_links(html, page.as_uri() + "/")

    assert [link.version for link in links] == [(9, 0, 1), (26, 3)]


def test_a_wheel_of_pip_that_does_not_match_its_checksum_is_refused(tmp_path, monkeypatch):
    wheel, _, html = _index(tmp_path, sha256="0" * 64)
    contents = {"https://index.example.org/simple/pip/": html.encode(), wheel.as_uri(): b"a wheel"}
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example.org/simple")
    monkeypatch.setattr("launch.pip_wheel._get", contents.__getitem__)

    with pytest.raises(WheelNotFound, match="does not match its checksum"):
        fetch_pip(tmp_path / "cache")

    assert not (tmp_path / "cache").exists()


def test_pips_wheel_comes_from_the_configured_index(tmp_path, monkeypatch):
    wheel, _, html = _index(tmp_path)
    contents = {"https://index.example.org/simple/pip/": html.encode(), wheel.as_uri(): b"a wheel"}
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example.org/simple")
    monkeypatch.setattr("launch.pip_wheel._get", contents.__getitem__)

    fetched = fetch_pip(tmp_path / "cache")

    assert fetched.name == "pip-26.3-py3-none-any.whl"
    assert fetched.read_bytes() == b"a wheel"


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_pinned_library_has_its_hashes_so_that_another_file_of_its_name_is_refused(name):
    pinned = re.split(r"\n(?=[A-Za-z])", (PROJECT / name).read_text())

    libraries = [one for one in pinned if "==" in one]
    assert len(libraries) > 10
    assert [one for one in libraries if "--hash=sha256:" not in one] == []
