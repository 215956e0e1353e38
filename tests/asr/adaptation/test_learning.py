"""Learning a voice, on a tiny network: what is learnt from, that it is learnt, and the guard."""

from collections.abc import Sequence

import numpy as np
import pytest
import torch

from asr.acoustic.adaptation import network_digest, with_voice
from asr.adaptation import learning
from asr.adaptation.learning import EVERY, Trial, learn_voice, prepared, word_errors
from asr.adaptation.speech import LONGEST, LearnableUtterance, Preparation, SpokenText
from asr.adaptation.training import LearningSettings, VoiceTraining, phone_trigrams
from asr.errors import VoiceError
from asr.recognizer import Recognizer
from asr.stream_options import StreamOptions
from asr.user.voice import VoiceProfile
from tests.support.recognition.tiny import pronunciations, tiny_recognizer

WORDS = list(pronunciations())


@pytest.fixture(scope="module", params=[0, 6], ids=["labels", "pairs"])
def recognizer(request: pytest.FixtureRequest) -> Recognizer:
    return tiny_recognizer(bottleneck=request.param)


def noise(seconds: float, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.2, round(16_000 * seconds)).astype(np.float32)


def spoken(count: int, seconds: float = 1.6) -> list[SpokenText]:
    """Return pieces of noise with three words each."""
    rng = np.random.default_rng(2)
    texts = [" ".join(rng.choice(WORDS, 3)) for _ in range(count)]
    return [SpokenText(seconds, text, lambda i=i: noise(seconds, i)) for i, text in enumerate(texts)]  # type: ignore[misc]


def usable(recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch, count: int) -> list[LearnableUtterance]:
    """Return utterances whose words do not fit their sound, as no words fit noise."""
    monkeypatch.setattr("asr.adaptation.speech.LARGEST_LOSS", np.inf)
    preparation = Preparation(recognizer)
    return [utterance for each in spoken(count) if (utterance := preparation.prepare(each))]


def loss_of(recognizer: Recognizer, utterances: Sequence[LearnableUtterance], voice: VoiceProfile) -> float:
    """Return the loss of the network with a voice, by the training's own measure."""
    training = VoiceTraining(recognizer, utterances, LearningSettings(divergence=0.0))
    training._network = with_voice(recognizer._model, recognizer.digest, voice)
    with torch.no_grad():
        return float(sum(training._loss(batch, np.random.default_rng(0)) for batch in training._batches))


def test_a_voice_is_learnt_and_only_vectors_change(recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch) -> None:
    utterances, before = usable(recognizer, monkeypatch, 6), network_digest(recognizer._model)
    shown: list[float] = []
    settings = LearningSettings(epochs=6, rate=1e-2, divergence=0.0)
    shifts = VoiceTraining(recognizer, utterances, settings).learn(shown.append)
    assert network_digest(recognizer._model) == before
    assert all(shift.ndim == 1 and np.isfinite(shift).all() for shift in shifts.values())
    assert {"mean", "scale", "norms.0.weight", "layers.1.bias_ih_l0"} <= shifts.keys()
    assert not any(name.startswith("head.pairs") for name in shifts)
    voice = VoiceProfile("Ann", before, shifts)
    assert loss_of(recognizer, utterances, voice) < 0.8 * loss_of(recognizer, utterances, VoiceProfile("", before, {}))
    assert shown == sorted(shown) and shown[-1] == 1.0


def test_the_same_speech_gives_the_same_voice(recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch) -> None:
    utterances = usable(recognizer, monkeypatch, 3)
    settings = LearningSettings(epochs=2, masks=1)
    first, second = (VoiceTraining(recognizer, utterances, settings).learn() for _ in range(2))
    assert all(np.array_equal(first[name], second[name]) for name in first) and any(v.any() for v in first.values())


def test_the_divergence_holds_the_voice_to_the_network(recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch) -> None:
    utterances = usable(recognizer, monkeypatch, 3)
    sizes = []
    for weight in (0.0, 100.0):
        shifts = VoiceTraining(recognizer, utterances, LearningSettings(epochs=4, divergence=weight)).learn()
        voice = VoiceProfile("", recognizer.digest, shifts)
        sizes.append(loss_of(recognizer, utterances, voice))
    assert sizes[0] < sizes[1] < loss_of(recognizer, utterances, VoiceProfile("", recognizer.digest, {})) * 1.05


