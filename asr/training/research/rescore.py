"""Measure whether rescoring n-best lists with the neural LM reduces errors.

python -m asr.training.research.rescore --tune DEV/manifest.jsonl --test TEST/manifest.jsonl \\
        --gru .work/neural_lm/checkpoint.pt

The search makes an n-best list for each utterance (`asr.training.research.rescore_lists`; stored in `--lists`, once for
each model file). The score of a hypothesis is ln p(sound) + lm_weight * ln p(words) + word_score * words, where
p(words) is by the n-gram model, the neural LM, or a mixture of both for each word: of probabilities ("linear") or of
their logarithms ("log-linear"). All weights are tuned on the tuning set, separately for every kind, the n-gram model
included, so that a gain by new weights is not attributed to the neural LM. "Best in the lists" is the error rate of the
best hypothesis of each list.
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

from asr.decoding.search_options import SearchOptions
from asr.language.lexicon import END, START, Lexicon
from asr.language.neural_lm import interpolate
from asr.language.ngram_lm import NgramLM
from asr.recognizer import SHIPPED
from asr.text.normalize import normalize
from asr.training.language.neural_lm_compare import ngram_logp
from asr.training.language.neural_lm_model import NeuralLMNetwork, frequencies
from asr.training.research import rescore_lists
from asr.training.research.rescore_lists import RecordingHypotheses, SentenceHypothesis

LM_WEIGHTS = np.round(np.arange(0.5, 1.81, 0.1), 1)
WORD_SCORES = np.round(np.arange(-3.0, 0.61, 0.3), 1)
SHARES = np.round(np.arange(0.1, 1.01, 0.1), 1)


@dataclass(frozen=True)
class Weighting:
    """How hypotheses are scored."""

    kind: str  # "ngram", "linear" or "log-linear"
    share: float = 0.0  # of the neural LM
    lm_weight: float = SearchOptions.lm_weight
    word_score: float = SearchOptions.word_score  # nats added for each word


@dataclass(frozen=True)
class WeightedUtterance:
    """The hypotheses for one utterance with the log probabilities of both models."""

    hypotheses: Sequence[SentenceHypothesis]
    ngram: list[np.ndarray]  # for each hypothesis (words + 1,), of its words and of the sentence end
    neural: list[np.ndarray]  # the same

    def language(self, weighting: Weighting) -> np.ndarray:
        """Return ln p(words) of each hypothesis, (hypotheses,)."""
        mixtures: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
            "ngram": lambda neural, ngram: ngram,
            "linear": lambda neural, ngram: interpolate(neural, ngram, weighting.share),
            "log-linear": lambda neural, ngram: weighting.share * neural + (1 - weighting.share) * ngram,
        }
        mix = mixtures[weighting.kind]
        return np.array([mix(neural, ngram).sum() for neural, ngram in zip(self.neural, self.ngram, strict=True)])

    def best(self, weightings: Sequence[Weighting], most: int) -> list[tuple[int, ...]]:
        """Return the words of the best hypothesis by each weighting.

        Args:
            weightings: All of the same kind and share.
            most: Hypotheses of the list that are considered.
        """
        weights = np.array([[1.0, weighting.lm_weight, weighting.word_score] for weighting in weightings])
        sounds, counts = zip(
            *((hypothesis.sound, len(hypothesis.words)) for hypothesis in self.hypotheses), strict=True
        )
        terms = np.stack([sounds, self.language(weightings[0]), counts])[:, :most]
        return [self.hypotheses[i].words for i in (weights @ terms).argmax(1)]


def ngram_scores(model: NgramLM, sentences: Sequence[tuple[int, ...]]) -> list[np.ndarray]:
    """Return the log probabilities of sentences by an n-gram model, as NeuralLMNetwork.score does."""
    logp, _ = ngram_logp(model, np.array([word for sentence in sentences for word in (START, *sentence, END)]))
    return np.split(logp, np.cumsum([len(sentence) + 1 for sentence in sentences])[:-1])


class ScoredSet:
    """A set of recordings whose hypotheses are scored by both models, and the errors of texts that were counted."""

    def __init__(
        self, recordings: list[RecordingHypotheses], words: Sequence[str], ngram: NgramLM, neural: NeuralLMNetwork
    ):
        """Score all hypotheses; `words` are those of the lexicon, by id."""
        self.recordings, self.words = recordings, words
        self.neural_seconds: list[float] = []  # processor time of the neural LM for each utterance
        self.utterances = [[self._score(found, ngram, neural) for found in r.utterances] for r in recordings]
        self._errors: dict[tuple[int, tuple[int, ...]], int] = {}
        self.references = [normalize(recording.text) for recording in recordings]
        self.total = np.array([len(reference.split()) for reference in self.references])

    def _score(
        self, hypotheses: list[SentenceHypothesis], ngram: NgramLM, neural: NeuralLMNetwork
    ) -> WeightedUtterance:
        sentences = [hypothesis.words for hypothesis in hypotheses]
        began = time.process_time()
        by_neural = neural.score(sentences)
        self.neural_seconds.append(time.process_time() - began)
        return WeightedUtterance(hypotheses, ngram_scores(ngram, sentences), by_neural)

    def errors(self, recording: int, words: tuple[int, ...]) -> int:
        """Return the number of word errors of a text, given by lexicon ids, for a recording, given by its index."""
        key = recording, words
        if key not in self._errors:
            text = normalize(" ".join(self.words[word] for word in words))
            counts = jiwer.process_words(self.references[recording], text)
            self._errors[key] = counts.substitutions + counts.deletions + counts.insertions
        return self._errors[key]

    def errors_by_weighting(self, weightings: Sequence[Weighting], most: int) -> np.ndarray:
        """Return word errors, (weightings, recordings); the weightings are of the same kind and share."""
        found = np.zeros((len(weightings), len(self.recordings)), np.int64)
        for i, utterances in enumerate(self.utterances):
            chosen = [utterance.best(weightings, most) for utterance in utterances]
            for j in range(len(weightings)):
                found[j, i] = self.errors(i, sum((words[j] for words in chosen), ()))
        return found

    def first_pass_errors(self) -> np.ndarray:
        """Return the word errors of the search's own best hypotheses, (recordings,)."""
        chosen = [sum((each.hypotheses[0].words for each in utterances), ()) for utterances in self.utterances]
        return np.array([self.errors(i, words) for i, words in enumerate(chosen)])

    def oracle_errors(self, most: int) -> np.ndarray:
        """Return the word errors of the best hypotheses of the lists, (recordings,), chosen utterance by utterance."""
        found = []
        for i, utterances in enumerate(self.utterances):
            before: tuple[int, ...] = ()
            for k, utterance in enumerate(utterances):
                after: tuple[int, ...] = sum((later.hypotheses[0].words for later in utterances[k + 1 :]), ())
                tried = [
                    (self.errors(i, before + hypothesis.words + after), hypothesis.words)
                    for hypothesis in utterance.hypotheses[:most]
                ]
                before += min(tried, key=lambda pair: pair[0])[1]
            found.append(self.errors(i, before))
        return np.array(found)

    def rates(self, errors: np.ndarray) -> dict[str, float]:
        """Return the word error rate in % of each corpus, and of all, from word errors (recordings,)."""
        corpora = np.array([recording.corpus for recording in self.recordings])
        sets = {str(name): corpora == name for name in sorted(set(corpora))} | {"all": np.full(len(corpora), True)}
        return {name: round(100 * errors[rows].sum() / self.total[rows].sum(), 2) for name, rows in sets.items()}


