"""A vocabulary is read from a text file; what is wrong with a line is a sentence that names it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.errors import VocabularyError
from asr.limits import LIMITS
from asr.user.vocabulary import NO_VOCABULARY, Entry, Sound, Vocabulary

TEXT = """\
\ufeff# colleagues
McAllister
Nguyen = win = N UW1 Y EH N   # two sounds

Kaduna Bay = kah-doona bay
C++ = see plus plus :1.5
C# = see sharp
Battery Park :2
Zoë = Z OW | IY
O’Brien
"""


def test_entries_sounds_weights_and_comments() -> None:
    entries = Vocabulary.parse(
        TEXT.removeprefix("\ufeff").replace("Zoë = Z OW | IY", "Zoë May = Z OW IY | M EY")
    ).entries
    assert [entry.written for entry in entries] == [
        *("McAllister", "Nguyen", "Kaduna Bay", "C++", "C#", "Battery Park", "Zoë May", "O’Brien"),
    ]
    assert [entry.line for entry in entries] == [2, 3, 5, 6, 7, 8, 9, 10]
    assert [entry.weight for entry in entries] == [1, 1, 1, 1.5, 1, 2, 1, 1]
    sounds = {entry.written: entry.sounds for entry in entries}
    assert sounds["Nguyen"] == ((Sound(("win",)),), (Sound(("N", "UW", "Y", "EH", "N"), True),))
    assert sounds["Kaduna Bay"] == ((Sound(("kah", "doona")), Sound(("bay",))),)
    assert sounds["C++"] == ((Sound(("see", "plus", "plus")),),)
    assert sounds["Zoë May"] == ((Sound(("Z", "OW", "IY"), True), Sound(("M", "EY"), True)),)
    assert sounds["McAllister"] == ()


def test_a_file_may_have_any_line_ends_and_a_mark_of_its_encoding(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_bytes("\ufeffone\r\ntwo\rthree\n".encode())
    assert [(entry.written, entry.line) for entry in Vocabulary.read(path).entries] == [
        ("one", 1),
        ("two", 2),
        ("three", 3),
    ]


WRONG = {
    "GPT4": "not-spelt",
    "C++": "not-spelt",
    "AT&T": "not-spelt",
    "Łódź": "not-spelt",
    "Москва": "not-spelt",
    "...": "not-spelt",
    "= win": "no-word",
    "Nguyen =": "no-sound",
    "Nguyen = ж": "no-sound",
    "Nguyen = 4 you": "no-sound",
    "Kaduna Bay = kah doona bay": "other-words",
    "Kaduna Bay = K AA | D UW | B EY": "other-words",
    "Kaduna :x": "bad-weight",
    "Kaduna :": "bad-weight",
    "Kaduna :0": "bad-weight",
    "Kaduna :99": "bad-weight",
    "Kaduna :nan": "bad-weight",
    "a b c d e f g h i": "too-long",
    "x" * 61: "too-long",
    "x = " + "ab " * 40: "too-long",
    "x\x07y": "control-character",
}


@pytest.mark.parametrize(("line", "code"), WRONG.items())
def test_what_is_wrong_with_a_line_is_said_with_its_number(line: str, code: str) -> None:
    with pytest.raises(VocabularyError) as caught:
        Vocabulary.parse(f"# names\nfine\n{line}\n", "names.txt")
    assert caught.value.code == code
    assert "names.txt, line 3" in str(caught.value)


def test_files_that_are_no_text_too_large_or_missing(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    with pytest.raises(VocabularyError, match=r"names\.txt cannot be read: No such file"):
        Vocabulary.read(path)
    path.write_bytes(b"one\ntwo\xff\n")
    with pytest.raises(VocabularyError, match="Line 2"):
        Vocabulary.read(path)
    path.write_bytes(b"\n" * (int(LIMITS["vocabulary bytes"][1]) + 1))
    with pytest.raises(VocabularyError, match="larger than"):
        Vocabulary.read(path)
    most = int(LIMITS["vocabulary entries"][1])
    assert len(Vocabulary.parse("word\n" * most).entries) == most
    with pytest.raises(VocabularyError) as caught:
        Vocabulary.parse("word\n" * (most + 1))
    assert caught.value.code == "too-many"


@pytest.mark.slow
@given(st.text(max_size=60))
def test_any_text_is_a_vocabulary_or_an_error(text: str) -> None:
    try:
        entries = Vocabulary.parse(text).entries
    except VocabularyError as error:
        assert str(error)
        return
    for entry in entries:
        assert entry.words and all(word and word.isprintable() for word in entry.words)
        assert all(len(sound) == len(entry.words) for sound in entry.sounds)
        assert (
            Vocabulary.parse(entry.written + "".join(_spelt(s) for s in entry.sounds)).entries[0].words == entry.words
        )


def _spelt(sounds: tuple[Sound, ...]) -> str:
    """Write the sounds of an entry as a line has them."""
    if sounds[0].phones:
        return " = " + " | ".join(" ".join(sound.parts) for sound in sounds)
    return " = " + " ".join("-".join(sound.parts) for sound in sounds)


def test_equal_vocabularies_are_equal_and_empty_ones_false() -> None:
    assert Vocabulary.parse("a\nb") == Vocabulary.parse("a\nb") and hash(Vocabulary.parse("a")) == hash(
        Vocabulary.parse("a")
    )
    assert not NO_VOCABULARY and not Vocabulary.parse("# nothing") and Vocabulary.parse("a")
    assert Vocabulary((Entry(("a",)),)).entries[0].written == "a"
