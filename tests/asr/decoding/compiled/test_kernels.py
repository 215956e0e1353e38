"""The compiled loops of the search, and the same loops without numba, give the bits of numpy."""

import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.decoding.compiled import acceleration
from asr.decoding.compiled.acceleration import UNCOMPILED, Kernels
from asr.decoding.decoder import Decoder
from asr.decoding.merging import group
from asr.decoding.search_options import SearchOptions
from asr.language.neural_lm import NeuralLM
from asr.language.ngram_lm import NgramLM
from asr.stream_options import StreamOptions
from asr.text.phones import BLANK, LABELS
from asr.training.language.neural_lm_model import NeuralLMNetwork
from asr.user.language import UserLanguage
from asr.user.vocabulary import Vocabulary
from tests.support.recognition.streams import SLOW, leaves
from tests.support.recognition.tiny import PHONES, ROW_SECONDS, SPOKEN, nonsense, pronunciations

HAS_NUMBA = importlib.util.find_spec("numba") is not None
NEEDS_NUMBA = pytest.mark.skipif(not HAS_NUMBA, reason="numba is not installed (the extra echoic[fast])")
TINY, FLOAT32_LM = nonsense(list(pronunciations()))
NAMES = dict(zip(pronunciations(), SPOKEN, strict=True))
LEXICON = replace(TINY, words=tuple(NAMES.get(word, word) for word in TINY.words))
NGRAM_LM = replace(FLOAT32_LM, logp=FLOAT32_LM.logp.astype(np.float16), backoff=FLOAT32_LM.backoff.astype(np.float16))
# A new word, a phrase of words that the lexicon has, and one of these alone.
VOCABULARY = Vocabulary.parse("Zed = B D = D AA\nninety two :2\nsmith :0.5\n")

OWN = UserLanguage.of([[*SPOKEN[:3]], ["ninety", "two", "ninety"]] * 400, sorted({*SPOKEN[:3], "ninety", "two"}))


@pytest.fixture(params=["as Python", pytest.param("compiled", marks=NEEDS_NUMBA)])
def kernels(request: pytest.FixtureRequest) -> Kernels:
    made = UNCOMPILED if request.param == "as Python" else acceleration.compiled()
    assert made
    return made


def rows_of_noise(count: int, pairs: bool, seed: int) -> np.ndarray:
    """Return (count, units) float32 ln posteriors in which PHONES and the blank are likely."""
    random = np.random.default_rng(seed)
    scores = np.full((count, len(LABELS)), -30.0)
    likely = [BLANK, *(LABELS.index(phone) for phone in PHONES)]
    scores[:, likely] = random.normal(0, 4, (count, len(likely)))
    scores[::7, BLANK] += 30.0  # some rows are sure to be blanks
    if pairs:
        scores = (scores[:, None] + random.normal(0, 2, (count, len(LABELS), 1))).reshape(count, -1)
    return torch.from_numpy(scores.astype(np.float32)).log_softmax(-1).numpy()


def neural_lm(folder: Path) -> NeuralLM:
    torch.manual_seed(2)
    network = NeuralLMNetwork(20, np.linspace(2, 1, len(LEXICON.words)), width=12, inner=6)
    NeuralLM.save(folder / "neural_lm.safetensors", network.state_dict(), LEXICON.words)
    return NeuralLM.load(folder / "neural_lm.safetensors")


@pytest.mark.parametrize("size", [7, 60])
@pytest.mark.parametrize(
    ("pairs", "mixed", "vocabulary", "language", "own"),
    [
        (False, False, Vocabulary(), NGRAM_LM, None),
        (True, True, Vocabulary(), NGRAM_LM, None),
        (True, False, VOCABULARY, NGRAM_LM, None),
        (True, True, VOCABULARY, NGRAM_LM, OWN),
        (False, True, VOCABULARY, FLOAT32_LM, None),
    ],
    ids=["n-grams", "pairs and both models", "pairs and a vocabulary", "a user's language", "all of it, in float32"],
)
def test_states_and_words_are_those_of_numpy_to_the_bit(
    kernels: Kernels,
    size: int,
    pairs: bool,
    mixed: bool,
    vocabulary: Vocabulary,
    language: NgramLM,
    own: UserLanguage | None,
    tmp_path: Path,
) -> None:
    search = SearchOptions(beam_size=size, beam_threshold=12.0, lm_weight=0.8, word_score=0.3, max_open_words=12)
    options = StreamOptions(vocabulary=vocabulary, language=own, alternatives=3, endpoint="short")
    found = []
    for chosen in (None, kernels):
        model = neural_lm(tmp_path) if mixed else None
        decoder = Decoder(LEXICON, language, search, ROW_SECONDS, model, None, chosen)
        state, words, states = decoder.start(options), [], []
        for block in np.split(rows_of_noise(48, pairs, seed=size), 6):
            state, final, _ = decoder.step(state, block)
            words += final
            states.append(leaves(replace(state, biasing=None, user_lm=None)))
        found.append((words + decoder.close(state), decoder.nbest(state), states))
    assert found[0] == found[1] and found[0][0]


