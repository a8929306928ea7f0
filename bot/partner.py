"""A partner's own case system: where a referral is sent, and how it can tell that it is from us.

Signed (HMAC-SHA256), with an id under which it is taken once. Refuses any address but https.
"""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

from aiohttp import ClientSession, ClientTimeout

from handoff.refusals import Refusal
from storage.store import Store

REGISTER = "partners"
WITHIN = ClientTimeout(total=15)

Post = Callable[[str, bytes, Mapping[str, str]], Awaitable[int]]
"""Sends a body with its headers to an address; the status that came back."""


class NotHttps(Refusal):
    """Write a whole address that begins with https, without a name or a password in it."""

    code = "not-https"


@dataclass(frozen=True, slots=True)
class Partner:
    """Where one service takes its referrals, and the secret that it shares with this house."""

    url: str
    secret: str = field(repr=False)
    version: int = 0


def check_address(url: str) -> str:
    """The address, if content may go there. Raises NotHttps."""
    try:
        parts = urlsplit(url.strip())
        is_fit = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        is_fit = False
    if not is_fit:
        raise NotHttps
    return url.strip()


async def read_partners(store: Store) -> Mapping[str, Partner]:
    """The partners of a tenant by their service."""
    rows = await store.registered(REGISTER)
    return {r.id: Partner(r.content["url"], r.content["secret"], r.version) for r in rows}


def sign(secret: str, at: datetime, body: bytes) -> Mapping[str, str]:
    """The headers by which a partner knows the body: over the time and the body, in hex."""
    stamp = str(int(at.timestamp()))
    signature = hmac.new(secret.encode(), f"{stamp}.".encode() + body, sha256).hexdigest()
    return {"Front-Door-Time": stamp, "Front-Door-Signature": f"v1={signature}"}


async def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send it. A redirection is not followed: nobody checked where it leads."""
    async with (
        ClientSession(timeout=WITHIN) as session,
        session.post(url, data=body, headers=headers, allow_redirects=False) as answer,
    ):
        return answer.status
