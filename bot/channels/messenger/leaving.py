"""Exit and stop: the talk ends, all that was written is taken away, and nothing follows (P1, I13).

Exit cancels no call back that was asked for; stop cancels everything (``flows.engine``).
"""

from dataclasses import replace

from bot.channels.messenger import chat as chats
from bot.channels.messenger import wording
from bot.channels.messenger.chat import Chat, Edit
from bot.channels.messenger.told import Pressed, Words
from bot.channels.messenger.visit import Visit, as_it_is
from bot.inbound import TalkUnknown, Typed
from flows.events import ExitTaken, StopSaid

GOODBYE = ("messenger.goodbye",)
STOPPED = ("messenger.stopped", "messenger.goodbye")


def leaving(visit: Visit) -> ExitTaken | StopSaid | None:
    """The way out, typed in any language or pressed, in every state."""
    match visit.told.what:
        case Words(text):
            named = visit.house.door.tools.understanding.synonyms.command(text)
            return ExitTaken() if named == "exit" else StopSaid() if named == "stop" else None
        case Pressed(code) if code.partition(".")[2] == wording.EXIT:
            return ExitTaken()
    return None


async def leave(visit: Visit, event: ExitTaken | StopSaid) -> Edit:
    """End the talk if there is one, and take everything away; it works twice and without a talk."""
    if visit.talk is not None:
        await visit.receive(event)
    is_quiet = visit.talk is None or visit.talk.is_silent
    owes = STOPPED if isinstance(event, StopSaid) and not is_quiet else GOODBYE

    def edit(chat: Chat) -> Chat:
        return replace(
            chat,
            # Apps tell whole seconds: what came in the same one may have come after.
            left_at=visit.told.at.replace(microsecond=0),
            is_gone=True,
            owes=owes,
            generation=chat.generation + 1,
            talk="",
            sent=0,
            parts=0,
            missed=(0, 0),
            is_held=True,
            is_locked=False,
        )

    return edit


async def keep_quietly(visit: Visit) -> Edit:
    """Written before they left, and late on its way: a person reads it, and nothing is sent."""
    if not isinstance(visit.told.what, Words) or leaving(visit) is not None:
        return as_it_is
    late = replace(visit.chat, generation=-1)
    sender = chats.sender_of(visit.house.keyring, visit.tenant.id, late)
    try:
        await visit.house.door.find(visit.tenant.id, sender)
    except TalkUnknown:
        # Of no chat: whatever is said in it stays with us.
        await visit.open(sender, chat="")
    await visit.receive(Typed.mended(visit.told.what.text), sender=sender)
    return as_it_is
