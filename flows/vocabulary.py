"""All lexicons as one table: a word to what it may stand for, and the rules it can set off.

Refuses to look at a text: built once at start, it is only read afterwards.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from flows.lexicon import Lexicon, Rule
from flows.normalise import fold, is_stretched, near_misses, respellings, unjoined
from flows.phrase import Phrase

HEAD = 3
"""Beginnings have at least this many letters, so most words are refused by one look."""
FUZZY = 6
"""Shorter words are never matched by likeness: too many ordinary words are near."""

Atom = int
"""A set of terms that some element asks for; the matcher knows only its number."""
PAST, NOW, FICTION = 0, 1, 2
_SHARED = {"past": PAST, "now": NOW, "fiction": FICTION}


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A rule ready to be tried: atoms and gaps, and the atom that sets it off."""

    rule: Rule | None  # None is an idiom: what it covers is not danger.
    language: int
    text: str
    atoms: tuple[Atom, ...]
    gaps: tuple[int, ...]
    any_order: bool
    anchor: int
    need: frozenset[Atom]
    has_subject: bool


@dataclass(frozen=True, slots=True, eq=False)
class Tail:
    """A term of several words, found at its last one."""

    before: tuple[str, ...]
    atoms: frozenset[Atom]
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """What one word may stand for."""

    word: str
    atoms: frozenset[Atom]
    patterns: tuple[Pattern, ...] = ()
    tails: tuple[Tail, ...] = ()
    languages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Signs:
    """The atoms by which one language lowers, and how far its *not* reaches."""

    negation: Atom
    shield: Atom
    pause: Atom
    reach: tuple[int, int]


@dataclass(slots=True)
class Vocabulary:
    """Looks words up: as they are, by their beginning, respelled, then by likeness."""

    lexicons: tuple[Lexicon, ...]
    signs: tuple[Signs, ...]
    exact: dict[str, Entry]
    beginnings: dict[str, Entry]
    alike: dict[str, Entry]
    starred: dict[str, Entry]
    _heads: dict[str, tuple[int, ...]] = field(init=False)

    def __post_init__(self) -> None:
        lengths: dict[str, set[int]] = defaultdict(set)
        for beginning in self.beginnings:
            lengths[beginning[:HEAD]].add(len(beginning))
        self._heads = {head: tuple(sorted(of, reverse=True)) for head, of in lengths.items()}

    def look_up(self, token: str) -> Entry | None:
        """The entry of a word as it was typed, or None for a word of no concern."""
        word = fold(token)
        found = self._known(word)
        if found is not None:
            return found
        if not word.isascii():
            for shorter in unjoined(word):
                if (found := self._known(shorter)) is not None:
                    return found
        # Nearly every word that gets here is an ordinary one, so the rest is only tried on signs.
        if not word.isalpha() or is_stretched(word):
            for respelled in respellings(word):
                if (found := self._known(respelled)) is not None:
                    return found
            if "*" in word:
                return self.starred.get(word)
        return self._alike(word) if len(word) >= FUZZY - 1 else None

    def _known(self, word: str) -> Entry | None:
        found = self.exact.get(word)
        if found is None and (lengths := self._heads.get(word[:HEAD])):
            for length in lengths:
                if length <= len(word) and (found := self.beginnings.get(word[:length])):
                    return found
        return found

    def _alike(self, word: str) -> Entry | None:
        if (found := self.alike.get(word)) is not None or len(word) > 24:
            return found
        for shorter in near_misses(word):
            if (found := self.alike.get(shorter)) is not None:
                return found
        return None


def build_vocabulary(lexicons: Iterable[Lexicon]) -> Vocabulary:
    """One table of every language; the order of the lexicons breaks ties of detection."""
    return _Builder(tuple(lexicons)).build()


