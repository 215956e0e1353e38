"""How well words' times fit the sound, to set `asr.recognizer.LATENESS`:

python -m asr.training.timing DEV/manifest.jsonl [--model FOLDER] [--limit N]

Manifests say what was said and not when, but a recording's first word begins where its sound does and its last one
ends there too. Recordings whose first (last) word is recognised are compared with the onset (end) of their energy;
an early click or a late breath makes single figures wild, so medians and quartiles are told, not means.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import track
from rich.table import Table

from asr.audio import read_file
from asr.recognizer import Recognizer, transcribe
from asr.training.data import entries
from asr.training.evaluate import onset


def errors(recognizer: Recognizer, sound: np.ndarray, said: list[str]) -> tuple[float | None, float | None]:
    """Seconds by which the first word begins after the sound, and the last one ends after it; None if misheard."""
    words = [word for update in transcribe(recognizer, [sound]) for word in update.words]
    rate = recognizer.config.rate
    begin = words[0].start - onset(sound, rate) if words and words[0].text == said[0] else None
    end = (
        words[-1].end - (len(sound) / rate - onset(sound[::-1], rate)) if words and words[-1].text == said[-1] else None
    )
    return begin, end


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--model", type=Path, help="folder of the model; the shipped one if left out")
    parser.add_argument("--limit", type=int, default=100, help="hear about this many recordings only")
    args = parser.parse_args()
    torch.set_num_threads(1)
    recognizer = Recognizer.load(args.model)
    found: list[tuple[float | None, float | None]] = []
    for entry in track(entries(args.manifest, args.limit), "Listening", console=Console(stderr=True)):
        sound = np.concatenate(list(read_file(args.manifest.parent / entry["audio"], recognizer.config.rate)))
        found.append(errors(recognizer, sound, entry["text"].split()))
    table = Table("seconds late", "recordings", "lower quartile", "median", "upper quartile")
    for name, column in zip(("first word begins", "last word ends"), zip(*found, strict=True), strict=True):
        late = [value for value in column if value is not None]
        quartiles = np.percentile(late, [25, 50, 75]) if late else [np.nan] * 3
        table.add_row(name, str(len(late)), *(f"{value:+.3f}" for value in quartiles))
    Console().print(table)


if __name__ == "__main__":
    main()
