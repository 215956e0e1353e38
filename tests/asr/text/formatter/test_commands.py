"""Spoken commands: marks, lines and "scratch that", in any cutting of the updates."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.text.formatter.stage import MAX_HELD, MAX_PHRASE, Formatter
from asr.updates import Update, Word, shown_words, transcript_text, utterances_of
from tests.support.recognition.streams import SLOW
from tests.support.recognition.tiny import SPOKEN, tiny_formatter


@pytest.fixture(scope="module")
def formatter() -> Formatter:
    return tiny_formatter(silent=True)


def words_of(spoken: str) -> list[Word]:
    return [Word(text, 0.4 * i, 0.4 * i + 0.3, 0.9) for i, text in enumerate(spoken.split())]


def dictate(formatter: Formatter, spoken: str, sizes: tuple[int, ...] = (1,), ahead: int = 0) -> list[Update]:
    """Return the updates of words that become final `sizes` at a time, in turn; `ahead` more are partial."""
    words, done, turn = words_of(spoken), 0, 0
    updates: list[Update] = []
    state = formatter.start(commands=True)
    while done < len(words):
        size = sizes[turn % len(sizes)]
        done, new, turn = done + size, words[done : done + size], turn + 1
        state, made = formatter.step(state, Update(tuple(new), tuple(words[done : done + ahead]), done * 0.4))
        updates += made
    return [*updates, *formatter.finish(state, Update((), (), done * 0.4, True))]


def text_of_dictation(formatter: Formatter, spoken: str, sizes: tuple[int, ...] = (1,)) -> str:
    return transcript_text(utterances_of(dictate(formatter, spoken, sizes)))


CASES = {
    "she was ninety two comma and the third": "She was 92, and the third.\n",
    "she was full stop the third": "She was. The third.\n",
    "was she question mark": "Was she?\n",
    "she was exclamation mark": "She was!\n",
    "the percent colon ninety two": "The percent: 92.\n",
    "she was period new line the third": "She was.\nThe third.\n",
    "she was new paragraph the third": "She was\n\nthe third.\n",
    "she was scratch that jane was": "Jane was.\n",
    "jane was comma she was scratch that smith": "Jane was, Smith.\n",
    "the new line was a long period": "The new line was a long period.\n",
    "new jane was full": "New jane was full.\n",
    "comma she was": ", she was.\n",
}


@pytest.mark.parametrize("spoken", CASES)
@pytest.mark.parametrize("sizes", [(1,), (2,), (3, 1), (40,)])
def test_commands_act(spoken: str, sizes: tuple[int, ...], formatter: Formatter) -> None:
    text = text_of_dictation(formatter, spoken, sizes)
    assert text.lower() == CASES[spoken].lower()


def test_without_the_option_commands_are_words(formatter: Formatter) -> None:
    state = formatter.start()
    words = words_of("she was new line comma")
    (last,) = formatter.finish(state, Update(tuple(words), (), 3.0, True))
    assert [word.shown.strip(".,?").lower() for word in last.words] == ["she", "was", "new", "line", "comma"]


@settings(max_examples=30, **SLOW)
@given(st.lists(st.sampled_from([*SPOKEN, "comma", "full stop", "new line", "scratch that", "new"]), max_size=24))
def test_every_spoken_word_comes_out_once_in_order(formatter: Formatter, parts: list[str]) -> None:
    spoken = " ".join(parts)
    for sizes, ahead in (((1,), 0), ((3, 1, 2), 4)):
        updates = dictate(formatter, spoken, sizes, ahead)
        words = [word for update in updates for word in update.words]
        assert [word.text for word in words] == spoken.split()
        assert all(word.display is not None for word in words)
        assert not any(set(word.display or "") & set(" \n\t") for word in words if word.display != "\n")
        assert sum(word.display == "\n" for word in words) == parts.count("new line")


@settings(max_examples=30, **SLOW)
@given(
    st.lists(st.sampled_from([*SPOKEN, "comma", "full stop", "new line", "scratch that", "new"]), max_size=24),
    st.lists(st.integers(1, 5), min_size=1, max_size=4),
)
def test_commands_act_the_same_however_words_become_final(
    formatter: Formatter, parts: list[str], sizes: list[int]
) -> None:
    spoken = " ".join(parts)
    one = [word for update in dictate(formatter, spoken) for word in update.words]
    other = [word for update in dictate(formatter, spoken, tuple(sizes)) for word in update.words]
    assert [w.text for w in one] == [w.text for w in other]
    hidden = [[word.display == "" for word in words] for words in (one, other)]
    if "scratch that" not in parts:  # what it removes depends on what is final already, as it must
        assert hidden[0] == hidden[1]


def test_what_may_be_removed_waits_and_no_longer(formatter: Formatter) -> None:
    state = formatter.start(commands=True)
    for i, word in enumerate(words_of(" ".join(["she", "was", "the"] * 40))):
        state, _ = formatter.step(state, Update((word,), (), i * 0.4))
        assert len(state.decided) <= MAX_HELD + MAX_PHRASE


def test_a_line_ends_at_the_command_even_in_the_middle_of_an_update(formatter: Formatter) -> None:
    updates = dictate(formatter, "she was new line the third", (6,))
    assert [update.endpoint for update in updates] == [True, False, True]
    assert [word.text for word in updates[0].words] == ["she", "was", "new", "line"]
    assert [word.shown for word in shown_words(updates[0].words)][-1].lower().startswith("was")
