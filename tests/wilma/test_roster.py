"""Rosters: who belongs where, brought in once and again."""

import zipfile

import pytest

from accounts.models import User
from schools import services
from schools.models import Enrolment, Guardian, Membership, Pupil, School
from schools.roles import Role
from tests import builders
from tests.conftest import SAMPLES
from wilma.models import ImportRun
from wilma.services.roster import import_roster
from wilma.services.runs import Delivery

HEADER = (
    "oppilas_id;sukunimi;kutsumanimi;luokka;luokka_aste;koulukoodi;koulu;"
    "huoltaja1_sahkoposti;turvakielto"
)


@pytest.fixture
def bring(db, tmp_path):
    def deliver(*rows: str, header: str = HEADER, at=builders.AT) -> ImportRun:
        path = tmp_path / "roster.csv"
        path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
        return import_roster(Delivery(path, path.name, by=None, at=at))

    return deliver


def row(key="1", name="Kivelä;Elsa", group="7C", school="9903;Lumilinna", order="ei"):
    return f"{key};{name};{group};7;{school};huoltaja{key}@example.org;{order}"


def test_a_school_that_the_portal_does_not_know_is_created_and_the_report_says_so(bring):
    run = bring(row())

    assert School.objects.get().name == "Lumilinna"
    assert run.report["created_schools"] == ["Lumilinna"]


def test_the_same_roster_twice_changes_nothing(bring):
    bring(row("1"), row("2"))

    run = bring(row("1"), row("2"))

    assert run.report["pupils"] == {"new": 0, "changed": 0, "unchanged": 2, "removed": 0, "left": 0}
    assert Enrolment.objects.count() == 2


def test_a_moved_pupil_has_one_group_and_a_history(bring):
    bring(row("1"), row("2"))

    bring(row("1", group="7A"), row("2"))

    child = Pupil.objects.get(key="1")
    assert child.enrolments.count() == 2
    assert child.enrolments.get(ends=None).group.name == "7A"


def test_a_pupil_missing_from_the_whole_school_has_left(bring):
    bring(*(row(str(n)) for n in range(10)))

    run = bring(*(row(str(n)) for n in range(9)))

    assert run.report["pupils"]["left"] == 1
    assert Pupil.objects.get(key="9").left_on == builders.ON


def test_part_of_a_school_makes_nobody_leave(bring):
    bring(*(row(str(n)) for n in range(10)))

    run = bring(row("1"))

    assert run.report["pupils"]["left"] == 0
    assert "vain osa" in run.report["remarks"][0]


def test_an_identity_number_is_dropped_at_the_door_and_counted(bring):
    run = bring(row() + ";131052-308T", header=HEADER + ";hetu")

    assert run.report["dropped"] == {"henkilötunnus": 1}
    stored = " ".join(str(v) for one in Pupil.objects.values_list() for v in one)
    assert "131052" not in stored


def test_an_identity_number_as_the_key_refuses_the_file(bring):
    run = bring(row("131052-308T"))

    assert run.status == ImportRun.Status.REFUSED
    assert "131052" not in run.reason


def test_a_file_without_the_column_does_not_lift_a_nondisclosure_order(bring):
    bring(row(order="kyllä"))

    bring("1;Kivelä;Elsa;7C;7;9903;Lumilinna", header=HEADER.rsplit(";", 2)[0])

    assert Pupil.objects.get().nondisclosure


def test_two_addresses_in_one_cell_reach_nobody(bring):
    run = bring("1;Kivelä;Elsa;7C;7;9903;Lumilinna;a@example.org, b@example.org;ei")

    assert not Guardian.objects.exclude(email="").exists()
    assert "Rivi 2" in run.report["remarks"][0]


def test_other_names_and_orders_of_columns_are_understood(bring):
    run = bring(
        "7C,Lumilinnan koulu,Elsa Maria,Kivelä,40001",
        header="Luokka,Koulu,Etunimet,Sukunimi,Korttinumero",
    )

    assert run.status == ImportRun.Status.IMPORTED, run.reason
    assert str(Pupil.objects.get()) == "Elsa Maria Kivelä"


def test_guardians_and_staff_cannot_sign_in_before_they_are_invited(bring):
    bring(row())

    assert not User.objects.get(kind="guardian").has_usable_password()


def oneroster(tmp_path, **changes: str):
    path = tmp_path / "oneroster.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for one in (SAMPLES / "wilma-json" / "oneroster").glob("*.csv"):
            archive.writestr(one.name, changes.get(one.stem, one.read_text(encoding="utf-8")))
    return path


def test_oneroster_comes_as_a_zip_too(db, tmp_path):
    path = oneroster(tmp_path)

    import_roster(Delivery(path, path.name, by=None, at=builders.AT))

    assert Pupil.objects.count() == 64
    assert Membership.objects.filter(role="class_teacher").count() == 8
    assert not User.objects.get(username="opettaja.1a").has_usable_password()


