"""What somebody did in a messaging app: committed through the one door before it is acknowledged.

A repeat is answered and not applied again; one that cannot be understood is set aside, sealed, and
its talk goes to a person.
"""

from dataclasses import replace

import structlog

from bot.channels.messenger import chat as chats
from bot.channels.messenger.buttons import language_of, read_button
from bot.channels.messenger.chat import Edit
from bot.channels.messenger.leaving import keep_quietly, leave, leaving
from bot.channels.messenger.place import Place
from bot.channels.messenger.threshold import at_the_door, held
from bot.channels.messenger.told import (
    Blocked,
    Poison,
    Pressed,
    Started,
    Told,
    Unreadable,
    Words,
    WordsChosen,
)
from bot.channels.messenger.visit import Visit, as_it_is, into
from bot.inbound import Happened, TextTooLong, Typed
from flows.conversation import Conversation
from flows.events import LanguageChanged, PersonWanted
from storage.store import Registered

log = structlog.get_logger()

QUARANTINE = "messenger-quarantine"
"""The register of what could not be understood: sealed, and read by nobody but who mends it."""


async def take(place: Place, told: Told) -> None:
    """Take one update, once. Raises NotSaved, ChatBusy or StorageError: it is to come again."""
    keys = chats.keys_of(place.house.keyring, place.tenancy.tenant.id, place.bot, told.address)
    async with place.turn(keys[0]):
        chat = await chats.find_chat(place.tenancy.store, *keys)
        visit = Visit(place, told, chat)
        if not chat.has_seen(visit.hash):
            await visit.find_talk()
            await visit.keep(await _taken(visit))
        # A repeat may be of one whose process died right here.
        await visit.arm()


async def _taken(visit: Visit) -> Edit:
    """What was done, and how the chat's row changes by it."""
    what, talk = visit.told.what, visit.talk
    # Whoever writes has not closed the chat, or has opened it again.
    is_blocked = isinstance(what, Blocked) and not what.is_over
    visit.chat = replace(visit.chat, is_blocked=is_blocked)
    if isinstance(what, Blocked):
        return as_it_is
    if visit.is_late:
        return await keep_quietly(visit)
    if (event := leaving(visit)) is not None:
        return await leave(visit, event)
    if isinstance(what, Poison):
        return await _set_aside(visit, what)
    if talk is None:
        return await at_the_door(visit)
    if visit.chat.is_held or isinstance(what, Started) or visit.was_silent(talk):
        return await held(visit, talk)
    return await _in_the_talk(visit, talk)


async def _in_the_talk(visit: Visit, talk: Conversation) -> Edit:
    match visit.told.what:
        case Words(text):
            return await _said(visit, talk, Typed.mended(text))
        case WordsChosen(given):
            await visit.take_away()
            if given is None:
                await visit.say("page.words.unfit")
            else:
                await visit.receive(given)
        case Pressed(code) if language := language_of(visit, code):
            await visit.receive(LanguageChanged(language))
            return lambda chat: replace(chat, language=language)
        case Pressed(code) if (event := await read_button(visit, talk, code)) is not None:
            return await _said(visit, talk, event)
        case Unreadable():
            await visit.say("messenger.unreadable")
    return as_it_is


async def _said(visit: Visit, talk: Conversation, event: Happened) -> Edit:
    try:
        receipt = await visit.receive(event)
    except TextTooLong:
        await visit.say("page.too-long")
        return as_it_is
    if receipt is None or receipt.conversation == talk.id:
        return as_it_is
    # Another door opened another talk; what was not sent of this one is over (P6).
    return into(receipt.conversation, is_held=False)


async def _set_aside(visit: Visit, poison: Poison) -> Edit:
    """Kept for whoever can read it, and the talk goes to a person (P9)."""
    raw = {"raw": poison.raw.decode("latin-1")}
    await visit.tenancy.store.register(Registered(QUARANTINE, visit.hash, raw))
    log.error("update-set-aside", tenant=visit.tenant.id)
    if visit.talk is not None:
        await visit.receive(PersonWanted())
        return as_it_is
    receipt = await visit.open(visit.sender, chat=visit.chat.key)
    await visit.receive(PersonWanted())
    return await visit.greet(into(receipt.conversation, is_held=True))
