"""Files and pipes of sound."""

import io
import random
import tempfile
from pathlib import Path

import numpy as np

from tests.hard_use.mutations import Target, bytes_of

MOST_SECONDS = 1500.0  # of sound out of a file of a second: ten minutes before a picture, holes, and damaged lengths


def media() -> Target:
    """Sound and video files of a second, read as files and as pipes."""
    return _files(1.0)


def sound_file() -> Target:
    """Sound files of a twentieth of a second, read as files and as pipes: many in little time."""
    return _files(0.05)


def _files(seconds: float) -> Target:
    from asr.audio.media import open_media
    from tests.support.recognition import sound

    made = Path(tempfile.mkdtemp())
    clean = sound.noise(seconds)
    others = {"aiff": "pcm_s16be", "au": "pcm_s16be", "caf": "pcm_s16le", "w64": "pcm_s16le", "webm": "libopus"}
    codecs = {**{suffix[1:]: codec for suffix, codec in sound.CODECS.items()}, **others}
    files = [sound.write(made / f"a.{suffix}", clean, codec=codec) for suffix, codec in codecs.items()]
    files += [sound.write(made / "b.wav", np.stack([clean] * 2)), sound.write(made / "c.wav", np.stack([clean] * 8))]
    wholes = [(file.name, file.read_bytes()) for file in files]

    def read(chance: random.Random, folder: Path) -> None:
        name, whole = chance.choice(wholes)
        data = bytes_of(whole, chance)
        path = folder / name
        path.write_bytes(data)
        pipe = chance.random() < 0.3
        with open_media(io.BytesIO(data) if pipe else path, name) as opened:
            seconds = 0.0
            for samples in opened.read(16_000, live=chance.random() < 0.2):
                assert samples.dtype == np.float32 and np.isfinite(samples).all()
                seconds += len(samples) / 16_000
                assert seconds < MOST_SECONDS, "invented sound"

    return read


def pcm() -> Target:
    """Raw samples through a pipe."""
    from asr.audio.pcm import ENCODINGS, read_pcm

    def read(chance: random.Random, folder: Path) -> None:
        encoding = chance.choice(list(ENCODINGS))
        data = np.random.default_rng(chance.randrange(99)).normal(0, 0.1, 4000)
        whole = (data * 32_767).astype("<i2") if encoding == "s16le" else data.astype("<f4")
        rate = chance.choice((8000, 16_000, 44_100, 11_025.5, 0, -1, 1e9, float("nan"), float("inf")))
        for samples in read_pcm(io.BytesIO(bytes_of(whole.tobytes(), chance)), rate, encoding, 16_000):
            assert np.isfinite(samples).all()

    return read