class _Builder:
    """Gathers atoms and patterns, then turns them round: from words to patterns."""

    def __init__(self, lexicons: tuple[Lexicon, ...]) -> None:
        self.lexicons = lexicons
        self.atoms: dict[frozenset[str], Atom] = {}
        self.holders: dict[str, set[Atom]] = defaultdict(set)
        self.languages: dict[str, set[int]] = defaultdict(set)
        self.patterns: list[Pattern] = []
        self.anchored: dict[Atom, list[int]] = defaultdict(list)
        self.next_atom = len(_SHARED)

    def build(self) -> Vocabulary:
        signs = tuple(self._signs(lexicon) for lexicon in self.lexicons)
        for number, lexicon in enumerate(self.lexicons):
            for word in lexicon.terms["common"]:
                self.languages[word].add(number)
            self.patterns += self._patterns(number, lexicon)
        for place, pattern in enumerate(self.patterns):
            self.anchored[pattern.atoms[pattern.anchor]].append(place)
        dull = {word for lexicon in self.lexicons for word in self._dull(lexicon)}
        exact, beginnings = self._turn_round(dull)
        return Vocabulary(
            self.lexicons, signs, exact, beginnings,
            _alike(exact, self.lexicons), _starred(exact, dull),
        )  # fmt: skip

    def _dull(self, lexicon: Lexicon) -> frozenset[str]:
        return lexicon.terms["common"] | lexicon.terms["ordinary"]

    def _atom(self, terms: frozenset[str]) -> Atom:
        if terms not in self.atoms:
            self.atoms[terms] = self._new_atom(terms)
        return self.atoms[terms]

    def _new_atom(self, terms: Iterable[str]) -> Atom:
        self.next_atom += 1
        for term in terms:
            self.holders[term].add(self.next_atom)
        return self.next_atom

    def _signs(self, lexicon: Lexicon) -> Signs:
        for name, atom in _SHARED.items():
            for term in lexicon.terms[name]:
                self.holders[term].add(atom)
        return Signs(
            negation=self._new_atom(lexicon.terms["negation"]),
            shield=self._new_atom(lexicon.terms["not negation"]),
            pause=self._new_atom(lexicon.terms["pauses"]),
            reach=lexicon.reach,
        )

    def _patterns(self, number: int, lexicon: Lexicon) -> Iterator[Pattern]:
        # An atom asked for by few phrases and holding no everyday word sets patterns off.
        asked: dict[frozenset[str], int] = defaultdict(int)
        phrases: list[tuple[Rule | None, Phrase]] = [(None, idiom) for idiom in lexicon.idioms]
        phrases += [(rule, rule.phrase) for rule in lexicon.rules]
        for _, phrase in phrases:
            for element in phrase.elements:
                asked[element.terms] += 1
        common, subjects = lexicon.terms["common"], lexicon.terms["subjects"]

        def dullness(terms: frozenset[str]) -> tuple[int, int]:
            return len(terms & common), asked[terms]

        for rule, phrase in phrases:
            terms = [element.terms for element in phrase.elements]
            atoms = tuple(self._atom(each) for each in terms)
            yield Pattern(
                rule, number, phrase.text, atoms,
                tuple(element.gap for element in phrase.elements), phrase.any_order,
                anchor=min(range(len(terms)), key=lambda at: dullness(terms[at])),
                need=frozenset(atoms),
                has_subject=not phrase.any_order and not terms[0].isdisjoint(subjects),
            )  # fmt: skip

    def _turn_round(self, dull: set[str]) -> tuple[dict[str, Entry], dict[str, Entry]]:
        starts = {term[:-1]: atoms for term, atoms in self.holders.items() if term[-1] == "*"}
        tails: dict[str, list[Tail]] = defaultdict(list)
        words = {term for term in self.holders if term[-1] != "*" and " " not in term}
        words |= {word for word in dull if " " not in word}
        words |= {word for lexicon in self.lexicons for word in lexicon.terms["alike"]}
        for term, atoms in self.holders.items():
            if " " in term:
                *before, last = term.split()
                words |= {*before, last}
                tails[last].append(Tail(tuple(before), frozenset(atoms), self._set_off_by(atoms)))
        # Everyday words of one language begin like grave ones of another: they stand as they are.
        exact = {word: self._entry(word, {} if word in dull else starts, tails) for word in words}
        beginnings = {start: self._entry(start, starts, {}, exact=False) for start in starts}
        return exact, beginnings

    def _entry(
        self, word: str, starts: dict[str, set[Atom]], tails: dict[str, list[Tail]], *,
        exact: bool = True,
    ) -> Entry:  # fmt: skip
        atoms = set(self.holders.get(word, ())) if exact else set()
        for length in range(HEAD, len(word) + 1):
            atoms |= starts.get(word[:length], set())
        return Entry(
            word if exact else "", frozenset(atoms), self._set_off_by(atoms),
            tuple(tails.get(word, ())), tuple(sorted(self.languages.get(word, ()))),
        )  # fmt: skip

    def _set_off_by(self, atoms: Iterable[Atom]) -> tuple[Pattern, ...]:
        places = (place for atom in set(atoms) for place in self.anchored.get(atom, ()))
        return tuple(self.patterns[place] for place in sorted(places))


def _alike(exact: dict[str, Entry], lexicons: tuple[Lexicon, ...]) -> dict[str, Entry]:
    """The words a lexicon names as often mistyped, and each of them less one letter."""
    named = {word: exact[word] for lexicon in lexicons for word in lexicon.terms["alike"]}
    alike = {miss: entry for word, entry in named.items() for miss in near_misses(word)}
    return {miss: entry for miss, entry in alike.items() if miss not in exact} | named


def _starred(exact: dict[str, Entry], dull: set[str]) -> dict[str, Entry]:
    """Words that matter with one or more inner letters as stars: ``k*ll``, ``r**e``."""
    starred: dict[str, Entry] = {}
    for word, entry in exact.items():
        if len(word) >= 4 and word not in dull and entry.patterns:
            for start in range(1, len(word) - 1):
                for end in range(start + 1, min(start + 4, len(word))):
                    starred.setdefault(word[:start] + "*" * (end - start) + word[end:], entry)
    return starred
