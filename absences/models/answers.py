"""What the adults did, and whether it helped."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from absences.models.alerts import Alert
from accounts.models import User
from schools.models import Pupil
from support.models import Helped


class Reaction(models.Model):
    """What an adult did. Any honest answer clears the alert; what was said is not kept."""

    class Kind(models.TextChoices):
        CALL = "call", _("Soitin kotiin")
        TALK = "talk", _("Juttelin oppilaan kanssa")
        MEETING = "meeting", _("Sovimme palaverin")
        WELCOME = "welcome", _("Sovimme, kuka on vastassa")
        NOTHING_NEEDED = "nothing_needed", _("Ei tarvetta nyt")
        OTHER = "other", _("Tein jotain muuta")

    class With(models.TextChoices):
        PUPIL = "pupil", _("oppilas")
        GUARDIAN = "guardian", _("huoltaja")
        BOTH = "both", _("oppilas ja huoltaja")
        COLLEAGUE = "colleague", _("työkaveri")
        WELFARE = "welfare", _("opiskeluhuolto")
        NOBODY = "nobody", _("ei ketään")

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="reactions")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(_("mitä tehtiin"), max_length=20, choices=Kind)
    with_whom = models.CharField(_("kenen kanssa"), max_length=20, choices=With)
    next_check = models.DateField(_("katsotaan uudelleen"), null=True, blank=True)
    reacted_at = models.DateTimeField()
    helped = models.CharField(_("auttoiko se"), max_length=10, choices=Helped, blank=True)
    helped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-reacted_at", "-pk"]

    class Privacy:
        personal: ClassVar = {"alert", "by", "kind", "with_whom", "next_check", "helped"}
        open: ClassVar = {"id", "reacted_at", "helped_at"}

    def __str__(self) -> str:
        return self.get_kind_display()


class Hop(models.Model):
    """An unanswered alert goes on: a reminder, the deputy, then the one above. Each once."""

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("muistutus")
        DEPUTY = "deputy", _("sijaiselle")
        ABOVE = "above", _("eteenpäin")

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="hops")
    kind = models.CharField(max_length=10, choices=Kind)
    to = models.ForeignKey(User, models.CASCADE, related_name="+")
    hopped_on = models.DateField()

    class Meta:
        ordering: ClassVar = ["hopped_on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["alert", "kind", "to"], name="hop_once")
        ]

    class Privacy:
        personal: ClassVar = {"alert", "to"}
        open: ClassVar = {"id", "kind", "hopped_on"}

    def __str__(self) -> str:
        return self.get_kind_display()


class LegalAct(models.Model):
    """That a person did what the law asks of a person: when and by whom, never the content."""

    class Kind(models.TextChoices):
        EXPERT_GROUP = "expert_group", _("monialainen asiantuntijaryhmä koottiin")
        SOCIAL_CARE = "social_care", _("yhteydenotto sosiaalihuoltoon tehtiin")
        CHILD_WELFARE = "child_welfare", _("lastensuojeluilmoitus tehtiin")
        POLICE = "police", _("ilmoitus poliisille tehtiin")

    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="legal_acts")
    kind = models.CharField(_("mitä tehtiin"), max_length=20, choices=Kind)
    done_on = models.DateField(_("milloin"))
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-done_on", "-pk"]

    class Privacy:
        personal: ClassVar = {"pupil", "kind", "done_on", "by"}
        open: ClassVar = {"id", "recorded_at"}

    def __str__(self) -> str:
        return self.get_kind_display()


class Disclosure(models.Model):
    """That a pupil's identification data went to another controller's employee, and on what ground.

    Pupil welfare is the wellbeing services county's own work (oppilas- ja opiskelijahuoltolaki
    1287/2013). Only that there is an alert is told, never hours or reasons.
    """

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="disclosures")
    to = models.ForeignKey(User, models.CASCADE, related_name="+")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    ground = models.CharField(max_length=160)
    disclosed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["alert", "to"], name="disclosed_once")
        ]

    class Privacy:
        personal: ClassVar = {"alert", "to", "by"}
        open: ClassVar = {"id", "ground", "disclosed_at"}

    def __str__(self) -> str:
        return self.ground
