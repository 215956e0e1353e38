"""Turn a checkpoint of training into the file that ships:

python -m asr.training.export .work/first/checkpoint.pt assets/model/model.safetensors --name en-1
"""

import argparse
import hashlib
from pathlib import Path

import torch

from asr import checkpoint
from asr.config import Config
from asr.model import AcousticModel


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--name", required=True, help="what the program calls the model")
    args = parser.parse_args()
    kept = torch.load(args.checkpoint, weights_only=True)
    model = AcousticModel(Config.from_dict(kept["config"]))
    model.load_state_dict(kept["model"])
    checkpoint.save(args.output, model, args.name)
    digest = hashlib.sha256(args.output.read_bytes()).hexdigest()
    print(f"{args.output}: {args.output.stat().st_size / 1e6:.1f} MB, sha256 {digest}")
    print("update {update}, {heard:.1f} h heard in {elapsed:.0f} s, seed {seed}".format(**kept))


if __name__ == "__main__":
    main()
