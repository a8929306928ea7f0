"""Effects to transcript lines, word for word as the visitor will see them, in their language.

Wording is current even where structure is pinned: a text is found by its key, else in the edition's
English (P8, P9).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, assert_never

from flows.conversation import Conversation
from flows.document import ONE
from flows.edition import Edition
from flows.effects import (
    Ask,
    CancelContact,
    Effect,
    EndSession,
    Hear,
    KeepWords,
    OpenCase,
    OpenDoor,
    Parameter,
    QueueCase,
    RaiseAlarm,
    Relay,
    Say,
    ShowNumbers,
)
from flows.flow import About, Kind, Step
from handoff.transcript import Choice, Expects, Line, Seq, Speaker
from locales.languages import full_stop
from locales.lookup import Catalogues, Text
from locales.template import isolate
from tenants.areas import ELSEWHERE, AreaId
from tenants.numbers import Number, numbers_for
from tenants.tenant import Tenant
from tenants.texts import ALL_DAY, ALL_DAY_KEY, CALL_LOG, CALL_LOG_KEY

_NEVER = datetime(1, 1, 1, tzinfo=UTC)

EXPECTS = {Kind.ONE: Expects.ONE, Kind.ANY: Expects.ANY, Kind.WORDS: Expects.TEXT}


@dataclass(frozen=True, slots=True)
class Question:
    """One question as it is put in one language: its line, of no talk yet, and its choices' labels
    by their values.
    """

    line: Line
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wording:
    """One tenant's texts in one language. ``current`` is today's English, which goes before that of
    the edition a talk is pinned to. A question, which no parameter changes, is put together once.
    """

    tenant: Tenant
    edition: Edition
    catalogues: Catalogues
    language: str
    current: Mapping[str, str]
    _questions: dict[str, Question] = field(default_factory=dict, compare=False, repr=False)

    def find(self, key: str, parameters: Mapping[str, Parameter] | None = None) -> Text:
        """The text of a key: the tenant's own wording, else the catalogue's, else English."""
        own = self.tenant.wording.get(key, {}).get(self.language)
        if own:
            return self.catalogues.fill(self.language, own, parameters or {})
        english = self.current if key in self.current else self.edition.english
        return self.catalogues.text(
            self.language, key, english[key], parameters or {}, english_one=english.get(key + ONE)
        )

    def say(self, key: str, parameters: Mapping[str, Parameter] | None = None) -> str:
        """The same, without the language that it turned out to be in."""
        return self.find(key, parameters).text

    def question(self, key: str) -> Question | None:
        """The question of a step's key; None where this edition has no such step (P9)."""
        if key not in self._questions:
            step = self.edition.step_at(key)
            if step is None:
                return None
            self._questions[key] = self._put_together(key, step)
        return self._questions[key]

    def _put_together(self, key: str, step: Step) -> Question:
        asked = self.find(f"{key}.ask")
        labels = {option.value: self.say(option.key) for option in step.options}
        line = Line(
            seq=Seq(0),
            speaker=Speaker.BOT,
            text=asked.text,
            language=asked.language or self.language,
            at=_NEVER,
            why=self.say(f"{key}.why") if step.has_why else "",
            key=f"{key}.ask",
            step=key,
            choices=tuple(Choice(value, label) for value, label in labels.items()),
            expects=EXPECTS[step.kind],
        )
        return Question(line, labels)

    def label(self, key: str, english: str) -> str:
        """A text that the tenant's files hold, such as a number's label."""
        if own := self.tenant.wording.get(key, {}).get(self.language):
            return own
        return self.catalogues.text(self.language, key, english, {}).text


