"""The recogniser: a pure step from samples to words, shared by any number of streams."""

import ctypes
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from asr.acoustic import model_file
from asr.acoustic.adaptation import network_digest, with_voice
from asr.acoustic.config import Config
from asr.acoustic.features import LogMel
from asr.acoustic.network import AcousticModel, Memory
from asr.acoustic.packing import packed
from asr.acoustic.tones import Changes, begin, is_tone, listen
from asr.audio.gain import NO_GAIN, GainState, measure
from asr.audio.samples import INVALID_SAMPLE, MAX_SAMPLE
from asr.batching import MOST_TOGETHER, Call, Work, run_alone, run_together, same_bits
from asr.decoding.beams import WordHypothesis
from asr.decoding.biasing import PRONOUNCE
from asr.decoding.choices.confidence import confidence
from asr.decoding.compiled.acceleration import compiled
from asr.decoding.decoder import Decoder
from asr.decoding.search_options import SearchOptions
from asr.decoding.state import DecoderState, Reading
from asr.errors import ModelError
from asr.language.lexicon import UNKNOWN, Lexicon, digest
from asr.language.neural_lm import NeuralLM
from asr.language.ngram_lm import NgramLM
from asr.stream_options import DEFAULT_OPTIONS, StreamOptions
from asr.text.formatter.stage import Formatter
from asr.text.pronounce import GraphemeToPhoneme
from asr.updates import Alternative, Update, Word
from asr.user.vocabulary import PronouncedWord, Vocabulary

SHIPPED = Path(__file__).parent.parent / "assets" / "model"  # folder of the model that comes with the program
MODEL, LEXICON, NGRAM_LM = "model.safetensors", "lexicon.safetensors", "ngram_lm.safetensors"
NEURAL_LM = "neural_lm.safetensors"  # optional, as are the next one and PRONOUNCE
FORMATTER = "formatter.safetensors"
FILES = (MODEL, LEXICON, NGRAM_LM)
LOWEST_LOGP = -1e4  # a model of absurd weights must not give the search sums too large to compare, nor infinite ones
VOICES = 4  # whose vectors are kept, 0.1 MB each
PEAK_DELAY_ROWS = 2  # rows from the middle of a phone to its CTC peak, as measured on development speech


def _bits(*values: Any) -> bytes:
    """Return the bits of tensors, and of tuples and memories of them."""
    parts = (vars(each).values() if isinstance(each, Memory) else each for each in values)
    return b"".join(each.numpy().tobytes() if isinstance(each, torch.Tensor) else _bits(*each) for each in parts)


def release_freed_memory() -> None:
    """Return freed memory to the system: glibc keeps 30 MB that loading a model used for a moment."""
    with suppress(AttributeError, OSError, TypeError):  # another C library has no malloc_trim
        ctypes.CDLL(None).malloc_trim(0)


@dataclass(frozen=True)
class State:
    """Everything one stream remembers. Old states stay valid: `step` writes into nothing it was given."""

    pending_samples: np.ndarray  # (k,) float32, not yet a whole block
    network: AcousticModel  # of the recogniser, or that with the voice of the stream
    memory: Memory  # of the network
    decoder: DecoderState
    changes: Changes  # of the frames of the blocks computed
    samples_consumed: int = 0  # samples since the stream began, pending ones included
    blocks: int = 0  # blocks computed
    partial: tuple[Word, ...] = ()  # of the last update
    last_final_row: int = -1  # last decoder row of the last final word
    gain: GainState = NO_GAIN  # of the blocks computed


