"""Files of tensors: models and their parts, a user's language, a voice; and the alignments of a training."""

import json
import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.hard_use.mutations import Target, bytes_of, json_of, line_of


def model() -> Target:
    """Files of a model: network, lexicon, language models, formatter, pronunciations."""
    from tests.support.recognition.damage import save_tiny_model, try_damage

    whole = Path(tempfile.mkdtemp()) / "whole"
    save_tiny_model(whole)

    def load(chance: random.Random, folder: Path) -> None:
        try_damage(whole, folder / "model", chance.randrange(2**40))

    return load


def acoustic() -> Target:
    """The file of an acoustic model."""
    from asr.acoustic.model_file import load

    return _damaged("model.safetensors", lambda path, chance: load(path))


def lexicon() -> Target:
    """A lexicon, of which words and pronunciations are read."""
    from asr.language.lexicon import Lexicon

    def use(path: Path, chance: random.Random) -> None:
        found = Lexicon.load(path)
        assert len(list(found.words)) == len(found.words)
        found.pronunciations(found.words[3:5])

    return _damaged("lexicon.safetensors", use)


def ngram_lm() -> Target:
    """A model of n-grams, which scores words."""
    from asr.language.ngram_lm import NgramLM

    def use(path: Path, chance: random.Random) -> None:
        found = NgramLM.load(path)
        states, count = np.full(4, found.start), found.vocabulary
        for _ in range(4):
            ids = np.array([chance.randrange(count) for _ in range(4)])
            logp, states = found.score(states, ids)
            assert np.isfinite(logp).all() and (logp <= found.upper_bound(ids)).all()
        assert np.isfinite(found.end(states)).all()

    return _damaged("ngram_lm.safetensors", use)


def neural_lm() -> Target:
    """A recurrent language model, which scores words."""
    from asr.language.neural_lm import NeuralLM

    def use(path: Path, chance: random.Random) -> None:
        found = NeuralLM.load(path)
        rows, states = np.zeros(1, np.int64), found.start()
        for _ in range(2):
            ids = np.array([chance.randrange(found.vocabulary)])
            states = found.advance(states, rows)
            assert np.isfinite(found.score(states, rows, ids)).all()
            states = states.extend(rows, ids)

    return _damaged("neural_lm.safetensors", use)


def formatter() -> Target:
    """The file of the formatter, which writes some words."""
    from asr.text.formatter.stage import Formatter
    from asr.updates import Update, Word

    texts = ("mister", "smith", "paid", "ninety", "two", "dollars")
    spoken = tuple(Word(text, i, i + 0.5, 0.9) for i, text in enumerate(texts))

    def use(path: Path, chance: random.Random) -> None:
        found = Formatter.load(path)
        updates = found.finish(found.start(), Update(spoken, (), 9.0, True))
        assert [word.text for update in updates for word in update.words] == [word.text for word in spoken]

    return _damaged("formatter.safetensors", use)


def pronounce() -> Target:
    """The file of the network that pronounces words."""
    from asr.text.pronounce import GraphemeToPhoneme

    def use(path: Path, chance: random.Random) -> None:
        found = GraphemeToPhoneme.load(path).pronounce(["zed"], 2)
        assert all(np.isfinite(one.logp) for one in found["zed"])

    return _damaged("pronounce.safetensors", use)


def _damaged(name: str, use: Callable[[Path, random.Random], object]) -> Target:
    """Return the target that damages one file of the tiny model, and uses it where it is not refused."""
    from asr.errors import ModelError
    from tests.support.recognition.damage import KINDS, save_tiny_model

    made = Path(tempfile.mkdtemp())
    save_tiny_model(made)
    assert name in KINDS
    return damaged_file(made / name, use, ModelError)


