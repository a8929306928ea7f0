"""The connections to Redis, with short waits and no retries of their own; and why one fails.

Never tells an address or a password: a failure is a code, and a sentence that an operator can use.
"""

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    NoPermissionError,
    RedisError,
    ResponseError,
)

from storage.errors import BadAddress

log = structlog.get_logger()

WITHIN = 1.0
"""Seconds that one command or one connecting may take; a frozen Redis costs this and no more."""

CONNECTIONS = 12

_MEANINGS = {
    "wrong-password": "Redis refuses the name or password in REDIS_URL.",
    "not-permitted": "Redis does not permit what the bus needs to the name in REDIS_URL.",
    "refused": "What answers at REDIS_URL refuses our commands.",
    "silent": "What answers at REDIS_URL does not bring back what we send.",
    "lies": "What answers at REDIS_URL does not answer as Redis does.",
    "away": "There is no Redis to be reached at REDIS_URL.",
}


class Silent(Exception):
    """What we send does not come back to us."""


def open_client(url: str) -> Redis:
    """A client that connects when it is first used. Raises BadAddress for what is no address."""
    try:
        pool: BlockingConnectionPool = BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            timeout=WITHIN,
            socket_timeout=WITHIN,
            socket_connect_timeout=WITHIN,
            retry=Retry(NoBackoff(), 0),
        )
    except (ValueError, TypeError):
        # The library's own words may quote the address, and with it the password.
        raise BadAddress("(REDIS_URL is not like redis://host:6379/0)") from None
    return Redis.from_pool(pool)


def reason_of(error: BaseException) -> str:
    """A code for what is wrong."""
    if isinstance(error, Silent):
        return "silent"
    if isinstance(error, NoPermissionError):
        return "not-permitted"
    if isinstance(error, AuthenticationError | AuthorizationError) or "AUTH" in _head(error):
        return "wrong-password"
    if isinstance(error, ResponseError):
        return "refused"
    return "away" if isinstance(error, RedisError | OSError) else "lies"


def _head(error: BaseException) -> str:
    """The first word of Redis's own answer, such as NOAUTH."""
    words = str(error).split(maxsplit=1) if isinstance(error, ResponseError) else []
    return words[0].upper() if words else ""


def tell_failure(part: str, error: BaseException) -> None:
    """One line for the operator, when a part of the house begins to do without Redis."""
    code = reason_of(error)
    log.error(
        "redis-down", part=part, code=code, error=type(error).__name__, meaning=_MEANINGS[code]
    )


def tell_recovery(part: str) -> None:
    """One line, when it no longer has to."""
    log.warning("redis-up", part=part)
