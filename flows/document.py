"""A flow file -> a ``Flow``. Every mistake is told with its file, its line and its cure.

Guards are mappings of answers, not a language; texts are keyed by their path in the document.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from flows.answers import Given, Guard
from flows.conversation import END, FlowId, StepId
from flows.flow import About, Flow, Kind, Option, Side, Step, Target
from flows.restrictions import CIRCUMSTANCES, RESTRICTIONS, check_names, restrict
from flows.urgency import Grade, Imminence, Severity
from tenants.reading import Entry, FileMistakeError, read_source

HEADER = (
    "flow",
    "title",
    "side",
    "queue",
    "in danger, queue",
    *RESTRICTIONS,
)
STEP = (
    "say",
    "ask",
    "why",
    "choose one",
    "choose any",
    "in your own words",
    "about",
    "only if",
    "then",
    "urgency",
    "safe if",
    "hand over",
    "show numbers",
    "identifies",
    "intake",
    "ages",
    "in place of",
)
Read = TypeVar("Read")

OTHER = (Given.SAID.value, Given.SKIPPED.value)


class FlowFileError(FileMistakeError):
    """A flow file says something that cannot be."""

    code = "flow-file"


ONE = "#one"
"""Ends the key of a text's singular; the key without it holds the plural (``{count}`` decides)."""


def read_texts(source: str, path: Path) -> Mapping[str, str]:
    """A flat file of ``name: English``, such as the standing replies; a plural has two forms."""
    texts: dict[str, str] = {}
    for name, entry in read_source(source, path, FlowFileError).named().items():
        if entry.is_mapping():
            forms = entry.fields(needed="one other")
            texts[name + ONE] = forms["one"].text()
            texts[name] = forms["other"].text()
        else:
            texts[name] = entry.text()
    return MappingProxyType(texts)


def read_choice_sets(source: str, path: Path) -> Mapping[str, Mapping[str, str]]:
    """A file of named sets of choices: set name -> (value -> English label)."""
    document = read_source(source, path, FlowFileError)
    return MappingProxyType(
        {
            name: {value: label.text() for value, label in entry.named().items()}
            for name, entry in document.named().items()
        }
    )


@dataclass(frozen=True, slots=True)
class Sets:
    """Named sets of choices: name -> (value -> English label), and where their keys hang."""

    labels: Mapping[str, Mapping[str, str]]
    keys: Mapping[str, str]


@dataclass(slots=True)
class _Reader:
    """One file being read: its id, the sets it may name, and the texts found so far."""

    flow: str
    sets: Sets
    texts: dict[str, str] = field(default_factory=dict)

    def keep(self, key: str, entry: Entry) -> str:
        whole = f"{self.flow}.{key}"
        self.texts[whole] = entry.text()
        return whole


def read_flow(source: str, path: Path, sets: Sets) -> Flow:
    """The flow in a file's text. Raises ``FlowFileError`` with file, line and cure."""
    document = read_source(source, path, FlowFileError)
    parts = document.named()
    header = {name: parts.pop(name) for name in HEADER if name in parts}
    for name in ("flow", "title", "side"):
        if name not in header:
            raise document.error(f"{name!r} is missing", f"Add a line '{name}: ...' at the top")
    reader = _Reader(header["flow"].text(), sets)
    reader.keep("title", header["title"])
    steps = {StepId(id): _read_step(reader, id, entry) for id, entry in parts.items()}
    if not steps:
        raise document.error("the flow has no step", "Write a step with 'say' or 'ask'")
    steps = restrict(steps, header)
    check_names(reader.flow, steps, parts)
    queue = header["queue"].text() if "queue" in header else reader.flow
    in_danger = header.get("in danger, queue")
    return Flow(
        id=FlowId(reader.flow),
        side=Side(header["side"].one_of([s.value for s in Side])),
        queue=queue,
        queue_in_danger=in_danger.text() if in_danger else queue,
        steps=MappingProxyType(steps),
        texts=MappingProxyType(reader.texts),
        file=path.name,
    )


