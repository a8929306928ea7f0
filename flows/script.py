"""Which language a text is in, by its script, its everyday words and the rules it set off.

Refuses to guess without a sign: then it is ``und``. Nothing in screening depends on it.
"""

import unicodedata
from collections import Counter

from flows.match import Reading
from flows.vocabulary import Vocabulary

_LOOK = 200
"""The first letters that are enough to tell a script."""


def detect_language(text: str, reading: Reading, vocabulary: Vocabulary) -> str:
    """The code of the likeliest language whose lexicon is loaded, else ``und``."""
    counts = Counter(reading.languages)
    script = _script_of(text)
    lexicons = vocabulary.lexicons
    written = [n for n, lexicon in enumerate(lexicons) if script in lexicon.scripts]
    if not written or (script == "latin" and not any(counts[n] for n in written)):
        return "und"
    # Of languages that tie, the one whose own script it is; then English, then file order.
    best = max(
        written,
        key=lambda n: (counts[n], lexicons[n].scripts[0] == script, lexicons[n].language == "en"),
    )
    return lexicons[best].language


def _script_of(text: str) -> str:
    if text.isascii():
        return "latin"
    scripts: Counter[str] = Counter()
    for sign in text[:_LOOK]:
        if sign.isalpha():
            scripts["latin" if sign < "\u0250" else _block(sign)] += 1
    return scripts.most_common(1)[0][0] if scripts else "latin"


def _block(sign: str) -> str:
    return unicodedata.name(sign, "unknown").split()[0].lower()
