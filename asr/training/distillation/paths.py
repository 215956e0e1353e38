"""Align known phones with the rows of our acoustic model (Viterbi): a teacher's first targets.

python -m asr.training.distillation.paths MODEL PATHS TRAIN/manifest.jsonl --cache .work/cache

The phones are those that training takes: as asr.training.acoustic.align found them, if it was run before, else the
dictionary's first. PATHS/<manifest>/<corpus> receives, as shards (asr.training.distillation.shards), (rows,) int16: the
unit (asr.acoustic.biphones) of each row of 40 ms on the likeliest path, 0 for the blank; no rows for a clip that is
too short for its phones.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from rich.progress import track

from asr.acoustic.biphones import to_units
from asr.acoustic.config import Config
from asr.acoustic.network import AcousticModel
from asr.text.phones import BLANK
from asr.training import checkpoints
from asr.training.acoustic.losses import outputs
from asr.training.acoustic.packs import Example, Pack, clip_name, load, utterances
from asr.training.acoustic.viterbi import NO_UNIT, viterbi
from asr.training.distillation import shards
from asr.training.text.pronounce import Pronouncer

BATCH = 16  # clips


def aligned(model: AcousticModel, items: list[Example]) -> list[np.ndarray]:
    """Return for clips of alike lengths the units of their rows, (rows,) int16; (0,) where the labels do not fit."""
    found = []
    for item, logits in zip(items, outputs(model, items), strict=True):
        labels = torch.from_numpy(item.labels)
        units = to_units(labels, torch.tensor([len(labels)]), model.config).numpy()
        try:
            path = viterbi(logits.log_softmax(-1).numpy(), units)
        except ValueError:
            found.append(np.zeros(0, np.int16))
            continue
        found.append(np.where(path == NO_UNIT, BLANK, np.append(units, BLANK)[path]).astype(np.int16))
    return found


def write(model: AcousticModel, pack: Pack, folder: Path, corpus: str) -> None:
    """Write the paths of a pack's clips of one corpus that are still missing below `folder`."""
    listed = [entry for entry in pack.entries if entry["corpus"] == corpus]
    pronunciations = Pronouncer()(word for entry in listed for word in entry["text"].split())
    items = {item.name: item for item in utterances(pack, pronunciations, model.config)}
    for stem, run in track(list(shards.missing(folder / pack.name / corpus, listed)), f"{pack.name} {corpus}"):
        known = [entry for entry in run if clip_name(pack.name, entry) in items]
        known.sort(key=lambda entry: entry["seconds"])
        paths: list[np.ndarray] = []
        for first in range(0, len(known), BATCH):
            paths += aligned(model, [items[clip_name(pack.name, entry)] for entry in known[first : first + BATCH]])
        if known:
            shards.write(stem, [entry["audio"] for entry in known], paths)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="checkpoint or model file")
    parser.add_argument("paths", type=Path, help="folder of the shards")
    parser.add_argument("manifests", type=Path, nargs="+")
    parser.add_argument("--corpus", nargs="+", help="clips of these corpora only")
    parser.add_argument("--cache", type=Path, default=Path(".work/cache"), help="folder of feature packs")
    args = parser.parse_args()
    kept = checkpoints.read(args.model)
    model = AcousticModel(Config.from_dict(kept["config"]))
    model.load_state_dict(kept["model"], strict=False)  # a model file has no middle scores
    for manifest in args.manifests:
        pack = load(manifest, model.config, args.cache)
        for corpus in args.corpus or sorted({entry["corpus"] for entry in pack.entries}):
            write(model.eval(), pack, args.paths, corpus)


if __name__ == "__main__":
    main()
