"""What a simulated talk is made of: one JSON object a line, each one act of a visitor or of staff.

A mistake is told with file, line and cure. It plays nothing.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.demo import STAFF
from bot.inbound import Happened, Typed
from flows.conversation import FlowId
from flows.events import (
    ChoiceMade,
    ChoicesMade,
    DoorChanged,
    ExitTaken,
    LanguageChanged,
    LimitsWanted,
    NumbersWanted,
    PersonWanted,
    Skipped,
    StopSaid,
    WentBack,
)
from handoff.case import Outcome
from handoff.desk import Claim, Close, GiveBack, Reply, Step
from tenants.reading import read_duration, suggest


class ScriptMistakeError(Exception):
    """A line of a script cannot be played: ``file:line: problem. Cure.``"""

    code = "script-mistake"

    def __init__(self, place: str, problem: str, cure: str) -> None:
        stop = "" if cure.endswith("?") else "."
        super().__init__(f"{place}: {problem}. {cure}{stop}")


class _Mistake(Exception):
    """What is wrong and how to mend it; where, is known further up."""

    def __init__(self, problem: str, cure: str) -> None:
        super().__init__(problem)
        self.problem, self.cure = problem, cure


@dataclass(frozen=True, slots=True)
class Visit:
    """The visitor does something."""

    event: Happened


@dataclass(frozen=True, slots=True)
class Wait:
    """Time passes. Whoever is on shift stays on shift."""

    span: timedelta


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody's shift starts or ends."""

    name: str
    starts: bool


@dataclass(frozen=True, slots=True)
class DeskMove:
    """Somebody makes a move of the desk; with an empty name, whoever answers this side."""

    name: str
    step: Step


Act = Visit | Wait | Shift | DeskMove


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """One act as it was written, and where."""

    place: str
    written: Mapping[str, Any]
    act: Act


def read_script(lines: Iterable[str], file: str) -> Iterator[ScriptLine]:
    """Every line that is not empty. Raises ScriptMistakeError."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _read_line(line, f"{file}:{number}")


def _read_line(line: str, place: str) -> ScriptLine:
    try:
        written = json.loads(line)
    except json.JSONDecodeError as error:
        cure = 'Write one object a line, such as {"say": "yes"}'
        raise ScriptMistakeError(place, f"column {error.colno} is not JSON", cure) from None
    return ScriptLine(place, written, read_act(written, place))


def read_act(written: Any, place: str) -> Act:
    """One act of its object. Raises ScriptMistakeError."""
    try:
        return _act(written)
    except _Mistake as mistake:
        raise ScriptMistakeError(place, mistake.problem, mistake.cure) from None


def _act(written: Any) -> Act:
    if not isinstance(written, dict):
        raise _Mistake("an object was expected", 'Write it as in {"say": "yes"}')
    keys = [key for key in written if key != "as"]
    if len(keys) != 1:
        raise _Mistake(f"{len(keys)} acts stand in one line", "Write one act a line")
    (key,) = keys
    if key == "staff":
        return _staff(written["staff"], written.get("as", ""))
    if "as" in written:
        raise _Mistake(f"nobody says {key!r} by a name", "Write 'as' beside 'staff' only")
    if key not in _ACTS:
        raise _Mistake(f"there is no act {key!r}", suggest(key, (*_ACTS, "staff")))
    return _ACTS[key](written[key])


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _Mistake("a text was expected", "Write some words in quotes")
    return value


def _flag(event: Happened) -> Callable[[Any], Act]:
    def read(value: Any) -> Act:
        if value is not True:
            raise _Mistake("only true has a meaning here", "Write true, or leave the line out")
        return Visit(event)

    return read


def _chosen(value: Any) -> Act:
    if isinstance(value, list):
        return Visit(ChoicesMade(tuple(dict.fromkeys(_text(each) for each in value))))
    return Visit(ChoiceMade(_text(value)))


def _several(value: Any) -> Act:
    return _chosen(value if isinstance(value, list) else [value])


def read_span(value: Any) -> timedelta:
    """A length of time such as ``90s``, ``30m``, ``2h`` or ``1d``."""
    found = read_duration(value) if isinstance(value, str) else None
    if found is None:
        raise _Mistake("this is no length of time", "Write a number and s, m, h or d: 30m")
    return found


_ACTS: Mapping[str, Callable[[Any], Act]] = {
    "say": lambda value: Visit(Typed(_text(value))),
    "choose": _chosen,
    "choices": _several,
    "skip": _flag(Skipped()),
    "back": _flag(WentBack()),
    "person": _flag(PersonWanted()),
    "numbers": _flag(NumbersWanted()),
    "limits": _flag(LimitsWanted()),
    "exit": _flag(ExitTaken()),
    "stop": _flag(StopSaid()),
    "language": lambda value: Visit(LanguageChanged(_text(value))),
    "door": lambda value: Visit(DoorChanged(FlowId(_text(value)))),
    "wait": lambda value: Wait(read_span(value)),
}


def _staff(written: Any, beside: Any) -> Act:
    if not isinstance(written, dict):
        raise _Mistake("'staff' takes an object", 'Write it as in {"staff": {"claim": true}}')
    name = written.get("as", beside)
    keys = [key for key in written if key != "as"]
    if len(keys) != 1:
        raise _Mistake(f"{len(keys)} moves stand in one line", "Write one move a line")
    (key,) = keys
    if not isinstance(name, str):
        raise _Mistake("'as' takes a name", f"Write one of: {', '.join(STAFF)}")
    if name and name not in STAFF:
        raise _Mistake(f"nobody here is called {name!r}", suggest(name, STAFF))
    if key == "shift":
        return Shift(name or "amira", _starts(written[key]))
    return DeskMove(name, _step(key, written[key]))


def _starts(value: Any) -> bool:
    if value not in ("start", "end"):
        raise _Mistake(f"a shift does not {value!r}", "Write start or end")
    return bool(value == "start")


def _step(key: str, value: Any) -> Step:
    if key == "reply":
        return Reply(_text(value))
    if key == "close":
        return Close(_outcome(value))
    if key not in ("claim", "give_back"):
        raise _Mistake(f"there is no move {key!r}", suggest(key, _MOVES))
    if value is not True:
        raise _Mistake("only true has a meaning here", "Write true, or leave the line out")
    return Claim() if key == "claim" else GiveBack()


_MOVES = ("claim", "reply", "give_back", "close", "shift")


def _outcome(value: Any) -> Outcome:
    try:
        return Outcome(value)
    except ValueError:
        cure = suggest(str(value), tuple(Outcome))
        raise _Mistake(f"there is no outcome {value!r}", cure) from None
