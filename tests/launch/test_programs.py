from launch.local_settings import Ports, kept_settings, local_settings
from launch.programs import lupine
from workers import marks


def _programs(tmp_path, **given):
    kept = kept_settings(tmp_path)
    return lupine(local_settings(tmp_path, Ports(18100, 18110), given, kept=kept))


def _names(programs):
    return [program.name for program in programs]


def test_the_database_is_migrated_before_anything_that_stays_starts(tmp_path):
    programs = _programs(tmp_path)

    assert _names(programs.once) == ["migrate", "demo"]
    assert _names(programs.staying) == ["phone", "web", "worker", "loop", "beat"]


def test_no_program_takes_settings_from_the_file_that_is_for_docker(tmp_path):
    for program in _programs(tmp_path).once:
        assert "flask" not in program.argv or program.env["FLASK_SKIP_DOTENV"] == "1"


def test_demo_people_never_meet_a_real_carrier(tmp_path):
    programs = _programs(tmp_path, TWILIO_ACCOUNT_SID="AC" + "0" * 32)

    assert _names(programs.once) == ["migrate", "demo"]
    assert programs.once[1].argv[-1] == "demo.refuse"


def test_the_simulator_runs_while_mail_is_caught_and_not_otherwise(tmp_path):
    real = {"TWILIO_BASE_URL": "https://api.twilio.com"}

    caught = _programs(tmp_path, **real)
    nothing = _programs(tmp_path, **real, SMTP_URL="smtp://mail.example.org:25")

    assert "phone" in _names(caught.staying)
    assert "phone" not in _names(nothing.staying)


def test_the_simulator_is_told_no_key_of_the_clinic(tmp_path):
    programs = _programs(tmp_path, REDIS_URL="redis://cache/0")

    phone = programs.staying[0]

    assert not {"SECRET_KEYS", "FIELD_KEYS", "DATABASE_URL", "REDIS_URL"} & set(phone.env)
    assert phone.env["TWILIO_AUTH_TOKENS"]


def test_each_process_is_looked_after_by_what_it_shows_of_itself(tmp_path):
    staying = {program.name: program for program in _programs(tmp_path).staying}

    assert staying["worker"].mark == tmp_path / marks.WORKER
    assert staying["loop"].mark == tmp_path / marks.LOOP
    assert staying["beat"].mark == tmp_path / marks.BEAT
    assert staying["phone"].alive_url
    assert staying["web"].alive_url.endswith("/livez"), "a database that is away is no hanging site"
