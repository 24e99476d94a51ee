from booking.web import processes
from launch.down_file import NAME, DownFile


def test_the_site_reads_what_the_supervisor_writes(tmp_path):
    down = DownFile(tmp_path)

    down.tell(["worker", "beat"])
    first = processes.down(tmp_path)
    down.tell([])

    assert first == ["beat_down", "worker_down"]
    assert processes.down(tmp_path) == []
    assert processes.DOWN_FILE == NAME


def test_what_cannot_be_written_is_written_when_it_can(tmp_path):
    folder = tmp_path / "away"
    down = DownFile(folder)

    down.tell(["worker"])
    folder.mkdir()
    down.tell(["worker"])

    assert processes.down(folder) == ["worker_down"]


def test_what_a_killed_supervisor_left_is_gone_with_the_next_start(make, tmp_path):
    stack = make(data_dir=tmp_path)
    DownFile(tmp_path).tell(["worker"])

    stack.start()

    assert processes.down(tmp_path) == []
