"""A text aligned with a recording: all words in order with times, whatever text and sound have more or less."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.alignment.aligner import LONGEST_ESTIMATED, AlignedText, Aligner, Pronounce
from asr.alignment.written_text import TextLine, lines_of
from asr.audio.media import read_file
from asr.errors import TextError
from asr.pipeline import transcribe
from asr.recognizer import Recognizer
from asr.text.pronounce import G2PHypothesis
from asr.updates import Word
from tests.support.programs.scripts import ROOT
from tests.support.recognition.streams import SLOW, check_words, sound_of
from tests.support.recognition.tiny import tiny_recognizer

LETTERS = str.maketrans("0123456789", "abcdefghij")
RECOGNIZER = tiny_recognizer()
RECOGNIZER._spoken = lambda words, changes: words  # type: ignore[method-assign]  # those in its tones are wanted here
RATE = RECOGNIZER.config.rate
SOUND = sound_of([(kind, 9000, seed) for seed in range(3, 93, 9) for kind in ("noise", "tone")])
SECONDS = len(SOUND) / RATE
SPOKEN = [word for update in transcribe(RECOGNIZER, [SOUND]) for word in update.words]


def aligned(text: str, chunks: Sequence[np.ndarray] = (SOUND,), pronounce: Pronounce | None = None) -> AlignedText:
    aligner = Aligner(RECOGNIZER, pronounce)
    assert [word for update in transcribe(aligner.recognizer, chunks) for word in update.words] == SPOKEN
    result = aligner.align(lines_of(text), sum(map(len, chunks)) / RATE)
    check_words(words_of(result), SECONDS)
    return result


def words_of(result: AlignedText) -> list[Word]:
    return [word for utterance in result.utterances for word in utterance.words]


def written(words: Sequence[Word] = SPOKEN, every: int = 8) -> str:
    """Return a text as people write it, a line for some words."""
    lines = [words[i : i + every] for i in range(0, len(words), every)]
    return "\r\n\r\n".join(" ".join(word.text for word in line).capitalize() + "." for line in lines)


def test_the_words_of_the_sound_get_the_times_at_which_they_are_spoken() -> None:
    assert len(SPOKEN) > 50
    result = aligned(written())
    assert " ".join(word.text for word in words_of(result)) == " ".join(written().split())
    assert result.words == len(SPOKEN) and result.found > 0.95 * len(SPOKEN)
    late = [abs(word.start - spoken.start) for word, spoken in zip(words_of(result), SPOKEN, strict=True)]
    assert np.median(late) < 0.05  # random weights: the path of few words has rivals
    assert [u.text for u in result.utterances] == [" ".join(line.split()) for line in written().split("\r\n\r\n")]
    assert all(u.is_line and u.closed for u in result.utterances)


@pytest.mark.slow
def test_a_written_text_of_the_sample_has_the_times_of_its_recognised_words() -> None:
    recognizer = Recognizer.load()
    sound = np.concatenate(list(read_file(ROOT / "assets" / "samples" / "lighthouse.ogg", recognizer.config.rate)))
    aligner = Aligner(recognizer)
    spoken = [word for update in transcribe(aligner.recognizer, [sound]) for word in update.words]
    written = (
        "Every evening, the Keeper climbed \u2014 slowly! \u2014 the narrow stairs to the lamp\r\n(and wrote down "
        "what he saw in a small, GREEN book).\r\n\r\nOn a clear night he could count the lights of 7 villages "
        "along the coast..."
    )
    result = aligner.align(lines_of(written), len(sound) / recognizer.config.rate)
    words = words_of(result)
    assert [u.text for u in result.utterances] == [line for line in written.split("\r\n") if line]
    (unspoken,) = (i for i, word in enumerate(words) if word.confidence == 0)
    assert words[unspoken].text == "slowly! \u2014" and result.found == len(words) - 1
    del words[unspoken]
    for word, known in zip(words, spoken, strict=True):
        assert abs(word.start - known.start) < 0.1
    check_words(words, len(sound) / recognizer.config.rate)


@pytest.mark.slow
@given(st.lists(st.integers(0, len(SOUND)), max_size=4).map(sorted))
@settings(max_examples=5, **SLOW)
def test_however_the_sound_is_cut_the_text_has_the_same_times(cuts: list[int]) -> None:
    assert aligned(written(), np.split(SOUND, cuts)) == aligned(written())


def test_a_text_of_one_line_is_parted_at_pauses() -> None:
    result = aligned(written(every=10**6))
    pauses = [b.start - a.end for u in result.utterances for a, b in zip(u.words, u.words[1:], strict=False)]
    assert max(pauses) < 0.8 and not any(u.is_line for u in result.utterances)


def unspoken(words: Sequence[str]) -> dict[str, list[list[str]]]:
    """Return pronunciations whose phones the sound never has."""
    return {word: [["ZH", "OY", "ZH"]] for word in words}


def test_words_that_are_not_spoken_get_times_between_their_neighbours() -> None:
    texts = [word.text for word in SPOKEN]
    texts[20:20] = ["Xyzzy!", "quux"]
    texts[:0] = texts[len(texts) :] = ["plugh"]
    result = aligned(" ".join(texts), pronounce=unspoken)
    assert [word.text for word in words_of(result)] == texts
    assert not result.unknown and not result.left_out
    assert result.found + result.estimated == len(texts) and 4 <= result.estimated < 8
    assert {words_of(result)[i].confidence for i in (0, 21, 22, -1)} == {0.0}


def test_a_passage_that_is_not_spoken_is_left_out_and_named() -> None:
    passage = " ".join(["xyzzy"] * (LONGEST_ESTIMATED + 1))
    middle = len(SPOKEN) // 2
    text = "\n".join([written(SPOKEN[:middle]), "", passage, written(SPOKEN[middle:])])
    result = aligned(text, pronounce=unspoken)
    (gone,) = result.left_out
    assert passage.startswith(gone.text) and gone.words == LONGEST_ESTIMATED + 1
    assert text.splitlines()[gone.line - 1] == passage
    assert len(words_of(result)) + gone.words == result.words


def test_sound_that_the_text_lacks_is_passed_over() -> None:
    third = len(SPOKEN) // 3
    kept = [*SPOKEN[:third], *SPOKEN[2 * third :]]
    words = words_of(aligned(written(kept)))
    late = [abs(word.start - spoken.start) for word, spoken in zip(words, kept, strict=True)]
    assert np.median(late[:third]) < 0.05 and np.median(late[third:]) < 0.05


@pytest.mark.slow
def test_of_sound_that_was_ended_the_text_up_to_there_is_kept(shipped: Recognizer) -> None:
    """With the shipped model: random weights repeat the same few words, among which no end can be found."""
    sound = np.concatenate(list(read_file(ROOT / "assets" / "samples" / "lighthouse.ogg", shipped.config.rate)))
    text = " ".join(word.shown for update in transcribe(shipped, [sound]) for word in update.words if word.shown)
    half = sound[: len(sound) // 2]
    aligner = Aligner(shipped)
    count = sum(len(update.words) for update in transcribe(aligner.recognizer, [half]))
    result = aligner.align(lines_of(text), len(half) / shipped.config.rate, cut_short=True)
    check_words(words_of(result), len(half) / shipped.config.rate)
    kept = [word.text for word in words_of(result)]
    assert not result.left_out and kept == text.split()[: len(kept)] and abs(len(kept) - count) <= 2


def test_the_text_of_another_recording_and_sound_without_speech_are_refused() -> None:
    aligner = Aligner(RECOGNIZER)
    for _ in transcribe(aligner.recognizer, [SOUND]):
        pass
    with pytest.raises(TextError) as error:
        aligner.align([TextLine(1, tuple(f"chapter{n}" for n in range(50)))], SECONDS)
    assert error.value.code == "other-text"
    for _ in transcribe(aligner.recognizer, [SOUND[:100]]):
        pass
    with pytest.raises(TextError) as error:
        aligner.align(lines_of("word1 word2"), 0.01)
    assert error.value.code == "no-speech"


def test_pronunciations_of_unknown_words_are_those_that_are_given() -> None:
    """The text spells some words in another way, and the sound is found by the pronunciation that is given for it."""
    spelling = {word.text: "zz" + word.text[4:].translate(LETTERS) for word in SPOKEN if word.text.startswith("word1")}
    labels = RECOGNIZER._lexicon.labels
    spelt = RECOGNIZER._lexicon.pronunciations(spelling)
    assert spelt
    asked: list[str] = []

    def pronounce(words: Sequence[str]) -> dict[str, list[list[str]]]:
        asked.extend(words)
        return {spelling[word]: [[labels[i] for i in p] for p in found] for word, found in spelt.items()}

    class Network:
        """What the network of a recogniser would say; it knows letters alone."""

        def pronounce(self, words: Sequence[str], count: int) -> dict[str, list[G2PHypothesis]]:
            found = pronounce(words)
            return {word: [G2PHypothesis(tuple(each), -1.0) for each in found[word][:count]] for word in words}

    with_network = tiny_recognizer()
    with_network._decoder.pronouncer = Network()  # type: ignore[assignment]
    for aligner in (Aligner(RECOGNIZER, pronounce), Aligner(with_network)):
        asked.clear()
        for _ in transcribe(aligner.recognizer, [SOUND]):
            pass
        text = " ".join(spelling.get(word.text, word.text) for word in SPOKEN)
        result = aligner.align(lines_of(text), SECONDS)
        assert not result.unknown and set(asked) == set(spelling.values())
        late = [abs(word.start - spoken.start) for word, spoken in zip(words_of(result), SPOKEN, strict=True)]
        assert np.median(late) < 0.05
