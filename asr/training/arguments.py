"""What the command lines of several trainings share."""

import argparse
from collections.abc import Callable
from typing import TypeVar

Number = TypeVar("Number", int, float)


def named(kind: Callable[[str], Number]) -> Callable[[str], tuple[str, Number]]:
    """The `type` of an argument NAME=NUMBER: books=3 -> ("books", 3). Anything else is refused by argparse."""

    def read(text: str) -> tuple[str, Number]:
        name, _, number = text.partition("=")
        try:
            return name, kind(number)
        except ValueError:
            wanted = "a whole number" if kind is int else "a number"
            raise argparse.ArgumentTypeError(f"{text!r} is not NAME=NUMBER with {wanted}") from None

    return read
