"""Every proof can fail: the library is spoiled in one place, and the named proof says so.

Twenty-six defects of flows, ten of texts, six of a tenant's files; fifteen of the engine
stand in `test_engine_seeded.py`.
"""

from dataclasses import replace

import pytest

from bot.checking import look_up
from flows.proofs import prove_tenant, prove_texts
from tenants.numbers import Side
from tests.flows.proving import (
    broken,
    broken_files,
    broken_moves,
    catalogues,
    edition,
    explored,
    harbour,
    proof_of,
    spoiled,
)
from tests.flows.test_engine_seeded import ENGINE_DEFECTS

OF_MOVES = {"P2", "P4", "P5", "P10", "P11", "P17"}
"""Rules that no text and no tenant's file breaks: a path leads to whatever breaks one."""

FLOW_DEFECTS = {
    "an answer of danger without its urgency": (
        "entry.yaml",
        "    yes: {imminence: now}\n",
        "    yes: {severity: concern}\n",
        ("P3", "'yes' of 'danger-now'"),
    ),
    "a lowered urgency": (
        "victim.yaml",
        "    taken: {severity: severe, imminence: now}\n",
        "    taken: {severity: serious, imminence: recent}\n",
        ("P3", "'taken' of 'own-life'"),
    ),
    "a question that identifies before the limits": (
        "entry.yaml",
        "leaving:\n  about: limits\n",
        (
            "name:\n  ask: What is your name?\n  in your own words: yes\n"
            "  identifies: yes\nleaving:\n  about: limits\n"
        ),
        ("P4", "entry.yaml"),
    ),
    "an unmarked question that identifies before the limits": (
        "entry.yaml",
        "leaving:\n  about: limits\n",
        (
            "name:\n  ask: What is your name?\n  in your own words: yes\n"
            "  intake: person.name\nleaving:\n  about: limits\n"
        ),
        ("P4", "entry.yaml"),
    ),
    "a skip that counts as safe": (
        "entry.yaml",
        "  safe if: [yes]\n",
        "  safe if: [yes, skipped]\n",
        ("P5", "a skipped safety question counts as safe"),
    ),
    "a skip that leads back to its question": (
        "victim.yaml",
        "  then: {skipped: own-life}\n",
        "  then: {skipped: hurt}\n",
        ("P5", "a skipped question is asked again"),
    ),
    "a skipped question that comes again later": (
        "victim.yaml",
        "  then: {none: most-afraid, skipped: most-afraid}\n",
        "  then: {none: most-afraid, skipped: hurt}\n",
        ("P5", "a skipped question comes again"),
    ),
    "a skipped contact that is asked for all the same": (
        "victim.yaml",
        "  then: {no: placed, skipped: placed}\n",
        "  then: {no: placed}\n",
        ("P5", "contact was skipped and is asked for"),
    ),
    "a jump from the using-abuse door to the victim's": (
        "using-abuse.yaml",
        "  then: {under-16: flow young-people, 16-or-17: flow young-people}\n",
        "  then: {under-16: flow young-people, 16-or-17: flow victim}\n",
        ("P6", "a talk on the using-abuse side goes on in 'victim'"),
    ),
    "a jump from the victim's door to the using-abuse one": (
        "victim.yaml",
        "    under-16: flow young-people\n",
        "    under-16: flow using-abuse\n",
        ("P6", "a talk on the victim side goes on in 'using-abuse'"),
    ),
    "a door of its own whose cases go to the victim's queue": (
        "using-abuse.yaml",
        "queue: using-abuse\n",
        "queue: victim\n",
        ("P6", "a flow of the using-abuse side queues at 'victim'"),
    ),
    "a shared flow whose cases go to the using-abuse queue": (
        "young-people.yaml",
        "queue: victim\n",
        "queue: using-abuse\n",
        ("P6", "a flow of the shared side queues at 'using-abuse'"),
    ),
    "a queue that is no door": (
        "third-party.yaml",
        "queue: third-party\n",
        "queue: friends\n",
        ("P6", "'friends', which is no door here"),
    ),
    "a word of the victim side behind the using-abuse door": (
        "using-abuse.yaml",
        "  say: That is a lot to carry. These numbers answer day and night, and you can keep",
        "  say: A refuge has these numbers, and you can keep",
        ("P6", "'refuge'"),
    ),
    "danger in a complaint that waits where complaints are read": (
        "feedback.yaml",
        "in danger, queue: victim\n",
        "",
        ("P3", "'feedback', where no danger is watched for"),
    ),
    "danger in a complaint that crosses the wall": (
        "feedback.yaml",
        "in danger, queue: victim\n",
        "in danger, queue: using-abuse\n",
        ("P6", "a flow of the shared side queues at 'using-abuse'"),
    ),
    "seventeen in their own words and no limits": (
        "victim.yaml",
        "limits-at-16:\n  about: limits\n",
        "limits-at-16:\n",
        ("P17", "under 18"),
    ),
    "what is said runs in a circle": (
        "victim.yaml",
        "  show numbers: [suicide]\n  then: children\n",
        "  show numbers: [suicide]\n  then: own-life-help\n",
        ("P7", "leads back to itself"),
    ),
    "a dead end": (
        "third-party.yaml",
        "  intake: third-party.do-they-know\n",
        "  intake: third-party.do-they-know\n  then: do-they-know\n",
        ("P7", "no end can be reached"),
    ),
    "danger asked fifth": (
        "entry.yaml",
        "danger-now:\n  about: danger\n",
        (
            "one-more:\n  ask: Is this your first time here?\n  choose one: yes or no\n"
            "two-more:\n  ask: Is this your own device?\n  choose one: yes or no\n"
            "danger-now:\n  about: danger\n"
        ),
        ("P11", "danger is not among the first 4"),
    ),
    "a way round the danger question": (
        "entry.yaml",
        "  then: {helper: for-the-helper}\n",
        "  then: {helper: stay}\n",
        ("P11", "danger is not among the first 4"),
    ),
    "a reply that says you are safe": (
        "replies.yaml",
        "closed: This talk has come to an end.",
        "closed: You are safe. This talk has come to an end.",
        ("P12", "replies.closed (en) says 'you are safe'"),
    ),
    "nobody is here and nothing says so": (
        "entry.yaml",
        "nobody-here-unknown:\n  only if: {staffed: [no], opening: [unknown]}\n",
        "nobody-here-unknown:\n  only if: {staffed: [yes], opening: [known]}\n",
        ("P2", "it is not said before the first question"),
    ),
    "an opening told when none is known": (
        "entry.yaml",
        "  only if: {staffed: [no], opening: [known]}\n",
        "  only if: {staffed: [no]}\n",
        ("P2", "tells an opening that is not known"),
    ),
    "numbers on the screen before it is known to be safe": (
        "entry.yaml",
        "leaving:\n  about: limits\n",
        "leaving:\n  about: limits\n  show numbers: [danger]\n",
        ("P10", "numbers show unasked"),
    ),
    "under 18 and no limits in their words": (
        "young-people.yaml",
        "how-this-works:\n  about: limits\n",
        "how-this-works:\n",
        ("P17", "under 18"),
    ),
}


