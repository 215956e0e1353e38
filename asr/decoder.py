"""Time-synchronous CTC beam search over the lexicon's prefix tree with an n-gram model (Graves & Jaitly 2014;
Hannun et al. 2014). Every beam is a row of a few arrays, so a step costs some numpy calls however many there are.
"""

from dataclasses import dataclass, fields, replace

import numpy as np

from asr.language import LanguageModel
from asr.lexicon import Lexicon
from asr.text import BLANK

NEVER = -1e30  # ln 0, kept finite so that differences stay numbers


@dataclass(frozen=True)
class Search:
    """How to search; tuned on development speech."""

    weight: float = 1.0  # of the language model against the sound
    bonus: float = -1.2  # for each word
    beams: int = 200  # kept from row to row
    width: float = 16.0  # beams this far (in ln) behind the best are dropped
    least: float = -9.0  # labels less likely (ln) than this are not tried
    sure: float = 0.9995  # share of the beams' mass that must agree before a word is final
    pause: float = 0.8  # seconds without a phone that end an utterance
    longest: int = 40  # words an utterance may have open at once


@dataclass(frozen=True)
class Beams:
    """B hypotheses of the open utterance, best first. Arrays are never written into once they are here."""

    node: np.ndarray  # (B,) int64, place in the lexicon's tree; the root between words
    context: np.ndarray  # (B,) int64, state of the language model
    last: np.ndarray  # (B,) int64, last label said
    blank: np.ndarray  # (B,) float64, ln p of the sound so far, ending in a blank
    phone: np.ndarray  # (B,) float64, the same ending in the last label
    prior: np.ndarray  # (B,) float64, weighted ln p of the words so far with the node's look-ahead
    begin: np.ndarray  # (B,) int64, row where the open word's first phone came
    trust: np.ndarray  # (B,) float64, sum of ln p of the open word's phones as they came
    phones: np.ndarray  # (B,) int64, how many
    count: np.ndarray  # (B,) int64, words done
    words: np.ndarray  # (B, longest) int64, their ids
    begins: np.ndarray  # (B, longest) int64, row of each word's first phone
    ends: np.ndarray  # (B, longest) int64, row of each word's last phone
    trusts: np.ndarray  # (B, longest) float32, 0..1

    @property
    def sound(self) -> np.ndarray:
        return np.logaddexp(self.blank, self.phone)

    @property
    def total(self) -> np.ndarray:
        return self.sound + self.prior

    def take(self, rows: np.ndarray) -> "Beams":
        return Beams(*(getattr(self, f.name)[rows] for f in fields(self)))


@dataclass(frozen=True)
class Hypothesis:
    """One word with its first and last row and its trust."""

    word: int
    begin: int
    end: int
    trust: float


@dataclass(frozen=True)
class DecoderState:
    """All that the search remembers of a stream."""

    beams: Beams
    row: int = 0  # rows decoded since the stream began
    quiet: int = 0  # rows since a label other than the blank was the likeliest
    spoken: bool = False  # the open utterance has given final words


