"""AES-GCM, each text bound to the place where it is stored. Knows no key of its own."""

import os
from dataclasses import dataclass, field
from typing import Self

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.errors import SealBroken

KEY_BYTES = 32
_NONCE_BYTES = 12
_DRAWN = 256
_LAYOUT = b"\x01"
"""First byte of everything sealed, so that a later layout can be told from this one."""


def context(*place: str | int) -> bytes:
    """Where something sealed belongs: no two different places give the same bytes."""
    return orjson.dumps(place)


def new_key() -> bytes:
    """A fresh random key."""
    return os.urandom(KEY_BYTES)


_nonces: list[bytes] = []


def _nonce() -> bytes:
    """A random nonce, never given twice. Drawn in bulk: a draw lets other threads in each time."""
    try:
        return _nonces.pop()
    except IndexError:
        drawn = os.urandom(_NONCE_BYTES * _DRAWN)
        _nonces.extend(drawn[at : at + _NONCE_BYTES] for at in range(0, len(drawn), _NONCE_BYTES))
        return os.urandom(_NONCE_BYTES)


# A child that is forked off must not use its parent's nonces.
os.register_at_fork(after_in_child=_nonces.clear)


def seal(cipher: AESGCM, plain: bytes, place: bytes) -> bytes:
    """Layout, random nonce, ciphertext and tag."""
    nonce = _nonce()
    return _LAYOUT + nonce + cipher.encrypt(nonce, plain, place)


def open_sealed(cipher: AESGCM, sealed: bytes, place: bytes) -> bytes:
    """What ``seal`` was given. Raises SealBroken for another key, another place, or a change."""
    if sealed[:1] != _LAYOUT:
        raise SealBroken("(layout)")
    try:
        return cipher.decrypt(sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :], place)
    except (InvalidTag, ValueError):
        # The cipher's own error says nothing more.
        raise SealBroken from None


@dataclass(frozen=True, slots=True)
class Sealer:
    """One key in use. Each field it seals is bound to tenant, owner, field and key version."""

    cipher: AESGCM = field(repr=False)
    key: bytes = field(repr=False)
    tenant: str
    owner: str
    version: int

    @classmethod
    def of(cls, key: bytes, *, tenant: str, owner: str, version: int) -> Self:
        """``owner`` is a conversation's id, or empty for what is the tenant's own."""
        return cls(AESGCM(key), key, tenant, owner, version)

    def seal(self, field_name: str, plain: bytes) -> bytes:
        """Seal the content of one field."""
        return seal(self.cipher, plain, context(self.tenant, self.owner, field_name, self.version))

    def open(self, field_name: str, sealed: bytes) -> bytes:
        """Open what was sealed for exactly this field. Raises SealBroken."""
        place = context(self.tenant, self.owner, field_name, self.version)
        return open_sealed(self.cipher, sealed, place)
