"""Somebody under eighteen who says so in their own words: where the talk goes on for them (P17).

At sixteen and seventeen they choose who answers, where a door leaves the choice to them.
"""

from flows.answers import Answer, Given
from flows.conversation import Conversation, Owner
from flows.danger import heed_age
from flows.edition import Edition
from flows.events import Moment, TextReceived
from flows.flow import GROWN_UP, About, Flow
from flows.known import (
    STORY,
    answering,
    asks_of_harm,
    band_step,
    is_story_told,
    own_way,
)
from flows.turn import Turn
from flows.walk import enter_flow, proceed, say_aside, standing
from flows.watching import with_answers

ASKED_LAST = ("contact", "equality")
"""Places of the intake that stand at the end of every flow."""


def is_heard_young(edition: Edition, talk: Conversation, event: TextReceived) -> bool:
    """Whether these words change the way of somebody under 18, from a question (P17).

    Not before it is known to be safe, and not where a child types for somebody else.
    """
    step = standing(edition, talk)
    if step is None or step.about is About.SAFETY or talk.is_silent or talk.owner is Owner.WORKER:
        return False
    if step.intake.partition(".")[0] in ASKED_LAST:
        # Whoever is asked this has been through a flow, and skipped what they wanted to skip (P5).
        return False
    is_young = event.age is not None and event.age < GROWN_UP
    # A complaint stays one, and a child who lets a grown-up be called has done enough.
    is_about_harm = talk.flow == edition.entry or asks_of_harm(edition.flows[talk.flow])
    may_change = edition.young is not None and talk.flow != edition.young
    return is_young and is_about_harm and not event.is_late and may_change


def meet_young(
    edition: Edition, before: Conversation, turn: Turn, event: TextReceived, moment: Moment
) -> Turn:
    """Go on by the young people's flow, or where the talk is, as one who chooses.

    ``before`` is the talk as it was when they wrote.
    """
    heeded = heed_age(edition, turn, event, moment)
    if _keeps(edition, before, event):
        return _go_on_young(edition, heeded, event, moment)
    assert edition.young is not None  # noqa: S101 - is_heard_young has seen to it
    return enter_flow(
        edition, heeded, edition.young, moment, is_told=_is_told(edition, before, heeded)
    )


def _is_told(edition: Edition, before: Conversation, turn: Turn) -> bool:
    """Whether their story has been told with these words or before them (R5)."""
    step = standing(edition, before)
    if step is not None and (step.about is About.HARM or step.intake.startswith(STORY)):
        return True
    return before.flow == edition.entry and is_story_told(edition, turn.talk)


def _keeps(edition: Edition, talk: Conversation, event: TextReceived) -> bool:
    """Whether the door they came by, or any if none is known yet, leaves the choice to them."""
    doors = edition.doors
    if talk.flow != edition.entry or talk.door in edition.flows:
        doors = frozenset({answering(edition, talk).id})
    return any(_leaves_choice(edition.flows[door], event.age or 0) for door in doors)


def _leaves_choice(flow: Flow, age: int) -> bool:
    found = band_step(flow, age)
    return found is not None and own_way(flow, found[1]) is not None


def _go_on_young(edition: Edition, turn: Turn, event: TextReceived, moment: Moment) -> Turn:
    flow = edition.flows[turn.talk.flow]
    found = band_step(flow, event.age or 0)
    if found is None:
        return proceed(edition, turn, moment)
    step, value = found
    answer = Answer(Given.CHOSEN, moment.now, (value,), event.text)
    noted = turn.now(answers=with_answers(turn.talk.answers, {f"{flow.id}.{step.id}": answer}))
    own = own_way(flow, value)
    if own is None:
        return proceed(edition, noted, moment)
    # The choice would ask again what was answered: they hear the limits, and the desk their age.
    limits = flow.steps[own[1].step]
    return proceed(edition, say_aside(edition, noted, limits, moment), moment)
