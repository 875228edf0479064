"""Who may open and change the pages of the catalogue and the projects."""

from support.models import (
    DevelopmentGoal,
    Handover,
    TextDraft,
    TextSuggestion,
    TextVersion,
)
from support.services import rounds
from support.services.rounds import Subject
from tests import builders
from tests.project.access_tables import EVERYBODY, POST_ONLY, SIGNED_IN, WHO, Table, only

EDITORS = ("coordinator", "administrator")
STAFF = (
    "class_teacher", "subject_teacher", "other_class", "special_teacher", "principal",
    "neighbour_teacher", "neighbour_principal", "welfare", "coordinator", "director",
    "administrator",
)  # fmt: skip
WORKSHOP = (
    "class_teacher", "subject_teacher", "other_class", "special_teacher", "principal",
    "neighbour_teacher", "neighbour_principal",
)  # fmt: skip
# Those who teach in Lumilinna.
IN_HOME = ("class_teacher", "subject_teacher", "other_class", "special_teacher", "principal")
# The round of 7C: its own teachers, and those who work for the whole school.
OF_THE_ROUND = ("class_teacher", "subject_teacher", "special_teacher", "principal")
OF_THE_CLASS = ("class_teacher", "subject_teacher", "special_teacher")

PAGES: Table = {
    ("support:search", ""): EVERYBODY,
    ("support:tree", ""): EVERYBODY,
    ("support:measure", "missing"): dict.fromkeys(WHO, 404),
    ("support:cards", ""): EVERYBODY,
    ("support:card", "missing"): dict.fromkeys(WHO, 404),
    ("support:promises", ""): EVERYBODY,
    ("support:conversation", ""): EVERYBODY,
    ("support:checklists", ""): EVERYBODY,
    ("support:checklist", "missing"): dict.fromkeys(WHO, 404),
    ("support:papers", ""): EVERYBODY,
    ("support:paper", "missing"): dict.fromkeys(WHO, 404),
    ("support:paper_of", "no_paper"): dict.fromkeys(WHO, 404),
    ("support:texts", ""): only(*EDITORS),
    ("support:suggestions", ""): only(*EDITORS),
    ("support:answer_suggestion", "suggestion"): POST_ONLY,
    ("support:edit_text", "text"): only(*EDITORS),
    # Only the coordinator has a draft; without one the page sends to the form.
    ("support:preview_text", "text"): only("coordinator") | {"administrator": 302},
    ("support:rebase_text", "text"): POST_ONLY,
    ("support:discard_draft", "text"): POST_ONLY,
    ("support:text_history", "text"): only(*EDITORS),
    ("support:restore_text", "version"): POST_ONLY,
    ("support:suggest_text", "text"): only(*STAFF),
    ("support:own_cards", ""): SIGNED_IN,
    ("support:save_card", "card"): POST_ONLY,
    ("support:card_wall", "missing"): dict.fromkeys(WHO, 404),
    # In one unit, there is nothing to choose.
    ("support:evaluate", "card"): only(*WORKSHOP, status=302),
    ("support:evaluation", "unit"): only(*IN_HOME),
    ("support:collect_evaluation", "unit"): POST_ONLY,
    ("support:set_goal", "unit"): POST_ONLY,
    ("support:finish_goal", "goal"): POST_ONLY,
    ("support:screenings", ""): only(*WORKSHOP),
    ("support:city_screenings", ""): only("coordinator", "director"),
    # Whoever leads the school reads its sums, not a class's own counts.
    ("support:note_screening", "screening"): only(*OF_THE_CLASS),
    ("support:rounds", ""): only(*WORKSHOP),
    ("support:begin_round", "checklist"): only(*WORKSHOP),
    ("support:round", "round"): only(*OF_THE_ROUND),
    ("support:before", "round"): only(*OF_THE_ROUND),
    ("support:round_memo", "round"): only(*OF_THE_ROUND),
    ("support:hand_over", "round"): only(*OF_THE_ROUND),
    # The principal sees all of the school's pupils; the child has not moved.
    ("support:handover", "handover"): only("class_teacher", "special_teacher", "principal"),
    ("support:save_round", "round"): POST_ONLY,
    ("support:reopen_round", "round"): POST_ONLY,
    ("support:ask_for_hour", "round"): POST_ONLY,
    ("support:take_back", "round"): POST_ONLY,
    ("projects:list", ""): EVERYBODY,
    ("projects:project", "missing"): dict.fromkeys(WHO, 404),
}
POSTS: Table = {
    ("support:answer_suggestion", "suggestion"): only(*EDITORS, status=422),
    ("support:edit_text", "text"): only(*EDITORS, status=422),
    ("support:preview_text", "text"): only("coordinator", status=422) | {"administrator": 302},
    ("support:rebase_text", "text"): only(*EDITORS, status=302),
    ("support:discard_draft", "text"): only(*EDITORS, status=302),
    ("support:restore_text", "version"): only(*EDITORS, status=302),
    ("support:suggest_text", "text"): only(*STAFF, status=422),
    ("support:save_card", "card"): dict.fromkeys(WHO, 302),
    ("support:evaluation", "unit"): only(*IN_HOME, status=422),
    ("support:collect_evaluation", "unit"): only("principal", status=302),
    ("support:set_goal", "unit"): only(*IN_HOME, status=422),
    ("support:finish_goal", "goal"): only(*IN_HOME, status=302),
    ("support:note_screening", "screening"): only(*OF_THE_CLASS, status=422),
    ("support:begin_round", "checklist"): only(*WORKSHOP, status=422),
    ("support:hand_over", "round"): only(*OF_THE_ROUND, status=422),
    ("support:save_round", "round"): only(*OF_THE_ROUND, status=302),
    ("support:reopen_round", "round"): only(*OF_THE_ROUND, status=302),
    ("support:ask_for_hour", "round"): only(*OF_THE_ROUND, status=302),
    ("support:take_back", "round"): only(*OF_THE_ROUND, status=302),
}


