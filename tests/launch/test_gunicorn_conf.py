"""How gunicorn serves the site: it writes no address of its own into a log."""

import gc
import runpy

from gunicorn.config import Config

from launch.programs import PROJECT


class Server:
    """Stands for a worker of gunicorn with its log."""

    def __init__(self):
        self.log = self
        self.lines = []

    def debug(self, *words):
        self.lines.append(words)


class Asked:
    """A request for a patient's page."""

    method = "GET"
    path = "/a/the-token-of-a-link"


def test_no_request_is_written_by_gunicorn_itself_not_even_to_a_talkative_log():
    settings = runpy.run_path(str(PROJECT / "launch" / "gunicorn_conf.py"))
    config, server = Config(), Server()

    config.set("pre_request", settings["pre_request"])
    config.pre_request(server, Asked())

    assert server.lines == []
    assert settings["accesslog"] is None


def test_a_process_that_serves_spares_what_stays_from_its_collector():
    settings = runpy.run_path(str(PROJECT / "launch" / "gunicorn_conf.py"))
    before = gc.get_threshold()
    try:
        settings["post_worker_init"](Server())

        assert gc.get_freeze_count() > 0
        assert gc.get_threshold()[0] > before[0]
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
