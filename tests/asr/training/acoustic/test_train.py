"""Batches, augmentation, packs, and the training of an acoustic model."""

import math
import os
import subprocess
import sys
import warnings
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader

from asr.acoustic import model_file
from asr.acoustic.biphones import label_logits, to_units
from asr.acoustic.ctc_crf import Denominator, ctc, trigrams
from asr.acoustic.network import CELLS, AcousticModel
from asr.text.phones import LABELS
from asr.training import checkpoints
from asr.training.acoustic import augment, train, warm_start
from asr.training.acoustic.batches import Epoch, Passes, collate
from asr.training.acoustic.corpus import Corpus
from asr.training.acoustic.losses import greedy, phone_errors
from asr.training.acoustic.packs import Example, Pack, batches, load_pack, noise_examples, trainable_examples
from asr.training.distributed import keep_float32
from tests.support.programs.scripts import ROOT
from tests.support.recognition import needs
from tests.support.recognition.tiny import mel_bank
from tests.support.recognition.training import CONFIG, FOUR, NOISE, write_manifest

SILENCE = math.log(CONFIG.floor)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("augmented", [False, True])
def test_a_batch_is_silent_after_its_sound(augmented: bool, seed: int) -> None:
    fill = torch.full((CONFIG.mels,), -6.0)
    x, lengths, labels, counts = collate(FOUR, CONFIG, NOISE if augmented else None, fill if augmented else None, seed)
    assert torch.isfinite(x).all() and x.min() >= SILENCE - 1e-4
    assert x.shape[1] % CONFIG.stride == 0
    assert x.shape[1] // CONFIG.stride >= -(-int(lengths.max()) // CONFIG.stride) + CONFIG.lookahead
    assert labels.tolist() == [label for item in FOUR for label in item.labels]
    assert counts.tolist() == [3, 4, 2, 5]
    for row, length, item in zip(x, lengths.tolist(), FOUR, strict=True):
        assert (row[length:] == SILENCE).all()
        assert (row[:length] > SILENCE).any()
        if augmented:
            assert len(item.frames) / 1.3 - 1 <= length <= len(item.frames) / 0.75
        else:
            assert torch.equal(row[:length], torch.from_numpy(item.frames.astype(np.float32)))


def test_the_same_seed_is_the_same_batch() -> None:
    fill = torch.full((CONFIG.mels,), -6.0)
    one, again, other = (collate(FOUR, CONFIG, NOISE, fill, seed)[0] for seed in (1, 1, 2))
    assert torch.equal(one, again)
    assert one.shape != other.shape or not torch.equal(one, other)


def test_augmentation_does_not_write_into_its_arguments() -> None:
    x = collate(FOUR, CONFIG, None, None, 0)[0]
    kept, generator = x.clone(), torch.Generator().manual_seed(1)
    lengths = torch.tensor([len(item.frames) for item in FOUR])
    for changed in (
        augment.stretch(x, lengths, generator)[0],
        augment.swap_voice(x, lengths, generator, share=1.0),
        augment.room(x, lengths, generator, share=1.0),
        augment.reverberate(x, generator, share=1.0),
        augment.add_noise(x, NOISE, generator, share=1.0),
        augment.tilt_spectrum(x, generator),
        augment.limit_bandwidth(x, generator, share=1.0),
        augment.mask(x, lengths, torch.zeros(CONFIG.mels), generator),
    ):
        assert changed.shape != x.shape or not torch.equal(changed, x)
        assert torch.equal(x, kept)


def test_voices_are_interpolated() -> None:
    x = collate(FOUR, CONFIG, None, None, 0)[0]
    x[:, :, :32] += torch.arange(4.0)[:, None, None]  # four voices
    lengths = torch.tensor([len(item.frames) for item in FOUR])
    moved = augment.swap_voice(x, lengths, torch.Generator().manual_seed(1), share=1.0)
    for before, after, length in zip(x, moved, lengths.tolist(), strict=True):
        line = np.polyfit(before[:length, 5], after[:length, 5], 1)  # all frames of an item alike: moved and stretched
        assert np.allclose(np.polyval(line, before[:length, 5]), after[:length, 5], atol=1e-3)
        assert 0.79 < line[0] < 1.26
    assert (moved - x).abs().amax() > 0.1
    assert torch.allclose(augment.swap_voice(x, lengths, torch.Generator().manual_seed(1), share=0.0), x, atol=1e-4)


