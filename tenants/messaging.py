"""A tenant's bots in messaging apps, by door. No token stands here, only its variable's name.

The channel stays off until the day of its data-protection assessment is written down.
"""

import datetime as dt
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tenants.reading import Entry

FILE = "messaging.yaml"
ANY_DOOR = "any"
"""A bot that asks what brings somebody, as the page does."""

_ID = re.compile(r"[a-z][a-z0-9-]{0,30}")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{2,60}")
_TELLING = re.compile(
    r"abus|violen|assault|rape|refuge|victim|survivor|helpline|help|safe|support|advice|shelter"
    r"|women|idva|isva|marac|perpetrator|domestic|sexual|crisis|hotline|front ?door",
    re.IGNORECASE,
)
"""What a name in somebody's list of chats would say of them (P15, P16)."""


@dataclass(frozen=True, slots=True)
class BotSetting:
    """One bot. `name` is what a list of chats shows, `door` the flow that it opens, or any of them.

    `token` names the environment variable that holds its token.
    """

    id: str
    name: str
    door: str
    token: str
    line: int


@dataclass(frozen=True, slots=True)
class Messaging:
    """What a tenant says of messaging apps. Without `assessed_on` every bot stays off."""

    assessed_on: dt.date | None = None
    telegram: tuple[BotSetting, ...] = ()

    @property
    def is_allowed(self) -> bool:
        """Whether the data-protection assessment was done."""
        return self.assessed_on is not None


NO_MESSAGING = Messaging()


def read_messaging(document: Entry, doors: Collection[str]) -> Messaging:
    """`messaging.yaml`. A mistake is told as in every file."""
    fields = document.fields(needed="telegram", optional="data_protection_assessment_done_on")
    assessed = fields.get("data_protection_assessment_done_on")
    return Messaging(
        assessed_on=None if assessed is None else assessed.date(),
        telegram=tuple(_read_bots(fields["telegram"], doors)),
    )


def _read_bots(item: Entry, doors: Collection[str]) -> Iterator[BotSetting]:
    seen: dict[str, str] = {}
    for id, entry in item.entries():
        if not _ID.fullmatch(id.text()):
            raise id.error(f"{id.text()!r} is no id of a bot", "Use small letters, digits and -")
        bot = _read_bot(id.text(), entry, (ANY_DOOR, *doors))
        if bot.token in seen:
            cure = "Give each bot a token of its own: one bot for each tenant and door"
            raise entry.error(f"{bot.token} is the token of {seen[bot.token]!r} too", cure)
        seen[bot.token] = bot.id
        yield bot


def _read_bot(id: str, entry: Entry, doors: Collection[str]) -> BotSetting:
    fields = entry.fields(needed="name door token")
    return BotSetting(
        id=id,
        name=_read_name(fields["name"]),
        door=fields["door"].one_of(doors),
        token=_read_variable(fields["token"]),
        line=fields["name"].line,
    )


def _read_name(item: Entry) -> str:
    name = item.text()
    if found := _TELLING.search(name):
        cure = "Choose a name that says nothing in somebody's list of chats, such as Notes"
        raise item.error(f"the name says {found[0]!r}", cure)
    return name


def _read_variable(item: Entry) -> str:
    if not _VARIABLE.fullmatch(item.text()):
        # What stands there may be the token itself, so it is not repeated.
        cure = (
            "Put the token in the environment, and write its variable's name, such as NOTES_TOKEN"
        )
        raise item.error("this is no name of an environment variable", cure)
    return item.text()
