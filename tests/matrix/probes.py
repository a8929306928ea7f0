"""What is asked: for each row and principal, every place of an id, filled with what is not theirs.

A probe with a foreign or hidden id has a twin with one that belongs to nobody; both must be
answered alike.
"""

import random
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from handoff.reference import make_reference
from tests.matrix.canaries import Person, Told, may_see_case
from tests.matrix.house import MatrixHouse, other_than
from tests.matrix.rows import ROWS, RouteKey, Row, methods_of

REFERENCES = frozenset({"reference", "open", "case", "earlier"})
HEADERS: tuple[Mapping[str, str], ...] = (
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Host": "elsewhere.example"},
)
CARRIERS = ("Last-Event-ID", "X-Forwarded-For", "Referer", "If-None-Match", "Authorization")
"""Headers that a mistake could read an id from."""

CURSORS = ("0", "1", "999999999", "-1", "9" * 40, "ten")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. ``ids`` are what it carries that a twin has otherwise."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    body: bytes | None = None

    def carries(self, text: str) -> bool:
        """Whether the request itself holds this string, so that an answer may say it back."""
        whole = (
            self.path,
            *self.query.values(),
            *(self.form or {}).values(),
            *self.headers.values(),
            *self.cookies.values(),
        )
        return any(text in part for part in whole)


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing to try. ``twin`` must be answered alike; ``breaks``: the tenant's store does."""

    kind: str
    known: Asked
    twin: Asked | None = None
    breaks: bool = False


