"""The catalogue of support: one measure, many ways in."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Count, Prefetch
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """Where a measure stands in the structure of support in force since 1.8.2025."""

    ARRANGEMENT = "arrangement", _("opetusjärjestely")
    GROUP = "group", _("ryhmäkohtainen tuki")
    INDIVIDUAL = "individual", _("kohti oppilaskohtaista tukea")


class Stage(models.TextChoices):
    ECEC = "ecec", _("varhaiskasvatus")
    PREPRIMARY = "preprimary", _("esiopetus")
    PRIMARY = "primary", _("vuosiluokat 1–6")
    LOWER_SECONDARY = "lower_secondary", _("vuosiluokat 7–9")


class Staged(models.Model):
    """For which stages something is meant. Plain columns: filters work alike on every database."""

    for_ecec = models.BooleanField(_("varhaiskasvatus"), default=False)
    for_preprimary = models.BooleanField(_("esiopetus"), default=False)
    for_primary = models.BooleanField(_("vuosiluokat 1–6"), default=False)
    for_lower_secondary = models.BooleanField(_("vuosiluokat 7–9"), default=False)

    class Meta:
        abstract = True

    @property
    def stages(self) -> list[str]:
        return [str(one.label) for one in Stage if getattr(self, f"for_{one.value}")]


STAGE_FIELDS = {f"for_{one.value}" for one in Stage}


class Branch(models.Model):
    """One of the tree's five branches."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("nimi"), max_length=80)
    summary = models.CharField(_("kuvaus"), max_length=200)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["order"]
        verbose_name = _("haara")
        verbose_name_plural = _("haarat")

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {"id", "slug", "name", "summary", "order"}

    def __str__(self) -> str:
        return self.name


class Need(models.Model):
    """What a pupil may need help with: a tag on measures and cards."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("nimi"), max_length=60)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["order"]
        verbose_name = _("tuen tarve")
        verbose_name_plural = _("tuen tarpeet")

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {"id", "slug", "name", "order"}

    def __str__(self) -> str:
        return self.name


class MeasureQuerySet(models.QuerySet["Measure"]):
    def for_tree(self) -> "MeasureQuerySet":
        """In the order of the drawing, with just what a leaf and its line in the list show."""
        return (
            self.select_related("branch")
            .only(
                "slug",
                "name",
                "level",
                "branch__slug",
                "branch__name",
                "branch__summary",
                "pictogram",
                "teacher_summary",
                "setup_minutes",
            )
            .order_by("branch__order", "order")
        )

    def for_page(self) -> "MeasureQuerySet":
        return self.select_related("branch").prefetch_related(
            "needs", "cards", Prefetch("items", ChecklistItem.objects.select_related("checklist"))
        )


class Measure(Staged):
    """A leaf of the tree, in three wordings: for teachers, for pupils and for guardians."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("nimi"), max_length=80)
    branch = models.ForeignKey(
        Branch, models.PROTECT, verbose_name=_("haara"), related_name="measures"
    )
    order = models.PositiveSmallIntegerField()
    level = models.CharField(_("taso"), max_length=12, choices=Level)
    needs = models.ManyToManyField(Need, verbose_name=_("tuen tarpeet"), related_name="measures")
    setup_minutes = models.PositiveSmallIntegerField(_("aikaa alkuun (min)"))
    who = models.CharField(_("kuka"), max_length=100)
    pictogram = models.CharField(max_length=60)
    decision_required = models.BooleanField(_("vaatii päätöksen"), default=False)
    teacher_summary = models.TextField(_("opettajalle"))
    teacher_steps = models.JSONField(_("näin alkuun"))
    teacher_watch = models.CharField(_("mistä huomaat"), max_length=200)
    pupil_text = models.CharField(_("oppilaan sanoin"), max_length=70)
    guardian_text = models.TextField(_("huoltajalle"))

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["branch__order", "order"]
        verbose_name = _("tukitoimi")
        verbose_name_plural = _("tukitoimet")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(level__in=Level.values), name="measure_level_known"
            ),
            models.CheckConstraint(
                condition=models.Q(setup_minutes__gt=0), name="measure_takes_some_time"
            ),
        ]

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {
            "id", "slug", "name", "branch", "order", "level", "needs", "setup_minutes", "who",
            "pictogram", "decision_required", "teacher_summary", "teacher_steps", "teacher_watch",
            "pupil_text", "guardian_text", *STAGE_FIELDS,
        }  # fmt: skip

    def __str__(self) -> str:
        return self.name


class QualityCardQuerySet(models.QuerySet["QualityCard"]):
    def for_list(self) -> "QualityCardQuerySet":
        return self.prefetch_related("needs")


