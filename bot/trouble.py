"""A visitor's event that could not be advanced, taken as well as it can be without its flow.

Leaving always works; everything else is kept word for word and goes to a person (P1, P9).
"""

from bot.inbound import Happened, Typed
from bot.words import WordsGiven
from flows.conversation import Conversation, Ended, Owner
from flows.effects import CancelContact, EndSession, Hear, OpenCase, QueueCase, Say
from flows.events import DID, ChoiceMade, ChoicesMade, ExitTaken, Skipped, StopSaid, WordsChosen
from flows.turn import Turn

SET_ASIDE = "\N{REPLACEMENT CHARACTER}"
"""What stands in the transcript for words that no store would keep."""


def fit_to_keep(event: Happened, refusals: int) -> Happened:
    """An event that a store refused to keep, so many times: without its broken letters first, then
    without its words. That somebody wrote is kept in any case, and leads to a person.
    """
    if not refusals or not isinstance(event, Typed | ChoiceMade | ChoicesMade):
        return event
    if refusals == 1 and isinstance(event, Typed):
        return Typed.mended(event.text)
    return Typed(SET_ASIDE)


def take_in_trouble(talk: Conversation, event: Happened, *, after_silence: bool = False) -> Turn:
    """The turn that is left. It asks nothing and reads no flow: either may be what is broken.

    Whether it is safe ``after_silence`` the next turn asks; until then nothing tells (P15).
    """
    match event:
        case ExitTaken():
            heard = Turn(talk.evolve(ended=Ended.EXIT), (Hear(did=DID[ExitTaken]),))
            return heard.then(EndSession(Ended.EXIT))
        case StopSaid():
            heard = Turn(talk.evolve(ended=Ended.STOP), (Hear(did=DID[StopSaid]),))
            return heard.then(CancelContact(), Say("replies.stopped"), EndSession(Ended.STOP))
    owner = Owner.QUEUE if talk.owner is Owner.BOT else talk.owner
    opened = () if talk.is_case_open else (OpenCase(),)
    kept = Turn(talk.evolve(is_case_open=True, owner=owner), (*opened, _heard_in_trouble(event)))
    if talk.owner is Owner.BOT:
        kept = kept.then(QueueCase(talk.flow, "trouble"))
    if talk.is_silent or after_silence:
        return kept.then(Say("replies.quiet-saved"))
    return kept if owner is Owner.WORKER else kept.then(Say("replies.trouble"))


def _heard_in_trouble(event: Happened) -> Hear:
    match event:
        case Typed(text):
            return Hear(text)
        case ChoiceMade(value, words):
            return Hear(words, (value,))
        case ChoicesMade(values, words) if values:
            return Hear(words, values)
        case WordsGiven():
            # Not kept, and nothing of it may be written.
            return Hear(did=DID[WordsChosen])
    # What was done without words is written as what it was; no choice at all is a skip.
    return Hear(did=DID.get(type(event), DID[Skipped]))
