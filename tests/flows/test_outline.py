"""Editions that the engine reads alike have one outline, and any difference it reads tells them."""

from dataclasses import replace

import pytest

from flows.edition import make_edition
from flows.outline import outline
from flows.proofs import Walked, Walks
from tenants.tenant import TenantId, load_tenants
from tests.flows.proving import edition, explored, harbour, sources, spoiled


def test_tenants_with_other_areas_and_the_same_flows_are_alike() -> None:
    drawn = [
        outline(make_edition(sources(), replace(tenant, languages=harbour().languages)))
        for tenant in load_tenants().values()
    ]
    assert len({tenant.areas for tenant in load_tenants().values()}) > 1
    assert all(each == drawn[0] for each in drawn)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("victim.yaml", "  intake: risk.neck\n", "  intake: risk.neck\n  then: {no: placed}\n"),
        ("entry.yaml", "  safe if: [yes]\n", "  safe if: [yes, no]\n"),
        ("entry.yaml", "    yes: {imminence: now}\n", "    yes: {imminence: today}\n"),
        ("replies.yaml", "stopped: We have stopped", "stopped: All is stopped"),
    ],
)
def test_what_the_engine_reads_tells_two_apart(file: str, old: str, new: str) -> None:
    assert outline(edition()) != outline(spoiled(file, old, new))


def test_other_languages_are_another_outline() -> None:
    other = make_edition(sources(), replace(harbour(), languages=("en", "pl")))
    assert outline(other) != outline(edition())


def test_what_is_alike_is_walked_once() -> None:
    first = Walked(explored(), ())
    walks = Walks([(outline(edition()), first)])
    other = make_edition(sources(), replace(harbour(), id=TenantId("lantern")))
    walked = walks.walk(other)
    assert walked.explored.moves is first.explored.moves
    assert walked.explored.edition is other
