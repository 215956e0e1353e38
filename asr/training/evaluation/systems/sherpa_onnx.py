"""sherpa-onnx with a transducer of a local folder behind the protocol of systems (pip install sherpa-onnx)."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from asr.training.evaluation.systems.protocol import FILE, STREAM, SystemStream

RATE = 16_000  # Hz
TAIL = 0.66  # seconds of silence behind the end, as in its own examples


def part(folder: Path, name: str) -> str:
    """Return the path of a part of a model, that of plain weights where there are also quantised ones.

    Raises:
        FileNotFoundError: The folder has no such part.
    """
    found = sorted(folder.glob(f"*{name}*.onnx"), key=lambda path: ("int8" in path.name, path.name))
    if not found:
        raise FileNotFoundError(f"{folder}: expected a streaming transducer of sherpa-onnx, found no *{name}*.onnx")
    return str(found[0])


class SherpaOnnxStream:
    """One stream."""

    def __init__(self, recognizer: Any, rate: int) -> None:
        self._recognizer, self._rate = recognizer, rate
        self._stream = recognizer.create_stream()

    def push(self, samples: np.ndarray) -> str:
        """Take samples; return the hypothesis."""
        self._stream.accept_waveform(self._rate, samples)
        return self._decode()

    def finish(self) -> str:
        """End the stream and return its words."""
        self._stream.accept_waveform(self._rate, np.zeros(int(TAIL * self._rate), np.float32))
        self._stream.input_finished()
        return self._decode()

    def _decode(self) -> str:
        while self._recognizer.is_ready(self._stream):
            self._recognizer.decode_stream(self._stream)
        return str(self._recognizer.get_result(self._stream))


class SherpaOnnx:
    """sherpa-onnx.

    Args:
        folder: Encoder, decoder and joiner of a streaming transducer as `*.onnx`, and `tokens.txt`.
        name: What the model is called.
    """

    MODES: ClassVar[tuple[str, ...]] = (STREAM, FILE)

    def __init__(self, folder: Path, name: str) -> None:
        import sherpa_onnx

        try:
            number = f" {version('sherpa-onnx')}"
        except PackageNotFoundError:
            number = ""
        self.name = f"sherpa-onnx{number} {name}"
        self.rate = RATE
        self.model = folder
        self._recognizer = sherpa_onnx.OnlineRecognizer.from_transducer(
            tokens=str(folder / "tokens.txt"),
            encoder=part(folder, "encoder"),
            decoder=part(folder, "decoder"),
            joiner=part(folder, "joiner"),
            num_threads=1,
            sample_rate=RATE,
        )

    def open(self) -> SystemStream:
        """Begin a stream."""
        return SherpaOnnxStream(self._recognizer, self.rate)

    def file(self, sound: np.ndarray) -> str:
        """Return the words of a recording: a stream that is given all of it at once."""
        stream = SherpaOnnxStream(self._recognizer, self.rate)
        stream.push(sound)
        return stream.finish()
