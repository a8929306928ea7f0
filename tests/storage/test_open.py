"""An address that cannot be used is called just that, and nothing of it is told."""

import pytest

from storage.errors import BadAddress
from storage.keyring import Keyring
from storage.open import open_stores, prepare_stores
from storage.postgres import address
from storage.redis_client import open_client

UNUSABLE = ["", "mysql://noor:canary@host/database", "sqlite://", "sqlite://[canary/a.db"]


@pytest.mark.parametrize("url", UNUSABLE)
async def test_an_address_of_no_store_is_not_called_a_file(url: str, keyring: Keyring) -> None:
    for opening in (open_stores(url, keyring), prepare_stores(url)):
        with pytest.raises(BadAddress, match="DATABASE_URL") as told:
            await opening
        assert "file" not in str(told.value)
        assert "canary" not in str(told.value)


@pytest.mark.parametrize("url", ["postgresql://", "postgresql://host:canary/a", "canary"])
def test_an_address_of_no_server_is_not_called_a_file(url: str) -> None:
    for read in (address, open_client):
        with pytest.raises(BadAddress, match=r"^A setting holds an address .*_URL") as told:
            read(url)
        assert "canary" not in str(told.value)
