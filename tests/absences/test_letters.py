"""Letters home after the alert: corrections, old notes, and a false alarm taken back."""

import datetime as dt

from django.urls import reverse

from absences import services
from absences.models import Alert, LessonNote
from absences.services.letters import mark_printed
from schools.models import Guardian
from tests import builders
from tests.signed_in import as_

MORNING = builders.AT.replace(hour=9)


def walk(cast):
    builders.batch(cast.school, cast.neighbour)
    builders.absent(cast.child, 30)
    services.walk_round(on=builders.ON, cause="by_hand", at=builders.AT)
    return Alert.objects.get(pupil=cast.child)


def test_a_letter_says_what_has_been_corrected_since_and_that_the_notes_are_old(cast, monkeypatch):
    Guardian.objects.filter(user=cast["guardian"]).update(user=None)
    alert = walk(cast)
    LessonNote.objects.filter(pk__in=LessonNote.objects.values("pk")[:10]).update(
        national_class="leave"
    )
    later = builders.ON + dt.timedelta(days=28)
    monkeypatch.setattr("kemi_ecosystem.lib.clock.today", lambda: later)
    read = []
    monkeypatch.setattr("kemi_ecosystem.lib.pdf.make", lambda html: read.append(html) or b"%PDF")

    as_(cast["class_teacher"]).get(reverse("absences:letter", args=[alert.pk]))

    assert "samalta ajalta lasketaan nyt 20 oppituntia" in read[0]
    assert "Koulun merkinnät eivät juuri nyt ole ajan tasalla." in read[0]


def test_a_false_alarm_that_went_home_by_letter_is_taken_back_by_letter(cast, monkeypatch):
    Guardian.objects.filter(user=cast["guardian"]).update(user=None)
    alert = walk(cast)
    letters = reverse("absences:letters")
    client = as_(cast["class_teacher"])
    mark_printed(alert=alert, by=cast["class_teacher"], at=builders.AT)
    services.withdraw(
        alert=alert, mistake="other", by=cast["principal"], at=MORNING, on=builders.ON
    )
    read = []
    monkeypatch.setattr("kemi_ecosystem.lib.pdf.make", lambda html: read.append(html) or b"%PDF")

    waits = client.get(letters).text
    client.get(reverse("absences:letter", args=[alert.pk]))
    later = MORNING + dt.timedelta(hours=1)
    mark_printed(alert=alert, by=cast["class_teacher"], at=later)

    assert "pahoittelu, tulostamatta" in waits
    assert "Tämä viesti oli aiheeton, ja se on peruttu. Pahoittelemme." in read[0]
    assert "oppituntia" not in read[0]
    assert "tulostamatta" not in client.get(letters).text


def test_a_false_alarm_whose_letter_never_left_needs_none(cast):
    Guardian.objects.filter(user=cast["guardian"]).update(user=None)
    services.withdraw(
        alert=walk(cast), mistake="other", by=cast["principal"], at=MORNING, on=builders.ON
    )

    assert "Ei kirjeitä" in as_(cast["class_teacher"]).get(reverse("absences:letters")).text
