"""Recognised words are paired with those of a transcript by the fewest errors, and wrong ones by time."""

import jiwer
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from asr.alignment.aligner import LONGEST_ESTIMATED, Aligner
from asr.pipeline import transcribe
from asr.training.evaluation.words.judged import judged_words
from asr.training.evaluation.words.pairing import Pairs, Span, agreement, by_errors, by_time, spoken_times
from asr.updates import Word
from tests.support.recognition.streams import sound_of
from tests.support.recognition.tiny import tiny_recognizer

TIMED = tuple[str, float, float]  # a word, and when it begins and ends


def pairs(spoken: list[TIMED], recognised: list[TIMED]) -> tuple[Pairs, Pairs]:
    """Return the pairs by the fewest errors, and by time."""
    text, words = [word for word, *_ in spoken], [word for word, *_ in recognised]
    times, spans = [(start, end) for _, start, end in spoken], [(start, end) for _, start, end in recognised]
    first = by_errors(text, times, words, spans)
    return first, by_time(text, times, words, spans, first)


def test_of_two_words_for_which_one_was_recognised_that_which_lasted_longer_was_replaced() -> None:
    for short_first in (True, False):
        edge = 1.2 if short_first else 1.8
        spoken = [("the", 0.0, 0.9), ("a", 1.0, edge), ("part", edge, 2.0), ("is", 2.1, 2.5)]
        recognised = [("the", 0.0, 0.9), ("apart", 1.0, 2.0), ("is", 2.1, 2.5)]
        assert pairs(spoken, recognised) == ([0, 2 if short_first else 1, 3],) * 2
        assert pairs(recognised, spoken)[1] == ([0, None, 1, 2] if short_first else [0, 1, None, 2])


def test_a_word_that_was_missed_before_others_does_not_move_these() -> None:
    """Two were spoken and two recognised: the second of the one is the first of the other, and has been replaced."""
    spoken = [("no", 0.0, 0.3), ("matter", 0.5, 1.0), ("what", 2.0, 2.3)]
    recognised = [("madder", 0.5, 1.0), ("uh", 1.3, 1.5), ("what", 2.0, 2.3)]
    assert pairs(spoken, recognised) == ([0, 1, 2], [1, None, 2])


def test_right_words_are_right_whenever_they_are_spoken() -> None:
    spoken = [("yes", 0.0, 0.3), ("we", 5.0, 5.3), ("can", 5.5, 6.0)]
    recognised = [("yes", 4.0, 4.3), ("he", 5.0, 5.3), ("can", 0.5, 1.0)]
    assert pairs(spoken, recognised) == ([0, 1, 2],) * 2


def test_words_whose_time_is_not_known_or_that_are_spoken_apart_are_paired_in_order() -> None:
    text, words = ["no", "such", "word"], ["know", "sush"]
    assert by_errors(text, [None] * 3, words, [(0, 1), (1, 2)]) == [1, 2]
    assert by_time(text, [None] * 3, words, [(0, 1), (1, 2)], [1, 2]) == [1, 2]
    assert by_time(text, [None, (1, 2), None], words, [(0, 1), (1, 2)], [1, 2]) == [0, 1]
    assert by_time(text, [(5, 6)] * 3, words, [(0, 1), (1, 2)], [None, 2]) == [1, 2]
    assert by_errors([], [], ["uh"], [(0, 1)]) == by_time([], [], ["uh"], [(0, 1)], [None]) == [None]
    assert by_errors(["no"], [(0, 1)], [], []) == by_time(["no"], [(0, 1)], [], [], []) == []


def test_times_agree_by_what_they_have_in_common() -> None:
    assert agreement((1, 2), (1, 2)) == 1 and agreement((1, 2), (1, 3)) == agreement((0, 2), (1, 2)) == 0.5
    assert agreement((1, 2), (2, 3)) == agreement(None, (2, 3)) == 0
    assert -1 < agreement((9, 10), (0, 1)) < agreement((3, 4), (0, 1)) < 0


