"""What a pressed button means; one of another talk means nothing any more."""

from bot.channels.messenger import wording
from bot.channels.messenger.visit import TOOLS, Visit
from bot.inbound import Happened
from flows.conversation import Conversation
from flows.events import ChoiceMade, ChoicesMade
from handoff.transcript import Expects, Seq

LONGEST_CODE = 40


async def read_button(visit: Visit, talk: Conversation, code: str) -> Happened | None:
    """The event of a button of this talk, and at which question it was pressed."""
    tag, _, rest = code.partition(".")
    if len(code) > LONGEST_CODE or tag != wording.tag_of(visit.house.keyring, talk):
        return None
    if rest in TOOLS:
        return TOOLS[rest]
    seq, _, index = rest.partition(".")
    if not (seq.isdecimal() and index.isdecimal()) or not int(seq):
        return None
    lines = await visit.house.door.lines(visit.tenant.id, talk.id, after=Seq(int(seq) - 1))
    if not lines or int(index) >= len(lines[0].choices):
        return None
    visit.pressed_at = lines[0].step
    value = lines[0].choices[int(index)].value
    return ChoicesMade((value,)) if lines[0].expects is Expects.ANY else ChoiceMade(value)


def language_of(visit: Visit, code: str) -> str:
    """The language that a button asks for, if it is one of the tenant's."""
    kind, _, rest = code.partition(".")
    language = rest.partition(".")[2]
    is_one = kind == wording.IN_LANGUAGE and language in visit.tenant.languages
    return language if is_one else ""
