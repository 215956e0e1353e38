"""The grapheme-to-phoneme network: the search finds the best, words do not depend on each other, files are checked."""

import itertools
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from asr.errors import ModelError
from asr.recognizer import SHIPPED
from asr.text.pronounce import LETTERS, G2PNetwork, G2PSizes, GraphemeToPhoneme, equally_long, weight_shapes

PHONES = ("AA", "B", "D")


@pytest.fixture
def model(tmp_path: Path) -> GraphemeToPhoneme:
    torch.manual_seed(3)
    network = G2PNetwork(len(PHONES), G2PSizes(5, 6, 7)).requires_grad_(False)
    for weight in network.parameters():
        weight.mul_(3.0)
    GraphemeToPhoneme(network, PHONES).save(tmp_path / "pronounce.safetensors")
    return GraphemeToPhoneme.load(tmp_path / "pronounce.safetensors")


def scored(model: GraphemeToPhoneme, word: str, phones: tuple[str, ...]) -> float:
    """Return ln p(phones | word) by the whole network at once."""
    letters = torch.tensor([[LETTERS.index(letter) for letter in word]])
    ids = [1 + PHONES.index(phone) for phone in phones]
    with torch.inference_mode():
        logp = model._network(letters, torch.tensor([[0, *ids]]))[0].log_softmax(-1)
    return float(sum(logp[i, symbol] for i, symbol in enumerate([*ids, 0])))


def test_the_search_finds_the_best_of_all_pronunciations_and_their_scores(model: GraphemeToPhoneme) -> None:
    every = [phones for length in range(1, 5) for phones in itertools.product(PHONES, repeat=length)]
    for word in ("ab", "d'oh"):
        best = max(every, key=lambda phones: scored(model, word, phones))
        found = model.pronounce([word], count=3, beam_size=500)[word]
        assert [each.logp for each in found] == sorted((each.logp for each in found), reverse=True)
        for each in found:
            assert each.logp == pytest.approx(scored(model, word, each.phones), abs=1e-4)
        assert found[0].logp >= scored(model, word, best) - 1e-4


def test_words_do_not_depend_on_those_beside_them(model: GraphemeToPhoneme) -> None:
    words = ["".join(letters) for letters in itertools.product("abz'", repeat=3)]
    together = model.pronounce(words, count=2)
    assert list(together) == words
    for word in words[::9]:
        alone = model.pronounce([word], count=2)[word]
        assert [each.phones for each in alone] == [each.phones for each in together[word]]
        assert [each.logp for each in alone] == pytest.approx([each.logp for each in together[word]], abs=1e-4)


def test_words_are_grouped_by_length() -> None:
    batches = list(equally_long(["ccc", "a", "bb", "b", "c"], 2))
    assert batches == [["a", "b"], ["c"], ["bb"], ["ccc"]]


@pytest.mark.parametrize("word", ["", "Ab", "a b", "é"])
def test_other_characters_are_refused(model: GraphemeToPhoneme, word: str) -> None:
    with pytest.raises(ValueError, match="Expected words of the letters"):
        model.pronounce([word])


def test_a_long_word_ends(model: GraphemeToPhoneme) -> None:
    found = model.pronounce(["z" * 60])["z" * 60]
    assert all(1 <= len(each.phones) <= 124 for each in found)


def test_computed_shapes_are_those_of_the_network() -> None:
    for sizes in (G2PSizes(), G2PSizes(5, 6, 7)):
        stored = G2PNetwork(9, sizes).state_dict()
        assert weight_shapes(9, sizes) == {name: tuple(weight.shape) for name, weight in stored.items()}


def test_a_damaged_file_is_refused(model: GraphemeToPhoneme, tmp_path: Path) -> None:
    path = tmp_path / "pronounce.safetensors"
    tensors, metadata = load_file(path), {"layout": "pronounce 1", "phones": "AA B D"}

    def refused(code: str, **changes: torch.Tensor) -> None:
        save_file({**tensors, **changes}, path, metadata)
        with pytest.raises(ModelError) as caught:
            GraphemeToPhoneme.load(path)
        assert caught.value.code == code

    refused("contradiction", **{"output.bias": torch.zeros(9)})
    refused("other-weights", more=torch.zeros(1))
    refused("damaged", **{"bridge.bias": torch.full((7,), np.nan)})
    metadata["phones"] = "AA AA D"
    refused("contradiction")
    metadata["phones"] = "AA"
    refused("contradiction")
    metadata["layout"] = "another"
    refused("other-format")


def test_the_shipped_network_pronounces_words_that_no_dictionary_has() -> None:
    model = GraphemeToPhoneme.load(SHIPPED / "pronounce.safetensors")
    found = model.pronounce(["flimp", "snorbling"], count=3)
    assert found["flimp"][0].phones == ("F", "L", "IH", "M", "P")
    assert found["snorbling"][0].phones[-2:] == ("IH", "NG") and len(found["snorbling"]) == 3