def spans(count: int) -> st.SearchStrategy[list[Span]]:
    """Return spans in order, side by side or apart."""
    lengths = st.lists(st.floats(0.01, 1.0), min_size=2 * count, max_size=2 * count)
    return lengths.map(lambda each: [(sum(each[: 2 * i]), sum(each[: 2 * i + 1])) for i in range(count)])


@given(st.data(), st.text("abc", max_size=7), st.text("abc", max_size=7))
def test_each_word_is_in_one_pair_and_no_pair_costs_an_error_or_time(
    data: st.DataObject, spoken: str, recognised: str
) -> None:
    times: list[Span | None] = [*data.draw(spans(len(spoken)))]
    for i in data.draw(st.sets(st.integers(0, max(len(spoken) - 1, 0)), max_size=2)):
        times[i : i + 1] = [None] * (i < len(spoken))
    where = data.draw(spans(len(recognised)))
    first = by_errors(spoken, times, recognised, where)
    second = by_time(spoken, times, recognised, where, first)
    for found in (first, second):
        numbers = [i for i in found if i is not None]
        assert numbers == sorted(set(numbers)) and len(found) == len(recognised)
        assert set(numbers) <= set(range(len(spoken)))
    is_right = [pair is not None and spoken[pair] == word for pair, word in zip(first, recognised, strict=True)]
    assert all(a == b for a, b, right in zip(first, second, is_right, strict=True) if right)
    replaced = sum(pair is not None for pair in first) - sum(is_right)
    errors = len(spoken) + len(recognised) - 2 * sum(is_right) - replaced
    if spoken:
        best = jiwer.process_words(" ".join(spoken), " ".join(recognised))
        assert errors == best.substitutions + best.deletions + best.insertions

    def common(found: Pairs) -> float:
        return sum(
            max(agreement(times[pair], span), 0.0)
            for pair, span, right in zip(found, where, is_right, strict=True)
            if pair is not None and not right
        )

    assert common(second) > common(first) - 0.01


def test_the_words_of_a_transcript_have_the_times_at_which_they_are_spoken() -> None:
    recognizer = tiny_recognizer()
    recognizer._spoken = lambda words, changes: words  # type: ignore[method-assign]  # those in tones are wanted here
    sound = sound_of([(kind, 9000, seed) for seed in range(3, 93, 9) for kind in ("noise", "tone")])
    # Pronunciations of words that the lexicon lacks: phones that the sound never has.
    aligner = Aligner(recognizer, lambda words: {word: [["ZH", "OY", "ZH"]] for word in words})
    words = [word for update in transcribe(aligner.recognizer, [sound]) for word in update.words]
    text, seconds = [word.text for word in words], len(sound) / recognizer.config.rate
    middle, more = len(words) // 2, ["xyzzy"] * (LONGEST_ESTIMATED + 1)
    times = spoken_times(aligner, [*text[:middle], *more, *text[middle:]], seconds)
    assert times[middle : middle + len(more)] == [None] * len(more)
    del times[middle : middle + len(more)]
    known = [time for time in times if time is not None]
    assert known == sorted(known) and len(known) == len(words) > 50
    assert np.median([abs(time[0] - word.start) for time, word in zip(known, words, strict=True)]) < 0.05
    assert spoken_times(aligner, ["xyzzy"], seconds) == [None]


def test_a_word_is_judged_by_time_and_by_errors() -> None:
    words = [Word("madder", 0.5, 1.0, 0.5), Word("uh", 1.3, 1.5, 0.5), Word("what", 2.0, 2.3, 0.9)]
    found = judged_words(["no", "matter", "what"], [(0.0, 0.3), (0.5, 1.0), (2.0, 2.3)], words)
    assert [(j.reference, j.overlaps, j.by_errors, j.by_errors_alone, j.right) for j in found] == [
        ("matter", True, "no", "no", False),
        ("", False, "matter", "matter", False),
        ("what", True, "what", "what", True),
    ]
    assert judged_words(["nothing", "recognised"], [None, None], []) == []
