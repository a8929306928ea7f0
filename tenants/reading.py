"""A strict reader for hand-written YAML: every mistake is told with file, line and cure.

Scalars stay text (`yes`, `no` and `on` are words, not booleans) and each node knows its line.
It knows nothing of tenants or flows and never guesses: an unknown or doubled key is refused.
"""

import datetime as dt
import difflib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

# The C reader takes a tenth of the time at every start; where it was not built, the other serves.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_DEEPEST = 20
_MANY = 5000
"""Openers below which nothing is nested too deep for the reader; our longest has a thousand."""

_MAYBE_ANCHOR = re.compile(r"(?:^|[\s\[{,:-])[&*][^\s,\]}]", re.MULTILINE)
_FEW = 30
_WHOLE = re.compile(r"[0-9]{1,9}")
_DURATION = re.compile(r"(\d{1,6}) ?(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class FileMistakeError(ValueError):
    """A mistake in a hand-written file, told as `file:line: problem. Cure.`"""

    code = "file-mistake"

    def __init__(self, path: Path, line: int, problem: str, *, cure: str) -> None:
        stop = "" if cure.endswith("?") else "."
        super().__init__(f"{path.parent.name}/{path.name}:{line}: {problem}. {cure}{stop}")
        self.path, self.line, self.problem, self.cure = path, line, problem, cure


@dataclass(frozen=True, slots=True)
class Entry:
    """One node of a file: a text, a list or a mapping, asked for as what it should be."""

    node: yaml.Node
    path: Path
    mistake: type[FileMistakeError] = FileMistakeError

    @property
    def line(self) -> int:
        """The line it begins on, counted from 1."""
        return int(self.node.start_mark.line) + 1

    def error(self, problem: str, cure: str) -> FileMistakeError:
        """The mistake at this line, to be raised; neither sentence carries its full stop."""
        return self.mistake(self.path, self.line, problem, cure=cure)

    def text(self) -> str:
        """A text that is not empty."""
        if not isinstance(self.node, yaml.ScalarNode):
            raise self.error("a text was expected here", "Write one value after the colon")
        value = str(self.node.value).strip()
        if not value:
            raise self.error("the value is missing", "Write it after the colon")
        return value

    def texts(self) -> tuple[str, ...]:
        """A list of texts; one text alone counts as a list of one."""
        return tuple(item.text() for item in self.items())

    def flag(self) -> bool:
        """The word `yes` or `no`."""
        return self.one_of(("yes", "no")) == "yes"

    def whole(self) -> int:
        """A whole number, zero or more."""
        value = self.text()
        if not _WHOLE.fullmatch(value):
            raise self.error(f"{value!r} is not a whole number", "Write one to nine digits only")
        return int(value)

    def date(self) -> dt.date:
        """A day, written year-month-day."""
        value = self.text()
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise self.error(f"{value!r} is not a date", "Write it as 2026-01-31") from None

    def duration(self) -> dt.timedelta:
        """A length of time such as `90s`, `15m`, `2h` or `1d`."""
        value = self.text()
        if (found := read_duration(value)) is None:
            raise self.error(f"{value!r} is not a length of time", "Write it as 90s, 15m, 2h or 1d")
        return found

    def one_of(self, allowed: Collection[str]) -> str:
        """One of the words given."""
        value = self.text()
        if value not in allowed:
            raise self.error(f"{value!r} is not known here", suggest(value, allowed))
        return value

    def some_of(self, allowed: Collection[str]) -> tuple[str, ...]:
        """A list of the words given."""
        return tuple(item.one_of(allowed) for item in self.items())

    def items(self) -> tuple["Entry", ...]:
        """The parts of a list; a lone text is a list of one."""
        return (self,) if isinstance(self.node, yaml.ScalarNode) else self.listed()

    def listed(self) -> tuple["Entry", ...]:
        """The parts of a list, for where lines that lost their dashes must not become one text."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error("a list was expected here", "Write [one, two]")
        return tuple(self._part(node) for node in self.node.value)

    def is_mapping(self) -> bool:
        """Whether it holds `key: value` lines."""
        return isinstance(self.node, yaml.MappingNode)

    def entries(self) -> Iterator[tuple["Entry", "Entry"]]:
        """Key and value of each line of a mapping, in written order; a doubled key is refused."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error(
                "'key: value' lines were expected here", "Write one 'key: value' a line"
            )
        first: dict[str, int] = {}
        for key_node, value_node in self.node.value:
            key = self._part(key_node)
            if (name := key.text()) in first:
                raise key.error(
                    f"{name!r} stands here twice (first on line {first[name]})", "Keep one of them"
                )
            first[name] = key.line
            yield key, self._part(value_node)

    def named(self) -> dict[str, "Entry"]:
        """A mapping with keys of the writer's own choosing."""
        return {key.text(): value for key, value in self.entries()}

    def fields(self, *, needed: str = "", optional: str = "") -> dict[str, "Entry"]:
        """A mapping whose keys are known beforehand; both lists are words parted by spaces."""
        allowed = (*needed.split(), *optional.split())
        found: dict[str, Entry] = {}
        for key, value in self.entries():
            found[key.one_of(allowed)] = value
        for name in needed.split():
            if name not in found:
                raise self.error(f"{name!r} is missing", f"Add a line '{name}: ...'")
        return found

    def _part(self, node: yaml.Node) -> "Entry":
        return Entry(node, self.path, self.mistake)


