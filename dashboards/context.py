"""What the frame around every page shows: the way to other pages, and how Unilukkari is."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from absences import selectors as absences
from accounts.models import User
from consultations.models import BOOKING_ROLES
from kemi_ecosystem.lib import clock
from notifications.models import Notification
from schools.access import calendar, hats
from schools.roles import CITY_LEADERS, Capability, Role
from support.models import WORKSHOP_ROLES
from wellbeing.models import OWN_CLASS


@dataclass(frozen=True, slots=True)
class Link:
    name: str
    url: str
    is_current: bool


class Frame:
    """Each part is read when the page first shows it, and only then."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def links(self) -> list[Link]:
        """The first level: about five. Families see what is theirs."""
        if self._is_family:
            return self._family_links()
        names = [("dashboards:home", _("Tänään") if self._signed_in else _("Etusivu"))]
        names += [("support:tree", _("Tukipuu")), ("support:cards", _("Laatukortit"))]
        if self._follows:
            names.append(("absences:alerts", _("Poissaolot")))
        if self._is_staff_member and hats(self.request).roles & BOOKING_ROLES:
            names.append(("consultations:times", _("Konsultaatio")))
        if self._is_staff_member and hats(self.request).roles & OWN_CLASS:
            names.append(("wellbeing:classes", _("Toiveet")))
        if self._can(Capability.SEE_SCHOOL):
            names.append(("dashboards:my_school", _("Koulu")))
        if self._can(Capability.IMPORT_DATA):
            names.append(("wilma:imports", _("Tuonti")))
        if not self._signed_in:
            names.append(("accounts:sign_in", _("Kirjaudu")))
        return [self._link(*name) for name in names]

    @cached_property
    def more(self) -> list[Link]:
        if self._is_family:
            return [self._link("support:tree", _("Tukipuu"))]
        names = [
            ("support:promises", _("Laatulupaukset")),
            ("support:checklists", _("Muistilistat")),
            ("projects:list", _("Hankkeet")),
            ("support:papers", _("Tulosteet")),
            ("support:search", _("Haku")),
        ]
        names += self._screenings
        if self.can_edit:
            names.append(("support:texts", _("Sisältö")))
        if self.sees_robot:
            names.append(("absences_robot:rounds", _("Unilukkari")))
        if self._can(Capability.SEE_SCHOOL):
            names.append(("wellbeing:school", _("Koulun toiveet")))
        if self._sees_consultation_figures:
            names.append(("consultations:figures", _("Konsultaatiot lukuina")))
        if self._signed_in and self.request.user.is_staff:
            names.append(("admin:index", _("Hallinta")))
        return [self._link(*name) for name in names]

    @property
    def _screenings(self) -> list[tuple[str, str]]:
        """A class's and a school's for those who work with children, the city's for its shapers."""
        names = [("support:screenings", _("Seulat"))] if self.in_workshop else []
        if self._is_staff_member and hats(self.request).roles & CITY_LEADERS:
            names.append(("support:city_screenings", _("Seulat kaupungissa")))
        return names

    @cached_property
    def can_edit(self) -> bool:
        return self._can(Capability.EDIT_CONTENT)

    @cached_property
    def can_suggest(self) -> bool:
        """Whoever works in a school may say what is wrong in a text."""
        return self._is_staff_member and bool(hats(self.request).roles)

    @cached_property
    def in_workshop(self) -> bool:
        """Whether this person fills checklists and evaluates with the cards at work."""
        return self._is_staff_member and bool(hats(self.request).roles & WORKSHOP_ROLES)

    @cached_property
    def sees_robot(self) -> bool:
        return self._can(Capability.SEE_ROUNDS)

    @property
    def has_inbox(self) -> bool:
        """A pupil is told of nothing by notice: what is for them stands on their own page."""
        return self._signed_in and getattr(self.request.user, "kind", "") != User.Kind.PUPIL

    @cached_property
    def unread(self) -> int:
        if not isinstance(self.request.user, User):
            return 0
        return Notification.objects.visible_to(self.request.user).unread().count()

    @cached_property
    def robot(self) -> absences.RobotStatus | None:
        """For staff only: others are not woken."""
        if not self._is_staff_member:
            return None
        mine = hats(self.request)
        return absences.robot_status(
            at=clock.now(),
            school_ids=mine.school_ids or None,
            calendar=calendar(self.request),
        )

    @property
    def _signed_in(self) -> bool:
        return self.request.user.is_authenticated

    def _family_links(self) -> list[Link]:
        if getattr(self.request.user, "kind", "") == User.Kind.PUPIL:
            return [self._link("wellbeing:mine", _("Toiveet"))]
        home = self._link("dashboards:home", _("Etusivu"))
        return [home, self._link("absences:alerts", _("Poissaolot"))]

    @property
    def _is_family(self) -> bool:
        """A guardian or a pupil."""
        return self._signed_in and not self._is_staff_member

    @property
    def _is_staff_member(self) -> bool:
        return isinstance(self.request.user, User) and self.request.user.kind == User.Kind.STAFF

    @property
    def _sees_consultation_figures(self) -> bool:
        if not self._is_staff_member:
            return False
        shapes = hats(self.request).roles & CITY_LEADERS
        return bool(shapes) or self._can(Capability.SEE_SCHOOL)

    @property
    def _follows(self) -> bool:
        if not isinstance(self.request.user, User):
            return False
        if self.request.user.kind == User.Kind.GUARDIAN:
            return True
        return self._can(Capability.FOLLOW_ABSENCES) or Role.WELFARE in hats(self.request).roles

    def _can(self, capability: Capability) -> bool:
        return self._is_staff_member and hats(self.request).can(capability)

    def _link(self, name: str, words: str) -> Link:
        url = reverse(name)
        path = self.request.path
        is_current = path == url or (url != "/" and path.startswith(url))
        return Link(words, url, is_current)


def frame(request: HttpRequest) -> dict[str, Any]:
    return {"frame": Frame(request)}