@pytest.mark.parametrize("name", FLOW_DEFECTS)
def test_a_spoiled_flow_is_caught_by_its_proof(name: str) -> None:
    file, old, new, (rule, part) = FLOW_DEFECTS[name]
    published = spoiled(file, old, new)
    if rule == "P7":
        found = broken(proof_of(published), rule, part)
    elif rule in OF_MOVES:
        found = broken_moves(published, rule, part)
    else:
        found = broken_files(published, rule, part) or broken_moves(published, rule, part)
    assert found, name
    assert found[0].startswith("flows/library/")
    if rule in OF_MOVES:
        assert "; path: begin" in found[0]


def with_text(language: str, key: str, text: str | None) -> list[str]:
    """Every break when one text of the catalogues says this instead, or is gone."""
    spoiled_texts = {name: dict(catalogue) for name, catalogue in catalogues().items()}
    place = next(place for place in spoiled_texts[language] if place[0] == key)
    old = spoiled_texts[language].pop(place)
    if text is not None:
        spoiled_texts[language][place] = replace(old, forms=(text,))
    texts = dict(edition().english)
    found = prove_texts(explored(), harbour(), texts, look_up(spoiled_texts))
    return [f"{b.rule} {b}" for b in found]


TEXT_DEFECTS = {
    "a dropped translation": ("ur", "victim.hurt.ask", None, "P8"),
    "a lost placeholder": ("ur", "victim.placed.say", "شکریہ", "P8"),
    "a promise in English": ("en", "replies.closed", "You are safe now.", "P12"),
    "someone will": ("en", "replies.waiting", "Someone will answer you.", "P12"),
    "secrecy without its limits": ("en", "replies.waiting", "This is confidential.", "P12"),
    "a promise in Urdu": ("ur", "replies.waiting", "آپ محفوظ ہیں۔", "P12"),
    "abuse named before it is safe": (
        "en",
        "entry.leaving.say",
        "This is about domestic abuse.",
        "P15",
    ),
    "police named on the quiet page": ("en", "entry.quiet.ask", "The police can come.", "P15"),
    "a refuge's postcode": ("en", "victim.own-life-help.say", "Come to LE1 4XX.", "P18"),
    "a victim number in a text of the using-abuse door": (
        "en",
        "using-abuse.own-life-help.say",
        "You can call 0808 2000 247.",
        "P6",
    ),
}


