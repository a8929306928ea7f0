"""Who is on call, and when: the rota of one tenant, beside its cases. Pure.

A number is for the house to call; no page shows it again, and it stands in no log (R16).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handoff.refusals import Refusal

REGISTER = "on-call"

LONGEST_NAME = 80

_NUMBER = re.compile(r"\+?\d{5,15}")


class NoNumber(Refusal):
    """That is no telephone number. Write digits alone, with + for a country."""

    code = "no-number"


class NoName(Refusal):
    """Say who is on call, in up to 80 characters."""

    code = "no-name"


class NoSpan(Refusal):
    """The end must come after the beginning, and not be past already."""

    code = "no-span"


@dataclass(frozen=True, slots=True)
class Duty:
    """One person on call for one span. ``version`` is the register's.

    ``tested_at``: a test was sent. ``answered_at``: somebody recorded that it was answered.
    """

    id: str
    who: str
    number: str = field(repr=False)
    begins_at: datetime
    ends_at: datetime
    tested_at: datetime | None = None
    answered_at: datetime | None = None
    is_withdrawn: bool = False
    version: int = 0

    def is_on(self, now: datetime) -> bool:
        """Whether this person is on call now."""
        return not self.is_withdrawn and self.begins_at <= now < self.ends_at

    @property
    def is_answered(self) -> bool:
        """Whether the last test was answered."""
        return self.answered_at is not None

    @property
    def content(self) -> dict[str, Any]:
        """What is kept of it, JSON-able."""
        return {
            "who": self.who,
            "number": self.number,
            "begins_at": self.begins_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
            "tested_at": self.tested_at and self.tested_at.isoformat(),
            "answered_at": self.answered_at and self.answered_at.isoformat(),
            "is_withdrawn": self.is_withdrawn,
        }


def read_duty(id: str, content: Mapping[str, Any], version: int) -> Duty:
    """A duty as it was kept."""
    return Duty(
        id=id,
        who=content["who"],
        number=content["number"],
        begins_at=datetime.fromisoformat(content["begins_at"]),
        ends_at=datetime.fromisoformat(content["ends_at"]),
        tested_at=_moment(content.get("tested_at")),
        answered_at=_moment(content.get("answered_at")),
        is_withdrawn=bool(content.get("is_withdrawn")),
        version=version,
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def make_duty(
    id: str, who: str, number: str, span: tuple[datetime | None, datetime | None], now: datetime
) -> Duty:
    """A new duty from what was written. Raises NoName, NoNumber or NoSpan."""
    who, plain = who.strip(), re.sub(r"[\s()-]", "", number)
    begins_at, ends_at = span
    if not who or len(who) > LONGEST_NAME:
        raise NoName
    if not _NUMBER.fullmatch(plain):
        raise NoNumber
    if begins_at is None or ends_at is None or ends_at <= max(begins_at, now):
        raise NoSpan
    return Duty(id, who, plain, begins_at, ends_at)


def on_call_at(duties: Iterable[Duty], now: datetime) -> tuple[Duty, ...]:
    """Who is on call now; who began first is called first."""
    return tuple(sorted((d for d in duties if d.is_on(now)), key=lambda d: (d.begins_at, d.id)))


def whom_to_call(duties: Iterable[Duty], now: datetime, call: int) -> Duty | None:
    """Whom the call of this number goes to: each on call in turn; None where nobody is."""
    on = on_call_at(duties, now)
    return on[(call - 1) % len(on)] if on else None
