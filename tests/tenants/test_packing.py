"""A tenant's archive: the same to the byte each time, and nothing that is in one is believed."""

import stat
import warnings
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from tenants.packing import LARGEST, LARGEST_WHOLE, pack, unpack
from tenants.tenant import FILES, TenantFileError, load_tenant
from tests.tenants.conftest import HARBOUR, Spoil

WHOLE = {f"harbour/{name}.yaml": text for name, text in HARBOUR.items()}

Zip = Callable[..., Path]


@pytest.fixture
def zipped(tmp_path: Path) -> Zip:
    """Harbour's archive as somebody else made it, with `more` entries and without some."""

    def write(
        more: dict[str, str | bytes] | None = None, *, without: str = "", instead: str = ""
    ) -> Path:
        file = tmp_path / "harbour.zip"
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            for name, text in {**WHOLE, **(more or {})}.items():
                if name != without:
                    archive.writestr(name.replace("harbour", instead or "harbour"), text)
        return file

    return write


def told(file: Path) -> str:
    with pytest.raises(TenantFileError) as refused:
        unpack(file)
    return str(refused.value)


def test_what_is_packed_comes_back(harbour: Spoil, tmp_path: Path) -> None:
    tenant = load_tenant(harbour())
    file = tmp_path / "a.zip"
    file.write_bytes(pack(tenant))
    assert unpack(file) == tenant


def test_the_same_tenant_makes_the_same_bytes(harbour: Spoil) -> None:
    first = pack(load_tenant(harbour()))
    for path in sorted(harbour().iterdir(), reverse=True):
        path.touch()
        path.chmod(0o600)
    assert pack(load_tenant(harbour())) == first


def test_an_archive_of_another_tool_is_taken(zipped: Zip) -> None:
    assert unpack(zipped({"harbour/": ""})).title == "Harbour"


@pytest.mark.parametrize(
    "name",
    [
        *("../evil.yaml", "harbour/../../evil.yaml", "/etc/passwd", "harbour\\..\\hours.yaml"),
        *("C:/harbour/hours.yaml", "..", "harbour/a/../../../hours.yaml"),
    ],
)
def test_a_path_that_leads_outside_is_refused(zipped: Zip, name: str) -> None:
    assert "leads outside the tenant's folder. Pack it with" in told(zipped({name: "x"}))


@pytest.mark.parametrize("name", ["hours.yaml", "harbour/more/hours.yaml", "harbour/more/"])
def test_what_lies_in_no_tenants_folder_is_refused(zipped: Zip, name: str) -> None:
    said = told(zipped({name: "x" if not name.endswith("/") else ""}))
    assert "is no file in a tenant's folder" in said


@pytest.mark.parametrize("name", ["harbour/hour.yaml", "harbour/run.py", "harbour/.hours.yaml"])
def test_an_unknown_file_is_refused_with_those_that_are_known(zipped: Zip, name: str) -> None:
    said = told(zipped({name: "x"}))
    assert f"harbour.zip:1: '{name}' is no file of a tenant. Leave it out." in said


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(zipped: Zip, name: str) -> None:
    assert f"harbour/{name} is missing. Add it." in told(zipped(without=f"harbour/{name}"))


def test_two_tenants_in_one_archive_are_refused(zipped: Zip) -> None:
    said = told(zipped({"lantern/hours.yaml": "x"}))
    assert "one tenant's folder was expected, not 'harbour', 'lantern'" in said


def test_an_empty_archive_is_refused(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "a.zip", "w"):
        pass
    assert "one tenant's folder was expected, not none" in told(tmp_path / "a.zip")


@pytest.mark.parametrize("id", ["Harbour", "har bour", "-harbour", "harbour-", "h" * 41, "hafen_ü"])
def test_a_folder_that_can_be_no_id_is_refused(zipped: Zip, id: str) -> None:
    assert "cannot be a tenant's id. Use up to 40 small letters" in told(zipped(instead=id))


def test_a_file_twice_is_refused(zipped: Zip) -> None:
    file = zipped()
    with warnings.catch_warnings(), ZipFile(file, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("harbour/hours.yaml", "x")
    assert "'harbour/hours.yaml' stands here twice. Keep one of them." in told(file)


@pytest.mark.parametrize("name", ["harbour//hours.yaml", "harbour/./hours.yaml"])
def test_a_file_twice_by_two_spellings_is_refused(zipped: Zip, name: str) -> None:
    assert "stands here twice. Keep one of them." in told(zipped({name: "x"}))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFDIR])
def test_a_link_a_pipe_or_a_folder_in_a_files_place_is_refused(zipped: Zip, kind: int) -> None:
    file = zipped(without="harbour/hours.yaml")
    with ZipFile(file, "a") as archive:
        entry = ZipInfo("harbour/hours.yaml")
        entry.create_system, entry.external_attr = 3, (kind | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    assert "is no file in a tenant's folder" in told(file)


def test_a_file_that_grows_when_it_is_unpacked_is_refused(zipped: Zip) -> None:
    file = zipped({"harbour/wording.yaml": " " * (LARGEST + 1)})
    assert file.stat().st_size < 10_000
    assert f"harbour/wording.yaml:1: it has more than {LARGEST} bytes" in told(file)


def test_an_archive_that_is_too_large_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(bytes(LARGEST_WHOLE + 1))
    assert f"it has more than {LARGEST_WHOLE} bytes" in told(tmp_path / "a.zip")


def test_too_many_entries_are_refused(zipped: Zip) -> None:
    assert "holds more than 50 entries" in told(
        zipped({f"harbour/{n}.yaml": "" for n in range(50)})
    )


def test_an_encrypted_file_is_refused(zipped: Zip) -> None:
    file = zipped()
    whole = bytearray(file.read_bytes())
    place = whole.rindex(b"PK\x01\x02")
    whole[place + 8] |= 1
    file.write_bytes(whole)
    assert "is no file in a tenant's folder" in told(file)


@pytest.mark.parametrize("spoil", [lambda _: b"a letter", lambda b: b[:200], lambda b: b[:-30]])
def test_what_is_no_whole_archive_is_refused(zipped: Zip, spoil: Callable[[bytes], bytes]) -> None:
    file = zipped()
    file.write_bytes(spoil(file.read_bytes()))
    assert "harbour.zip:1: this is no .zip archive that can be read" in told(file)


def test_a_file_whose_bytes_were_changed_is_refused(harbour: Spoil, tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(pack(load_tenant(harbour())).replace(b"Old Quay", b"New Quay"))
    assert "this is no .zip archive that can be read" in told(file)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("hours", b"monday: \xff\n", "harbour/hours.yaml:1: this is not UTF-8"),
        ("hours", b"a: b\nc: \xff\n", "harbour/hours.yaml:2: this is not UTF-8"),
        ("hours", b"", "harbour/hours.yaml:1: the file is empty"),
        ("hours", b"monday: [", "this is not YAML"),
        ("wording", b"\n" + b"[" * 100_000, "harbour/wording.yaml:2: this is nested too deep"),
        ("wording", b"- " * 100_000, "harbour/wording.yaml:1: this is nested too deep"),
        ("tenant", HARBOUR["tenant"].replace("harbour", "lantern", 1).encode(), "tenant.yaml:1: "),
        ("areas", b"areas: {}\ncatchment: [lives]\n", "harbour/areas.yaml:1: no area is named"),
    ],
)
def test_a_file_that_does_not_load_is_told_with_its_line(
    zipped: Zip, name: str, text: bytes, said: str
) -> None:
    assert said in told(zipped({f"harbour/{name}.yaml": text}))