def _read_step(reader: _Reader, id: str, entry: Entry) -> Step:
    parts: dict[str, Entry] = {}
    for key, value in entry.entries():
        parts[key.one_of(STEP)] = value
    kind = _kind(entry, parts)
    reader.keep(f"{id}.{'say' if kind is Kind.SAY else 'ask'}", parts.get("say") or parts["ask"])
    if "why" in parts:
        reader.keep(f"{id}.why", parts["why"])
    options = _options(reader, id, parts)
    values = tuple(option.value for option in options)
    then, after = _jumps(parts, values)
    return Step(
        id=StepId(id),
        kind=kind,
        line=entry.line,
        about=_about(parts),
        has_why="why" in parts,
        options=options,
        only_if=_guard(reader.flow, parts.get("only if")),
        then=then,
        after=after,
        urgency=_by_value(parts.get("urgency"), (*values, *OTHER), _grade),
        safe_if=frozenset(
            parts["safe if"].some_of((*values, *OTHER)) if "safe if" in parts else ()
        ),
        hands_over="hand over" in parts and parts["hand over"].flag(),
        numbers=parts["show numbers"].texts() if "show numbers" in parts else (),
        identifies="identifies" in parts and parts["identifies"].flag(),
        intake=parts["intake"].text() if "intake" in parts else "",
        ages=_by_value(parts.get("ages"), values, _age_range),
        in_place_of=StepId(parts["in place of"].text() if "in place of" in parts else ""),
    )


def _kind(entry: Entry, parts: Mapping[str, Entry]) -> Kind:
    if ("say" in parts) == ("ask" in parts):
        raise entry.error("a step either says or asks", "Keep one of 'say' and 'ask'")
    ways = [w for w in ("choose one", "choose any", "in your own words") if w in parts]
    if "say" in parts:
        if ways:
            raise entry.error(
                f"a step that says cannot have {ways[0]!r}", "Write 'ask' instead of 'say'"
            )
        return Kind.SAY
    if len(ways) != 1:
        raise entry.error(
            "a question is answered in one way",
            "Write one of 'choose one', 'choose any' and 'in your own words'",
        )
    return {"choose one": Kind.ONE, "choose any": Kind.ANY}.get(ways[0], Kind.WORDS)


def _about(parts: Mapping[str, Entry]) -> About:
    if "about" not in parts:
        return About.NOTHING
    return About(parts["about"].one_of([a.value for a in About if a.value]))


def _options(reader: _Reader, id: str, parts: Mapping[str, Entry]) -> tuple[Option, ...]:
    entry = parts.get("choose one") or parts.get("choose any")
    if entry is None:
        return ()
    if not entry.is_mapping():
        name = entry.one_of(list(reader.sets.labels))
        prefix = reader.sets.keys[name]
        return tuple(Option(value, f"{prefix}.{value}") for value in reader.sets.labels[name])
    return tuple(
        Option(value, reader.keep(f"{id}.choose.{value}", label))
        for value, label in entry.named().items()
    )


def _guard(flow: str, entry: Entry | None) -> Guard:
    if entry is None:
        return MappingProxyType({})
    return MappingProxyType(
        {
            name if name in CIRCUMSTANCES or "." in name else f"{flow}.{name}": frozenset(
                allowed.texts()
            )
            for name, allowed in entry.named().items()
        }
    )


def _jumps(
    parts: Mapping[str, Entry], values: Collection[str]
) -> tuple[Mapping[str, Target], Target | None]:
    entry = parts.get("then")
    if entry is None:
        return MappingProxyType({}), None
    if not entry.is_mapping():
        return MappingProxyType({}), _target(entry)
    return _by_value(entry, (*values, *OTHER), _target), None


def _target(entry: Entry) -> Target:
    text = entry.text()
    if text.startswith("flow "):
        return Target(flow=FlowId(text.removeprefix("flow ").strip()))
    return Target(END) if text == "end" else Target(StepId(text))


def _by_value(
    entry: Entry | None, values: Collection[str], read: Callable[[Entry], Read]
) -> Mapping[str, Read]:
    if entry is None:
        return MappingProxyType({})
    found: dict[str, Read] = {}
    for key, value in entry.entries():
        found[key.one_of(values)] = read(value)
    return MappingProxyType(found)


def _grade(entry: Entry) -> Grade:
    parts = entry.fields(optional="severity imminence")
    severity = parts["severity"].one_of(_names(Severity)) if "severity" in parts else "none"
    imminence = parts["imminence"].one_of(_names(Imminence)) if "imminence" in parts else "unknown"
    return Grade(Severity[severity.upper()], Imminence[imminence.upper()])


def _names(scale: type[Severity] | type[Imminence]) -> list[str]:
    return [point.name.lower() for point in scale]


def _age_range(entry: Entry) -> tuple[int, int]:
    low, dash, high = entry.text().partition("-")
    if not (dash and low.isdecimal() and high.isdecimal()):
        raise entry.error(f"{entry.text()!r} is not a range of ages", "Write it as 0-17")
    return int(low), int(high)
