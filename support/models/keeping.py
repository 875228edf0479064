"""How the catalogue's texts are kept: versions, drafts, suggestions, and the pack's own files."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _


class TextKind(models.TextChoices):
    """The texts that are edited in the portal; the values stand in addresses."""

    MEASURE = "tukitoimi", _("Tukitoimi")
    CARD = "laatukortti", _("Laatukortti")
    PROMISE = "laatulupaus", _("Laatulupaus")
    CHECKLIST = "muistilista", _("Muistilista")
    ITEM = "kohta", _("Muistilistan kohta")


class TextVersionQuerySet(models.QuerySet["TextVersion"]):
    def of(self, kind: str, slug: str) -> "TextVersionQuerySet":
        return self.filter(kind=kind, slug=slug)

    def latest_of_each(self) -> "TextVersionQuerySet":
        """The version in use of every text that has any."""
        newer = TextVersion.objects.filter(
            kind=OuterRef("kind"), slug=OuterRef("slug"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(newer))


class TextVersion(models.Model):
    """What a text said from a moment on. A row is never changed: restoring adds a new one."""

    class Source(models.TextChoices):
        # What stood in the catalogue when the portal first looked, or came with a pack later.
        PACK = "pack", _("sisältöpaketti")
        PORTAL = "portal", _("muokattu portaalissa")

    kind = models.CharField(max_length=20, choices=TextKind)
    slug = models.CharField(max_length=140)
    number = models.PositiveIntegerField()
    # Field → text, or a list of texts.
    fields = models.JSONField()
    source = models.CharField(max_length=10, choices=Source)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    # "Sauvosaaren 3. luokkien tiimi": a role or a unit, no name of a person is asked for.
    asked_by = models.CharField(_("kuka pyysi muutosta"), max_length=120, blank=True)
    why = models.CharField(_("mitä muuttui ja miksi"), max_length=200, blank=True)
    review_on = models.DateField(_("tarkistetaan viimeistään"), null=True, blank=True)

    objects = TextVersionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["kind", "slug", "-number"]
        constraints: ClassVar = [
            # Two who publish at the same moment cannot both be the next version.
            models.UniqueConstraint(fields=["kind", "slug", "number"], name="text_version_once"),
        ]

    class Privacy:
        personal: ClassVar = {"published_by", "asked_by", "why"}
        open: ClassVar = {
            "id", "kind", "slug", "number", "fields", "source", "published_at", "review_on",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind}/{self.slug} {self.number}"


class TextDraft(models.Model):
    """One editor's unfinished text. `base` is the number of the version that it began from."""

    kind = models.CharField(max_length=20, choices=TextKind)
    slug = models.CharField(max_length=140)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    base = models.PositiveIntegerField()
    fields = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "slug", "author"], name="one_draft_each"),
        ]

    class Privacy:
        personal: ClassVar = {"author", "fields"}
        open: ClassVar = {"id", "kind", "slug", "base", "saved_at"}

    def __str__(self) -> str:
        return f"{self.kind}/{self.slug}"


class TextSuggestion(models.Model):
    """What a reader at work would change, in their own words, and what came of it."""

    class State(models.TextChoices):
        OPEN = "open", _("odottaa")
        TAKEN = "taken", _("otettu mukaan")
        DECLINED = "declined", _("ei oteta nyt")

    kind = models.CharField(max_length=20, choices=TextKind)
    slug = models.CharField(max_length=140)
    text = models.TextField(_("ehdotus"), max_length=1000)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answer = models.CharField(_("vastaus ehdottajalle"), max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-made_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state="open", answered_at=None)
                | models.Q(~models.Q(state="open"), answered_at__isnull=False),
                name="suggestion_answered_once",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "made_at"], name="suggestion_waits")]

    class Privacy:
        personal: ClassVar = {"text", "made_by", "answer"}
        open: ClassVar = {"id", "kind", "slug", "made_at", "state", "answered_at"}

    def __str__(self) -> str:
        return f"{self.kind}/{self.slug}"


class PackFile(models.Model):
    """A file of the pack in use, as it was loaded: what is written out again is written into it."""

    path = models.CharField(max_length=160, unique=True)
    text = models.TextField()

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {"id", "path", "text"}

    def __str__(self) -> str:
        return self.path
