"""The table of access, app by app. Each module holds its PAGES, its POSTS and its `arguments`.

`PAGES` and `POSTS` map (name, key of arguments) to who gets which status. `arguments(cast, alert)`
makes the rows that stand in its addresses and returns {key: list of arguments}; leave it out where
"" and "missing" are enough.
"""

WHO = (
    "nobody", "class_teacher", "subject_teacher", "other_class", "special_teacher", "principal",
    "neighbour_teacher", "neighbour_principal", "former_teacher", "welfare", "coordinator",
    "director", "administrator", "no_role", "pupil", "classmate", "guardian", "other_guardian",
)  # fmt: skip
EVERYBODY = dict.fromkeys(WHO, 200)
SIGNED_IN = EVERYBODY | {"nobody": 302}
CLOSED = dict.fromkeys(WHO, 404) | {"nobody": 302}
POST_ONLY = dict.fromkeys(WHO, 405) | {"nobody": 302}
LEADERS = ("principal", "neighbour_principal")
FOLLOWS = ("class_teacher", "other_class", "special_teacher", "neighbour_teacher", *LEADERS)
SHAPERS = ("coordinator", "director", "administrator")
SEES_ROUNDS = (*FOLLOWS, *SHAPERS)

Table = dict[tuple[str, str], dict[str, int]]


def only(*who: str, status: int = 200) -> dict[str, int]:
    return CLOSED | dict.fromkeys(who, status)
