"""Words on a terminal, in a pipe, or as JSON lines: three ways to show the same updates."""

import json
from typing import IO, Any

from asr.formats.writers import sentence, word_dict
from asr.updates import Update, Word


class Plain:
    """Final words as they come, a line an utterance; each flushed, so that a pipe has no delay."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream, self._begun = stream, False

    def __enter__(self) -> "Plain":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def show(self, update: Update) -> None:
        if update.words:
            self._stream.write(" " * self._begun + sentence(update.words))
            self._begun = True
        if update.endpoint:
            self.end()
        self._stream.flush()

    def end(self) -> None:
        """Close the line of a file or a stream."""
        if self._begun:
            self._stream.write("\n")
            self._begun = False
        self._stream.flush()


class JsonLines:
    """`{"type": "partial" | "final", "seconds", "text", "words"}`, one object a line."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._partial: tuple[Word, ...] = ()

    def __enter__(self) -> "JsonLines":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def show(self, update: Update) -> None:
        if update.words:
            self._line("final", update.words, update.seconds)
        if update.partial != self._partial:
            self._line("partial", update.partial, update.seconds)
            self._partial = update.partial

    def end(self) -> None:
        """Each line is whole as it stands."""

    def _line(self, kind: str, words: tuple[Word, ...], seconds: float) -> None:
        line = {
            "type": kind,
            "seconds": round(seconds, 3),
            "text": sentence(words),
            "words": [word_dict(word) for word in words],
        }
        self._stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._stream.flush()


class Screen:
    """A terminal: the utterance being spoken with its partial in dim text, rewritten in place.

    `below`, if any, stands under it: a progress bar."""

    def __init__(self, stream: IO[str], below: Any = None) -> None:
        from rich.console import Console, Group
        from rich.live import Live
        from rich.text import Text

        self._console = Console(file=stream, highlight=False, markup=False, emoji=False)
        self._group, self._text = Group, Text
        self._below = below
        self._spoken = ""
        self._live = Live("", console=self._console, refresh_per_second=8, transient=True)

    def __enter__(self) -> "Screen":
        self._live.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._live.__exit__(*error)

    def show(self, update: Update) -> None:
        self._spoken = " ".join(filter(None, (self._spoken, sentence(update.words))))
        if update.endpoint:
            self._close()
        self._draw(sentence(update.partial))

    def end(self) -> None:
        self._close()
        self._draw("")

    def _close(self) -> None:
        if self._spoken:
            self._console.print(self._text(self._spoken))  # Live prints it above what it redraws
            self._spoken = ""

    def _draw(self, partial: str) -> None:
        line = self._text.assemble(self._spoken, " " * bool(self._spoken and partial), (partial, "dim"))
        self._live.update(line if self._below is None else self._group(line, self._below), refresh=True)
