"""What a person reads in a terminal when a command cannot do what was asked."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

from kemi_ecosystem.lib.commands import RefusedError

BASE = Path(settings.BASE_DIR)
OURS = sorted(name for name, app in get_commands().items() if (BASE / app).is_dir())


@pytest.fixture
def typed(monkeypatch, capsys):
    """Types a command as in a terminal; gives its exit code and what it said as its error."""
    # The command must not close the test's own connection.
    monkeypatch.setattr("django.core.management.base.connections.close_all", lambda: None)

    def run(name, *words):
        command = load_command_class(get_commands()[name], name)
        with pytest.raises(SystemExit) as end:
            command.run_from_argv(["manage.py", name, *words])
        return end.value.code, capsys.readouterr().err

    return run


@pytest.mark.parametrize("name", ["import_notes", "import_roster", "load_content"])
def test_a_refusal_is_the_sentence_alone(db, typed, tmp_path, name):
    missing = tmp_path / "tätä ei ole"

    code, err = typed(name, str(missing))

    assert code == 1
    assert re.fullmatch(rf"\w+ ei (löydy|ole): {missing}\n", err)


@pytest.mark.parametrize("name", OURS)
def test_every_command_refuses_in_the_same_way(typed, monkeypatch, name):
    def refuse(*_args, **_options):
        raise RefusedError("Nyt ei voi.")

    kind = type(load_command_class(get_commands()[name], name))
    monkeypatch.setattr(kind, "handle", refuse)
    words = {
        "backup": ["x"], "restore": ["x"], "dump_content": ["x"], "export_pupil": ["x", "--out=x"],
        "forget_pupil": ["x"], "import_notes": ["x"], "import_roster": ["x"],
    }  # fmt: skip

    assert typed(name, *words.get(name, [])) == (1, "Nyt ei voi.\n")


def test_a_file_that_one_may_not_read_is_told_in_a_sentence(db, typed, monkeypatch, tmp_path):
    path = tmp_path / "suljettu.csv"
    path.write_text("x", encoding="utf-8")

    def closed(*_args, **_options):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("wilma.services.runs.digest", closed)

    for name in ("import_roster", "import_notes"):
        assert typed(name, str(path)) == (1, f"Tiedostoon ei ole oikeutta: {path}\n")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["backup", "ei/ole/a.tar.gz"], "kansiota ei ole"),
        (["export_pupil", "40001", "--out=ei/ole/a"], "kansiota ei ole"),
        (["export_pupil", "40001", "--out=."], "samanniminen tiedosto on jo olemassa"),
    ],
)
def test_why_a_file_could_not_be_written_is_told_in_words(cast, typed, words, reason):
    code, err = typed(*words)

    assert code == 1
    assert err.endswith(f" ei voitu kirjoittaa: {reason}.\n")


@pytest.mark.once
def test_who_has_read_enough_of_an_output_sees_no_trace():
    talks = (
        "import django; django.setup()\n"
        "from kemi_ecosystem.lib.commands import PlainCommand\n"
        "class Talks(PlainCommand):\n"
        "    def handle(self, *args, **options):\n"
        "        self.stdout.write('sana')\n"
        "Talks().run_from_argv(['manage.py', 'talks'])\n"
    )
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-c", talks], stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)

    assert ended.stderr == b""


def test_a_day_that_is_none_is_told_how_to_be_written(typed):
    code, err = typed("robot_round", "--date", "2026-13-45")

    assert code == 2
    assert "”2026-13-45” ei ole päivä. Kirjoita se muodossa vvvv-kk-pp" in err


def test_a_developer_still_gets_the_whole_trace(db, monkeypatch):
    monkeypatch.setattr("django.core.management.base.connections.close_all", lambda: None)
    command = load_command_class("wilma", "import_roster")

    with pytest.raises(RefusedError, match="ei löydy"):
        command.run_from_argv(["manage.py", "import_roster", "/ei/ole", "--traceback"])
