"""What the frame around every page shows: the way to other pages, and how Unilukkari is."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from absences import selectors as absences
from accounts.models import User
from kemi_ecosystem.lib import clock
from notifications.models import Notification
from schools.access import calendar, hats
from schools.roles import Capability, Role


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
        """The first level: about five."""
        names = [("dashboards:home", _("Tänään") if self._signed_in else _("Etusivu"))]
        names += [("support:tree", _("Tukipuu")), ("support:cards", _("Laatukortit"))]
        if self._follows:
            names.append(("absences:alerts", _("Poissaolot")))
        if self._can(Capability.SEE_SCHOOL):
            names.append(("dashboards:my_school", _("Koulu")))
        if self._can(Capability.IMPORT_DATA):
            names.append(("wilma:imports", _("Tuonti")))
        return [self._link(*name) for name in names]

    @cached_property
    def more(self) -> list[Link]:
        names = [
            ("support:promises", _("Laatulupaukset")),
            ("support:checklists", _("Muistilistat")),
            ("projects:list", _("Hankkeet")),
            ("support:search", _("Haku")),
        ]
        if self.sees_robot:
            names.append(("absences_robot:rounds", _("Unilukkari")))
        if self._signed_in and self.request.user.is_staff:
            names.append(("admin:index", _("Hallinta")))
        return [self._link(*name) for name in names]

    @cached_property
    def sees_robot(self) -> bool:
        return self._can(Capability.SEE_ROUNDS)

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

    @property
    def _is_staff_member(self) -> bool:
        return isinstance(self.request.user, User) and self.request.user.kind == User.Kind.STAFF

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
