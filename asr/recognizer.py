"""The recogniser: one pure step from samples to words, and the only path that joins a source to it."""

import ctypes
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from asr.acoustic import model_file
from asr.acoustic.config import Config
from asr.acoustic.features import LogMel
from asr.acoustic.network import AcousticModel, Memory
from asr.audio.samples import MAX_SAMPLE, NOT_A_SAMPLE
from asr.decoding.beams import WordHypothesis
from asr.decoding.decoder import Decoder, DecoderState, SearchOptions
from asr.decoding.lexicon import Lexicon, digest
from asr.decoding.neural_lm import NeuralLM
from asr.decoding.ngram_lm import NgramLM
from asr.errors import ModelError
from asr.stream_options import DEFAULT_OPTIONS, StreamOptions
from asr.updates import Update, Word

SHIPPED = Path(__file__).parent.parent / "assets" / "model"
MODEL, LEXICON, NGRAM_LM = "model.safetensors", "lexicon.safetensors", "ngram_lm.safetensors"
NEURAL_LM = "neural_lm.safetensors"  # a model may have none
FILES = (MODEL, LEXICON, NGRAM_LM)
# How often a word is right whose phones have no posterior, and what full posteriors add; as
# asr.training.evaluation.confidence
# measures on development speech.
CONFIDENCE = (0.45, 0.55)
LATENESS = 2  # rows that a phone's peak comes after its middle, as measured on development speech


