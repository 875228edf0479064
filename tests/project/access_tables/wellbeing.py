"""Who may open and change the pages of the wish list."""

import datetime as dt

from tests import builders
from tests.project.access_tables import CLOSED, POST_ONLY, Table, only
from wellbeing.models import CallForAdult, NamelessList, Reply, Wish, WishList, WishRound

CHILDREN = ("pupil", "classmate")
# The list was sent to the teacher and the special teacher.
CHOSEN = ("class_teacher", "special_teacher")
OWN = only("class_teacher")

PAGES: Table = {
    ("wellbeing:mine", ""): only(*CHILDREN),
    ("wellbeing:choose", ""): POST_ONLY,
    ("wellbeing:own_words", ""): POST_ONLY,
    ("wellbeing:all_is_well", ""): POST_ONLY,
    # The pupil has sent; the classmate has chosen nothing yet.
    ("wellbeing:send", ""): only(*CHILDREN, status=302),
    # The pupil has sent, and has no pictures; the classmate has chosen nothing.
    ("wellbeing:pictures", "audience"): only(*CHILDREN, status=302),
    ("wellbeing:take_back", ""): POST_ONLY,
    ("wellbeing:erase", "wish_list"): only("pupil"),
    ("wellbeing:calm", ""): only(*CHILDREN),
    # Nobody of the cast has sent a nameless list.
    ("wellbeing:by_key", ""): CLOSED,
    ("wellbeing:felt", "reply"): POST_ONLY,
    # The special teacher was sent a list; the welfare worker was called.
    ("wellbeing:classes", ""): only(
        "class_teacher", "other_class", "neighbour_teacher", "special_teacher", "welfare"
    ),
    ("wellbeing:round", "wish_round"): only(*CHOSEN),
    ("wellbeing:sheet", "wish_round"): OWN,
    ("wellbeing:close", "wish_round"): POST_ONLY,
    # It is open yet.
    ("wellbeing:council", "wish_round"): CLOSED,
    ("wellbeing:new_key", "wish_list"): POST_ONLY,
    ("wellbeing:answer", "wish"): only(*CHOSEN),
    ("wellbeing:answer_nameless", "nameless"): POST_ONLY,
    ("wellbeing:school", ""): only("principal", "neighbour_principal"),
    ("wellbeing:school_council", "school"): only("principal"),
    ("wellbeing:call", "call"): only("welfare"),
}
POSTS: Table = {
    ("wellbeing:choose", ""): only(*CHILDREN, status=302),
    ("wellbeing:own_words", ""): only(*CHILDREN, status=302),
    ("wellbeing:all_is_well", ""): only(*CHILDREN, status=302),
    ("wellbeing:send", ""): only(*CHILDREN, status=302),
    ("wellbeing:take_back", ""): only(*CHILDREN, status=302),
    ("wellbeing:erase", "wish_list"): only("pupil", status=302),
    ("wellbeing:calm", ""): only(*CHILDREN, status=302),
    ("wellbeing:by_key", ""): CLOSED,
    # Without a face there is nothing to say.
    ("wellbeing:felt", "reply"): CLOSED,
    ("wellbeing:classes", ""): only(
        "class_teacher", "other_class", "neighbour_teacher", status=422
    ),
    ("wellbeing:sheet", "wish_round"): OWN,
    ("wellbeing:close", "wish_round"): only("class_teacher", status=302),
    # It was sent to teachers: whoever reads it, it has no key to renew.
    ("wellbeing:new_key", "wish_list"): CLOSED,
    ("wellbeing:answer", "wish"): only(*CHOSEN, status=422),
    ("wellbeing:answer_nameless", "nameless"): only("class_teacher", status=422),
    ("wellbeing:call", "call"): only("welfare", status=302),
}


def arguments(cast, alert):
    made = WishRound.objects.create(
        group=cast.group, opened_at=builders.AT, closes_on=builders.ON + dt.timedelta(days=5)
    )
    sent = WishList.objects.create(
        round=made, pupil=cast.child, state="sent", audience="special", sent_on=builders.ON
    )
    wish = Wish.objects.create(list=sent, slug="liikun")
    answered = Wish.objects.create(list=sent, slug="ulkona")
    reply = Reply.objects.create(
        wish=answered, kind="we_try", measure=builders.measure(), words="Kokeillaan!",
        replied_at=builders.AT, ask_on=builders.ON,
    )  # fmt: skip
    nameless = NamelessList.objects.create(
        round=made, key_digest="x", slugs=["liikun"], is_released=True
    )
    call = CallForAdult.objects.create(pupil=cast.child, to=cast["welfare"], asked_at=builders.AT)
    return {
        "wish_round": [made.pk],
        "wish_list": [sent.pk],
        "wish": [wish.pk],
        "reply": [reply.pk],
        "nameless": [nameless.pk],
        "call": [call.pk],
        "audience": ["welfare"],
    }
