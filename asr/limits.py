"""What a model may ask for: one table, so that no file of a kilobyte takes gigabytes or minutes.

The loaders check the terms of a file against this table, then the shapes and types of its tensors against its terms,
and then the values, each before anything is built from them. What remains costs memory and time in proportion to the
size of the file.
"""

from collections.abc import Mapping

LIMITS: dict[str, tuple[float, float]] = {
    # The file, see asr.tensor_file
    "file bytes": (8, 1 << 30),
    "header bytes": (2, 1 << 20),
    "name": (0, 200),  # characters of the model's name
    # Fields of the acoustic model, see asr.acoustic.config
    "labels": (2, 255),  # a lexicon stores a label in a byte
    "rate": (2_000, 192_000),  # Hz
    "window": (2, 8_192),
    "hop": (1, 8_192),
    "fft": (2, 16_384),
    "mels": (1, 512),
    "low": (0.0, 96_000.0),  # Hz
    "high": (0.0, 96_000.0),  # Hz
    "floor": (1e-30, 1e10),  # the lowest is far above 0 in float32, whose logarithm is no number
    "kernels": (1, 64),  # each of them
    "channels": (1, 4_096),  # each of them
    "convolutions": (1, 6),
    "block": (1, 64),
    "lookahead": (0, 64),
    "rows_per_step": (1, 16),
    "layers": (1, 32),
    "width": (1, 4_096),
    "bottleneck": (0, 4_096),
    "members": (1, 8),  # networks of an ensemble
    # What follows from these fields, and what asr.decoding.merging.group has room for
    "frame seconds": (0.002, 0.1),  # from one frame to the next: a thousandth would take ten times as long
    "row seconds": (0.002, 0.25),  # from one row of scores to the next
    "block seconds": (0.002, 10.0),  # of sound before anything is recognised
    "lookahead seconds": (0.0, 10.0),
    "units": (2, 1 << 11),  # `group` keeps 11 bits for a unit: at most 45 labels with pairs
    # Lexicon and language models
    "words": (4, 1 << 24),  # the three marks and a word at least
    "nodes": (1, 1 << 24),  # `group` keeps 24 bits for a node of the lexicon
    "homophones": (0, 256),  # words of one pronunciation: each hypothesis that ends there becomes as many
    "order": (2, 8),  # words of the longest n-grams
    "states": (1, 1 << 28),  # the bits of 63 that `group` has left for a state of the n-gram model
    "vocabulary": (3, 1 << 24),  # of the neural language model
    "inner": (1, 4_096),  # width of its embedding
    "hidden": (1, 8_192),  # width of its GRU
    # Formatter
    "side": (1, 256),  # width of its embeddings of pauses and usual cases
    "listed words": (0, 1 << 20),  # whose usual case is known
    # The grapheme-to-phoneme network; its other widths are limited by "inner" and "hidden"
    "encoder": (1, 4_096),  # width of its encoder in each direction
    # Somebody's own vocabulary
    "vocabulary bytes": (0, 1 << 20),
    "vocabulary entries": (0, 5_000),
    "vocabulary words": (1, 8),  # of one entry
    "vocabulary letters": (1, 60),  # of one word, and of how it sounds
    "vocabulary weight": (0.1, 4.0),
    # The language of somebody's own texts
    "user words": (3, 1 << 16),  # an n-gram stores a word in 16 bits
    # A voice, see asr.user.voice
    "voice bytes": (8, 8 << 20),
    "voice vectors": (0, 1_000),
    "voice created": (0.0, 1e11),
    "voice seconds": (0.0, 1e7),
    "voice held_out_words": (0, 1 << 30),
    "voice errors_before": (0, 1 << 30),
    "voice errors_after": (0, 1 << 30),
    # Values
    "voice shift": (-1e3, 1e3),  # what is added to a weight
    "weight": (-1e4, 1e4),  # of a network
    "logp": (-1e4, 1e4),  # ln of probabilities and back-off weights
    "activation": (-1e17, 1e17),  # before the first normalisation, whose squares must stay below 3e38
}


def outside(values: Mapping[str, object]) -> list[str]:
    """Return a description, "width (1 to 4,096)", of each value that its limits do not hold.

    A value must be a number (no bool, no text, not NaN), and an integer where its lower limit is one.

    Args:
        values: Values by their keys in LIMITS.
    """
    return [
        f"{name} ({LIMITS[name][0]:,g} to {LIMITS[name][1]:,g})" for name in values if not _fits(name, values[name])
    ]


def _fits(name: str, value: object) -> bool:
    lowest, highest = LIMITS[name]
    kinds = (int,) if isinstance(lowest, int) else (int, float)
    return isinstance(value, kinds) and not isinstance(value, bool) and lowest <= value <= highest
