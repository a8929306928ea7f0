"""What python-telegram-bot sends its requests with: our own aiohttp session, and no second client.

Nothing of a request or an answer is logged or quoted: both hold tokens and words.
"""

from http import HTTPStatus
from typing import Any

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
)
from orjson import JSONDecodeError, loads
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT_WITHIN = 5.0
ANSWER_WITHIN = 15.0
"""Seconds. After the second nobody can say whether it was taken."""

USUAL_WAIT = 5.0
"""Seconds."""


class NotReached(NetworkError):
    """The request never got there."""

    def __init__(self) -> None:
        super().__init__("not reached")


class TooMany(TelegramError):
    """The bot has to wait. (The library's own says the seconds in a way that it warns of.)"""

    def __init__(self, seconds: float) -> None:
        super().__init__("too many")
        self.seconds = seconds


class AiohttpRequest(BaseRequest):
    """One session for all bots; it is opened and closed by whoever made it."""

    __slots__ = ("_answer_within", "_session")

    def __init__(self, session: ClientSession, *, answer_within: float = ANSWER_WITHIN) -> None:
        """``answer_within`` is in seconds; polling waits longer."""
        self._session, self._answer_within = session, answer_within

    @property
    def read_timeout(self) -> float | None:
        return self._answer_within

    async def initialize(self) -> None:
        """The session is open already."""

    async def shutdown(self) -> None:
        """The session is not ours to close."""

    async def do_request(  # noqa: PLR0913, PLR0917 - the library's own signature.
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """The status and the body of the answer. Raises NotReached, TimedOut or NetworkError."""
        within = self._answer_within if isinstance(read_timeout, DefaultValue) else read_timeout
        timeout = ClientTimeout(total=within, connect=CONNECT_WITHIN)
        data = request_data.json_parameters if request_data else None
        try:
            async with self._session.request(
                method, url, data=data, timeout=timeout, allow_redirects=False
            ) as answer:
                body = await answer.read()
                if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
                    raise TooMany(_seconds(body))
                return answer.status, body
        except (ClientConnectorError, ConnectionTimeoutError):
            raise NotReached from None
        except TimeoutError:
            raise TimedOut from None
        except ClientError:
            # Neither the address nor what was sent may travel on in a message.
            raise NetworkError("the line broke") from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """The answer read. The library's own would log what it cannot read."""
        try:
            return loads(payload)
        except JSONDecodeError:
            raise TelegramError("no JSON") from None


def _seconds(body: bytes) -> float:
    """How long to wait; where it is not said, a while."""
    try:
        return max(1.0, float(loads(body)["parameters"]["retry_after"]))
    except (JSONDecodeError, KeyError, TypeError, ValueError):
        return USUAL_WAIT
