"""The extractor reads the files by itself; here it is held to the keys the house really uses."""

from io import BytesIO
from pathlib import Path

import pytest

from flows.document import ONE
from flows.edition import library_sources, make_edition
from locales.extraction import KEYWORDS, collect, extract_flow
from locales.lookup import Catalogues
from locales.words import Synonyms
from tenants.tenant import Tenant, load_tenants
from tenants.texts import texts

TENANTS = list(load_tenants().values())
TOOLS = ("page.", "messenger.", "typed.")


def _english_of(tenant: Tenant) -> dict[tuple[str, str], str | None]:
    english = make_edition(library_sources(tenant), tenant).english
    flows = {
        (key, text): english.get(key + ONE)
        for key, text in english.items()
        if not key.endswith(ONE)
    }
    return flows | dict.fromkeys(texts(tenant))


def test_every_text_the_house_says_is_extracted_under_its_own_key() -> None:
    extracted = {(source.key, source.english): source.one for source in collect()}
    said = {pair: one for tenant in TENANTS for pair, one in _english_of(tenant).items()}
    assert said
    assert said.items() - extracted.items() == set()
    # National numbers that no tenant shows yet are translated too.
    unsaid = {key for key, _ in extracted.keys() - said.keys()}
    assert {key for key in unsaid if not key.startswith((*TOOLS, "numbers."))} == set()


def test_the_pages_words_are_extracted() -> None:
    keys = {source.key for source in collect()}
    assert {"page.exit", "page.person", "page.numbers"} <= keys


@pytest.mark.parametrize("tenant", TENANTS, ids=lambda tenant: str(tenant.id))
def test_no_typed_word_names_two_choices_of_one_question(tenant: Tenant) -> None:
    synonyms = Synonyms(Catalogues.load())
    for flow in make_edition(library_sources(tenant), tenant).flows.values():
        for step in flow.steps.values():
            place = f"{flow.id}.{step.id}"
            words = [w for option in step.options for w in synonyms.of(option.key, place)]
            assert words or not step.options, place
            assert sorted({w for w in words if words.count(w) > 1}) == [], place


def test_a_flow_file_yields_its_texts_with_their_lines() -> None:
    source = (
        b"flow: entry\ntitle: Start\nhere:\n"
        b"  ask: Is it\n    you?\n  why: So.\n  choose one:\n    yes: Yes\n"
    )
    assert list(extract_flow(BytesIO(source), KEYWORDS, (), {})) == [
        (2, "pgettext", ("entry.title", "Start"), []),
        (4, "pgettext", ("entry.here.ask", "Is it you?"), []),
        (6, "pgettext", ("entry.here.why", "So."), []),
        (8, "pgettext", ("entry.here.choose.yes", "Yes"), []),
    ]


def test_a_stale_number_is_not_translated(tmp_path: Path) -> None:
    own = "own:\n  old:\n    label: Old\n    stale: gone\n  new:\n    label: New\n    hours: 24h\n"
    path = tmp_path / "tenants" / "harbour" / "numbers.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(own, encoding="utf-8")
    assert [source.key for source in collect(tmp_path)] == ["numbers.new.label"]
