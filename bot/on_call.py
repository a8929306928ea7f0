"""The rota of who is on call, in its register, and a call to whoever is."""

from collections.abc import Sequence

from bot.calling import TEST_WORDS, WORDS, Call, NotPlaced
from bot.house import House
from bot.tenancy import Tenancy
from handoff.on_call import REGISTER, Duty, read_duty, whom_to_call
from handoff.watch import Watch
from storage.store import Registered


async def rota(tenancy: Tenancy) -> Sequence[Duty]:
    """Every duty that was ever kept, withdrawn ones too."""
    rows = await tenancy.store.registered(REGISTER)
    return [read_duty(row.id, row.content, row.version) for row in rows]


async def keep_duty(tenancy: Tenancy, duty: Duty) -> bool:
    """Keep a duty; False when somebody changed it since it was read."""
    return await tenancy.store.register(Registered(REGISTER, duty.id, duty.content, duty.version))


async def call_on_call(house: House, tenancy: Tenancy, watch: Watch) -> None:
    """Place the present call of a watch, however often it is tried. Raises NotPlaced."""
    duty = whom_to_call(await rota(tenancy), house.clock(), watch.call)
    if duty is None:
        raise NotPlaced("nobody-on-call")
    words = f"{watch.id} {watch.since.isoformat()} {watch.call}"
    await house.caller.place(Call(_key(house, tenancy, words), duty.number, WORDS))


async def call_as_test(house: House, tenancy: Tenancy, duty: Duty, id: str) -> None:
    """Try the way to somebody on call; ``id`` makes it one test. Raises NotPlaced."""
    key = _key(house, tenancy, f"test {duty.id} {id}")
    await house.caller.place(Call(key, duty.number, TEST_WORDS))


def _key(house: House, tenancy: Tenancy, words: str) -> str:
    """What a provider knows a call by: nothing can be read from it."""
    return house.keyring.keyed_hash("call", tenancy.tenant.id, words).hex()[:32]
