import base64
import hmac

import pytest

from storage.errors import DuplicateKey, KeysMissing, SealBroken, UnknownKey, WeakKey
from storage.keyring import Keyring, derive, generate_key
from tests.contracts.cast import HARBOUR, LANTERN


def base64_of(key: bytes) -> str:
    return base64.b64encode(key).decode()


def test_a_generated_key_is_taken() -> None:
    assert len(Keyring.from_setting(generate_key()).roots) == 1


def test_several_keys_are_taken_newest_first_in_either_alphabet() -> None:
    new, old = generate_key(), generate_key()
    url_safe = old.replace("+", "-").replace("/", "_").rstrip("=")
    keyring = Keyring.from_setting(f" {new} ,\n{url_safe},")
    assert keyring.roots == Keyring.from_setting(new).roots + Keyring.from_setting(old).roots


@pytest.mark.parametrize("text", ["", "  ", ",", " , "])
def test_no_key_is_refused(text: str) -> None:
    with pytest.raises(KeysMissing):
        Keyring.from_setting(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("changeme", "6 bytes"),
        ("not base64 at all", "not base64"),
        ("schlüssel", "not base64"),
        (base64_of(b"\x8f" * 16), "16 bytes"),
        (base64_of(bytes(64)), "64 bytes"),
        (base64_of(bytes(32)), "sequence"),
        (base64_of(bytes(range(7, 39))), "sequence"),
        (base64_of(bytes(range(32))), "published example"),
        (base64_of(b"\x01\x80\xfe\x33" * 8), "too few"),
        (base64_of(b"Correct-Horse7Battery+Staple_xyz"), "typed"),
    ],
)
def test_a_weak_key_is_refused_with_its_reason(text: str, why: str) -> None:
    with pytest.raises(WeakKey, match=why) as refusal:
        Keyring.from_setting(f"{generate_key()},{text}")
    assert "Key 2" in str(refusal.value)
    assert text not in str(refusal.value)


def test_the_same_key_twice_is_refused() -> None:
    key = generate_key()
    with pytest.raises(DuplicateKey):
        Keyring.from_setting(f"{key},{generate_key()},{key}")


def test_a_key_shows_in_no_representation() -> None:
    text = generate_key()
    keyring = Keyring.from_setting(text)
    shown = repr(keyring)
    assert text not in shown
    assert repr(keyring.roots[0].secret) not in shown


def test_a_keyed_hash_is_an_hmac_of_the_key_that_is_derived_for_it() -> None:
    keyring = Keyring.from_setting(generate_key())
    key = derive(keyring.roots[0].secret, "hash", "sender", HARBOUR)
    expected = hmac.digest(key, b"noor", "sha256")
    assert keyring.keyed_hash("sender", HARBOUR, "noor") == expected
    assert keyring.keyed_hash("sender", HARBOUR, "noor") == expected


def test_a_keyed_hash_differs_by_purpose_tenant_value_and_key() -> None:
    keyring = Keyring.from_setting(generate_key())
    hashes = {
        keyring.keyed_hash("sender", HARBOUR, "noor"),
        keyring.keyed_hash("device", HARBOUR, "noor"),
        keyring.keyed_hash("sender", LANTERN, "noor"),
        keyring.keyed_hash("sender", HARBOUR, "amira"),
        Keyring.from_setting(generate_key()).keyed_hash("sender", HARBOUR, "noor"),
    }
    assert len(hashes) == 5
    assert keyring.keyed_hash("sender", HARBOUR, b"noor") in hashes


def test_after_a_rotation_the_old_hash_is_still_among_the_hashes() -> None:
    old, new = generate_key(), generate_key()
    before = Keyring.from_setting(old).keyed_hash("sender", HARBOUR, "noor")
    rotated = Keyring.from_setting(f"{new},{old}")
    hashes = rotated.keyed_hashes("sender", HARBOUR, "noor")
    assert hashes == (rotated.keyed_hash("sender", HARBOUR, "noor"), before)


def test_what_an_old_key_wrapped_opens_while_it_is_in_the_ring() -> None:
    old, new = generate_key(), generate_key()
    root_id, wrapped = Keyring.from_setting(old).wrap(b"k" * 32, b"place")
    rotated = Keyring.from_setting(f"{new},{old}")
    assert rotated.unwrap(root_id, wrapped, b"place") == b"k" * 32
    with pytest.raises(SealBroken):
        rotated.unwrap(root_id, wrapped, b"elsewhere")
    with pytest.raises(UnknownKey):
        Keyring.from_setting(new).unwrap(root_id, wrapped, b"place")
