"""The keys that live outside the database, and what is derived from them; never shown or stored.

SECRET_KEYS is a comma-separated list of base64 of 32 random bytes, the newest first.
"""

import base64
import binascii
import hashlib
import itertools
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.crypto import KEY_BYTES, new_key, open_sealed, seal
from storage.errors import DuplicateKey, KeysMissing, UnknownKey, WeakKey
from tenants.tenant import TenantId

_MANY_VALUES = 16
"""32 random bytes hold about 30 different values; fewer than 16 happens by chance never."""

_WELL_KNOWN = frozenset(
    {
        # The example keys of FIPS 197, SP 800-38A and RFC 8439.
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
        "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
    }
)


def derive(key: bytes, *purpose: str) -> bytes:
    """A key for one purpose only; it tells nothing of the key it comes from."""
    label = "\x1f".join(("front-door", *purpose)).encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=label).derive(key)


@lru_cache(maxsize=4096)
def _begun(root: bytes, purpose: str, tenant: str) -> tuple[Any, Any]:
    """Both hashes of an HMAC (RFC 2104), each with its half of the key taken in."""
    key = derive(root, "hash", purpose, tenant).ljust(hashlib.sha256().block_size, b"\0")
    return hashlib.sha256(bytes(k ^ 0x36 for k in key)), hashlib.sha256(
        bytes(k ^ 0x5C for k in key)
    )


def generate_key() -> str:
    """A fresh key as SECRET_KEYS takes it."""
    return base64.b64encode(new_key()).decode()


@dataclass(frozen=True, slots=True)
class RootKey:
    """One key of SECRET_KEYS. ``id`` names it in the database and gives nothing away."""

    id: str
    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: bytes) -> Self:
        """Named by a hash of its own."""
        return cls(hashlib.sha256(b"front-door key id" + secret).hexdigest()[:16], secret)


@dataclass(frozen=True, slots=True)
class Keyring:
    """All keys of SECRET_KEYS: the first seals, every one opens."""

    roots: tuple[RootKey, ...]

    @classmethod
    def from_setting(cls, text: str) -> Self:
        """Read SECRET_KEYS. Raises KeysMissing, WeakKey or DuplicateKey; none quotes a key."""
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if not parts:
            raise KeysMissing(_HOW)
        roots = tuple(RootKey.of(_read(part, n)) for n, part in enumerate(parts, start=1))
        if len({root.id for root in roots}) < len(roots):
            raise DuplicateKey(f"({len(roots)} keys)")
        return cls(roots)

    def keyed_hash(self, purpose: str, tenant: TenantId, value: str | bytes) -> bytes:
        """What stands for an address, a token or an id in the database: 32 bytes, no way back.

        The same value gives another hash for another purpose or tenant. Made with the newest key.
        """
        return _keyed_hash(self.roots[0], purpose, tenant, value)

    def keyed_hashes(self, purpose: str, tenant: TenantId, value: str | bytes) -> tuple[bytes, ...]:
        """The hash under each key, the newest first: to find what was stored before a rotation."""
        return tuple(_keyed_hash(root, purpose, tenant, value) for root in self.roots)

    def older_hashes(self, purpose: str, tenant: TenantId, value: str | bytes) -> tuple[bytes, ...]:
        """Those of ``keyed_hashes`` that are not the newest: none where there is one key."""
        return tuple(_keyed_hash(root, purpose, tenant, value) for root in self.roots[1:])

    def wrap(self, key: bytes, place: bytes) -> tuple[str, bytes]:
        """A key sealed under the newest root key, with that key's id."""
        root = self.roots[0]
        return root.id, seal(_wrapping(root.secret), key, place)

    def unwrap(self, root_id: str, wrapped: bytes, place: bytes) -> bytes:
        """What ``wrap`` was given. Raises UnknownKey when that root key is not here."""
        for root in self.roots:
            if root.id == root_id:
                return open_sealed(_wrapping(root.secret), wrapped, place)
        raise UnknownKey(f"({root_id})")


_HOW = "Make one with: head -c 32 /dev/urandom | base64"


def _keyed_hash(root: RootKey, purpose: str, tenant: str, value: str | bytes) -> bytes:
    plain = value.encode() if isinstance(value, str) else value
    # OpenSSL's own HMAC looks its algorithm up each time: a twelfth of a turn, as a profile said.
    inner, outer = (begun.copy() for begun in _begun(root.secret, purpose, tenant))
    inner.update(plain)
    outer.update(inner.digest())
    digest: bytes = outer.digest()
    return digest


def _wrapping(secret: bytes) -> AESGCM:
    return AESGCM(derive(secret, "wrap"))


def _read(part: str, number: int) -> bytes:
    standard = part.replace("-", "+").replace("_", "/")
    try:
        key = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise WeakKey(f"Key {number} is not base64. {_HOW}") from None
    if reason := _weakness(key):
        raise WeakKey(f"Key {number} {reason}. {_HOW}")
    return key


def _weakness(key: bytes) -> str:
    """What is wrong with a key, or nothing."""
    if len(key) != KEY_BYTES:
        return f"is {len(key)} bytes long and must be {KEY_BYTES}"
    if key.hex() in _WELL_KNOWN:
        return "is a published example"
    if len({(b - a) % 256 for a, b in itertools.pairwise(key)}) == 1:
        return "is a simple sequence"
    if len(set(key)) < _MANY_VALUES:
        return "repeats too few different bytes to be random"
    if all(0x20 <= byte < 0x7F for byte in key):
        return "consists of letters and digits, so it was typed and not drawn at random"
    return ""
