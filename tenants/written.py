"""What stands in a tenant's files, to the letter: every text with its place and its line.

For what has to be looked for in all that is published, and for telling somebody where to mend it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from tenants.reading import FileMistakeError, read_source
from tenants.tenant import Tenant


@dataclass(frozen=True, slots=True)
class Written:
    """One text of a file, a key or a comment too. `path` are the keys that lead to it."""

    file: str
    path: tuple[str, ...]
    line: int
    text: str


def all_written(tenant: Tenant) -> Iterator[Written]:
    """Every text of every file of a tenant, as YAML reads it, and every comment."""
    for file, source in tenant.files.items():
        yield from _comments(file, source)
        for path, node in _nodes(file, source):
            yield Written(file, path, node.start_mark.line + 1, str(node.value))


def line_of(tenant: Tenant, file: str, *path: str) -> int:
    """The line on which a key stands, or else the nearest key above it that there is."""
    source = tenant.files.get(file, "")
    lines = {
        (*above, node.value): node.start_mark.line + 1
        for above, node in _nodes(file, source, keys_alone=True)
    }
    for end in range(len(path), 0, -1):
        if path[:end] in lines:
            return lines[path[:end]]
    return 1


def keys_in(tenant: Tenant, file: str, *path: str) -> frozenset[str]:
    """The keys that stand right under a place of a file."""
    found = _nodes(file, tenant.files.get(file, ""), keys_alone=True)
    return frozenset(str(node.value) for above, node in found if above == path)


def _nodes(
    file: str, source: str, *, keys_alone: bool = False
) -> Iterator[tuple[tuple[str, ...], yaml.ScalarNode]]:
    try:
        root = read_source(source, Path(file)).node
    except FileMistakeError:
        return
    waiting: list[tuple[tuple[str, ...], yaml.Node]] = [((), root)]
    while waiting:
        path, node = waiting.pop()
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode):
                    yield path, key
                    waiting.append(((*path, str(key.value)), value))
        elif isinstance(node, yaml.SequenceNode):
            waiting.extend((path, part) for part in node.value)
        elif isinstance(node, yaml.ScalarNode) and not keys_alone:
            yield path, node


def _comments(file: str, source: str) -> Iterator[Written]:
    """What stands behind a # on any line; of a # within a text the rest, which is read twice."""
    for line, text in enumerate(source.splitlines(), start=1):
        before, sign, comment = text.partition("#")
        if sign and (not before or before[-1].isspace()):
            yield Written(file, (), line, comment)