@given(seed=st.integers(0, 10**6), count=st.integers(1, 60), size=st.integers(1, 70))
@settings(max_examples=40, **SLOW)
def test_hypotheses_with_equal_scores_merge_in_the_same_order(seed: int, count: int, size: int) -> None:
    """Few keys and few scores: most groups have several members, and most scores are equal."""
    random = np.random.default_rng(seed)
    state, node, unit = (random.integers(0, most, count) for most in (3, 3, 2))
    blank, nonblank, lm_score = (random.choice([-1.0, -2.0, -3.5], count) for _ in range(3))
    total = np.logaddexp(blank, nonblank) + lm_score
    numpy, kernel = (
        do(state, node, unit, blank, nonblank, lm_score, total, size, 2.0) for do in (group, UNCOMPILED.group)
    )
    for ours, theirs in zip(kernel, numpy, strict=True):
        assert ours.dtype == theirs.dtype and ours.tobytes() == theirs.tobytes()


def test_ngrams_are_scored_as_by_numpy(kernels: Kernels) -> None:
    random = np.random.default_rng(0)
    score = kernels.ngram_scores(NGRAM_LM)
    assert score and not kernels.ngram_scores(FLOAT32_LM)
    states = random.integers(0, len(NGRAM_LM.backoff), 3000)
    words = random.integers(0, NGRAM_LM.vocabulary, 3000)
    for ours, theirs in zip(score(states, words), NGRAM_LM.score(states, words), strict=True):
        assert ours.dtype == theirs.dtype and ours.tobytes() == theirs.tobytes()
    none = np.zeros(0, np.int64)
    assert [len(each) for each in score(none, none)] == [0, 0]


def test_sums_have_the_bits_of_numpy(kernels: Kernels) -> None:
    assert acceleration.same_bits(kernels)


def test_sums_with_other_bits_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def fast(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.nextafter(np.logaddexp(x, y), np.inf)

    made = replace(UNCOMPILED, log_add_arrays=fast)
    assert not acceleration.same_bits(made)
    monkeypatch.setattr(acceleration, "_is_installed", lambda: True)
    monkeypatch.setattr(acceleration, "_compile", lambda folder: made)
    assert acceleration._compiled.__wrapped__() is None
    monkeypatch.setattr(acceleration, "_compile", lambda folder: UNCOMPILED)
    assert acceleration._compiled.__wrapped__() is UNCOMPILED


def test_without_numba_numpy_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    assert acceleration._compiled.__wrapped__() is None


@NEEDS_NUMBA
def test_where_numba_is_told_not_to_compile_numpy_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import numba

    config: Any = numba.config
    monkeypatch.setattr(config, "DISABLE_JIT", 1)
    assert acceleration._compiled.__wrapped__() is None


@NEEDS_NUMBA
def test_where_nothing_can_be_kept_numpy_does_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home that cannot be written: a folder cannot be made inside a file, whoever tries."""
    home = tmp_path / "file"
    home.write_text("")
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: home / "echoic")
    assert acceleration._compiled.__wrapped__() is None
    assert not acceleration.will_compile()


@NEEDS_NUMBA
@pytest.mark.slow
def test_only_the_first_start_compiles(tmp_path: Path) -> None:
    program = """
import json
from asr.decoding.compiled.acceleration import compiled, will_compile
first = will_compile()
stats = [function.stats for function in vars(compiled()).values()]
print(json.dumps([first, [len(each.cache_hits) for each in stats], [len(each.cache_misses) for each in stats]]))
"""
    environment, starts = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}, []
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", program], env=environment, check=True, capture_output=True)
        starts.append(json.loads(done.stdout))
    none, all_of_them = [0] * 5, [1] * 5
    assert starts == [[True, none, all_of_them], [False, all_of_them, none]]
