"""faster-whisper with a model of a local folder behind the protocol of systems (pip install faster-whisper).

It has no stream of its own: Whisper reads windows of 30 s. The search is that of its defaults (a beam of 5, retries at
higher temperatures where a text looks wrong); weights are 8-bit integers, as its own figures for processors are.
"""

import re
from importlib.metadata import version
from pathlib import Path
from typing import ClassVar

import numpy as np

from asr.training.evaluation.systems.protocol import FILE, SystemStream

RATE = 16_000  # Hz
SEED = 1  # retries draw at random
_ANNOTATION = re.compile(r"\[[^\]]*\]|\([^)]*\)|\*[^*]*\*|♪[^♪]*♪?")  # [MUSIC], (laughs): no words


class FasterWhisper:
    """faster-whisper.

    Args:
        folder: A model in CTranslate2's format: `model.bin`, `config.json`, `tokenizer.json`, `vocabulary.txt`.
        name: What the model is called.
    """

    MODES: ClassVar[tuple[str, ...]] = (FILE,)

    def __init__(self, folder: Path, name: str) -> None:
        import ctranslate2
        import faster_whisper

        ctranslate2.set_random_seed(SEED)
        self.name = f"Whisper {name} (faster-whisper {version('faster-whisper')})"
        self.rate = RATE
        self.model = folder
        self._whisper = faster_whisper.WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True
        )

    def open(self) -> SystemStream:
        """Raise: it has no stream."""
        raise NotImplementedError("Whisper reads windows of 30 s and has no stream")

    def file(self, sound: np.ndarray) -> str:
        """Return the words of a recording, without notes such as [MUSIC]."""
        segments, _ = self._whisper.transcribe(sound, language="en")
        return " ".join(_ANNOTATION.sub(" ", segment.text).strip() for segment in segments)
