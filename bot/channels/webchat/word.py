"""A word that was typed to come back: it is slowed down, and opens talks of this browser alone."""

from dataclasses import dataclass

from aiohttp import web

from bot import returning
from bot.channels.webchat.admission import wait_to_try
from bot.channels.webchat.browser import devices_of, new_token, sender_of
from bot.house import House
from bot.inbound import Receipt
from bot.return_turn import Return
from tenants.tenant import TenantId


@dataclass(frozen=True, slots=True)
class Back:
    """Somebody is back: their new way back, and the talk as it stands."""

    token: str
    receipt: Receipt


async def open_by_word(request: web.Request, house: House, cookie: str, id: str, word: str) -> Back:
    """Try a word. Raises WordUnknown or NotSaved."""
    tenant, token = TenantId(request.match_info["tenant"]), new_token()
    await wait_to_try(request, house, tenant)
    sender = sender_of(house.keyring, tenant, token, cookie)
    devices = devices_of(house.keyring, tenant, cookie)
    # Each try is one of its own: the same word in the same frame may open the talk again.
    asked = Return(tenant, sender, f"{id} {token}", devices, word)
    return Back(token, await returning.come_back(house.door, asked))
