"""Where the processor's time goes: each thread's calls counted and timed, added up at the end.

Time is the thread's own, so that waiting costs nothing here, however busy the machine is.
"""

import asyncio
import cProfile
import pstats
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path
from time import thread_time
from typing import Any

Profiles = list[cProfile.Profile]


@asynccontextmanager
async def profiled_threads() -> AsyncIterator[Profiles]:
    """Profile every thread that begins within the block. Read the profiles after they have ended.

    The thread that enters is not among them: it begins when what is of interest does.
    """
    found: Profiles = []

    def begin(*_event: Any) -> None:
        # The first event of a new thread; from then on the profile stands in this hook's place.
        found.append(new_profile())
        found[-1].enable()

    threading.setprofile(begin)
    try:
        yield found
    finally:
        threading.setprofile(None)
        # One that still waited for work would be timed by another thread's clock.
        await asyncio.get_running_loop().shutdown_default_executor()


def new_profile() -> cProfile.Profile:
    """A profile by the thread's own processor time."""
    return cProfile.Profile(thread_time)


def add_up(profiles: Profiles) -> pstats.Stats:
    """All of them as one. None may be running any more."""
    first, *others = profiles
    stats = pstats.Stats(first, stream=StringIO())
    for profile in others:
        stats.add(profile)
    return stats


def dump(profiles: Profiles, path: Path) -> None:
    """Keep them as one in a file that ``pstats`` reads."""
    add_up(profiles).dump_stats(path)


def read(path: Path) -> pstats.Stats:
    """What was dumped."""
    return pstats.Stats(str(path), stream=StringIO())
