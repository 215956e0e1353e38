"""Learn a voice from speech and its words, and refuse one that does not help on speech that it has not learnt from.

Every fifth utterance is held out, or more where there are few. The voice is learnt from the others; then the network
without it and that with it both recognise the held-out utterances, as streams. The voice is given out only if fewer
words are wrong with it, and if that is no chance: in LEAST_SURE of all draws of a paired bootstrap (Bisani & Ney 2004).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from asr.adaptation.speech import LearnableUtterance, Preparation, SpokenText
from asr.adaptation.training import LearningSettings, VoiceTraining
from asr.errors import VoiceError
from asr.pipeline import transcribe
from asr.recognizer import Recognizer
from asr.stream_options import StreamOptions
from asr.text.normalize import normalize
from asr.user.voice import VoiceFacts, VoiceProfile

EVERY = 5  # the first utterance of every five is held out,
LEAST_HELD_OUT = 8  # or of fewer than five, until so many are: of two, both may be better by chance
LEAST_SECONDS = 60.0  # of speech that can be used, held-out utterances included
MOST_SECONDS = 20 * 60.0  # of speech that is used: bounds time and memory (2.5 MB a minute)
LEAST_SURE = 0.9  # share of the draws in which fewer words are wrong with the voice
DRAWS = 10_000
PREPARING, LEARNING = 0.05, 0.9  # shares of the time that these take; the rest is trying

Progress = Callable[[float], None]  # takes the share that is done, 0..1; may raise to end the learning


@dataclass(frozen=True)
class Trial:
    """How many words of held-out speech are wrong, for each utterance."""

    words: tuple[int, ...]
    before: tuple[int, ...]  # wrong ones without the voice
    after: tuple[int, ...]  # and with it

    @property
    def sure(self) -> float:
        """The share of the draws of a paired bootstrap in which fewer words are wrong with the voice."""
        change = np.array(self.after) - np.array(self.before)
        if not len(change):
            return 0.0
        drawn = np.random.default_rng(0).integers(len(change), size=(DRAWS, len(change)))
        return float((change[drawn].sum(1) < 0).mean())

    @property
    def helps(self) -> bool:
        """Whether the voice helps beyond chance."""
        return sum(self.after) < sum(self.before) and self.sure >= LEAST_SURE


@dataclass(frozen=True)
class Speech:
    """Utterances that can be used, and what was given in all."""

    learnt: list[LearnableUtterance] = field(default_factory=list)
    held_out: list[LearnableUtterance] = field(default_factory=list)
    given_seconds: float = 0.0
    used_seconds: float = 0.0


def learn_voice(
    recognizer: Recognizer,
    spoken: Sequence[SpokenText],
    name: str,
    settings: LearningSettings | None = None,
    progress: Progress = lambda share: None,
    now: float = 0.0,
) -> VoiceProfile:
    """Learn the voice of the person who speaks. Any thread; it takes some minutes, and changes nothing.

    Args:
        recognizer: Whose network the voice is for.
        spoken: Utterances of one person.
        name: Of the voice.
        settings: How to learn; None: as shipped.
        progress: Called some times a second; what it raises ends the learning.
        now: Seconds since 1970, UTC, for the facts of the voice: the engine reads no clock.

    Raises:
        VoiceError: There is too little speech, or the voice does not surely help.
    """
    speech = prepared(recognizer, spoken, lambda share: progress(PREPARING * share))
    if speech.used_seconds < LEAST_SECONDS or len(speech.held_out) < LEAST_HELD_OUT or not speech.learnt:
        raise VoiceError(
            "too-little",
            found=speech.used_seconds,
            given=speech.given_seconds,
            least=LEAST_SECONDS,
            lines=2 * LEAST_HELD_OUT,
        )
    training = VoiceTraining(recognizer, speech.learnt, settings or LearningSettings())
    shifts = training.learn(lambda share: progress(PREPARING + LEARNING * share))
    learnt = VoiceProfile(name, recognizer.digest, shifts)
    before_trial = PREPARING + LEARNING
    trial = tried(
        recognizer, speech.held_out, learnt, lambda share: progress(before_trial + (1 - before_trial) * share)
    )
    if not trial.helps:
        words, before, after = (sum(counts) for counts in (trial.words, trial.before, trial.after))
        raise VoiceError("no-gain", words=words, before=before, after=after)
    facts = VoiceFacts(
        created=now,
        seconds=sum(len(utterance.sound) for utterance in speech.learnt) / recognizer.config.rate,
        held_out_words=sum(trial.words),
        errors_before=sum(trial.before),
        errors_after=sum(trial.after),
    )
    return VoiceProfile(name, recognizer.digest, shifts, facts)


def prepared(recognizer: Recognizer, spoken: Sequence[SpokenText], progress: Progress = lambda share: None) -> Speech:
    """Return the utterances that can be used, parted into those to learn from and those that are held out."""
    preparation = Preparation(recognizer)
    usable: list[LearnableUtterance] = []
    used = 0.0
    for number, each in enumerate(spoken, start=1):
        if used < MOST_SECONDS and (utterance := preparation.prepare(each)):
            usable.append(utterance)
            used += each.seconds
        progress(number / len(spoken))
    every = max(2, min(EVERY, len(usable) // LEAST_HELD_OUT))
    held_out = usable[::every]
    learnt = [utterance for number, utterance in enumerate(usable) if number % every]
    return Speech(learnt, held_out, sum(each.seconds for each in spoken), used)


def tried(
    recognizer: Recognizer,
    utterances: Sequence[LearnableUtterance],
    voice: VoiceProfile,
    progress: Progress = lambda share: None,
) -> Trial:
    """Recognise utterances as streams, without the voice and with it, and count the words that are wrong."""
    counts: list[tuple[int, int, int]] = []
    for number, utterance in enumerate(utterances, start=1):
        reference = list(utterance.words)
        before, after = (
            word_errors(reference, recognised(recognizer, utterance.sound, StreamOptions(formatted=False, voice=each)))
            for each in (None, voice)
        )
        counts.append((len(reference), before, after))
        progress(number / len(utterances))
    words, wrong_before, wrong_after = zip(*counts, strict=True) if counts else ((), (), ())
    return Trial(tuple(words), tuple(wrong_before), tuple(wrong_after))


def recognised(recognizer: Recognizer, sound: np.ndarray, options: StreamOptions) -> list[str]:
    """Return the words of (n,) samples, as spoken."""
    updates = transcribe(recognizer, [sound], options)
    return normalize(" ".join(word.text for update in updates for word in update.words)).split()


def word_errors(reference: Sequence[str], hypothesis: Sequence[str]) -> int:
    """Return the least number of words to replace, remove and insert between two texts (Levenshtein)."""
    row = list(range(len(hypothesis) + 1))
    for i, word in enumerate(reference, start=1):
        above, row = row, [i]
        for j, other in enumerate(hypothesis, start=1):
            row.append(min(above[j - 1] + (word != other), above[j] + 1, row[j - 1] + 1))
    return row[-1]
