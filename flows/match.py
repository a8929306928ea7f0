"""One text read against the vocabulary: which patterns match where, and what stands around them.

Refuses backtracking: every search is a short walk inside one sentence, so time stays linear.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from flows.normalise import ENDS, SPLIT
from flows.phrase import NEAR
from flows.vocabulary import FICTION, NOW, PAST, Atom, Entry, Pattern, Signs, Vocabulary

AROUND = 10
"""How many words to each side, within the sentence, may say *now*, *long ago*, *in a film*."""
LONGEST = 5
"""Terms of more words than this are not looked for across gaps."""

_NOTHING: frozenset[Atom] = frozenset()
Span = tuple[int, ...]
"""The places that matched: first the anchor, then all in order of the text."""
Settled = Mapping[str, int]
"""Markers that were heard and not lowered, with the highest level so far."""


@dataclass(slots=True)
class Reading:
    """The words of a text with the atoms at each place; None is the end of a sentence."""

    vocabulary: Vocabulary
    words: list[str]
    atoms: list[frozenset[Atom] | None] = field(default_factory=list)
    entries: list[Entry | None] = field(default_factory=list)
    tries: list[tuple[int, tuple[Pattern, ...]]] = field(default_factory=list)
    lengths: dict[tuple[int, Atom], int] = field(default_factory=dict)
    singles: int = 0
    present: set[Atom] = field(default_factory=set)
    languages: list[int] = field(default_factory=list)
    denying: set[int] = field(default_factory=set)

    def matches(self, door: str | None, settled: Settled) -> Iterator[tuple[Pattern, Span, bool]]:
        """Every pattern that matches and is not part of an idiom, each once, and if it is negated.

        What can add nothing to a marker that is ``settled`` already is not tried.
        """
        present = self.present
        self.denying = {n for n, s in enumerate(self.vocabulary.signs) if s.negation in present}
        idle: set[int] = set()
        chances = [(at, p) for at, patterns in self.tries for p in patterns if p.need <= present]
        for at, pattern in chances:
            if pattern.rule is None and (span := self._match(pattern, at)):
                idle.update(range(min(span), max(span) + 1))
        done: set[Pattern] = set()
        for at, pattern in chances:
            rule = pattern.rule
            if rule is None or pattern in done or (rule.door and rule.door != door):
                continue
            if rule.ceiling <= settled.get(rule.marker, 0):
                continue
            span = self._match(pattern, at)
            if span is not None and not (idle and self._is_idle(span, idle)):
                self.languages.append(pattern.language)
                negated = self.is_negated(pattern, span)
                if not negated:
                    done.add(pattern)
                yield pattern, span, negated

    def _is_idle(self, span: Span, idle: set[int]) -> bool:
        """Whether an idiom covers a word that carries the match; everyday words do not."""
        weighty = [at for at in span if (entry := self.entries[at]) and not entry.languages]
        return not idle.isdisjoint(weighty or span[:1])

    def words_of(self, span: Span) -> str:
        """The words as they were typed, from the first that matched to the last."""
        return " ".join(self.words[min(span) : max(span) + 1])

    def _match(self, pattern: Pattern, at: int) -> Span | None:
        if pattern.any_order:
            return self._match_near(pattern, at)
        span = [at]
        start = self._start(at, pattern.atoms[pattern.anchor])
        end = at
        for place in range(pattern.anchor - 1, -1, -1):
            atom, gap = pattern.atoms[place], pattern.gaps[place + 1]
            found = self._before(start, atom, gap)
            if found is None:
                return None
            span.append(found)
            start = self._start(found, atom)
        for place in range(pattern.anchor + 1, len(pattern.atoms)):
            atom, gap = pattern.atoms[place], pattern.gaps[place]
            found = self._after(end, atom, gap)
            if found is None:
                return None
            span.append(found)
            end = found
        return (*span, start)

    def _start(self, at: int, atom: Atom) -> int:
        return at - self.lengths.get((at, atom), 1) + 1 if self.lengths else at

    def _before(self, start: int, atom: Atom, gap: int) -> int | None:
        for at in range(start - 1, max(start - 2 - gap, -1), -1):
            here = self.atoms[at]
            if here is None:
                return None
            if atom in here:
                return at
        return None

    def _after(self, end: int, atom: Atom, gap: int) -> int | None:
        reach = end + 2 + gap + (LONGEST if self.lengths else 0)
        for at in range(end + 1, min(reach, len(self.atoms))):
            here = self.atoms[at]
            if here is None:
                return None
            if atom in here and end < self._start(at, atom) <= end + 1 + gap:
                return at
        return None

    def _match_near(self, pattern: Pattern, at: int) -> Span | None:
        span = [at]
        low, high = self._around(at, NEAR)
        for place, atom in enumerate(pattern.atoms):
            if place == pattern.anchor:
                continue
            found = [x for x in range(low, high) if x not in span and atom in self._at(x)]
            if not found:
                return None
            span.append(min(found, key=lambda x: abs(x - at)))
        return tuple(span)

    def _at(self, at: int) -> frozenset[Atom]:
        return self.atoms[at] or _NOTHING

    def _around(self, at: int, reach: int) -> tuple[int, int]:
        """The places near one, inside its sentence."""
        low = high = at
        while low > 0 and at - low < reach and self.atoms[low - 1] is not None:
            low -= 1
        last = min(len(self.atoms), at + reach + 1)
        while high < last and self.atoms[high] is not None:
            high += 1
        return low, high

    def _is_around(self, span: Span, sign: Atom) -> bool:
        if sign not in self.present:
            return False
        low, high = self._around(min(span), AROUND)[0], self._around(max(span), AROUND)[1]
        return any(sign in self._at(at) for at in range(low, high))

    def is_now(self, span: Span) -> bool:
        """Whether a word of now, tonight or just stands near."""
        return self._is_around(span, NOW)

    def is_past(self, span: Span) -> bool:
        """Whether it is told as long ago, and nothing near says now."""
        return self._is_around(span, PAST) and not self.is_now(span)

    def is_told(self, span: Span) -> bool:
        """Whether it is told of a film, a game or a dream."""
        return self._is_around(span, FICTION)

    def is_negated(self, pattern: Pattern, span: Span) -> bool:
        """Whether a *not* of the pattern's language bears on the match."""
        if not self.denying:
            return False
        # People mix: a Polish "not" bears on an English word in a Polish sentence.
        languages = self.denying & {pattern.language, self.main_language}
        return any(self._is_denied(self.vocabulary.signs[n], pattern, span) for n in languages)

    @property
    def main_language(self) -> int:
        """The language that most everyday words belong to."""
        return max(set(self.languages), key=self.languages.count, default=0)

    def _is_denied(self, signs: Signs, pattern: Pattern, span: Span) -> bool:
        first, last, anchor = min(span), max(span), span[0]
        before, after = signs.reach
        for at in range(max(0, first - before), min(len(self.atoms), last + 1 + after)):
            if signs.negation not in self._at(at) or at in span:
                continue
            # "I did not listen, he hit me": before a subject only "I don't think" bears on it.
            long = self.lengths.get((at, signs.negation), 1) > 1
            if at < first and pattern.has_subject and not (long and at == first - 1):
                continue
            between = range(min(at, anchor) + 1, max(at, anchor))
            if any(self.atoms[x] is None or signs.pause in self._at(x) for x in between):
                continue
            if not self._is_shielded(at, signs.shield):
                return True
        return False

    def _is_shielded(self, at: int, shield: Atom) -> bool:
        return any(
            shield in self._at(x) and self._start(x, shield) <= at
            for x in range(at, min(at + LONGEST, len(self.atoms)))
        )


