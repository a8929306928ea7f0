"""What people type instead of pressing, in every language at once: words -> the choice they name.

Only a whole message counts, never a part of one, and a message that could name two choices names
none: it is then the visitor's own words, which a person reads.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Literal, get_args

from locales.lookup import Catalogues

Command = Literal["exit", "stop", "person", "numbers", "limits", "skip", "back"]

COMMANDS: tuple[Command, ...] = get_args(Command)
"""What is taken in every state, the most pressing first."""

TYPED = "typed"
SHARED = "choices"
LEANING = ("typed.refusing", "typed.agreeing")
LONGEST = 80
"""Nothing longer, in characters, is compared: it is a story, not an answer."""

_LETTERS = str.maketrans(
    # Strokes that Unicode does not decompose.
    dict(zip("łđøı", "ldoi", strict=True))
    # One Arabic letter has several code points by keyboard; marks on it are left out by some.
    | dict(zip("يىئكهةۃۂأإآٱؤ", "یییکہہہہاااا" + "و", strict=True))
    # An apostrophe is left out as often as it is typed: dont, it's.
    | dict.fromkeys("'’‘`´ʼـ")
)
_NOT_LETTERS = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """The text as it is compared: no case, accents, punctuation, or invisible and bidi signs.

    Marks are dropped from Latin and Arabic letters alone: elsewhere they are the vowels.
    """
    if text.isascii():
        return _NOT_LETTERS.sub(" ", text.lower().translate(_LETTERS)).strip()
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    kept = "".join(_without_marks(unicodedata.normalize("NFD", folded)))
    spelled = unicodedata.normalize("NFC", kept).translate(_LETTERS)
    return " ".join("".join(sign if _is_kept(sign) else " " for sign in spelled).split())


def _without_marks(text: str) -> Iterator[str]:
    base = ""
    for sign in text:
        category = unicodedata.category(sign)
        if category == "Cf":
            continue
        if category == "Mn" and base and _drops_marks(base):
            continue
        if category != "Mn":
            base = sign
        yield sign


def _drops_marks(letter: str) -> bool:
    return letter < "\u0250" or "\u0600" <= letter <= "\u06ff"


def _is_kept(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN"


class Synonyms:
    """The words that name each choice and command, over all languages; built once."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._labels: dict[str, frozenset[str]] = {}
        self._leaning: dict[tuple[str, str], frozenset[str]] = {}
        for language in catalogues.languages:
            for key, texts in catalogues.of_language(language).items():
                words = {plain(word) for text in texts for word in _parts(key, text)} - {""}
                self._labels[key] = self._labels.get(key, frozenset()) | words
                if key in LEANING:
                    self._leaning[language, key.removeprefix(f"{TYPED}.")] = frozenset(words)
        self._known: dict[tuple[str, str], frozenset[str]] = {}

    def of(self, key: str, step: str = "") -> frozenset[str]:
        """Everything that names a choice, plain: its labels in all languages and what is typed.

        `victim.contact.choose.call` is named by its own label and by `typed.contact.call`;
        `choices.yes` by `typed.yes`, and at the step `entry.safe-to-talk` by
        `typed.safe-to-talk.yes` too; `typed.exit` by what its button says too.
        """
        if (key, step) not in self._known:
            keys = (key, *_typed_keys(key, step), *_buttons(key))
            self._known[key, step] = frozenset().union(
                *(self._labels.get(name, frozenset()) for name in keys)
            )
        return self._known[key, step]

    def named(
        self, text: str, keys: Iterable[str], *, step: str = "", careful: bool = False
    ) -> str | None:
        """The one choice of these keys that a typed text names; None when none or several.

        `step` is `flow.step`, for choices that several questions share. Be `careful` where a wrong
        yes is dangerous, such as *is it safe*: a word that may only mean *I have read this* then
        names nothing.
        """
        if len(text) > LONGEST or not (typed := plain(text)):
            return None
        if careful and typed in self.of(f"{TYPED}.read-this"):
            return None
        # A label is meant as it stands, even where a looser word elsewhere is spelled the same.
        keys = list(dict.fromkeys(keys))
        exact = [key for key in keys if typed in self._labels.get(key, ())]
        found = exact or [key for key in keys if typed in self.of(key, step)]
        return found[0] if len(found) == 1 else None

    def leans(self, text: str, language: str) -> Literal["yes", "no", ""]:
        """Whether words come to a yes or a no, whatever else they say; empty where it is not plain.

        Only for questions at which a wrong *no* costs little, and everything is read by a person.
        One language at a time: *ha* is a yes in several and a *do not* in Somali.
        """
        typed = f" {plain(text)} "
        is_no = any(f" {word} " in typed for word in self._leaning.get((language, "refusing"), ()))
        is_yes = any(f" {word} " in typed for word in self._leaning.get((language, "agreeing"), ()))
        if is_no == is_yes:
            return ""
        return "no" if is_no else "yes"

    def places(self, text: str) -> tuple[int, ...]:
        """The numbers of a list such as *1, 3 and 4*, each once; empty where words are too."""
        words = [word for word in plain(text).split() if word not in self.of(f"{TYPED}.and")]
        if not words or not all(word.isdecimal() and len(word) < 4 for word in words):
            return ()
        return tuple(dict.fromkeys(map(int, words)))

    def command(self, text: str) -> Command | None:
        """What a typed text asks for that works everywhere; a step's own choices come before it."""
        if len(text) > LONGEST or not (typed := plain(text)):
            return None
        return next((name for name in COMMANDS if typed in self.of(f"{TYPED}.{name}")), None)


def _parts(key: str, text: str) -> list[str]:
    """A list of typed words parted by its commas, which Urdu and Arabic write their own way."""
    return re.split("[,،]", text) if key.startswith(f"{TYPED}.") else [text]


def _typed_keys(key: str, step: str) -> Iterator[str]:
    """From the closest to the loosest: `typed.flow.step.value`, `.step.value`, `.value`."""
    path, choose, value = key.partition(".choose.")
    if not choose:
        shared, _, value = key.partition(".")
        if shared != SHARED:
            return
        path = step
    if path:
        _, _, name = path.partition(".")
        yield from (f"{TYPED}.{path}.{value}", f"{TYPED}.{name}.{value}")
    yield f"{TYPED}.{value}"


def _buttons(key: str) -> Iterator[str]:
    name = key.removeprefix(f"{TYPED}.")
    if name in COMMANDS:
        yield from (f"page.{name}", f"page.{name}.first", f"page.quiet.{name}")
