"""A vocabulary in the search: the score is a sum over all paths and parses, and any cutting gives the same words."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.decoding.biasing import compile_vocabulary, pronounce_entries
from asr.decoding.decoder import Decoder
from asr.decoding.search_options import SearchOptions
from asr.errors import VocabularyError
from asr.language.lexicon import UNKNOWN
from asr.limits import LIMITS
from asr.pipeline import transcribe
from asr.recognizer import Recognizer
from asr.stream_options import ENDPOINTS, StreamOptions
from asr.text.phones import BLANK, LABEL_IDS
from asr.user.vocabulary import Vocabulary
from tests.support.recognition.streams import BURSTS, SLOW, SPEECH, Burst, check_cuts, leaves, run_stream, sound_of
from tests.support.recognition.tiny import (
    EXHAUSTIVE,
    PRONS,
    WORDS,
    Bigrams,
    rows_of,
    tiny_decoder,
    tiny_neural_lm,
    tiny_recognizer,
)

SHARE = math.log(20)  # what an entry of a small vocabulary has less than vocabulary_boost
SEARCH = replace(EXHAUSTIVE, vocabulary_boost=1.5 + SHARE, phone_boost=0.0, new_word_score=-0.8)
# A new word with two sounds, a phrase of known words, a phrase with a new word, a known word with a sound of its own.
ENTRIES = "Zed = B D = D AA\nbad be :2\nzed a :0.5\nAB = AA D\n"
VOCABULARY = Vocabulary.parse(ENTRIES)


Sounds = tuple[int, list[tuple[str, ...]]]  # LM id and pronunciations of a word


def known(word: str) -> Sounds:
    """Return the LM id and the pronunciations of a word of the lexicon."""
    return WORDS.index(word), PRONS[word]


def options(text: str, endpoint: str = "normal") -> StreamOptions:
    """Return options with a vocabulary."""
    return StreamOptions(endpoint=endpoint, vocabulary=Vocabulary.parse(text))


@pytest.mark.parametrize("seed", range(4))
def test_the_score_is_a_sum_over_all_paths_and_all_ways_to_parse_the_words(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ngram_lm = Bigrams(seed)
    used = [BLANK, *(LABEL_IDS[p] for p in ("AA", "B", "D"))]
    rows = np.full((5, len(LABEL_IDS)), -1e4)
    rows[:, used] = np.log(rng.dirichlet(np.full(len(used), 0.6), 5))
    rows = rows.astype(np.float32).astype(np.float64)
    paths: dict[tuple[int, ...], float] = {}
    for path in itertools.product(used, repeat=len(rows)):
        labels = tuple(label for label, _ in itertools.groupby(path) if label != BLANK)
        p = float(sum(rows[t, label] for t, label in enumerate(path)))
        paths[labels] = float(np.logaddexp(paths.get(labels, -np.inf), p))
    # What a parse is made of: words of the lexicon, and entries with their boost. A new word of a phrase is an entry.
    zed: Sounds = (UNKNOWN, [("B", "D"), ("D", "AA")])
    spelt_zed: Sounds = (UNKNOWN, [("D",), ("AA", "D")])  # what the network below pronounces
    parts: list[tuple[list[Sounds], float]] = [([known(word)], 0.0) for word in PRONS]
    parts += [([zed], 1.5), ([known("bad"), known("be")], 3.0), ([(WORDS.index("ab"), [("AA", "D")])], 1.5)]
    parts += [([spelt_zed, known("a")], 0.75), ([spelt_zed], 0.75)]
    expected: dict[tuple[int, ...], float] = {}
    for count in range(4):
        for parse in itertools.product(parts, repeat=count):
            words = [word for part, _ in parse for word in part]
            if len(words) > 3:
                continue
            history = (0, *(lm_id for lm_id, _ in words))
            score = sum(boost for _, boost in parse)
            for i in range(1, len(history)):
                score += ngram_lm.logp(history[:i], history[i]) - 0.8 * (history[i] == UNKNOWN)
            score = EXHAUSTIVE.lm_weight * score + EXHAUSTIVE.word_score * len(words)
            for sounds in itertools.product(*(prons for _, prons in words)):
                labels = tuple(LABEL_IDS[p] for sound in sounds for p in sound)
                if labels in paths:
                    # The network's second pronunciation is less likely.
                    unlikely = sum(
                        word is spelt_zed and sound != ("D",) for word, sound in zip(words, sounds, strict=True)
                    )
                    total = paths[labels] + score - EXHAUSTIVE.lm_weight * 0.7 * unlikely
                    expected[history] = float(np.logaddexp(expected.get(history, -np.inf), total))
    searching = with_network(tiny_decoder(ngram_lm, SEARCH))
    state, final, _ = searching.step(searching.start(StreamOptions(vocabulary=VOCABULARY)), rows)
    assert not final
    totals: dict[tuple[int, ...], float] = {}
    for beam in np.flatnonzero((state.beams.node == 0) & (state.beams.word_count <= 3)):
        history = ngram_lm.histories[int(state.beams.ngram_state[beam])]
        totals[history] = float(np.logaddexp(totals.get(history, -np.inf), state.beams.total[beam]))
    assert totals.keys() == expected.keys() and any(UNKNOWN in history for history in totals)
    for history, total in expected.items():
        assert totals[history] == pytest.approx(total, abs=1e-4)


class TwoSounds:
    """A grapheme-to-phoneme network that pronounces every word D, or half as likely AA D."""

    phones = ("AA", "B", "D")

    def pronounce(self, words: list[str], count: int = 1) -> dict[str, list]:
        from asr.text.pronounce import G2PHypothesis

        return {word: [G2PHypothesis(("D",), -0.1), G2PHypothesis(("AA", "D"), -0.8)] for word in words}


def with_network(decoder: Decoder) -> Decoder:
    """Return a decoder that can pronounce new words."""
    network: object = TwoSounds()
    decoder.pronouncer = network  # type: ignore[assignment]
    return decoder


def spoken(decoder: Decoder, text: str, rows: str) -> list[tuple[str, str]]:
    """Return the words of some rows with a vocabulary, as spoken and as written."""
    state, words, _ = decoder.step(decoder.start(options(text)), rows_of(rows))
    return [(h.text or WORDS[h.word], h.written) for h in (*words, *decoder.close(state))]


def test_a_new_word_is_recognised_and_has_its_written_form() -> None:
    decoder = tiny_decoder(Bigrams(3), SEARCH)
    assert spoken(decoder, "ZeD = D B", "..D.B..") == [("zed", "ZeD")]
    assert spoken(decoder, "Bad", "..BAD..") == [("bad", "Bad")]


def test_only_the_whole_phrase_is_preferred_and_written_as_it_is() -> None:
    """`be` and `bee` sound alike; the language model likes `bee`, the phrase has `be`."""
    decoder = tiny_decoder(
        Bigrams(2, be=-3.0, bee=-1.0, bad=-2.0, a=-2.0), replace(SEARCH, vocabulary_boost=6.0 + SHARE)
    )
    assert spoken(decoder, "Bad Be", "..BAD.B..") == [("bad", "Bad"), ("be", "Be")]
    assert spoken(decoder, "Bad Be", "..BAD.A..") == [("bad", ""), ("a", "")]
    assert spoken(decoder, "Bad Be", "..B..BAD..") == [("bee", ""), ("bad", "")]


def test_a_phrase_that_breaks_off_leaves_no_trace_in_the_scores() -> None:
    """The words before the break have the very score that they have without a vocabulary."""
    ngram_lm = Bigrams(4)
    decoder = tiny_decoder(ngram_lm, SEARCH)
    scores = []
    for text in ("", "bad be\nbad bee aa"):
        state, _, _ = decoder.step(decoder.start(options(text)), rows_of("BADA", 0.9))
        history = ngram_lm.states[0, WORDS.index("bad"), WORDS.index("a")]
        (beam,) = np.flatnonzero((state.beams.ngram_state == history) & (state.beams.node == 0))
        scores.append(state.beams.total[beam])
    assert scores[0] == pytest.approx(scores[1], abs=1e-9)


def test_a_word_of_both_trees_is_one_word_when_words_become_final() -> None:
    """Else a phrase that may go on would keep its first word from ever becoming final."""
    search = replace(SEARCH, commit_threshold=0.9, vocabulary_boost=0.1 + SHARE)
    decoder = tiny_decoder(Bigrams(5, bad=-1.0), search)
    _, words, _ = decoder.step(decoder.start(options("bad be")), rows_of("..BAD" + "." * 8, 0.9999))
    assert [WORDS[h.word] for h in words] == ["bad"]


def test_pronunciations_are_those_of_the_lexicon_the_entry_and_the_network() -> None:
    decoder = with_network(tiny_decoder(Bigrams(0)))
    vocabulary = Vocabulary.parse("aa\nbad zed\nbee a = D | AA = B AA | B\nQ = bad-a\n")
    _, sounds = pronounce_entries(vocabulary, decoder.lexicon, decoder.pronouncer)
    assert [[list(word) for word in entry] for entry in sounds] == [
        [[("AA", "AA")]],
        [[("B", "AA", "D")], [("D",), ("AA", "D")]],
        [[("D",), ("B", "AA")], [("AA",), ("B",)]],
        [[("B", "AA", "D", "AA")]],
    ]
    assert sounds[1][1] == {("D",): 0.0, ("AA", "D"): pytest.approx(-0.7)}


def test_what_cannot_be_pronounced_is_an_error_with_its_line() -> None:
    decoder = tiny_decoder(Bigrams(0))
    with pytest.raises(VocabularyError, match="line 2: the model does not know 'zed'") as caught:
        decoder.start(options("bad\nZed\n"))
    assert caught.value.code == "no-pronunciation"
    lexicon = replace(decoder.lexicon, labels=("<b>", "AA", "B", "D"))
    arguments = (lexicon, decoder.ngram_lm, None, 1.0, 0.0, 0.0)
    with pytest.raises(VocabularyError, match="line 1: the model has no phone 'S'; expected one of AA B D"):
        compile_vocabulary(Vocabulary.parse("x = S"), *arguments)


def test_too_many_words_that_sound_alike_are_refused() -> None:
    decoder = tiny_decoder(Bigrams(0))
    most = int(LIMITS["homophones"][1])
    names = ["".join(pair) for pair in itertools.product("abcdefghijklmnopqrst", repeat=2)]
    assert decoder.start(options("\n".join(f"{name}x = B" for name in names[:most]))).biasing
    with pytest.raises(VocabularyError, match="sound alike"):
        decoder.start(options("\n".join(f"{name}x = B" for name in names[: most + 1])))


def test_the_neural_lm_does_not_score_new_words_and_goes_on_behind_them() -> None:
    neural_lm = tiny_neural_lm()
    totals = {}
    for share in (0.0, 0.5):
        ngram_lm = Bigrams(6)
        decoder = tiny_decoder(ngram_lm, replace(SEARCH, neural_lm_share=share), neural_lm)
        state, _, _ = decoder.step(decoder.start(options("Zed = D B")), rows_of(".DB.A", 0.9))
        for history in ((0, UNKNOWN), (0, UNKNOWN, WORDS.index("a"))):
            at = np.flatnonzero(state.beams.ngram_state == ngram_lm.states[history])
            beam = at[state.beams.node[at] == 0][0]
            totals[share, len(history)] = state.beams.total[beam]
    assert totals[0.0, 2] == pytest.approx(totals[0.5, 2], abs=1e-9)
    assert totals[0.0, 3] != pytest.approx(totals[0.5, 3], abs=1e-3)


def test_an_entry_of_a_large_vocabulary_has_a_smaller_boost() -> None:
    """So that a thousand names are not inserted a thousand times as often as one."""
    decoder = tiny_decoder(Bigrams(0), replace(SEARCH, vocabulary_boost=5.0 + SHARE))
    boosts = {}
    for count in (1, 20, 200):
        biasing = decoder.start(options("\n".join(["bad", *["a b c"] * (count - 1)]).replace("b c", "bee aa"))).biasing
        assert biasing
        boosts[count] = float(biasing.boost.max())
    assert boosts[1] == boosts[20] == pytest.approx(5.0)
    assert boosts[200] == pytest.approx(5.0 - math.log(10))


def test_a_longer_entry_has_a_larger_boost() -> None:
    decoder = tiny_decoder(Bigrams(0), replace(SEARCH, vocabulary_boost=SHARE, phone_boost=0.5))
    lengths = {"x = B": 1, "x = B D AA": 3, "x y = B AA | D": 3, "x = " + "B AA " * 8: 12}
    for text, phones in lengths.items():
        biasing = decoder.start(options(text)).biasing
        assert biasing and biasing.boost.max() == pytest.approx(0.5 * phones)


def test_an_empty_vocabulary_is_none() -> None:
    decoder = tiny_decoder(Bigrams(0))
    assert decoder.start(options("# nothing\n")).biasing is None
    assert leaves(decoder.start(options(""))) == leaves(decoder.start())


@pytest.mark.slow
def test_other_options_are_taken_up_by_the_next_utterance() -> None:
    decoder = tiny_decoder(Bigrams(3, bad=-1.0), SEARCH)
    state, words, _ = decoder.step(decoder.start(StreamOptions(endpoint="short")), rows_of("..D.B"))
    changed = decoder.change_options(state, options("Zed = D B", "short"))
    assert changed.biasing is None
    later, words, closed = decoder.step(changed, rows_of("." * 10))
    assert closed and "zed" not in [h.text for h in words] and later.biasing
    _, words, _ = decoder.step(later, rows_of("..D.B" + "." * 10))
    assert [h.text for h in words] == ["zed"]
    # Between two utterances at once, whether at the beginning of the stream or later.
    assert decoder.change_options(decoder.start(), options("Zed = D B")).biasing
    silent, _, _ = decoder.step(later, rows_of("." * 200))
    assert decoder.change_options(silent, StreamOptions()).biasing is None


# The law of cutting, with a recogniser of random weights.

WORD_ENTRIES = "New = B AA\nOther one = S IY | B = K | AA :2\nThird = T\n"
LAW = StreamOptions(vocabulary=Vocabulary.parse(WORD_ENTRIES))


@pytest.fixture(scope="module")
def tiny() -> Recognizer:
    search = SearchOptions(beam_size=6, beam_threshold=6.0, vocabulary_boost=2.0 + SHARE, new_word_score=-4.0)
    return tiny_recognizer(search, pausing=True)


@settings(max_examples=20, **SLOW)
@given(BURSTS, st.data())
def test_however_the_sound_is_cut_with_a_vocabulary(tiny: Recognizer, bursts: list[Burst], data: st.DataObject) -> None:
    sound = sound_of(bursts)
    check_cuts(tiny, sound, sorted(data.draw(st.lists(st.integers(0, len(sound)), max_size=12))), LAW)


def test_words_of_the_vocabulary_are_recognised_in_that_law(tiny: Recognizer) -> None:
    """Else the test above would test nothing."""
    _, words, _ = run_stream(tiny, [SPEECH] * 3, LAW)
    _, plain, _ = run_stream(tiny, [SPEECH] * 3)
    new = {"new", "other", "one", "third"}
    texts = {word.text for word in words}
    assert texts & new and texts - new and not new & {word.text for word in plain}


@pytest.mark.slow
@settings(max_examples=10, **SLOW)
@given(st.sampled_from(list(ENDPOINTS)), st.data())
def test_options_that_change_at_a_sample_give_the_same_however_the_sound_is_cut(
    tiny: Recognizer, endpoint: str, data: st.DataObject
) -> None:
    pause = np.zeros(12_000, np.float32)
    sound = np.concatenate([SPEECH, pause, SPEECH, pause])
    change = data.draw(st.integers(0, len(sound)))
    new = StreamOptions(endpoint=endpoint, vocabulary=LAW.vocabulary)
    cuts = data.draw(st.lists(st.integers(0, len(sound)), max_size=6))

    def chunks(cuts: list[int]) -> list[np.ndarray | StreamOptions]:
        before, after = ([cut for cut in cuts if cut < change], [cut - change for cut in cuts if cut >= change])
        return [*np.split(sound[:change], sorted(before)), new, *np.split(sound[change:], sorted(after))]

    whole = [*transcribe(tiny, chunks([]), StreamOptions(endpoint="short"))]
    cut = [*transcribe(tiny, chunks(cuts), StreamOptions(endpoint="short"))]
    assert [word for update in whole for word in update.words] == [word for update in cut for word in update.words]
    assert sum(update.endpoint for update in whole) == sum(update.endpoint for update in cut)


def test_a_vocabulary_that_is_taken_away_leaves_no_words(tiny: Recognizer) -> None:
    pause = np.zeros(24_000, np.float32)
    chunks: list[np.ndarray | StreamOptions] = [SPEECH, pause, StreamOptions(), SPEECH, pause]
    plain = [SPEECH, pause, SPEECH, pause]
    half = (len(SPEECH) + len(pause)) / 16_000
    words = [word for update in transcribe(tiny, chunks, LAW) for word in update.words if word.start > half]
    expected = [word for update in transcribe(tiny, plain) for word in update.words if word.start > half]
    assert words and {word.text for word in words} <= {word.text for word in expected} | {f"word{i}" for i in range(28)}
