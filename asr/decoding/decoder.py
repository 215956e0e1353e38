"""Time-synchronous CTC beam search over the lexicon's prefix tree with an n-gram model (Graves & Jaitly 2014;
Hannun et al. 2014).

A word that ends is weighed by the n-gram model at once, and where its beam lives on by the word GRU too (shallow
fusion, Gulcehre et al. 2015). Beams that the n-gram model cannot tell apart merge all the same.
"""

from dataclasses import dataclass, replace

import numpy as np

from asr.decoding.beams import NEVER, SLOTS, Beams, WordHypothesis
from asr.decoding.lexicon import END, Lexicon
from asr.decoding.neural_lm import LMStates, NeuralLM, interpolate
from asr.decoding.ngram_lm import NgramLM
from asr.stream_options import DEFAULT_OPTIONS, StreamOptions
from asr.text.phones import BLANK


@dataclass(frozen=True)
class SearchOptions:
    """How to search; tuned on development speech. ln: natural logarithm."""

    lm_weight: float = 1.0  # weight of the language model against the sound
    word_score: float = -0.6  # added for each word, ln
    neural_lm_share: float = 0.85  # share of the neural LM in the language model, if there is one
    beam_size: int = 200  # hypotheses kept from row to row
    beam_threshold: float = 11.0  # hypotheses this far behind the best are dropped, ln
    token_threshold: float = -9.0  # units less likely than this are not tried, ln
    commit_threshold: float = 0.9995  # share of the beam's mass that must agree before a word is final
    max_open_words: int = 40  # words an utterance may have open at once


@dataclass(frozen=True)
class DecoderState:
    """All that the search remembers of a stream."""

    beams: Beams
    endpoint_rows: int  # rows without a label that close the utterance
    stories: LMStates | None  # what the word GRU remembers
    row: int = 0  # rows decoded since the stream began
    quiet: int = 0  # rows since a label other than the blank was the likeliest
    spoken: bool = False  # the open utterance has given final words


