"""A case's reference: neutral, easy to say, hard to mistype, and of no meaning (R11).

It names no service, no year and no number of cases. Chance comes in as an argument.
"""

from typing import NewType

Reference = NewType("Reference", str)

ALPHABET = "23456789BCDFGHJKMNPQRTVWXYZ"
"""No vowels, so no words; no 0, 1, L or S, so nothing that looks like another."""

BODY = 7
"""27 to the power of 7: ten thousand million references a tenant."""


def check_character(body: str) -> str:
    """The character that shows one wrong character or two swapped neighbours."""
    modulus = len(ALPHABET)
    total = 0
    for character in body:
        total = (total * 2 + ALPHABET.index(character)) % modulus
    return ALPHABET[-total * 2 % modulus]


def make_reference(chance: int) -> Reference:
    """A reference such as ``7KM4-RDTX`` from a large random number."""
    letters = []
    for _ in range(BODY):
        chance, index = divmod(chance, len(ALPHABET))
        letters.append(ALPHABET[index])
    body = "".join(letters)
    whole = body + check_character(body)
    return Reference(f"{whole[:4]}-{whole[4:]}")


def read_reference(typed: str) -> Reference | None:
    """The reference that somebody typed, in any case and spacing; None when it cannot be one."""
    plain = "".join(c for c in typed.upper() if c not in " -")
    if len(plain) != BODY + 1 or any(c not in ALPHABET for c in plain):
        return None
    if check_character(plain[:BODY]) != plain[BODY]:
        return None
    return Reference(f"{plain[:4]}-{plain[4:]}")
