"""What every client did and saw, by one monotonic clock: invoke, then ok, fail or info.

Nothing here knows the server. An ok is written only once the client has read the answer.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from time import monotonic
from typing import Any

Frame = dict[str, Any]


class Phase(StrEnum):
    """As Jepsen writes it; ``info`` means unknown: it may have happened, or may yet."""

    INVOKE = "invoke"
    OK = "ok"
    FAIL = "fail"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Event:
    """One entry. ``key`` is the idempotency key, the same at every attempt.

    ``subject`` is the talk's short name of a visitor's act, the case's reference of a worker's.
    """

    at: float
    client: str
    phase: Phase
    kind: str
    key: str
    subject: str = ""
    sent: Frame = field(default_factory=dict, hash=False)
    seq: int = 0
    code: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """One frame that one open line gave to a page. ``after`` is what its hello had asked for."""

    at: float
    client: str
    line: int
    after: int
    talk: str
    frame: Frame = field(hash=False)


@dataclass(slots=True)
class Op:
    """Everything that is known of one key: asked at ``began``, decided at ``ended``."""

    key: str
    kind: str
    client: str
    began: float
    sent: Frame
    number: int
    subject: str = ""
    attempts: int = 0
    ended: float | None = None
    phase: Phase = Phase.INFO
    seq: int = 0
    code: str = ""


@dataclass(slots=True)
class History:
    """The record of one round, written by all of its clients."""

    events: list[Event] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)

    def invoke(
        self, client: str, kind: str, key: str, *, subject: str = "", sent: Frame | None = None
    ) -> None:
        """Something is about to be sent; written before the first byte leaves."""
        self._add(client, Phase.INVOKE, kind, key, subject=subject, sent=sent or {})

    def ok(self, client: str, kind: str, key: str, *, subject: str = "", seq: int = 0) -> None:
        """The answer was read: it is committed."""
        self._add(client, Phase.OK, kind, key, subject=subject, seq=seq)

    def fail(self, client: str, kind: str, key: str, *, subject: str = "", code: str = "") -> None:
        """The answer was read: it was refused, and has not happened."""
        self._add(client, Phase.FAIL, kind, key, subject=subject, code=code)

    def info(self, client: str, kind: str, key: str, *, subject: str = "", code: str = "") -> None:
        """No answer: nobody knows."""
        self._add(client, Phase.INFO, kind, key, subject=subject, code=code)

    def saw(self, client: str, line: int, after: int, talk: str, frame: Frame) -> None:
        """A page was given this frame."""
        self.seen.append(Seen(monotonic(), client, line, after, talk, frame))

    def _add(self, client: str, phase: Phase, kind: str, key: str, **more: Any) -> None:
        self.events.append(Event(monotonic(), client, phase, kind, key, **more))

    def ops(self) -> list[Op]:
        """One for each key, in the order of their first invoke. An ok stands over all else."""
        ops: dict[str, Op] = {}
        for event in self.events:
            if event.phase is Phase.INVOKE:
                op = ops.get(event.key) or _op_of(event, len(ops))
                ops[event.key] = op
                op.attempts += 1
                op.subject = event.subject or op.subject
            elif (known := ops.get(event.key)) is not None:
                _decide(known, event)
        return list(ops.values())


def _op_of(event: Event, number: int) -> Op:
    return Op(event.key, event.kind, event.client, event.at, event.sent, number)


def _decide(op: Op, event: Event) -> None:
    op.subject = event.subject or op.subject
    if op.phase is Phase.OK or event.phase is Phase.INFO:
        return
    op.phase, op.ended, op.seq, op.code = event.phase, event.at, event.seq, event.code
