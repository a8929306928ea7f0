"""Copies of frozen records with some fields changed: several are made in every turn.

The copy is written out field by field, once for each kind, as ``dataclasses`` writes its own
methods; ``dataclasses.replace`` takes four times as long.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

T = TypeVar("T")


def evolver(kind: type[T]) -> Callable[[T, Mapping[str, Any]], T]:
    """What copies a record of this kind, a slotted dataclass without ``__post_init__``.

    The copy raises TypeError for a change to a field that there is not.
    """
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    setters = {name: vars(kind)[name].__set__ for name in names}
    copy = _written_out(kind, names, setters)

    def evolve(record: T, changes: Mapping[str, Any]) -> T:
        made = copy(record)
        for name, value in changes.items():
            if name not in setters:
                raise TypeError(f"{kind.__name__} has no {name}")
            setters[name](made, value)
        return made

    return evolve


def _written_out(
    kind: type[T], names: list[str], setters: Mapping[str, Callable[[T, Any], None]]
) -> Callable[[T], T]:
    body = "".join(f"    set_{name}(made, record.{name})\n" for name in names)
    source = f"def copy(record):\n    made = new(kind)\n{body}    return made\n"
    known: dict[str, Any] = {"new": object.__new__, "kind": kind}
    known |= {f"set_{name}": setter for name, setter in setters.items()}
    exec(source, known)  # noqa: S102  Field names of our own classes, and nothing else.
    copy: Callable[[T], T] = known["copy"]
    return copy
