"""Reference data: schools, years and their holidays, and who of the staff has which role.

No pupil, guardian or enrolment is here: those come in with rosters and are seen by role.
"""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminDateWidget
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.services import record
from kemi_ecosystem.lib import clock
from schools import services
from schools.errors import SchoolHasPupilsError
from schools.models import (
    Holiday,
    Membership,
    School,
    SchoolYear,
    Substitution,
    TeachingGroup,
    this_year,
)
from schools.roles import CITY_ROLES, GROUP_ROLES, Role

# What somebody may do follows from roles (schools/roles.py); Django's own groups open nothing.
admin.site.unregister(Group)


class SchoolForm(forms.ModelForm[School]):
    """Closing and merging are acts of their own: they move people."""

    ends_on = forms.DateField(
        label=gettext_lazy("Lakkautetaan"),
        required=False,
        widget=AdminDateWidget,
        help_text=gettext_lazy("Ensimmäinen päivä, jona koulua ei enää ole."),
    )
    into = forms.ModelChoiceField(
        label=gettext_lazy("Yhdistetään kouluun"),
        queryset=School.objects.filter(closed_on=None),
        required=False,
        help_text=gettext_lazy("Oppilaat, ryhmät ja henkilökunta siirtyvät. Historia jää."),
    )

    class Meta:
        model = School
        fields: ClassVar = ["name", "key", "slug", "stage", "welfare_disclosure"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        into, ends_on = cleaned.get("into"), cleaned.get("ends_on")
        if into and into == self.instance:
            self.add_error("into", _("Koulua ei voi yhdistää itseensä."))
        if into and not ends_on:
            self.add_error("ends_on", _("Anna päivä, josta alkaen koulut ovat yhtä."))
        if into and ends_on and ends_on > clock.today():
            self.add_error("ends_on", _("Yhdistä koulut sinä päivänä, kun ne yhdistyvät."))
        if ends_on and not into and not self.errors and self.instance.pk:
            self._refuse_if_pupils_left(ends_on)
        return cleaned

    def _refuse_if_pupils_left(self, ends_on: dt.date) -> None:
        try:
            services.refuse_to_close_with_pupils(school=self.instance, on=ends_on)
        except SchoolHasPupilsError as reason:
            self.add_error("ends_on", str(reason))


@admin.register(School)
class SchoolAdmin(admin.ModelAdmin[School]):
    form = SchoolForm
    list_display = ("name", "stage", "closed_on", "merged_into", "welfare_disclosure")
    list_filter = ("stage",)
    search_fields = ("name", "key")
    readonly_fields = ("closed_on", "merged_into")

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: School, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        into, ends_on = form.cleaned_data["into"], form.cleaned_data["ends_on"]
        if into:
            services.merge_school(school=obj, into=into, on=ends_on)
        elif ends_on:
            services.close_school(school=obj, on=ends_on)


class HolidayInline(admin.TabularInline[Holiday, SchoolYear]):
    model = Holiday
    extra = 3


@admin.register(SchoolYear)
class SchoolYearAdmin(admin.ModelAdmin[SchoolYear]):
    inlines = (HolidayInline,)
    actions = ("add_public_holidays",)

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    @admin.action(description=gettext_lazy("Lisää Suomen pyhäpäivät"))
    def add_public_holidays(self, request: HttpRequest, years: QuerySet[SchoolYear]) -> None:
        for year in years:
            services.add_public_holidays(year=year)
        messages.success(request, _("Pyhäpäivät on lisätty. Lisää kunnan omat lomat."))


class SubstitutionInline(admin.TabularInline[Substitution, User]):
    model = Substitution
    fk_name = "absent"
    extra = 1
    autocomplete_fields = ("substitute",)


class GroupChoice(forms.ModelChoiceField[TeachingGroup]):
    def label_from_instance(self, obj: TeachingGroup) -> str:
        return f"{obj.school}: {obj}"


class MembershipForm(forms.ModelForm[Membership]):
    """A class teacher's role is in a class, and with the class the school is known."""

    group = GroupChoice(TeachingGroup.objects.none(), label=gettext_lazy("Ryhmä"), required=False)

    class Meta:
        model = Membership
        fields: ClassVar = ["role", "school", "group", "begins", "ends"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Q(pk=self.instance.group_id) | this_year(clock.today())
        groups = TeachingGroup.objects.filter(known).select_related("school")
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        role, group, school = (cleaned.get(name) for name in ("role", "group", "school"))
        if role and self.has_changed() and (words := _wrong_place(role, group, school)):
            # Beside the role: the database's own words for the same are left unsaid then.
            self.add_error("role", words)
        if group and not self.errors:
            cleaned["school"] = group.school
        return cleaned


def _wrong_place(role: str, group: TeachingGroup | None, school: School | None) -> str:
    """Why a role cannot be held there; "" when it can."""
    if role in CITY_ROLES:
        return _("Tämä on koko kunnan rooli: jätä koulu tyhjäksi.") if school or group else ""
    if group and role not in GROUP_ROLES:
        return _("Tämä ei ole luokan rooli: jätä ryhmä tyhjäksi.")
    if group and school and school != group.school:
        return _("Ryhmä on toisen koulun. Valitse koulun oma ryhmä.")
    if role == Role.CLASS_TEACHER and not group:
        return _("Valitse luokka, jonka opettaja hän on.")
    return "" if group or school else _("Valitse koulu.")


class MembershipInline(admin.TabularInline[Membership, User]):
    model = Membership
    form = MembershipForm
    extra = 1
    autocomplete_fields = ("school",)
    fields = ("role", "school", "group", "begins", "ends")


class NewStaffForm(AdminUserCreationForm[User]):
    """A colleague is called by name everywhere, never by the name that opens the door."""

    first_name = forms.CharField(label=gettext_lazy("Etunimi"), max_length=150)
    last_name = forms.CharField(label=gettext_lazy("Sukunimi"), max_length=150)

    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("username", "first_name", "last_name")


@admin.register(User)
class StaffAdmin(UserAdmin[User]):
    """Staff only. Roles of a class come in with the roster, too."""

    inlines = (MembershipInline, SubstitutionInline)
    list_display = ("username", "first_name", "last_name", "email", "is_active")
    list_filter = ("is_active", "is_staff")
    add_form = NewStaffForm
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "username", "first_name", "last_name", "usable_password", "password1",
                    "password2",
                )
            },
        ),
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (gettext_lazy("Henkilö"), {"fields": ("first_name", "last_name", "email")}),
        (gettext_lazy("Pääsy"), {"fields": ("is_active", "is_staff", "is_superuser")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).filter(kind=User.Kind.STAFF)

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """A person who leaves is made inactive: the audit trail still names who did what."""
        return False

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        record(
            actor=request.user,
            action="roles",
            subject_type="user",
            subject_key=str(form.instance.pk),
            at=clock.now(),
        )
