"""The people at the desk: an account, its roles, and whether they are on shift."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

StaffId = NewType("StaffId", str)

SEEN_WITHIN = timedelta(minutes=2)
"""A console that was not heard of for longer is not somebody on shift."""


class Role(StrEnum):
    """What somebody is here to do (R49, R50). One account may hold several."""

    VOLUNTEER = "volunteer"
    WORKER = "worker"
    USING_ABUSE_WORKER = "using-abuse-worker"
    SAFETY_WORKER = "safety-worker"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Staff:
    """One member of staff of one tenant. ``alias`` is what colleagues see; visitors see neither.

    ``shift_seen_at`` is the last sign of their console while on shift, None when off shift.
    """

    id: StaffId
    name: str
    alias: str
    roles: frozenset[Role]
    shift_seen_at: datetime | None = None

    def is_on_shift(self, now: datetime) -> bool:
        """On shift, and their console was heard of lately."""
        return self.shift_seen_at is not None and now - self.shift_seen_at <= SEEN_WITHIN


@dataclass(frozen=True, slots=True)
class Account:
    """What signing in needs. ``password_hash`` is Argon2id's own string; the secret is base32."""

    staff: Staff
    password_hash: str
    totp_secret: str
    last_totp_step: int = 0
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class StaffSession:
    """One signed-in browser, found by the keyed hash of its token."""

    token_hash: bytes
    staff: StaffId
    csrf: str
    begun_at: datetime
    seen_at: datetime
    ends_at: datetime
