"""Every word of a tenant's files that a visitor may read has a key for the catalogues."""

from tenants.tenant import TenantId, load_tenants
from tenants.texts import CALL_LOG_KEY, texts

TENANTS = load_tenants()


def test_areas_numbers_and_services_have_their_keys() -> None:
    found = dict(texts(TENANTS[TenantId("llr")]))
    assert found["areas.rutland"] == "Rutland"
    assert found["numbers.999.label"].startswith("Police")
    assert "register" in found["numbers.999-text.note"]
    assert found["numbers.mens-advice-line.hours"].startswith("Monday")
    assert "numbers.999.hours" not in found
    assert found["services.helpline.title"] == "Helpline and engagement service"
    assert CALL_LOG_KEY in found


def test_a_tenant_names_no_key_twice() -> None:
    for tenant in TENANTS.values():
        keys = [key for key, _ in texts(tenant)]
        assert len(keys) == len(set(keys))


def test_a_number_or_area_says_the_same_for_every_tenant() -> None:
    seen: dict[str, str] = {}
    for tenant in TENANTS.values():
        for key, english in texts(tenant):
            if not key.startswith("services."):
                assert seen.setdefault(key, english) == english


def test_a_stale_number_has_no_text() -> None:
    keys = dict(texts(TENANTS[TenantId("coventry")]))
    assert "numbers.blue-sky-centre.label" in keys
    assert "numbers.safe-to-talk.label" not in keys


def test_no_text_promises_or_judges() -> None:
    forbidden = ("low risk", "you are safe", "anonymous", "confidential", "someone will", "!")
    for tenant in TENANTS.values():
        for key, english in texts(tenant):
            assert not any(word in english.casefold() for word in forbidden), key
