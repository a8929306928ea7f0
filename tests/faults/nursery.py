"""A program that warms up once and then forks servers: each round's costs milliseconds.

Started as `python -m tests.faults.nursery FOLDER`. One request a line on standard input, a mapping;
one answer a line on standard output: the child's pid and its ports, which listen already.
"""

import asyncio
import json
import os
import signal
import socket
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.faults.served import serve_until_killed
from tests.faults.warm import warm_up

TEMPLATE = "template.db"


def main(folder: Path) -> None:
    """Until standard input ends; every child dies with this process."""
    warm_up(folder / TEMPLATE)
    children: set[int] = set()
    _say({"ready": True})
    try:
        for line in sys.stdin:
            request = json.loads(line)
            listening = [_listen() for _ in range(request["shells"])]
            if not (pid := os.fork()):
                _be_a_child(request, listening)
            children.add(pid)
            ports = [line.getsockname()[1] for line in listening]
            for one in listening:
                one.close()
            _say({"pid": pid, "ports": ports})
            _bury(children)
    finally:
        for pid in children:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _be_a_child(request: dict[str, Any], listening: list[socket.socket]) -> None:
    """Never returns: a child must not go on with the parent's requests."""
    code = 1
    try:
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.dup2(2, 1)
        asyncio.run(serve_until_killed(request, listening))
        code = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(code)


def _bury(children: set[int]) -> None:
    for pid in tuple(children):
        with suppress(ChildProcessError):
            if os.waitpid(pid, os.WNOHANG)[0]:
                children.discard(pid)


def _listen() -> socket.socket:
    line = socket.socket()
    line.bind(("127.0.0.1", 0))
    line.listen(128)
    return line


if __name__ == "__main__":
    main(Path(sys.argv[1]))
