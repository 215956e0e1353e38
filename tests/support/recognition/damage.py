"""Damage to the files of a model, chosen by a random generator, and what must come of it. Run as a program: many times.

    python -m tests.support.recognition.damage FOLDER FIRST LAST

damages the model in FOLDER once for each seed from FIRST up to LAST, and prints how many were refused and recognised.
"""

import json
import shutil
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

from asr.acoustic.model_file import save
from asr.decoding.biasing import PRONOUNCE
from asr.decoding.search_options import SearchOptions
from asr.errors import ModelError
from asr.language.neural_lm import NeuralLM
from asr.pipeline import transcribe
from asr.recognizer import FILES, FORMATTER, NEURAL_LM, Recognizer
from asr.stream_options import StreamOptions
from asr.text.formatter.tagger import Tagger
from asr.text.phones import PHONES
from asr.text.pronounce import G2PNetwork, G2PSizes, GraphemeToPhoneme
from asr.training.language.neural_lm_model import NeuralLMNetwork
from asr.user.vocabulary import Vocabulary
from tests.support.recognition.streams import SPEECH
from tests.support.recognition.tiny import MIXED_FORMS, SPOKEN, nonsense, pronunciations, tiny_model, tiny_network

KINDS = (*FILES, NEURAL_LM, FORMATTER, PRONOUNCE)
SEARCH = SearchOptions(lm_weight=0.8, word_score=0.6, beam_size=6, beam_threshold=6.0)
OPTIONS = StreamOptions(vocabulary=Vocabulary.parse("zed"))  # a word that the lexicon lacks
EXTREMES = (0, 1, -1, 2, 7, 255, 256, 65_535, 2**24, 2**31 - 1, 2**31, 2**63 - 1, -(2**63), 10**30)
STRANGE: tuple[Any, ...] = (*EXTREMES, 0.5, 1e-60, 1e300, float("nan"), float("inf"), None, True, "", "x", [], [3] * 50)
FLOATS = (0.0, -1.0, 1e-30, 300.0, 9e3, 6.5e4, 1e30, 3e38, np.nan, np.inf, -np.inf)


def save_tiny_model(folder: Path) -> None:
    """Write the five files of a tiny model with pairs of labels and int8 weights."""
    folder.mkdir(parents=True, exist_ok=True)
    lexicon, ngram_lm = nonsense(list(pronunciations()), order=4)
    torch.manual_seed(2)
    network = NeuralLMNetwork(8, np.linspace(2, 1, len(lexicon.words)), width=12, inner=6)
    model, lexicon_file, ngram_file, neural_file, formatter_file, pronounce_file = (folder / name for name in KINDS)
    GraphemeToPhoneme(G2PNetwork(len(PHONES), G2PSizes(4, 5, 6)), PHONES).save(pronounce_file)
    save(model, tiny_model(layers=1, bottleneck=4), "tiny", small=True)
    lexicon.save(lexicon_file)
    ngram_lm.save(ngram_file)
    NeuralLM.save(neural_file, network.state_dict(), lexicon.words)
    Tagger.save(formatter_file, tiny_network().state_dict(), SPOKEN[:20], {"smith": 1, "iphone": 3}, MIXED_FORMS)


def damage(path: Path, random: np.random.Generator) -> None:
    """Damage one file in one of five ways."""
    (damage_bytes, damage_length, damage_values, damage_tensors, damage_terms)[random.integers(5)](path, random)


def damage_bytes(path: Path, random: np.random.Generator) -> None:
    """Change one to eight bytes, half the time within the header."""
    data = bytearray(path.read_bytes())
    reach = len(data) if random.random() < 0.5 else 8 + int.from_bytes(data[:8], "little")
    for position in random.integers(0, reach, random.integers(1, 9)):
        data[position] = random.integers(256)
    path.write_bytes(data)


def damage_length(path: Path, random: np.random.Generator) -> None:
    """Cut the end off, or add to it."""
    data = path.read_bytes()
    path.write_bytes(data[: random.integers(len(data))] if random.random() < 0.8 else data + bytes(9))


