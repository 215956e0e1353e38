"""Time-synchronous CTC beam search over the lexicon's prefix tree with language models.

The search is the prefix search of Graves & Jaitly 2014 and Hannun et al. 2014. A word that ends is scored by the n-gram
model at once, with the user's own beside it if the stream has one (`asr.decoding.user_lm`), and by the neural language
model too if its hypothesis survives pruning (shallow fusion, Gulcehre et al. 2015). Hypotheses with equal n-gram states
are merged even where the neural language model could tell them apart.

`RowSearch` (asr/decoding/search.py) has one row: `expand`, `WordScorer`, `merge`. `Results` reads the words out of a
state. `Decoder` is what others call: rows in, words out; utterances open and close, and first words become final.
"""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from asr.batching import Work, run_alone
from asr.decoding.beams import Beams, Histories, WordHypothesis
from asr.decoding.biasing import Biasing, compile_vocabulary, pronounce_entries
from asr.decoding.compiled.acceleration import Kernels
from asr.decoding.confusions import OBSERVED_ROWS, RECENT_ROWS, Clusters, observe
from asr.decoding.results import Results
from asr.decoding.search import RowSearch
from asr.decoding.search_options import SearchOptions
from asr.decoding.state import Context, DecoderState, Reading
from asr.decoding.user_lm import UserLM, base_states, compile_language
from asr.decoding.word_ends import WordScorer
from asr.language.lexicon import UNKNOWN, Lexicon
from asr.language.neural_lm import LMStates, NeuralLM
from asr.language.ngram_lm import NgramLM
from asr.stream_options import DEFAULT_OPTIONS, StreamOptions
from asr.text.normalize import normalize
from asr.text.phones import BLANK
from asr.text.pronounce import GraphemeToPhoneme
from asr.user.language import UserLanguage
from asr.user.vocabulary import NO_VOCABULARY, PronouncedWord, Vocabulary

_SPARE_SLOTS = 4  # word slots kept free for the next block: fewer than that, and first words become final anyway


