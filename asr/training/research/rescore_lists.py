"""N-best lists of the search, for rescoring.

The search merges hypotheses whose last words are equal, since they have the same future in an n-gram model; what
differed before is lost. A model with a memory of whole sentences distinguishes them, so here they are not merged, and
no word is final before its utterance ends.
"""

import json
import math
import multiprocessing
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

from asr.audio.media import read_file
from asr.decoding.beams import WordHypothesis
from asr.decoding.decoder import Decoder
from asr.decoding.search_options import SearchOptions
from asr.decoding.state import DecoderState
from asr.language.lexicon import Lexicon
from asr.language.ngram_lm import NgramLM
from asr.pipeline import transcribe
from asr.recognizer import Recognizer
from asr.training.evaluation.evaluate import StreamRecognizer, recognise
from asr.training.manifests import read_manifest

VERSION = 2  # of the file of lists
MAX_WORD_RATE = 6  # words per second of an utterance


@dataclass(frozen=True)
class SentenceHypothesis:
    """One hypothesis for an utterance."""

    words: tuple[int, ...]  # lexicon ids
    sound: float  # ln p(sound | words) by the acoustic model


@dataclass(frozen=True)
class RecordingHypotheses:
    """A recording with an n-best list for each of its utterances."""

    corpus: str
    text: str  # transcript
    utterances: list[list[SentenceHypothesis]]  # between pauses; the search's best first