class Decoder:
    """(rows, labels) ln posteriors to words. Holds no state of any stream."""

    def __init__(self, lexicon: Lexicon, language: LanguageModel, search: Search, row_seconds: float):
        self.lexicon, self.language, self.search = lexicon, language, search
        self.pause_rows = round(search.pause / row_seconds)

    def start(self) -> DecoderState:
        return DecoderState(self._fresh())

    def _fresh(self) -> Beams:
        one = np.zeros(1, np.int64)
        slots = np.zeros((1, self.search.longest), np.int64)
        return Beams(
            node=one, context=one + self.language.start, last=one, blank=np.zeros(1), phone=np.full(1, NEVER),
            prior=np.zeros(1), begin=one, trust=np.zeros(1), phones=one, count=one,
            words=slots, begins=slots, ends=slots, trusts=slots.astype(np.float32),
        )  # fmt: skip

    def step(self, state: DecoderState, rows: np.ndarray) -> tuple[DecoderState, list[Hypothesis], bool]:
        """Decode (n, labels) float ln posteriors: the new state, words now final, and whether a pause closed them."""
        final: list[Hypothesis] = []
        closed = False
        for scores in rows.astype(np.float64):
            quiet = state.quiet + 1 if scores.argmax() == BLANK else 0
            beams = self._advance(state.beams, scores, state.row)
            state = replace(state, beams=beams, row=state.row + 1, quiet=quiet)
            if quiet == self.pause_rows:
                words = self.close(state)
                final += words
                closed = closed or bool(words) or state.spoken
                state = replace(state, beams=self._fresh(), spoken=False)
        beams, words = self._settle(state.beams)
        if words:
            state = replace(state, beams=beams, spoken=True)
        return state, final + words, closed

    def best(self, state: DecoderState) -> list[Hypothesis]:
        """The words of the likeliest beam that are not final yet."""
        return _words(state.beams, int(state.beams.total.argmax()))

    def close(self, state: DecoderState) -> list[Hypothesis]:
        """The words not final yet, were the utterance to end here: no word may be open, and it must end well."""
        beams = state.beams
        done = np.flatnonzero(beams.node == 0)
        if not len(done):
            return self.best(state)
        ends = self.search.weight * self.language.end(beams.context[done])
        return _words(beams, int(done[(beams.total[done] + ends).argmax()]))

    def _advance(self, beams: Beams, scores: np.ndarray, row: int) -> Beams:
        search, tree = self.search, self.lexicon
        sound = beams.sound
        stay = replace(
            beams,
            blank=sound + scores[BLANK],
            phone=np.where(beams.last == BLANK, NEVER, beams.phone + scores[beams.last]),
        )
        if scores[BLANK] > -1e-3:  # nothing else is worth trying
            return stay
        floor = float(stay.total.max()) - search.width

        # Every beam into every child of its node whose phone this row may hold.
        many = tree.children[beams.node]
        source = np.repeat(np.arange(len(many)), many)
        within = np.arange(len(source)) - np.repeat(np.cumsum(many) - many, many)
        child = tree.first_child[beams.node[source]] + within
        label = tree.phone[child].astype(np.int64)
        gain = scores[label]
        keep = gain > search.least
        source, child, label, gain = source[keep], child[keep], label[keep], gain[keep]
        come = np.where(label == beams.last[source], beams.blank[source], sound[source]) + gain
        ahead = tree.lookahead[child] - tree.lookahead[beams.node[source]]
        prior = beams.prior[source] + search.weight * ahead
        keep = come + prior > floor
        source, child, label, gain = source[keep], child[keep], label[keep], gain[keep]
        come, prior = come[keep], prior[keep]
        first = beams.node[source] == 0
        moved = replace(
            beams.take(source), node=child.astype(np.int64), last=label, blank=np.full(len(child), NEVER),
            phone=come, prior=prior, begin=np.where(first, row, beams.begin[source]),
            trust=np.where(first, 0, beams.trust[source]) + gain,
            phones=np.where(first, 0, beams.phones[source]) + 1,
        )  # fmt: skip
        ended = self._end_words(moved, row, floor)
        inner = moved.take(np.flatnonzero(tree.children[moved.node] > 0))  # leaves live on as words only
        return self._merge([stay, inner, ended])

    def _end_words(self, moved: Beams, row: int, floor: float) -> Beams:
        """The beams that have just reached the last phone of a word, once for each word that sounds so."""
        search, tree = self.search, self.lexicon
        many = tree.word_count[moved.node] * (moved.count < search.longest)
        source = np.repeat(np.arange(len(many)), many)
        within = np.arange(len(source)) - np.repeat(np.cumsum(many) - many, many)
        word = tree.node_words[tree.first_word[moved.node[source]] + within].astype(np.int64)
        logp, context = self.language.score(moved.context[source], word)
        gain = search.weight * (logp.astype(np.float64) - tree.lookahead[moved.node[source]]) + search.bonus
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
        return replace(ended, node=np.zeros_like(word), context=context, prior=prior, count=ended.count + 1)

    def _merge(self, parts: list[Beams]) -> Beams:
        """Beams with the same future become one, with the history of the likelier; then the best are kept."""
        whole = Beams(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Beams)))
        order = np.argsort(-whole.total, kind="stable")
        key = ((whole.context << 24) | whole.node) << 6 | whole.last
        order = order[np.argsort(key[order], kind="stable")]
        heads = np.flatnonzero(np.r_[True, np.diff(key[order]) != 0])
        merged = replace(
            whole.take(order[heads]),
            blank=np.logaddexp.reduceat(whole.blank[order] + whole.prior[order], heads),
            phone=np.logaddexp.reduceat(whole.phone[order] + whole.prior[order], heads),
        )
        # The sum was over sound and prior together, since the parts may differ in both.
        merged = replace(merged, blank=merged.blank - merged.prior, phone=merged.phone - merged.prior)
        total = merged.total
        kept = np.argsort(-total, kind="stable")[: self.search.beams]
        return merged.take(kept[total[kept] > total[kept[0]] - self.search.width])

    def _settle(self, beams: Beams) -> tuple[Beams, list[Hypothesis]]:
        """Words on which (nearly) all mass agrees become final and leave the beams; those that disagree go."""
        final: list[Hypothesis] = []
        while True:
            top = int(beams.total.argmax())
            if beams.count[top] == 0:
                return beams, final
            mass = np.exp(beams.total - beams.total[top])
            same = (beams.count > 0) & (beams.words[:, 0] == beams.words[top, 0])
            if mass[same].sum() < self.search.sure * mass.sum() and beams.count[top] < self.search.longest - 4:
                return beams, final
            final.append(_words(beams, top)[0])
            beams = beams.take(np.flatnonzero(same))
            shift = {name: np.roll(getattr(beams, name), -1, axis=1) for name in _SLOTS}
            beams = replace(beams, count=beams.count - 1, **shift)


_SLOTS = ("words", "begins", "ends", "trusts")


def _words(beams: Beams, beam: int) -> list[Hypothesis]:
    lists = (getattr(beams, name)[beam, : beams.count[beam]].tolist() for name in _SLOTS)
    return [Hypothesis(*values) for values in zip(*lists, strict=True)]
