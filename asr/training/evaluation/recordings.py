"""The commands that measure the recogniser on development speech: what they are told, and what they hear."""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track

from asr.audio.media import read_file
from asr.recognizer import Recognizer
from asr.training.acoustic.packs import entries


def recordings(about: str | None) -> tuple[Recognizer, Iterator[tuple[np.ndarray, str]]]:
    """From the command line: the recogniser, and (n,) samples with what is said in them, recording by recording."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--model", type=Path, help="folder of the model; the shipped one if left out")
    parser.add_argument("--limit", type=int, default=100, help="hear about this many recordings only")
    args = parser.parse_args()
    recognizer = Recognizer.load(args.model)

    def listen() -> Iterator[tuple[np.ndarray, str]]:
        for entry in track(entries(args.manifest, args.limit), "Listening", console=Console(stderr=True)):
            chunks = read_file(args.manifest.parent / entry["audio"], recognizer.config.rate)
            yield np.concatenate(list(chunks)), entry["text"]

    return recognizer, listen()