class UnmergedLM:
    """An n-gram model with a different state for each sequence of words, numbered in order of use. For one thread."""

    def __init__(self, language: NgramLM):
        """Wrap an n-gram model."""
        self.language = language
        self.start = 0
        self._numbers: dict[tuple[int, int], int] = {}  # (history, next word) -> history
        self._nodes = [language.start]

    def score(self, states: np.ndarray, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Score words as NgramLM.score does."""
        logp, nodes = self.language.score(self._at(states), words)
        following = np.zeros(len(logp), np.int64)
        for row, key in enumerate(zip(states.tolist(), words.tolist(), strict=True)):
            number = self._numbers.setdefault(key, len(self._nodes))
            if number == len(self._nodes):
                self._nodes.append(int(nodes[row]))
            following[row] = number
        return logp, following

    def upper_bound(self, words: np.ndarray) -> np.ndarray:
        """Bound the scores of words as NgramLM.upper_bound does."""
        return self.language.upper_bound(words)

    def end(self, states: np.ndarray) -> np.ndarray:
        """Score sentence ends as NgramLM.end does."""
        return self.language.end(self._at(states))

    def _at(self, states: np.ndarray) -> np.ndarray:
        return np.array([self._nodes[state] for state in states.tolist()], np.int64)


class NBestDecoder(Decoder):
    """A decoder that stores an n-best list whenever it closes an utterance. For one stream at a time."""

    def __init__(self, lexicon: Lexicon, language: NgramLM, search: SearchOptions, row_seconds: float, most: int):
        """Make a decoder with lists of at most `most` hypotheses."""
        search = replace(search, commit_threshold=math.inf, context_silence=0.0)  # lists of whole, separate sentences
        super().__init__(lexicon, language, search, row_seconds)
        self.most = most
        self.lists: list[list[SentenceHypothesis]] = []

    def prepare(self, max_open_words: int) -> None:
        """Begin another recording: no lists, no sequences of words, and room for `max_open_words` words."""
        language: Any = self.ngram_lm
        if isinstance(language, UnmergedLM):
            language = UnmergedLM(language.language)
        search = replace(self.search, max_open_words=max_open_words)
        self.__init__(self.lexicon, language, search, self._row_seconds, self.most)  # type: ignore[misc]

    def close(self, state: DecoderState) -> list[WordHypothesis]:
        """Close the utterance and store its list, if it has words."""
        found = self.n_best(state)
        if any(hypothesis.words for hypothesis in found):
            self.lists.append(found)
        return super().close(state)

    def n_best(self, state: DecoderState) -> list[SentenceHypothesis]:
        """Return the likeliest word sequences, the best first; the first is what `close` returns."""
        beams = state.beams
        done = np.flatnonzero(beams.node == 0)
        total = beams.total[done] + self.search.lm_weight * self.ngram_lm.end(beams.ngram_state[done])
        if not len(done):  # all beams are inside a word, which `close` drops
            done, total = np.array([beams.total.argmax()]), np.zeros(1)
        sounds: dict[tuple[int, ...], float] = {}
        for beam in done[np.argsort(-total, kind="stable")].tolist():
            words = tuple(state.histories.words[beam, : beams.word_count[beam]].tolist())
            # Two beams may have the same words with different pronunciations.
            sounds[words] = float(np.logaddexp(sounds.get(words, -math.inf), beams.acoustic[beam]))
        return [SentenceHypothesis(words, sound) for words, sound in list(sounds.items())[: self.most]]


def load_n_best(folder: Path, search: SearchOptions, most: int, merge: bool) -> tuple[Recognizer, NBestDecoder]:
    """Load a model with an n-best decoder.

    Args:
        folder: Of the model.
        search: Options of the search.
        most: Hypotheses of a list.
        merge: Merge hypotheses as the program's own search does.
    """
    recognizer = Recognizer.load(folder, search)
    language: Any = recognizer._decoder.ngram_lm
    if not merge:
        language = UnmergedLM(language)  # has the methods that a decoder calls
    decoder = NBestDecoder(recognizer._lexicon, language, search, recognizer.config.output_seconds, most)
    recognizer._decoder = decoder
    return recognizer, decoder


def n_best_lists(recognizer: Recognizer, decoder: NBestDecoder, sound: np.ndarray) -> list[list[SentenceHypothesis]]:
    """Return the n-best list of each utterance in (n,) samples, through the streaming path."""
    # Too few open words would force words to be final; too many cost time.
    longest = 16 + round(MAX_WORD_RATE * len(sound) / recognizer.config.rate)
    decoder.prepare(longest)
    recognise(StreamRecognizer(recognizer.config.rate, partial(transcribe, recognizer)), sound)
    return decoder.lists


_loaded: tuple[Recognizer, NBestDecoder]


def _prepare(load: Callable[[], tuple[Recognizer, NBestDecoder]]) -> None:
    global _loaded
    _loaded = load()


def _list(job: tuple[Path, dict]) -> RecordingHypotheses:
    path, entry = job
    sound = np.concatenate(list(read_file(path, _loaded[0].config.rate)))
    return RecordingHypotheses(entry["corpus"], entry["text"], n_best_lists(*_loaded, sound))


def lists(
    manifest: Path, folder: Path, search: SearchOptions, most: int, merge: bool, limit: int, processes: int
) -> list[RecordingHypotheses]:
    """Make the n-best lists of the recordings of a manifest, in its order.

    Args:
        manifest: JSON lines.
        folder: Of the model.
        search: Options of the search.
        most: Hypotheses of a list.
        merge: Merge hypotheses as the program's own search does.
        limit: Recordings, about; 0 for all.
        processes: Recordings recognised at the same time.
    """
    jobs = [(manifest.parent / entry["audio"], entry) for entry in read_manifest(manifest, limit)]
    load = partial(load_n_best, folder, search, most, merge)
    with multiprocessing.get_context("spawn").Pool(processes, _prepare, (load,)) as pool:
        return list(track(pool.imap(_list, jobs, chunksize=4), "Listing", len(jobs), console=Console(stderr=True)))


def save(recordings: list[RecordingHypotheses], path: Path) -> None:
    """Write lists as JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(asdict(recording)) + "\n" for recording in recordings))


def load(path: Path) -> list[RecordingHypotheses]:
    """Read lists that `save` wrote."""
    found = []
    for line in path.read_text().splitlines():
        row = json.loads(line)
        row["utterances"] = [
            [SentenceHypothesis(tuple(h["words"]), h["sound"]) for h in hypotheses] for hypotheses in row["utterances"]
        ]
        found.append(RecordingHypotheses(**row))
    return found
