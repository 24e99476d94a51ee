"""The image that docker-compose.yml builds: what is in it, and who runs it."""

import re
from pathlib import Path

from launch.programs import PROJECT


def test_the_image_runs_as_a_user_without_rights_and_holds_no_simulator():
    instructions = (PROJECT / "Dockerfile").read_text()
    left_out = (PROJECT / ".dockerignore").read_text().splitlines()

    assert "USER lupine" in instructions.split("FROM")[-1]
    assert "simulator" in left_out


def test_no_process_of_the_image_reads_the_time_zones_of_its_distribution(compose):
    assert re.search(r"^    PYTHONTZPATH= ", (PROJECT / "Dockerfile").read_text(), re.M)
    said = [one.get("environment", {}) for one in compose["services"].values()]
    assert not any("PYTHONTZPATH" in one for one in said)


def test_the_image_copies_only_what_is_there_and_sent_to_the_builder():
    copied = re.findall(
        r"^COPY (?!--from)(?:--chmod=\d+ )?(.+) \S+$", (PROJECT / "Dockerfile").read_text(), re.M
    )
    sent = [
        line[1:] for line in (PROJECT / ".dockerignore").read_text().splitlines() if "!" in line
    ]

    for source in " ".join(copied).split():
        assert (PROJECT / source).exists()
        assert any(Path(source).is_relative_to(path) for path in sent)


def test_a_checkout_that_is_its_owners_only_still_makes_an_image_that_runs():
    copies = re.findall(
        r"^COPY (?!--from|requirements)(\S+)", (PROJECT / "Dockerfile").read_text(), re.M
    )

    assert copies
    assert set(copies) == {"--chmod=755"}


def test_the_image_holds_every_module_of_launch_that_serving_needs():
    copied = (PROJECT / "Dockerfile").read_text()
    needed = {"gunicorn_conf", "web_worker", "web_log", "arrival", "line"}

    for name in needed:
        assert f"launch/{name}.py" in copied
        imports = re.findall(
            r"^from launch\.(\w+) import", (PROJECT / f"launch/{name}.py").read_text(), re.M
        )
        assert set(imports) <= needed
