"""One tenant's keys, unwrapped and held in memory. Never writes one anywhere unwrapped."""

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from flows.conversation import ConversationId
from storage.crypto import Sealer, context, new_key
from storage.keyring import Keyring, derive
from tenants.tenant import TenantId

KEPT = 16_384
"""How many conversations' keys stay unwrapped, over all tenants."""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A key as it is stored. ``under`` is the root key's id or the tenant key's version."""

    version: int
    under: str
    wrapped: bytes


class SealerCache:
    """The keys used last. Shared by the event loop and the reading threads.

    Keys and not ciphers: one of those takes two and a half kilobytes, and is made in no time.
    """

    def __init__(self, size: int = KEPT) -> None:
        """``size`` bounds the memory: about a quarter of a kilobyte for each."""
        self._size = size
        self._keys: OrderedDict[tuple[str, str], tuple[bytes, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, tenant: str, conversation: str) -> Sealer | None:
        """The sealer, if it was used lately."""
        with self._lock:
            kept = self._keys.get((tenant, conversation))
            if kept is None:
                return None
            self._keys.move_to_end((tenant, conversation))
        key, version = kept
        return Sealer.of(key, tenant=tenant, owner=conversation, version=version)

    def put(self, sealer: Sealer) -> None:
        """Keep this one; the one used longest ago goes."""
        with self._lock:
            self._keys[(sealer.tenant, sealer.owner)] = sealer.key, sealer.version
            if len(self._keys) > self._size:
                self._keys.popitem(last=False)


def new_tenant_key(keyring: Keyring, tenant: TenantId, version: int = 1) -> WrappedKey:
    """A fresh key for a tenant, wrapped by the newest root key."""
    root_id, wrapped = keyring.wrap(new_key(), context(tenant, "tenant-key", version))
    return WrappedKey(version, root_id, wrapped)


@dataclass(frozen=True, slots=True)
class Vault:
    """What seals and opens for one tenant."""

    tenant: TenantId
    own: Sealer
    audit_key: bytes = field(repr=False)
    kept: SealerCache = field(repr=False)

    @classmethod
    def unlock(
        cls, keyring: Keyring, tenant: TenantId, key: WrappedKey, *, kept: SealerCache
    ) -> "Vault":
        """Unwrap the tenant's key. Raises UnknownKey or SealBroken."""
        place = context(tenant, "tenant-key", key.version)
        secret = keyring.unwrap(key.under, key.wrapped, place)
        own = Sealer.of(secret, tenant=tenant, owner="", version=key.version)
        return cls(tenant, own, derive(secret, "audit", tenant), kept)

    def begin(self, conversation: ConversationId) -> tuple[Sealer, WrappedKey]:
        """A fresh key for a new talk. It is kept only once the talk is committed."""
        secret = new_key()
        sealer = Sealer.of(secret, tenant=self.tenant, owner=conversation, version=1)
        wrapped = self.own.seal(_field(conversation, 1), secret)
        return sealer, WrappedKey(1, str(self.own.version), wrapped)

    def known(self, conversation: ConversationId) -> Sealer | None:
        """The sealer of a talk that was used lately."""
        return self.kept.get(self.tenant, conversation)

    def sealer(self, conversation: ConversationId, key: WrappedKey) -> Sealer:
        """The sealer of a stored talk. Raises SealBroken."""
        if known := self.known(conversation):
            return known
        secret = self.own.open(_field(conversation, key.version), key.wrapped)
        sealer = Sealer.of(secret, tenant=self.tenant, owner=conversation, version=key.version)
        self.kept.put(sealer)
        return sealer


def _field(conversation: str, version: int) -> str:
    return f"key {version} of {conversation}"