def test_room_noise_is_as_far_below_the_voice_as_in_the_other_recording() -> None:
    x = torch.full((2, 200, 64), -3.0)
    x[:, :40] = -9.0
    x[1, :40] = -23.0
    x[1] += 4  # a louder voice in a quieter room
    noisy = augment.room(x, torch.tensor([200, 200]), torch.Generator().manual_seed(1), share=1.0)
    rise = (noisy - x)[:, :40].mean((1, 2))  # this seed gives each the other's room
    assert 0 <= rise[0] < 0.1 and rise[1] == pytest.approx(14, abs=0.2)  # 20 below the voice, then 6
    assert torch.equal(augment.room(x, torch.tensor([200, 200]), torch.Generator().manual_seed(1), share=0.0), x)


def test_more_masks_leave_less_of_the_sound() -> None:
    x, lengths, fill = torch.ones(8, 1000, 64), torch.full((8,), 1000), torch.zeros(64)
    left = [
        float(augment.mask(x, lengths, fill, torch.Generator().manual_seed(1), often).mean()) for often in (0, 1, 2, 3)
    ]
    assert left == sorted(left, reverse=True) and left[1] - left[3] > 0.1


def test_reverberation_and_noise_only_add_energy() -> None:
    x = collate(FOUR, CONFIG, None, None, 0)[0]
    generator = torch.Generator().manual_seed(1)
    assert (augment.reverberate(x, generator, share=1.0) >= x - 1e-4).all()
    assert (augment.add_noise(x, NOISE, generator, share=1.0) >= x - 1e-4).all()


def test_limited_bandwidth_changes_only_the_high_bands() -> None:
    x = torch.zeros(2, 10, 64)
    limited = augment.limit_bandwidth(x, torch.Generator().manual_seed(1), share=1.0)
    assert (limited[:, :, :44] == 0).all()  # up to 3.3 kHz
    assert (limited[:, :, 51:] < -4).all()  # from 4.2 kHz on


def test_every_item_is_in_one_batch() -> None:
    items = [Example(np.zeros((n, 1), np.float16), np.array([1]), str(n)) for n in range(50, 250)]
    made = list(batches(items, 60, CONFIG, np.random.default_rng(0)))
    assert sorted(int(item.corpus) for group in made for item in group) == list(range(50, 250))
    assert len(made) > 5 and sum(len(group) < 12 for group in made) <= 1  # the last one may be small
    for group in made:
        longest = max(len(item.frames) for item in group)
        assert len(group) <= 12 or longest * len(group) <= 6000


def test_a_layer_can_stay_in_float32_under_autocast() -> None:
    torch.manual_seed(0)
    layer, x, before = torch.nn.GRU(4, 5, batch_first=True), torch.randn(2, 3, 4), torch.zeros(1, 2, 5)
    whole, _ = layer(x, before)
    with torch.autocast("cpu", torch.bfloat16):
        assert not torch.equal(layer(x, before)[0].float(), whole)
        keep_float32(layer)
        assert torch.equal(layer(x, before)[0], whole)


@pytest.mark.filterwarnings("ignore:This DataLoader will create 2 worker processes")  # on a machine with one core
def test_two_processes_make_the_batches_of_one() -> None:
    make = partial(Epoch, FOUR * 4, 1.0, CONFIG, np.zeros((0, CONFIG.mels)), torch.zeros(CONFIG.mels), 1, changed=0.0)
    many = len(make(1))
    alone, both = (
        list(islice(DataLoader(Passes(make, 3), batch_size=None, num_workers=n, prefetch_factor=2), 4 * many))
        for n in (1, 2)
    )
    assert [number for number, _ in alone] == [n for n in (3, 4, 5, 6) for _ in range(many)]
    assert [number for number, _ in both] == [3, 4] * many + [5, 6] * many
    for number in (3, 5):
        for (_, one), (_, two) in zip(
            *([b for b in listed if b[0] == number] for listed in (alone, both)), strict=True
        ):
            assert all(torch.equal(a, b) for a, b in zip(one, two, strict=True))


def test_unusable_examples_are_left_out() -> None:
    prons = {"be": [["B", "IY"]], "bb": [["B", "B"]]}
    texts = ["be", "unheard be", "", "be", "bb", "bb"]
    lens = [16, 50, 50, 2001, 8, 16]  # frames; "be" needs 2 rows, "bb" 3 for the blank between
    pack = Pack(
        np.zeros((sum(lens), 64), np.float16), np.cumsum([0, *lens]), [{"text": t, "corpus": "x"} for t in texts]
    )
    kept = trainable_examples(pack, prons, CONFIG)
    assert len(trainable_examples(pack, prons, CONFIG, held_out=frozenset(["be"]))) == 1
    assert [len(u.frames) for u in kept] == [16, 16]
    assert kept[0].labels.tolist() == [LABELS.index("B"), LABELS.index("IY")]