def read_document(path: Path, mistake: type[FileMistakeError] = FileMistakeError) -> Entry:
    """The one document of a YAML file. Raises `mistake` when it is absent, empty or not YAML."""
    return read_source(read_file(path, mistake), path, mistake)


def read_file(path: Path, mistake: type[FileMistakeError] = FileMistakeError) -> str:
    """The text of a file. Raises `mistake` when it is absent or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        raise mistake(path, 1, "the file cannot be read", cure="Create it") from None
    except UnicodeDecodeError:
        raise mistake(path, 1, "the file is not UTF-8", cure="Save it as UTF-8") from None


def read_source(
    source: str, path: Path, mistake: type[FileMistakeError] = FileMistakeError
) -> Entry:
    """The document in a text; `path` only names it in a mistake."""
    _refuse_bombs(source, path, mistake)
    try:
        node = yaml.compose(source, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise mistake(
            path, _line_of(error), "this is not YAML", cure="Mend the indent, quote or bracket here"
        ) from None
    if node is None:
        raise mistake(path, 1, "the file is empty", cure="Write {} if it shall stay empty")
    return Entry(node, path, mistake)


def _refuse_bombs(source: str, path: Path, mistake: type[FileMistakeError]) -> None:
    """What few bytes can blow up: anchors that name one another, and brackets without end.

    The C reader builds what is nested by calling itself, and dies of a hundred thousand brackets.
    """
    if sum(map(source.count, ("[", "{", "- ", "? "))) > _MANY and (line := _too_deep(source)):
        raise mistake(path, line, "this is nested too deep", cure="Close the brackets")
    if _MAYBE_ANCHOR.search(source) and (line := _anchored(source)):
        cure = "Write it out in each place, or put the text in quotes"
        raise mistake(path, line, "a text with & or * before it repeats another", cure=cure)


def _too_deep(source: str) -> int | None:
    """The line on which a text is nested too deep; None: nowhere."""
    depth = 0
    for event in _events(source):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            return _line_at(event)
    return None


def _anchored(source: str) -> int | None:
    """The line of the first anchor or of what repeats one; None: there is neither."""
    for event in _events(source):
        if getattr(event, "anchor", None) is not None:
            return _line_at(event)
    return None


def _line_at(event: yaml.Event) -> int:
    return int(getattr(event.start_mark, "line", 0)) + 1


def _events(source: str) -> Iterator[yaml.Event]:
    """What a text is made of, one after the other, up to a mistake that the reader will tell."""
    try:
        yield from yaml.parse(source, Loader=_LOADER)
    except yaml.YAMLError:
        return


def read_duration(text: str) -> dt.timedelta | None:
    """A length of time such as `90s`, `15m`, `2h` or `1d`; nothing where it is none."""
    if not (found := _DURATION.fullmatch(text)):
        return None
    return dt.timedelta(**{_UNITS[found[2]]: int(found[1])})


def suggest(word: str, allowed: Collection[str]) -> str:
    """The cure for an unknown word: the nearest known one, else all of them, or the first few."""
    if close := difflib.get_close_matches(word, list(allowed), n=1):
        return f"Did you mean {close[0]!r}?"
    if len(allowed) > _FEW:
        return f"Known here are {', '.join(list(allowed)[:_FEW])} and {len(allowed) - _FEW} more"
    return f"Known here: {', '.join(allowed)}"


def _line_of(error: yaml.YAMLError) -> int:
    mark = getattr(error, "problem_mark", None)
    return int(mark.line) + 1 if mark else 1