def damaged_file(whole: Path, use: Callable[[Path, random.Random], object], refusal: type[Exception]) -> Target:
    """Return the target that damages a file of tensors, and uses it where it is not refused.

    Args:
        whole: The file.
        use: Loads a file, and does with it what the program does. Raises `refusal`.
        refusal: The error of a file that is refused, whose sentence must be printable.
    """
    import warnings

    from tests.support.recognition.damage import damage

    content = whole.read_bytes()

    def load(chance: random.Random, folder: Path) -> None:
        path = folder / whole.name
        path.write_bytes(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # casts out of range are what is wanted
            damage(path, np.random.default_rng(chance.randrange(2**40)))
        try:
            use(path, chance)
        except refusal as error:
            assert str(error).replace(str(folder), "").isprintable(), f"{error!r} is not printable"

    return load


def user_language() -> Target:
    """The language of somebody's own texts, which is merged with another one and given to a stream."""
    from asr.errors import LanguageError
    from asr.stream_options import StreamOptions
    from asr.user.language import UserLanguage
    from asr.user.vocabulary import Vocabulary
    from tests.support.recognition.tiny import tiny_recognizer

    sentences = [["word1", "word2", "zed"], ["word3", "zed", "word1", "word2"], ["unlisted"]]
    recognizer = tiny_recognizer()
    language = UserLanguage.of(
        sentences, ["word1", "word2", "word3", "zed"], Vocabulary.parse("zed = Z EH D"), ["a.txt"]
    )
    whole = Path(tempfile.mkdtemp()) / "documents.language"
    language.save(whole)

    def use(path: Path, chance: random.Random) -> None:
        found = UserLanguage.load(path)
        assert found.size >= 0
        merged = found.merged(language, 2)
        if chance.random() < 0.2:
            recognizer.start(StreamOptions(language=merged))

    return damaged_file(whole, use, LanguageError)


def voice() -> Target:
    """A voice, which is given to a network."""
    from asr.acoustic.adaptation import network_digest, vector_shapes, with_voice
    from asr.errors import VoiceError
    from asr.user.voice import SUFFIX, VoiceFacts, VoiceProfile
    from tests.support.recognition.tiny import tiny_model

    model = tiny_model()
    digest, chances = network_digest(model), np.random.default_rng(1)
    shapes = vector_shapes(model.config).items()
    shifts = {name: chances.normal(0, 0.01, size).astype(np.float32) for name, size in shapes}
    whole = Path(tempfile.mkdtemp()) / f"Ann{SUFFIX}"
    VoiceProfile("Ann", digest, shifts, VoiceFacts(1.0, 60.0, 10, 5, 4)).save(whole)

    def use(path: Path, chance: random.Random) -> None:
        with_voice(model, digest, VoiceProfile.load(path))

    return damaged_file(whole, use, VoiceError)


def alignments() -> Target:
    """The alignments of a training, which are refused by a ValueError with a sentence."""
    from asr.training.alignments import Alignment, load, save
    from tests.support.recognition.tiny import tiny_config

    config, made = tiny_config(), Path(tempfile.mkdtemp())
    manifest = made / "manifest.jsonl"
    manifest.write_text("{}\n{}\n")
    found = {"a.wav": Alignment(("DH", "IY"), 0.31, ((57, 2),)), "b.wav": Alignment(("DH",), float("inf"))}
    save(made / "whole.jsonl", config, {manifest: found})
    header, *rows = (json.loads(line) for line in (made / "whole.jsonl").read_text().splitlines())

    def read(chance: random.Random, folder: Path) -> None:
        records: list[Any] = [header, *rows]
        at = chance.randrange(len(records))
        records[at] = json_of(records[at], chance)
        data = b"\n".join(map(line_of, records))
        path = folder / "a.jsonl"
        path.write_bytes(bytes_of(data, chance) if chance.random() < 0.3 else data)
        try:
            aligned = load([path], [manifest], config)
        except ValueError as error:
            # RecursionError and KeyError are none of it
            assert str(error)
            return
        for one in aligned[manifest].values():
            assert isinstance(one, Alignment)

    return read
