"""A roster that was cut, or that calls a school by another key: nobody leaves, no school twice."""

import shutil
import zipfile

import pytest
from django.core.management import CommandError, call_command

from schools.models import Pupil, School
from tests import builders
from tests.conftest import SAMPLES
from wilma.services.roster import import_roster
from wilma.services.runs import Delivery

HEADER = "oppilas_id;sukunimi;kutsumanimi;luokka;koulukoodi;koulu\n"
ONEROSTER = SAMPLES / "wilma-json" / "oneroster"


def row(number, *, school="9903;Lumilinna", group="7C"):
    return f"{number};Kivelä{number};Elsa;{group};{school}\n"


@pytest.fixture
def bring(db, tmp_path):
    def deliver(text, header=HEADER):
        path = tmp_path / "roster.csv"
        path.write_text(header + text, encoding="utf-8")
        return import_roster(Delivery(path, path.name, by=None, at=builders.AT))

    return deliver


@pytest.fixture
def folder(db, tmp_path):
    target = tmp_path / "oneroster"
    shutil.copytree(ONEROSTER, target)
    assert bring_path(target).status == "imported"
    return target


def bring_path(path):
    return import_roster(Delivery(path, path.name, by=None, at=builders.AT))


def here():
    return Pupil.objects.here(builders.AT.date()).count()


def test_a_child_whose_row_cannot_be_read_has_not_left(bring):
    rows = [row(n) for n in range(1, 30)]
    bring("".join(rows))

    run = bring("".join([rows[0].replace("Kivelä1", "=1+1"), *rows[1:]]))

    assert (run.issues.count(), run.report["pupils"]["left"]) == (1, 0)


def test_of_a_file_without_its_last_line_end_nobody_leaves(bring):
    rows = [row(n) for n in range(1, 30)]
    bring("".join(rows))

    run = bring("".join(rows[:-1]).rstrip("\n"))

    assert run.report["pupils"]["left"] == 0
    assert any("katkennut" in one for one in run.report["remarks"])


def test_a_school_that_comes_by_name_alone_is_the_one_that_is_known(bring):
    bring(row(1))

    run = bring("1;Kivelä1;Elsa;7C; lumilinna\n", "oppilas_id;sukunimi;kutsumanimi;luokka;koulu\n")

    assert run.report["created_schools"] == []
    assert School.objects.count() == 1


def test_a_school_first_met_by_name_keeps_its_pupils_when_its_code_comes(bring):
    bring("1;Kivelä1;Elsa;7C;Lumilinna\n", "oppilas_id;sukunimi;kutsumanimi;luokka;koulu\n")

    bring(row(1) + row(2))

    assert School.objects.get().pupils.count() == 2


def test_two_schools_of_one_name_in_one_file_stay_two(bring):
    bring(row(1) + row(2, school="9904;Lumilinna"))
    bring(row(1) + row(2, school="9904;Lumilinna"))

    assert School.objects.count() == 2


@pytest.mark.parametrize("name", ["users", "enrollments", "classes", "roles", "orgs"])
@pytest.mark.parametrize("cut", ["half", "row"])
def test_oneroster_cut_anywhere_makes_nobody_leave(folder, name, cut):
    before = here()
    path = folder / f"{name}.csv"
    data = path.read_bytes()
    lines = data.splitlines(keepends=True)
    path.write_bytes(data[: -len(lines[-1]) // 2] if cut == "half" else b"".join(lines[:-2]))

    run = bring_path(folder)

    assert here() == before
    assert run.status == "refused" or run.report["pupils"]["left"] == 0


def test_a_torn_row_at_the_end_of_oneroster_refuses_it(folder):
    path = folder / "users.csv"
    path.write_bytes(path.read_bytes().rstrip()[:-30].rpartition(b",")[0])

    run = bring_path(folder)

    assert run.status == "refused"
    assert "katkennut kesken" in run.reason


def test_a_zip_with_a_broken_member_is_refused_in_words(folder, tmp_path):
    path = tmp_path / "oneroster.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for one in folder.glob("*.csv"):
            archive.write(one, one.name)
    data = bytearray(path.read_bytes())
    place = data.find(b"users.csv") + 400
    data[place : place + 4] = b"XXXX"
    path.write_bytes(data)

    run = bring_path(path)

    assert run.status == "refused"
    assert "rikki" in run.reason


def test_the_command_says_what_is_odd_and_lets_it_in_when_told_to(bring, tmp_path, capsys):
    rows = [row(n) for n in range(1, 31)]
    bring("".join(rows))
    path = tmp_path / "toiset.csv"
    path.write_text(HEADER + "".join(rows).replace("Kivelä", "Laine"), encoding="utf-8")

    with pytest.raises((SystemExit, CommandError)) as refused:
        call_command("import_roster", str(path))
    told = capsys.readouterr().err + str(refused.value)
    call_command("import_roster", str(path), "--anyway")

    assert "nimi vaihtuisi" in told
    assert Pupil.objects.filter(last_name__startswith="Laine").count() == 30