def give_back() -> None:
    """Return to the system what was freed; Linux keeps 30 MB that loading took for a moment."""
    with suppress(AttributeError, OSError, TypeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


@dataclass(frozen=True)
class State:
    """Everything one stream remembers. Old states stay valid: `step` writes into nothing it was given."""

    samples: np.ndarray  # (k,) float32, heard but not yet a whole block
    memory: Memory  # of the network
    decoder: DecoderState  # of the search
    heard: int = 0  # samples since the stream began
    blocks: int = 0  # blocks computed
    partial: tuple[Word, ...] = ()  # as last told
    told: int = -1  # the last row of the last final word


class Recognizer:
    """Weights and settings. It never changes, and any number of streams share it."""

    def __init__(
        self, model: AcousticModel, lexicon: Lexicon, language: NgramLM,
        search: SearchOptions | None = None, name: str = "", reader: NeuralLM | None = None,
    ):  # fmt: skip
        self.config: Config = model.config
        self.name = name
        self.features = LogMel(model.config, model.bank)
        self._model = model.eval()
        self._lexicon = lexicon
        self._decoder = Decoder(lexicon, language, search or SearchOptions(), model.config.output_seconds, reader)

    @classmethod
    def load(cls, path: Path | None = None, search: SearchOptions | None = None) -> "Recognizer":
        """The model in the folder `path`, or the one shipped. ModelError says what is missing or wrong.

        Torch is set to one thread: more are slower on blocks this small, the more so beside other programs, and
        with one thread sums have one order, so that machines of 2 and of 64 cores hear the same to the bit.
        """
        torch.set_num_threads(1)
        folder = SHIPPED if path is None else Path(path)
        if not folder.is_dir():
            raise ModelError("not-a-model-folder", files=", ".join(FILES), path=folder)
        model, name = model_file.load(folder / MODEL)
        try:
            lexicon = Lexicon.load(folder / LEXICON)
            language = NgramLM.load(folder / NGRAM_LM)
            reader = NeuralLM.load(folder / NEURAL_LM) if (folder / NEURAL_LM).exists() else None
            if lexicon.labels != model.config.labels:
                raise ValueError("the lexicon spells words in other labels than those of the acoustic model")
            if language.vocabulary != len(lexicon.words):
                raise ValueError(f"the one has {len(lexicon.words)} words, the other {language.vocabulary}")
            if language.words and language.words != digest(lexicon.words):
                raise ValueError("they are of other words; take both from one model")
            if reader and not reader.knows(lexicon.words):
                raise ValueError(f"{NEURAL_LM} is of another lexicon's words; export it again, or remove it")
        except Exception as error:  # whatever a damaged file makes of its readers
            raise ModelError("language-parts", folder=folder, reason=error) from error
        give_back()
        return cls(model, lexicon, language, search, name, reader)

    def start(self, options: StreamOptions = DEFAULT_OPTIONS) -> State:
        """The state of a stream before any sound. Its options are part of it."""
        return State(np.zeros(0, np.float32), self._model.begin(), self._decoder.start(options))

    def step(self, state: State, samples: np.ndarray) -> tuple[State, Update | None]:
        """Hear (n,) float32 samples at `config.rate`. The update is None where nothing new is known.

        The network only ever sees whole blocks of `config.block_samples`, whatever arrives here; so words, times
        and scores do not depend on how the sound was cut. One update tells of all blocks that `samples` complete: who
        wants every endpoint where it is cuts with `blocks_of`.

        Raises:
            ValueError: `samples` are not one row of float32 below MAX_SAMPLE.
        """
        samples = np.asarray(samples)
        if samples.dtype != np.float32 or samples.ndim != 1:
            raise ValueError(f"Expected samples (n,) float32, found {samples.shape} {samples.dtype}")
        if not (np.abs(samples) < MAX_SAMPLE).all():
            raise ValueError(f"The sound holds samples that are none ({NOT_A_SAMPLE})")
        sound = np.concatenate([state.samples, samples])
        c = self.config
        memory, decoder = state.memory, state.decoder
        blocks, used, endpoint = state.blocks, 0, False
        found: list[WordHypothesis] = []
        while len(sound) - used >= c.block_reach:
            scores, memory = self._block(sound[used : used + c.block_reach], memory, blocks)
            decoder, final, closed = self._decoder.step(decoder, scores)
            found += final
            endpoint = endpoint or closed
            used += c.block_samples
            blocks += 1
        words, told = self._words(found, state.told)
        partial = self._words(self._decoder.best(decoder), told)[0] if blocks > state.blocks else state.partial
        changed = bool(words) or endpoint or partial != state.partial
        state = State(sound[used:].copy(), memory, decoder, state.heard + len(samples), blocks, partial, told)
        if not changed:
            return state, None
        return state, Update(words, partial, state.heard / c.rate, endpoint)

    def finish(self, state: State) -> Update:
        """How the stream ends if it ends here: silence through the look-ahead, the same step, the open words closed."""
        c = self.config
        seconds = state.heard / c.rate
        if state.heard < c.window:  # not one whole frame: whatever the padding says, nothing was said
            return Update((), (), seconds, True)
        blocks = -(-(len(state.samples) + c.lookahead * c.stride * c.hop) // c.block_samples)
        missing = (blocks - 1) * c.block_samples + c.block_reach - len(state.samples)
        after, update = self.step(state, np.zeros(missing, np.float32))
        words = (update.words if update else ()) + self._words(self._decoder.close(after.decoder), after.told)[0]
        # A late peak may put the last word's end past the sound; words that are final lie before the look-ahead,
        # so all that is later is drawn together until it fits: no word is lost, none becomes empty.
        last = max([seconds, *(w.end for w in words)])
        knee = max(seconds - c.lookahead * c.stride * c.hop / c.rate, 0.0)

        def fit(time: float) -> float:
            if last == seconds or time <= knee:
                return time
            return min(knee + (time - knee) * (seconds - knee) / (last - knee), seconds)

        words = tuple(replace(w, start=fit(w.start), end=fit(w.end)) for w in words)
        return Update(words, (), seconds, True)

    def _block(self, sound: np.ndarray, memory: Memory, blocks: int) -> tuple[np.ndarray, Memory]:
        """(block_reach,) samples -> (rows, units) ln posteriors; rows before the stream's first are left out."""
        c = self.config
        with torch.inference_mode():
            logits, memory, _ = self._model(self.features(sound)[None], memory)
            scores = logits[0].log_softmax(-1).numpy()
        before = c.output_delay_rows - blocks * c.block * c.rows_per_step
        return scores[max(before, 0) :], memory

    def _words(self, found: list[WordHypothesis], told: int) -> tuple[tuple[Word, ...], int]:
        """Rows to seconds: from a word's first peak to the row after its last, less what peaks come late; and the last
        row of all, or `told`, which is that of the word before.

        Beams that agree on a word may part it from the next at another row, so a word begins behind the one before.
        Less than LATENESS in the first rows of a stream, so that time never stands still: words there neither
        become empty nor overlap.
        """
        tick = self.config.output_seconds

        def second(row: int) -> float:
            return round(max(row - LATENESS, row / 2) * tick, 3)

        words = []
        for h in found:
            begin = max(h.begin, told + 1)
            told = max(h.end, begin)
            confidence = round(CONFIDENCE[0] + CONFIDENCE[1] * h.trust, 3)
            words.append(Word(self._lexicon.words[h.word], second(begin), second(told + 1), confidence))
        return tuple(words), told
