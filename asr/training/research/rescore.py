"""A second look at finished utterances with the word GRU: does it pay?

python -m asr.training.research.rescore --tune DEV/manifest.jsonl --test TEST/manifest.jsonl \\
        --gru .work/wordgru/checkpoint.pt

The search lists its best guesses at each utterance (`asr.training.research.rescore_lists`; kept in `--lists`, made once
for a model file). A guess is worth ln p(sound) + weight * ln p(words) + bonus * words, where p(words) is by the n-gram
model, the GRU, or a mixture of both word by word: of probabilities ("linear") or of their logarithms ("log-linear").
All weights are found on the tuning set alone, anew for every kind, the n-gram's too: what new weights gain is not the
GRU's. "Best in the lists" is the error left if the right guess were always found.
"""

import argparse
import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import jiwer
import numpy as np
import torch

from asr.decoding.decoder import SearchOptions
from asr.decoding.lexicon import END, START, Lexicon
from asr.decoding.neural_lm import interpolate
from asr.decoding.ngram_lm import NgramLM
from asr.recognizer import SHIPPED
from asr.text.normalize import normalize
from asr.training.language.neural_lm_compare import of_ngram
from asr.training.language.neural_lm_model import NeuralLMNetwork, frequencies
from asr.training.research import rescore_lists
from asr.training.research.rescore_lists import Recording, SentenceHypothesis

WEIGHTS = np.round(np.arange(0.5, 1.81, 0.1), 1)
BONUSES = np.round(np.arange(-3.0, 0.61, 0.3), 1)
SHARES = np.round(np.arange(0.1, 1.01, 0.1), 1)


@dataclass(frozen=True)
class Weighting:
    """How guesses are weighed."""

    kind: str  # "ngram", "linear" or "log-linear"
    share: float = 0.0  # of the GRU
    weight: float = SearchOptions.lm_weight
    bonus: float = SearchOptions.word_score


@dataclass(frozen=True)
class WeightedUtterance:
    """The guesses at one utterance with what each model says of every word and of the end."""

    guesses: Sequence[SentenceHypothesis]
    ngram: list[np.ndarray]  # for each guess (words + 1,) ln p
    gru: list[np.ndarray]  # the same

    def language(self, way: Weighting) -> np.ndarray:
        """(guesses,) ln p(words)."""
        mixtures: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
            "ngram": lambda gru, ngram: ngram,
            "linear": lambda gru, ngram: interpolate(gru, ngram, way.share),
            "log-linear": lambda gru, ngram: way.share * gru + (1 - way.share) * ngram,
        }
        mix = mixtures[way.kind]
        return np.array([mix(gru, ngram).sum() for gru, ngram in zip(self.gru, self.ngram, strict=True)])

    def best(self, ways: Sequence[Weighting], most: int) -> list[tuple[int, ...]]:
        """The words of the best of the first `most` guesses, by each way; all share kind and share of the GRU."""
        worths = np.array([[1.0, way.weight, way.bonus] for way in ways])
        sounds, counts = zip(*((guess.sound, len(guess.words)) for guess in self.guesses), strict=True)
        terms = np.stack([sounds, self.language(ways[0]), counts])[:, :most]
        return [self.guesses[i].words for i in (worths @ terms).argmax(1)]


def by_ngram(model: NgramLM, sentences: Sequence[tuple[int, ...]]) -> list[np.ndarray]:
    """Like WordGRU.score."""
    logp, _ = of_ngram(model, np.array([word for sentence in sentences for word in (START, *sentence, END)]))
    return np.split(logp, np.cumsum([len(sentence) + 1 for sentence in sentences])[:-1])


class ScoredSet:
    """A set of recordings, weighed by both models, with the errors of every text that was asked for."""

    def __init__(self, recordings: list[Recording], words: Sequence[str], ngram: NgramLM, gru: NeuralLMNetwork):
        self.recordings, self.words = recordings, words
        self.spent: list[float] = []  # seconds the GRU took for each utterance
        self.weighed = [[self._weigh(guesses, ngram, gru) for guesses in r.utterances] for r in recordings]
        self._errors: dict[tuple[int, tuple[int, ...]], int] = {}
        self.said = [normalize(recording.said) for recording in recordings]
        self.total = np.array([len(said.split()) for said in self.said])

    def _weigh(self, guesses: list[SentenceHypothesis], ngram: NgramLM, gru: NeuralLMNetwork) -> WeightedUtterance:
        sentences = [guess.words for guess in guesses]
        began = time.process_time()
        by_gru = gru.score(sentences)
        self.spent.append(time.process_time() - began)
        return WeightedUtterance(guesses, by_ngram(ngram, sentences), by_gru)

    def errors(self, recording: int, words: tuple[int, ...]) -> int:
        key = recording, words
        if key not in self._errors:
            text = normalize(" ".join(self.words[word] for word in words))
            counts = jiwer.process_words(self.said[recording], text)
            self._errors[key] = counts.substitutions + counts.deletions + counts.insertions
        return self._errors[key]

    def by_way(self, ways: Sequence[Weighting], most: int) -> np.ndarray:
        """(ways, recordings) wrong words. The ways share kind and share of the GRU."""
        found = np.zeros((len(ways), len(self.recordings)), np.int64)
        for i, utterances in enumerate(self.weighed):
            chosen = [weighed.best(ways, most) for weighed in utterances]
            for j in range(len(ways)):
                found[j, i] = self.errors(i, sum((words[j] for words in chosen), ()))
        return found

    def first(self) -> np.ndarray:
        """(recordings,) wrong words of the search's own best."""
        chosen = [sum((weighed.guesses[0].words for weighed in utterances), ()) for utterances in self.weighed]
        return np.array([self.errors(i, words) for i, words in enumerate(chosen)])

    def oracle(self, most: int) -> np.ndarray:
        """(recordings,) wrong words if the right guess were always found; utterances one after the other."""
        found = []
        for i, utterances in enumerate(self.weighed):
            before: tuple[int, ...] = ()
            for k, weighed in enumerate(utterances):
                after: tuple[int, ...] = sum((later.guesses[0].words for later in utterances[k + 1 :]), ())
                tried = [
                    (self.errors(i, before + guess.words + after), guess.words) for guess in weighed.guesses[:most]
                ]
                before += min(tried, key=lambda pair: pair[0])[1]
            found.append(self.errors(i, before))
        return np.array(found)

    def rates(self, errors: np.ndarray) -> dict[str, float]:
        """(recordings,) wrong words -> % of each corpus, and of all."""
        corpora = np.array([recording.corpus for recording in self.recordings])
        sets = {str(name): corpora == name for name in sorted(set(corpora))} | {"all": np.full(len(corpora), True)}
        return {name: round(100 * errors[rows].sum() / self.total[rows].sum(), 2) for name, rows in sets.items()}


