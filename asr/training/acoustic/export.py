"""Export a checkpoint as a model file.

python -m asr.training.acoustic.export .work/first/checkpoint.pt assets/model/model.safetensors --name en-1 \\
    --speech TRAIN/manifest.jsonl --prior 0.3 --blank 1.0

A search needs the likelihood of the sound given a label, not the posterior of the label given the sound; by Bayes'
rule, the posterior divided by the label's prior (Bourlard & Morgan 1994; for CTC, Miao et al. 2015, EESEN, section
3.3). A share `--prior` of the phones' log priors, measured on `--speech`, and a penalty `--blank` on the blank, whose
posterior CTC inflates, are subtracted from the biases of the last layer, so they cost nothing when recognising.

Several checkpoints or model files of one network, where one training continued another, are averaged: the mean of their
weights makes fewer errors than each of them (Wortsman et al. 2022, "Model soups", arXiv 2203.05482). Of an ensemble all
networks are.

With `--beside FILE` the model is an ensemble: its scores are the means of those of this network and of that in FILE. It
makes fewer errors still, for the size and the computing of two. Both must have units in the same rows, as networks have
where one training continued the other.
"""

import argparse
import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from asr.acoustic import model_file
from asr.acoustic.biphones import label_logits
from asr.acoustic.config import Config
from asr.acoustic.network import AcousticModel, weights
from asr.text.phones import BLANK
from asr.training import checkpoints
from asr.training.acoustic.mel_bank import mel_bank
from asr.training.acoustic.packs import Pack, load_pack


@torch.inference_mode()
def priors(model: AcousticModel, pack: Pack, recordings: int = 400) -> Tensor:
    """Return the logarithm of the mean posterior of each label, (labels,), over about `recordings` of a pack."""
    c = model.config
    total, rows = torch.zeros(len(c.labels)), 0
    for i in range(0, len(pack.entries), max(1, len(pack.entries) // recordings)):
        frames = torch.from_numpy(np.asarray(pack.frames[pack.begins[i] : pack.begins[i + 1]], dtype=np.float32))
        logits, _, _ = model(frames[None, : len(frames) // c.stride * c.stride], model.begin())
        posteriors = label_logits(logits[0, c.output_delay_rows :], c).softmax(-1)
        total += posteriors.sum(0)
        rows += len(posteriors)
    return (total / rows).log()


@torch.no_grad()
def penalise(model: AcousticModel, logp: Tensor, prior: float, blank: float) -> None:
    """Subtract priors and a blank penalty from the logits, by changing the biases of the last layer.

    Args:
        model: Changed in place.
        logp: (labels,) log priors.
        prior: Share of the phones' log priors, relative to their mean, that is subtracted.
        blank: Subtracted from the logit of the blank, in nats.
    """
    is_phone = torch.arange(len(logp)) != BLANK
    shift = torch.where(is_phone, prior * (logp - logp[is_phone].mean()), torch.tensor(blank))
    bias = model.head.bias
    assert bias is not None
    bias.sub_(shift.repeat(model.config.rows_per_step))


def ensemble(first: AcousticModel, second: AcousticModel) -> AcousticModel:
    """Return a model whose scores are the means of those of two networks.

    Raises:
        ValueError: They do not have one configuration, or one of them is an ensemble.
    """
    if first.config != second.config or first.config.members > 1:
        raise ValueError("an ensemble needs two single networks of one configuration")
    model = AcousticModel(replace(first.config, members=2))
    others = {f"others.0.{name}": value for name, value in weights(second).items()}
    model.load_state_dict(weights(first) | others, strict=False)
    model.bank.copy_(first.bank)
    return model.eval().requires_grad_(False)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "checkpoint", type=Path, nargs="+", help="checkpoint or model file; of several, the mean of their weights"
    )
    parser.add_argument("output", type=Path, help="model file to write (*.safetensors)")
    parser.add_argument("--name", required=True, help="name of the model, shown by the program")
    parser.add_argument("--speech", type=Path, help="manifest to measure the phones' priors on")
    parser.add_argument("--prior", type=float, default=0.0, help="share of the log priors to subtract; needs --speech")
    parser.add_argument("--blank", type=float, default=0.0, help="penalty on the blank, in nats")
    parser.add_argument("--cache", type=Path, default=Path(".work/cache"), help="folder of feature packs")
    parser.add_argument(
        "--beside", type=Path, help="model file of another network; the model becomes an ensemble of both"
    )
    parser.add_argument("--small", action="store_true", help="store weights in one byte instead of two")
    return parser


def main() -> None:
    """Run the command."""
    parser = make_parser()
    args = parser.parse_args()
    if args.prior and not args.speech:
        parser.error("--prior needs --speech, the recordings to measure the priors on")
    read = [checkpoints.read(path) for path in args.checkpoint]
    try:
        mean = checkpoints.mean(read)
    except ValueError as error:
        parser.error(str(error))
    model = AcousticModel(Config.from_dict({**read[0]["config"], "members": 1})).eval()
    keys = model.load_state_dict(mean, strict=False)
    if keys.unexpected_keys or not all(key.startswith("middle.") for key in keys.missing_keys):
        parser.error("the weights are not those of the network that the first checkpoint describes")
    model.bank.copy_(mel_bank(model.config))
    logp = torch.zeros(len(model.config.labels))
    if args.prior:
        logp = priors(model, load_pack(args.speech, model.config, args.cache))
    penalise(model, logp, args.prior, args.blank)
    if args.beside:
        try:
            model = ensemble(model, model_file.load(args.beside)[0])
        except ValueError as error:
            parser.error(str(error))
    model_file.save(args.output, model, args.name, args.small)
    digest = hashlib.sha256(args.output.read_bytes()).hexdigest()
    print(f"{args.output}: {args.output.stat().st_size / 1e6:.1f} MB, sha256 {digest}")
    for path, checkpoint in zip(args.checkpoint, read, strict=True):
        if "update" in checkpoint:  # a model file has no record of its training
            print(f"{path}: " + "update {update}, {hours:.1f} h in {elapsed:.0f} s, seed {seed}".format(**checkpoint))


if __name__ == "__main__":
    main()
