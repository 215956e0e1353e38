"""The formatter obeys the laws of a stream: any cutting, the same written words; what is final never changes."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.pipeline import transcribe
from asr.recognizer import Recognizer
from asr.stream_options import StreamOptions
from asr.text.formatter.inputs import LOOKAHEAD
from asr.text.formatter.stage import MAX_HELD, Formatter, FormatterState
from asr.updates import Update, Word, shown_words, text_of
from tests.support.recognition.streams import BURSTS, SLOW, SPEECH, Burst, leaves, sound_of
from tests.support.recognition.tiny import SPOKEN, spoken_recognizer, tiny_formatter


@pytest.fixture(scope="module")
def formatter() -> Formatter:
    return tiny_formatter()


@pytest.fixture(scope="module")
def recognizer(formatter: Formatter) -> Recognizer:
    return spoken_recognizer(formatter)


def stream(draw: st.DataObject) -> list[Update]:
    """Draw the updates of a stream: its words become partial, then final, with endpoints between them."""
    count = draw.draw(st.integers(0, 40))
    texts = draw.draw(st.lists(st.sampled_from(SPOKEN), min_size=count, max_size=count))
    pauses = draw.draw(st.lists(st.sampled_from((0.0, 0.1, 0.4, 1.2)), min_size=count, max_size=count))
    words, at = [], 0.0
    for text, pause in zip(texts, pauses, strict=True):
        words.append(Word(text, at + pause, at + pause + 0.3, 0.8))
        at += pause + 0.3
    updates, done = [], 0
    while done < count:
        final = draw.draw(st.integers(0, min(4, count - done)))
        partial = draw.draw(st.integers(0, min(6, count - done - final)))
        endpoint = draw.draw(st.integers(0, 5)) == 0
        shown = words[done + final : done + final + partial]
        wrong: bool = draw.draw(st.booleans())
        if wrong:  # a partial that turns out to be so
            shown = [replace(word, text=draw.draw(st.sampled_from(SPOKEN))) for word in shown]
        done += final
        updates.append(Update(tuple(words[done - final : done]), tuple(shown), at, endpoint))
    return updates


def run(formatter: Formatter, updates: Iterable[Update]) -> tuple[list[FormatterState], list[Update]]:
    """Return all states, the first one included, and the updates that the formatter makes of these."""
    states, written = [formatter.start()], []
    for update in updates:
        state, (changed,) = formatter.step(states[-1], update)
        states.append(state)
        written.append(changed)
    return states, written


def finals(updates: Iterable[Update]) -> list[Word]:
    return [word for update in updates for word in update.words]


def plain(words: Iterable[Word]) -> list[Word]:
    return [replace(word, display=None) for word in words]


@pytest.mark.slow
@settings(max_examples=30, **SLOW)
@given(st.data())
def test_words_come_out_in_order_once_each_with_times_and_confidences_of_the_recogniser(
    formatter: Formatter, data: st.DataObject
) -> None:
    updates = stream(data)
    states, written = run(formatter, updates)
    (last,) = formatter.finish(states[-1], Update((), (), 99.0, True))
    assert plain(finals([*written, last])) == finals(updates)
    assert all(word.display is not None for word in finals([*written, last]))
    for raw, update in zip(updates, written, strict=True):
        assert (update.seconds, update.endpoint) == (raw.seconds, raw.endpoint)
        assert text_of(update.words).split() == [word.shown for word in shown_words(update.words)]


@pytest.mark.slow
@settings(max_examples=30, **SLOW)
@given(st.data())
def test_words_that_wait_are_the_front_of_the_partial(formatter: Formatter, data: st.DataObject) -> None:
    """Nothing that was final disappears: it is final again, or at the front of the partial."""
    updates = stream(data)
    _, written = run(formatter, updates)
    for i, update in enumerate(written):
        waiting = finals(updates[: i + 1])[len(finals(written[: i + 1])) :]
        assert plain(update.partial) == [*waiting, *updates[i].partial]
        if update.endpoint:
            assert not waiting


@pytest.mark.slow
@settings(max_examples=30, **SLOW)
@given(st.data())
def test_a_word_waits_for_a_bounded_number_of_words(formatter: Formatter, data: st.DataObject) -> None:
    states, _ = run(formatter, stream(data))
    for state in states:
        assert len(state.waiting) <= LOOKAHEAD
        assert len(state.decided) <= MAX_HELD


def test_a_number_without_an_end_is_written_in_the_end(formatter: Formatter) -> None:
    words = [Word("nineteen", i * 0.3, i * 0.3 + 0.2, 0.9) for i in range(200)]
    states, written = run(formatter, [Update((word,), (), word.end) for word in words])
    assert all(len(state.waiting) + len(state.decided) <= LOOKAHEAD + MAX_HELD for state in states)
    assert len(finals(written)) >= len(words) - LOOKAHEAD - MAX_HELD


@pytest.mark.slow
@settings(max_examples=30, **SLOW)
@given(st.data())
def test_a_step_writes_into_nothing_and_old_states_stay_valid(formatter: Formatter, data: st.DataObject) -> None:
    updates = stream(data)
    states, written = run(formatter, updates)
    before = [leaves(state) for state in states]
    for state, update, expected in zip(states, updates, written, strict=False):
        formatter.finish(state, update)  # an end at any moment changes nothing later
        assert formatter.step(state, update)[1] == (expected,)
    assert [leaves(state) for state in states] == before


@pytest.mark.slow
@settings(max_examples=30, **SLOW)
@given(st.data())
def test_without_wrong_partials_words_are_written_as_if_they_came_alone(
    formatter: Formatter, data: st.DataObject
) -> None:
    """What is partial may only decide earlier how a word is written where the same words become final."""
    updates = stream(data)
    known = finals(updates)
    alone = [replace(update, partial=()) for update in updates]
    states, _ = run(formatter, alone)
    for state in states:
        assert len(state.waiting) + len(state.decided) <= len(known)


@pytest.mark.slow
@settings(max_examples=30, **SLOW)
@given(st.data())
def test_the_end_of_a_stream_ends_a_sentence(formatter: Formatter, data: st.DataObject) -> None:
    updates = stream(data)
    states, _ = run(formatter, updates)
    (last,) = formatter.finish(states[-1], Update((), (), 99.0, True))
    if last.words:
        assert shown_words(last.words)[-1].shown.endswith((".", "?"))


def written_by(recognizer: Recognizer, chunks: list[np.ndarray], formatted: bool = True) -> list[Update]:
    return list(transcribe(recognizer, chunks, StreamOptions(endpoint="short", formatted=formatted)))


@settings(max_examples=12, **SLOW)
@given(BURSTS, st.data())
@pytest.mark.slow
def test_however_the_sound_is_cut_words_are_written_the_same(
    recognizer: Recognizer, bursts: list[Burst], data: st.DataObject
) -> None:
    sound = sound_of(bursts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sound)), max_size=12)))
    whole, cut = written_by(recognizer, [sound]), written_by(recognizer, np.split(sound, cuts))
    assert finals(whole) == finals(cut)
    assert [update.endpoint for update in whole if update.endpoint] == [u.endpoint for u in cut if u.endpoint]
    assert {update.partial for update in whole} == {update.partial for update in cut}


def test_the_tiny_recogniser_gives_words_that_the_rules_write(recognizer: Recognizer) -> None:
    """Otherwise the law of cutting would hold for words that nothing changes."""
    words = finals(written_by(recognizer, [SPEECH, SPEECH]))
    assert len(words) > 5
    assert any(word.display == "" or (word.display or "").strip(".,?") != word.text for word in words)


def test_with_formatting_off_everything_is_as_without_a_formatter(recognizer: Recognizer) -> None:
    without = spoken_recognizer(None)
    assert written_by(recognizer, [SPEECH], formatted=False) == written_by(without, [SPEECH], formatted=False)
    assert written_by(without, [SPEECH]) == written_by(without, [SPEECH], formatted=False)
    assert plain(finals(written_by(recognizer, [SPEECH]))) == finals(written_by(without, [SPEECH]))


@pytest.mark.parametrize("first", [True, False])
def test_formatting_can_be_switched_while_a_stream_runs(recognizer: Recognizer, first: bool) -> None:
    """No word is lost or changes its time; those that wait when it is switched off keep their displays."""
    plain_words = finals(written_by(recognizer, [SPEECH, SPEECH], formatted=False))
    chunks = np.array_split(np.concatenate([SPEECH, SPEECH]), 9)
    for at in (0, 2, 5, 99):
        begin, later = (StreamOptions("short", formatted=formatted) for formatted in (first, not first))
        updates = list(transcribe(recognizer, [*chunks[:at], later, *chunks[at:]], begin))
        words = finals(updates)
        assert plain(words) == plain_words
        formatted = [word.display is not None for word in words]
        assert formatted == sorted(formatted, reverse=first)


def test_commands_can_be_switched_while_a_stream_runs(recognizer: Recognizer) -> None:
    plain_words = finals(written_by(recognizer, [SPEECH, SPEECH], formatted=False))
    chunks = np.array_split(np.concatenate([SPEECH, SPEECH]), 9)
    switched = [StreamOptions("short", spoken_commands=number % 2 == 1) for number in range(len(chunks))]
    words = finals(transcribe(recognizer, [part for pair in zip(switched, chunks, strict=True) for part in pair]))
    assert plain(words) == plain_words
    assert all(word.display is not None for word in words)


def test_the_last_update_of_a_stream_ends_it_when_commands_have_just_been_switched(recognizer: Recognizer) -> None:
    begin, later = (StreamOptions("short", spoken_commands=commands) for commands in (True, False))
    updates = list(transcribe(recognizer, [SPEECH, SPEECH, later], begin))
    assert updates[-1].endpoint and not updates[-1].partial
