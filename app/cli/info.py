"""The command `info`: what sound a file has."""

from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.console.terminal import clean, report
from app.cli.files.sources import about, name_of, open_source
from app.cli.process.exit_codes import BAD_INPUT, OK
from app.cli.process.interrupt import Interrupt
from asr.errors import AudioError

if TYPE_CHECKING:
    from asr.audio.tracks import Track


def info(files: list[Path]) -> int:
    """Print the length and the sound tracks of each file on stdout, and return the exit code."""
    failed = False
    with Interrupt() as interrupt:
        for file in files:
            try:
                with open_source(file, interrupt) as media:
                    length = "length unknown" if media.duration is None else f"{media.duration:.2f} s"
                    print(f"{clean(name_of(file))}: {length}")
                    for track in media.tracks:
                        print(f"  {_line(track)}")
            except AudioError as error:
                if not interrupt.requested:
                    report(about(file, str(error), alone=len(files) == 1))
                    failed = True
            if interrupt.requested:
                return interrupt.exit_code
    return BAD_INPUT if failed else OK


def _line(track: "Track") -> str:
    """Return what is known of a track. Its texts are the file's, and may hold what would command a terminal."""
    channels = "1 channel" if track.channels == 1 else f"{track.channels or 'unknown'} channels"
    rate = f"{track.rate} Hz" if track.rate else "unknown rate"
    parts = [f"track {track.number}: {track.codec}", channels, rate, clean(track.language)]
    parts += [f'"{clean(track.title)}"' if track.title else "", "default" if track.default else ""]
    return ", ".join(filter(None, parts))
