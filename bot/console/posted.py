"""What a form posted, read as what it should be: its id, a number, a text of several lines."""

import re
import secrets

from bot.console.visit import Visit
from handoff.refusals import Refusal

_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class NoId(Refusal):
    """This form is incomplete, so nothing was done. Please load the page again."""

    code = "no-id"


def new_move_id() -> str:
    """An id under which a move is made once, however often it is sent (I2)."""
    return secrets.token_hex(16)


def move_id(visit: Visit) -> str:
    """The id of what was posted; the person is part of it, so that nobody can use up another's.

    Raises NoId.
    """
    id = visit.form.get("id", "")
    if not _ID.fullmatch(id):
        raise NoId
    return f"{visit.staff.id}:{id}"


def number_of(typed: str, otherwise: int = 0) -> int:
    """A number of up to nine figures; for anything else, what is given for it."""
    return int(typed) if typed.isdecimal() and len(typed) < 10 else otherwise


def lines_of(text: str) -> str:
    """What was typed, its line ends as one character each, as the visitor's page has them."""
    return text.replace("\r\n", "\n")
