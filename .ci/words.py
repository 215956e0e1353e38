"""Print what the recogniser makes of a fixed set of sounds, to the last digit: python .ci/words.py [--digest] [--times]

The sample, and the same made slower, faster, quieter, louder, noisy and narrow, and sounds without speech; all made
by the sample's own samples and numpy alone, so that every version of every library is given the same. Two
installations hear alike where this prints the same. One JSON line a sound, or one line of SHA-256 for all of them. With
--times, words and times alone: a new calibration of confidences changes nothing in that.
"""

import hashlib
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from asr.audio.media import read_file
from asr.pipeline import transcribe
from asr.recognizer import Recognizer
from asr.stream_options import StreamOptions

SPOKEN = ("text", "start", "end", "confidence")
SAMPLE = Path(__file__).resolve().parents[1] / "assets" / "samples" / "lighthouse.ogg"


def sounds(speech: np.ndarray, rate: int) -> dict[str, np.ndarray]:
    """(n,) float32 at `rate` each."""
    random = np.random.default_rng(0)
    noise = random.integers(-3276, 3277, len(speech)) / 32768  # integers are the same in every version
    time = np.arange(len(speech))

    def resampled(speed: float) -> np.ndarray:
        return np.interp(np.arange(0, len(speech) - 1, speed), time, speech)

    made = {
        "sample": speech,
        "slower": resampled(0.9),
        "faster": resampled(1.12),
        "quiet": speech / 32,
        "loud": speech * 4,
        "noisy": speech + noise / 8,
        "narrow": np.convolve(speech, np.ones(5) / 5, "same"),
        "backwards": speech[::-1],
        "noise": noise[: 6 * rate],
        "clicks": np.where(time[: 4 * rate] % 997 == 0, 0.5, 0.0),
    }
    return {name: sound.astype(np.float32) for name, sound in made.items()}


def main() -> None:
    recognizer = Recognizer.load()
    rate = recognizer.config.rate
    # Twelve bits of each sample: decoders and resamplers of other versions may differ in the last of 24.
    speech = np.round(np.concatenate(list(read_file(SAMPLE, rate))) * 2048) / 2048
    fields = ("text", "start", "end") + (() if "--times" in sys.argv[1:] else ("confidence",))
    lines = []
    for name, sound in sounds(speech, rate).items():
        chunks = (sound[i : i + rate // 10] for i in range(0, len(sound), rate // 10))
        updates = transcribe(recognizer, chunks, StreamOptions(formatted=False))
        words = [{field: getattr(word, field) for field in fields} for update in updates for word in update.words]
        lines.append(json.dumps({"sound": name, "words": words}))
    if "--digest" in sys.argv[1:]:
        print(hashlib.sha256("\n".join(lines).encode()).hexdigest())
    else:
        print("\n".join(lines))


if __name__ == "__main__":
    main()
