"""The pronunciation that is in the sound is the one that is learnt."""

import numpy as np
import pytest
import torch

from asr.training.acoustic import align
from asr.training.acoustic.packs import Pack, utterances
from tests.tiny import tiny_config, tiny_model

IDS = {"<b>": 0, "DH": 1, "AH": 2, "IY": 3, "K": 4}
THE, KEY = (("DH", "AH"), ("DH", "IY")), (("K", "IY"),)


def sound(*labels: str) -> torch.Tensor:
    """Log posteriors in which each label is sure for one row, with blanks between."""
    rows = [row for label in labels for row in (IDS[label], 0)]
    return (torch.eye(len(IDS))[rows] * 8).log_softmax(-1)


@pytest.mark.parametrize("said", THE)
def test_the_variant_that_sounds_is_chosen(said):
    words, loss = align.heard(sound(*said, "K", "IY"), [THE, KEY], IDS)
    assert words == [said, ("K", "IY")]
    assert loss < 0.1


def test_what_fits_no_variant_keeps_the_usual_one_and_is_doubted():
    words, loss = align.heard(sound("K", "K", "K"), [THE], IDS)
    assert words == [("DH", "AH")]
    assert loss > 3


def test_words_are_cut_where_it_is_quiet_between_them():
    frames = np.zeros((64, 8), np.float16)  # 16 rows of 4: DH in row 0, AH in 2, K in 4 and so on
    frames[13], frames[17], frames[27] = -9, -5, -3  # between AH and K, in K, between IY and DH
    words = [[IDS[phone] for phone in word] for word in (("DH", "AH"), ("K", "IY"), ("DH", "IY"))]
    logp = sound("DH", "AH", "K", "IY", "DH", "IY")
    assert align.cuts(logp, words, frames, 4) == [(13, 2), (27, 4)]
    assert align.cuts(logp, [words[0], [*words[1], *words[2]]], frames, 4) == [(13, 2)]
    assert align.cuts(logp, [[label for word in words for label in word]], frames, 4) == []


def test_a_recording_beside_longer_ones_is_heard_as_if_alone():
    model = tiny_model().eval()
    mels = model.config.mels
    short, long = (np.random.default_rng(i).normal(-6, 2, (n, mels)).astype(np.float16) for i, n in enumerate((37, 90)))
    (alone,), (beside, _) = (list(align.posteriors(model, some)) for some in ([short], [short, long]))
    assert torch.allclose(alone, beside, atol=1e-5)


def test_training_takes_the_phones_that_were_heard_and_leaves_out_what_is_doubtful():
    entries = [
        {"text": "the", "corpus": "made", "phones": ["DH", "IY"], "loss": 0.5},
        {"text": "the", "corpus": "made"},
        {"text": "the", "corpus": "made", "phones": ["DH", "AH"], "loss": 2.5},
    ]
    config = tiny_config()
    pack = Pack(np.zeros((120, config.mels), np.float16), np.array([0, 40, 80, 120]), entries)
    found = utterances(pack, {"the": THE}, config, doubt=1.0)
    names = [[config.labels[i] for i in item.labels] for item in found]
    assert names == [["DH", "IY"], ["DH", "AH"]]
