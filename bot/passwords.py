"""Passwords as Argon2id. An unknown name costs the same work as a wrong password (I14).

The work is done off the event loop, and few at a time: each takes 64 MiB for a moment.
"""

import asyncio
import secrets
from base64 import b64encode
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

AT_ONCE = 2
LONGEST = 1024
"""Characters of a password that are looked at; nobody types more, and a longer one costs time."""


@dataclass(frozen=True, slots=True)
class Passwords:
    """Hashes and verifies. ``nobody`` is what an unknown name's password is compared with."""

    hasher: PasswordHasher = field(default_factory=PasswordHasher)
    nobody: str = field(init=False, repr=False)
    _turn: asyncio.Semaphore = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "nobody", _hash_of_nothing(self.hasher))
        object.__setattr__(self, "_turn", asyncio.Semaphore(AT_ONCE))

    def hash(self, password: str) -> str:
        """Argon2id's own string, with its parameters and salt in it."""
        return self.hasher.hash(password[:LONGEST])

    async def make(self, password: str) -> str:
        """The same off the event loop, in its turn."""
        async with self._turn:
            return await asyncio.to_thread(self.hash, password)

    async def verify(self, password: str, stored: str | None) -> bool:
        """Whether the password is the one that was hashed; None stands for nobody's."""
        async with self._turn:
            return await asyncio.to_thread(self._verify, password, stored)

    async def rehash(self, password: str, stored: str) -> str | None:
        """A new hash when the parameters have changed since ``stored`` was made."""
        if not self.hasher.check_needs_rehash(stored):
            return None
        return await self.make(password)

    def _verify(self, password: str, stored: str | None) -> bool:
        try:
            self.hasher.verify(stored or self.nobody, password[:LONGEST])
        except (InvalidHashError, VerificationError):
            return False
        return stored is not None


def _hash_of_nothing(hasher: PasswordHasher) -> str:
    """What no password has hashed to, drawn and not computed: a start need not wait for it.

    To compare with it takes as long as with any other of the hasher's own.
    """
    salt, digest = (
        b64encode(secrets.token_bytes(size)).rstrip(b"=").decode()
        for size in (hasher.salt_len, hasher.hash_len)
    )
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${costs}${salt}${digest}"
