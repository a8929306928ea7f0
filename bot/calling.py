"""Who telephones or texts on-call for the house: one small interface, and what stands behind it.

What is said is always the same and tells nothing. No number, name or reference enters a log.
"""

from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout, encode_basic_auth

from bot.settings import Settings, SettingsMistakeError

log = structlog.get_logger()

WORDS = "The helpline needs you."
"""All that is ever said: whoever holds the telephone may not be whom we mean."""

TEST_WORDS = "This is a test from the helpline."

WITHIN = ClientTimeout(total=10)
"""How long a provider may take; the ladder tries again by itself."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call or text to one number. ``key`` is the same for every attempt at it (I2)."""

    key: str
    number: str = field(repr=False)
    words: str = WORDS


class NotPlaced(Exception):
    """The provider did not take the call. ``code`` says why, without content."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Caller(Protocol):
    """Places a call. That it was placed is not that anybody heard it."""

    is_real: bool

    async def place(self, call: Call) -> None:
        """Raises NotPlaced."""


@dataclass(frozen=True, slots=True)
class LogCaller:
    """No provider: the log says that a call would have been placed, and nothing of it."""

    is_real = False

    async def place(self, call: Call) -> None:
        """Write it into the log."""
        log.warning("on-call-would-be-called", key=call.key)


@dataclass(frozen=True, slots=True)
class HttpCaller:
    """A provider that takes a form by HTTPS, as Twilio's does: ``To``, ``From`` and ``Body``.

    A text message needs the address of messages, a telephone call that of a provider which reads
    ``Body`` aloud.
    """

    address: str
    account: str
    token: str = field(repr=False)
    sender: str = field(repr=False)

    is_real = True

    async def place(self, call: Call) -> None:
        """Post it once, under its own key. Raises NotPlaced."""
        form = {"To": call.number, "From": self.sender, "Body": call.words}
        headers = {
            "Authorization": encode_basic_auth(self.account, self.token),
            "Idempotency-Key": call.key,
            "I-Twilio-Idempotency-Token": call.key,
        }
        try:
            async with (
                ClientSession(timeout=WITHIN) as session,
                session.post(
                    self.address, data=form, headers=headers, allow_redirects=False
                ) as answer,
            ):
                status = answer.status
        except (ClientError, TimeoutError) as error:
            raise NotPlaced(type(error).__name__) from None
        if not 200 <= status < 300:
            raise NotPlaced(f"http-{status}")


def caller_of(settings: Settings) -> Caller:
    """The provider that is set, else the log. Raises SettingsMistakeError for half a provider."""
    parts = {
        "CALL_URL": settings.call_url,
        "CALL_ACCOUNT": settings.call_account,
        "CALL_TOKEN": settings.call_token.get_secret_value(),
        "CALL_FROM": settings.call_from,
    }
    if not any(parts.values()):
        return LogCaller()
    for name, value in parts.items():
        if not value:
            raise SettingsMistakeError(f"{name}: a provider that calls on-call needs all of CALL_*")
    address = urlsplit(settings.call_url)
    if address.scheme != "https" and address.hostname not in ("127.0.0.1", "localhost"):
        raise SettingsMistakeError("CALL_URL: must begin with https://")
    return HttpCaller(*parts.values())
