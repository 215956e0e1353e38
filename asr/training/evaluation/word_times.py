"""How well words' times fit the sound, to set `asr.recognizer.PEAK_DELAY_ROWS`:

python -m asr.training.evaluation.word_times DEV/manifest.jsonl [--model FOLDER] [--limit N]

Manifests say what was said and not when, but a recording's first word begins where its sound does and its last one
ends there too. Recordings whose first (last) word is recognised are compared with the onset (end) of their energy;
an early click or a late breath makes single figures wild, so medians and quartiles are told, not means.
"""

import numpy as np
from rich.console import Console
from rich.table import Table

from asr.pipeline import transcribe
from asr.recognizer import Recognizer
from asr.training.evaluation.evaluate import onset
from asr.training.evaluation.recordings import recordings


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
    recognizer, heard = recordings(__doc__)
    found = [errors(recognizer, sound, said.split()) for sound, said in heard]
    table = Table("seconds late", "recordings", "lower quartile", "median", "upper quartile")
    for name, column in zip(("first word begins", "last word ends"), zip(*found, strict=True), strict=True):
        late = [value for value in column if value is not None]
        quartiles = np.percentile(late, [25, 50, 75]) if late else [np.nan] * 3
        table.add_row(name, str(len(late)), *(f"{value:+.3f}" for value in quartiles))
    Console().print(table)


if __name__ == "__main__":
    main()
