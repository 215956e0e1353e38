"""Invented words: what the recogniser makes of sounds that hold none, in words a minute.

    python -m tests.hard_use.invented [--seconds 60] [--level -24] [--noise FOLDER] [--limit N] [--model FOLDER]
    python -m tests.hard_use.invented --speech DEV/manifest.jsonl --limit N

Tones, vibrato, a buzz that is switched 4 times a second, chords, notes of a melody and noise are made by a seeded
generator; speech backwards is the sample. `--noise` names a folder of recordings, of which each N-th is taken and its
level kept. `--level` is the root mean square of the others in dBFS. What is printed of each: words a minute, and how
many of them have a confidence of at least SURE, as sure words have.

`--speech` takes each N-th recording of a manifest as it is, backwards, and with each piece of PIECE seconds played
backwards by itself, which sounds like speech of an unknown language (Saberi & Perrott 1999, "Cognitive restoration of
reversed speech"). What is printed of each: words a minute, their mean confidence, and the shares under DOUBTFUL, which
the window underlines, and of at least SURE.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from app.cli.benchmark import SAMPLE
from app.sessions.document import DOUBTFUL
from asr.audio.media import read_file
from asr.pipeline import AnyRecognizer, transcribe
from asr.recognizer import Recognizer
from asr.training.manifests import read_manifest
from asr.updates import Word

SURE = 0.6
PIECE = 0.2  # seconds


def tone(seconds: float, rate: int, random: np.random.Generator) -> np.ndarray:
    """Pure tones of 80 to 4,000 Hz, 5 s each."""
    return np.concatenate([_wave(np.full(5 * rate, random.uniform(80, 4000)), rate) for _ in range(round(seconds / 5))])


def vibrato(seconds: float, rate: int, random: np.random.Generator) -> np.ndarray:
    """Sung notes of six harmonics, 5 s each, that waver by 3 % five times a second."""
    parts = []
    for _ in range(round(seconds / 5)):
        wave = np.sin(2 * np.pi * 5 * np.arange(5 * rate) / rate)
        pitch = random.uniform(120, 500) * (1 + 0.03 * wave)
        parts.append(sum(_wave(pitch * n, rate) / n for n in range(1, 7)))
    return np.concatenate(parts)


def buzz(seconds: float, rate: int, random: np.random.Generator) -> np.ndarray:
    """A buzz of 120 Hz that is switched on and off 4 times a second."""
    time = np.arange(round(seconds * rate)) / rate
    return np.sign(np.sin(2 * np.pi * 120 * time)) * (np.sin(2 * np.pi * 4 * time) > 0)


def chords(seconds: float, rate: int, random: np.random.Generator) -> np.ndarray:
    """Chords of three notes with harmonics that fade, 1 s each."""
    parts = []
    for _ in range(round(seconds)):
        root = 130.8 * 2 ** (random.integers(0, 24) / 12)
        fade = np.exp(-3 * np.arange(rate) / rate)
        notes = [root, root * 2 ** (4 / 12), root * 2 ** (7 / 12)]
        parts.append(sum(_wave(np.full(rate, note * n), rate) / n for note in notes for n in range(1, 5)) * fade)
    return np.concatenate(parts)


def melody(seconds: float, rate: int, random: np.random.Generator) -> np.ndarray:
    """Notes of a plucked string, four a second."""
    fade = np.exp(-8 * np.arange(rate // 4) / rate)
    parts = []
    for _ in range(round(4 * seconds)):
        pitch = np.full(rate // 4, 220 * 2 ** (random.integers(-5, 15) / 12))
        parts.append(sum(_wave(pitch * n, rate) / n**0.5 for n in range(1, 8)) * fade)
    return np.concatenate(parts)


def noise(seconds: float, rate: int, random: np.random.Generator) -> np.ndarray:
    """Noise that swells and fades within seconds, as wind does."""
    count = round(seconds * rate)
    knots = np.arange(0, count + rate, rate)
    swell = np.interp(np.arange(count), knots, random.uniform(0.05, 1, len(knots)))
    return np.convolve(random.normal(0, 1, count), np.ones(12) / 12, "same") * swell


def backwards(seconds: float, rate: int, random: np.random.Generator) -> np.ndarray:
    """The sample, which is English, backwards."""
    speech = np.concatenate(list(read_file(SAMPLE, rate)))[::-1]
    return np.resize(speech, round(seconds * rate))


SOUNDS: dict[str, Callable[[float, int, np.random.Generator], np.ndarray]] = {
    "tone": tone,
    "vibrato": vibrato,
    "buzz": buzz,
    "chords": chords,
    "melody": melody,
    "noise": noise,
    "backwards": backwards,
}


def _wave(pitch: np.ndarray, rate: int) -> np.ndarray:
    """A sine of (n,) Hz."""
    return np.sin(2 * np.pi * np.cumsum(pitch) / rate)


def at_level(sound: np.ndarray, decibels: float) -> np.ndarray:
    """Return the sound with a root mean square of so many dBFS, float32."""
    return (sound * 10 ** (decibels / 20) / np.sqrt(np.mean(np.square(sound)))).astype(np.float32)


def words_in(recognizer: AnyRecognizer, sound: np.ndarray) -> list[Word]:
    """Return the words that are recognised in a sound."""
    chunks = np.split(sound, range(1600, len(sound), 1600))
    return [word for update in transcribe(recognizer, chunks) for word in update.words]


def reversed_pieces(speech: np.ndarray, size: int) -> np.ndarray:
    """Return (n,) samples in which each piece of `size` samples is backwards, and the order of pieces as it was."""
    return np.concatenate([speech[first : first + size][::-1] for first in range(0, len(speech), size)])


def show_speech(recognizer: AnyRecognizer, recordings: Sequence[Path]) -> None:
    """Print what is recognised in recordings as they are, backwards and with pieces backwards."""
    rate = recognizer.config.rate
    changes: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "speech": lambda speech: speech,
        "backwards": lambda speech: speech[::-1].copy(),
        "in pieces": lambda speech: reversed_pieces(speech, round(PIECE * rate)),
    }
    words: dict[str, list[Word]] = {name: [] for name in changes}
    seconds = 0.0
    for path in recordings:
        speech = np.concatenate(list(read_file(path, rate)))
        seconds += len(speech) / rate
        for name, change in changes.items():
            words[name] += words_in(recognizer, change(speech))
    for name, found in words.items():
        confidences = np.array([word.confidence for word in found])
        doubtful, sure = (confidences < DOUBTFUL).mean(), (confidences >= SURE).mean()
        print(
            f"{name:10} {60 * len(found) / seconds:6.1f} words a minute, mean confidence {confidences.mean():.2f}, "
            f"{doubtful:.0%} under {DOUBTFUL}, {sure:.0%} of {SURE} or more"
        )


def main() -> None:
    """Run as the description of this module says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", help=f"of {', '.join(SOUNDS)}; default: all")
    parser.add_argument("--seconds", type=float, default=60.0, help="of each sound")
    parser.add_argument("--level", type=float, default=-24.0, help="dBFS")
    parser.add_argument("--noise", type=Path, metavar="FOLDER")
    parser.add_argument("--speech", type=Path, metavar="MANIFEST")
    parser.add_argument("--limit", type=int, default=1, metavar="N")
    parser.add_argument("--model", type=Path)
    arguments = parser.parse_args()
    recognizer = Recognizer.load(arguments.model)
    if arguments.speech:
        entries = read_manifest(arguments.speech)[:: arguments.limit]
        show_speech(recognizer, [arguments.speech.parent / entry["audio"] for entry in entries])
        return
    rate = recognizer.config.rate

    def show(name: str, seconds: float, words: list[Word]) -> None:
        sure = sum(word.confidence >= SURE for word in words)
        print(f"{name:10} {60 * len(words) / seconds:6.1f} words a minute, {60 * sure / seconds:5.1f} sure", flush=True)

    for name in arguments.kinds or SOUNDS:
        sound = at_level(SOUNDS[name](arguments.seconds, rate, np.random.default_rng(1)), arguments.level)
        show(name, len(sound) / rate, words_in(recognizer, sound))
    if arguments.noise:
        words: list[Word] = []
        seconds = 0.0
        for path in sorted(arguments.noise.iterdir())[:: arguments.limit]:
            if path.suffix == ".opus":
                sound = np.concatenate(list(read_file(path, rate)))
                words += words_in(recognizer, sound)
                seconds += len(sound) / rate
        show("recordings", seconds, words)


if __name__ == "__main__":
    main()
