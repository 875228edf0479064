"""Who may open and change the pages of the frame: home, sign-in, inbox."""

from tests.project.access_tables import (
    CLOSED,
    EVERYBODY,
    LEADERS,
    POST_ONLY,
    SEES_ROUNDS,
    SIGNED_IN,
    WHO,
    Table,
    only,
)

PAGES: Table = {
    # A pupil's home is the wish list.
    ("dashboards:home", ""): EVERYBODY | {"pupil": 302, "classmate": 302},
    ("dashboards:my_school", ""): only(*LEADERS, status=302),
    ("dashboards:school", "school"): only("principal"),
    ("dashboards:robot", ""): EVERYBODY,
    ("dashboards:accessibility", ""): EVERYBODY,
    ("dashboards:privacy", ""): EVERYBODY,
    ("dashboards:styles", ""): only(*SEES_ROUNDS),
    ("dashboards:health", ""): EVERYBODY,
    ("accounts:sign_in", ""): dict.fromkeys(WHO, 302) | {"nobody": 200},
    ("accounts:sign_in_with_code", ""): EVERYBODY,
    ("accounts:sign_in_with_link", "token"): EVERYBODY,
    ("accounts:sign_out", ""): dict.fromkeys(WHO, 405),
    ("accounts:account", ""): SIGNED_IN,
    ("notifications:inbox", ""): SIGNED_IN,
    ("notifications:ask_link", ""): EVERYBODY,
    ("accounts:language", ""): POST_ONLY,
    ("accounts:mail_choice", ""): POST_ONLY,
    ("notifications:open", "notification"): only("class_teacher", status=302),
}
POSTS: Table = {
    ("accounts:sign_in", ""): dict.fromkeys(WHO, 302) | {"nobody": 422},
    ("accounts:sign_in_with_code", ""): dict.fromkeys(WHO, 422),
    ("accounts:sign_in_with_link", "token"): dict.fromkeys(WHO, 422),
    ("accounts:sign_out", ""): dict.fromkeys(WHO, 302),
    ("notifications:ask_link", ""): dict.fromkeys(WHO, 422),
    # No language is named.
    ("accounts:language", ""): CLOSED,
    ("accounts:mail_choice", ""): dict.fromkeys(WHO, 302),
}


def arguments(cast, alert):
    return {
        "school": [cast.school.slug],
        "notification": [cast["class_teacher"].notifications.first().pk],
        "token": ["x" * 20],
    }
