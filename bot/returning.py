"""Somebody comes back with a word: the latest talk of their browser that has one, if it is its own.

A stranger, a wrong word and a talk that has ended cost the same work and hear the same (P16, I14).
"""

from bot.door import Door
from bot.inbound import Receipt
from bot.return_turn import Return, ReturnTurn
from bot.saving import SAVING
from bot.words import WordUnknown, which_word
from flows.conversation import Conversation
from flows.events import CameBack


async def come_back(door: Door, asked: Return) -> Receipt:
    """Open the talk that the word opens. Raises WordUnknown or NotSaved."""
    with SAVING:
        talk = await _latest_with_a_word(door, asked)
        which = await which_word(door.tools.passwords, talk, asked.word)
        if talk is None or not which:
            raise WordUnknown
        tenancy, event = door.tenancies[asked.tenant], CameBack(by_other=which == "other")
        async with door.hot.turn(asked.tenant, talk.id) as hot:
            # The page before this one loses its way back with this commit.
            door.hot.end(asked.tenant, talk.id)
            turn = ReturnTurn(door.tools, tenancy, asked, talk, event)
            return await door.commit(tenancy, hot, talk.id, turn)


async def _latest_with_a_word(door: Door, asked: Return) -> Conversation | None:
    store, now = door.tenancies[asked.tenant].store, door.tools.clock()
    found: list[Conversation] = []
    for device in asked.devices:
        for id in await store.conversations_on(device, alive_at=now):
            talk = await store.conversation(id)
            if talk is not None and talk.word and talk.ended is None:
                found.append(talk)
    return max(found, key=lambda talk: talk.heard_at or now, default=None)
