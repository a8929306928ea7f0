"""What must hold of every text in every published language: P6, P8, P12, P15, P18.

The texts come in as an argument: this room knows no catalogue.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flows.breaks import Break, place_of
from flows.conversation import END, Safety
from flows.document import ONE
from flows.edition import Edition
from flows.effects import Ask, Say
from flows.explored import Explored
from flows.flow import Side
from flows.never_said import NeverSaid
from flows.wall_proofs import betrays
from tenants.publishing import leak_in
from tenants.reading import suggest
from tenants.tenant import Tenant
from tenants.texts import texts as tenant_texts
from tenants.written import line_of

ENGLISH = "en"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Wording:
    """A text as one language says it, made from the present English; several forms where it counts.

    ``file`` and ``line`` say where it is written, for whoever has to mend it.
    """

    forms: tuple[str, ...]
    file: str = ""
    line: int = 0
    is_reviewed: bool = False


Lookup = Callable[[str, str, str], Wording | None]
"""Language, key and present English -> the text, or None where there is none made from it."""


@dataclass(frozen=True, slots=True)
class Said:
    """One text in one language, with where it stands."""

    key: str
    english: str
    language: str
    text: str
    file: str
    line: int

    def broken(self, rule: str, what: str) -> Break:
        """The break that this text is."""
        return Break(self.file, self.line, rule, f"{self.key} ({self.language}) {what}")


def prove_languages(
    edition: Edition, texts: Mapping[str, str], languages: tuple[str, ...], lookup: Lookup
) -> Iterator[Break]:
    """P8: every text in every language, from the present English, with the same placeholders."""
    for language in languages:
        for key, english in texts.items():
            if key.endswith(ONE):
                continue
            wording = lookup(language, key, english)
            if wording is None:
                file, line = place_of(edition, key)
                yield Break(file, line, "P8", f"{key} has no current text in {language}")
                continue
            for form in wording.forms:
                if _placeholders(form) != _placeholders(english):
                    wanted = ", ".join(sorted(_placeholders(english))) or "none"
                    what = f"{key} ({language}) has other placeholders than {wanted}"
                    yield Break(wording.file, wording.line, "P8", what)
                    break


def prove_wording(
    said: Said, never: Mapping[str, NeverSaid], neutral: frozenset[str]
) -> Iterator[Break]:
    """P12, P15, P18: no promise, nothing alarming on a neutral page, no place or door told."""
    lists = never[said.language]
    if promise := lists.promise_in(said.text):
        yield said.broken("P12", f"says {promise!r}")
    if said.key in neutral and (word := lists.alarm_in(said.text)):
        yield said.broken("P15", f"shows {word!r} before it is known to be safe")
    if leak := leak_in(said.text):
        yield said.broken("P18", f"holds {leak}")


def prove_side(
    tenant: Tenant, edition: Edition, said: Said, never: Mapping[str, NeverSaid]
) -> Iterator[Break]:
    """P6: no text behind one door names a number, a service or a word of the other side."""
    flow = edition.flow_of(said.key)
    if flow is None or flow.side is Side.SHARED:
        return
    if told := betrays(tenant, flow.side, said.text):
        yield said.broken("P6", f"tells of {told}, which is on the other side")
    if flow.side is Side.USING_ABUSE and (word := never[said.language].other_side_in(said.text)):
        yield said.broken("P6", f"says {word!r}, a word of the other side")


def all_said(
    edition: Edition, tenant: Tenant, texts: Mapping[str, str], lookup: Lookup
) -> Iterator[Said]:
    """Every text in every form in every language of a tenant, its own wording included."""
    for key, english in texts.items():
        file, line = place_of(edition, key)
        for language in tenant.languages:
            own = tenant.wording.get(key, {}).get(language)
            if own is not None:
                line = line_of(tenant, "wording.yaml", key, language)
                yield Said(key, english, language, own, f"tenants/{tenant.id}/wording.yaml", line)
                continue
            wording = lookup(language, key, english)
            if wording is None:
                # What is then shown: the edition's English.
                yield Said(key, english, ENGLISH, english, file, line)
                continue
            where = (wording.file, wording.line) if wording.file else (file, line)
            for form in wording.forms:
                yield Said(key, english, language, form, *where)


def prove_own_wording(edition: Edition, tenant: Tenant) -> Iterator[Break]:
    """P8: a tenant's own wording is of a text that there is, with the same placeholders."""
    file = f"tenants/{tenant.id}/wording.yaml"
    known = {**dict(tenant_texts(tenant)), **edition.english}
    for key, by_language in tenant.wording.items():
        english = known.get(key)
        if english is None:
            what = f"{key} is no text of any published flow or of its files. {suggest(key, known)}"
            yield Break(file, line_of(tenant, "wording.yaml", key), "P8", what)
            continue
        for language, text in by_language.items():
            if _placeholders(text) != _placeholders(english):
                wanted = ", ".join(sorted(_placeholders(english))) or "none"
                what = f"{key} ({language}) has other placeholders than {wanted}. Write those"
                yield Break(file, line_of(tenant, "wording.yaml", key, language), "P8", what)


def neutral_keys(explored: Explored) -> frozenset[str]:
    """The keys of every text that shows, unasked, to somebody who has not said it is safe (P15)."""
    edition = explored.edition
    keys: set[str] = set()
    for move in explored.moves:
        if move.turn.talk.safety is Safety.SAFE:
            continue
        for effect in move.turn.effects:
            if isinstance(effect, Say) and not effect.key.startswith("replies."):
                keys.add(effect.key)
            elif isinstance(effect, Ask) and effect.step != END:
                step = edition.flows[effect.flow].steps[effect.step]
                keys.update(f"{effect.flow}.{step.id}.{part}" for part in ("ask", "why"))
                keys.update(option.key for option in step.options)
    return frozenset(keys)


def _placeholders(text: str) -> frozenset[str]:
    return frozenset(_PLACEHOLDER.findall(text))
