"""How much is measured: all of it in about ten minutes, or the quick form in about one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """Counts. Talks are whole intakes of twelve turns; ``echoes`` are turns of a bare contender."""

    rounds: int
    crowded_rounds: int
    echoes: int
    talks: int
    paced_talks: int
    rates: tuple[float, ...]
    idle_sockets: int
    reconnects: int
    waiting: int
    claims: int


WHOLE = Size(
    rounds=3,
    crowded_rounds=2,
    echoes=48_000,
    talks=200,
    paced_talks=1_000,
    rates=(2_500.0, 10_000.0),
    idle_sockets=1_000,
    reconnects=10_000,
    waiting=1_000_000,
    claims=400,
)
QUICK = Size(
    rounds=1,
    crowded_rounds=1,
    echoes=24_000,
    talks=100,
    paced_talks=500,
    rates=(2_500.0,),
    idle_sockets=300,
    reconnects=500,
    waiting=20_000,
    claims=200,
)
