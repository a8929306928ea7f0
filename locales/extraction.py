"""Babel extractors for flow files, tenants' files and lists of words: file -> key and English.

The keys are made as the flows and tenants make them, which a test holds; a file is only read as
YAML, and whether it is a sound flow or tenant is not judged here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import yaml
from babel.messages.extract import extract

ROOT = Path(__file__).parent.parent

Found = tuple[int, str, tuple[str, ...], list[str]]
Options = Mapping[str, Any]
Reader = Callable[[yaml.Node | None, Options], Iterator[Found]]
Extractor = Any
"""What Babel calls an extraction method; its own type names it no closer."""

KEYWORDS: Mapping[str, tuple[int | tuple[int, str], ...]] = {
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_HEADER = ("title",)
_SAID = ("ask", "say", "why")
_CHOICES = ("choose one", "choose any")
_NO_HOURS = ("24h", "not known")


@dataclass(frozen=True, slots=True)
class Source:
    """One English text: its key, the text, its singular where it counts, and where it stands."""

    key: str
    english: str
    one: str | None
    file: str


def _read_flow(document: yaml.Node | None, _options: Options) -> Iterator[Found]:
    """The texts of one flow: `flow.title`, `flow.step.ask|say|why`, `flow.step.choose.value`."""
    parts = dict(_named(document))
    flow = parts["flow"].value
    for name, node in parts.items():
        if name in _HEADER:
            yield _text(f"{flow}.{name}", node)
        elif isinstance(node, yaml.MappingNode):
            yield from _step(f"{flow}.{name}", dict(_named(node)))


def _read_choices(document: yaml.Node | None, _options: Options) -> Iterator[Found]:
    """The labels that several questions share: `choices.value`."""
    for _, named in _named(document):
        for value, label in _named(named):
            yield _text(f"choices.{value}", label)


def _read_words(document: yaml.Node | None, options: Options) -> Iterator[Found]:
    """A flat file of `key: English`, or of `key: {one, other}`; `prefix` stands before the key."""
    for name, node in _named(document):
        key = f"{options.get('prefix', '')}{name}"
        if isinstance(node, yaml.MappingNode):
            forms = {form: english.value.strip() for form, english in _named(node)}
            yield _line(node), "npgettext", (key, forms["one"], forms["other"]), []
        else:
            yield _text(key, node)


def _read_tenant(document: yaml.Node | None, options: Options) -> Iterator[Found]:
    """What a visitor may read of a tenant's areas, numbers or services: `options["kind"]`."""
    parts, kind = dict(_named(document)), options["kind"]
    if kind == "areas":
        for id, area in _named(parts["areas"]):
            yield _text(f"areas.{id}", dict(_named(area))["label"])
    elif kind == "services":
        for id, service in parts.items():
            yield _text(f"services.{id}.title", dict(_named(service))["title"])
    else:
        for id, number in _named(document if kind == "national" else parts.get("own")):
            yield from _number(f"numbers.{id}", dict(_named(number)))


def _step(key: str, parts: Mapping[str, yaml.Node]) -> Iterator[Found]:
    for name in _SAID:
        if name in parts:
            yield _text(f"{key}.{name}", parts[name])
    for name in _CHOICES:
        for value, label in _named(parts.get(name)):
            yield _text(f"{key}.choose.{value}", label)


def _number(key: str, parts: Mapping[str, yaml.Node]) -> Iterator[Found]:
    # A stale number is never shown.
    if "stale" in parts:
        return
    for name in ("label", "note", "hours"):
        if name in parts and not (name == "hours" and parts[name].value in _NO_HOURS):
            yield _text(f"{key}.{name}", parts[name])


def _named(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    """A mapping's lines; nothing for a text such as the name of a shared set."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key.value, value


def _text(key: str, node: yaml.Node) -> Found:
    return _line(node), "pgettext", (key, node.value.strip()), []


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _method(read: Reader) -> Extractor:
    """A reader of YAML as an extraction method that Babel can call."""

    def extractor(
        file: IO[bytes], _keywords: object, _comment_tags: object, options: Options
    ) -> Iterator[Found]:
        return read(yaml.compose(file, Loader=yaml.BaseLoader), options)

    return extractor


extract_flow = _method(_read_flow)
extract_choices = _method(_read_choices)
extract_words = _method(_read_words)
extract_tenant = _method(_read_tenant)


def _files() -> Iterator[tuple[str, Extractor, Options]]:
    """Pattern under the root, extractor and options, in the order a catalogue follows."""
    yield "flows/library/choices.yaml", extract_choices, {}
    yield "flows/library/replies.yaml", extract_words, {"prefix": "replies."}
    for flow in ("entry", "victim", "third-party", "using-abuse", "young-people", "*"):
        yield f"flows/library/{flow}.yaml", extract_flow, {}
    yield "bot/channels/*/words.yaml", extract_words, {}
    yield "locales/code.yaml", extract_words, {}
    yield "locales/typed.yaml", extract_words, {}
    yield "tenants/national.yaml", extract_tenant, {"kind": "national"}
    for kind in ("areas", "numbers", "services"):
        yield f"tenants/*/{kind}.yaml", extract_tenant, {"kind": kind}


def collect(root: Path = ROOT) -> list[Source]:
    """Every English text of the house, once per key and English, in the order they are met."""
    seen: set[Path] = set()
    found: dict[tuple[str, str], Source] = {}
    for pattern, extractor, options in _files():
        paths = sorted(set(root.glob(pattern)) - seen)
        seen.update(paths)
        for path in paths:
            for source in _sources(path, extractor, options, root):
                found.setdefault((source.key, source.english), source)
    return list(found.values())


def _sources(path: Path, extractor: Extractor, options: Options, root: Path) -> Iterator[Source]:
    file = path.relative_to(root).as_posix()
    with path.open("rb") as stream:
        for _, message, _, key in extract(extractor, stream, KEYWORDS, options=dict(options)):
            one, english = (None, message) if isinstance(message, str) else message
            yield Source(str(key), english, one, file)
