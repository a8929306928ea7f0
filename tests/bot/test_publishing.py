"""Outside the demo a tenant is served as it was published, and a refusal leaves that as it is."""

import asyncio
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.__main__ import frontdoor
from bot.app import NothingPublished, open_house
from bot.checking import read_catalogues
from bot.demo import demo_settings
from bot.publish_command import REFUSED, TOLD
from bot.publishing import Published, Refused, judge, publish
from bot.settings import Settings
from bot.tenancy import Tenancy, open_tenancy
from flows.breaks import Break
from flows.conversation import EditionId
from flows.document import FlowFileError
from flows.edition import library_sources
from flows.proofs import Proof
from locales.extraction import collect
from storage.keyring import Keyring
from storage.memory import MemoryStores
from storage.open import open_stores
from storage.store import EditionRecord, Store
from tenants.beginning import begin_tenant
from tenants.folder import write_folder
from tenants.reading import FileMistakeError
from tenants.tenant import PACKAGED, Tenant, TenantFileError, TenantId, load_tenant
from tests.house import KEYS, NOW, screener

GAP = Break("tenants/lantern/tenant.yaml", 1, "P13", "no 24-hour number for danger")
Write = Callable[..., Tenant]
LATER = datetime(2099, 1, 1, tzinfo=UTC)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Lantern's folder, outside the demo; `write("hours.yaml", old, new)` changes a file of it."""
    folder = tmp_path / "tenants" / "lantern"
    shutil.copytree(PACKAGED / "coventry", folder)

    def change(name: str = "tenant.yaml", old: str = "", new: str = "") -> Tenant:
        file = folder / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        return load_tenant(folder)

    change(old="id: coventry", new="id: lantern")
    change(old="demo: yes\n", new="demo: no\n")
    return change


@pytest.fixture
def store(write: Write) -> Store:
    return MemoryStores().open(write().id)


def passing(_tenant: Tenant) -> tuple[Break, ...]:
    return ()


def refusing(_tenant: Tenant) -> tuple[Break, ...]:
    return (GAP,)


async def served(tenant: Tenant, store: Store, **options: bool) -> Tenancy:
    tenancy = await open_tenancy(tenant, store, NOW, **options)
    assert tenancy is not None
    return tenancy


async def test_what_was_never_published_is_not_served(write: Write, store: Store) -> None:
    assert await open_tenancy(write(), store, NOW) is None
    assert await store.last_edition() is None


async def test_a_trial_serves_the_files_as_they_are(write: Write, store: Store) -> None:
    assert (await served(write(), store, is_trial=True)).tenant == write()


async def test_what_is_published_is_served(write: Write, store: Store) -> None:
    done = await publish(write(), store, NOW, passing)
    tenancy = await served(write(), store)
    assert done == Published(tenancy.tenant.id, tenancy.edition.id, is_new=True)
    assert tenancy.tenant == write()
    again = await publish(write(), store, NOW, passing)
    assert again == replace(done, is_new=False)


async def test_a_refusal_stores_nothing_and_names_what_goes_on(write: Write, store: Store) -> None:
    assert await publish(write(), store, NOW, refusing) == Refused(write().id, (GAP,), None)
    done = await publish(write(), store, NOW, passing)
    assert isinstance(done, Published)
    changed = write("hours.yaml", "09:00-17:00", "10:00-17:00")
    refused = await publish(changed, store, NOW + timedelta(hours=1), refusing)
    assert refused == Refused(write().id, (GAP,), done.edition)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("hours.yaml", "09:00-17:00", "00:00-24:00"),
        ("numbers.yaml", "  samaritans: not verified\n", ""),
        ("tenant.yaml", "languages: [en, gu, pa,", "languages: [en, pa,"),
        ("tenant.yaml", "leave_to: https://www.bbc.co.uk", "leave_to: https://elsewhere.example"),
        ("wording.yaml", "{}", "entry.who-types.ask: {en: Who writes?}"),
        ("services.yaml", "title: Police", "title: The police"),
        ("areas.yaml", "label: Coventry\n    report", "label: The city\n    report"),
    ],
)
async def test_a_change_of_any_file_waits_until_it_is_published(
    write: Write, store: Store, name: str, old: str, new: str
) -> None:
    before = write()
    await publish(before, store, NOW, passing)
    changed = write(name, old, new)
    kept = await served(changed, store)
    assert kept.tenant == before
    await publish(changed, store, NOW + timedelta(hours=1), passing)
    now = await served(changed, store)
    assert now.tenant == changed
    assert now.edition.id != kept.edition.id


