"""Which dossiers are drawn: by tickets that anybody can make again with ten lines of code and the seed.

    import hashlib
    ticket = lambda seed, code: hashlib.sha256(f"{seed}:{code}".encode()).hexdigest()
    drawn = sorted(codes, key=lambda code: ticket(seed, code))[:size]

The seed is rolled in public, by dice, after the list of codes has been fixed, and before anything is drawn. A greater
sample begins with the smaller one.
"""

import hashlib
from collections.abc import Iterable

from audit.ground.terms import AuditError

FEWEST_DIGITS = 10  # of a seed: as many rolls of a die with ten sides


def checked_seed(written: str) -> str:
    """A seed as it is used: its digits alone. Raises AuditError for one that is too short or has anything else."""
    seed = "".join(written.split())
    if not (seed.isascii() and seed.isdigit() and len(seed) >= FEWEST_DIGITS):
        raise AuditError("sample_seed", written=written, fewest=FEWEST_DIGITS)
    return seed


def ticket(seed: str, code: str) -> str:
    """What decides the place of a code in the draw: the SHA-256 of the seed, a colon and the code, in hexadecimal."""
    return hashlib.sha256(f"{seed}:{code}".encode()).hexdigest()


def in_order(codes: Iterable[str], seed: str) -> list[str]:
    """All codes in the order in which they are drawn."""
    return sorted(codes, key=lambda code: ticket(seed, code))


def fingerprint(codes: Iterable[str]) -> str:
    """The SHA-256 of a population: its codes in their order, each in a line of its own."""
    return hashlib.sha256("".join(f"{code}\n" for code in sorted(codes)).encode()).hexdigest()
