"""Who may open and change the pages of the imports."""

from tests import builders
from tests.project.access_tables import LEADERS, POST_ONLY, WHO, Table, only
from wilma.models import ImportProfile, ImportRun

IMPORT = only("administrator")

PAGES: Table = {
    ("wilma:imports", ""): IMPORT,
    ("wilma:upload", ""): IMPORT,
    ("wilma:mapping", ""): IMPORT,
    ("wilma:profiles", ""): IMPORT,
    ("wilma:new_profile", ""): IMPORT,
    ("wilma:profile", "profile"): IMPORT,
    ("wilma:run", "run"): IMPORT,
    ("wilma:confirm", "run"): dict.fromkeys(WHO, 405) | {"nobody": 302},
    ("wilma:rejected_rows", "run"): IMPORT,
    ("wilma:undo", "run"): POST_ONLY,
    ("wilma:correct_mapping", ""): POST_ONLY,
    ("wilma:template", ""): IMPORT,
    ("wilma:coverage", ""): only(
        "administrator", "class_teacher", "other_class", "neighbour_teacher", *LEADERS
    ),
}
POSTS: Table = {
    # It brought no notes: the page says that it cannot be undone.
    ("wilma:undo", "run"): only("administrator", status=302),
    ("wilma:correct_mapping", ""): only("administrator", status=422),
    ("wilma:upload", ""): only("administrator", status=422),
    ("wilma:mapping", ""): IMPORT,
    ("wilma:new_profile", ""): only("administrator", status=422),
    ("wilma:profile", "profile"): only("administrator", status=422),
    # The run of the test is not a tried one: the page shows what became of it.
    ("wilma:confirm", "run"): only("administrator", status=302),
}


def arguments(cast, alert):
    run = ImportRun.objects.create(
        kind="notes", status="imported", file_name="a.csv", sha256="0", started_at=builders.AT
    )
    profile = ImportProfile.objects.create(name="Primus", columns={"date": "Pv"})
    return {"run": [run.pk], "profile": [profile.pk]}