def tuned(dev: ScoredSet, kind: str, most: int) -> Weighting:
    """Return the weighting of a kind with the fewest errors; among equals, the one nearest to that of the search."""
    best: tuple[int, float, Weighting] | None = None
    for share in (0.0,) if kind == "ngram" else SHARES:
        weightings = [Weighting(kind, float(share), float(w), float(s)) for w, s in product(LM_WEIGHTS, WORD_SCORES)]
        for weighting, errors in zip(weightings, dev.errors_by_weighting(weightings, most).sum(1), strict=True):
            lm_weight, word_score = weighting.lm_weight, weighting.word_score
            distance = abs(lm_weight - SearchOptions.lm_weight) + abs(word_score - SearchOptions.word_score)
            found = int(errors), distance, weighting
            if best is None or found[:2] < best[:2]:
                best = found
    assert best
    return best[2]


def report(dev: ScoredSet, test: ScoredSet, most: int) -> dict:
    """Return the results on both sets, with weightings tuned on the first.

    Args:
        dev: Tuning set.
        test: Test set.
        most: Hypotheses of a list.
    """
    sets = {"dev": dev, "test": test}
    found: dict = {name: {"first pass": scored.rates(scored.first_pass_errors())} for name, scored in sets.items()}
    weightings = {}
    for kind in ("ngram", "linear", "log-linear"):
        weightings[kind] = weighting = tuned(dev, kind, most)
        for name, scored in sets.items():
            found[name][kind] = scored.rates(scored.errors_by_weighting([weighting], most)[0])
    for name, scored in sets.items():
        found[name]["best in the lists"] = scored.rates(scored.oracle_errors(most))
    kind = min(("linear", "log-linear"), key=lambda kind: found["dev"][kind]["all"])
    lengths = sorted({n for n in (5, 10, 20, 50, most) if n <= most})

    def rates(scored: ScoredSet, length: int) -> dict[str, float]:
        by_kind = scored.rates(scored.errors_by_weighting([weightings[kind]], length)[0])["all"]
        return {kind: by_kind, "best in the lists": scored.rates(scored.oracle_errors(length))["all"]}

    def cost(scored: ScoredSet) -> dict[str, float]:
        return {
            "mean": round(1e3 * float(np.mean(scored.neural_seconds)), 1),
            "p95": round(1e3 * float(np.quantile(scored.neural_seconds, 0.95)), 1),
            "utterances": len(scored.neural_seconds),
            "hypotheses": sum(len(each.hypotheses) for utterances in scored.utterances for each in utterances),
        }

    return {
        "wer": found,
        "weightings": {kind: vars(weighting) for kind, weighting in weightings.items()},
        "by_length_of_list": {name: {n: rates(scored, n) for n in lengths} for name, scored in sets.items()},
        "neural_lm_ms_per_utterance": {name: cost(scored) for name, scored in sets.items()},
    }


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tune", type=Path, required=True, help="manifest to tune the weights on")
    parser.add_argument("--test", type=Path, required=True, help="manifest to report")
    parser.add_argument("--gru", type=Path, help="checkpoint of the neural LM; without it only the lists are made")
    parser.add_argument("--model", type=Path, default=SHIPPED, help="folder of the model")
    parser.add_argument("--lists", type=Path, default=Path(".work/lists"), help="folder that stores the lists")
    parser.add_argument("--best", type=int, default=50, help="hypotheses of a list")
    parser.add_argument("--merge", action="store_true", help="merge hypotheses as the program's own search does")
    parser.add_argument("--limit", type=int, default=0, help="use about this many recordings of each set")
    parser.add_argument("--processes", type=int, default=1, help="recordings recognised at the same time")
    return parser


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    torch.set_num_threads(1)
    stamp = hashlib.sha256()
    for name in ("model", "lexicon", "ngram_lm"):
        stamp.update((args.model / f"{name}.safetensors").read_bytes())
    sets = []
    for manifest in (args.tune, args.test):
        terms = f"{args.best}{'-merged' if args.merge else ''}-{args.limit or 'all'}"
        path = args.lists / f"{stamp.hexdigest()[:12]}-{manifest.parent.name}-{terms}.{rescore_lists.VERSION}.jsonl"
        if not path.exists():
            made = rescore_lists.lists(
                manifest, args.model, SearchOptions(), args.best, args.merge, args.limit, args.processes
            )
            rescore_lists.save(made, path)
        sets.append(rescore_lists.load(path))
    if not args.gru:
        return
    words = Lexicon.load(args.model / "lexicon.safetensors").words
    ngram = NgramLM.load(args.model / "ngram_lm.safetensors")
    neural = NeuralLMNetwork.load(args.gru, frequencies(ngram))
    dev, test = (ScoredSet(recordings, words, ngram, neural) for recordings in sets)
    print(json.dumps(report(dev, test, args.best), indent=2))


if __name__ == "__main__":
    main()
