"""Speech with known words, made ready to learn a voice from: frames, and the phones that were spoken."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from asr.acoustic.biphones import label_logits
from asr.alignment.viterbi import best_path
from asr.recognizer import Recognizer
from asr.text.phones import BLANK
from asr.text.pronounce import LETTERS
from asr.text.spoken_forms import Form, spoken_forms

MOST_PRONUNCIATIONS = 8  # of a written word
SHORTEST, LONGEST = 0.5, 30.0  # seconds of an utterance that is learnt from
LARGEST_LOSS = 5.0  # nats per phone: nine right texts had 2.1 to 4.7 with a strong accent, four wrong ones 5.6 to 8.6
LARGEST_GRAPH = 1 << 24  # rows times states of an alignment


@dataclass(frozen=True)
class SpokenText:
    """A piece of speech of one person, and what is said in it."""

    seconds: float
    text: str  # as it is written or spoken, with or without marks
    sound: Callable[[], np.ndarray]  # reads its (n,) float32 samples at the rate of the model


@dataclass(frozen=True)
class LearnableUtterance:
    """An utterance to learn from, or to try a voice on."""

    frames: torch.Tensor  # (frames, mels) float32
    labels: np.ndarray  # (k,) int64, without blanks: the pronunciations that fit the sound best
    sound: np.ndarray  # (n,) float32 samples
    words: tuple[str, ...]  # as spoken
    loss: float  # nats per phone of the most likely path


class Preparation:
    """Makes utterances of speech and its words. One thread.

    Args:
        recognizer: It is not changed.
    """

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self._lexicon = recognizer._lexicon
        self._pronouncer = recognizer._decoder.pronouncer
        self._known: dict[str, list[tuple[int, ...]]] = {}  # pronunciations by word, as label ids

    def prepare(self, spoken: SpokenText) -> LearnableUtterance | None:
        """Return the utterance; None if it is too short or long, a word has no sound, or the words are not said."""
        if not SHORTEST <= spoken.seconds <= LONGEST:
            return None
        sound = spoken.sound()
        forms = [spoken_forms(word, self._lexicon.ids) for word in spoken.text.split()]
        forms = [form for form in forms if form]  # marks alone are not spoken
        variants = self._variants(forms)
        frames = self._recognizer.features(sound)
        logp = label_scores(self._recognizer, frames)
        states = sum(2 * len(labels) for each in variants for labels, _ in each)
        if not variants or not all(variants) or states * len(logp) > LARGEST_GRAPH:
            return None
        try:
            path = best_path(logp, [[labels for labels, _ in each] for each in variants])
        except ValueError:  # more phones than the sound has room for
            return None
        chosen = [each[number] for each, number in zip(variants, path.pronunciations.tolist(), strict=True)]
        labels = np.array([label for phones, _ in chosen for label in phones])
        followed = [
            chosen[word][0][phone] if phone >= 0 else BLANK
            for word, phone in zip(path.words.tolist(), path.phones.tolist(), strict=True)
        ]
        loss = -float(logp[np.arange(len(logp)), followed].sum()) / len(labels)
        if loss > LARGEST_LOSS:
            return None
        return LearnableUtterance(frames, labels, sound, tuple(w for _, form in chosen for w in form), loss)

    def _variants(self, forms: Sequence[Sequence[Form]]) -> list[list[tuple[tuple[int, ...], Form]]]:
        """Return for each written word the ways to say it: labels, and the spoken words that they are of."""
        self._pronounce({word for choices in forms for form in choices for word in form})
        result = []
        for choices in forms:
            variants: dict[tuple[int, ...], Form] = {}
            for form in choices:
                options = [self._known[word] for word in form]
                if len(form) > 2:
                    options = [option[:1] for option in options]
                for parts in itertools.product(*options):
                    variants.setdefault(tuple(itertools.chain(*parts)), form)
            result.append(list(variants.items())[:MOST_PRONUNCIATIONS])
        return result

    def _pronounce(self, words: Iterable[str]) -> None:
        """Learn how words sound: from the lexicon, else from the grapheme-to-phoneme network."""
        missing = [word for word in words if word not in self._known]
        self._known |= self._lexicon.pronunciations(missing)
        unknown = [word for word in missing if word not in self._known]
        spelt = [word for word in unknown if not set(word) - set(LETTERS)]
        ids = {label: i for i, label in enumerate(self._lexicon.labels)}
        self._known |= {word: [] for word in unknown}
        if self._pronouncer and spelt:
            for word, hypotheses in self._pronouncer.pronounce(spelt).items():
                self._known[word] = [tuple(ids[phone] for phone in each.phones) for each in hypotheses]


def padded_frames(frames: torch.Tensor, recognizer: Recognizer) -> torch.Tensor:
    """Return (frames, mels) followed by silence up to a whole step and through the look-ahead, as a stream ends."""
    c = recognizer.config
    steps = -(-len(frames) // c.stride) + c.lookahead
    silence = torch.full((steps * c.stride - len(frames), c.mels), c.floor).log()
    return torch.cat([frames, silence])


@torch.inference_mode()
def label_scores(recognizer: Recognizer, frames: torch.Tensor) -> np.ndarray:
    """Return the ln posteriors of labels by the network without a voice, (rows, labels) float32."""
    model = recognizer._model
    logits, _, _ = model(padded_frames(frames, recognizer)[None], model.begin())
    return label_logits(logits[0, recognizer.config.output_delay_rows :], recognizer.config).log_softmax(-1).numpy()
