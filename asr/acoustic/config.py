"""The terms of an acoustic model: what its weights assume about sound and labels."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from asr.errors import ModelError


@dataclass(frozen=True)
class Config:
    """The terms of a model. It travels inside the model file; no command line can contradict it.

    Three clocks, each a whole multiple of the one before: samples, frames (one a `hop`), steps of the network
    (`stride` frames). A step gives `rows_per_step` rows of scores, so labels are finer in time than the steps.
    """

    labels: tuple[str, ...]  # CTC labels, blank first
    language: str = "en"  # ISO 639-1 code, see asr.text.languages
    rate: int = 16000  # Hz
    window: int = 400  # samples a frame covers: frame t is samples [t * hop, t * hop + window)
    hop: int = 160  # samples between frames
    fft: int = 512  # points of the Fourier transform
    mels: int = 64  # mel bands
    low: float = 20.0  # Hz, lower edge of the lowest band
    high: float = 7600.0  # Hz, upper edge of the highest band
    floor: float = 1e-6  # mel energy under which all is silence
    kernels: tuple[int, ...] = (5, 5, 3)  # of the convolutions, each of stride 2
    channels: tuple[int, ...] = (128, 256)  # of the convolutions before the last, which has `width`
    block: int = 4  # steps the network computes at once, always
    lookahead: int = 3  # steps after a step that its outputs wait for
    rows_per_step: int = 2  # rows of scores a step
    cell: str = "gru"  # rnn | lstm | gru | gru2014
    layers: int = 4
    width: int = 512  # units a layer
    bottleneck: int = 0  # width of the layer before the scores of pairs; 0 if labels are scored alone

    def __post_init__(self) -> None:
        """Raises ModelError for what no model can have."""
        sizes = (self.rate, self.window, self.hop, self.fft, self.mels, *self.kernels, *self.channels,
                 self.block, self.rows_per_step, self.layers, self.width)  # fmt: skip
        possible = {
            "a size": bool(self.kernels) and all(isinstance(n, int) and n > 0 for n in sizes),
            "lookahead or bottleneck": min(self.lookahead, self.bottleneck) >= 0,
            "hop, window and fft": self.hop <= self.window <= self.fft,
            "low and high": 0 <= self.low < self.high <= self.rate / 2,
            "floor": self.floor > 0,
        }
        if wrong := [name for name, fits in possible.items() if not fits]:
            raise ModelError("impossible-terms", terms="; ".join(wrong))

    @property
    def units(self) -> int:
        """How many scores a row has; see asr.acoustic.biphones."""
        return len(self.labels) ** (2 if self.bottleneck else 1)

    @property
    def stride(self) -> int:
        """Frames a step."""
        return 2 ** len(self.kernels)

    @property
    def context(self) -> int:
        """Frames before a step's own that its convolutions see."""
        reach = 1 + sum((kernel - 1) * 2**i for i, kernel in enumerate(self.kernels))
        return reach - self.stride

    @property
    def output_delay_rows(self) -> int:
        """Rows by which what the network says comes after what it heard: those of the look-ahead."""
        return self.lookahead * self.rows_per_step

    @property
    def output_seconds(self) -> float:
        """Seconds from one row of scores to the next."""
        return self.stride * self.hop / self.rate / self.rows_per_step

    @property
    def block_frames(self) -> int:
        return self.block * self.stride

    @property
    def block_samples(self) -> int:
        """Samples a block consumes."""
        return self.block_frames * self.hop

    @property
    def block_reach(self) -> int:
        """Samples a block needs in hand: its frames, the last one whole."""
        return self.block_samples - self.hop + self.window

    def to_dict(self) -> dict:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict) -> "Config":
        """Raises ModelError when a term is unknown or missing: another version wrote the file."""
        known = {f.name for f in fields(cls)}
        if set(values) != known:
            raise ModelError("other-version", terms=", ".join(sorted(set(values) ^ known)))
        terms: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
        return cls(**terms)
