"""Before *Continue*: all that anybody sees is the greeting, whether or not they wrote before (P16).

What they write meanwhile is kept and heeded all the same: nobody is lost for want of a button.
"""

from dataclasses import replace

from bot.channels.messenger import wording
from bot.channels.messenger.buttons import language_of, read_button
from bot.channels.messenger.chat import Chat, Edit
from bot.channels.messenger.told import Pressed, Words
from bot.channels.messenger.visit import Visit, as_it_is, into
from bot.inbound import Typed
from bot.return_turn import Return
from bot.returning import come_back
from bot.words import WordUnknown
from flows.conversation import Conversation
from flows.events import LanguageChanged, Skipped

LONGEST_WORD = 60
"""Characters of a text that may be the word to come back with; a longer one is a story."""


async def at_the_door(visit: Visit) -> Edit:
    """There is no talk to go on with: a stranger, or somebody whose time has run out."""
    match visit.told.what:
        case Words(text):
            return await _wrote(visit, text)
        case Pressed(code) if code == _go_on(visit):
            return await visit.begin()
        case Pressed(code) if language := language_of(visit, code):
            return await visit.greet(lambda chat: replace(chat, language=language), language)
        case Pressed():
            # A button of a talk that is over: whoever left must not hear of it again (P1).
            return as_it_is
    return await visit.greet(as_it_is)


async def _wrote(visit: Visit, text: str) -> Edit:
    if _goes_on(visit, text):
        return await visit.begin()
    if visit.chat.talk and (back := await _come_back(visit, text)):
        return back
    receipt = await visit.open(visit.sender, chat=visit.chat.key)
    await visit.receive(Typed.mended(text))
    return await visit.greet(into(receipt.conversation, is_held=True))


async def held(visit: Visit, talk: Conversation) -> Edit:
    """There is a talk, and nothing is shown of it yet: they started anew, or were silent."""
    is_locked = bool(talk.word) and (visit.chat.is_locked or visit.was_silent(talk))

    def hold(chat: Chat) -> Chat:
        # Where the row was never written, the talk is still found by its way back.
        known = into(talk.id, is_held=True)(chat)
        return replace(known, is_locked=is_locked)

    match visit.told.what:
        case Words(text):
            if _goes_on(visit, text):
                return await _go_on_with(visit, talk, is_locked=is_locked)
            if talk.word and (back := await _come_back(visit, text)):
                return back
            await visit.receive(Typed.mended(text))
        case Pressed(code) if code == _go_on(visit):
            return await _go_on_with(visit, talk, is_locked=is_locked)
        case Pressed(code) if language := language_of(visit, code):
            await visit.receive(LanguageChanged(language))
            return await visit.greet(lambda chat: replace(hold(chat), language=language), language)
        case Pressed(code) if (event := await read_button(visit, talk, code)) is not None:
            # It is kept; after a silence nothing is taken for an answer (P15).
            await visit.receive(event)
    return await visit.greet(hold)


async def _go_on_with(visit: Visit, talk: Conversation, *, is_locked: bool) -> Edit:
    """*Continue*. Where a word was chosen it alone leads back, and this begins another talk."""
    if is_locked:
        visit.chat = replace(visit.chat, generation=visit.chat.generation + 1)
        return await visit.begin()
    if visit.was_silent(talk):
        # Whether it is still all right is asked first of all.
        await visit.receive(Skipped())
    return into(talk.id, is_held=False)


async def _come_back(visit: Visit, text: str) -> Edit | None:
    """With the word the talk is theirs again; the message that held it is taken away."""
    if len(text) > LONGEST_WORD:
        return None
    before = visit.chat
    visit.chat = replace(before, generation=before.generation + 1)
    id = f"{visit.place.bot} {visit.told.update}"
    asked = Return(visit.tenant.id, visit.sender, id, (visit.device,), text)
    try:
        receipt = await come_back(visit.house.door, asked)
    except WordUnknown:
        visit.chat = before
        return None
    await visit.take_away()
    first = min((line.seq for line in receipt.lines), default=receipt.talk.last_seq)
    return into(receipt.conversation, is_held=False, sent=max(0, first - 1))


def _go_on(visit: Visit) -> str:
    return f"{wording.GO_ON}.{visit.chat.generation}"


def _goes_on(visit: Visit, text: str) -> bool:
    """The word on the button, typed in any language."""
    synonyms = visit.house.door.tools.understanding.synonyms
    return synonyms.named(text, ("page.continue",)) is not None
