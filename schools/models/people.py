"""Who belongs where: the staff's roles, pupils and guardians, and who sees whom."""

import datetime as dt
from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from schools.models.places import Person, School, TeachingGroup, active_on, this_year
from schools.roles import CITY_ROLES, GROUP_ROLES, NONDISCLOSURE_ROLES, SCOPE, Role, Scope


class MembershipQuerySet(models.QuerySet["Membership"]):
    def of(self, user: Person, *, on: dt.date) -> "MembershipQuerySet":
        if not user.is_authenticated or not user.is_active:
            return self.none()
        absent = Substitution.objects.on(on).filter(substitute_id=user.pk).values("absent_id")
        # Who stands in for a colleague has the colleague's roles in the school, for those days.
        standing_in = Q(user_id__in=absent, school__isnull=False)
        return self.filter(active_on(on), Q(user_id=user.pk) | standing_in)


class Membership(models.Model):
    """A role of one staff member, in a group, a school or the whole city, for a time."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(_("rooli"), max_length=20, choices=Role)
    school = models.ForeignKey(
        School, models.CASCADE, verbose_name=_("koulu"), null=True, blank=True
    )
    group = models.ForeignKey(
        TeachingGroup, models.CASCADE, verbose_name=_("ryhmä"), null=True, blank=True
    )
    begins = models.DateField(_("alkaa"))
    ends = models.DateField(_("päättyy"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("rooli")
        verbose_name_plural = _("roolit")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "role", "group", "begins"],
                condition=Q(group__isnull=False),
                name="group_membership_once",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "school", "begins"],
                condition=Q(group=None, school__isnull=False),
                name="school_membership_once",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "begins"],
                condition=Q(school=None),
                name="city_membership_once",
            ),
            models.CheckConstraint(
                condition=Q(role__in=sorted(CITY_ROLES), school=None)
                | (~Q(role__in=sorted(CITY_ROLES)) & Q(school__isnull=False)),
                name="city_roles_have_no_school",
            ),
            models.CheckConstraint(
                condition=Q(group=None) | Q(role__in=sorted(GROUP_ROLES)),
                name="only_group_roles_have_a_group",
            ),
        ]

    class Privacy:
        personal: ClassVar = {"user"}
        open: ClassVar = {"id", "role", "school", "group", "begins", "ends"}

    def __str__(self) -> str:
        return self.get_role_display()


class SubstitutionQuerySet(models.QuerySet["Substitution"]):
    def on(self, day: dt.date) -> "SubstitutionQuerySet":
        return self.filter(begins__lte=day, ends__gte=day)

    def stood_in(self, day: dt.date) -> "SubstitutionQuerySet":
        """Those of a day whose substitute is at work, and not away as well."""
        away = Substitution.objects.on(day).values("absent")
        return self.on(day).filter(substitute__is_active=True).exclude(substitute__in=away)


class Substitution(models.Model):
    """A staff member is away, and who answers meanwhile. Why one is away is nobody's business."""

    absent = models.ForeignKey(
        User, models.CASCADE, verbose_name=_("poissa"), related_name="substitutions"
    )
    substitute = models.ForeignKey(
        User, models.CASCADE, verbose_name=_("sijainen"), related_name="+", null=True, blank=True
    )
    begins = models.DateField(_("ensimmäinen poissaolopäivä"))
    ends = models.DateField(_("viimeinen poissaolopäivä"))

    objects = SubstitutionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["begins"]
        verbose_name = _("sijaisuus")
        verbose_name_plural = _("sijaisuudet")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends__gte=models.F("begins")), name="substitution_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(absent=models.F("substitute")), name="nobody_substitutes_oneself"
            ),
        ]

    class Privacy:
        personal: ClassVar = {"absent", "substitute", "begins", "ends"}
        open: ClassVar = {"id"}

    def __str__(self) -> str:
        return f"{self.begins}–{self.ends}"


class PupilQuerySet(models.QuerySet["Pupil"]):
    def here(self, on: dt.date) -> "PupilQuerySet":
        return self.filter(Q(left_on=None) | Q(left_on__gt=on))

    def in_scope(self, user: Person, *, roles: Iterable[Role], on: dt.date) -> "PupilQuerySet":
        """The pupils whom this staff member meets in one of these roles, on this day."""
        wanted = set(roles)
        mine = Membership.objects.of(user, on=on)
        must_know = self._reach(mine, wanted & NONDISCLOSURE_ROLES, on)
        others = self._reach(mine, wanted - NONDISCLOSURE_ROLES, on)
        if others:
            must_know |= others & Q(nondisclosure=False)
        return self.here(on).filter(must_know) if must_know else self.none()

    @staticmethod
    def _reach(mine: MembershipQuerySet, roles: set[Role], on: dt.date) -> Q:
        by_scope = {
            scope: sorted(role for role in roles if SCOPE[role] is scope) for scope in Scope
        }
        reach = Q()
        if in_groups := by_scope[Scope.GROUP]:
            groups = mine.filter(this_year(on, "group__"), role__in=in_groups).values("group_id")
            placed = Enrolment.objects.filter(active_on(on), group_id__in=groups)
            reach |= Q(pk__in=placed.values("pupil_id"))
        if in_schools := by_scope[Scope.SCHOOL]:
            schools = mine.filter(role__in=in_schools).values("school_id")
            reach |= Q(school_id__in=schools)
        return reach

    def visible_to(self, user: Person, *, on: dt.date) -> "PupilQuerySet":
        """The only way to a pupil: staff by role, guardians their own children, a pupil oneself.

        A guardian does not reach a child under a non-disclosure order through the portal: it
        cannot tell which guardian the order is about.
        """
        if not user.is_authenticated:
            return self.none()
        if user.kind == User.Kind.PUPIL:
            return self.here(on).filter(user_id=user.pk)
        if user.kind == User.Kind.GUARDIAN:
            own = Guardianship.objects.filter(
                pupil_id=OuterRef("pk"), guardian__user_id=user.pk, may_see=True
            )
            return self.here(on).filter(Exists(own), nondisclosure=False)
        return self.in_scope(user, roles=Role, on=on)


