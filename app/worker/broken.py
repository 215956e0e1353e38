"""Sound that breaks off: its words are finished first, and what is wrong with it is told after them."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from asr.errors import AudioError

if TYPE_CHECKING:
    import numpy as np


class UntilBroken:
    """Chunks on their way to the recogniser. An AudioError ends them instead of passing through, and waits in
    `fault`."""

    def __init__(self, chunks: "Iterable[np.ndarray]") -> None:
        self.fault: AudioError | None = None
        self._chunks = chunks

    def __iter__(self) -> "Iterator[np.ndarray]":
        try:
            yield from self._chunks
        except AudioError as error:
            self.fault = error
