"""Updates on a terminal, in a pipe, or as JSON lines. Every display breaks lines where utterances end."""

import json
from typing import IO, TYPE_CHECKING, Any, Protocol

from app.cli.console.terminal import clean, json_for, past_filter
from asr.formats.writers import alternatives_dict, word_dict
from asr.updates import Alternative, Update, Word, text_of

if TYPE_CHECKING:
    from rich.console import RenderableType


class Display(Protocol):
    """Shows the updates of one stream; entered before the first and left after `end`."""

    def __enter__(self) -> "Display": ...
    def __exit__(self, *error: object) -> None: ...

    def show(self, update: Update) -> None:
        """Show the next update."""

    def end(self) -> None:
        """Close the last line: the stream is over."""


class PlainText:
    """Final words as they come, a line for each utterance; flushed at once, so that a pipe has no delay."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream, self._line_open = stream, False

    def __enter__(self) -> "PlainText":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def show(self, update: Update) -> None:
        """Write the final words of an update."""
        if text := text_of(update.words):
            self._stream.write(" " * self._line_open + text)
            self._line_open = True
        if update.endpoint:
            self.end()
        self._stream.flush()

    def end(self) -> None:
        """Close the open line, if there is one."""
        if self._line_open:
            self._stream.write("\n")
            self._line_open = False
        self._stream.flush()


class JsonLines:
    """`{"type": "partial" | "final", "seconds", "text", "words"}`, one object a line; with "alternatives" if wanted."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._partial: tuple[Word, ...] = ()

    def __enter__(self) -> "JsonLines":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def show(self, update: Update) -> None:
        """Write a line for new final words, and one for a partial that changed."""
        if update.words:
            self._write("final", update.words, update.seconds, update.readings)
        if update.partial != self._partial:
            self._write("partial", update.partial, update.seconds)
            self._partial = update.partial

    def end(self) -> None:
        """Do nothing: each line is complete."""

    def _write(
        self, kind: str, words: tuple[Word, ...], seconds: float, readings: tuple[Alternative, ...] = ()
    ) -> None:
        line = {
            "type": kind,
            "seconds": round(seconds, 3),
            "text": text_of(words),
            "words": [word_dict(word) for word in words],
        } | alternatives_dict(readings)
        self._stream.write(json_for(self._stream, json.dumps(line, ensure_ascii=False)) + "\n")
        self._stream.flush()


class TerminalText:
    """A terminal: the open utterance with its partial in dim text, redrawn in place.

    `below`, if given, is drawn under it: a progress bar.
    """

    def __init__(self, stream: IO[str], below: "RenderableType | None" = None) -> None:
        from rich.console import Console, Group
        from rich.live import Live
        from rich.text import Text

        self._console = Console(file=past_filter(stream), highlight=False, markup=False, emoji=False)
        self._group, self._text = Group, Text
        self._below = below
        self._line = ""  # final words of the open utterance
        self._live = Live("", console=self._console, refresh_per_second=8, transient=True)

    def __enter__(self) -> "TerminalText":
        self._live.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._live.__exit__(*error)

    def show(self, update: Update) -> None:
        """Draw an update; an utterance that ends is printed for good."""
        self._line = " ".join(filter(None, (self._line, clean(text_of(update.words)))))
        if update.endpoint:
            self._print_line()
        self._draw(clean(text_of(update.partial)))

    def end(self) -> None:
        """Print the open utterance and take the partial away."""
        self._print_line()
        self._draw("")

    def _print_line(self) -> None:
        if self._line:
            self._console.print(self._text(self._line))  # Live prints it above what it redraws
            self._line = ""

    def _draw(self, partial: str) -> None:
        line = self._text.assemble(self._line, " " * bool(self._line and partial), (partial, "dim"))
        self._live.update(line if self._below is None else self._group(line, self._below), refresh=True)
