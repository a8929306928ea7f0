"""The names that the doors really read, from their own source: none may be left unasked."""

import re
from itertools import chain
from pathlib import Path

import bot.channels.webchat
import bot.console

ROOMS = (bot.console, bot.channels.webchat)


def names_read(whence: str) -> frozenset[str]:
    """Every literal name that a mapping of one of these names is asked for."""
    pattern = re.compile(rf'\b(?:{whence})(?:\.get(?:all)?\(|\[)"([a-z_-]+)"(?!\] = )')
    folders = [Path(str(room.__file__)).parent for room in ROOMS]
    files = chain.from_iterable(sorted(folder.glob("*.py")) for folder in folders)
    names = frozenset(chain.from_iterable(pattern.findall(file.read_text()) for file in files))
    if not names:
        raise AssertionError(f"nothing reads {whence} any more")
    return names