@dataclass(frozen=True, slots=True)
class Prober:
    """Makes the probes of one row for one principal.

    ``share`` is how many of them get the probes that hardly depend on who asks.
    """

    house: MatrixHouse
    key: RouteKey
    person: Person
    share: float = 1.0

    @property
    def row(self) -> Row:
        return ROWS[self.key]

    @property
    def chance(self) -> random.Random:
        return self.house.chance

    def attacks(self) -> Iterator[Probe]:
        """Every probe that may change nothing of anybody else's."""
        yield from self._other_tenant()
        yield from self._references()
        yield from self._form_ids()
        yield from self._cookies()
        yield from self._cursors()
        if self.chance.random() < self.share:
            yield from self._unknown_tenants()
            yield from self._headers()
            yield from self._errors()

    def own(self) -> Iterator[Probe]:
        """What they may really do, with their own ids."""
        for method in methods_of(self.house.app.router, self.key[1]) & {self.key[0], "HEAD"}:
            told = self.chance.choice(self._visible() or self._foreign())
            yield Probe("own", replace(self._ask(told), method=method))

    def _ask(self, told: Told, **parts: str) -> Asked:
        """The request with a case's own ids, at the principal's own tenant."""
        method, pattern = self.key
        path = pattern.format(
            tenant=parts.get("tenant", self.person.tenant),
            reference=parts.get("reference", told.reference),
            language=self.chance.choice(("en", "pl", "xx")),
            place=secrets.token_hex(32),
            file=self.chance.choice(("desk.css", "desk.js", "..%2fgate.py")),
            name=self.chance.choice(("a.mp4", f"{'0' * 32}.mp3", "..%2ftenant.yaml")),
        )
        if path == "/page":
            path += self.chance.choice(("/page.css", "/../routes.py", "/talk.js", "/"))
        names = {name: self._fill(name, told, ("",)) for name in self.row.query}
        form = {name: self._fill(name, told, usual) for name, usual in self.row.form.items()}
        return Asked(
            method,
            path,
            query=names,
            form=form if method == "POST" else None,
            headers=self._accept(),
            cookies=self.person.cookies,
        )

    def _accept(self) -> Mapping[str, str]:
        """A page of ours asks with a script as often as without."""
        is_script = self.key[1].startswith("/staff") and self.chance.random() < 0.5
        return {"Accept": "application/json"} if is_script else {}

    def _fill(self, name: str, told: Told, usual: tuple[str, ...]) -> str:
        match name:
            case "csrf":
                return self.person.csrf
            case "talk" if self.person.told is not None:
                return self.person.told.way_back
            case "id":
                return str(UUID(bytes=self.chance.randbytes(16)))
            case _ if name in REFERENCES:
                return told.reference
            case "stamp":
                return "1.away"
            case "after":
                return "2"
            case "name":
                return self.person.sign_in_name
        return self.chance.choice(usual)

    # --- Whose ids ---------------------------------------------------------------------------

    def _foreign(self) -> list[Told]:
        return self.house.cases_of(other_than(self.person.tenant))

    @property
    def changes_something(self) -> bool:
        """Whether the same request twice would find things otherwise the second time."""
        talks = "talk" in self.row.form and self.person.told is not None
        return self.row.moves or talks

    def _visible(self) -> list[Told]:
        here = self.house.cases_of(self.person.tenant)
        return [told for told in here if may_see_case(self.person, told)]

    def _hidden(self) -> list[Told]:
        here = self.house.cases_of(self.person.tenant)
        return [told for told in here if not may_see_case(self.person, told)]

    def _theirs(self) -> Iterator[tuple[str, Told]]:
        """One case of the other tenant, and one that is hidden in the own."""
        yield "another tenant's", self.chance.choice(self._foreign())
        if hidden := self._hidden():
            yield "a hidden", self.chance.choice(hidden)

    def _unknown_reference(self) -> str:
        return make_reference(self.chance.getrandbits(48))

    # --- The kinds ---------------------------------------------------------------------------

    def _other_tenant(self) -> Iterator[Probe]:
        """Their own cookies and tokens at the other tenant's address, with its own ids."""
        if "{tenant}" not in self.key[1]:
            return
        there = other_than(self.person.tenant)
        told = self.chance.choice(self._foreign())
        asked = self._ask(told, tenant=there)
        strange = {name: secrets.token_urlsafe(32) for name in asked.cookies}
        forms = {}
        if "talk" in (asked.form or {}) and self.person.told is not None:
            forms["talk"] = (self.person.told.way_back, secrets.token_urlsafe(32))
        yield self._pair("tenant in the path", asked, forms=forms, cookies=strange)

    def _unknown_tenants(self) -> Iterator[Probe]:
        if "{tenant}" not in self.key[1]:
            return
        told, here = self.chance.choice(self._foreign()), self.person.tenant
        for tenant in ("nowhere", f"{here}%2f..%2f{other_than(here)}"):
            yield Probe("unknown tenant", self._ask(told, tenant=tenant))

    def _references(self) -> Iterator[Probe]:
        for whose, told in self._theirs():
            if "{reference}" in self.key[1]:
                asked, unknown = self._ask(told), self._unknown_reference()
                known = told.reference
                twin = replace(asked, path=asked.path.replace(known, unknown), ids=(unknown,))
                yield Probe(f"{whose} reference in the path", replace(asked, ids=(known,)), twin)
            for name in REFERENCES & {*self.row.query, *self.row.form}:
                own = self.chance.choice(self._visible() or [told])
                values = {name: (told.reference, self._unknown_reference())}
                asked = self._ask(own)
                if name in self.row.query:
                    yield self._pair(f"{whose} reference in the query", asked, queries=values)
                else:
                    yield self._pair(f"{whose} reference in the form", asked, forms=values)

    def _form_ids(self) -> Iterator[Probe]:
        if self.key[0] != "POST":
            return
        for whose, told in self._theirs():
            own = self.chance.choice(self._visible() or [told])
            if "talk" in self.row.form:
                strange = secrets.token_urlsafe(32)
                talk = {"talk": (told.way_back, strange)}
                yield self._pair(f"{whose} way back", self._ask(own), forms=talk)
                if told.tenant != self.person.tenant:
                    both = replace(self._ask(own), cookies={"n": told.cookie})
                    cookie = {"n": secrets.token_urlsafe(32)}
                    yield self._pair(
                        f"{whose} way back and cookie", both, forms=talk, cookies=cookie
                    )
            if "id" in self.row.form:
                # What is done under it changes how things stand, so there is no twin; the socket's
                # matrix compares two whole talks.
                asked = self._ask(own)
                form = {**(asked.form or {}), "id": told.used_id}
                yield Probe(f"{whose} id of a message", replace(asked, form=form))
        yield from self._form_tokens()
        yield from self._names()

    def _form_tokens(self) -> Iterator[Probe]:
        others = [p for p in self.house.people if p.csrf and p is not self.person]
        if "csrf" not in self.row.form or not others:
            return
        own = self.chance.choice(self._visible() or self._foreign())
        for other in (self.house.twin_of(self.person), self.chance.choice(others)):
            csrf = {"csrf": (other.csrf or secrets.token_urlsafe(32), secrets.token_urlsafe(32))}
            yield self._pair("form token of another session", self._ask(own), forms=csrf)

    def _names(self) -> Iterator[Probe]:
        """Who has an account here, or there: the same answer as for nobody (I14)."""
        if "password" not in self.row.form:
            return
        own = self.chance.choice(self._visible() or self._foreign())
        for tenant in (self.person.tenant, other_than(self.person.tenant)):
            staff = [p for p in self.house.people if p.tenant == tenant and p.sign_in_name]
            known = self.chance.choice(staff).sign_in_name
            names = {"name": (known, f"zqx{self.chance.randbytes(8).hex()}")}
            yield self._pair("a known name", self._ask(own), forms=names)

    def _cookies(self) -> Iterator[Probe]:
        """The other tenant's cookies, at the own address."""
        told = self.chance.choice(self._foreign())
        own = self.chance.choice(self._visible() or [told])
        staff = [p for p in self.house.people if p.role and p.tenant == told.tenant]
        cookies = {"n": told.cookie, "staff": self.chance.choice(staff).cookies["staff"]}
        strange = {name: secrets.token_urlsafe(32) for name in cookies}
        asked = replace(self._ask(own), cookies=cookies)
        yield self._pair("cookie of another tenant", asked, cookies=strange)

    def _cursors(self) -> Iterator[Probe]:
        for name in {"after", "stamp"} & {*self.row.query}:
            for told in (*self._visible()[:1], *self._hidden()[:1], self._foreign()[0]):
                asked = self._ask(told)
                value = self.chance.choice(CURSORS)
                yield Probe("cursor", replace(asked, query={**asked.query, name: value}))

    def _headers(self) -> Iterator[Probe]:
        own = self.chance.choice(self._visible() or self._foreign())
        yield Probe(
            "origin",
            replace(self._ask(own), headers={**self._accept(), **self.chance.choice(HEADERS)}),
        )
        told = self.chance.choice([told for told in self._foreign() if told is not own])
        asked, name = self._ask(own), self.chance.choice(CARRIERS)
        known, unknown = told.reference, self._unknown_reference()
        if self.changes_something:
            yield Probe("id in a header", replace(asked, headers={name: known}))
            return
        yield Probe(
            "id in a header",
            replace(asked, headers={name: known}, ids=(known,)),
            replace(asked, headers={name: unknown}, ids=(unknown,)),
        )

    def _errors(self) -> Iterator[Probe]:
        told, unknown = self.chance.choice(self._foreign()), self._unknown_reference()
        known = told.reference
        asked = replace(self._ask(told), ids=(known,))
        wrong = self.chance.choice(("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"))
        asked = replace(asked, method=wrong)
        path = asked.path.replace(known, unknown)
        yield Probe("wrong method", asked, replace(asked, path=path, ids=(unknown,)))
        more = replace(asked, method="GET", form=None, path=f"{asked.path}/{known}")
        path = more.path.replace(known, unknown)
        yield Probe("no such page", more, replace(more, path=path, ids=(unknown,)))
        if self.key[0] == "POST":
            own = self.chance.choice(self._visible() or [told])
            broken = {"Content-Type": "multipart/form-data; boundary=b"}
            body = f"--b\r\nbroken {known}".encode()
            asked = replace(self._ask(own), form=None, headers=broken, body=body)
            yield Probe("broken body", asked)
            large = {"Content-Type": "application/x-www-form-urlencoded"}
            body = b"text=" + b"a" * 300_000
            yield Probe("oversized body", replace(asked, headers=large, body=body))
        own = self.chance.choice(self._visible() or [told])
        yield Probe("broken store", self._ask(own), breaks=True)

    def _pair(
        self,
        kind: str,
        asked: Asked,
        *,
        queries: Mapping[str, tuple[str, str]] | None = None,
        forms: Mapping[str, tuple[str, str]] | None = None,
        cookies: Mapping[str, str] | None = None,
    ) -> Probe:
        """The known value and its unknown twin in each place; ``cookies`` are the twin's."""
        fields = {**(queries or {}), **(forms or {})}
        first = {name: values[0] for name, values in fields.items()}
        second = {name: values[1] for name, values in fields.items()}
        known, twin = asked, asked
        for place, named in (("query", queries), ("form", forms)):
            if named:
                before: Mapping[str, str] = getattr(asked, place) or {}
                ours = {name: first[name] for name in named}
                known = replace(known, **{place: {**before, **ours}})  # type: ignore[arg-type]
                others = {name: second[name] for name in named}
                twin = replace(twin, **{place: {**before, **others}})  # type: ignore[arg-type]
        ids = (*first.values(), *(asked.cookies.values() if cookies else ()))
        strange = (*second.values(), *(cookies or {}).values())
        twin = replace(twin, cookies=cookies if cookies is not None else twin.cookies)
        return Probe(kind, replace(known, ids=ids), replace(twin, ids=strange))