class Decoder:
    """Turn (rows, units) ln posteriors into words. Holds weights and settings, no state of any stream.

    Args:
        lexicon: The words and their pronunciations.
        ngram_lm: Scores every word that ends.
        search: The settings.
        row_seconds: Seconds from one row to the next.
        neural_lm: Scores words that end and survive pruning, if there is one.
        pronouncer: Pronounces words of a stream's vocabulary that the lexicon lacks, if there is one.
        kernels: What does the inner loops of the search, to the same bit; numpy if there are none.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        ngram_lm: NgramLM,
        search: SearchOptions,
        row_seconds: float,
        neural_lm: NeuralLM | None = None,
        pronouncer: GraphemeToPhoneme | None = None,
        kernels: Kernels | None = None,
    ):
        self.lexicon, self.ngram_lm, self.search = lexicon, ngram_lm, search
        self.neural_lm = neural_lm if search.neural_lm_share else None
        self._initial_lm_states = self.neural_lm.start() if self.neural_lm else None
        scorer = WordScorer(lexicon, ngram_lm, self.neural_lm, search, kernels)
        self._row_search, self.results = RowSearch(lexicon, scorer, search, kernels), Results(lexicon, scorer)
        self._row_seconds, self._kernels = row_seconds, kernels
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
            context=self._context(beams, self._initial_lm_states) if count else None,
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
            user_lm = compile_language(language, self.lexicon.words, new, self._kernels)
        return biasing, user_lm, self._bounds(biasing, user_lm)

    def _bounds(self, biasing: Biasing | None, user_lm: UserLM | None) -> np.ndarray | None:
        """Return (words,) float32 bounds of ln p of each word; None for those of the n-gram model."""
        if not biasing and not user_lm:
            return None
        words = np.arange(len(self.lexicon.words) + (len(biasing.words) if biasing else 0))
        ids = biasing.lm_words(words) if biasing else words
        new = ids == len(self.lexicon.words)
        bounds = self.ngram_lm.upper_bound(np.where(new, UNKNOWN, ids)) + np.where(new, self.search.new_word_score, 0.0)
        if user_lm:
            bounds = np.logaddexp(bounds, user_lm.upper_bound(words))
        return np.nextafter(bounds.astype(np.float32), np.float32(np.inf))

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
        return run_alone(self.step_work(state, rows))

    def step_work(self, state: DecoderState, rows: np.ndarray) -> Work[tuple[DecoderState, list[WordHypothesis], bool]]:
        """Do what `step` does; the calls of the neural language model are answered by who runs it."""
        final: list[WordHypothesis] = []
        closed = False
        state = replace(state, readings=())
        # Equal, not greater: a pause closes one utterance and one sentence, however long it lasts.
        context_rows = max(self._context_rows, state.endpoint_rows)
        beams, lm_states, row, blank_rows = state.beams, state.lm_states, state.row, state.blank_rows
        followed: list[tuple[int, Beams]] = []  # rows whose words the histories of `state` lack

        def caught_up() -> DecoderState:
            histories = state.histories.follow(followed)
            followed.clear()
            return replace(
                state,
                beams=beams,
                histories=histories,
                lm_states=lm_states,
                row=row,
                blank_rows=blank_rows,
                complete=None,
            )

        is_blank = rows.argmax(1) == BLANK
        for number, scores in enumerate(rows.astype(np.float64)):
            if number and number % OBSERVED_ROWS == 0:  # of long blocks; a short one is observed when it is over
                state = self._observe(caught_up())
            beams, lm_states = yield from self._row_search.advance(beams, lm_states, state, scores, row)
            followed.append((row, beams))
            row, blank_rows = row + 1, blank_rows + 1 if is_blank[number] else 0
            if blank_rows in (state.endpoint_rows, context_rows):
                state = self.ending(self._observe(caught_up()))
                words = self.close(state)
                final += words
                closed = closed or bool(words) or state.has_final_words
                if words:
                    state = replace(state, readings=self.nbest(state))
                state = self._reopen(state, keep_context=blank_rows < context_rows)
                beams, lm_states = state.beams, state.lm_states
                context_rows = max(self._context_rows, state.endpoint_rows)
        state, words = self._commit(self._observe(caught_up()))
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
        return self.results.words_of(state, int(state.beams.total.argmax()))

    def ending(self, state: DecoderState) -> DecoderState:
        """Return the state with what `close` and `nbest` have in common, so that it is computed once."""
        return replace(state, complete=self.results.complete(state))

    def close(self, state: DecoderState) -> list[WordHypothesis]:
        """Return the words that become final if the utterance ends here.

        Only hypotheses between two words count, each with the probability that a sentence ends after it.
        """
        return self.results.final_words(state, self.results.best_complete(state))[0]

    def nbest(self, state: DecoderState) -> tuple[Reading, ...]:
        """Return the likeliest sequences of words if the utterance ends here, at most `state.alternatives`.

        The first is that of `close`. Scores are sums over all hypotheses with the same words.
        """
        return self.results.nbest(state)

    @staticmethod
    def _context(beams: Beams, lm_states: LMStates | None) -> Context:
        """Return what the language models remember where an utterance begins with the one hypothesis of `beams`."""
        return Context(int(beams.ngram_state[0]), lm_states)

    def _reopen(self, state: DecoderState, keep_context: bool) -> DecoderState:
        """Start a new utterance. With `keep_context` the language models remember the words before.

        People pause in the middle of sentences, so the words after a short pause still depend on those before it.
        """
        options = state.upcoming or state
        beams, lm_states = self._initial_beams(options.user_lm), self._initial_lm_states
        if keep_context:
            best = np.array([self.results.best_complete(state)])
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
            context=None if options.clusters is None else self._context(beams, lm_states),
            complete=None,
        )

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
            (word,), context = self.results.final_words(state, best, 1)
            final.append(word)
            rows = np.flatnonzero(agree)
            beams = beams.take(rows)
            state = replace(
                state,
                beams=replace(beams, word_count=beams.word_count - 1),
                histories=histories.drop_first(rows),
                has_final_words=True,
                context=context,
                clusters=None if state.clusters is None else state.clusters.since(word.last_row - RECENT_ROWS),
            )
