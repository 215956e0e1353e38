"""The inner loops of the search compiled by numba, if it is installed (`pip install "echoic[fast]"`).

Words, times and scores are the same to the bit, compiled or not. What numba makes is kept in the user's cache folder
(or where NUMBA_CACHE_DIR says), so only the first start compiles. Where that folder cannot be written, or where the
compiled functions would give other bits, as a vector library of numba's could, the search goes on with numpy.
"""

import importlib.util
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from asr.decoding.compiled import kernels
from asr.language.ngram_lm import NgramLM, Scores

_FUNCTIONS = ("log_add_arrays", "expand", "reach_words", "score_ngrams", "group")
_HELPERS = ("log_add", "_bits_of", "_state_of", "_sort")  # what these call
_compiling = Lock()
_log = logging.getLogger("echoic")  # that of the program, which never holds names of files


@dataclass(frozen=True)
class Kernels:
    """The functions of `asr.decoding.compiled.kernels`, compiled or as they are. Threads may share them."""

    log_add_arrays: Callable[..., Any]
    expand: Callable[..., Any]
    reach_words: Callable[..., Any]
    score_ngrams: Callable[..., Any]
    group: Callable[..., Any]

    def ngram_scores(self, model: NgramLM) -> Scores | None:
        """Return what does `model.score`; None for a model that is not in float16, as those of files are."""
        if not (isinstance(model, NgramLM) and model.logp.dtype == model.backoff.dtype == np.float16):
            return None
        logp, backoff = model.logp.view(np.uint16), model.backoff.view(np.uint16)
        arrays = (model.word, model.first, logp, backoff, model.shorter, model.parents.bits, model.parents.before)
        values = _float16_values()

        def score(states: np.ndarray, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return self.score_ngrams(states, words, *arrays, values)

        return score


def scores_of(model: NgramLM, kernels: Kernels | None) -> Scores:
    """Return what scores words by a model: what is compiled, if it can, otherwise numpy, to the same bit."""
    return (kernels.ngram_scores(model) if kernels else None) or model.score


UNCOMPILED = Kernels(*(getattr(kernels, name) for name in _FUNCTIONS))  # for tests: hundreds of times slower than numpy


def compiled() -> Kernels | None:
    """Return the compiled functions; None without numba. The first call compiles them, which takes seconds.

    Later calls, and later starts of the program, find them ready. Threads may call it.
    """
    with _compiling:
        return _compiled()


def will_compile() -> bool:
    """Return whether `compiled` is about to take seconds, because nothing is kept yet. Without numba it is not."""
    if not _is_installed():
        return False
    try:
        return next(cache_folder().rglob("*.nbi"), None) is None
    except OSError:
        return False


def _is_installed() -> bool:
    return importlib.util.find_spec("numba") is not None


@lru_cache(maxsize=1)
def _compiled() -> Kernels | None:
    if not _is_installed():
        return None
    try:
        made = _compile(cache_folder())
    except Exception as error:  # of numba, LLVM or the disk: the search must not depend on an accelerator
        _log.info("the search is not compiled: %s", type(error).__name__)
        return None
    if not same_bits(made):
        _log.info("the search is not compiled: its sums would have other bits")
        return None
    return made


def cache_folder() -> Path:
    """Return the folder of what numba has compiled; it is made where it is missing.

    Raises:
        OSError: It cannot be made.
    """
    if chosen := os.environ.get("NUMBA_CACHE_DIR"):
        return Path(chosen)
    import platformdirs  # of all that is here, only this needs it

    folder = Path(platformdirs.user_cache_path("echoic", appauthor=False)) / "compiled"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def same_bits(made: Kernels) -> bool:
    """Return whether compiled sums of probabilities are those of numpy to the bit, tried on some thousands."""
    random = np.random.default_rng(0)
    x = np.concatenate([random.normal(-50, 40, 4000), [0.0, -1.0, kernels.NEVER, kernels.NEVER, 0.0]])
    y = np.concatenate([x[:4000] + random.normal(0, 12, 4000), [0.0, -1.0, 0.0, kernels.NEVER, -750.0]])
    return made.log_add_arrays(x, y).tobytes() == np.logaddexp(x, y).tobytes()


def _compile(folder: Path) -> Kernels:
    """Compile the functions, or load what an earlier start has compiled into `folder`."""
    import numba
    from numba import types as t

    config: Any = numba.config  # its fields are made as it is imported
    if config.DISABLE_JIT:
        raise RuntimeError("NUMBA_DISABLE_JIT is set: uncompiled, the loops would take hundreds of times as long")

    def of(kind: Any) -> Any:
        # Arrays of a model file cannot be written; those that can are taken, too.
        return t.Array(kind, 1, "C", readonly=True)

    u8, u16, u64 = map(of, (t.uint8, t.uint16, t.uint64))
    i32, i64, f32, f64 = map(of, (t.int32, t.int64, t.float32, t.float64))
    integer, single, double = t.int64, t.float32, t.float64
    signatures = {
        "log_add_arrays": (f64, f64),
        "expand": (
            *(i64, i64, f64, f64, f64, f64),
            *(u8, i32, u8, f32, integer, integer, integer),
            *(single, double, double),
        ),
        "reach_words": (
            *(i64, i64, f64, f64, i64, integer),
            *(i32, u16, i32, f32, f32, t.boolean),
            *(single, double, double),
        ),
        "score_ngrams": (i64, i64, u16, i32, u16, u16, i32, u64, i64, f32),
        "group": (i64, i64, i64, f64, f64, f64, f64, integer, double),
    }
    for name in _HELPERS:
        numba.extending.register_jitable(getattr(kernels, name))
    before, config.CACHE_DIR = config.CACHE_DIR, str(folder)
    try:
        made = {
            name: numba.njit(signature, cache=True, nogil=True, error_model="numpy")(getattr(kernels, name))
            for name, signature in signatures.items()
        }
    finally:
        config.CACHE_DIR = before
    return Kernels(**made)


@lru_cache(maxsize=1)
def _float16_values() -> np.ndarray:
    """(65536,) float32: the number that each uint16 is as the bits of a float16."""
    return np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float32)
