"""`manage.py portal`: brings everything up, watches over it, and takes it down again."""

import fcntl
import hashlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command

from accounts.models import User
from kemi_ecosystem import demo
from kemi_ecosystem.engine import commands, home, readiness
from kemi_ecosystem.engine.children import Child
from kemi_ecosystem.engine.steps import Steps
from kemi_ecosystem.lib import clock
from kemi_ecosystem.lib.commands import PlainCommand, RefusedError
from schools.models import Pupil

LOOK_EVERY = 0.5
BROKER_SECONDS = 10
WEB_SECONDS = 40


class Command(PlainCommand):
    help = "Käynnistää koko portaalin: tietokannan, välittäjän, verkkopalvelimen ja Unilukkarin."
    requires_system_checks: list[str] = []

    def handle(self, **_options: Any) -> None:
        self.steps = Steps(sys.stdout)
        self.children: list[Child] = []
        self.stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        with only_one_portal():
            self.port = free_port()
            try:
                self._raise_house()
                self._watch()
            finally:
                self._take_down()

    def _stop(self, *_args: Any) -> None:
        self.stopping.set()

    def _raise_house(self) -> None:
        self.steps.say(f"Kemin hyvinvoinnin ekosysteemi – {home.portal_home()}")
        if not os.environ.get("REDIS_URL"):
            self._start_broker()
        with self.steps.step("Tietokanta"):
            call_command("migrate", verbosity=0, interactive=False)
        with self.steps.step("Tyylit ja kuvat") as remarks:
            collect_static(remarks)
        with self.steps.step("Sisällöt") as remarks:
            call_command("load_content", stdout=(words := StringIO()))
            remarks.append(words.getvalue().strip().splitlines()[0])
        if settings.PORTAL_DEMO and not Pupil.objects.exists():
            with self.steps.step("Esimerkkikaupunki"):
                call_command("demo_city", stdout=StringIO())
        if not self.stopping.is_set():
            self._start_people()

    def _start_broker(self) -> None:
        socket = home.broker_socket()
        with self.steps.step("Välittäjä"):
            socket.unlink(missing_ok=True)
            broker = self._start("välittäjä", commands.broker(), "broker.log")
            if not readiness.wait_until(
                lambda: readiness.broker_answers(socket), broker, seconds=BROKER_SECONDS
            ):
                raise RefusedError(f"Välittäjä ei käynnistynyt:\n{broker.last_words()}")

    def _start_people(self) -> None:
        with self.steps.step("Verkkopalvelin"):
            web = self._start("verkkopalvelin", commands.web(self.port), "web.log")
            self._start("Unilukkari", commands.worker(), "worker.log")
            ready = readiness.wait_until(
                lambda: self.stopping.is_set() or readiness.page_answers(self.port),
                web,
                seconds=WEB_SECONDS,
            )
            if not ready:
                raise RefusedError(f"Verkkopalvelin ei käynnistynyt:\n{web.last_words()}")
        if not self.stopping.is_set():
            settings.PORTAL_URL = f"http://127.0.0.1:{self.port}"
            self.steps.say(f"\nPortaali on auki: {settings.PORTAL_URL}/")
            self.steps.say(who_comes_in())
            self.steps.say("Sulje painamalla Ctrl-C.")

    def _start(self, name: str, command: list[str], log: str) -> Child:
        child = Child(name, command, home.log_dir() / log, env={"PORT": str(self.port)})
        child.start()
        self.children.append(child)
        return child

    def _watch(self) -> None:
        while not self.stopping.is_set():
            self.stopping.wait(LOOK_EVERY)
            for child in self.children:
                if self.stopping.is_set() or child.is_running():
                    continue
                self.steps.say(f"  ! {child.name} pysähtyi, käynnistetään uudelleen")
                if not child.revive():
                    words = child.last_words()
                    raise RefusedError(f"{child.name} pysähtyi liian monta kertaa:\n{words}")

    def _take_down(self) -> None:
        if not self.children:
            return
        begins = time.monotonic()
        for child in self.children[1:]:
            child.ask_to_stop()
        # The broker, the first to come, is the last to go: the worker still says goodbye to it.
        for child in reversed(self.children):
            child.stop()
        seconds = f"{time.monotonic() - begins:.1f}".replace(".", ",")
        self.steps.say(f"Portaali on kiinni ({seconds} s).")


@contextmanager
def only_one_portal() -> Iterator[None]:
    """One portal to a home. The kernel lets go of the lock even when the portal is killed."""
    path = home.portal_home() / "portal.lock"
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise RefusedError(
                f"Portaali on jo käynnissä kansiossa {path.parent}. Sulje se ensin tai valitse "
                "toinen kansio: PORTAL_HOME=… make run"
            ) from error
        yield


def who_comes_in() -> str:
    """The demo's accounts; in a portal without anybody, how the first person gets in."""
    if settings.PORTAL_DEMO:
        return demo.accounts_text(at=clock.now())
    if User.objects.filter(is_superuser=True).exists():
        return ""
    return "Ensimmäinen pääkäyttäjä: manage.py createsuperuser, sitten oma rooli (docs/engine.md)."


def free_port() -> int:
    wanted = home.port()
    if wanted == 0:
        return readiness.any_free_port()
    if not readiness.port_is_free(wanted):
        raise RefusedError(
            f"Portti {wanted} on varattu: jokin muu ohjelma käyttää sitä. "
            f"Valitse toinen portti: PORT={wanted + 1} make run"
        )
    return wanted


def collect_static(remarks: list[str]) -> None:
    """Collect the files that browsers load, unless nothing has changed since the last time."""
    stamp = home.portal_home() / "static.stamp"
    now = _static_fingerprint()
    if stamp.exists() and stamp.read_text() == now:
        remarks.append("ennallaan")
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(now)


def _static_fingerprint() -> str:
    base = Path(settings.BASE_DIR)
    files = [*(base / "static").rglob("*"), *base.glob("requirements*.lock")]
    files += [one for one in Path(settings.CONTENT_DIR).rglob("*") if one.is_file()]
    marks = [f"{one}:{one.stat().st_mtime_ns}:{one.stat().st_size}" for one in sorted(files)]
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()
