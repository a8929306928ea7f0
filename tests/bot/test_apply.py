"""Every effect is known to the scribe, and only those of the talk write a line."""

from datetime import datetime
from typing import get_args

import pytest

from bot.house import House
from bot.render import Scribe
from flows.conversation import Conversation, ConversationId, Ended, FlowId, StepId
from flows.effects import (
    Ask,
    CancelContact,
    Effect,
    EndSession,
    Hear,
    KeepWords,
    OpenCase,
    OpenDoor,
    QueueCase,
    RaiseAlarm,
    Relay,
    Say,
    ShowNumbers,
)
from tests.house import HARBOUR, NOW

SPOKEN: tuple[Effect, ...] = (
    Hear("words"),
    Say("replies.waiting"),
    Ask(FlowId("entry"), StepId("danger-now")),
    ShowNumbers("shared"),
    Relay("a worker's words"),
)
UNSPOKEN: tuple[Effect, ...] = (
    OpenCase(),
    QueueCase(FlowId("victim"), "person"),
    RaiseAlarm(()),
    EndSession(Ended.EXIT),
    CancelContact(),
    OpenDoor(FlowId("victim")),
    KeepWords(),
)


def scribe_of(house: House, at: datetime = NOW) -> Scribe:
    tenancy = house.tenancies[HARBOUR]
    talk = Conversation(
        id=ConversationId("noor"),
        tenant=HARBOUR,
        channel="web",
        edition=tenancy.edition.id,
        language="en",
        flow=tenancy.edition.entry,
    )
    return Scribe(house.wording(tenancy, tenancy.edition, "en"), talk, at, seq=7)


def test_the_effects_below_are_all_there_are() -> None:
    assert {type(effect) for effect in (*SPOKEN, *UNSPOKEN)} == set(get_args(Effect))


@pytest.mark.parametrize("effect", SPOKEN, ids=lambda effect: type(effect).__name__)
def test_what_is_said_writes_one_line_that_follows_the_last(house: House, effect: Effect) -> None:
    (line,) = scribe_of(house).write((effect,))
    assert line.seq == 8
    assert line.text


@pytest.mark.parametrize("effect", UNSPOKEN, ids=lambda effect: type(effect).__name__)
def test_what_is_done_at_the_desk_writes_no_line(house: House, effect: Effect) -> None:
    assert scribe_of(house).write((effect,)) == ()