async def test_files_that_were_published_before_are_served_when_they_come_back(
    write: Write, store: Store
) -> None:
    first = write()
    await publish(first, store, NOW, passing)
    second = write("hours.yaml", "09:00-17:00", "10:00-17:00")
    await publish(second, store, NOW + timedelta(hours=1), passing)
    assert (await served(first, store)).tenant == first


async def test_an_edition_from_before_the_files_were_kept_is_served_with_those_of_now(
    write: Write, store: Store
) -> None:
    flows = {k: v for k, v in library_sources(write()).items() if not k.startswith("tenant/")}
    old = EditionRecord((await served(write(), store, is_trial=True)).edition.id, flows, NOW)
    store = MemoryStores().open(write().id)
    await store.publish(replace(old, sources=flows | {"replies.yaml": without_trouble(flows)}))
    changed = write("hours.yaml", "09:00-17:00", "10:00-17:00")
    tenancy = await served(changed, store)
    assert (tenancy.tenant, tenancy.edition.id) == (changed, old.id)
    # A newer version's own replies are said in today's English.
    assert tenancy.edition.english["replies.trouble"]


def without_trouble(flows: Mapping[str, str]) -> str:
    lines = flows["replies.yaml"].splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("trouble:")]
    assert len(kept) == len(lines) - 1
    return "".join(kept)


def test_the_demo_is_judged_by_nobody(write: Write) -> None:
    assert judge(write(old="demo: no\n", new="demo: yes\n")) == []


async def test_no_demo_and_no_trial_tells_a_place(write: Write, store: Store) -> None:
    write(old="demo: no\n", new="demo: yes\n")
    telling = write("services.yaml", "title: Police", "title: Police, ZZ1 1AA")
    (found,) = judge(telling)
    assert (found.rule, found.file) == ("P18", "tenants/lantern/services.yaml")
    with pytest.raises(
        FileMistakeError, match=r"^lantern/services\.yaml:\d+: police\.title: holds"
    ):
        await open_tenancy(telling, store, NOW, is_trial=True)
    assert await open_tenancy(telling, store, NOW) is None
    assert await store.last_edition() is None


def test_flows_that_make_no_edition_are_a_break_with_file_line_and_cure(write: Write) -> None:
    (found,) = judge(write(old="[entry, victim, ", new="[entry, "))
    assert str(found).startswith("library/entry.yaml:")
    assert "there is no flow 'victim' here" in found.what


def run(tmp_path: Path, *command: str) -> Result:
    given = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}",
        "SECRET_KEYS": KEYS,
        "TENANTS": str(tmp_path / "tenants"),
    }
    return CliRunner().invoke(frontdoor, command, env=given)


@pytest.fixture
def proofs(monkeypatch: pytest.MonkeyPatch) -> list[Break]:
    """What the proofs find; they themselves take seconds."""
    found: list[Break] = []
    proof = lambda *_: Proof(tuple(found), 0, 0, 0)  # noqa: E731
    monkeypatch.setattr("bot.publishing.check_tenant", proof)
    monkeypatch.setattr("bot.publishing.unfinished", lambda *_: ())
    return found


