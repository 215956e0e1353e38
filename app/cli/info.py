"""The command `info`: what sound a file has."""

from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.commands import BAD_INPUT, INTERRUPTED, OK, name_of, open_source, report
from app.cli.interrupt import Interrupt
from asr.errors import AudioError

if TYPE_CHECKING:
    from asr.audio.media import Track


def info(files: list[Path]) -> int:
    """Print the length and the sound tracks of each file on stdout, and return the exit code."""
    failed = False
    with Interrupt() as interrupt:
        for file in files:
            try:
                with open_source(file, interrupt) as media:
                    length = "length unknown" if media.duration is None else f"{media.duration:.2f} s"
                    print(f"{printable(name_of(file))}: {length}")
                    for track in media.tracks:
                        print(f"  {_line(track)}")
            except AudioError as error:
                if interrupt.requested:
                    return INTERRUPTED
                report(str(error))
                failed = True
    return BAD_INPUT if failed else OK


def _line(track: "Track") -> str:
    channels = "1 channel" if track.channels == 1 else f"{track.channels or 'unknown'} channels"
    rate = f"{track.rate} Hz" if track.rate else "unknown rate"
    parts = [f"track {track.number}: {track.codec}", channels, rate, printable(track.language)]
    parts += [f'"{printable(track.title)}"' if track.title else "", "default" if track.default else ""]
    return ", ".join(filter(None, parts))


def printable(text: str) -> str:
    """Return text of a file with every control character escaped: none of them may reach a terminal."""
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)
