"""The configuration of an acoustic model: everything that its weights assume about sound and labels."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from asr.errors import ModelError
from asr.limits import outside
from asr.tensor_file import plain


@dataclass(frozen=True)
class Config:
    """The configuration of a model. It is stored in the model file, so no command line can contradict it.

    There are three clocks, each a whole multiple of the one before: samples, frames (one per `hop`) and steps of the
    network (`stride` frames). A step gives `rows_per_step` rows of scores, so labels have a finer time than steps.

    Raises:
        ModelError: The values are impossible for any model, or beyond the limits of asr.limits.
    """

    labels: tuple[str, ...]  # CTC labels, blank first
    language: str = "en"  # ISO 639-1 code, see asr.text.languages
    rate: int = 16000  # Hz
    window: int = 400  # samples of a frame: frame t is samples [t * hop, t * hop + window)
    hop: int = 160  # samples between frames
    fft: int = 512  # points of the Fourier transform
    mels: int = 64  # mel bands
    low: float = 20.0  # Hz, lower edge of the lowest band
    high: float = 7600.0  # Hz, upper edge of the highest band
    floor: float = 1e-6  # mel energies below this are raised to it
    kernels: tuple[int, ...] = (5, 5, 3)  # of the convolutions, each of stride 2
    channels: tuple[int, ...] = (128, 256)  # of the convolutions before the last, which has `width`
    block: int = 4  # steps of a block, the only size that the network computes
    lookahead: int = 3  # future steps that the scores of a step depend on
    rows_per_step: int = 2  # rows of scores per step
    cell: str = "gru"  # rnn | lstm | gru | gru2014
    layers: int = 4
    width: int = 512  # units of a layer
    bottleneck: int = 0  # width of the layer before the scores of label pairs; 0 if only labels are scored
    members: int = 1  # networks whose scores are averaged, an ensemble; each has all of the above

    def __post_init__(self) -> None:
        if wrong := self._wrong_values() or self._wrong_relations():
            raise ModelError("impossible-config", fields="; ".join(wrong))

    def _wrong_values(self) -> list[str]:
        """Return what is wrong with single fields: other types, or beyond the limits of asr.limits."""
        wrong = []
        if not _are_labels(self.labels):
            wrong.append("labels (different words without spaces)")
        if not (isinstance(self.language, str) and 0 < len(self.language) <= 16 and self.language.isprintable()):
            wrong.append("language")
        if not isinstance(self.cell, str):
            wrong.append("cell")
        lists = (self.labels, self.kernels, self.channels)
        if wrong or not all(isinstance(values, tuple) for values in lists):
            return [*wrong, "kernels or channels"]
        sound = ("rate", "window", "hop", "fft", "mels", "low", "high", "floor")
        network = ("block", "lookahead", "rows_per_step", "layers", "width", "bottleneck", "members")
        sizes = {"labels": len(self.labels), "convolutions": len(self.kernels)}
        wrong = outside({name: getattr(self, name) for name in (*sound, *network)} | sizes)
        for name in ("kernels", "channels"):
            wrong += sorted({text for size in getattr(self, name) for text in outside({name: size})})
        return wrong

    def _wrong_relations(self) -> list[str]:
        """Return what is wrong between fields that are possible each for itself."""
        possible = {
            "hop, window and fft": self.hop <= self.window <= self.fft,
            "low and high": self.low < self.high <= self.rate / 2,
            "channels (one fewer than kernels)": len(self.channels) == len(self.kernels) - 1,
            "kernels (too short for their stride)": self.context >= 0,
        }
        wrong = [name for name, fits in possible.items() if not fits]
        return wrong + outside(
            {
                "units": self.units,
                "frame seconds": self.hop / self.rate,
                "row seconds": self.output_seconds,
                "block seconds": self.block_samples / self.rate,
                "lookahead seconds": self.lookahead * self.stride * self.hop / self.rate,
            }
        )

    @property
    def units(self) -> int:
        """Scores of a row; see asr.acoustic.biphones."""
        return len(self.labels) ** (2 if self.bottleneck else 1)

    @property
    def stride(self) -> int:
        """Frames per step."""
        return 2 ** len(self.kernels)

    @property
    def context(self) -> int:
        """Frames before those of a step that its convolutions see."""
        reach = 1 + sum((kernel - 1) * 2**i for i, kernel in enumerate(self.kernels))
        return reach - self.stride

    @property
    def output_delay_rows(self) -> int:
        """Rows by which scores lag the frames they belong to, because of the look-ahead."""
        return self.lookahead * self.rows_per_step

    @property
    def output_seconds(self) -> float:
        """Seconds from one row of scores to the next."""
        return self.stride * self.hop / self.rate / self.rows_per_step

    @property
    def block_frames(self) -> int:
        """Frames of a block."""
        return self.block * self.stride

    @property
    def block_samples(self) -> int:
        """Samples that a block consumes."""
        return self.block_frames * self.hop

    @property
    def block_reach(self) -> int:
        """Samples that a block needs: those of all its frames, up to the end of the last window."""
        return self.block_samples - self.hop + self.window

    def to_dict(self) -> dict[str, Any]:
        """Return the values by field name, as `from_dict` takes them; `members` only for an ensemble.

        So files of one network, and their digests, are those of versions that knew no ensembles.
        """
        return {name: value for name, value in asdict(self).items() if name != "members" or value > 1}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Config":
        """Make a configuration from JSON values, lists standing for tuples.

        Raises:
            ModelError: A field is unknown or missing, since another version wrote the file, or a value is impossible.
        """
        known = {f.name for f in fields(cls)}
        found = set(values) if isinstance(values, dict) else set()
        if different := (found ^ known) - ({"members"} - found):
            raise ModelError("other-version", fields=plain(", ".join(sorted(different))))
        arguments: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
        return cls(**arguments)


def _are_labels(labels: object) -> bool:
    """Return whether these are label names: a lexicon stores them in one line of UTF-8 with spaces between."""
    if not isinstance(labels, tuple) or not all(isinstance(label, str) and label for label in labels):
        return False
    plain = all(label.isprintable() and " " not in label and len(label) <= 32 for label in labels)
    return plain and len(set(labels)) == len(labels)
