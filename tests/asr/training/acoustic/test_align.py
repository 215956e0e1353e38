"""Alignment: the choice of pronunciations, cut points, and the use of both in training."""

import numpy as np
import pytest
import torch

from asr.training.acoustic import align
from asr.training.acoustic.packs import Pack, trainable_examples
from asr.training.alignments import Alignment
from tests.support.recognition.tiny import tiny_config, tiny_model

IDS = {"<b>": 0, "DH": 1, "AH": 2, "IY": 3, "K": 4}
THE, KEY = (("DH", "AH"), ("DH", "IY")), (("K", "IY"),)


def sound(*labels: str) -> torch.Tensor:
    """Return log posteriors in which each label is certain in one row, with blanks between."""
    rows = [row for label in labels for row in (IDS[label], 0)]
    return (torch.eye(len(IDS))[rows] * 8).log_softmax(-1)


@pytest.mark.parametrize("spoken", THE)
def test_the_pronunciation_in_the_sound_is_chosen(spoken: tuple[str, ...]) -> None:
    words, loss = align.choose_pronunciations(sound(*spoken, "K", "IY"), [THE, KEY], IDS)
    assert words == [spoken, ("K", "IY")]
    assert loss < 0.1


def test_sound_that_fits_no_pronunciation_keeps_the_usual_one_and_has_a_large_loss() -> None:
    words, loss = align.choose_pronunciations(sound("K", "K", "K"), [THE], IDS)
    assert words == [("DH", "AH")]
    assert loss > 3


def test_words_are_cut_where_it_is_quiet_between_them() -> None:
    frames = np.zeros((64, 8), np.float16)  # 16 rows of 4: DH in row 0, AH in 2, K in 4 and so on
    frames[13], frames[17], frames[27] = -9, -5, -3  # between AH and K, in K, between IY and DH
    words = [[IDS[phone] for phone in word] for word in (("DH", "AH"), ("K", "IY"), ("DH", "IY"))]
    logp = sound("DH", "AH", "K", "IY", "DH", "IY")
    assert align.cut_points(logp, words, frames, 4) == [(13, 2), (27, 4)]
    assert align.cut_points(logp, [words[0], [*words[1], *words[2]]], frames, 4) == [(13, 2)]
    assert align.cut_points(logp, [[label for word in words for label in word]], frames, 4) == []


def test_posteriors_do_not_depend_on_other_recordings_of_the_batch() -> None:
    model = tiny_model().eval()
    mels = model.config.mels
    short, long = (np.random.default_rng(i).normal(-6, 2, (n, mels)).astype(np.float16) for i, n in enumerate((37, 90)))
    (alone,), (beside, _) = (list(align.posteriors(model, some)) for some in ([short], [short, long]))
    assert torch.allclose(alone, beside, atol=1e-5)


def test_training_uses_aligned_phones_and_leaves_out_large_losses() -> None:
    entries: list[dict] = [{"audio": f"{i}.wav", "text": "the", "corpus": "made"} for i in range(3)]
    found = {"0.wav": Alignment(("DH", "IY"), 0.5), "2.wav": Alignment(("DH", "AH"), 2.5)}
    config = tiny_config()
    pack = Pack(np.zeros((120, config.mels), np.float16), np.array([0, 40, 80, 120]), entries)
    examples = trainable_examples(pack, {"the": THE}, config, alignments=found, max_loss=1.0)
    names = [[config.labels[i] for i in item.labels] for item in examples]
    assert names == [["DH", "IY"], ["DH", "AH"]]


def test_alignments_in_the_entries_of_an_old_pack_are_not_used() -> None:
    """Version 0.2 wrote phones, losses and cuts into the cache of packs."""
    entries = [
        {"audio": "a.wav", "text": "the", "corpus": "made", "phones": ["DH", "IY"], "loss": 9.0, "cuts": [[1, 1]]}
    ]
    config = tiny_config()
    pack = Pack(np.zeros((40, config.mels), np.float16), np.array([0, 40]), entries)
    (item,) = trainable_examples(pack, {"the": THE}, config, max_loss=1.0)
    assert [config.labels[i] for i in item.labels] == ["DH", "AH"] and item.cuts == ()