class QualityCard(Staged):
    """How something is done well: why, how it shows, and questions for oneself."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(_("otsikko"), max_length=80)
    order = models.PositiveSmallIntegerField()
    summary = models.CharField(_("tiivistys"), max_length=160)
    branch = models.ForeignKey(
        Branch,
        models.PROTECT,
        verbose_name=_("haara"),
        null=True,
        blank=True,
        related_name="cards",
    )
    level = models.CharField(_("taso"), max_length=12, choices=Level)
    minutes = models.PositiveSmallIntegerField(_("aikaa (min)"))
    pictogram = models.CharField(max_length=60)
    needs = models.ManyToManyField(Need, verbose_name=_("tuen tarpeet"), related_name="cards")
    measures = models.ManyToManyField(Measure, verbose_name=_("tukitoimet"), related_name="cards")
    why = models.TextField(_("miksi"))
    shows = models.JSONField(_("näin se näkyy arjessa"))
    questions = models.JSONField(_("arvioi itse"))
    tomorrow = models.TextField(_("kokeile huomenna"))

    objects = QualityCardQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["order"]
        verbose_name = _("laatukortti")
        verbose_name_plural = _("laatukortit")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(level__in=Level.values), name="card_level_known"
            ),
            models.CheckConstraint(condition=models.Q(minutes__gt=0), name="card_takes_some_time"),
        ]

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {
            "id", "slug", "title", "order", "summary", "branch", "level", "minutes", "pictogram",
            "needs", "measures", "why", "shows", "questions", "tomorrow", *STAGE_FIELDS,
        }  # fmt: skip

    def __str__(self) -> str:
        return self.title


class Indicator(models.Model):
    """A process indicator of KARVI's evaluation of early childhood education (24:2018)."""

    number = models.PositiveSmallIntegerField(unique=True)
    name = models.CharField(_("nimi"), max_length=100)

    class Meta:
        ordering: ClassVar = ["number"]
        verbose_name = _("KARVI:n indikaattori")
        verbose_name_plural = _("KARVI:n indikaattorit")

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {"id", "number", "name"}

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class QualityValue(models.Model):
    """One of the city's three values."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("nimi"), max_length=60)
    summary = models.CharField(_("kuvaus"), max_length=160)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["order"]
        verbose_name = _("arvo")
        verbose_name_plural = _("arvot")

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {"id", "slug", "name", "summary", "order"}

    def __str__(self) -> str:
        return self.name


class QualityPromise(models.Model):
    """A slogan that early education promises to keep, and how it shows."""

    slug = models.SlugField(max_length=60, unique=True)
    value = models.ForeignKey(
        QualityValue, models.PROTECT, verbose_name=_("arvo"), related_name="promises"
    )
    order = models.PositiveSmallIntegerField()
    slogan = models.CharField(_("iskulause"), max_length=100)
    meaning = models.TextField(_("mitä se tarkoittaa"))
    shows = models.JSONField(_("mistä sen huomaa"))
    indicators = models.ManyToManyField(
        Indicator, verbose_name=_("indikaattorit"), related_name="promises"
    )

    class Meta:
        ordering: ClassVar = ["value__order", "order"]
        verbose_name = _("laatulupaus")
        verbose_name_plural = _("laatulupaukset")

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {
            "id",
            "slug",
            "value",
            "order",
            "slogan",
            "meaning",
            "shows",
            "indicators",
        }

    def __str__(self) -> str:
        return self.slogan


class ChecklistQuerySet(models.QuerySet["Checklist"]):
    def for_list(self) -> "ChecklistQuerySet":
        return self.annotate(item_count=Count("items"))

    def for_page(self) -> "ChecklistQuerySet":
        items: Any = ChecklistItem.objects.select_related("branch").prefetch_related("measures")
        return self.prefetch_related(Prefetch("items", items))


class Checklist(Staged):
    """What to go through before asking for stronger support."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(_("otsikko"), max_length=100)
    intro = models.TextField(_("johdanto"))
    order = models.PositiveSmallIntegerField()

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["order"]
        verbose_name = _("muistilista")
        verbose_name_plural = _("muistilistat")

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {"id", "slug", "title", "intro", "order", *STAGE_FIELDS}

    def __str__(self) -> str:
        return self.title


class ChecklistItem(models.Model):
    """One statement that can be ticked."""

    key = models.CharField(max_length=130, unique=True)
    checklist = models.ForeignKey(Checklist, models.CASCADE, related_name="items")
    branch = models.ForeignKey(
        Branch, models.PROTECT, verbose_name=_("haara"), related_name="items"
    )
    order = models.PositiveSmallIntegerField()
    text = models.CharField(_("väite"), max_length=140)
    help = models.CharField(_("apu"), max_length=200)
    measures = models.ManyToManyField(Measure, verbose_name=_("tukitoimet"), related_name="items")

    class Meta:
        ordering: ClassVar = ["checklist", "branch__order", "order"]
        verbose_name = _("muistilistan kohta")
        verbose_name_plural = _("muistilistan kohdat")

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {"id", "key", "checklist", "branch", "order", "text", "help", "measures"}

    def __str__(self) -> str:
        return self.text


class ContentPack(models.Model):
    """The pack in use: its name, what it says of itself, and the ecosystem's own words."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    version = models.CharField(max_length=20)
    notice = models.TextField()
    ecosystem = models.JSONField(default=dict)
    synonyms = models.JSONField(default=list)
    # What was loaded last, so that a restart leaves corrections made by hand alone.
    fingerprint = models.CharField(max_length=64, default="")
    rows = models.PositiveIntegerField(default=0)
    # Another word whenever the catalogue's texts change: pages drawn before are then drawn anew.
    edition = models.CharField(max_length=32, default="")

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {
            "id", "slug", "name", "version", "notice", "ecosystem", "synonyms", "fingerprint",
            "rows", "edition",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
