"""Who may open and change the pages of the alerts and Unilukkari."""

from absences.services import models
from tests import builders
from tests.project.access_tables import (
    CLOSED,
    FOLLOWS,
    LEADERS,
    POST_ONLY,
    SEES_ROUNDS,
    SHAPERS,
    WHO,
    Table,
    only,
)

# The alert of the cast's child: its own adults, the welfare worker who was told, its guardian.
ALERT = only("class_teacher", "special_teacher", "principal", "welfare", "guardian")
ANSWERS = ("class_teacher", "special_teacher", "principal")
SHAPE = only(*SHAPERS)

PAGES: Table = {
    ("absences:alerts", ""): only(*FOLLOWS, "welfare", "guardian", "other_guardian"),
    ("absences:alert", "alert"): ALERT,
    ("absences:disclosures", ""): only(*LEADERS),
    ("absences:class_week", ""): only("class_teacher", "other_class", "neighbour_teacher"),
    ("absences:letters", ""): only(*FOLLOWS),
    # The guardian of the cast has an address: there is no letter, for anybody.
    ("absences:letter", "alert"): CLOSED,
    ("absences:letter_printed", "alert"): POST_ONLY,
    ("absences:case", "child"): only(*ANSWERS),
    ("absences:why", "child"): only(*ANSWERS),
    ("absences:withdraw", "alert"): POST_ONLY,
    ("absences:helped", "reaction"): POST_ONLY,
    ("absences:disclose", "alert"): POST_ONLY,
    ("absences:legal_act", "alert"): POST_ONLY,
    ("absences_robot:rounds", ""): only(*SEES_ROUNDS),
    ("absences_robot:walk", ""): dict.fromkeys(WHO, 405) | {"nobody": 302},
    ("absences_robot:contradictions", ""): only(
        "principal", "neighbour_principal", "administrator"
    ),
    ("absences_robot:words", ""): SHAPE,
    ("absences_robot:edit_words", "words"): SHAPE,
    ("absences_robot:models", ""): SHAPE,
    ("absences_robot:draft", ""): POST_ONLY,
    ("absences_robot:model", "draft"): SHAPE,
    ("absences_robot:ladder", "draft"): POST_ONLY,
    ("absences_robot:new_step", "draft"): SHAPE,
    ("absences_robot:step", "step"): SHAPE,
    ("absences_robot:remove_step", "step"): POST_ONLY,
    ("absences_robot:activate", "draft"): SHAPE,
    ("absences_robot:discard", "draft"): SHAPE,
    ("absences_robot:again", "draft"): POST_ONLY,
    ("absences_robot:trial", "draft"): SHAPE,
}
POSTS: Table = {
    ("absences_robot:edit_words", "words"): only(*SHAPERS, status=422),
    ("absences_robot:contradictions", ""): only(
        "principal", "neighbour_principal", "administrator", status=302
    ),
    ("absences:alert", "alert"): only("class_teacher", "special_teacher", "principal", status=422),
    ("absences:letter_printed", "alert"): CLOSED,
    # A form without a choice comes back with a sentence; an answer without one is no address.
    ("absences:withdraw", "alert"): only(*ANSWERS, status=302),
    ("absences:helped", "reaction"): CLOSED,
    # The school tells pupil welfare by itself: there is no button to press.
    ("absences:disclose", "alert"): CLOSED,
    ("absences:legal_act", "alert"): only("principal", status=422),
    ("absences_robot:walk", ""): only("administrator", status=302),
    ("absences_robot:draft", ""): only(*SHAPERS, status=302),
    ("absences_robot:model", "draft"): only(*SHAPERS, status=422),
    # No ladder is named: there is nothing to switch, for anybody.
    ("absences_robot:ladder", "draft"): CLOSED,
    ("absences_robot:new_step", "draft"): only(*SHAPERS, status=422),
    ("absences_robot:step", "step"): only(*SHAPERS, status=422),
    # The first of the three who may removes it.
    ("absences_robot:remove_step", "step"): only("coordinator", status=302),
    # The first puts it in force or discards it; the others are told that it is no draft any more.
    ("absences_robot:activate", "draft"): only(*SHAPERS, status=302),
    ("absences_robot:discard", "draft"): only(*SHAPERS, status=302),
    # A draft is no old version: said in a sentence.
    ("absences_robot:again", "draft"): only(*SHAPERS, status=302),
    ("absences_robot:trial", "draft"): only(*SHAPERS, status=302),
}


def arguments(cast, alert):
    cast.school.welfare_disclosure = "automatic"
    cast.school.save()
    alert.recipients.create(user=cast["welfare"], role="welfare")
    reaction = alert.reactions.create(kind="call", with_whom="pupil", reacted_at=builders.AT)
    draft = models.draft_model(on=builders.ON, by=cast["director"], at=builders.AT)
    draft.trials.create(by=None, first=builders.ON, last=builders.ON, asked_at=builders.AT)
    return {
        "alert": [alert.pk],
        "child": [alert.pupil_id],
        "words": ["plan", "guardian", "uk"],
        "reaction": [alert.pk, reaction.pk],
        "draft": [draft.pk],
        "step": [draft.pk, draft.steps.last().pk],
    }
