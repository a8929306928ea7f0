"""Bots are named by door, hold no token, and stay off until the assessment is done."""

from datetime import date
from pathlib import Path

import pytest

from tenants.messaging import FILE, BotSetting, Messaging
from tenants.packing import pack, unpack
from tenants.tenant import TenantFileError, load_tenant
from tests.tenants.conftest import Spoil

WRITTEN = """\
data_protection_assessment_done_on: 2026-10-01
telegram:
  notes:
    name: Notes
    door: any
    token: NOTES_TOKEN
"""
NOTES = BotSetting("notes", "Notes", "any", "NOTES_TOKEN", 4)


def write(harbour: Spoil, text: str = WRITTEN) -> Path:
    folder = harbour()
    (folder / FILE).write_text(text)
    return folder


def test_a_bot_is_read_with_its_door_and_the_name_of_its_variable(harbour: Spoil) -> None:
    assert load_tenant(write(harbour)).messaging == Messaging(date(2026, 10, 1), (NOTES,))


def test_a_tenant_without_the_file_has_no_bots(harbour: Spoil) -> None:
    tenant = load_tenant(harbour())
    assert (tenant.messaging.telegram, tenant.messaging.is_allowed) == ((), False)


def test_without_the_assessment_no_bot_is_allowed(harbour: Spoil) -> None:
    text = WRITTEN.partition("\n")[2]
    messaging = load_tenant(write(harbour, text)).messaging
    assert (len(messaging.telegram), messaging.is_allowed) == (1, False)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2026-10-01", "soon", "1: "),
        ("notes:", "My Bot:", "3: 'My Bot' is no id of a bot"),
        ("name: Notes", "name: Women's helpline", "4: the name says"),
        ("name: Notes", "name: Safe chat", "4: the name says 'Safe'"),
        ("door: any", "door: vicitm", "5: 'vicitm' is not known here"),
        ("token: NOTES_TOKEN", "token: 12345:AAAA", "6: this is no name of an environment"),
        ("    door: any\n", "", "'door' is missing"),
    ],
)
def test_a_mistake_is_told_with_its_line(harbour: Spoil, old: str, new: str, said: str) -> None:
    with pytest.raises(TenantFileError) as told:
        load_tenant(write(harbour, WRITTEN.replace(old, new)))
    assert f"{FILE}:" in str(told.value)
    assert said in str(told.value)
    assert "AAAA" not in str(told.value)


def test_two_bots_may_not_share_a_token(harbour: Spoil) -> None:
    second = WRITTEN.partition("telegram:\n")[2].replace("notes:", "diary:")
    with pytest.raises(TenantFileError, match="is the token of 'notes' too"):
        load_tenant(write(harbour, WRITTEN + second))


def test_the_file_is_carried_with_the_tenant(harbour: Spoil, tmp_path: Path) -> None:
    tenant = load_tenant(write(harbour))
    packed = tmp_path / "harbour.zip"
    packed.write_bytes(pack(tenant))
    assert unpack(packed).messaging == tenant.messaging
