"""One row for each route and each kind of frame: the names that it reads, and what it may show.

The routes come from the real router and the frames from the real readers; what has no row here
fails the build.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aiohttp import web

from bot.channels.webchat import frames

RouteKey = tuple[str, str]
"""The method and the pattern, as the router writes them."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a route reads. ``form`` holds usual values; an empty one is filled with an id."""

    query: tuple[str, ...] = ()
    form: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    shows_contact: bool = False
    tells_managers: bool = False
    streams: bool = False
    moves: bool = False
    counts: bool = False


_ID = ("",)
_MOVE = {"csrf": _ID, "id": _ID}
_FORM = _MOVE | {"based_on": ("0", "1", "x")}
_CASE = "/staff/{tenant}/cases/{reference}"
_SKILLS = {
    "csrf": _ID,
    "person": _ID,
    "version": ("", "0"),
    "capacity": ("", "3", "x"),
    "gender": ("", "woman"),
}
_ON_CALL = "/staff/{tenant}/on-call"
_DUTY = {
    "who": ("", "Mo"),
    "number": ("", "07700 900123"),
    "from": ("", "2026-11-24T08:00"),
    "until": ("", "2026-11-25T08:00"),
}
_SIGN_IN = {
    "name": _ID,
    "password": ("not the password",),
    "code": ("000000",),
    "reference": _ID,
    "text": ("", "half written"),
    "to": ("", "note", "risk", "nonsense"),
    "kept-note": ("", "half a note"),
}
_TALK = {
    "talk": _ID,
    "id": _ID,
    "do": (
        *("", "begin", "skip", "back", "person", "numbers", "limits", "choices", "stop"),
        *("words", "word"),
    ),
    "lang": ("en", "pl", "xx"),
    "text": ("", "hello"),
    "choice": ("", "yes", "nonsense"),
    "language": ("", "ur", "xx"),
    "door": ("", "using-abuse", "nonsense"),
    "word": ("", "no such word", "x"),
    "other": ("", "another word"),
}

