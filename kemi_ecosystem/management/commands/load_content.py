from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import transaction

from kemi_ecosystem.lib import clock
from kemi_ecosystem.lib.commands import PortalCommand, RefusedError
from kemi_ecosystem.lib.upsert import Tally
from projects.services import load_projects
from support import services
from support.content import Pack, PackRefusedError
from support.models import ContentPack


class Command(PortalCommand):
    help = "Lataa tai päivittää sisältöpaketin."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("folder", nargs="?", type=Path, default=settings.CONTENT_DIR)
        parser.add_argument(
            "--force",
            action="store_true",
            help="lataa, vaikka paketti on ennallaan: käsin tehdyt korjaukset ja portaalissa "
            "muokatut tekstit korvautuvat (muokatut jäävät historiaan)",
        )

    def run(self, *, folder: Path, force: bool, **_options: Any) -> dict[str, Any]:
        """An unchanged pack is left alone, and with it what people have corrected by hand."""
        if not folder.is_dir():
            raise RefusedError(f"Sisältökansiota ei ole: {folder}")
        mark = services.mark_of(folder)
        rows = None if force else services.rows_in_use(mark)
        sparing = services.Sparing(at=clock.now(), is_on=not force)
        total = Tally(unchanged=rows) if rows is not None else self._load(folder, mark, sparing)
        pack = ContentPack.objects.get()
        self.say(
            f"{pack.name} {pack.version}: uusia {total.new}, muuttuneita "
            f"{total.changed}, ennallaan {total.unchanged}, poistettuja {total.removed}"
        )
        if sparing.left:
            self.say(f"Portaalissa muokattuina jätettiin ennalleen: {', '.join(sparing.left)}")
        return {
            "kept": sparing.left,
            "pack": pack.slug,
            "new": total.new,
            "changed": total.changed,
            "unchanged": total.unchanged,
            "removed": total.removed,
        }

    def _load(self, folder: Path, mark: str, sparing: services.Sparing) -> Tally:
        try:
            pack = Pack(folder)
            with transaction.atomic():
                total = services.load_pack(pack, sparing=sparing)
                total.add(load_projects(folder))
                services.remember(mark, rows=total.new + total.changed + total.unchanged)
        except PackRefusedError as reason:
            raise RefusedError(f"Sisältöä ei ladattu.\n{reason}") from reason
        return total
