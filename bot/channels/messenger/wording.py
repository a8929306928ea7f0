"""A line of the talk as a message: numbers in their own order, answers as buttons and as words.

The transcript keeps what was said; only what is true of a page alone is said in other words here.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.channels.messenger.carrier import Button, Message
from bot.channels.messenger.chat import Chat
from flows.conversation import Conversation, Owner
from handoff.transcript import Expects, Line, Speaker
from locales.languages import direction, own_name
from locales.lookup import Catalogues
from locales.template import isolate, isolate_numbers
from storage.keyring import Keyring
from tenants.reading import read_document
from tenants.tenant import Tenant

_HERE = Path(__file__)
WORDS: Mapping[str, str] = {
    key.text(): value.text()
    for file in (_HERE.with_name("words.yaml"), _HERE.parents[1] / "webchat" / "words.yaml")
    for key, value in read_document(file).entries()
}
"""Our own words and the page's, whose buttons have the same names here."""

INSTEAD: Mapping[str, str] = {
    "entry.leaving.say": "messenger.leaving",
    "replies.word-kept": "messenger.word-kept",
}
"""What a page says of itself, and what is true here."""

OF_A_PAGE = frozenset({"entry.safe-to-talk.ask"})
"""Questions whose reason speaks of the page: asked without it."""

GO_ON, IN_LANGUAGE = "go", "in"
EXIT, SKIP, PERSON = "x", "s", "p"
_TOOLS = {SKIP: "page.skip", PERSON: "page.person", EXIT: "page.exit"}
_QUIET = {SKIP: "page.quiet.skip", PERSON: "page.quiet.person", EXIT: "page.exit"}


def tag_of(keyring: Keyring, talk: Conversation) -> str:
    """What a button carries of its talk: enough to know it again, and nothing else."""
    return keyring.keyed_hash("button", talk.tenant, talk.id).hex()[:8]


def own_words(catalogues: Catalogues, key: str, language: str) -> str:
    """One of our own texts in a language."""
    return catalogues.text(language, key, WORDS[key], {}).text


def greeting(catalogues: Catalogues, tenant: Tenant, chat: Chat, language: str) -> Message:
    """What everybody sees first, known or not, the same to the byte in a language (P16)."""
    go_on = Button(own_words(catalogues, "page.continue", language), f"{GO_ON}.{chat.generation}")
    others = [code for code in tenant.languages if code != language]
    named = [Button(own_name(code), f"{IN_LANGUAGE}.{chat.generation}.{code}") for code in others]
    pairs = [tuple(named[n : n + 3]) for n in range(0, len(named), 3)]
    return Message(own_words(catalogues, "messenger.greeting", language), ((go_on,), *pairs))


def as_messages(
    catalogues: Catalogues, talk: Conversation, line: Line, tag: str, *, longest: int
) -> Iterator[Message]:
    """A line as it is sent: in parts where the app takes no more, the buttons on the last."""
    whole = _text(catalogues, line)
    parts = _parted(whole, longest)
    for part in parts[:-1]:
        yield Message(part)
    yield Message(parts[-1], tuple(_rows(catalogues, talk, line, tag)))


def _text(catalogues: Catalogues, line: Line) -> str:
    text = line.text
    if line.key in INSTEAD:
        text = own_words(catalogues, INSTEAD[line.key], line.language)
    if line.why and line.key not in OF_A_PAGE:
        text = f"{text}\n\n{line.why}"
    if line.expects is Expects.ANY:
        text = f"{text}\n\n{own_words(catalogues, 'page.choose-any', line.language)}"
    if line.choices:
        text = f"{text}\n\n{_numbered(line)}"
    is_rtl = direction(line.language) == "rtl"
    return isolate_numbers(text) if is_rtl else text


def _numbered(line: Line) -> str:
    """The answers as a list, so that a number can be typed where a button cannot be pressed."""
    is_rtl = direction(line.language) == "rtl"
    numbers = (f"{n}." for n in range(1, len(line.choices) + 1))
    shown = map(isolate, numbers) if is_rtl else numbers
    return "\n".join(f"{n} {c.label}" for n, c in zip(shown, line.choices, strict=True))


def _rows(
    catalogues: Catalogues, talk: Conversation, line: Line, tag: str
) -> Iterator[tuple[Button, ...]]:
    if line.speaker is not Speaker.BOT:
        return
    for index, choice in enumerate(line.choices):
        yield (Button(choice.label, f"{tag}.{line.seq}.{index}"),)
    if line.expects is Expects.NOTHING and line.seq != talk.last_seq:
        return
    names = _QUIET if line.is_silent else _TOOLS
    yield tuple(
        Button(own_words(catalogues, names[code], line.language), f"{tag}.{code}")
        for code in _offered(talk, line)
    )


def _offered(talk: Conversation, line: Line) -> tuple[str, ...]:
    """What stands under a message beside its answers; typed, all of it works always (P1, P2)."""
    if talk.owner is Owner.WORKER:
        return (EXIT,)
    return (PERSON, EXIT) if line.expects is Expects.NOTHING else (SKIP, PERSON, EXIT)


def _parted(text: str, longest: int) -> list[str]:
    """Parts that are short enough, each ended where a line or a word ends if there is one."""
    parts: list[str] = []
    while len(text) > longest:
        head = text[:longest]
        end = max(head.rfind("\n"), head.rfind(" "))
        end = end if end > longest // 2 else longest
        parts.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*parts, text]
