"""Transcripts of several files as one text, each under the name of its file.

Every function takes pairs of a name and a text that `asr.formats.writers` wrote, and yields pieces of the whole one:
the first is there before the second file has been transcribed. Names are of one line.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from asr.formats.writers import TSV_HEADER

Joiner = Callable[[Iterable[tuple[str, str]]], Iterator[str]]

_NUMBER = re.compile(r"^\d+$(?=\n\d\d+:\d\d:\d\d,\d{3} --> )", re.MULTILINE)


def heading(name: str, first: bool) -> str:
    """Return the line over the plain text of a file, with an empty line before it where it is not the first."""
    return f"{'' if first else chr(10)}==> {name} <==\n"


def join_txt(texts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield each text under a heading."""
    for position, (name, text) in enumerate(texts):
        yield heading(name, position == 0) + text


def join_srt(texts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield subtitles that are numbered as one. SubRip has no comments: a cue of a millisecond holds each name."""
    count = 0

    def number(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return str(count)

    for name, text in texts:
        yield _NUMBER.sub(number, f"0\n00:00:00,000 --> 00:00:00,001\n{name}\n\n{text}")


def join_vtt(texts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield one WebVTT file with a NOTE before the cues of each file. An arrow would end a note, so names have none."""
    yield "WEBVTT\n"
    for name, text in texts:
        yield f"\nNOTE {name.replace('-->', '->')}\n" + text.removeprefix("WEBVTT\n")


def join_tsv(texts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield one table whose first column is the name of the file."""
    yield f"file\t{TSV_HEADER}"
    for name, text in texts:
        yield "".join(f"{name}\t{row}" for row in text.removeprefix(TSV_HEADER).splitlines(keepends=True))


def join_json(texts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield one array with the object of each file, which holds its name."""
    yield "["
    for position, (_, text) in enumerate(texts):
        yield ("," if position else "") + "\n" + text.rstrip("\n")
    yield "\n]\n"


def join_lines(texts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield texts whose lines hold the name of the file already."""
    for _, text in texts:
        yield text
