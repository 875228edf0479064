"""What a pack brings meets what people have written in the portal: their words stay."""

import datetime as dt
from collections import defaultdict
from typing import Any

from support.models import TextVersion
from support.texts import EDITABLE, Fields


class Sparing:
    """The texts that were published in the portal, laid over what a pack brings.

    `is_on=False` lets the pack win; either way every text that has a history gets a new version
    when it changes, so nothing is lost. `left` tells afterwards which texts were left as they were.
    """

    def __init__(self, *, at: dt.datetime, is_on: bool = True) -> None:
        self._at = at
        self._latest = list(TextVersion.objects.latest_of_each())
        self.left: list[str] = []
        self._kept: dict[str, dict[str, Fields]] = defaultdict(dict)
        for one in self._latest:
            if is_on and one.source == TextVersion.Source.PORTAL:
                self._kept[one.kind][one.slug] = one.fields

    def over(self, kind: str, wanted: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        for slug, fields in sorted(self._kept[kind].items()):
            row = wanted.get(slug.replace("__", "/"))
            if row and any(row[name] != value for name, value in fields.items()):
                self.left.append(f"{kind}/{slug}")
                row |= fields
        return wanted

    def record(self) -> None:
        """Write down as versions what the pack changed in texts that have a history."""
        for kind, editable in EDITABLE.items():
            known = {one.slug: one for one in self._latest if one.kind == kind}
            new = [
                TextVersion(
                    kind=kind,
                    slug=slug,
                    number=known[slug].number + 1,
                    fields=fields,
                    source=TextVersion.Source.PACK,
                    published_at=self._at,
                )
                for row in editable.named(known)
                if (fields := editable.read(row)) != known[slug := editable.slug_of(row)].fields
            ]
            TextVersion.objects.bulk_create(new)
