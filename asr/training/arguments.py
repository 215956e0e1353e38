"""Argument types that several training commands share."""

import argparse
from collections.abc import Callable
from typing import TypeVar

NumberT = TypeVar("NumberT", int, float)


def named_number(kind: Callable[[str], NumberT]) -> Callable[[str], tuple[str, NumberT]]:
    """Return the argparse type of an argument NAME=NUMBER, for example books=3 -> ("books", 3).

    Args:
        kind: `int` or `float`. The returned type raises ArgumentTypeError for anything else, which argparse reports.
    """

    def parse(text: str) -> tuple[str, NumberT]:
        name, _, number = text.partition("=")
        try:
            return name, kind(number)
        except ValueError:
            wanted = "a whole number" if kind is int else "a number"
            raise argparse.ArgumentTypeError(f"{text!r} is not NAME=NUMBER with {wanted}") from None

    return parse