def read_text(text: str, vocabulary: Vocabulary) -> Reading:
    """The text split and looked up, once."""
    words = SPLIT.findall(text)
    reading = Reading(vocabulary, words)
    atoms, entries, known = reading.atoms, reading.entries, vocabulary.exact
    for word in words:
        entry = known.get(word.lower())
        if entry is None and word[0] not in ENDS:
            if len(word) == 1:
                reading.singles += 1
            entry = vocabulary.look_up(word)
        elif len(word) == 1 and entry is not None:
            reading.singles += 1
        entries.append(entry)
        if entry is not None:
            atoms.append(entry.atoms)
            _note(reading, entry)
        else:
            atoms.append(None if word[0] in ENDS else _NOTHING)
    return reading


def _note(reading: Reading, entry: Entry) -> None:
    """What a known word brings: its atoms, its patterns, the longer terms it ends."""
    at = len(reading.atoms) - 1
    reading.present |= entry.atoms
    if entry.languages:
        reading.languages += entry.languages
    if entry.patterns:
        reading.tries.append((at, entry.patterns))
    for tail in entry.tails:
        size = len(tail.before)
        if size > at or tail.before[-1] != _word_at(reading, at - 1):
            continue
        if all(_word_at(reading, at - size + x) == w for x, w in enumerate(tail.before)):
            reading.atoms[at] = (reading.atoms[at] or _NOTHING) | tail.atoms
            reading.present |= tail.atoms
            reading.lengths.update({(at, atom): size + 1 for atom in tail.atoms - entry.atoms})
            reading.tries.append((at, tail.patterns))


def _word_at(reading: Reading, at: int) -> str | None:
    entry = reading.entries[at]
    return entry.word if entry else None
