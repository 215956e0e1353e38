"""Export: priors are the mean posteriors, and subtracting them changes each logit by its own prior."""

import numpy as np
import pytest
import torch

from asr.text.phones import BLANK
from asr.training.acoustic.export import ensemble, penalise, priors
from asr.training.acoustic.packs import Pack
from asr.training.checkpoints import mean
from tests.support.recognition.tiny import tiny_model


def pack(recordings: int = 3, frames: int = 64) -> Pack:
    rng = np.random.default_rng(0)
    made = rng.normal(-6, 2, (recordings * frames, 64)).astype(np.float16)
    return Pack(made, np.arange(recordings + 1) * frames, [{}] * recordings)


def test_priors_are_the_mean_posterior() -> None:
    model = tiny_model()
    logp = priors(model, pack())
    assert torch.allclose(logp.exp().sum(), torch.tensor(1.0))
    # A label that the head always prefers has nearly all of it.
    with torch.no_grad():
        model.head.bias.view(model.config.rows_per_step, -1)[:, 7] += 1000
    assert priors(model, pack())[7] > -1e-3


def test_penalties_change_the_logits_by_their_values() -> None:
    model = tiny_model()
    frames = torch.from_numpy(pack().frames[:64].astype(np.float32))[None]
    before, _, _ = model(frames, model.begin())
    logp = priors(model, pack())
    penalise(model, logp, prior=0.3, blank=1.5)
    after, _, _ = model(frames, model.begin())
    moved = (before - after).mean((0, 1))
    assert torch.allclose(moved[BLANK], torch.tensor(1.5), atol=1e-4)
    phones = torch.arange(len(logp)) != BLANK
    assert torch.allclose(moved[phones], 0.3 * (logp[phones] - logp[phones].mean()), atol=1e-4)
    assert abs(float(moved[phones].mean())) < 1e-3  # the phones as a whole keep their place


def test_no_penalty_is_no_change() -> None:
    model = tiny_model()
    bias = model.head.bias.clone()
    penalise(model, torch.zeros(len(model.config.labels)), 0.0, 0.0)
    assert torch.equal(model.head.bias, bias)


def test_the_mean_of_checkpoints_has_the_mean_of_all_weights() -> None:
    models = [tiny_model(), tiny_model()]
    with torch.no_grad():
        for weight in models[1].parameters():
            weight.add_(0.5)
    kept = [{"config": model.config.to_dict(), "model": model.state_dict()} for model in models]
    mixed = mean(kept)
    for key, weight in models[0].state_dict().items():
        moved = 0.0 if key in ("mean", "scale") else 0.25
        assert torch.allclose(mixed[key], weight + moved, atol=1e-6), key
    assert all(torch.equal(weight, mean(kept[:1])[key]) for key, weight in kept[0]["model"].items())
    with pytest.raises(ValueError, match="different terms"):
        mean([kept[0], kept[1] | {"config": kept[1]["config"] | {"lookahead": 9}}])


def test_the_mean_of_an_ensemble_is_that_of_its_networks() -> None:
    models = [tiny_model(), tiny_model()]
    with torch.no_grad():
        for weight in models[1].parameters():
            weight.add_(0.5)
    kept = [{"config": model.config.to_dict(), "model": model.state_dict()} for model in (*models, ensemble(*models))]
    expected = mean(kept[:2])
    for found in (mean(kept[2:]), mean(kept)):
        shipped = [key for key in expected if not key.startswith("middle.")]  # no model file has the others
        assert set(shipped) <= set(found) <= set(expected)
        assert all(torch.allclose(expected[key], found[key], atol=1e-6) for key in shipped)
