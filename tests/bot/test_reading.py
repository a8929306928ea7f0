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
        ("{", "line 2: this is not a JSON object"),
        ('["victim"]', "line 2: this is not a JSON object"),
        ('{"person": "victim"}', "line 2: 'person' is not a JSON object"),
        ('{"person": {"age": "old"}}', "line 2: "),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: str, told: str) -> None:
    result = CliRunner().invoke(route_command, input=f"\n{line}\n")
    assert result.exit_code == 1
    assert f"Error: {told}" in result.output
