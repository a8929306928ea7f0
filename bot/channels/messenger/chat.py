"""What a tenant keeps of one chat in a messaging app: a row of a register, by compare-and-set.

It is found by a keyed hash of where the chat is. Once the chat is left, nothing in it leads there.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NewType

from storage.keyring import Keyring
from storage.store import Registered, Sender, Store
from tenants.tenant import TenantId

ChatKey = NewType("ChatKey", str)
"""A bot, and the keyed hash of a chat's address there: ``telegram/notes/3f..``."""

REMEMBERED = 100
"""Ids of updates that are known again; an app repeats one within a day at most."""

TRIES = 20

LEASE = timedelta(seconds=30)
"""How long a chat is held by whoever sends; a process that dies lets go of it so."""


@dataclass(frozen=True, slots=True)
class Posted:
    """One message in the chat, ours or theirs, by the app's own id: to be taken away by it.

    ``stays_until``: a goodbye, which is read first.
    """

    id: str
    at: datetime
    stays_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Chat:
    """``address`` is where to write, empty once the chat was left. ``talk`` is the one that it is
    in, of which it has the lines up to ``sent``, and so many ``parts`` of the next; that was at
    ``sent_at``.

    ``missed``: lines after the first up to the second number wait until it is safe (P15).
    ``generation`` counts the talks: each has a way back of its own. ``is_held``: nothing is sent
    before *Continue*. ``is_locked``: *Continue* opens another talk, and the word alone this one.
    ``is_gone``: they left, at ``left_at``, and have not written since; ``owes`` are the texts that
    they have not been told of it yet. Whoever sends holds the chat
    until ``lease_until``, as ``leased_by``.
    """

    key: ChatKey
    version: int = 0
    address: str = ""
    language: str = ""
    generation: int = 0
    talk: str = ""
    sent: int = 0
    parts: int = 0
    sent_at: datetime | None = None
    missed: tuple[int, int] = (0, 0)
    is_held: bool = True
    is_locked: bool = False
    is_blocked: bool = False
    left_at: datetime | None = None
    is_gone: bool = False
    owes: tuple[str, ...] = ()
    failures: int = 0
    lease_until: datetime | None = None
    leased_by: str = ""
    seen: tuple[str, ...] = ()
    posts: tuple[Posted, ...] = field(default=(), repr=False)

    def has_seen(self, update: str) -> bool:
        """Whether an update was taken already."""
        return update in self.seen

    def saw(self, update: str) -> "Chat":
        """The same, with one more update taken."""
        return replace(self, seen=(*self.seen, update)[-REMEMBERED:])

    def posted(self, *posts: Posted) -> "Chat":
        """The same, with more messages in it; one that is there already is no other."""
        known = {post.id for post in self.posts}
        return replace(self, posts=(*self.posts, *(p for p in posts if p.id not in known)))

    def passed(self, seq: int) -> "Chat":
        """The same, with a line sent, all parts of it."""
        if seq <= self.missed[1]:
            last = self.missed[1]
            return replace(self, missed=(0, 0) if seq == last else (seq, last), parts=0)
        return replace(self, sent=max(self.sent, seq), parts=0)

    def without(self, ids: frozenset[str]) -> "Chat":
        """The same without these messages."""
        return replace(self, posts=tuple(p for p in self.posts if p.id not in ids))

    def may_lease(self, now: datetime) -> bool:
        """Whether nobody is sending; not even the same process does two things at once."""
        return self.lease_until is None or self.lease_until <= now


Edit = Callable[[Chat], Chat]
"""How a chat's row changes, whatever it says by then."""


def keys_of(keyring: Keyring, tenant: TenantId, bot: str, address: str) -> tuple[ChatKey, ...]:
    """The chat's key under every key of ours, the newest first. ``bot`` is app and bot."""
    hashes = keyring.keyed_hashes("chat", tenant, f"{bot} {address}")
    return tuple(ChatKey(f"{bot}/{each.hex()}") for each in hashes)


def sender_of(keyring: Keyring, tenant: TenantId, chat: Chat) -> Sender:
    """What stands for the way back into the chat's talk: nobody else's chat has the same."""
    app, bot, _ = chat.key.split("/")
    hashes = keyring.keyed_hashes("sender", tenant, f"{chat.key}\x1f{chat.generation}")
    return Sender(f"{app}:{bot}", hashes[0], hashes[1:])


def device_of(keyring: Keyring, tenant: TenantId, key: ChatKey) -> bytes:
    """What stands for the chat where the page has a browser: the word opens talks of it alone."""
    return keyring.keyed_hash("device", tenant, key)


async def find_chat(store: Store, *keys: ChatKey) -> Chat:
    """The chat under any of these keys; an empty one under the first where there is none yet."""
    for key in keys:
        for row in await store.registered(_register(key)):
            return _read(key, row)
    return Chat(keys[0])


class ChatBusy(Exception):
    """Others kept changing this chat: nothing was kept, and the app sends it again."""

    code = "chat-busy"


async def amend(store: Store, chat: Chat, edit: Callable[[Chat], Chat | None]) -> Chat | None:
    """Keep what ``edit`` makes of the chat as it stands, again where somebody was first.

    None: it made nothing of it, and nothing was kept. Raises ChatBusy.
    """
    for _ in range(TRIES):
        edited = edit(chat)
        if edited is None or edited == chat:
            return edited
        if await store.register(_row(edited)):
            return replace(edited, version=edited.version + 1)
        chat = await find_chat(store, chat.key)
    raise ChatBusy


def _register(key: ChatKey) -> str:
    # A register for each chat, so that one is read without all the others.
    return f"chat {key}"


def _row(chat: Chat) -> Registered:
    content = {name: _plain(value) for name, value in asdict(chat).items() if name not in _OUTSIDE}
    return Registered(_register(chat.key), "chat", content, chat.version)


_OUTSIDE = ("key", "version")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return {k: _plain(v) for k, v in value.items()} if isinstance(value, dict) else value


def _read(key: ChatKey, row: Registered) -> Chat:
    kept: Mapping[str, Any] = row.content
    times = {name: _time(kept[name]) for name in ("sent_at", "left_at", "lease_until")}
    posts = tuple(_read_post(post) for post in kept["posts"])
    lists = {name: tuple(kept[name]) for name in ("seen", "missed", "owes")}
    return Chat(key, row.version, **{**kept, **times, **lists, "posts": posts})


def _read_post(kept: Mapping[str, Any]) -> Posted:
    return Posted(kept["id"], datetime.fromisoformat(kept["at"]), _time(kept["stays_until"]))


def _time(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)
