"""Turn a checkpoint of training into the file that ships:

python -m asr.training.acoustic.export .work/first/checkpoint.pt assets/model/model.safetensors --name en-1 \\
    --speech TRAIN/manifest.jsonl --prior 0.3 --blank 1.0

What the search wants to know is how likely the sound is under a label, not the label under the sound; by Bayes, the
posterior over the label's prior (Bourlard & Morgan 1994; for CTC, Miao et al. 2015, EESEN, section 3.3). A share
`--prior` of the phones' priors, measured on `--speech`, and a penalty `--blank` on the blank, whose posterior CTC
inflates, are taken off the biases of the last layer; so they cost nothing and travel in the model file.

Of several checkpoints of one network, one trained on from the other, the mean of the weights ships: they lie in one
basin, and its middle errs less than either (Wortsman et al. 2022, "Model soups", arXiv 2203.05482).
"""

import argparse
import hashlib
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from asr.acoustic import model_file
from asr.acoustic.biphones import label_logits
from asr.acoustic.config import Config
from asr.acoustic.network import AcousticModel
from asr.text.phones import BLANK
from asr.training import checkpoints
from asr.training.acoustic.mel_bank import mel_bank
from asr.training.acoustic.packs import Pack, load


@torch.inference_mode()
def priors(model: AcousticModel, pack: Pack, recordings: int = 400) -> Tensor:
    """(labels,) ln of the mean posterior over some recordings, evenly chosen."""
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
    """Take `prior` times its ln prior, about the phones' mean, off the logits of each phone, `blank` off the blank."""
    label_logits = torch.arange(len(logp)) != BLANK
    shift = torch.where(label_logits, prior * (logp - logp[label_logits].mean()), torch.tensor(blank))
    bias = model.head.bias
    assert bias is not None
    bias.sub_(shift.repeat(model.config.rows_per_step))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path, nargs="+", help="or model file; several: the mean of their weights")
    parser.add_argument("output", type=Path)
    parser.add_argument("--name", required=True, help="what the program calls the model")
    parser.add_argument("--speech", type=Path, help="manifest to measure the phones' priors on")
    parser.add_argument("--prior", type=float, default=0.0, help="share of the priors to take off; needs --speech")
    parser.add_argument("--blank", type=float, default=0.0, help="ln to take off the blank")
    parser.add_argument("--cache", type=Path, default=Path(".work/cache"), help="folder of feature packs")
    parser.add_argument("--small", action="store_true", help="a byte a weight instead of two")
    args = parser.parse_args()
    if args.prior and not args.speech:
        parser.error("--prior needs --speech, the recordings to measure the priors on")
    kept = [checkpoints.read(path) for path in args.checkpoint]
    try:
        weights = checkpoints.mean(kept)
    except ValueError as error:
        parser.error(str(error))
    model = AcousticModel(Config.from_dict(kept[0]["config"])).eval()
    absent = model.load_state_dict(weights, strict=False).missing_keys
    assert all(key.startswith("middle.") for key in absent), absent  # only training needs those
    model.bank.copy_(mel_bank(model.config))
    logp = torch.zeros(len(model.config.labels))
    if args.prior:
        logp = priors(model, load(args.speech, model.config, args.cache))
    penalise(model, logp, args.prior, args.blank)
    model_file.save(args.output, model, args.name, args.small)
    digest = hashlib.sha256(args.output.read_bytes()).hexdigest()
    print(f"{args.output}: {args.output.stat().st_size / 1e6:.1f} MB, sha256 {digest}")
    for path, terms in zip(args.checkpoint, kept, strict=True):
        if "update" in terms:  # a model file does not say
            print(f"{path}: " + "update {update}, {heard:.1f} h heard in {elapsed:.0f} s, seed {seed}".format(**terms))


if __name__ == "__main__":
    main()
