"""Settings, from the environment alone. Nothing here is ever written to a log."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from tenants.tenant import PACKAGED

SHORTEST_TOKEN = 16


class Settings(BaseSettings):
    """What an operator sets. The names are the variables' own, in capitals.

    ``origins`` lists further addresses (scheme and host) from which a page may connect; a page that
    this process served may always. ``drain_within`` is in seconds. ``metrics_token`` lets another
    machine read the metrics. ``owner_database_url`` is for ``frontdoor migrate`` alone. ``tenants``
    is the folder whose sub-folders are the tenants. ``call_*`` are the provider that telephones or
    texts on-call (``bot.calling``); without it the log alone says that it would have.
    ``messaging_address`` is the address under which messaging apps reach this house; without one
    they are asked for what came. Telegram's Bot API is at ``telegram_api_base``.
    """

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore")

    database_url: str = "sqlite:///frontdoor.db"
    redis_url: str = ""
    secret_keys: SecretStr = SecretStr("")
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    rate_limits: Literal["on", "off"] = "on"
    origins: Annotated[tuple[str, ...], NoDecode] = ()
    is_behind_https: bool = False
    drain_within: float = Field(default=10.0, ge=0, le=600)
    metrics_token: SecretStr = SecretStr("")
    call_url: str = ""
    call_account: str = ""
    call_token: SecretStr = SecretStr("")
    call_from: str = ""
    owner_database_url: SecretStr = SecretStr("")
    tenants: Path = PACKAGED
    telegram_api_base: str = "https://api.telegram.org"
    messaging_address: str = ""

    @field_validator("metrics_token")
    @classmethod
    def _long(cls, token: SecretStr) -> SecretStr:
        if 0 < len(token.get_secret_value()) < SHORTEST_TOKEN:
            raise ValueError(f"must have at least {SHORTEST_TOKEN} characters")
        return token

    @field_validator("telegram_api_base", "messaging_address")
    @classmethod
    def _address(cls, address: str) -> str:
        if address and not address.startswith(("https://", "http://")):
            raise ValueError("must be an address that begins with https://")
        return address.rstrip("/")

    @field_validator("origins", mode="before")
    @classmethod
    def _parted(cls, value: Any) -> Any:
        """One text with commas between, as a variable holds it."""
        if not isinstance(value, str):
            return value
        return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())


class SettingsMistakeError(Exception):
    """A setting cannot be used. The message names it and what it must be, never what it holds."""

    code = "settings-mistake"


def read_settings() -> Settings:
    """The settings of the environment. Raises SettingsMistakeError."""
    try:
        return Settings()
    except ValidationError as error:
        mistakes = (f"{e['loc'][0]}".upper() + f": {e['msg']}" for e in error.errors())
        raise SettingsMistakeError("; ".join(mistakes)) from None