def _read(path: Path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    header = path.read_bytes()[8:]
    length = int.from_bytes(path.read_bytes()[:8], "little")
    return load_file(path), json.loads(header[:length]).get("__metadata__", {})


def damage_values(path: Path, random: np.random.Generator) -> None:
    """Set values of one tensor, or all of them, to one that is extreme for its type."""
    tensors, metadata = _read(path)
    name = str(random.choice(sorted(tensors)))
    values = tensors[name].copy()
    if values.dtype.kind == "f":
        value = values.dtype.type(random.choice(FLOATS))
    else:
        limits = np.iinfo(values.dtype)
        value = random.choice([limits.min, limits.max, *(x for x in EXTREMES if limits.min <= x <= limits.max)])
    if random.random() < 0.3:
        values[...] = value
    else:
        values.reshape(-1)[random.integers(0, values.size, random.integers(1, 4))] = value
    save_file({**tensors, name: values}, path, metadata)


def damage_tensors(path: Path, random: np.random.Generator) -> None:
    """Remove, add, cut, lengthen, reshape or convert one tensor."""
    tensors, metadata = _read(path)
    name = str(random.choice(sorted(tensors)))
    values = tensors.pop(name)
    match random.integers(7):
        case 1:
            tensors |= {name: values, "extra": values}
        case 2:
            tensors[name] = values[: random.integers(len(values))]
        case 3:
            tensors[name] = np.concatenate([values, values])
        case 4:
            tensors[name] = values.reshape(-1, 1)
        case 5:
            tensors[name] = values.astype(str(random.choice(["f2", "f4", "f8", "i1", "i4", "i8", "u1", "u2"])))
        case 6:
            tensors |= {name: random.permutation(values)}
    save_file({k: np.ascontiguousarray(v) for k, v in tensors.items()}, path, metadata)


def damage_terms(path: Path, random: np.random.Generator) -> None:
    """Change a field of the configuration, or a text of the metadata where there is none."""
    tensors, metadata = _read(path)
    if "config" in metadata and random.random() < 0.9:
        config = json.loads(metadata["config"])
        name = str(random.choice(sorted(config)))
        config[name] = STRANGE[random.integers(len(STRANGE))]
        if isinstance(config[name], int) and random.random() < 0.5:  # one that may be possible
            config[name] = int(random.integers(0, 70))
        metadata["config"] = json.dumps(config)
    elif metadata:
        metadata[str(random.choice(sorted(metadata)))] = str(
            random.choice(["", "x", "\x1b[2J", "9" * 5000, "[" * 5000])
        )
    save_file(tensors, path, metadata)


def recognises(folder: Path) -> bool:
    """Load a model and recognise a second of sound, soft and loud; return whether it was not refused.

    Any other error than a ModelError at load is a defect, and so is a warning.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            recognizer = Recognizer.load(folder, SEARCH)
        except ModelError as error:
            assert str(error).replace(str(folder), "").isprintable()
            return False
        sound = np.resize(SPEECH, recognizer.config.rate)
        for samples in (sound, sound * np.float32(1e8)):
            for update in transcribe(recognizer, np.array_split(samples, 5), OPTIONS):
                assert all(np.isfinite((word.start, word.end, word.confidence)).all() for word in update.words)
    return True


def try_damage(whole: Path, damaged: Path, seed: int) -> bool:
    """Copy the model in `whole`, damage one of its files by a seed, and return whether it still recognises."""
    random = np.random.default_rng(seed)
    shutil.copytree(whole, damaged, dirs_exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # casts out of range are what is wanted
        damage(damaged / KINDS[seed % len(KINDS)], random)
    return recognises(damaged)


def main() -> None:
    """Run as the description of this module says."""
    whole, first, last = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    counts = [0, 0]
    for seed in range(first, last):
        try:
            counts[try_damage(whole, whole.parent / f"damaged {first}", seed)] += 1
        except BaseException:
            print("seed", seed, flush=True)
            raise
    print("refused", counts[0], "recognised", counts[1])


if __name__ == "__main__":
    main()
