"""A team fills one checklist at once; an hour is asked for."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import AuditEvent
from notifications.models import Notification
from support.models import (
    ChecklistAnswer,
    ChecklistRound,
    ConsultationRequest,
    MeasureUse,
)
from support.services import rounds
from support.services.rounds import Subject, Tick
from tests import builders
from tests.project.test_access import as_


def begin(cast, *, copy_last=False, on=builders.ON, **subject) -> ChecklistRound:
    subject = subject or {"group": cast.group}
    return rounds.begin_round(
        checklist=builders.checklist(),
        subject=Subject(cast.school, **subject),
        copy_last=copy_last,
        by=cast["class_teacher"],
        on=on,
    )


# A field of the page, its value last or before what describes it.
FIELD = re.compile(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"')


def save(person, of, **sent):
    """What the page sends when a person has typed and pressed: words by item, `press`, `next`."""
    page = as_(person).get(reverse("support:round", args=[of.pk]))
    return send(person, of, page, **sent)


def send(person, of, page, **sent):
    fields = dict(FIELD.findall(page.text))
    fields = {name: unescape(value) for name, value in fields.items() if name[0].isdigit()}
    return as_(person).post(reverse("support:save_round", args=[of.pk]), fields | sent)


def item_of(found, place=0) -> int:
    return found.checklist.items.get(order=place).pk


def tick(cast, of, place=0, state="in_use", *, since=None, did="", seen=0, on=builders.ON):
    item = of.checklist.items.get(order=place)
    return rounds.mark(
        of=of,
        item=item,
        tick=Tick(state, since, did, seen),
        by=cast["class_teacher"],
        at=builders.AT,
        on=on,
    )


def alive() -> int:
    return MeasureUse.objects.filter(ends=None).count()


def test_a_round_is_begun_filled_and_read(cast):
    builders.checklist()
    teacher = as_(cast["class_teacher"])

    begun = teacher.post(
        reverse("support:begin_round", args=["lista"]), {"kenelle": f"group-{cast.group.pk}"}
    )
    found = ChecklistRound.objects.get()
    assert (begun.status_code, begun["Location"]) == (
        302,
        reverse("support:round", args=[found.pk]),
    )
    item = item_of(found)
    saved = save(
        cast["class_teacher"], found, press=f"{item}-in_use",
        **{f"{item}-since": "2026-10-30", f"{item}-did": "Rauhoitti alun"},
    )  # fmt: skip
    assert saved["Location"].endswith(f"#kohta-{item}")

    assert "1/3 kohtaa käyty" in teacher.get(begun["Location"]).text
    page = teacher.get(reverse("support:before", args=[found.pk])).text
    assert "Rauhoitti alun" in page
    assert "3 viikkoa" in page
    assert "Rauhoitti" in as_(cast["principal"]).get(begun["Location"]).text


def test_use_begins_and_ends_with_the_tick(cast):
    found = begin(cast)

    tick(cast, found, since=dt.date(2026, 9, 1))
    use = MeasureUse.objects.get()
    assert (use.group, use.begins, use.source) == (cast.group, dt.date(2026, 9, 1), "checklist")
    tick(cast, found, did="Toimii", seen=1)
    assert MeasureUse.objects.count() == 1
    tick(cast, found, state="tried", seen=2)
    assert alive() == 0
    tick(cast, found, seen=3)
    assert alive() == 1


def test_the_next_round_goes_on_from_the_last_and_counts_a_use_once(cast):
    first = begin(cast)
    tick(cast, first, since=dt.date(2026, 9, 1), did="Toimii")
    rounds.close_round(of=first, on=builders.ON)

    second = begin(cast, copy_last=True, on=builders.ON + dt.timedelta(days=30))

    copied = second.answers.get()
    assert (copied.state, copied.since, copied.did) == ("in_use", dt.date(2026, 9, 1), "Toimii")
    assert alive() == 1
    tick(cast, second, state="no_fit", seen=1)
    assert alive() == 0
    assert not rounds.reopen_round(of=first)


def test_a_closed_round_is_not_written_into(cast):
    found = begin(cast)
    rounds.close_round(of=found, on=builders.ON)

    with pytest.raises(rounds.ClosedRoundError):
        tick(cast, found)
    assert begin(cast).pk != found.pk


def _at_once(cast, found, jobs):
    def one(job):
        place, did = job
        try:
            tick(cast, found, place, did=did)
        except rounds.ChangedMeanwhileError:
            return "changed"
        finally:
            connection.close()
        return "saved"

    with ThreadPoolExecutor(3) as pool:
        return list(pool.map(one, jobs))


@pytest.fixture
def shared_round(cast):
    return begin(cast)


@pytest.mark.django_db(transaction=True)
def test_three_at_once_lose_no_tick(cast, shared_round, many_connections):
    got = _at_once(cast, shared_round, [(n % 3, f"sana {n}") for n in range(9)])

    assert sorted(got) == ["changed"] * 6 + ["saved"] * 3
    assert shared_round.answers.filter(state="in_use", number=1).count() == 3
    assert MeasureUse.objects.filter(ends=None).count() == 3


@pytest.mark.django_db(transaction=True)
def test_control_without_the_number_words_are_written_over(
    cast, shared_round, many_connections, monkeypatch
):
    """The guard is the number that was seen: without it the last writer wins in silence."""
    real = rounds.mark

    def careless(*, of, item, tick, **more):
        known = ChecklistAnswer.objects.filter(round=of, item=item).first()
        newest = known.number if known else 0
        return real(of=of, item=item, tick=Tick(tick.state, None, tick.did, newest), **more)

    monkeypatch.setattr(rounds, "mark", careless)
    for job in ((0, "ensin"), (0, "sitten")):
        assert _at_once(cast, shared_round, [job]) == ["saved"]
    assert shared_round.answers.get().did == "sitten"


@pytest.mark.parametrize(
    ("who", "sees"),
    [("class_teacher", True), ("special_teacher", True), ("principal", True),
     ("subject_teacher", False), ("other_class", False), ("neighbour_principal", False)],
)  # fmt: skip
def test_a_pupils_round_is_for_those_who_answer_for_the_pupil(cast, who, sees):
    found = begin(cast, group=cast.group, pupil=cast.child)

    page = as_(cast[who]).get(reverse("support:round", args=[found.pk]))

    assert page.status_code == (200 if sees else 404)
    assert AuditEvent.objects.filter(subject_key=cast.child.key).exists() is sees
    assert ("Elsa K." in as_(cast[who]).get(reverse("support:rounds")).text) is sees


def test_an_hour_is_asked_for_once_and_the_special_teacher_is_told(cast):
    found = begin(cast)
    tick(cast, found)
    teacher = as_(cast["class_teacher"])
    url = reverse("support:ask_for_hour", args=[found.pk])

    for words in ("Lukeminen", "Lukeminen ja kirjoittaminen"):
        assert teacher.post(url, {"question": words}).status_code == 302

    asked = ConsultationRequest.objects.get()
    assert asked.question == "Lukeminen ja kirjoittaminen"
    assert [one.slug for one in asked.tried.all()] == ["keino-0"]
    notice = Notification.objects.get()
    assert notice.recipient == cast["special_teacher"]
    assert as_(cast["special_teacher"]).get(notice.path).status_code == 200


def test_what_was_talked_over_is_asked_anew_as_a_request_of_its_own(cast):
    found = begin(cast)
    tick(cast, found)
    teacher = as_(cast["class_teacher"])
    url = reverse("support:ask_for_hour", args=[found.pk])
    teacher.post(url, {"question": "Lukeminen"})
    ConsultationRequest.objects.update(done_on=builders.ON)
    page = teacher.get(reverse("support:before", args=[found.pk])).text

    teacher.post(url, {"question": "Nyt kirjoittaminen"})

    new, old = ConsultationRequest.objects.all()
    assert (old.question, old.done_on) == ("Lukeminen", builders.ON)
    assert (new.question, new.done_on) == ("Nyt kirjoittaminen", None)
    assert "ja aika varattiin 20.11.2026" in page
    assert Notification.objects.filter(recipient=cast["special_teacher"]).count() == 2


def test_no_mail_leaves_about_a_child_under_a_nondisclosure_order(cast):
    cast.child.nondisclosure = True
    cast.child.save()
    found = begin(cast, group=cast.group, pupil=cast.child)
    teacher = as_(cast["class_teacher"])

    assert teacher.post(reverse("support:ask_for_hour", args=[found.pk])).status_code == 404
    assert "Pyydä tunti" not in teacher.get(reverse("support:before", args=[found.pk])).text
    assert not Notification.objects.exists()


def test_the_page_of_a_round_is_flat(cast, assert_flat):
    found = begin(cast)
    client = as_(cast["class_teacher"])

    def grow():
        builders.checklist(12)
        for place in range(10):
            tick(cast, found, place)

    assert_flat(lambda: client.get(reverse("support:round", args=[found.pk])), grow=grow)
    assert_flat(
        lambda: client.get(reverse("support:rounds")),
        grow=lambda: [begin(cast, team=f"Tiimi {n}") for n in range(4)],
    )


def before_page(cast, of, who="class_teacher") -> str:
    return as_(cast[who]).get(reverse("support:before", args=[of.pk])).text


def test_what_was_left_says_for_how_long_it_was_tried(cast):
    found = begin(cast)
    tick(cast, found, since=dt.date(2026, 9, 1), on=dt.date(2026, 9, 1))
    tick(cast, found, state="tried", since=dt.date(2026, 9, 1), seen=1, on=dt.date(2026, 9, 30))
    tick(cast, found, 1, "tried", since=dt.date(2026, 10, 1))

    page = before_page(cast, found)

    assert "1.9.2026–30.9.2026 · 4 viikkoa" in page
    assert "1.10.2026 alkaen" in page
    # Eleven weeks have gone since it began, but nobody knows when the second one was left.
    assert "11 viikkoa" not in page
    assert "7 viikkoa" not in page


def test_a_closed_rounds_weeks_no_longer_grow(cast):
    found = begin(cast)
    tick(cast, found, since=dt.date(2026, 9, 1))
    rounds.close_round(of=found, on=dt.date(2026, 9, 15))

    assert "2 viikkoa" in before_page(cast, found)


def test_before_support_is_asked_for_earlier_rounds_are_read_too(cast):
    first = begin(cast)
    tick(cast, first, since=dt.date(2026, 9, 1), did="Kuvat auttoivat")
    tick(cast, first, 1, "tried", did="Tauko ei auttanut")
    tick(cast, first, 2, "no_fit", did="Ei meille")
    rounds.close_round(of=first, on=builders.ON)
    second = begin(cast, on=builders.ON)
    tick(cast, second, did="Kuvat taas")

    page = before_page(cast, second)

    assert "Aiemmilla kierroksilla kokeiltu" in page
    assert "Tauko ei auttanut" in page
    assert "Kuvat auttoivat" not in page
    assert "Ei meille" not in page
    assert "Tauko" not in before_page(cast, begin(cast, team="Tiimi"))
