"""What else an utterance may have been: the likeliest word sequences of the search, for a second look at them.

The search merges guesses whose last words are the same, since an n-gram model cannot tell them apart from there on;
what differed before is lost. A model that remembers whole sentences can tell them apart, so here none are merged, and
no word is final before its utterance ends.
"""

import json
import math
import multiprocessing
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track

from asr.audio.media import read_file
from asr.decoding.beams import WordHypothesis
from asr.decoding.decoder import Decoder, DecoderState, SearchOptions
from asr.decoding.lexicon import Lexicon
from asr.decoding.ngram_lm import NgramLM
from asr.pipeline import transcribe
from asr.recognizer import Recognizer
from asr.training.acoustic.packs import entries
from asr.training.evaluation.evaluate import StreamRecognizer, hear

FASTEST = 6  # words a second that an utterance may hold


@dataclass(frozen=True)
class SentenceHypothesis:
    """One way to read an utterance."""

    words: tuple[int, ...]  # lexicon ids
    sound: float  # ln p(sound | words) by the acoustic model


@dataclass(frozen=True)
class Recording:
    corpus: str
    said: str
    utterances: list[list[SentenceHypothesis]]  # between pauses; the guesses of each, the search's best first


class Histories:
    """An n-gram model whose states are whole sentences, numbered as they come. It serves one thread."""

    def __init__(self, language: NgramLM):
        self.language = language
        self.start = 0
        self._numbers: dict[tuple[int, int], int] = {}  # (history, next word) -> history
        self._nodes = [language.start]

    def score(self, states: np.ndarray, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Like LanguageModel.score."""
        logp, nodes = self.language.score(self._at(states), words)
        following = np.zeros(len(logp), np.int64)
        for row, key in enumerate(zip(states.tolist(), words.tolist(), strict=True)):
            number = self._numbers.setdefault(key, len(self._nodes))
            if number == len(self._nodes):
                self._nodes.append(int(nodes[row]))
            following[row] = number
        return logp, following

    def end(self, states: np.ndarray) -> np.ndarray:
        return self.language.end(self._at(states))

    def _at(self, states: np.ndarray) -> np.ndarray:
        return np.array([self._nodes[state] for state in states.tolist()], np.int64)


class Lister(Decoder):
    """A decoder that notes its guesses whenever it closes an utterance: for one stream at a time."""

    def __init__(self, lexicon: Lexicon, language: NgramLM, search: SearchOptions, row_seconds: float, most: int):
        super().__init__(lexicon, language, replace(search, commit_threshold=math.inf), row_seconds)
        self.most = most
        self.lists: list[list[SentenceHypothesis]] = []

    def close(self, state: DecoderState) -> list[WordHypothesis]:
        found = self.guesses(state)
        if any(guess.words for guess in found):
            self.lists.append(found)
        return super().close(state)

    def guesses(self, state: DecoderState) -> list[SentenceHypothesis]:
        """The `most` likeliest sequences of words, the best first: the first is what `close` gives."""
        beams = state.beams
        done = np.flatnonzero(beams.node == 0)
        total = beams.total[done] + self.search.lm_weight * self.ngram_lm.end(beams.ngram_state[done])
        if not len(done):  # all are within a word, which `close` drops
            done, total = np.array([beams.total.argmax()]), np.zeros(1)
        sounds: dict[tuple[int, ...], float] = {}
        for beam in done[np.argsort(-total, kind="stable")].tolist():
            words = tuple(state.histories.words[beam, : beams.word_count[beam]].tolist())
            # The same words may stand there twice, said in two ways.
            sounds[words] = float(np.logaddexp(sounds.get(words, -math.inf), beams.acoustic[beam]))
        return [SentenceHypothesis(words, sound) for words, sound in list(sounds.items())[: self.most]]


def lister(folder: Path, search: SearchOptions, most: int, merge: bool) -> tuple[Recognizer, Lister]:
    """The model in a folder, with a decoder that notes its guesses; `merge`: as the program's own search does."""
    recognizer = Recognizer.load(folder, search)
    language = recognizer._decoder.ngram_lm
    noting = Lister(recognizer._lexicon, language, search, recognizer.config.output_seconds, most)
    if not merge:
        noting.ngram_lm = Histories(language)  # type: ignore[assignment]  # it answers what a decoder asks
    recognizer._decoder = noting
    return recognizer, noting


def listen(recognizer: Recognizer, noting: Lister, sound: np.ndarray) -> list[list[SentenceHypothesis]]:
    """(n,) samples -> the guesses at each utterance in them, through the streaming path."""
    noting.lists = []
    # Places for words cost time, too few of them would force words to be final.
    longest = 16 + round(FASTEST * len(sound) / recognizer.config.rate)
    noting.search = replace(noting.search, max_open_words=longest)
    if isinstance(noting.ngram_lm, Histories):
        noting.ngram_lm = Histories(noting.ngram_lm.language)  # type: ignore[assignment]
    hear(StreamRecognizer(recognizer.config.rate, partial(transcribe, recognizer)), sound)
    return noting.lists


_ready: tuple[Recognizer, Lister]


def _prepare(load: Callable[[], tuple[Recognizer, Lister]]) -> None:
    global _ready
    _ready = load()


def _list(job: tuple[Path, dict]) -> Recording:
    path, entry = job
    sound = np.concatenate(list(read_file(path, _ready[0].config.rate)))
    return Recording(entry["corpus"], entry["text"], listen(*_ready, sound))


def lists(
    manifest: Path, folder: Path, search: SearchOptions, most: int, merge: bool, limit: int, processes: int
) -> list[Recording]:
    """One for each recording of a manifest, in its order."""
    jobs = [(manifest.parent / entry["audio"], entry) for entry in entries(manifest, limit)]
    load = partial(lister, folder, search, most, merge)
    with multiprocessing.get_context("spawn").Pool(processes, _prepare, (load,)) as pool:
        return list(track(pool.imap(_list, jobs, chunksize=4), "Listing", len(jobs), console=Console(stderr=True)))


def save(recordings: list[Recording], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(asdict(recording)) + "\n" for recording in recordings))


def load(path: Path) -> list[Recording]:
    found = []
    for line in path.read_text().splitlines():
        row = json.loads(line)
        row["utterances"] = [
            [SentenceHypothesis(tuple(g["words"]), g["sound"]) for g in guesses] for guesses in row["utterances"]
        ]
        found.append(Recording(**row))
    return found
