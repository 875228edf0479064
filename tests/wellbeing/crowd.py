"""A hundred pupils at the same minute against a running portal. By hand, not in the suite:

    PORTAL_HOME=… python -m tests.wellbeing.crowd http://127.0.0.1:8000 codes.txt

Each code is one child: opens the ticket, chooses three wishes, sends to the own teacher; every
fourth namelessly, with three pictures.
"""

import re
import statistics
import sys
import threading
import time
from pathlib import Path

import requests

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
SHEET = re.compile(r'name="sheet" value="([^"]+)"')
WISHES = ["liikun", "ulkona", "kehu"]


def child(base: str, code: str, audience: str, gate: threading.Barrier, took: list[float]) -> str:
    """What went wrong, or nothing."""
    session = requests.Session()
    gate.wait()

    def step(method: str, path: str, **data: str) -> requests.Response:
        began = time.perf_counter()
        answer = session.request(method, base + path, data=data or None, timeout=120)
        took.append(time.perf_counter() - began)
        return answer

    page = step("GET", "/kirjaudu/koodi/")
    steps = [("/kirjaudu/koodi/", {"code": code})]
    steps += [("/toiveet/valitse/", {"wish": slug}) for slug in WISHES]
    # The first press leads to the pictures, the second sends.
    sending = ("/toiveet/laheta/", {"audience": audience})
    steps += [sending, sending] if audience == "nobody" else [sending]
    for path, data in steps:
        token = TOKEN.search(page.text)
        if token is None:
            return f"{path}: {page.status_code} without a form"
        sheet = SHEET.search(page.text)
        signed = {"sheet": sheet[1]} if sheet else {}
        page = step("POST", path, csrfmiddlewaretoken=token[1], **data, **signed)
        if page.status_code != 200:
            return f"{path}: {page.status_code}"
    # The thanks are in the child's language; only they are in such a note.
    return "" if "note--ok" in page.text else "not sent"


def main(base: str, codes: list[str]) -> int:
    gate, took, faults = threading.Barrier(len(codes)), [], []

    def run(number: int, code: str) -> None:
        audience = "teacher" if number % 4 else "nobody"
        try:
            faults.append(child(base, code, audience, gate, took))
        except requests.RequestException as error:
            faults.append(type(error).__name__)

    threads = [threading.Thread(target=run, args=one) for one in enumerate(codes)]
    began = time.perf_counter()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    lost = [one for one in faults if one]
    slow = statistics.quantiles(took, n=20)[-1]
    print(  # noqa: T201
        f"{len(codes)} children in {time.perf_counter() - began:.1f} s, {len(took)} requests: "
        f"median {statistics.median(took):.2f} s, 95 % under {slow:.2f} s; faults: {lost or 'none'}"
    )
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]).read_text(encoding="utf-8").split()))