@pytest.mark.parametrize("name", TEXT_DEFECTS)
def test_a_spoiled_text_is_caught_by_its_proof(name: str) -> None:
    language, key, text, rule = TEXT_DEFECTS[name]
    found = [line for line in with_text(language, key, text) if line.startswith(f"{rule} ")]
    assert any(key in line and f"{language}" in line for line in found), name


@pytest.mark.parametrize("side", ["shared", "using-abuse"])
def test_a_number_of_the_victim_side_on_the_wrong_side_is_caught(side: Side) -> None:
    numbers = tuple(
        replace(number, side=side) if number.id == "rape-crisis" else number
        for number in harbour().numbers
    )
    found = prove_tenant(edition(), replace(harbour(), numbers=numbers))
    assert broken(found, "P6", "rape-crisis")


def test_a_missing_999_is_caught() -> None:
    numbers = tuple(number for number in harbour().numbers if number.id != "999")
    found = prove_tenant(edition(), replace(harbour(), numbers=numbers))
    assert broken(found, "P10", "999")


def test_own_wording_of_no_text_and_with_other_placeholders_is_caught() -> None:
    wording = {"victim.nothing": {"en": "Hello."}, "replies.ahead": {"en": "You wait."}}
    found = list(prove_tenant(edition(), replace(harbour(), wording=wording)))
    assert broken(found, "P8", "victim.nothing")
    assert broken(found, "P8", "replies.ahead")


def test_a_language_without_its_list_is_caught() -> None:
    tenant = replace(harbour(), languages=("en", "de"))
    found = prove_texts(explored(), tenant, edition().english, look_up(catalogues()))
    assert broken(found, "P12", "de")


def test_at_least_fifty_different_defects_are_sown() -> None:
    flows = {(file, old, new) for file, old, new, _ in FLOW_DEFECTS.values()}
    texts = {(language, key, text) for language, key, text, _ in TEXT_DEFECTS.values()}
    engines = {(spoil, part) for spoil, _, part in ENGINE_DEFECTS.values()}
    assert (len(flows), len(texts), len(engines)) == (26, 10, 15)
