"""What a mail of a kind offers beside the way in: a signed address, made when the mail leaves.

An app registers its own when it is ready (`AppConfig.ready`); nothing secret is stored.
"""

from collections.abc import Callable
from dataclasses import dataclass

from notifications.models import Notification


@dataclass(frozen=True, slots=True)
class Action:
    words: str
    link: str


_makers: dict[str, Callable[[Notification], Action]] = {}


def register(kind: str, maker: Callable[[Notification], Action]) -> None:
    """Mails of this kind carry the action that `maker` gives."""
    _makers[kind] = maker


def action_of(notification: Notification) -> Action | None:
    maker = _makers.get(notification.kind)
    return maker(notification) if maker else None