def test_oneroster_1_1_has_its_roles_on_the_users(db, tmp_path):
    users = (
        "sourcedId,status,enabledUser,orgSourcedIds,role,username,givenName,familyName,password\n"
        "p1,active,true,org-9901,student,p1,Elsa,Kivelä,salainen\n"
        "p2,tobedeleted,true,org-9901,student,p2,Poistunut,Oppilas,\n"
        "t1,,true,org-9901,teacher,ope,Aino,Ahola,\n"
    )
    enrollments = (
        "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role,primary\n"
        "e1,cl-9901-1A,org-9901,p1,student,false\ne2,cl-9901-1A,org-9901,t1,teacher,true\n"
    )
    path = oneroster(tmp_path, users=users, enrollments=enrollments, roles="sourcedId,role\n")

    run = import_roster(Delivery(path, path.name, by=None, at=builders.AT))

    assert run.status == ImportRun.Status.IMPORTED, run.reason
    assert list(Pupil.objects.values_list("key", flat=True)) == ["p1"]
    assert Membership.objects.get().role == "class_teacher"


def test_a_delta_is_refused_with_a_clear_word(db, tmp_path):
    path = oneroster(tmp_path, manifest="propertyName,value\nfile.users,delta\n")

    run = import_roster(Delivery(path, path.name, by=None, at=builders.AT))

    assert run.status == ImportRun.Status.REFUSED
    assert "delta" in run.reason


def test_a_zip_that_would_burst_is_not_opened(db, tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("users.csv", b"0" * 20_000_000)

    run = import_roster(Delivery(path, path.name, by=None, at=builders.AT))

    assert run.status == ImportRun.Status.REFUSED
    assert "kohtuuttoman" in run.reason


def test_a_source_that_names_a_merged_school_still_finds_its_classes(bring):
    bring(row("1"), row("2", group="7C", school="9901;Satama"))
    old, new = School.objects.get(key="9901"), School.objects.get(key="9903")
    services.merge_school(school=old, into=new, on=builders.ON)
    places = list(Enrolment.objects.values_list("pupil__key", "group_id", "ends"))

    run = bring(row("1"), row("2", group="7C", school="9901;Satama"))

    assert list(Enrolment.objects.values_list("pupil__key", "group_id", "ends")) == places
    assert "Satama on yhdistetty: oppilaat tuotiin kouluun Lumilinna." in run.report["remarks"]


def test_a_class_whose_teacher_changes_is_closed_to_the_former_one(bring):
    header = HEADER + ";luokanopettaja;luokanopettaja_sahkoposti"
    bring(row() + ";Virkanen Liisa;liisa@example.org", header=header)
    bring(row() + ";Virkanen Aino;aino@example.org", header=header)

    mine = Membership.objects.filter(role="class_teacher").order_by("pk")
    assert [one.user.first_name for one in mine.filter(ends=None)] == ["Aino"]
    assert mine.exclude(ends=None).count() == 1


def test_a_class_teachers_bare_name_is_nobody_and_the_report_says_so(bring):
    run = bring(
        row("1") + ";Virkanen Liisa", row("2") + ";Virkanen Liisa", header=HEADER + ";luokanvalvoja"
    )

    assert not Membership.objects.exists()
    assert len([one for one in run.report["remarks"] if "luokanvalvoja_sahkoposti" in one]) == 1


def test_a_file_cut_in_the_middle_of_a_row_is_refused_and_nobody_leaves(bring, tmp_path):
    bring(*(row(str(n)) for n in range(10)))
    path = tmp_path / "roster.csv"
    path.write_bytes(path.read_bytes()[:-30])

    run = import_roster(Delivery(path, path.name, by=None, at=builders.AT))

    assert run.status == "refused"
    assert Pupil.objects.filter(left_on=None).count() == 10


def test_a_guardian_whom_the_file_no_longer_names_sees_the_child_no_more(bring):
    bring(row("1"))
    before = User.objects.get(email="huoltaja1@example.org")

    run = bring(row("1").replace("huoltaja1@", "toinen@"))

    child = Pupil.objects.get(key="1")
    told = {move["words"]: move["keys"] for move in run.report["moves"]}
    assert told == {"Jokin huoltaja poistuu": ["1"]}
    assert [one.user.email for one in child.guardians.all()] == ["toinen@example.org"]
    assert not Pupil.objects.visible_to(before, on=builders.ON).exists()


def test_a_guardian_stays_when_the_file_says_nothing_of_guardians(bring):
    bring(row("1"))

    bring("1;Kivelä;Elsa;7C", header="oppilas_id;sukunimi;kutsumanimi;luokka")

    assert Pupil.objects.get(key="1").guardians.count() == 1


def test_last_years_class_opens_nothing_to_its_teacher(db):
    old = builders.group(builders.school(), "6C", 6)
    liisa = builders.staff("liisa", Role.CLASS_TEACHER, in_group=old)
    child = builders.pupil(old)
    next_autumn = builders.ON.replace(year=2027)

    assert Pupil.objects.visible_to(liisa, on=builders.ON).filter(pk=child.pk).exists()
    assert not Pupil.objects.visible_to(liisa, on=next_autumn).exists()


def test_one_child_with_two_cards_is_asked_about_by_keys_alone(bring):
    run = bring(row("1"), row("2").replace("huoltaja2", "huoltaja1"))

    (remark,) = run.report["remarks"]
    assert "1, 2" in remark
    assert "Kivelä" not in remark


def test_a_tampered_length_costs_its_own_row_only(bring):
    run = bring(row("9" * 65), row("2"))

    assert Pupil.objects.count() == 1
    assert "liian pitkä" in run.issues.get().reason
