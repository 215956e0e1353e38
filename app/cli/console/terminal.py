"""What is printed: no text from outside can command a terminal, and no encoding can end the program.

File names, names of devices and the words of a foreign model may hold escape sequences, which clear a screen, set its
title or type into it. `standard_streams` puts a filter before stdout and stderr, so that whatever is printed is clean
without being asked for; only what draws by itself, with rich, writes past it, and passes its texts through `clean`.
"""

import codecs
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, cast

# C0 but tab and line feed, DEL, C1, and the characters that turn the direction of the text after them
_CONTROLS = re.compile("[\0-\b\v-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_ANY_CONTROL = re.compile(f"[\t\n]|{_CONTROLS.pattern}")
_NOT_ASCII = re.compile(f"[^\0-\x7f]|{_CONTROLS.pattern}")


def clean(text: str) -> str:
    """Return a text of one line with every control character written out, as `\\x1b`."""
    return _ANY_CONTROL.sub(_written_out, text)


def report(sentence: str) -> None:
    """Print a sentence on stderr, marked as Echoic's. A stderr that cannot be written to is none to report to."""
    with suppress(OSError):
        print(f"echoic: {clean(sentence)}", file=sys.stderr, flush=True)


def json_for(stream: IO[str], text: str) -> str:
    """Return the same JSON with what the stream cannot hold, or a terminal would obey, as the escapes of JSON."""
    return (_CONTROLS if _holds_all(stream) else _NOT_ASCII).sub(_json_escape, text)


def past_filter(stream: IO[str]) -> IO[str]:
    """Return the stream behind the filter of `standard_streams`, for what draws on a terminal by itself."""
    return stream.stream if isinstance(stream, _Filter) else stream


class _Filter:
    """A stream before another one that takes the control characters out; all else is that of the other one."""

    def __init__(self, stream: IO[str], always: bool) -> None:
        self.stream = stream
        self._active = always or stream.isatty()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def write(self, text: str) -> int:
        self.stream.write(_CONTROLS.sub(_written_out, text) if self._active else text)
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)


@contextmanager
def standard_streams() -> Iterator[None]:
    """Within it, stderr is always clean and stdout where it is a terminal; what an encoding lacks is written out.

    What goes through stdout into a file or another program keeps every character that its encoding has.
    """
    before = sys.stdout, sys.stderr
    os.environ.setdefault("PYTHON_COLORS", "0")  # the colours of Python's own messages are escape sequences too
    for stream in before:
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")
    sys.stdout, sys.stderr = (cast(Any, _Filter(stream, stream is sys.stderr)) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def _written_out(found: re.Match[str]) -> str:
    number = ord(found[0])
    short = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}.get(found[0])
    return short or (f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}")


def _json_escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def _holds_all(stream: IO[str]) -> bool:
    """Return whether every character can be written to the stream."""
    encoding = getattr(stream, "encoding", None)
    return encoding is None or codecs.lookup(encoding).name.startswith("utf")
