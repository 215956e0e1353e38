"""Measure how well word times fit the sound, to set `asr.recognizer.PEAK_DELAY_ROWS`.

python -m asr.training.evaluation.word_times DEV/manifest.jsonl [--model FOLDER] [--limit N]

Manifests have texts without times, but the first word of a recording begins with its sound and the last word ends with
it. Recordings whose first (last) word is recognised are compared with the onset (end) of their energy. A click or a
breath makes single values wrong, so the table shows medians and quartiles, not means.
"""

import argparse

import numpy as np
from rich.console import Console
from rich.table import Table

from asr.pipeline import AnyRecognizer, transcribe
from asr.training.evaluation.latency import onset
from asr.training.evaluation.recordings import make_parser as recordings_parser
from asr.training.evaluation.recordings import recordings


def errors(recognizer: AnyRecognizer, sound: np.ndarray, text: list[str]) -> tuple[float | None, float | None]:
    """Return by how many seconds the first word begins after the sound, and the last word ends after it.

    Args:
        recognizer: Under test.
        sound: (n,) float32 samples at its rate.
        text: The words of the transcript. The value of a word that is not recognised is None.
    """
    words = [word for update in transcribe(recognizer, [sound]) for word in update.words]
    rate = recognizer.config.rate
    begin = words[0].start - onset(sound, rate) if words and words[0].text == text[0] else None
    end = (
        words[-1].end - (len(sound) / rate - onset(sound[::-1], rate)) if words and words[-1].text == text[-1] else None
    )
    return begin, end


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    return recordings_parser(__doc__)


def main() -> None:
    """Run the command."""
    recognizer, speech = recordings(make_parser().parse_args())
    found = [errors(recognizer, sound, text.split()) for sound, text in speech]
    table = Table("seconds late", "recordings", "lower quartile", "median", "upper quartile")
    for name, column in zip(("first word begins", "last word ends"), zip(*found, strict=True), strict=True):
        late = [value for value in column if value is not None]
        quartiles = np.percentile(late, [25, 50, 75]) if late else [np.nan] * 3
        table.add_row(name, str(len(late)), *(f"{value:+.3f}" for value in quartiles))
    Console().print(table)


if __name__ == "__main__":
    main()
