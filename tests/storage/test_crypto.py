import pytest

from storage.crypto import Sealer, context, new_key
from storage.errors import SealBroken

KEY = new_key()


def sealer(**place: str | int) -> Sealer:
    where = {"tenant": "harbour", "owner": "talk", "version": 1} | place
    return Sealer.of(KEY, **where)  # type: ignore[arg-type]


def test_what_was_sealed_opens_in_its_place() -> None:
    sealed = sealer().seal("line 1", b"he followed me home")
    assert b"followed" not in sealed
    assert sealer().open("line 1", sealed) == b"he followed me home"


def test_the_same_words_are_never_sealed_alike() -> None:
    sealed = {sealer().seal("line 1", b"yes") for _ in range(2000)}
    assert len({one[1:13] for one in sealed}) == 2000


@pytest.mark.parametrize(
    "place", [{"tenant": "lantern"}, {"owner": "other"}, {"version": 2}], ids=str
)
def test_it_opens_nowhere_else_even_under_the_same_key(place: dict[str, str | int]) -> None:
    sealed = sealer().seal("line 1", b"yes")
    with pytest.raises(SealBroken):
        sealer(**place).open("line 1", sealed)


def test_it_does_not_open_as_another_field_or_under_another_key() -> None:
    sealed = sealer().seal("line 1", b"yes")
    with pytest.raises(SealBroken):
        sealer().open("line 2", sealed)
    other = Sealer.of(new_key(), tenant="harbour", owner="talk", version=1)
    with pytest.raises(SealBroken):
        other.open("line 1", sealed)


@pytest.mark.parametrize("at", [0, 1, 12, 13, -1])
def test_one_altered_byte_breaks_the_seal(at: int) -> None:
    sealed = bytearray(sealer().seal("line 1", b"yes"))
    sealed[at] ^= 1
    with pytest.raises(SealBroken):
        sealer().open("line 1", bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + bytes(12), b"plain text"])
def test_what_was_never_sealed_is_refused(sealed: bytes) -> None:
    with pytest.raises(SealBroken):
        sealer().open("line 1", sealed)


def test_two_places_never_look_alike() -> None:
    assert context("ab", "c") != context("a", "bc")
    assert context("a", "1") != context("a", 1)