ROWS: Mapping[RouteKey, Row] = {
    ("GET", "/c/{tenant}"): Row(query=("language",)),
    ("POST", "/c/{tenant}"): Row(form=_TALK),
    ("GET", "/c/{tenant}/words/{language}.json"): Row(),
    ("GET", "/c/{tenant}/media/{name}"): Row(),
    ("GET", "/c/{tenant}/exit"): Row(),
    ("POST", "/c/{tenant}/exit"): Row(),
    ("GET", "/ws/chat/{tenant}"): Row(),  # As a plain request; tests.matrix.sockets speaks it.
    ("POST", "/c/{tenant}/line"): Row(),  # As a plain request; tests.bot.test_posted speaks it.
    ("GET", "/widget/v1.js"): Row(),
    ("POST", "/hooks/telegram/{place}"): Row(form={"update_id": _ID}),
    ("GET", "/page"): Row(),
    ("GET", "/static/console/{file}"): Row(),
    ("GET", "/staff/{tenant}/sign-in"): Row(query=("reference", "name", "text")),
    ("POST", "/staff/{tenant}/sign-in"): Row(form=_SIGN_IN),
    ("POST", "/staff/{tenant}/keep"): Row(
        form={"reference": _ID, "text": ("", "half written"), "name": _ID}
    ),
    ("POST", "/staff/{tenant}/sign-out"): Row(form={"csrf": _ID}),
    ("GET", "/staff/{tenant}"): Row(),
    ("GET", "/staff/{tenant}/queue"): Row(query=("open",)),
    ("GET", "/staff/{tenant}/live"): Row(query=("case",), streams=True),
    ("POST", "/staff/{tenant}/shift"): Row(form={"csrf": _ID, "do": ("start",)}),
    ("GET", "/staff/{tenant}/enter"): Row(query=("door",)),
    ("POST", "/staff/{tenant}/enter"): Row(
        form=_MOVE
        | {
            "door": ("victim", "using-abuse", "nonsense"),
            "channel": ("phone", "nonsense"),
            "language": ("en", "xx"),
            "hold": ("me", "queue"),
            "victim.hurt": ("recent", "nonsense"),
            "victim.most-afraid:words": ("", "quite long words of mine"),
        },
        moves=True,
    ),
    ("GET", _CASE): Row(),
    ("GET", f"{_CASE}/now"): Row(query=("stamp", "after")),
    ("POST", f"{_CASE}/claim"): Row(form=_MOVE, moves=True),
    ("POST", f"{_CASE}/reply"): Row(form=_MOVE | {"text": ("", "a reply")}, moves=True),
    ("POST", f"{_CASE}/phrase"): Row(
        form=_MOVE | {"text": ("", "half written"), "phrase": ("hello", "x")}
    ),
    ("POST", f"{_CASE}/give-back"): Row(form=_MOVE, moves=True),
    ("POST", f"{_CASE}/close"): Row(form=_MOVE | {"outcome": ("", "left")}, moves=True),
    ("POST", f"{_CASE}/contact"): Row(
        form=_MOVE | {"reason": ("call-back", "call-back", "")}, shows_contact=True
    ),
    ("GET", "/staff/{tenant}/skills"): Row(),
    ("POST", "/staff/{tenant}/skills"): Row(form=_SKILLS),
    ("GET", "/staff/{tenant}/openings"): Row(tells_managers=True),
    ("POST", "/staff/{tenant}/next"): Row(form=_MOVE),
    ("POST", "/staff/{tenant}/limit"): Row(form={"csrf": _ID, "at-once": ("", "19", "x")}),
    ("POST", f"{_CASE}/offer"): Row(
        form=_MOVE | {"to": ("", "staff:nobody", "queue:victim"), "as": ("holder", "second")},
        moves=True,
    ),
    ("POST", f"{_CASE}/accept"): Row(form=_MOVE, moves=True),
    ("POST", f"{_CASE}/say-no"): Row(form=_MOVE | {"reason": ("busy", "", "x")}, moves=True),
    ("POST", f"{_CASE}/withdraw"): Row(form=_MOVE, moves=True),
    ("POST", f"{_CASE}/take-over"): Row(form=_MOVE | {"reason": ("danger", "")}, moves=True),
    ("POST", f"{_CASE}/leave"): Row(form=_MOVE, moves=True),
    ("POST", f"{_CASE}/listen"): Row(form=_MOVE, moves=True),
    ("POST", f"{_CASE}/whisper"): Row(form=_MOVE | {"text": ("", "among us")}, moves=True),
    ("POST", f"{_CASE}/know"): Row(form=_MOVE, moves=True),
    ("POST", f"{_CASE}/conflict-seen"): Row(form=_MOVE, moves=True),
    ("POST", f"{_CASE}/open"): Row(form=_MOVE | {"reason": ("cover", "", "x")}, moves=True),
    ("GET", f"{_CASE}/file"): Row(),
    ("POST", f"{_CASE}/note"): Row(form=_MOVE | {"note": ("", "a private note")}, moves=True),
    ("GET", f"{_CASE}/risk"): Row(query=("form",)),
    ("POST", f"{_CASE}/risk"): Row(
        form=_FORM
        | {
            "form": ("adult", "young", ""),
            "source": ("person-said", ""),
            "area": ("leicester", ""),
            "reports": ("", "2", "many"),
            "raise": ("", "1"),
            "why": ("", "because of this"),
            "topic-neck": ("yes", "declined"),
        },
        moves=True,
    ),
    ("GET", f"{_CASE}/decisions"): Row(),
    ("POST", f"{_CASE}/decisions"): Row(
        form=_FORM
        | {
            "concern": ("child", "own-life", "nonsense"),
            "decided": ("", "known", "talked"),
            "told": ("yes", ""),
            "why": ("", "because of this"),
        },
        moves=True,
    ),
    ("GET", f"{_CASE}/marac"): Row(),
    ("POST", f"{_CASE}/marac"): Row(
        form=_FORM
        | {"criterion-repeat": ("yes", ""), "agreed": ("yes", "no", ""), "why": ("", "why not")},
        moves=True,
    ),
    ("POST", f"{_CASE}/marac/print"): Row(
        form={"csrf": _ID, "as": ("json", "json", "pdf")}, shows_contact=True
    ),
    ("GET", f"{_CASE}/plan"): Row(query=("whose",)),
    ("POST", f"{_CASE}/plan"): Row(
        form=_FORM
        | {"whose": ("adult", "child", ""), "copy": ("no", ""), "part-word": ("", "a word")},
        moves=True,
    ),
    ("POST", f"{_CASE}/plan/print"): Row(
        form={"csrf": _ID, "as": ("json", "json", "pdf"), "whose": ("adult", "child", "")},
        shows_contact=True,
    ),
    ("GET", f"{_CASE}/review"): Row(),
    ("POST", f"{_CASE}/review"): Row(
        form=_FORM | {"outcome": ("keep", "leave"), "by": ("2030-01-01", ""), "why": ("", "why")},
        moves=True,
    ),
    ("GET", "/staff/{tenant}/register"): Row(),
    ("GET", "/staff/{tenant}/calls"): Row(),
    ("GET", f"{_CASE}/calls"): Row(),
    ("POST", f"{_CASE}/calls"): Row(
        form=_MOVE
        | {"due": ("2026-11-23T10:00", "never"), "is_read": ("yes", ""), "on": ("0", "x")},
        moves=True,
    ),
    ("POST", f"{_CASE}/calls/result"): Row(
        form=_MOVE | {"result": ("no-answer", "", "x"), "on": ("0", "1")}, moves=True
    ),
    ("GET", f"{_CASE}/card"): Row(),
    ("POST", f"{_CASE}/card"): Row(form=_MOVE | {"reason": ("call-back", "")}, shows_contact=True),
    ("GET", f"{_CASE}/word"): Row(),
    ("POST", f"{_CASE}/word"): Row(form=_MOVE | {"said": ("no such word", "")}, moves=True),
    # Each try stands on the page after it; tests/console/test_word.py compares the answers.
    ("POST", f"{_CASE}/join"): Row(
        form=_MOVE | {"earlier": _ID, "said": ("no such word", "")}, moves=True, counts=True
    ),
    ("GET", f"{_CASE}/agreed"): Row(),
    ("POST", f"{_CASE}/agreed"): Row(
        form=_MOVE | {"text": ("", "a plan"), "version": ("0", "x")}, moves=True
    ),
    ("POST", f"{_CASE}/boundary"): Row(form=_MOVE | {"what": ("one-topic", "x")}, moves=True),
    ("POST", f"{_CASE}/boundary/decide"): Row(form=_MOVE | {"do": ("approve", "end")}, moves=True),
    ("GET", "/staff/{tenant}/partners"): Row(),
    ("POST", "/staff/{tenant}/partners"): Row(
        form=_MOVE | {"service": ("helpline", "x"), "url": ("http://elsewhere.example", "x")}
    ),
    ("GET", f"{_CASE}/referrals"): Row(),
    ("POST", f"{_CASE}/referrals"): Row(
        form=_MOVE
        | {
            "service": ("helpline", "x"),
            "do": ("permitted", "sent", "x"),
            "reason": ("said-yes", ""),
            "unmet": ("", "language"),
            "on": ("0", "x"),
        },
        moves=True,
    ),
    ("POST", f"{_CASE}/referrals/file"): Row(
        form={"csrf": _ID, "service": ("helpline", "x")}, shows_contact=True
    ),
    ("POST", f"{_CASE}/seen"): Row(form=_MOVE | {"watch": ("", "nonsense")}, moves=True),
    ("GET", f"{_CASE}/duty"): Row(),
    ("POST", f"{_CASE}/duty"): Row(
        form=_MOVE | {"decided": ("", "wait"), "why": ("", "because"), "based_on": ("0", "1")},
        moves=True,
    ),
    ("GET", _ON_CALL): Row(),
    ("POST", _ON_CALL): Row(form={"csrf": _ID, **_DUTY}),
    ("POST", f"{_ON_CALL}/test"): Row(form=_MOVE | {"duty": ("", "nonsense")}),
    ("POST", f"{_ON_CALL}/answered"): Row(form=_MOVE | {"duty": ("", "nonsense")}),
    ("POST", f"{_ON_CALL}/withdraw"): Row(form=_MOVE | {"duty": ("", "nonsense")}),
    ("POST", f"{_ON_CALL}/seen"): Row(form=_MOVE, moves=True),
    ("GET", "/healthz"): Row(),
    ("GET", "/readyz"): Row(),
    ("GET", "/metrics"): Row(counts=True),
}

