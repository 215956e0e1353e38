"""Time-synchronous CTC beam search over the lexicon's prefix tree with language models.

The search is the prefix search of Graves & Jaitly 2014 and Hannun et al. 2014. A word that ends is scored by the n-gram
model at once, with the user's own beside it if the stream has one (`asr.decoding.user_lm`), and by the neural language
model too if its hypothesis survives pruning (shallow fusion, Gulcehre et al. 2015). Hypotheses with equal n-gram states
are merged even where the neural language model could tell them apart.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from asr.decoding.beams import NEVER, NO_WORD, Beams, Histories, WordHypothesis
from asr.decoding.biasing import Biasing, compile_vocabulary, pronounce_entries
from asr.decoding.confusions import OBSERVED_ROWS, RECENT_ROWS, Clusters, observe
from asr.decoding.lexicon import END, UNKNOWN, Lexicon
from asr.decoding.neural_lm import LMStates, NeuralLM, interpolate
from asr.decoding.ngram_lm import NgramLM
from asr.decoding.user_lm import UserLM, UserScores, base_states, compile_language
from asr.stream_options import DEFAULT_OPTIONS, StreamOptions
from asr.text.normalize import normalize
from asr.text.phones import BLANK
from asr.text.pronounce import GraphemeToPhoneme
from asr.user_language import UserLanguage
from asr.vocabulary import NO_VOCABULARY, PronouncedWord, Vocabulary

_SURE_BLANK = -1e-3  # a row whose blank is likelier than this, ln, starts no new phone
_SPARE_SLOTS = 4  # word slots kept free for the next block: fewer than that, and first words become final anyway


@dataclass(frozen=True)
class SearchOptions:
    """Settings of the search, tuned on development speech. They belong to the recogniser, not to a stream."""

    lm_weight: float = 1.0  # weight of the language model against the acoustic model
    word_score: float = -0.6  # added for each word, ln
    neural_lm_share: float = 0.85  # weight of the neural language model in the mixture, if there is one
    beam_size: int = 800  # hypotheses kept from row to row
    beam_threshold: float = 15.0  # drop hypotheses this far behind the best, ln
    token_threshold: float = -9.0  # ignore units less likely than this, ln
    commit_threshold: float = 0.9995  # share of the beam's probability that must agree before a word is final
    max_open_words: int = 40  # words that an utterance may hold before they are final
    context_silence: float = 3.0  # seconds without a phone that end a sentence; 0: every utterance is one
    vocabulary_boost: float = 6.0  # added for an entry of a stream's vocabulary, less ln of how many there are
    phone_boost: float = 0.8  # added to that for each of its phones
    new_word_score: float = -7.0  # added to ln p(any word outside the lexicon) for a new word of a vocabulary
    language_boost: float = 0.0  # added for a new word of the user's language, whose own model scores it


@dataclass(frozen=True)
class DecoderState:
    """Everything the search remembers of one stream."""

    beams: Beams
    histories: Histories  # the words of `beams`
    endpoint_rows: int  # rows of blanks that close an utterance
    lm_states: LMStates | None  # of the neural language model; None without one
    biasing: Biasing | None = None  # the stream's vocabulary, and the new words of the user's language
    user_lm: UserLM | None = None  # the user's language
    bounds: np.ndarray | None = None  # (words,) float64, no less than ln p of a word with either of them
    upcoming: "DecoderState | None" = None  # a new state of changed options, which the next utterance takes up
    row: int = 0  # rows decoded since the stream began
    blank_rows: int = 0  # rows since a label other than the blank was the likeliest
    has_final_words: bool = False  # the open utterance has given final words already
    alternatives: int = 0  # how many are wanted, of words and of utterances
    clusters: Clusters | None = None  # the words of all hypotheses; None where no alternatives are wanted
    readings: tuple["Reading", ...] = ()  # of the words with which the last step closed an utterance


@dataclass(frozen=True)
class Reading:
    """One sequence of words that the open part of an utterance may be."""

    words: tuple[str, ...]
    score: float  # share of the probability of all complete hypotheses, 0..1


class _EndedWords(NamedTuple):
    """Hypotheses whose last word has just ended, and how the language models score that word."""

    beams: Beams
    ngram_logp: np.ndarray  # (B,) float64 ln p by the n-gram model
    user: UserScores | None  # by the user's; both are part of `beams.lm_score`
    words: np.ndarray  # (B,) int64, its id for the language models of the recogniser

    def take(self, rows: np.ndarray) -> "_EndedWords":
        """Return those of `rows`, (n,) int."""
        user = self.user and self.user.take(rows)
        return _EndedWords(self.beams.take(rows), self.ngram_logp[rows], user, self.words[rows])


class Decoder:
    """Turn (rows, units) ln posteriors into words. Holds weights and settings, no state of any stream.

    Args:
        lexicon: The words and their pronunciations.
        ngram_lm: Scores every word that ends.
        search: The settings.
        row_seconds: Seconds from one row to the next.
        neural_lm: Scores words that end and survive pruning, if there is one.
        pronouncer: Pronounces words of a stream's vocabulary that the lexicon lacks, if there is one.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        ngram_lm: NgramLM,
        search: SearchOptions,
        row_seconds: float,
        neural_lm: NeuralLM | None = None,
        pronouncer: GraphemeToPhoneme | None = None,
    ):
        self.lexicon, self.ngram_lm, self.search = lexicon, ngram_lm, search
        self.neural_lm = neural_lm if search.neural_lm_share else None
        self._initial_lm_states = self.neural_lm.start() if self.neural_lm else None
        self._row_seconds = row_seconds
        self._context_rows = round(search.context_silence / row_seconds)
        self.pronouncer = pronouncer
        # Streams one after another, as those of many files, mostly have the same vocabulary and language.
        self._compile = lru_cache(maxsize=2)(self._compile_options)

    def start(self, options: StreamOptions = DEFAULT_OPTIONS) -> DecoderState:
        """Return the state before any sound.

        Raises:
            VocabularyError: The vocabulary of the options cannot be used.
        """
        endpoint_rows = round(options.endpoint_silence / self._row_seconds)
        has_own = bool(options.vocabulary or options.language)  # a stream without evicts nothing that was prepared
        biasing, user_lm, bounds = (
            self._compile(options.vocabulary, options.language) if has_own else (None, None, None)
        )
        beams, histories = self._initial_beams(user_lm), Histories.initial(self.search.max_open_words)
        count = options.alternatives
        return DecoderState(
            beams,
            histories,
            endpoint_rows,
            self._initial_lm_states,
            biasing,
            user_lm,
            bounds,
            alternatives=count,
            clusters=Clusters.empty() if count else None,
        )

    def change_options(self, state: DecoderState, options: StreamOptions) -> DecoderState:
        """Return the state with other options, which the next utterance takes up.

        A pause that lasts already is between two utterances.

        Raises:
            VocabularyError: The vocabulary of the options cannot be used.
        """
        state = replace(state, upcoming=self.start(options))
        paused = state.row == 0 or state.blank_rows >= state.endpoint_rows
        if paused and not state.has_final_words and not self.close(state):
            context_rows = max(self._context_rows, state.endpoint_rows)
            state = self._reopen(state, keep_context=state.blank_rows < context_rows)
        return state

    def pronounce(self, vocabulary: Vocabulary) -> list[tuple[PronouncedWord, ...]]:
        """Return for each entry of a vocabulary its words with their pronunciations.

        Raises:
            VocabularyError: One cannot be pronounced.
        """
        ids, sounds = pronounce_entries(vocabulary, self.lexicon, self.pronouncer)
        return [
            tuple(
                PronouncedWord(written, normalize(written) in ids, tuple(map(" ".join, variants)))
                for written, variants in zip(entry.words, each_word, strict=True)
            )
            for entry, each_word in zip(vocabulary.entries, sounds, strict=True)
        ]

    def _compile_options(
        self, vocabulary: Vocabulary, language: UserLanguage | None
    ) -> tuple[Biasing | None, UserLM | None, np.ndarray | None]:
        search = self.search
        biasing = compile_vocabulary(
            vocabulary,
            self.lexicon,
            self.ngram_lm,
            self.pronouncer,
            search.vocabulary_boost,
            search.phone_boost,
            search.new_word_score,
            self._unknown_words(language) if language else NO_VOCABULARY,
            search.language_boost,
        )
        user_lm = None
        if language:
            new = [word.text for word in biasing.words] if biasing else []
            user_lm = compile_language(language, self.lexicon.words, new)
        return biasing, user_lm, self._bounds(biasing, user_lm)

    def _bounds(self, biasing: Biasing | None, user_lm: UserLM | None) -> np.ndarray | None:
        """Return (words,) float64 bounds of ln p of each word; None for those of the n-gram model."""
        if not biasing and not user_lm:
            return None
        words = np.arange(len(self.lexicon.words) + (len(biasing.words) if biasing else 0))
        ids = biasing.lm_words(words) if biasing else words
        new = ids == len(self.lexicon.words)
        bounds = self.ngram_lm.upper_bound(np.where(new, UNKNOWN, ids)) + np.where(new, self.search.new_word_score, 0.0)
        return np.logaddexp(bounds, user_lm.upper_bound(words)) if user_lm else bounds

    def _unknown_words(self, language: UserLanguage) -> Vocabulary:
        """Return the new words of a language that are new to this recogniser, too."""
        words = [normalize(entry.written) for entry in language.new_words.entries]
        known = self.lexicon.pronunciations(words)
        entries = zip(language.new_words.entries, words, strict=True)
        return Vocabulary(tuple(entry for entry, word in entries if word not in known), language.new_words.name)

    def _initial_beams(self, user_lm: UserLM | None) -> Beams:
        return Beams.initial(self.ngram_lm.start | (user_lm.start if user_lm else 0))

    def step(self, state: DecoderState, rows: np.ndarray) -> tuple[DecoderState, list[WordHypothesis], bool]:
        """Decode (n, units) float ln posteriors.

        Returns:
            The new state, the words that became final, and whether a pause closed an utterance with words in it.
        """
        final: list[WordHypothesis] = []
        closed = False
        state = replace(state, readings=())
        for number, scores in enumerate(rows.astype(np.float64)):
            if number and number % OBSERVED_ROWS == 0:  # of long blocks; a short one is observed when it is over
                state = self._observe(state)
            blank_rows = state.blank_rows + 1 if scores.argmax() == BLANK else 0
            beams, lm_states = self._advance(state, scores)
            state = replace(
                state,
                beams=beams,
                histories=state.histories.extend(beams, state.row),
                lm_states=lm_states,
                row=state.row + 1,
                blank_rows=blank_rows,
            )
            # Equal, not greater: a pause closes one utterance and one sentence, however long it lasts.
            context_rows = max(self._context_rows, state.endpoint_rows)
            if blank_rows in (state.endpoint_rows, context_rows):
                state = self._observe(state)
                words = self.close(state)
                final += words
                closed = closed or bool(words) or state.has_final_words
                if words:
                    state = replace(state, readings=self.nbest(state))
                state = self._reopen(state, keep_context=blank_rows < context_rows)
        state, words = self._commit(self._observe(state))
        return state, final + words, closed

    @staticmethod
    def _observe(state: DecoderState) -> DecoderState:
        """Enter into the state what the beam holds beside its best hypothesis, see `asr.decoding.confusions`."""
        histories = state.histories
        if state.biasing:  # a word of the vocabulary and one of the lexicon may be the same
            histories = replace(histories, words=state.biasing.spoken(histories.words))
        observed, clusters = observe(state.beams, histories, state.row)
        histories = state.histories.with_shares(observed.shares)
        if state.clusters is not None:
            return replace(state, histories=histories, clusters=state.clusters.add(clusters))
        return replace(state, histories=histories)

    def partial(self, state: DecoderState) -> list[WordHypothesis]:
        """Return the complete words of the best hypothesis that are not final yet."""
        return self._words_of(replace(state, clusters=None), int(state.beams.total.argmax()))

    def close(self, state: DecoderState) -> list[WordHypothesis]:
        """Return the words that become final if the utterance ends here.

        Only hypotheses between two words count, each with the probability that a sentence ends after it.
        """
        return self._words_of(state, self._best_complete(state))

    def nbest(self, state: DecoderState) -> tuple[Reading, ...]:
        """Return the likeliest sequences of words if the utterance ends here, at most `state.alternatives`.

        The first is that of `close`. Scores are sums over all hypotheses with the same words.
        """
        if not state.alternatives:
            return ()
        complete, totals = self._complete(state)
        shares = np.exp(totals - totals.max())
        shares /= shares.sum()
        words, counts = state.histories.words, state.beams.word_count
        if state.biasing:  # a word of the vocabulary and one of the lexicon may be the same
            words = state.biasing.spoken(words)
        sums: dict[tuple[int, ...], float] = {}
        for beam, share in zip(complete.tolist(), shares.tolist(), strict=True):
            sequence = tuple(words[beam, : counts[beam]].tolist())
            sums[sequence] = sums.get(sequence, 0.0) + share
        best = int(complete[totals.argmax()])
        first = tuple(words[best, : counts[best]].tolist())
        order = sorted(sums, key=lambda sequence: (sequence != first, -sums[sequence]))
        return tuple(
            Reading(tuple(self._text(state, word) for word in sequence), sums[sequence])
            for sequence in order[: state.alternatives]
        )

    def _best_complete(self, state: DecoderState) -> int:
        """Choose the hypothesis that closes an utterance."""
        complete, totals = self._complete(state)
        return int(complete[totals.argmax()])

    def _complete(self, state: DecoderState) -> tuple[np.ndarray, np.ndarray]:
        """Return the hypotheses that may close an utterance, (n,) int, and their scores with its end, (n,) float64.

        They are those between two words, or all where there is none.
        """
        beams = state.beams
        complete = np.flatnonzero(beams.node == 0)
        if not len(complete):
            return np.arange(len(beams.node)), beams.total
        before = beams.ngram_state[complete]
        end_logp = self.ngram_lm.end(base_states(before)).astype(np.float64)
        if self.neural_lm and state.lm_states:
            rows = beams.lm_state[complete]
            lm_states = self.neural_lm.advance(state.lm_states, rows)
            neural_logp = self.neural_lm.score(lm_states, rows, np.full(len(complete), END))
            end_logp = interpolate(neural_logp, end_logp, self.search.neural_lm_share)
        if state.user_lm:
            end_logp = state.user_lm.end(before).mix(end_logp)
        end_logp *= self.search.lm_weight
        return complete, beams.total[complete] + end_logp

    def _reopen(self, state: DecoderState, keep_context: bool) -> DecoderState:
        """Start a new utterance. With `keep_context` the language models remember the words before.

        People pause in the middle of sentences, so the words after a short pause still depend on those before it.
        """
        options = state.upcoming or state
        beams, lm_states = self._initial_beams(options.user_lm), self._initial_lm_states
        if keep_context:
            best = np.array([self._best_complete(state)])
            before = state.beams.ngram_state[best]
            if options.user_lm is not state.user_lm:  # states of the one mean nothing to the other
                before = base_states(before) | (options.user_lm.start if options.user_lm else 0)
            beams = replace(beams, ngram_state=before)
            if state.lm_states:
                lm_states = state.lm_states.take(state.beams.lm_state[best])
        return replace(
            state,
            endpoint_rows=options.endpoint_rows,
            biasing=options.biasing,
            user_lm=options.user_lm,
            bounds=options.bounds,
            upcoming=None,
            beams=beams,
            histories=Histories.initial(self.search.max_open_words),
            lm_states=lm_states,
            has_final_words=False,
            alternatives=options.alternatives,
            clusters=None if options.clusters is None else Clusters.empty(),
        )

    def _words_of(self, state: DecoderState, beam: int, count: int | None = None) -> list[WordHypothesis]:
        """Return the words of a hypothesis, or its first `count`, with their alternatives where these are wanted."""
        words = state.histories.word_hypotheses(beam, int(state.beams.word_count[beam]))
        clusters = state.clusters
        if state.biasing:
            words = state.biasing.named(words)
            clusters = clusters and replace(clusters, words=state.biasing.spoken(clusters.words))
        if clusters is None:
            return words[:count]
        result = []
        for i, word in enumerate(words[:count]):
            neighbours = tuple(other.word for other in (*words[max(i - 1, 0) : i], *words[i + 1 : i + 2]))
            others = clusters.competitors(word, state.alternatives, neighbours)
            named = tuple((self._text(state, other), score) for other, score in others)
            result.append(replace(word, alternatives=named))
        return result

    def _text(self, state: DecoderState, word: int) -> str:
        """Return a word as it is spoken, of the lexicon or of the stream's vocabulary."""
        known = len(self.lexicon.words)
        return state.biasing.words[word - known].text if state.biasing and word >= known else self.lexicon.words[word]

    def _advance(self, state: DecoderState, scores: np.ndarray) -> tuple[Beams, LMStates | None]:
        """Extend all hypotheses by one row: `scores` (units,) float64 ln posteriors of row number `state.row`."""
        beams, lm_states, biasing, row = state.beams, state.lm_states, state.biasing, state.row
        search, tree = self.search, biasing.tree if biasing else self.lexicon
        acoustic = beams.acoustic
        # Without a new phone: a blank, or the last unit held for another row.
        everyone = np.arange(len(beams.node))
        stay = replace(
            beams,
            source=everyone,
            ended_word=np.full(len(everyone), NO_WORD),
            blank=acoustic + scores[BLANK],
            nonblank=np.where(beams.last_unit == BLANK, NEVER, beams.nonblank + scores[beams.last_unit]),
        )
        if scores[BLANK] > _SURE_BLANK:
            return stay, lm_states
        floor = float(stay.total.max()) - search.beam_threshold

        # Every hypothesis into every child of its node whose phone this row may hold.
        source, index = _expand(tree.children[beams.node].astype(np.int64))
        child = tree.first_child[beams.node[source]] + index
        if biasing:
            source, child = biasing.branch(beams.node, source, child)
        unit, label_scores, labels = tree.phone[child].astype(np.int64), scores, len(tree.labels)
        if len(scores) > labels:  # units are pairs of labels: asr.acoustic.biphones
            unit += beams.last_unit[source] % labels * labels
            label_scores = np.logaddexp.reduce(scores.reshape(labels, -1))
        logp = scores[unit]
        keep = logp > search.token_threshold
        source, child, unit, logp = source[keep], child[keep], unit[keep], logp[keep]
        # A unit that repeats needs a blank in between; without one it is the same phone, held for another row.
        repeated = unit == beams.last_unit[source]
        nonblank = np.where(repeated, beams.blank[source], acoustic[source]) + logp
        lookahead = tree.lookahead[child] - tree.lookahead[beams.node[source]]
        lm_score = beams.lm_score[source] + search.lm_weight * lookahead
        keep = nonblank + lm_score > floor
        source, child, unit = source[keep], child[keep], unit[keep]
        nonblank, lm_score = nonblank[keep], lm_score[keep]
        first = biasing.is_start(beams.node[source]) if biasing else beams.node[source] == 0
        moved = replace(
            beams.take(source),
            source=source,
            ended_word=np.full(len(source), NO_WORD),
            node=child.astype(np.int64),
            last_unit=unit,
            blank=np.full(len(child), NEVER),
            nonblank=nonblank,
            lm_score=lm_score,
            first_row=np.where(first, row, beams.first_row[source]),
            phone_logp=np.where(first, 0, beams.phone_logp[source]) + label_scores[unit % labels],
            phone_count=np.where(first, 0, beams.phone_count[source]) + 1,
        )
        inner = moved.take(np.flatnonzero(tree.children[moved.node] > 0))  # a leaf lives on as an ended word only
        if not (self.neural_lm and lm_states):
            ended = self._end_words(moved, state, floor).beams
        else:
            # Only words that would survive pruning are worth the network. Merging comes after it, as it sums scores.
            totals = np.concatenate([stay.total, inner.total])
            candidates = self._end_words(moved, state, max(floor, self._below_best(totals)))
            lowest = self._below_best(np.concatenate([totals, candidates.beams.total]))
            if lowest > floor:
                candidates = candidates.take(np.flatnonzero(candidates.beams.total > lowest))
            ended, lm_states = self._apply_neural_lm(candidates, lm_states)
        beams = Beams.merge([stay, inner, ended], search.beam_size, search.beam_threshold)
        if lm_states:
            is_used = np.bincount(beams.lm_state, minlength=len(lm_states)) > 0
            used = np.flatnonzero(is_used)
            if 2 * len(used) <= len(lm_states):  # copying the others is dearer than keeping a few that nobody refers to
                lm_state = np.cumsum(is_used)[beams.lm_state] - 1
                beams, lm_states = replace(beams, lm_state=lm_state), lm_states.take(used)
        return beams, lm_states

    def _below_best(self, totals: np.ndarray) -> float:
        """Return the largest number below the scores of the best `beam_size` hypotheses; -inf for no more than these.

        Args:
            totals: (n,) float64, scores.
        """
        size = self.search.beam_size
        return float(np.nextafter(np.partition(totals, -size)[-size], -np.inf)) if len(totals) > size else -np.inf

    def _end_words(self, moved: Beams, state: DecoderState, floor: float) -> _EndedWords:
        """End words at the nodes that `moved` has just reached, one hypothesis for each homophone.

        Returns:
            The hypotheses above `floor`, back at the root or inside a phrase of the vocabulary.
        """
        biasing, user_lm = state.biasing, state.user_lm
        search, tree = self.search, biasing.tree if biasing else self.lexicon
        source, index = _expand(
            tree.word_count[moved.node].astype(np.int64) * (moved.word_count < search.max_open_words)
        )
        item = tree.first_word[moved.node[source]] + index
        word = tree.node_words[item].astype(np.int64)
        landing, boost = biasing.end(item) if biasing else (None, None)
        # Most words would be too unlikely after whatever words, so they need no look-up.
        without = moved.nonblank + moved.lm_score - search.lm_weight * tree.lookahead[moved.node] + search.word_score
        bound = self.ngram_lm.upper_bound(word) if state.bounds is None else state.bounds[word]
        if boost is not None:
            bound = bound + boost
        most = without[source] + search.lm_weight * bound
        able = np.flatnonzero(most > floor)
        source, word = source[able], word[able]
        before = moved.ngram_state[source]
        if biasing:
            lm_word = biasing.lm_words(word)
            logp, ngram_state = biasing.score(self.ngram_lm, base_states(before), lm_word)
        else:
            lm_word = word
            logp, ngram_state = self.ngram_lm.score(base_states(before), word)
        ngram_logp, user = logp.astype(np.float64), None
        mixed = ngram_logp
        if user_lm:
            user, user_state = user_lm.score(before, word)
            mixed, ngram_state = user.mix(ngram_logp), ngram_state | user_state
        # The word's own probability replaces the look-ahead, the best probability below its node.
        gain = search.lm_weight * (mixed - tree.lookahead[moved.node[source]]) + search.word_score
        node = np.zeros_like(word)
        if landing is not None and boost is not None:
            node = landing[able]
            gain += search.lm_weight * boost[able]
        lm_score = moved.lm_score[source] + gain
        keep = moved.nonblank[source] + lm_score > floor
        source, word, ngram_state, lm_score = source[keep], word[keep], ngram_state[keep], lm_score[keep]
        beams = replace(
            moved.take(source),
            node=node[keep],
            ngram_state=ngram_state,
            lm_score=lm_score,
            word_count=moved.word_count[source] + 1,
            ended_word=word,
        )
        return _EndedWords(beams, ngram_logp[keep], user and user.take(keep), lm_word[keep])

    def _apply_neural_lm(self, candidates: _EndedWords, lm_states: LMStates) -> tuple[Beams, LMStates]:
        """Mix the neural language model into the score of each hypothesis's last word, and extend its LM state.

        Args:
            candidates: Hypotheses whose last word has just ended.
            lm_states: The states before that word.
        """
        assert self.neural_lm
        ended, ngram_logp, user, lm_words = candidates
        if not len(ended.node):
            return ended, lm_states
        # Many hypotheses share state and word; each pair is scored once.
        pairs, pair_of = np.unique(ended.lm_state << 32 | lm_words, return_inverse=True)
        rows, words = pairs >> 32, pairs & 0xFFFFFFFF
        lm_states = self.neural_lm.advance(lm_states, rows)
        # A network of this size learns no names: rare words are scored by the n-gram model alone.
        known = words < self.neural_lm.vocabulary
        neural_logp = np.zeros(len(words))
        neural_logp[known] = self.neural_lm.score(lm_states, rows[known], words[known])
        mixed = interpolate(neural_logp[pair_of], ngram_logp, self.search.neural_lm_share)
        logp, before = np.where(known[pair_of], mixed, ngram_logp), ngram_logp
        if user:
            logp, before = user.mix(logp), user.mix(ngram_logp)
        lm_score = ended.lm_score + self.search.lm_weight * (logp - before)
        return replace(ended, lm_score=lm_score, lm_state=len(lm_states) + pair_of), lm_states.extend(rows, words)

    def _commit(self, state: DecoderState) -> tuple[DecoderState, list[WordHypothesis]]:
        """Make first words final while (nearly) all probability agrees on them, and drop the hypotheses that do not.

        An utterance that runs out of word slots commits without agreement, so that it can go on.
        """
        final: list[WordHypothesis] = []
        while True:
            beams, histories = state.beams, state.histories
            best = int(beams.total.argmax())
            if beams.word_count[best] == 0:
                return state, final
            mass = np.exp(beams.total - beams.total[best])
            first = histories.words[:, 0]
            if state.biasing:  # a word of the vocabulary and one of the lexicon may be the same
                first = state.biasing.spoken(first)
            agree = (beams.word_count > 0) & (first == first[best])
            if (
                mass[agree].sum() < self.search.commit_threshold * mass.sum()
                and beams.word_count[best] < self.search.max_open_words - _SPARE_SLOTS
            ):
                return state, final
            (word,) = self._words_of(state, best, 1)
            final.append(word)
            rows = np.flatnonzero(agree)
            beams = beams.take(rows)
            state = replace(
                state,
                beams=replace(beams, word_count=beams.word_count - 1),
                histories=histories.drop_first(rows),
                has_final_words=True,
                clusters=None if state.clusters is None else state.clusters.since(word.last_row - RECENT_ROWS),
            )


def _expand(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Repeat each row `counts` times: (B,) int64 -> (n,) row number and (n,) index within its row's repeats."""
    source = np.repeat(np.arange(len(counts)), counts)
    index = np.arange(len(source)) - np.repeat(np.cumsum(counts) - counts, counts)
    return source, index