def tuned(dev: ScoredSet, kind: str, most: int) -> Weighting:
    """The way of a kind with the fewest errors; of several the one least unlike the search's own."""
    best: tuple[int, float, Weighting] | None = None
    for share in (0.0,) if kind == "ngram" else SHARES:
        ways = [Weighting(kind, float(share), float(w), float(b)) for w, b in product(WEIGHTS, BONUSES)]
        for way, wrong in zip(ways, dev.by_way(ways, most).sum(1), strict=True):
            found = (
                int(wrong),
                abs(way.weight - SearchOptions.lm_weight) + abs(way.bonus - SearchOptions.word_score),
                way,
            )
            if best is None or found[:2] < best[:2]:
                best = found
    assert best
    return best[2]


def report(dev: ScoredSet, test: ScoredSet, most: int) -> dict:
    """Figures of both sets, tuned on the first."""
    sets = {"dev": dev, "test": test}
    found: dict = {name: {"first pass": heard.rates(heard.first())} for name, heard in sets.items()}
    ways = {}
    for kind in ("ngram", "linear", "log-linear"):
        ways[kind] = way = tuned(dev, kind, most)
        for name, heard in sets.items():
            found[name][kind] = heard.rates(heard.by_way([way], most)[0])
    for name, heard in sets.items():
        found[name]["best in the lists"] = heard.rates(heard.oracle(most))
    kind = min(("linear", "log-linear"), key=lambda kind: found["dev"][kind]["all"])
    lengths = sorted({n for n in (5, 10, 20, 50, most) if n <= most})
    return {
        "wer": found,
        "ways": {kind: vars(way) for kind, way in ways.items()},
        "by_length_of_list": {
            name: {
                n: {kind: heard.rates(heard.by_way([ways[kind]], n)[0])["all"],
                    "best in the lists": heard.rates(heard.oracle(n))["all"]}
                for n in lengths
            }
            for name, heard in sets.items()
        },
        "gru_ms_per_utterance": {
            name: {"mean": round(1e3 * float(np.mean(heard.spent)), 1),
                   "p95": round(1e3 * float(np.quantile(heard.spent, 0.95)), 1),
                   "utterances": len(heard.spent), "guesses": sum(len(w.guesses) for u in heard.weighed for w in u)}
            for name, heard in sets.items()
        },
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tune", type=Path, required=True, help="manifest to find the weights on")
    parser.add_argument("--test", type=Path, required=True, help="manifest to report")
    parser.add_argument("--gru", type=Path, help="checkpoint; without it the lists are made, and nothing else")
    parser.add_argument("--model", type=Path, default=SHIPPED, help="folder of the recogniser's three files")
    parser.add_argument("--lists", type=Path, default=Path(".work/lists"), help="folder in which lists are kept")
    parser.add_argument("--best", type=int, default=50, help="guesses of a list")
    parser.add_argument("--merge", action="store_true", help="merge guesses as the program's own search does")
    parser.add_argument("--limit", type=int, default=0, help="hear about this many recordings of each set only")
    parser.add_argument("--processes", type=int, default=1, help="recordings heard side by side")
    args = parser.parse_args()
    torch.set_num_threads(1)
    stamp = hashlib.sha256()
    for name in ("model", "lexicon", "ngram_lm"):
        stamp.update((args.model / f"{name}.safetensors").read_bytes())
    heard = []
    for manifest in (args.tune, args.test):
        terms = f"{args.best}{'-merged' if args.merge else ''}-{args.limit or 'all'}"
        path = args.lists / f"{stamp.hexdigest()[:12]}-{manifest.parent.name}-{terms}.jsonl"
        if not path.exists():
            made = rescore_lists.lists(
                manifest, args.model, SearchOptions(), args.best, args.merge, args.limit, args.processes
            )
            rescore_lists.save(made, path)
        heard.append(rescore_lists.load(path))
    if not args.gru:
        return
    words = Lexicon.load(args.model / "lexicon.safetensors").words
    ngram = NgramLM.load(args.model / "ngram_lm.safetensors")
    gru = NeuralLMNetwork.load(args.gru, frequencies(ngram))
    dev, test = (ScoredSet(recordings, words, ngram, gru) for recordings in heard)
    print(json.dumps(report(dev, test, args.best), indent=2))


if __name__ == "__main__":
    main()