def test_the_end_of_learning_is_what_progress_raises(recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        VoiceTraining(recognizer, usable(recognizer, monkeypatch, 2), LearningSettings()).learn(stop)


def test_pronunciations_that_fit_best_are_chosen(recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch) -> None:
    (utterance, *_) = usable(recognizer, monkeypatch, 1)
    sounds = {word: each[0] for word, each in pronunciations().items()}
    labels = [recognizer.config.labels[i] for i in utterance.labels.tolist()]
    assert labels == [phone for word in utterance.words for phone in sounds[word]]


@pytest.mark.parametrize(
    "text, seconds",
    [("word3", LONGEST + 1), ("word3", 0.1), ("", 1.0), ("...", 1.0), ("zzz", 1.0), (" ".join(WORDS * 9), 1.0)],
    ids=["long", "short", "no words", "marks", "no sound", "too many"],
)
def test_what_cannot_be_learnt_from_is_left_out(recognizer: Recognizer, text: str, seconds: float) -> None:
    assert Preparation(recognizer).prepare(SpokenText(seconds, text, lambda: noise(seconds, 1))) is None


def test_words_that_are_not_said_are_left_out(recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asr.adaptation.speech.LARGEST_LOSS", 0.01)
    assert not any(Preparation(recognizer).prepare(each) for each in spoken(3))


def test_every_fifth_utterance_is_held_out(recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asr.adaptation.speech.LARGEST_LOSS", np.inf)
    monkeypatch.setattr(learning, "LEAST_HELD_OUT", 2)
    speech = prepared(recognizer, spoken(2 * EVERY))
    assert len(speech.held_out) == 2 and len(speech.learnt) == 2 * EVERY - 2
    assert not {id(u) for u in speech.held_out} & {id(u) for u in speech.learnt}
    assert speech.used_seconds == pytest.approx(16.0) == speech.given_seconds


@pytest.mark.parametrize("least, held_out", [(1, 2), (3, 3), (4, 5), (9, 5)])
def test_where_there_are_few_utterances_more_are_held_out(
    recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch, least: int, held_out: int
) -> None:
    monkeypatch.setattr("asr.adaptation.speech.LARGEST_LOSS", np.inf)
    monkeypatch.setattr(learning, "LEAST_HELD_OUT", least)
    assert len(prepared(recognizer, spoken(9)).held_out) == held_out


def test_only_so_much_speech_is_used(recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asr.adaptation.speech.LARGEST_LOSS", np.inf)
    monkeypatch.setattr(learning, "MOST_SECONDS", 4.0)
    assert prepared(recognizer, spoken(10)).used_seconds == pytest.approx(4.8)


def test_too_little_speech_is_a_sentence(recognizer: Recognizer) -> None:
    with pytest.raises(VoiceError) as refused:
        learn_voice(recognizer, spoken(3), "Ann")
    assert refused.value.code == "too-little"


@pytest.mark.parametrize(
    "before, after, helps",
    [
        ([5] * 20, [3] * 20, True),
        ([5] * 20, [5] * 20, False),  # no gain
        ([5] * 20, [5] * 19 + [4], False),  # one word may be chance
        ([5] * 20, [9, 1] * 10, False),  # as much lost as gained
        ([1] * 20, [2] * 20, False),
        ([0] * 20, [0] * 20, False),
        ([], [], False),
    ],
)
def test_only_a_voice_that_surely_helps_is_kept(before: list[int], after: list[int], helps: bool) -> None:
    assert Trial((9,) * len(before), tuple(before), tuple(after)).helps is helps


def test_a_voice_that_does_not_help_is_refused(recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asr.adaptation.speech.LARGEST_LOSS", np.inf)
    monkeypatch.setattr(learning, "LEAST_SECONDS", 5.0)
    monkeypatch.setattr(learning, "LEAST_HELD_OUT", 1)
    with pytest.raises(VoiceError) as refused:
        learn_voice(recognizer, spoken(6), "Ann", LearningSettings(epochs=1, rate=0.0))
    assert refused.value.code == "no-gain"
    assert refused.value.parameters["before"] == refused.value.parameters["after"]


def test_a_voice_that_helps_is_given_out_with_its_trial(
    recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asr.adaptation.speech.LARGEST_LOSS", np.inf)
    monkeypatch.setattr(learning, "LEAST_SECONDS", 5.0)
    monkeypatch.setattr(learning, "LEAST_HELD_OUT", 1)
    monkeypatch.setattr(learning, "tried", lambda *_: Trial((4, 4), (3, 3), (1, 1)))
    shares: list[float] = []
    voice = learn_voice(recognizer, spoken(6), "Ann", LearningSettings(epochs=1), shares.append)
    assert (voice.facts.held_out_words, voice.facts.errors_before, voice.facts.errors_after) == (8, 6, 2)
    assert shares == sorted(shares) and voice.name == "Ann" and voice.facts.seconds == pytest.approx(4 * 1.6)
    recognizer.start(StreamOptions(voice=voice))  # it fits


def test_errors_are_the_least_edits() -> None:
    assert word_errors(["a", "b", "c"], ["a", "b", "c"]) == 0
    assert word_errors(["a", "b", "c"], ["a", "x", "c", "d"]) == 2
    assert word_errors([], ["a", "b"]) == 2 == word_errors(["a", "b"], [])


def test_the_trigrams_are_of_the_words_of_the_lexicon() -> None:
    trigram, end = phone_trigrams(tiny_recognizer())
    assert torch.allclose(trigram.sum(-1) + end, torch.ones(()), atol=1e-5)
    labels = tiny_recognizer().config.labels
    assert trigram[0, 0, labels.index("ZH")] < trigram[0, 0, labels.index("K")]
