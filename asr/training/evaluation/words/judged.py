"""A recognised word beside the transcript."""

from collections.abc import Sequence
from dataclasses import dataclass

import jiwer
import numpy as np

from asr.alignment.aligner import Aligner
from asr.pipeline import transcribe
from asr.stream_options import StreamOptions
from asr.training.evaluation.words.pairing import Pairs, Span, agreement, by_errors, by_time, spoken_times
from asr.updates import Word

CHUNK = 1600  # samples


@dataclass(frozen=True)
class JudgedWord:
    """A recognised word, and the word of the transcript that it stands for; "" where there is none."""

    word: Word
    reference: str  # by time, see `pairing.by_time`
    overlaps: bool  # that word is spoken, in part at least, at the time of this one
    by_errors: str  # by the fewest errors and, where several ways have as few, by time
    by_errors_alone: str  # by the fewest errors, as jiwer chooses among equals
    features: tuple[float, ...] = ()  # see asr.decoding.choices.confidence.confidence_features
    known: bool = True  # the lexicon has the reference
    corpus: str = ""  # that the recording is of

    @property
    def right(self) -> bool:
        """Whether the word is that of the transcript."""
        return self.word.text == self.reference


def recognised(aligner: Aligner, sound: np.ndarray, text: Sequence[str], options: StreamOptions) -> list[JudgedWord]:
    """Recognise a recording as a stream and compare it with its transcript.

    Args:
        aligner: Recognises, and keeps what its recogniser has found.
        sound: (n,) float32 at the rate of the recogniser.
        text: The words of the transcript.
        options: Of the stream.
    """
    chunks = (sound[i : i + CHUNK] for i in range(0, len(sound), CHUNK))
    words = [word for update in transcribe(aligner.recognizer, chunks, options) for word in update.words]
    return judged_words(text, spoken_times(aligner, text, len(sound) / aligner.recognizer.config.rate), words)


def judged_words(text: Sequence[str], times: Sequence[Span | None], words: Sequence[Word]) -> list[JudgedWord]:
    """Compare recognised words with a transcript.

    Args:
        text: The words of the transcript.
        times: When each is spoken, see `pairing.spoken_times`.
        words: Recognised.
    """
    if not words:
        return []
    alone: Pairs = [None] * len(words)
    for chunk in jiwer.process_words(" ".join(text), " ".join(word.text for word in words)).alignments[0]:
        if chunk.type in ("equal", "substitute"):
            alone[chunk.hyp_start_idx : chunk.hyp_end_idx] = range(chunk.ref_start_idx, chunk.ref_end_idx)
    spans = [(word.start, word.end) for word in words]
    both = (text, times, [word.text for word in words], spans)
    errors = by_errors(*both)
    timed = by_time(*both, errors)
    names = [["" if pair is None else text[pair] for pair in pairs] for pairs in (timed, errors, alone)]
    overlaps = [pair is not None and agreement(times[pair], span) > 0 for pair, span in zip(timed, spans, strict=True)]
    found = zip(words, names[0], overlaps, *names[1:], strict=True)
    return [JudgedWord(*each) for each in found]
