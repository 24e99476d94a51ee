"""How gunicorn serves the site: it writes no address of its own into a log."""

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