class Decoder:
    """(rows, units) ln posteriors to words. Holds no state of any stream."""

    def __init__(
        self, lexicon: Lexicon, language: NgramLM, search: SearchOptions, row_seconds: float,
        reader: NeuralLM | None = None,
    ):  # fmt: skip
        self.lexicon, self.language, self.search = lexicon, language, search
        self.reader = reader if search.neural_lm_share else None
        self._untold = self.reader.start() if self.reader else None
        self._row_seconds = row_seconds

    def start(self, options: StreamOptions = DEFAULT_OPTIONS) -> DecoderState:
        """The state before any sound."""
        return DecoderState(self._fresh(), round(options.endpoint_silence / self._row_seconds), self._untold)

    def _fresh(self) -> Beams:
        return Beams.fresh(self.language.start, self.search.max_open_words)

    def step(self, state: DecoderState, rows: np.ndarray) -> tuple[DecoderState, list[WordHypothesis], bool]:
        """Decode (n, units) float ln posteriors: the new state, words now final, and whether a pause closed them."""
        final: list[WordHypothesis] = []
        closed = False
        for scores in rows.astype(np.float64):
            quiet = state.quiet + 1 if scores.argmax() == BLANK else 0
            beams, stories = self._advance(state.beams, state.stories, scores, state.row)
            state = replace(state, beams=beams, stories=stories, row=state.row + 1, quiet=quiet)
            if quiet == state.endpoint_rows:
                words = self.close(state)
                final += words
                closed = closed or bool(words) or state.spoken
                state = replace(state, beams=self._fresh(), stories=self._untold, spoken=False)
        beams, words = self._settle(state.beams)
        if words:
            state = replace(state, beams=beams, spoken=True)
        return state, final + words, closed

    def best(self, state: DecoderState) -> list[WordHypothesis]:
        """The words of the likeliest beam that are not final yet."""
        return state.beams.said(int(state.beams.total.argmax()))

    def close(self, state: DecoderState) -> list[WordHypothesis]:
        """The words not final yet, were the utterance to end here: no word may be open, and it must end well."""
        beams = state.beams
        done = np.flatnonzero(beams.node == 0)
        if not len(done):
            return self.best(state)
        ends = self.language.end(beams.context[done]).astype(np.float64)
        if self.reader and state.stories:
            told = self.reader.read(state.stories, beams.story[done])
            by_gru = self.reader.ask(told, beams.story[done], np.full(len(done), END))
            ends = interpolate(by_gru, ends, self.search.neural_lm_share)
        ends *= self.search.lm_weight
        return beams.said(int(done[(beams.total[done] + ends).argmax()]))

    def _advance(
        self, beams: Beams, stories: LMStates | None, scores: np.ndarray, row: int
    ) -> tuple[Beams, LMStates | None]:
        search, tree = self.search, self.lexicon
        sound = beams.sound
        stay = replace(
            beams,
            blank=sound + scores[BLANK],
            phone=np.where(beams.last == BLANK, NEVER, beams.phone + scores[beams.last]),
        )
        if scores[BLANK] > -1e-3:  # nothing else is worth trying
            return stay, stories
        floor = float(stay.total.max()) - search.beam_threshold

        # Every beam into every child of its node whose phone this row may hold.
        many = tree.children[beams.node].astype(np.int64)
        source = np.repeat(np.arange(len(many)), many)
        within = np.arange(len(source)) - np.repeat(np.cumsum(many) - many, many)
        child = tree.first_child[beams.node[source]] + within
        unit, alone, labels = tree.phone[child].astype(np.int64), scores, len(tree.labels)
        if len(scores) > labels:  # pairs: asr.acoustic.biphones
            unit += beams.last[source] % labels * labels
            alone = np.logaddexp.reduce(scores.reshape(labels, -1))
        gain = scores[unit]
        keep = gain > search.token_threshold
        source, child, unit, gain = source[keep], child[keep], unit[keep], gain[keep]
        come = np.where(unit == beams.last[source], beams.blank[source], sound[source]) + gain
        ahead = tree.lookahead[child] - tree.lookahead[beams.node[source]]
        prior = beams.prior[source] + search.lm_weight * ahead
        keep = come + prior > floor
        source, child, unit, gain = source[keep], child[keep], unit[keep], gain[keep]
        come, prior = come[keep], prior[keep]
        first = beams.node[source] == 0
        moved = replace(
            beams.take(source), node=child.astype(np.int64), last=unit, blank=np.full(len(child), NEVER),
            phone=come, prior=prior, begin=np.where(first, row, beams.begin[source]),
            trust=np.where(first, 0, beams.trust[source]) + alone[unit % labels],
            phones=np.where(first, 0, beams.phones[source]) + 1,
        )  # fmt: skip
        ended, ngram = self._end_words(moved, row, floor)
        inner = moved.take(np.flatnonzero(tree.children[moved.node] > 0))  # leaves live on as words only
        if self.reader and stories:
            # Words that would fall out anyway need no second opinion; merging comes after it, as it adds masses up.
            totals = np.concatenate([stay.total, inner.total, ended.total])
            if len(totals) > search.beam_size:
                least = np.partition(totals, -search.beam_size)[-search.beam_size]
                rows = np.flatnonzero(ended.total >= least)
                ended, ngram = ended.take(rows), ngram[rows]
            ended, stories = self._read(ended, ngram, stories)
        beams = Beams.merged([stay, inner, ended], search.beam_size, search.beam_threshold)
        if stories:
            kept, story = np.unique(beams.story, return_inverse=True)
            beams, stories = replace(beams, story=story.reshape(-1)), stories.take(kept)
        return beams, stories

    def _end_words(self, moved: Beams, row: int, floor: float) -> tuple[Beams, np.ndarray]:
        """The beams that have just reached the last phone of a word, once for each word that sounds so; and (B,)
        float64 ln p of that word by the n-gram model."""
        search, tree = self.search, self.lexicon
        many = tree.word_count[moved.node].astype(np.int64) * (moved.count < search.max_open_words)
        source = np.repeat(np.arange(len(many)), many)
        within = np.arange(len(source)) - np.repeat(np.cumsum(many) - many, many)
        word = tree.node_words[tree.first_word[moved.node[source]] + within].astype(np.int64)
        logp, context = self.language.score(moved.context[source], word)
        gain = search.lm_weight * (logp.astype(np.float64) - tree.lookahead[moved.node[source]]) + search.word_score
        prior = moved.prior[source] + gain
        keep = moved.phone[source] + prior > floor
        source, word, context, prior = source[keep], word[keep], context[keep], prior[keep]
        ended = moved.take(source)
        line, slot = np.arange(len(source)), ended.count
        for array, value in (  # `take` has copied them: they are ours to write
            (ended.words, word),
            (ended.begins, ended.begin),
            (ended.ends, row),
            (ended.trusts, np.exp(ended.trust / ended.phones)),
        ):
            array[line, slot] = value
        ended = replace(ended, node=np.zeros_like(word), context=context, prior=prior, count=ended.count + 1)
        return ended, logp[keep].astype(np.float64)

    def _read(self, ended: Beams, ngram: np.ndarray, stories: LMStates) -> tuple[Beams, LMStates]:
        """Let the word GRU weigh the last words of beams, and remember them."""
        assert self.reader
        if not len(ended.node):
            return ended, stories
        word = ended.words[np.arange(len(ended.node)), ended.count - 1]
        pairs, which = np.unique(ended.story << 32 | word, return_inverse=True)
        told, words = pairs >> 32, pairs & 0xFFFFFFFF
        stories = self.reader.read(stories, told)
        # A network of this size learns no names: of rare words the n-gram model alone is asked.
        known = words < self.reader.vocabulary
        by_gru = np.zeros(len(words))
        by_gru[known] = self.reader.ask(stories, told[known], words[known])
        both = np.where(known[which], interpolate(by_gru[which], ngram, self.search.neural_lm_share), ngram)
        prior = ended.prior + self.search.lm_weight * (both - ngram)
        return replace(ended, prior=prior, story=len(stories) + which), stories.tell(told, words)

    def _settle(self, beams: Beams) -> tuple[Beams, list[WordHypothesis]]:
        """Words on which (nearly) all mass agrees become final and leave the beams; those that disagree go."""
        final: list[WordHypothesis] = []
        while True:
            top = int(beams.total.argmax())
            if beams.count[top] == 0:
                return beams, final
            mass = np.exp(beams.total - beams.total[top])
            same = (beams.count > 0) & (beams.words[:, 0] == beams.words[top, 0])
            if (
                mass[same].sum() < self.search.commit_threshold * mass.sum()
                and beams.count[top] < self.search.max_open_words - 4
            ):
                return beams, final
            final.append(beams.said(top)[0])
            beams = beams.take(np.flatnonzero(same))
            shift = {name: np.roll(getattr(beams, name), -1, axis=1) for name in SLOTS}
            beams = replace(beams, count=beams.count - 1, **shift)
