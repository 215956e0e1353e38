"""Align known phones with the rows of the acoustic model (Viterbi): the first targets of a teacher.

python -m asr.training.distillation.paths MODEL PATHS TRAIN/manifest.jsonl --alignments .work/alignments.jsonl

The phones are those of the alignment files (`asr.training.acoustic.align`), or the most usual pronunciations where
there is no alignment. PATHS/<manifest>/<corpus> receives shards (`asr.training.distillation.shards`) of (rows,) int16:
for each row of 40 ms its unit (`asr.acoustic.biphones`) on the most likely path, 0 for the blank. Recordings that are
too short for their phones have no rows.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from rich.progress import track

from asr.acoustic.biphones import to_units
from asr.acoustic.config import Config
from asr.acoustic.network import AcousticModel
from asr.alignment.viterbi import NONE, viterbi
from asr.text.phones import BLANK
from asr.training import alignments, checkpoints, fast_gru
from asr.training.acoustic.losses import outputs
from asr.training.acoustic.packs import Example, Pack, clip_name, load_pack, trainable_examples
from asr.training.alignments import ManifestAlignments
from asr.training.distillation import shards
from asr.training.text.pronounce import Pronouncer

BATCH = 16  # recordings


def unit_paths(model: AcousticModel, items: list[Example]) -> list[np.ndarray]:
    """Return the units of the rows of each example, (rows,) int16; (0,) where its labels do not fit.

    Args:
        model: Trained, in evaluation mode.
        items: Examples of similar lengths, computed as one batch.
    """
    paths = []
    for item, logits in zip(items, outputs(model, items), strict=True):
        labels = torch.from_numpy(item.labels)
        units = to_units(labels, torch.tensor([len(labels)]), model.config).numpy()
        try:
            path = viterbi(logits.log_softmax(-1).numpy(), units)
        except ValueError:
            paths.append(np.zeros(0, np.int16))
            continue
        paths.append(np.where(path == NONE, BLANK, np.append(units, BLANK)[path]).astype(np.int16))
    return paths


def write_paths(model: AcousticModel, pack: Pack, folder: Path, corpus: str, aligned: ManifestAlignments) -> None:
    """Write the shards of one corpus of a pack that are still missing.

    Args:
        model: Trained, in evaluation mode.
        pack: Recordings and their texts.
        folder: Of all shards.
        corpus: Whose recordings are aligned.
        aligned: Alignments of the manifest.
    """
    entries = [entry for entry in pack.entries if entry["corpus"] == corpus]
    pronunciations = Pronouncer()(word for entry in entries for word in entry["text"].split())
    examples = trainable_examples(pack, pronunciations, model.config, alignments=aligned)
    items = {item.name: item for item in examples}
    for stem, run in track(list(shards.missing(folder / pack.name / corpus, entries)), f"{pack.name} {corpus}"):
        known = [entry for entry in run if clip_name(pack.name, entry) in items]
        known.sort(key=lambda entry: entry["seconds"])
        paths: list[np.ndarray] = []
        for first in range(0, len(known), BATCH):
            group = known[first : first + BATCH]
            paths += unit_paths(model, [items[clip_name(pack.name, entry)] for entry in group])
        if known:
            shards.write(stem, [entry["audio"] for entry in known], paths)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="trained network: a checkpoint or a model file")
    parser.add_argument("paths", type=Path, help="folder of the shards to write")
    parser.add_argument("manifests", type=Path, nargs="+", help="manifests of recordings to align")
    parser.add_argument(
        "--alignments", type=Path, nargs="+", default=[], help="files of asr.training.acoustic.align: pronunciations"
    )
    parser.add_argument("--corpus", nargs="+", help="align only recordings of these corpora")
    parser.add_argument("--cache", type=Path, default=Path(".work/cache"), help="folder of feature packs")
    parser.add_argument("--bfloat16", action="store_true", help="compute in bfloat16: faster where it is native")
    return parser


def main() -> None:
    """Run the command."""
    parser = make_parser()
    args = parser.parse_args()
    checkpoint = checkpoints.read(args.model)
    model = AcousticModel(Config.from_dict(checkpoint["config"]))
    model.load_state_dict(checkpoint["model"], strict=False)  # a model file has no middle output
    try:
        aligned = alignments.load(args.alignments, args.manifests, model.config)
    except ValueError as error:
        parser.error(str(error))
    fast_gru.accelerate(model.layers)
    for manifest in args.manifests:
        pack = load_pack(manifest, model.config, args.cache)
        for corpus in args.corpus or sorted({entry["corpus"] for entry in pack.entries}):
            with torch.autocast("cpu", torch.bfloat16, enabled=args.bfloat16):
                write_paths(model.eval(), pack, args.paths, corpus, aligned.get(manifest, {}))


if __name__ == "__main__":
    main()
