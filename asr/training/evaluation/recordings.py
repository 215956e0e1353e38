"""Options and recordings of the commands that measure the recogniser on development speech."""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track

from asr.audio.media import read_file
from asr.recognizer import Recognizer
from asr.training.manifests import read_manifest


def make_parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser with the options of these commands."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path, help="manifest of development speech")
    parser.add_argument("--model", type=Path, help="folder of the model; default: the shipped one")
    parser.add_argument("--limit", type=int, default=100, help="use about this many recordings")
    return parser


def recordings(args: argparse.Namespace) -> tuple[Recognizer, Iterator[tuple[np.ndarray, str]]]:
    """Return the recogniser and, for each recording, (n,) samples at its rate and the text.

    Args:
        args: Of `make_parser`.
    """
    recognizer = Recognizer.load(args.model)

    def read() -> Iterator[tuple[np.ndarray, str]]:
        entries = read_manifest(args.manifest, args.limit)
        for entry in track(entries, "Recognising", console=Console(stderr=True)):
            chunks = read_file(args.manifest.parent / entry["audio"], recognizer.config.rate)
            yield np.concatenate(list(chunks)), entry["text"]

    return recognizer, read()