def test_noise_is_an_example_without_labels() -> None:
    entries = [{"seconds": s, "kind": kind} for s, kind in ((3, "street"), (1, "street"), (3, "room"))]
    quiet = noise_examples(Pack(NOISE, np.array([0, 300, 400, 700]), entries))
    assert [len(item.frames) for item in quiet] == [300]
    x, lengths, labels, counts = collate([FOUR[0], *quiet], CONFIG, None, None, 0)
    assert counts.tolist() == [3, 0] and labels.tolist() == [1, 2, 3]
    logits = torch.zeros(2, x.shape[1] // CONFIG.stride * CONFIG.rows_per_step, len(LABELS), requires_grad=True)
    ctc(logits, -(-lengths // CONFIG.stride) * CONFIG.rows_per_step, labels, counts).backward()
    assert (
        logits.grad is not None and torch.isfinite(logits.grad).all() and (logits.grad[1, 0, 0] < 0)
    )  # towards the blank


def test_greedy() -> None:
    rows = torch.eye(4)[[0, 1, 1, 0, 1, 2, 2, 0, 0, 3]]
    assert greedy(rows) == [1, 1, 2, 3]


@pytest.mark.parametrize(("bottleneck", "mmi"), [(0, False), (8, False), (8, True)])
@pytest.mark.slow
def test_a_tiny_model_learns_four_utterances(bottleneck: int, mmi: bool) -> None:
    torch.manual_seed(1)
    model = AcousticModel(config := replace(CONFIG, bottleneck=bottleneck)).train()
    model.mean.fill_(-8.0)
    model.scale.fill_(0.4)
    optimiser = torch.optim.AdamW(model.parameters(), lr=8e-3)
    x, lengths, labels, counts = collate(FOUR, CONFIG, None, None, 0)
    rows = -(-lengths // CONFIG.stride) * CONFIG.rows_per_step
    late = CONFIG.output_delay_rows
    denominator = Denominator(*trigrams([item.labels for item in FOUR], len(CONFIG.labels))) if mmi else None
    before = phone_errors(model, FOUR, nullcontext, denominator)
    for _ in range(150):
        logits, _, middle = model(x, model.begin(len(x)))
        units = to_units(labels, counts, config)
        loss = ctc(logits[:, late:], rows, units, counts, denominator) + 0.3 * ctc(middle, rows, labels, counts)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        if float(loss.detach()) < 0.02:
            break
    assert before["made"][0] > 50
    after = phone_errors(model, FOUR, nullcontext, denominator)["made"]
    assert after[0] == 0 and after[1] < before["made"][1] / 10
    model.eval()
    with torch.inference_mode():
        scores, _, _ = model(x, model.begin(len(x)))
    for item, row, n in zip(FOUR, scores, rows.tolist(), strict=True):
        assert greedy(label_logits(row[late : late + n], config)) == item.labels.tolist()


@needs.torchaudio
def test_packs_of_two_manifests_do_not_mix(tmp_path: Path) -> None:
    for parent, texts in (("a", ["be"]), ("b", ["be be", "be"])):
        (tmp_path / parent).mkdir()
        write_manifest(tmp_path / parent / "train", texts, 1.0)
    paths = [tmp_path / parent / "train" / "manifest.jsonl" for parent in "ab"]
    one, two = (load_pack(path, CONFIG, tmp_path / "cache", 1) for path in paths)
    assert [entry["text"] for entry in (*one.entries, *two.entries)] == ["be", "be be", "be"]
    assert len(one.frames) == one.begins[-1] < len(two.frames) == two.begins[-1]


@needs.torchaudio
def test_a_pack_is_the_same_where_a_network_computes_in_bfloat16(tmp_path: Path) -> None:
    manifest = write_manifest(tmp_path / "train", ["be"], 1.0)
    with torch.autocast("cpu", torch.bfloat16):
        half = load_pack(manifest, CONFIG, tmp_path / "half", 1)
    assert np.array_equal(half.frames, load_pack(manifest, CONFIG, tmp_path / "whole", 1).frames)


@needs.torchaudio
def test_a_training_that_is_started_again_resumes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    speech = write_manifest(tmp_path / "speech", ["be", "be be"], 1.0)
    other = write_manifest(tmp_path / "noise", [""], 6.0)
    arguments = [
        "train",
        "--train",
        str(speech),
        "--dev",
        str(speech),
        "--noise",
        str(other),
        "--cache",
        str(tmp_path / "cache"),
    ]
    arguments += ["--output", str(tmp_path / "run"), "--width", "8", "--layers", "2"]

    def run(seconds: float) -> dict:
        monkeypatch.setattr(sys, "argv", [*arguments, "--minutes", str(seconds / 60)])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # fork while threads run
            train.main()
        return torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)

    first = run(0.2)
    assert first["update"] >= 1 and first["elapsed"] >= 0.2
    again = run(0.2)  # its time is spent
    assert again["update"] == first["update"]
    assert all(torch.equal(value, again["model"][key]) for key, value in first["model"].items())
    more = run(first["elapsed"] + 0.2)
    assert more["update"] > first["update"] and more["epoch"] > first["epoch"] and more["hours"] > first["hours"]
    assert len((tmp_path / "run" / "log.jsonl").read_text().splitlines()) == 2


@pytest.mark.parametrize(
    ("given", "refused"), [("sea=0.5", "not in --train: sea"), ("speech", "'speech' is not NAME=NUMBER with a number")]
)
@needs.torchaudio
def test_a_share_of_an_unknown_corpus_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    given: str,
    refused: str,
) -> None:
    speech = write_manifest(tmp_path / "speech", ["be"], 1.0)
    other = write_manifest(tmp_path / "noise", [""], 6.0)
    arguments = [
        "train",
        "--train",
        str(speech),
        "--dev",
        str(speech),
        "--noise",
        str(other),
        "--cache",
        str(tmp_path / "cache"),
    ]
    arguments += ["--output", str(tmp_path / "run"), "--width", "8", "--layers", "2", "--seldom", given]
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SystemExit):
        train.main()
    assert refused in capsys.readouterr().err


@needs.torchaudio
def test_too_little_noise_is_refused_with_a_sentence(tmp_path: Path) -> None:
    speech = write_manifest(tmp_path / "speech", ["be"], 1.0)
    with pytest.raises(SystemExit, match="needs more than 500"):
        Corpus.load([speech], speech, speech, [], CONFIG, tmp_path / "cache")


def test_a_network_with_more_lookahead_begins_as_the_smaller_one() -> None:
    torch.manual_seed(0)
    near, far = (AcousticModel(replace(CONFIG, lookahead=steps)) for steps in (2, 4))
    with pytest.raises(ValueError, match="2 steps further ahead"):
        warm_start.initialise_from(near, far.state_dict())
    torch.nn.init.normal_(near.ahead.weight)
    warm_start.initialise_from(far, near.state_dict())
    frames = torch.randn(1, 6 * CONFIG.stride, CONFIG.mels)
    here, there = (net(frames, net.begin())[0] for net in (near.eval(), far.eval()))
    assert torch.allclose(here[:, : -2 * CONFIG.rows_per_step], there[:, 2 * CONFIG.rows_per_step :], atol=1e-6)


def test_a_network_of_pairs_begins_as_the_one_of_labels() -> None:
    torch.manual_seed(0)
    config = replace(CONFIG, bottleneck=6)
    alone, paired = AcousticModel(CONFIG), AcousticModel(config)
    warm_start.initialise_from(paired, alone.state_dict())
    frames = torch.randn(2, 6 * CONFIG.stride, CONFIG.mels)
    labels, pairs = (net(frames, net.begin(2))[0] for net in (alone.eval(), paired.eval()))
    many = len(CONFIG.labels)
    assert labels.shape[-1] == CONFIG.units == many and pairs.shape[-1] == config.units == many**2
    each = pairs.unflatten(-1, (many, many))
    assert torch.allclose(each[..., 0, :], labels, atol=1e-6)
    assert torch.allclose(each[..., :, 1:], labels[..., None, 1:], atol=1e-6)
    # Forty of each phone, and the blank once.
    expected = labels + torch.where(torch.arange(many) == 0, 0.0, math.log(many))
    assert torch.allclose(label_logits(pairs, config), expected, atol=1e-4) and label_logits(labels, CONFIG) is labels


@pytest.mark.parametrize("cell", sorted(CELLS))
def test_a_network_with_more_layers_begins_as_the_smaller_one(cell: str) -> None:
    torch.manual_seed(0)
    low, high = (AcousticModel(replace(CONFIG, cell=cell, layers=layers)) for layers in (2, 4))
    with pytest.raises(ValueError, match="has 4 layers"):
        warm_start.initialise_from(low, high.state_dict())
    with pytest.raises(ValueError, match="another --cell, --width"):
        warm_start.initialise_from(low, AcousticModel(replace(low.config, width=18)).state_dict())
    last = low.norms[2].weight
    assert isinstance(last, torch.Tensor)
    torch.nn.init.normal_(last)
    warm_start.initialise_from(high, low.state_dict())
    frames = torch.randn(1, 6 * CONFIG.stride, CONFIG.mels)
    assert torch.equal(*(net(frames, net.begin())[0] for net in (low.eval(), high.eval())))
    high.train()(frames, high.begin())[0].square().sum().backward()
    assert all(p.grad is not None for p in high.layers.parameters())
    assert any(p.grad is not None and p.grad.any() for p in high.layers[3].parameters())  # the new layer can be trained


@pytest.mark.parametrize("members", [1, 2])
def test_a_training_can_begin_from_a_model_file(members: int, tmp_path: Path) -> None:
    torch.manual_seed(0)
    kept, model = AcousticModel(replace(CONFIG, members=members)), AcousticModel(CONFIG)
    kept.bank.copy_(mel_bank(CONFIG))
    model_file.save(tmp_path / "model.safetensors", kept, "made")
    read = checkpoints.read(tmp_path / "model.safetensors")
    assert read["config"] == kept.config.to_dict()
    warm_start.initialise_from(model, checkpoints.mean([read]))
    found, *originals = (each.layers[0].get_parameter("weight_hh_l0") for each in (model, kept, *kept.others))
    assert len(originals) == members and torch.allclose(found, torch.stack(originals).mean(0), atol=1e-3)


@pytest.mark.parametrize("weight", [0.0, 0.3])
def test_the_auxiliary_loss_in_the_middle_has_the_weight_of_its_option(weight: float) -> None:
    torch.manual_seed(0)
    _, lengths, labels, counts = batch = collate(FOUR, CONFIG, None, None, 0)
    options = SimpleNamespace(agree=0.0, middle=weight)
    training = SimpleNamespace(args=options, config=CONFIG, denominator=None)
    training.rows = partial(train.AcousticTraining.rows, training)  # type: ignore[arg-type]
    rows = training.rows(lengths)
    logits = torch.randn(len(FOUR), int(rows.max()), len(CONFIG.labels))
    middle = torch.randn_like(logits).requires_grad_()
    reported, minimised = train.AcousticTraining.losses(training, batch, logits, middle)  # type: ignore[arg-type]
    minimised.backward()
    assert middle.grad is not None and bool(middle.grad.any()) == bool(weight)
    assert torch.allclose(minimised - reported, weight * ctc(middle, rows, labels, counts))


def test_units_depend_on_the_label_before() -> None:
    labels, counts, config = torch.tensor([5, 6, 6, 2, 9]), torch.tensor([3, 0, 2]), replace(CONFIG, bottleneck=6)
    assert to_units(labels, counts, config).tolist() == [5, 5 * 40 + 6, 6 * 40 + 6, 2, 2 * 40 + 9]
    assert to_units(labels, counts, CONFIG) is labels
    assert not len(to_units(labels[:0], torch.tensor([0]), config))


@pytest.mark.slow
@needs.torchaudio
def test_two_processes_train_one_model(tmp_path: Path) -> None:
    """As torchrun starts them on several GPUs; here on the processor, by gloo."""
    speech = write_manifest(tmp_path / "speech", ["be"] * 40, 1.0)
    other = write_manifest(tmp_path / "noise", [""], 6.0)
    program = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    program += [
        "-m",
        "asr.training.acoustic.train",
        "--train",
        str(speech),
        "--dev",
        str(speech),
        "--noise",
        str(other),
    ]
    program += ["--cache", str(tmp_path / "cache"), "--output", str(tmp_path / "run")]
    program += ["--width", "8", "--layers", "2", "--batch", "16", "--minutes", "0.01"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=300, env=environment)
    assert done.returncode == 0, done.stderr
    kept = torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)
    assert kept["update"] >= 1
    # Each update uses one batch of 16 s in each of the two processes.
    assert kept["hours"] * 3600 > 1.5 * 16 * 0.87 * kept["update"]
    assert len((tmp_path / "run" / "log.jsonl").read_text().splitlines()) == 1  # one of them writes it
