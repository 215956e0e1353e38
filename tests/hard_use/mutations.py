"""Changes of bytes and of JSON, chosen by a random generator: what a fuzzer makes of something valid."""

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Target = Callable[[random.Random, Path], None]  # tries one input, with an empty folder

NUMBERS = (0, 1, -1, 7, 127, 128, 255, 256, 65_535, 65_536, 2**31 - 1, 2**31, 2**32, 2**53, 2**63, -(2**63), 10**30)
FLOATS = (0.5, -0.0, 1e-300, 1e300, float("nan"), float("inf"))
VALUES: tuple[Any, ...] = (*NUMBERS, *FLOATS, None, True, False, "", [], {})
TEXTS: tuple[str, ...] = (
    "\x00",
    "\x1b[2J",
    "\u202e",
    "\ud800",
    "<img src=/dev/zero>",
    "%s%n",
    "a" * 10_000,
    "[" * 5_000,
)
TEXTS += ("\u0130", "\ufb01", "\U0001d4b3")


def bytes_of(data: bytes, chance: random.Random) -> bytes:
    """Return some bytes with one to eight changes: flipped, removed, repeated, swapped, overwritten by extremes."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(changed) + 1)
        if chance.random() < 0.4:  # headers decide most
            at = min(at, chance.randrange(256))
        match chance.randrange(7):
            case 0 if at < len(changed):
                changed[at] ^= 1 << chance.randrange(8)
            case 1 if at < len(changed):
                changed[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
            case 2:
                del changed[at : at + chance.choice((1, 2, 4, 16, 256, len(changed)))]
            case 3:
                changed[at:at] = changed[at : at + chance.choice((1, 4, 64, 1024))]
            case 4:
                size = chance.choice((2, 4, 8))
                value = chance.choice(NUMBERS) % 256**size
                changed[at : at + size] = value.to_bytes(size, chance.choice(("little", "big")))
            case 5:
                other = chance.randrange(len(changed) + 1)
                size = chance.choice((4, 32, 512))
                changed[at : at + size] = changed[other : other + size]
            case 6:
                changed[at:at] = chance.randbytes(chance.choice((1, 8, 100)))
    return bytes(changed)


def text_of(text: str, chance: random.Random) -> str:
    """Return a text with one to four changes of its characters."""
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text) + 1)
        end = at + chance.choice((0, 1, 3, len(text)))
        put = chance.choice((*TEXTS, text[at:end] * 2, chr(chance.randrange(1, 0xD800)), "", "\n", " ", ":", "=", "|"))
        text = text[:at] + put + text[end:]
    return text


def json_of(value: Any, chance: random.Random) -> Any:
    """Return a value of JSON in which one place holds something else."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(list(value))
        changed = dict(value)
        match chance.randrange(8):
            case 0:
                del changed[key]
            case 1:
                changed[text_of(key, chance)] = changed.pop(key)
            case _:
                changed[key] = json_of(value[key], chance)
        return changed
    if isinstance(value, list) and value and chance.random() < 0.9:
        items = list(value)
        at = chance.randrange(len(items))
        match chance.randrange(6):
            case 0:
                del items[at]
            case 1:
                items *= chance.choice((2, 50))
            case _:
                items[at] = json_of(items[at], chance)
        return items
    if isinstance(value, str) and chance.random() < 0.5:
        return text_of(value, chance)
    return chance.choice((*VALUES, *TEXTS))


def line_of(record: Any) -> bytes:
    """Return JSON in UTF-8, also of what no UTF-8 can hold."""
    return json.dumps(record, ensure_ascii=True).encode()


def some_of(items: Sequence[Any], chance: random.Random, most: int) -> list[Any]:
    """Return up to `most` items, in any order, also several times."""
    return [chance.choice(items) for _ in range(chance.randint(0, most))]
