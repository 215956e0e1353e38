"""The file of a user's language: what is counted, kept, joined, and refused."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from asr.errors import LanguageError
from asr.user.language import UserLanguage
from asr.user.vocabulary import Vocabulary

NEW = Vocabulary.parse("Kubernetes = K UW B ER N EH T IY Z = K Y UW B\n")
TEXT = [["we", "run", "kubernetes"], ["we", "run"], ["run"], ["so", "we", "run"]]
LANGUAGE = UserLanguage.of(TEXT, ["run", "we", "kubernetes"], NEW, ["a.md", "b.txt"])


def occurrences(language: UserLanguage) -> dict[tuple[str, ...], int]:
    """Return the counts by texts."""
    triples = [tuple(language.words[number] for number in gram) for gram in language.grams.tolist()]
    return dict(zip(triples, language.counts.tolist(), strict=True))


def test_triples_are_counted_within_sentences() -> None:
    assert occurrences(LANGUAGE) == {
        ("<s>", "we", "run"): 2,
        ("we", "run", "kubernetes"): 1,
        ("run", "kubernetes", "</s>"): 1,
        ("we", "run", "</s>"): 2,
        ("<s>", "run", "</s>"): 1,
        ("<s>", "<unk>", "we"): 1,
        ("<unk>", "we", "run"): 1,
    }
    assert LANGUAGE.size == 9


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "new" / "work.language"
    LANGUAGE.save(path)
    loaded = UserLanguage.load(path)
    assert loaded == LANGUAGE and hash(loaded) == hash(LANGUAGE) and loaded.sources == ("a.md", "b.txt")
    assert occurrences(loaded) == occurrences(LANGUAGE)
    assert [(e.written, len(e.sounds)) for e in loaded.new_words.entries] == [("Kubernetes", 2)]
    assert path.stat().st_mode & 0o077 == 0 and [p.name for p in path.parent.iterdir()] == ["work.language"]
    empty = UserLanguage.of([], [])
    empty.save(path)
    assert UserLanguage.load(path) == empty != LANGUAGE and not UserLanguage.load(path)


def test_two_languages_become_one() -> None:
    other = UserLanguage.of([["we", "walk"], ["we", "run"]], ["we", "walk", "run"], Vocabulary.parse("Grothmir = G R"))
    both = LANGUAGE.merged(other, times=3)
    assert occurrences(both) == occurrences(LANGUAGE) | {
        ("<s>", "we", "run"): 5,
        ("we", "run", "</s>"): 5,
        ("<s>", "we", "walk"): 3,
        ("we", "walk", "</s>"): 3,
    }
    assert [entry.written for entry in both.new_words.entries] == ["Kubernetes", "Grothmir"]
    assert both.size == LANGUAGE.size + 3 * other.size


def test_a_file_that_cannot_be_read_or_written_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(LanguageError, match=r"No language file at .*missing\.language") as caught:
        UserLanguage.load(tmp_path / "missing.language")
    assert caught.value.code == "missing"
    (tmp_path / "file").write_text("x")
    with pytest.raises(LanguageError, match="cannot be written"):
        LANGUAGE.save(tmp_path / "file" / "work.language")
    for content in (b"", b"no tensors at all", b"\xff" * 64):
        (tmp_path / "bad.language").write_bytes(content)
        with pytest.raises(LanguageError, match="is damaged"):
            UserLanguage.load(tmp_path / "bad.language")


def damages() -> dict[str, dict[str, np.ndarray]]:
    """Return by name tensors in the place of right ones."""
    text = "\n".join(LANGUAGE.words)
    lowest = LANGUAGE.grams.astype(np.uint16)
    return {
        "other first words": {"words": np.frombuffer(text.replace("<s>", "s").encode(), np.uint8)},
        "a word twice": {"words": np.frombuffer(text.replace("kubernetes", "we").encode(), np.uint8)},
        "a control character": {"words": np.frombuffer(text.replace("we", "w\x1b").encode(), np.uint8)},
        "no text": {"words": np.full(9, 255, np.uint8)},
        "an id that is no word": {"grams": np.maximum(lowest, 9)},
        "not sorted": {"grams": np.ascontiguousarray(lowest[::-1])},
        "twice the same": {"grams": np.repeat(lowest[:1], len(lowest), 0)},
        "an end inside": {"grams": np.vstack([lowest[:-1], [[4, 1, 4]]]).astype(np.uint16)},
        "a count of none": {"counts": np.zeros(len(lowest), np.uint32)},
        "counts of others": {"counts": np.ones(len(lowest) + 1, np.uint32)},
        "another type": {"counts": np.ones(len(lowest), np.float32)},
        "no entries": {"new_words": np.frombuffer(b"C++", np.uint8)},
    }


@pytest.mark.parametrize("name", damages())
def test_a_damaged_language_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "work.language"
    LANGUAGE.save(path)
    save_file(load_file(path) | damages()[name], path, {"layout": "user language 1"})
    with pytest.raises(LanguageError, match="damaged"):
        UserLanguage.load(path)