def test_publish_says_what_it_stored_and_at_the_second_time_that_it_had(
    tmp_path: Path, write: Write, proofs: list[Break]
) -> None:
    first, again = run(tmp_path, "publish"), run(tmp_path, "publish", "--tenant", "lantern")
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert first.stdout.endswith(" is published\n")
    assert again.stdout == first.stdout.replace(" is published", " was published")


def test_publish_refuses_with_the_first_reasons_and_exit_1(
    tmp_path: Path, write: Write, proofs: list[Break]
) -> None:
    proofs.extend([GAP] * (TOLD + 5))
    done = run(tmp_path, "publish")
    said = done.stderr.splitlines()
    assert (done.exit_code, done.stdout, len(said)) == (1, "", TOLD + 2)
    assert said[0] == f"{GAP} [lantern]"
    assert said[-2].startswith("lantern: and 5 more, which `frontdoor check --tenant lantern`")
    assert said[-1] == "lantern: not published; it has no edition and is not served"


def test_migrate_keeps_what_a_helpline_runs_on_and_says_so(
    tmp_path: Path, write: Write, proofs: list[Break]
) -> None:
    edition = run(tmp_path, "migrate").stdout.split()[2]
    proofs.append(GAP)
    write("hours.yaml", "09:00-17:00", "10:00-17:00")
    done = run(tmp_path, "migrate")
    assert (done.exit_code, done.stdout) == (REFUSED, "")
    assert done.stderr.splitlines()[-1] == (
        f"lantern: not published; it goes on with edition {edition}"
    )


def test_one_tenants_refusal_holds_nobody_else_back(
    tmp_path: Path, write: Write, proofs: list[Break]
) -> None:
    proofs.append(GAP)
    shutil.copytree(PACKAGED / "llr", tmp_path / "tenants" / "llr")
    done = run(tmp_path, "migrate")
    assert done.exit_code == REFUSED
    assert done.stdout.startswith("llr: edition ")


@pytest.mark.parametrize(("command", "code"), [("publish", 1), ("migrate", REFUSED)])
def test_a_file_with_a_mistake_refuses_its_own_tenant_alone(
    tmp_path: Path, write: Write, command: str, code: int
) -> None:
    shutil.copytree(PACKAGED / "llr", tmp_path / "tenants" / "llr")
    with pytest.raises(TenantFileError):
        write("hours.yaml", "09:00-17:00", "always")
    done = run(tmp_path, command)
    assert (done.exit_code, len(done.stderr.splitlines())) == (code, 2)
    assert "lantern/hours.yaml:2: P7, 'always' are no hours. Write" in done.stderr
    assert done.stdout.startswith("llr: edition ")


async def test_a_slip_in_a_file_leaves_a_helpline_on_what_it_had(
    tmp_path: Path, write: Write, proofs: list[Break]
) -> None:
    before = write()
    assert (await asyncio.to_thread(run, tmp_path, "publish")).exit_code == 0
    shutil.copytree(PACKAGED / "llr", tmp_path / "tenants" / "llr")
    with pytest.raises(TenantFileError):
        write("hours.yaml", "09:00-17:00", "always")
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'a.db'}",
        secret_keys=SecretStr(KEYS),
        tenants=tmp_path / "tenants",
    )
    async with open_house(settings, lambda: NOW, screener=screener()) as house:
        assert set(house.tenancies) == {"lantern", "llr"}
        assert house.tenancies[before.id].tenant == before
    with pytest.raises(TenantFileError):
        async with open_house(settings, lambda: NOW, screener=screener(), is_trial=True):
            pass