FRAME_ROWS: Mapping[str, Mapping[str, object]] = {
    "hello": {"language": "en"},
    "text": {"text": "quite long words of mine", "seen": 0},
    "choice": {"value": "yes", "seen": 0},
    "choices": {"values": ["home", "nonsense"]},
    "language": {"value": "pl"},
    "skip": {},
    "back": {},
    "numbers": {},
    "limits": {},
    "words": {"word": "a word of mine", "other": "another word"},
    "word": {"word": "no such word"},
    "person": {},
    "door": {"value": "using-abuse"},
    "exit": {},
    "stop": {},
}
"""Each kind of frame with its other parts, in an order in which one talk can take them."""


def keys_of(router: web.UrlDispatcher) -> frozenset[RouteKey]:
    """Every method and pattern of a router; HEAD is its GET."""
    found = set()
    for resource in router.resources():
        for route in resource:
            method = "GET" if route.method == "HEAD" else route.method
            found.add((method, resource.canonical))
    return frozenset(found)


def methods_of(router: web.UrlDispatcher, pattern: str) -> frozenset[str]:
    """The methods that a pattern is registered for."""
    return frozenset(
        r.method for r in router.routes() if r.resource and pattern == r.resource.canonical
    )


def frame_types() -> frozenset[str]:
    """Every kind of frame that the socket reads."""
    return frozenset({"hello", frames.WORD, *frames._EVENTS, *frames._ACTS})  # noqa: SLF001 - the real tables.


class RowMissing(AssertionError):
    """Something can be asked that the tenant matrix does not ask: add its row."""


def require_rows(router: web.UrlDispatcher, types: Iterable[str]) -> None:
    """Raise RowMissing, naming each route and frame without a row, and each row without a route."""
    wanted, kinds = keys_of(router), frozenset(types)
    lines = [f"route without a row: {method} {path}" for method, path in wanted - ROWS.keys()]
    lines += [f"row without a route: {method} {path}" for method, path in ROWS.keys() - wanted]
    lines += [f"frame without a row: {kind}" for kind in kinds - FRAME_ROWS.keys()]
    lines += [f"row without a frame: {kind}" for kind in FRAME_ROWS.keys() - kinds]
    if lines:
        where = "tests/matrix/rows.py says for each what it reads and may show (I10, I14)"
        raise RowMissing("\n".join((*sorted(lines), where)))