@dataclass(slots=True)
class Scribe:
    """Writes one turn's effects as lines that follow ``seq``; all of them are of one moment.

    ``by`` is the staff id of a worker whose words are passed on; ``inbox`` marks what came in.
    """

    wording: Wording
    talk: Conversation
    at: datetime
    seq: int
    by: str = ""
    inbox: bytes | None = None

    def write(self, effects: tuple[Effect, ...]) -> tuple[Line, ...]:
        """The lines of these effects, in order, without a gap."""
        return tuple(line for effect in effects for line in self._lines_of(effect))

    def _lines_of(self, effect: Effect) -> Iterator[Line]:
        match effect:
            case Hear():
                yield self._heard(effect)
            case Say(key, parameters):
                known = {"reference": self.talk.reference, **parameters}
                said = self.wording.find(key, known)
                yield self._line(Speaker.BOT, said.text, language=said.language, key=key)
            case Ask(flow, step):
                yield self._question(f"{flow}.{step}")
            case ShowNumbers(side, kinds):
                yield self._line(Speaker.BOT, self._numbers(side, kinds), key="numbers")
            case Relay(text):
                yield self._line(Speaker.WORKER, text, by=self.by, inbox=self.inbox)
            case (
                OpenCase()
                | QueueCase()
                | RaiseAlarm()
                | EndSession()
                | CancelContact()
                | OpenDoor()
                | KeepWords()
            ):
                # The desk and the session hear of these; the talk has no line of them.
                return
            case _:
                assert_never(effect)

    def _line(self, speaker: Speaker, text: str, *, language: str = "", **parts: Any) -> Line:
        self.seq += 1
        return Line(
            seq=Seq(self.seq),
            speaker=speaker,
            text=text,
            language=language or self.talk.language,
            at=self.at,
            is_silent=self.talk.is_silent,
            **parts,
        )

    def _heard(self, effect: Hear) -> Line:
        place = f"{effect.flow}.{effect.step}"
        step = self.wording.edition.step_at(place)
        labels = self._labels(place, effect.values)
        did = self.wording.say(effect.did) if effect.did and not effect.words else ""
        return self._line(
            Speaker.VISITOR,
            effect.words or ", ".join(labels) or did,
            key=effect.did,
            step=place if step else "",
            values=effect.values,
            inbox=self.inbox,
        )

    def _labels(self, place: str, values: tuple[str, ...]) -> list[str]:
        question = self.wording.question(place) if values else None
        known = question.labels if question else {}
        return [known.get(value, value) for value in values]

    def _question(self, key: str) -> Line:
        question = self.wording.question(key)
        if question is None:
            return self._line(Speaker.BOT, self.wording.say("replies.waiting"))
        self.seq += 1
        return question.line.evolve(seq=self.seq, at=self.at, is_silent=self.talk.is_silent)

    def _numbers(self, side: str, kinds: tuple[str, ...]) -> str:
        tenant = self.wording.tenant
        shown = numbers_for(
            tenant.numbers,
            side,  # type: ignore[arg-type]
            demo=tenant.demo,
            age=self._age(),
            area=self._area(),
        )
        chosen = [n for n in shown if not kinds or n.kinds.intersection(kinds)]
        parts = [self._number(number) for number in chosen]
        if any(number.stays_in_call_log for number in chosen):
            parts.append(self.wording.label(CALL_LOG_KEY, CALL_LOG))
        return "\n\n".join(parts)

    def _area(self) -> AreaId | None:
        """The area that the visitor named; None where it is not known or is another."""
        for key, answer in self.talk.answers.items():
            step = self.wording.edition.step_at(key)
            if step is not None and step.about is About.AREA and answer.values:
                return None if answer.values[0] == ELSEWHERE else AreaId(answer.values[0])
        return None

    def _age(self) -> int | None:
        """The oldest that the visitor may be by their answer; None where it is not known."""
        for key, answer in self.talk.answers.items():
            step = self.wording.edition.step_at(key)
            for value in answer.values if step else ():
                if step and value in step.ages:
                    return step.ages[value][1]
        return None

    def _number(self, number: Number) -> str:
        label = self.wording.label
        name = label(f"numbers.{number.id}.label", number.label)
        stop = full_stop(self.wording.language)
        line = f"{isolate(number.number)}\n{name}{stop} {self._hours(number)}".strip()
        note = label(f"numbers.{number.id}.note", number.note) if number.note else ""
        return f"{line}\n{note}".strip()

    def _hours(self, number: Number) -> str:
        if number.is_all_day:
            return self.wording.label(ALL_DAY_KEY, ALL_DAY)
        if not number.hours:
            return ""
        return self.wording.label(f"numbers.{number.id}.hours", number.hours)
