"""What a source of sound is, and how its errors are kept until the words before them are finished."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

from asr.errors import AudioError

if TYPE_CHECKING:
    import numpy as np

    from asr.stream_options import StreamOptions


class Source(Protocol):
    """Sound to recognise: opened in the worker, iterated once for (n,) float32 chunks at the recogniser's rate.

    It may also have `waiting`, seconds captured and not yet taken; `overflows`, how often sound was dropped; and
    `gaps`, what was dropped, each with its `seconds`, listed when the sound after it is taken.
    """

    def __enter__(self) -> "Source": ...
    def __exit__(self, *error: Any) -> Any: ...
    def __iter__(self) -> "Iterator[np.ndarray]": ...

    def stop(self) -> None:
        """End the sound after what was captured. Any thread."""


class ErrorHoldingChunks:
    """Chunks on their way to the recogniser: an AudioError ends them instead of passing through.

    So the words before it are finished first; then `error` says why the sound ended, or is None.
    """

    def __init__(self, chunks: "Iterable[np.ndarray | StreamOptions]") -> None:
        self.error: AudioError | None = None
        self._chunks = chunks

    def __iter__(self) -> "Iterator[np.ndarray | StreamOptions]":
        """Yield the chunks in the thread that recognises them."""
        try:
            yield from self._chunks
        except AudioError as error:
            self.error = error
