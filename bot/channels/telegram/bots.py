"""A tenant's Telegram bots as they are reached: an address that nobody can guess, and its secret.

Both are made from the keys of the house, so that neither stands in a file or is typed by anybody.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from storage.keyring import Keyring
from tenants.tenant import TenantId

APP = "telegram"
HOOK = "/hooks/telegram/{place}"


@dataclass(frozen=True, slots=True)
class BotName:
    """One bot of one tenant, by its id in ``messaging.yaml``."""

    tenant: TenantId
    id: str

    @property
    def place(self) -> str:
        """What stands for it in a chat's key."""
        return f"{APP}/{self.id}"


def hook_of(keyring: Keyring, name: BotName) -> tuple[str, str]:
    """The part of the address, and the secret that Telegram sends with each update, as of now."""
    return _paths(keyring, name)[0], _secrets(keyring, name)[0]


def find_bot(keyring: Keyring, names: Iterable[BotName], place: str, secret: str) -> BotName | None:
    """The bot of an address, if the secret is its own. Every bot and key is compared with, in
    constant time, so that nothing is learned from how long it took (I14).
    """
    found: BotName | None = None
    for name in names:
        pairs = zip(_paths(keyring, name), _secrets(keyring, name), strict=True)
        for path, own in pairs:
            is_path = hmac.compare_digest(path.encode(), place.encode())
            is_secret = hmac.compare_digest(own.encode(), secret.encode())
            if is_path & is_secret:
                found = name
    return found


def _paths(keyring: Keyring, name: BotName) -> tuple[str, ...]:
    return _made(keyring, name, "hook-path")


def _secrets(keyring: Keyring, name: BotName) -> tuple[str, ...]:
    return _made(keyring, name, "hook-secret")


def _made(keyring: Keyring, name: BotName, what: str) -> tuple[str, ...]:
    return tuple(each.hex() for each in keyring.keyed_hashes(what, name.tenant, name.place))