class Recognizer:
    """Weights and settings. A recogniser never changes, so streams and threads may share it.

    Args:
        model: The acoustic model, with its mel bank.
        lexicon: The words that can be recognised, spelt in the model's labels.
        ngram_lm: The n-gram model over the lexicon's word ids.
        search: Settings of the beam search.
        name: Name of the model, for people.
        neural_lm: The neural language model over the lexicon's word ids, if there is one.
        formatter: What writes words with capitals, marks and digits, if there is one.
        pronouncer: Pronounces words that the lexicon lacks, for the vocabulary of a stream, if there is one.
    """

    def __init__(
        self,
        model: AcousticModel,
        lexicon: Lexicon,
        ngram_lm: NgramLM,
        search: SearchOptions | None = None,
        name: str = "",
        neural_lm: NeuralLM | None = None,
        formatter: Formatter | None = None,
        pronouncer: GraphemeToPhoneme | None = None,
    ):
        self.config: Config = model.config
        self.name = name
        self.formatter = formatter
        self.features = LogMel(model.config, model.bank)
        self._model = network = packed(model.eval())
        # It must not refer to the recogniser, which would then live until a collection; frozen objects have none.
        self._with_voice = lru_cache(VOICES)(
            lambda voice: packed(with_voice(network, network_digest(network), voice), network)
        )
        self._lexicon = lexicon
        row_seconds, search = model.config.output_seconds, search or SearchOptions()
        self._decoder = Decoder(lexicon, ngram_lm, search, row_seconds, neural_lm, pronouncer, compiled())

    @classmethod
    def load(cls, path: Path | None = None, search: SearchOptions | None = None) -> "Recognizer":
        """Load the model in the folder `path`, or the one that comes with the program.

        Torch is set to one thread. More threads are slower on blocks this small, above all beside other programs, and
        with one thread all sums have one order: machines with 2 and 64 cores give the same words to the bit.

        Raises:
            ModelError: A file is missing or damaged, or the files do not belong together.
        """
        torch.set_num_threads(1)
        folder = SHIPPED if path is None else Path(path)
        if not folder.is_dir():
            raise ModelError("not-a-model-folder", files=", ".join(FILES), path=folder)
        model, name = model_file.load(folder / MODEL, packed=True)
        lexicon = Lexicon.load(folder / LEXICON)
        ngram_lm = NgramLM.load(folder / NGRAM_LM)
        neural_lm = NeuralLM.load(folder / NEURAL_LM) if os.path.lexists(folder / NEURAL_LM) else None
        formatter = Formatter.load(folder / FORMATTER) if os.path.lexists(folder / FORMATTER) else None
        pronouncer = GraphemeToPhoneme.load(folder / PRONOUNCE) if os.path.lexists(folder / PRONOUNCE) else None
        reason = ""
        if lexicon.labels != model.config.labels:
            reason = "the lexicon spells words in other labels than those of the acoustic model"
        elif ngram_lm.vocabulary != len(lexicon.words):
            reason = f"the one has {len(lexicon.words)} words, the other {ngram_lm.vocabulary}"
        elif ngram_lm.lexicon_digest and ngram_lm.lexicon_digest != digest(lexicon.words):
            reason = "they are of other words; take both from one model"
        elif neural_lm and not neural_lm.matches(lexicon.words):
            reason = f"{NEURAL_LM} is of another lexicon's words; export it again, or remove it"
        elif pronouncer and not set(pronouncer.phones) <= set(lexicon.labels):
            reason = f"{PRONOUNCE} has phones that the lexicon lacks; take both from one model, or remove it"
        if reason:
            raise ModelError("language-parts", folder=folder, reason=reason)
        recognizer = cls(model, lexicon, ngram_lm, search, name, neural_lm, formatter, pronouncer)
        del model  # the recogniser has its matrices in another layout
        release_freed_memory()
        return recognizer

    def start(self, options: StreamOptions = DEFAULT_OPTIONS) -> State:
        """Return the state of a stream before any sound. Its options are part of it.

        Raises:
            VocabularyError: The vocabulary of the options cannot be used.
            VoiceError: The voice of the options does not fit the model.
        """
        network = self._model if options.voice is None else self._with_voice(options.voice)
        decoder = self._decoder.start(options)
        return State(np.zeros(0, np.float32), network, network.begin(), decoder, begin(self.config.mels))

    @cached_property
    def digest(self) -> str:
        """The digest of the network, by which a voice names the model that it fits. The first call takes 0.1 s."""
        return network_digest(self._model)

    def change_options(self, state: State, options: StreamOptions) -> State:
        """Return the state with other options; the utterance that is open keeps those it began with.

        The next utterance begins where a pause closes the open one. Between two utterances the options change at once,
        from the next block on. So where they change depends on the sound before this call alone, however it was cut.
        The voice stays the one that the stream began with: what the network remembers is of that voice.

        Raises:
            VocabularyError: The vocabulary of the options cannot be used.
        """
        return replace(state, decoder=self._decoder.change_options(state.decoder, options))

    def pronounce(self, vocabulary: Vocabulary) -> list[tuple[PronouncedWord, ...]]:
        """Return for each entry of a vocabulary its words with the pronunciations that are recognised.

        Raises:
            VocabularyError: One cannot be pronounced.
        """
        return self._decoder.pronounce(vocabulary)

    def knows(self, words: Iterable[str]) -> set[str]:
        """Return those of some words, as they are spoken, that are recognised without a vocabulary."""
        sought = set(words)
        return {word for word in self._lexicon.words[UNKNOWN + 1 :] if word in sought}

    def step(self, state: State, samples: np.ndarray) -> tuple[State, Update | None]:
        """Take (n,) float32 samples at `config.rate`. The update is None if nothing new is known.

        The network only sees whole blocks of `config.block_samples`, so words, times and scores do not depend on how
        the sound was cut. One update covers all blocks that `samples` complete; cut with `asr.pipeline.blocks_of` to
        get every endpoint in its own update.

        Raises:
            ValueError: `samples` are not one row of float32 below MAX_SAMPLE.
        """
        return run_alone(self.step_work(state, samples))

    def step_together(
        self, inputs: Sequence[tuple[State, np.ndarray]]
    ) -> list[tuple[State, Update | None] | Exception]:
        """Step many streams, each as `step` does and with what `step` gives, in common calls of the networks.

        They need not be at the same place of their sound, nor have the same options; what has no whole block takes part
        in no call. With one block each, N = 16 streams take about half of the time of sixteen steps. The first call for
        several streams also measures whether this computer's sums allow it, for about a second; where they do not, the
        streams are stepped one after the other. For one thread at a time, or several recognisers.

        Args:
            inputs: Of each stream its state, and (n,) float32 samples.

        Returns:
            Of each stream the new state and the update, or the exception that `step` would raise; the others go on.
        """
        works = [self.step_work(state, samples) for state, samples in inputs]
        return run_together(works, len(works) > 1 and self.joins_streams)

    @cached_property
    def joins_streams(self) -> bool:
        """Whether calls of the networks that streams share have the bits that they have alone; measured once."""
        c, random = self.config, np.random.default_rng(0)
        frames = [
            torch.from_numpy(random.normal(-8, 4, (c.block_frames, c.mels)).astype(np.float32))
            for _ in range(MOST_TOGETHER)
        ]
        first = [(each, self._model.begin()) for each in frames]
        memories = [self._model.score_blocks([block])[0][1] for block in first]  # none of which is of zeros
        blocks = list(zip(frames, memories, strict=True))
        if not same_bits(self._model.score_blocks, blocks, lambda answer: _bits(*answer)):
            return False
        model = self._decoder.neural_lm
        return model is None or model.has_same_bits()

    def step_work(self, state: State, samples: np.ndarray) -> Work[tuple[State, Update | None]]:
        """Do what `step` does; the calls of networks are answered by who runs it (`asr.batching`)."""
        samples = np.asarray(samples)
        if samples.dtype != np.float32 or samples.ndim != 1:
            raise ValueError(f"Expected samples (n,) float32, found {samples.shape} {samples.dtype}")
        if not (np.abs(samples) < MAX_SAMPLE).all():
            raise ValueError(f"The sound holds invalid samples ({INVALID_SAMPLE})")
        sound = np.concatenate([state.pending_samples, samples])
        c = self.config
        memory, decoder, gain, changes = state.memory, state.decoder, state.gain, state.changes
        blocks, used, endpoint, last_final_row = state.blocks, 0, False, state.last_final_row
        words: tuple[Word, ...] = ()
        found = 0  # words that became final, those in tones included
        readings: tuple[Reading, ...] = ()
        while len(sound) - used >= c.block_reach:
            gain = measure(gain, sound[used : used + c.block_samples], c.hop, c.rate)
            block = sound[used : used + c.block_reach]
            louder = block * np.float32(2**gain.steps) if gain.steps else block
            frames = self.features(louder)
            changes = listen(changes, frames.numpy())
            answer = yield Call(state.network.score_blocks, (frames, memory), late=True)
            rows, memory = answer
            before = max(c.output_delay_rows - blocks * c.block * c.rows_per_step, 0)  # rows before the first of all
            scores = rows[before:].clamp_min(LOWEST_LOGP).numpy()
            decoder, hypotheses, closed = yield from self._decoder.step_work(decoder, scores)
            final, last_final_row = self._words(hypotheses, last_final_row)
            words += self._spoken(final, changes)
            found += len(final)
            endpoint = endpoint or closed
            readings = decoder.readings or readings
            used += c.block_samples
            blocks += 1
        partial = state.partial
        if blocks > state.blocks:
            partial = self._spoken(self._words(self._decoder.partial(decoder), last_final_row)[0], changes)
        changed = bool(words) or endpoint or partial != state.partial
        state = State(
            sound[used:].copy(),
            state.network,
            memory,
            decoder,
            changes,
            state.samples_consumed + len(samples),
            blocks,
            partial,
            last_final_row,
            gain,
        )
        if not changed:
            return state, None
        seconds = state.samples_consumed / c.rate
        whole = endpoint and found == len(words)  # readings have those in tones, too
        return state, Update(words, partial, seconds, endpoint, self._readings(readings, words) if whole else ())

    def finish(self, state: State) -> Update:
        """Return the last update of a stream that ends here; `state` stays valid.

        The sound is padded with silence to a whole block that includes the look-ahead, and the same step runs on it;
        then the open utterance is closed.
        """
        c = self.config
        seconds = state.samples_consumed / c.rate
        if state.samples_consumed < c.window:  # less than one frame: any word would come from the padding alone
            return Update((), (), seconds, True)
        lookahead_samples = c.lookahead * c.stride * c.hop
        blocks = -(-(len(state.pending_samples) + lookahead_samples) // c.block_samples)
        missing = (blocks - 1) * c.block_samples + c.block_reach - len(state.pending_samples)
        after, update = self.step(state, np.zeros(missing, np.float32))
        words = update.words if update else ()
        ending = self._decoder.ending(after.decoder)
        last, _ = self._words(self._decoder.close(ending), after.last_final_row)
        closing = self._spoken(last, after.changes)
        readings = self._readings(self._decoder.nbest(ending), closing) if len(closing) == len(last) > 0 else ()
        if not closing and update and update.endpoint:
            readings = update.readings
        elif readings:
            before = "".join(f"{word.text} " for word in words)
            readings = tuple(replace(reading, text=before + reading.text) for reading in readings)
        words += closing
        # A late peak may put the end of the last word beyond the end of the sound. Words that were final before lie
        # before the look-ahead, so all times after that point are compressed linearly until they fit: no word is lost
        # and none becomes empty.
        latest = max([seconds, *(w.end for w in words)])
        knee = max(seconds - lookahead_samples / c.rate, 0.0)

        def fit(time: float) -> float:
            if latest == seconds or time <= knee:
                return time
            return min(knee + (time - knee) * (seconds - knee) / (latest - knee), seconds)

        words = tuple(replace(w, start=fit(w.start), end=fit(w.end)) for w in words)
        return Update(words, (), seconds, True, readings)

    def _spoken(self, words: tuple[Word, ...], changes: Changes) -> tuple[Word, ...]:
        """Return those of some words that were recognised in sound that may be speech."""
        second = self.config.rate / self.config.hop  # frames
        return tuple(w for w in words if not is_tone(changes, round(w.start * second), round(w.end * second)))

    def _words(self, hypotheses: list[WordHypothesis], last_row: int) -> tuple[tuple[Word, ...], int]:
        """Convert hypotheses from decoder rows to seconds.

        A word lasts from its first peak to the row after its last.

        Args:
            hypotheses: Words of one hypothesis, in order.
            last_row: Last row of the word before them. Hypotheses that agree on that word may end it at another row,
                so the first word here begins after it at the earliest.

        Returns:
            The words, and the last row of the last one (`last_row` if there is none).
        """
        words = []
        for h in hypotheses:
            first_row = max(h.first_row, last_row + 1)
            last_row = max(h.last_row, first_row)
            text = h.text or self._lexicon.words[h.word]
            sure = round(confidence(h.posterior, h.share, len(text)), 3)
            start, end = self.seconds_of(first_row), self.seconds_of(last_row + 1)
            others = tuple(Alternative(other, round(score, 6)) for other, score in h.alternatives)
            words.append(Word(text, start, end, sure, h.written or None, others))
        return tuple(words), last_row

    def _readings(self, readings: tuple[Reading, ...], words: tuple[Word, ...]) -> tuple[Alternative, ...]:
        """Return what the words of an update may read.

        Args:
            readings: Of its last words; the first is that of `words`.
            words: Of the update, to which words may belong that were final before the others.
        """
        if not readings:
            return ()
        before = [word.text for word in words[: max(len(words) - len(readings[0].words), 0)]]
        return tuple(Alternative(" ".join([*before, *reading.words]), round(reading.score, 6)) for reading in readings)

    def seconds_of(self, row: int) -> float:
        """Convert a row of scores to seconds of sound.

        CTC peaks lag the sound by PEAK_DELAY_ROWS, so times move back by that much; by less in the first rows of a
        stream, where words would become empty or overlap.
        """
        return round(max(row - PEAK_DELAY_ROWS, row / 2) * self.config.output_seconds, 3)
