"""A process with a bus of its own: it says what it is told to, and prints what it hears.

On its standard input: ``publish TOPIC PAYLOAD``, ``here PLACE``, ``gone PLACE``.
"""

import asyncio
import sys

from storage.between import open_between
from storage.bus import Subscription
from tenants.tenant import TenantId


async def main(url: str, tenant: str, *topics: str) -> None:
    async with open_between(url, [TenantId(tenant)]) as between:
        with between.bus.subscribe(*topics) as heard:
            telling = asyncio.create_task(tell(heard))
            while between.bus.state != "up":  # noqa: ASYNC110  It tells nobody when it is.
                await asyncio.sleep(0.01)
            say("ready")
            while line := await asyncio.to_thread(sys.stdin.readline):
                word, name, *rest = line.split()
                if word == "publish":
                    between.bus.publish(name, *rest)
                else:
                    between.bus.announce(name, is_here=word == "here")
            telling.cancel()


def say(*words: str) -> None:
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


async def tell(heard: Subscription) -> None:
    async for payload in heard:
        if payload:
            say("heard", payload)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
