"""Learning the vectors of a voice by gradient descent: CTC-CRF, held to what the network without it says.

The loss is that which the network was trained with, plus the Kullback-Leibler divergence from the scores of the network
without the voice (Yu et al. 2013, "KL-divergence regularized deep neural network adaptation"). Everything but the
vectors is frozen. The same speech gives the same voice, to the bit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from asr.acoustic.adaptation import vector_shapes, with_vectors
from asr.acoustic.biphones import to_units
from asr.acoustic.ctc_crf import Denominator, ctc, trigrams
from asr.acoustic.network import AcousticModel, weights
from asr.adaptation.adam import Adam
from asr.adaptation.speech import LearnableUtterance, padded_frames
from asr.recognizer import Recognizer

SENTENCES, SENTENCE_WORDS = 2_000, 12  # of random words, from which the phone trigram of the denominator is estimated


@dataclass(frozen=True)
class LearningSettings:
    """How a voice is learnt; the defaults are the best of asr/training/evaluation/VOICES.md."""

    epochs: int = 12  # passes over the speech
    rate: float = 2e-3  # of Adam, at the beginning; it falls linearly to 0
    divergence: float = 0.5  # weight of the divergence from the network without the voice
    batch_seconds: float = 40.0  # of sound, padding included
    left_out: tuple[str, ...] = ("head.pairs.",)  # vectors whose names begin so are not changed
    masks: int = 0  # stretches of time and of bands that are masked in each utterance
    seed: int = 0


Progress = Callable[[float], None]  # takes the share that is done, 0..1; may raise to end the learning


def phone_trigrams(recognizer: Recognizer, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Estimate a phone trigram model (see `trigrams`) from random words, as frequent as the language model says."""
    lexicon = recognizer._lexicon
    unigram = np.exp(recognizer._decoder.ngram_lm.logp[1 : 1 + len(lexicon.words)].astype(np.float64))
    unigram[:3] = 0.0  # the marks are not spoken
    rng = np.random.default_rng(seed)
    drawn = rng.choice(len(unigram), (SENTENCES, SENTENCE_WORDS), p=unigram / unigram.sum())
    words = {i: lexicon.words[i] for i in np.unique(drawn).tolist()}
    sounds = lexicon.pronunciations(words.values())
    spoken = {i: np.array(sounds[word][0]) for i, word in words.items() if word in sounds}
    sentences = ([spoken[i] for i in row if i in spoken] for row in drawn.tolist())
    return trigrams((np.concatenate(sentence) for sentence in sentences if sentence), len(lexicon.labels))


class VoiceTraining:
    """The training of one voice. One thread; nothing of the recogniser is changed.

    Args:
        recognizer: Whose network gets the voice.
        utterances: Speech of one person, at least one utterance.
        settings: How.
    """

    def __init__(
        self, recognizer: Recognizer, utterances: Sequence[LearnableUtterance], settings: LearningSettings
    ) -> None:
        self._recognizer, self._settings = recognizer, settings
        self._config = recognizer.config
        self._base: AcousticModel = recognizer._model
        self._batches = self._batched(utterances)
        self._denominator = None
        if self._config.bottleneck:  # units are pairs, as the states of the denominator are
            self._denominator = Denominator(*phone_trigrams(recognizer))
        kept = weights(self._base)
        names = [name for name in vector_shapes(self._config) if not name.startswith(settings.left_out)]
        self._vectors = {name: kept[name].detach().clone() for name in names}
        self._network = with_vectors(self._base, self._vectors)
        for name, value in self._trained():
            value.requires_grad_(True)
            self._vectors[name] = value

    def learn(self, progress: Progress = lambda share: None) -> dict[str, np.ndarray]:
        """Learn, and return what is added to each vector: (n,) float32 by name."""
        settings, rng = self._settings, np.random.default_rng(self._settings.seed)
        optimiser = Adam(self._vectors.values(), betas=(0.9, 0.98))
        updates, done = settings.epochs * len(self._batches), 0
        for _ in range(settings.epochs):
            for number in rng.permutation(len(self._batches)).tolist():
                optimiser.forget_gradients()
                self._loss(self._batches[number], rng).backward()  # type: ignore[no-untyped-call]
                torch.nn.utils.clip_grad_norm_(list(self._vectors.values()), 1.0)
                optimiser.step(settings.rate * (1 - done / updates))
                done += 1
                progress(done / updates)
        kept = weights(self._base)
        return {name: (value.detach() - kept[name]).numpy() for name, value in self._vectors.items()}

    def _trained(self) -> list[tuple[str, Tensor]]:
        """Return the vectors as the network has them."""
        own = {**dict(self._network.named_parameters()), **dict(self._network.named_buffers())}
        return [(name, own[name]) for name in self._vectors]

    def _batched(self, utterances: Sequence[LearnableUtterance]) -> list[list[LearnableUtterance]]:
        """Return the utterances in batches of similar lengths."""
        limit = self._settings.batch_seconds * self._config.rate / self._config.hop
        batches: list[list[LearnableUtterance]] = [[]]
        for utterance in sorted(utterances, key=lambda u: len(u.frames)):
            if batches[-1] and len(utterance.frames) * (len(batches[-1]) + 1) > limit:
                batches.append([])
            batches[-1].append(utterance)
        return batches

    def _loss(self, batch: list[LearnableUtterance], rng: np.random.Generator) -> Tensor:
        """Return the loss of a batch, per phone."""
        config, settings = self._config, self._settings
        padded = [padded_frames(utterance.frames, self._recognizer) for utterance in batch]
        x = torch.full((len(batch), max(map(len, padded)), config.mels), config.floor).log()
        for i, frames in enumerate(padded):
            x[i, : len(frames)] = frames
        lengths = torch.tensor([len(utterance.frames) for utterance in batch])
        rows = -(-lengths // config.stride) * config.rows_per_step
        logits = self._network(self._masked(x, lengths, rng), self._network.begin(len(batch)))[0]
        logits = logits[:, config.output_delay_rows :]
        counts = torch.tensor([len(utterance.labels) for utterance in batch])
        labels = torch.from_numpy(np.concatenate([utterance.labels for utterance in batch]))
        loss = ctc(logits, rows, to_units(labels, counts, config), counts, self._denominator)
        if settings.divergence:
            with torch.no_grad():
                base = self._base(x, self._base.begin(len(batch)))[0][:, config.output_delay_rows :].log_softmax(-1)
            apart = (base.exp() * (base - logits.log_softmax(-1))).sum(-1)
            within = torch.arange(apart.shape[1])[None] < rows[:, None]
            loss = loss + settings.divergence * (apart * within).sum() / counts.sum()
        return loss

    def _masked(self, x: Tensor, lengths: Tensor, rng: np.random.Generator) -> Tensor:
        """Return frames with masked bands and stretches of time (Park et al. 2019, SpecAugment)."""
        if not self._settings.masks:
            return x
        x, fill = x.clone(), self._base.mean
        for i, length in enumerate(lengths.tolist()):
            for _ in range(self._settings.masks):
                width = int(rng.integers(1, 12))
                first = int(rng.integers(0, x.shape[2] - width))
                x[i, :, first : first + width] = fill[first : first + width]
                width = int(rng.integers(1, max(2, min(20, length // 10))))
                first = int(rng.integers(0, max(1, length - width)))
                x[i, first : first + width] = fill
        return x
