"""A signed-in browser: a random token in a cookie, its keyed hash in the database, and its limits.

Nothing here says who may do what.
"""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from aiohttp import web

from bot.house import HOUSE
from handoff.staff import Staff, StaffSession
from storage.keyring import Keyring
from storage.store import Store

IDLE = timedelta(minutes=60)
"""Without a key or a press for so long, a session ends; an open page alone keeps nothing awake."""

ABSOLUTE = timedelta(hours=12)
"""The longest shift, and a session's longest life."""

PROLONGED_EVERY = timedelta(minutes=1)
COOKIE = "staff"
TOKEN_BYTES = 32
_PURPOSE = "staff-session"


def new_session(staff: Staff, token_hash: bytes, now: datetime) -> StaffSession:
    """A session that begins now, with a form token of its own."""
    return StaffSession(
        token_hash=token_hash,
        staff=staff.id,
        csrf=secrets.token_urlsafe(TOKEN_BYTES),
        begun_at=now,
        seen_at=now,
        ends_at=now + IDLE,
    )


async def begin(
    store: Store, keyring: Keyring, staff: Staff, now: datetime
) -> tuple[str, StaffSession]:
    """A new token and its session, saved."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session = new_session(staff, keyring.keyed_hash(_PURPOSE, store.tenant, token), now)
    await store.save_staff_session(session)
    return token, session


async def find(store: Store, keyring: Keyring, token: str, now: datetime) -> StaffSession | None:
    """The live session of a token, also one begun before the newest key."""
    if not token or len(token) > 100:
        return None
    for token_hash in keyring.keyed_hashes(_PURPOSE, store.tenant, token):
        session = await store.staff_session(token_hash, now)
        if session is not None:
            return session
    return None


async def prolong(store: Store, session: StaffSession, now: datetime) -> StaffSession:
    """Somebody is at the keyboard: the idle limit begins anew, the absolute one stands."""
    if now - session.seen_at < PROLONGED_EVERY:
        return session
    ends_at = min(now + IDLE, session.begun_at + ABSOLUTE)
    prolonged = replace(session, seen_at=now, ends_at=ends_at)
    await store.save_staff_session(prolonged)
    return prolonged


def set_cookie(response: web.Response, request: web.Request, path: str, token: str) -> None:
    """Give the browser its token; without one, take it away."""
    # As the operator says, never the request: a header may be left out by any proxy on the way.
    secure = request.app[HOUSE].settings.is_behind_https
    if token:
        response.set_cookie(
            COOKIE,
            token,
            path=path,
            httponly=True,
            samesite="Strict",
            secure=secure,
        )
    else:
        response.del_cookie(COOKIE, path=path, httponly=True, samesite="Strict", secure=secure)