def arguments(cast, alert):
    card = builders.card()
    fields = {
        name: getattr(card, name)
        for name in ("title", "summary", "why", "shows", "questions", "tomorrow")
    }
    text = {"kind": "laatukortti", "slug": "koe"}
    TextVersion.objects.create(
        **text, number=1, fields=fields, source="pack", published_at=builders.AT
    )
    TextDraft.objects.create(
        **text, author=cast["coordinator"], base=1, fields=fields, saved_at=builders.AT
    )
    suggestion = TextSuggestion.objects.create(
        **text, text="Koe", made_by=cast["class_teacher"], made_at=builders.AT
    )
    goal = DevelopmentGoal.objects.create(
        card=card, school=cast.school, text="Koe", follow_up_on=builders.ON, made_on=builders.ON
    )
    checklist = builders.checklist()
    by = {"copy_last": False, "by": cast["class_teacher"], "on": builders.ON}
    of_group, of_pupil = (
        rounds.begin_round(checklist=checklist, subject=subject, **by)
        for subject in (
            Subject(cast.school, group=cast.group),
            Subject(cast.school, group=cast.group, pupil=cast.child),
        )
    )
    rounds.hand_over(
        of=of_pupil, to_school=None, words="", by=cast["class_teacher"], at=builders.AT
    )
    return {
        "card": ["koe"],
        "screening": [builders.screening().pk, cast.group.pk],
        "unit": ["koe", cast.school.slug],
        "goal": [goal.pk],
        "checklist": [checklist.slug],
        "round": [of_group.pk],
        "handover": [Handover.objects.get().pk],
        "no_paper": ["tukitoimi", "ei-ole"],
        "text": [*text.values()],
        "version": [*text.values(), 1],
        "suggestion": [suggestion.pk],
    }
