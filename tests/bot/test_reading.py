"""``frontdoor route``: for whom it looks, and how it names a line that cannot be read."""

import json

import pytest
from click.testing import CliRunner

from bot.reading import choose_tenant, route_command
from tenants.tenant import load_tenants


def test_without_a_name_the_first_tenant_by_its_order_is_meant() -> None:
    first = min(load_tenants().values(), key=lambda tenant: (tenant.order, tenant.id))
    assert choose_tenant("").id == first.id


def test_an_unknown_tenant_is_named_with_those_there_are() -> None:
    result = CliRunner().invoke(route_command, ["--tenant", "nowhere"], input="{}")
    assert result.exit_code == 2
    assert "there is no tenant 'nowhere'. Use one of: llr" in " ".join(result.output.split())


def test_a_person_of_whom_nothing_is_known_is_routed_too() -> None:
    result = CliRunner().invoke(route_command, input='{"person": {}}\n')
    assert result.exit_code == 0
    assert json.loads(result.output)["services"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "this is not a JSON object"),
        ("[" * 100_000, "this is not a JSON object"),
        ('["victim"]', "this is not a JSON object"),
        ('{"role": "victim"}', "there is neither 'person' nor 'needs'"),
        ('{"person": "victim"}', "'person' is not a JSON object"),
        ('{"person": {"age": "old"}}', "age is no whole number of years"),
        ('{"person": {"role": "neighbour"}}', "role is none of victim"),
        ('{"needs": {"support": true}}', "needs is no text or list of texts"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_the_next_is_answered(line: str, told: str) -> None:
    result = CliRunner().invoke(route_command, input=f'\n{line}\n{{"person": {{}}}}\n')
    broken, sound = map(json.loads, result.stdout.splitlines())
    assert broken["error"].startswith(f"line 2: {told}")
    assert result.stderr.strip() == broken["error"]
    assert sound["services"]
    assert result.exit_code == 1
