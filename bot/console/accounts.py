"""Making an account. Whoever calls this hands the password and the secret over, once."""

import secrets
from collections.abc import Iterable

import pyotp
from argon2 import PasswordHasher

from bot.passwords import LONGEST
from handoff.staff import Account, Role, Staff, StaffId


def make_account(
    name: str,
    password: str,
    roles: Iterable[Role],
    *,
    alias: str = "",
    hasher: PasswordHasher | None = None,
) -> Account:
    """A new account with an id, a hashed password and a one-time-code secret of its own.

    ``name`` is what they sign in with; ``alias`` is what colleagues see, the name where empty.
    """
    staff = Staff(
        id=StaffId(secrets.token_hex(8)),
        name=name.strip(),
        alias=alias or name.strip(),
        roles=frozenset(roles),
    )
    hashed = (hasher or PasswordHasher()).hash(password[:LONGEST])
    return Account(staff=staff, password_hash=hashed, totp_secret=pyotp.random_base32())
