"""Recognition as ever, while the scores of the network and the words of the decoder are kept."""

import copy

import numpy as np

from asr.batching import Work
from asr.decoding.beams import WordHypothesis
from asr.decoding.decoder import Decoder
from asr.decoding.state import DecoderState, Reading
from asr.recognizer import Recognizer
from asr.stream_options import DEFAULT_OPTIONS, StreamOptions


class RecordingDecoder:
    """A decoder that keeps the scores of labels and the final words of one stream, until the next one begins."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self.rows: list[np.ndarray] = []  # (n, labels) float16 ln posteriors: 80 bytes a row with 40 labels
        self.words: list[WordHypothesis] = []

    def start(self, options: StreamOptions = DEFAULT_OPTIONS) -> DecoderState:
        """Begin a stream, as all methods do what those of `Decoder` do."""
        self.rows, self.words = [], []
        return self._decoder.start(options)

    def step_work(self, state: DecoderState, rows: np.ndarray) -> Work[tuple[DecoderState, list[WordHypothesis], bool]]:
        """Decode rows and keep them."""
        labels = len(self._decoder.lexicon.labels)
        logp = np.logaddexp.reduce(rows.reshape(len(rows), -1, labels), 1) if len(rows) else rows[:, :labels]
        self.rows.append(np.maximum(logp, np.finfo(np.float16).min).astype(np.float16))
        state, words, closed = yield from self._decoder.step_work(state, rows)
        self.words += words
        return state, words, closed

    def partial(self, state: DecoderState) -> list[WordHypothesis]:
        """Return the words that are not final yet."""
        return self._decoder.partial(state)

    def ending(self, state: DecoderState) -> DecoderState:
        """Return the state with what `close` and `nbest` have in common."""
        return self._decoder.ending(state)

    def close(self, state: DecoderState) -> list[WordHypothesis]:
        """Return the last words and keep them."""
        words = self._decoder.close(state)
        self.words += words
        return words

    def nbest(self, state: DecoderState) -> tuple[Reading, ...]:
        """Return the likeliest sequences of the last words."""
        return self._decoder.nbest(state)


def recorded(recognizer: Recognizer) -> tuple[Recognizer, RecordingDecoder]:
    """Return a recogniser with the same weights for one stream at a time, and what is kept of that stream."""
    view = copy.copy(recognizer)
    decoder = RecordingDecoder(recognizer._decoder)
    view._decoder = decoder  # type: ignore[assignment]
    return view, decoder