async def test_an_edition_that_nobody_can_read_silences_no_neighbour(
    tmp_path: Path, write: Write, proofs: list[Break]
) -> None:
    lantern = write()
    shutil.copytree(PACKAGED / "llr", tmp_path / "tenants" / "llr")
    assert (await asyncio.to_thread(run, tmp_path, "publish")).exit_code == 0
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'a.db'}",
        secret_keys=SecretStr(KEYS),
        tenants=tmp_path / "tenants",
    )
    stores = await open_stores(settings.database_url, Keyring.from_setting(KEYS))
    newer = EditionRecord(EditionId("of-a-newer-version"), {"entry.yaml": "flow: [\n"}, LATER)
    await stores.open(lantern.id).publish(newer)
    await stores.close()
    write("hours.yaml", "09:00-17:00", "10:00-17:00")
    with capture_logs() as logs:
        async with open_house(settings, lambda: NOW, screener=screener()) as house:
            assert set(house.tenancies) == {"llr"}
    [told] = [entry for entry in logs if entry["event"] == "tenant-not-served"]
    assert (told["tenant"], told["file"], told["line"]) == ("lantern", "choices.yaml", 1)
    shutil.copytree(tmp_path / "tenants" / "lantern", tmp_path / "alone" / "lantern")
    alone = settings.model_copy(update={"tenants": tmp_path / "alone"})
    with pytest.raises(FlowFileError):
        async with open_house(alone, lambda: NOW, screener=screener()):
            pass


def test_an_unknown_tenant_is_named_with_those_there_are(tmp_path: Path, write: Write) -> None:
    done = run(tmp_path, "publish", "--tenant", "nowhere")
    assert done.exit_code == 2
    assert "Use one of: lantern" in " ".join(done.stderr.split())


def test_web_with_nothing_published_says_so_in_one_line(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.serving.set_up_logs", lambda _level: None)
    done = run(tmp_path, "web")
    assert done.exit_code == 1
    assert "No tenant in TENANTS was ever published" in done.stderr


@pytest.mark.slow
def test_unverified_numbers_and_unread_texts_are_refused_by_the_proofs_themselves(
    tmp_path: Path, write: Write
) -> None:
    done = run(tmp_path, "publish")
    assert done.exit_code == 1
    assert "P13, coventry, victim: no 24-hour number for danger at age 0 and over" in done.stderr
    assert "safety texts in en are not reviewed" in done.stderr


@pytest.fixture
def read_by_natives(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every text in every language as if a native speaker had read it."""
    read = {
        language: {key: replace(wording, is_reviewed=True) for key, wording in catalogue.items()}
        for language, catalogue in read_catalogues().items()
    }
    monkeypatch.setattr("bot.publishing._texts", lambda: (read, collect()))


@pytest.mark.slow
async def test_one_that_was_added_is_served_once_all_was_called_and_read(
    tmp_path: Path, read_by_natives: None
) -> None:
    files = dict(begin_tenant("lantern", "Lantern"))
    store = MemoryStores().open(TenantId("lantern"))
    unfinished = load_tenant(write_folder(tmp_path, "lantern", files))
    refused = await publish(unfinished, store, NOW)
    assert isinstance(refused, Refused)
    assert {(found.rule, found.file) for found in refused.breaks} == {
        ("P13", "tenants/lantern/numbers.yaml")
    }
    assert await open_tenancy(unfinished, store, NOW) is None
    files["numbers.yaml"] = files["numbers.yaml"].replace("not verified", "2026-01-31")
    finished = load_tenant(write_folder(tmp_path, "lantern", files, may_replace=True))
    assert isinstance(await publish(finished, store, NOW), Published)
    assert (await served(finished, store)).tenant == finished


async def test_one_that_was_just_added_can_be_tried(tmp_path: Path) -> None:
    write_folder(tmp_path / "tenants", "lantern", begin_tenant("lantern", "Lantern"))
    settings = demo_settings(tmp_path / "demo", 0, tmp_path / "tenants")
    async with open_house(settings, lambda: NOW, screener=screener(), is_trial=True) as house:
        assert list(house.tenancies) == ["lantern"]
    real = demo_settings(tmp_path / "real", 0, tmp_path / "tenants")
    with pytest.raises(NothingPublished):
        async with open_house(real, lambda: NOW, screener=screener()):
            pass