class Pupil(models.Model):
    """A child, known by the exporting system's key, never by an identity number."""

    key = models.CharField(_("oppilaan avain"), max_length=64, unique=True)
    first_name = models.CharField(_("kutsumanimi"), max_length=80)
    last_name = models.CharField(_("sukunimi"), max_length=80)
    school = models.ForeignKey(School, models.PROTECT, related_name="pupils")
    home_language = models.CharField(_("kotikieli"), max_length=8, blank=True)
    nondisclosure = models.BooleanField(_("turvakielto"), default=False)
    left_on = models.DateField(_("poistunut"), null=True, blank=True)
    user = models.OneToOneField(User, models.SET_NULL, null=True, blank=True, related_name="pupil")

    objects = PupilQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["last_name", "first_name"]
        verbose_name = _("oppilas")
        verbose_name_plural = _("oppilaat")

    class Privacy:
        personal: ClassVar = {
            "key",
            "first_name",
            "last_name",
            "home_language",
            "nondisclosure",
            "user",
            "school",
        }
        open: ClassVar = {"id", "left_on"}

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def short_name(self) -> str:
        """Enough for those who know the child: first name and initial."""
        return f"{self.first_name} {self.last_name[:1]}."


class Enrolment(models.Model):
    """A pupil in a group, from a day to a day."""

    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="enrolments")
    group = models.ForeignKey(TeachingGroup, models.PROTECT, related_name="enrolments")
    begins = models.DateField()
    ends = models.DateField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            # Every morning asks who has moved since the last one.
            models.Index(fields=["begins"], name="enrolment_begins")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["pupil", "group", "begins"], name="enrolment_once_a_day"
            )
        ]

    class Privacy:
        personal: ClassVar = {"pupil", "group"}
        open: ClassVar = {"id", "begins", "ends"}

    def __str__(self) -> str:
        return f"{self.group_id}"


class Guardian(models.Model):
    """An adult at home, with an own language and an own contact."""

    key = models.CharField(_("avain"), max_length=120, unique=True)
    first_name = models.CharField(_("etunimi"), max_length=80, blank=True)
    last_name = models.CharField(_("sukunimi"), max_length=80, blank=True)
    email = models.EmailField(_("sähköposti"), blank=True)
    phone = models.CharField(_("puhelin"), max_length=40, blank=True)
    language = models.CharField(_("kieli"), max_length=8, default="fi")
    user = models.OneToOneField(
        User, models.SET_NULL, null=True, blank=True, related_name="guardian"
    )
    pupils = models.ManyToManyField(Pupil, through="Guardianship", related_name="guardians")

    class Meta:
        verbose_name = _("huoltaja")
        verbose_name_plural = _("huoltajat")

    class Privacy:
        personal: ClassVar = {
            "key",
            "first_name",
            "last_name",
            "email",
            "phone",
            "language",
            "user",
            "pupils",
        }
        open: ClassVar = {"id"}

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.key


class Guardianship(models.Model):
    """Which guardian may hear of and see which child."""

    guardian = models.ForeignKey(Guardian, models.CASCADE)
    pupil = models.ForeignKey(Pupil, models.CASCADE)
    may_see = models.BooleanField(_("saa nähdä tiedot"), default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["guardian", "pupil"], name="guardianship_once")
        ]

    class Privacy:
        personal: ClassVar = {"guardian", "pupil", "may_see"}
        open: ClassVar = {"id"}

    def __str__(self) -> str:
        return f"{self.guardian_id}–{self.pupil_id}"


class ErasedPupil(models.Model):
    """A child whose data was erased on request. Only a keyed digest of the pupil's key is kept.

    A backup from before brings the child back: `restore` erases again by this list.
    """

    key_digest = models.CharField(max_length=64, unique=True)
    erased_at = models.DateTimeField()

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {"id", "key_digest", "erased_at"}

    def __str__(self) -> str:
        return f"{self.erased_at:%Y-%m-%d}"
