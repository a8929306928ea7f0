"""Settings from the environment: read whole, and refused without quoting them."""

import pytest

from bot.settings import SettingsMistakeError, read_settings


def test_every_setting_comes_from_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///harbour.db")
    monkeypatch.setenv("SECRET_KEYS", "not shown")
    monkeypatch.setenv("PORT", "8443")
    monkeypatch.setenv("RATE_LIMITS", "off")
    monkeypatch.setenv("ORIGINS", "https://harbour.example, https://lantern.example/")
    settings = read_settings()
    assert settings.database_url == "sqlite:///harbour.db"
    assert settings.port == 8443
    assert settings.rate_limits == "off"
    assert settings.origins == ("https://harbour.example", "https://lantern.example")
    assert "not shown" not in repr(settings)


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORT", "ORIGINS", "RATE_LIMITS"):
        monkeypatch.setenv(name, "")
    settings = read_settings()
    assert (settings.port, settings.origins, settings.rate_limits) == (8080, (), "on")


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "66000"), ("LOG_LEVEL", "shout"), ("RATE_LIMITS", "maybe")]
)
def test_a_mistake_names_the_variable_and_not_what_it_holds(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsMistakeError, match=f"^{name}: ") as refused:
        read_settings()
    assert value not in str(refused.value)
