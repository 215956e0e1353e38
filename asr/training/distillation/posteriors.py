"""Write the posteriors of a teacher for recordings: the targets of `asr.training.distillation.student`.

python -m asr.training.distillation.posteriors TEACHER/checkpoint.pt FEATURES POSTERIORS MANIFEST... [--part I/N]

Of each row of 40 ms the 16 most likely units are stored, 64 bytes a row, as shards
(`asr.training.distillation.shards`). The same command continues where it stopped. Recordings without features are left
out, so a manifest should be encoded as a whole first.

The module also moves stored posteriors to another tempo (`stretch_rows`), for recordings whose sound the augmentation
stretches.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from rich.progress import track
from torch import Tensor

from asr.text.phones import BLANK
from asr.training.acoustic.packs import clip_name, manifest_name
from asr.training.distillation import shards
from asr.training.distillation.teacher import read
from asr.training.distillation.teacher_evaluate import posteriors
from asr.training.manifests import read_manifest

KEPT = 16  # units of a row
TOP_UNITS = np.dtype([("unit", np.int16, KEPT), ("logp", np.float16, KEPT)])  # most likely first
MIN_LOGP = -60.0  # stands for ln 0
BATCH = 16  # recordings
CERTAIN = 0.99  # rows whose blank is more likely than this are not moved
MAX_SHIFT = 2  # rows by which a row may move back where its place is taken


def top_units(logp: np.ndarray) -> np.ndarray:
    """Keep the most likely units of each row, with probabilities that sum to 1.

    Args:
        logp: (rows, units) log posteriors.

    Returns:
        (rows,) TOP_UNITS.
    """
    values, units = torch.from_numpy(logp).topk(min(KEPT, logp.shape[1]))
    kept = np.zeros(len(logp), TOP_UNITS)
    kept["logp"] = MIN_LOGP
    kept["unit"][:, : units.shape[1]] = units.numpy()
    kept["logp"][:, : units.shape[1]] = values.log_softmax(-1).numpy().clip(MIN_LOGP)
    return kept


def blank_rows(rows: int) -> np.ndarray:
    """Return (rows,) TOP_UNITS in which the blank is certain."""
    kept = np.zeros(rows, TOP_UNITS)
    kept["unit"] = np.arange(KEPT)
    kept["unit"][:, 0] = BLANK
    kept["logp"] = MIN_LOGP
    kept["logp"][:, 0] = 0.0
    return kept


def moved_rows(blank: np.ndarray, speed: float, rows: int, per_step: int) -> np.ndarray:
    """Find the row of each row after a change of tempo.

    The network outputs the rows of a step from one state and learns which phones belong to the first of them, so a row
    keeps its place within its step. Where two rows would meet, the second moves back by up to MAX_SHIFT rows, or is
    left out.

    Args:
        blank: (n,) bool, rows that are not moved.
        speed: Tempo, 1 for no change.
        rows: After the change.
        per_step: Rows of a step of the network.

    Returns:
        (n,) int64 rows after the change, -1 for none.
    """
    moved = np.full(len(blank), -1)
    last = -1
    for row in np.flatnonzero(~blank).tolist():
        step, within = divmod(row, per_step)
        wanted = int((step + 0.5) / speed) * per_step + within
        place = max(wanted, last + 1)
        if place < rows and place - wanted <= MAX_SHIFT:
            moved[row] = last = place
    return moved


def stretch_rows(kept: np.ndarray, speed: float, rows: int, per_step: int = 2) -> np.ndarray:
    """Move the rows of a recording to another tempo (`moved_rows`); rows in between are blanks.

    Where two adjacent rows have the same most likely unit, the rows between their new places have it too, as a blank
    there would make it a repetition.

    Args:
        kept: (n,) TOP_UNITS.
        speed: Tempo, 1 for no change.
        rows: After the change.
        per_step: Rows of a step of the network.

    Returns:
        (rows,) TOP_UNITS.
    """
    best, p = kept["unit"][:, 0], np.exp(kept["logp"][:, 0].astype(np.float32))
    moved = moved_rows((best == BLANK) & (p > CERTAIN), speed, rows, per_step)
    made = blank_rows(rows)
    for row in np.flatnonzero(moved >= 0).tolist():
        first = moved[row]
        if row and moved[row - 1] >= 0 and best[row - 1] == best[row] != BLANK:
            first = moved[row - 1] + 1
        made[first : moved[row] + 1] = kept[row]
    return made


def pad(items: list[np.ndarray | None], rows: int) -> tuple[Tensor, Tensor, Tensor]:
    """Make a batch of the rows of several recordings.

    Args:
        items: (n,) TOP_UNITS of each, None for unknown ones.
        rows: Of the batch.

    Returns:
        Units (batch, rows, KEPT) int64, their log probabilities, and (batch, rows) bool whether a row is known.
    """
    known = torch.zeros(len(items), rows, dtype=torch.bool)
    whole = np.tile(blank_rows(rows), (len(items), 1))
    for i, item in enumerate(items):
        if item is not None:
            known[i, : len(item)] = True
            whole[i, : len(item)] = item[:rows]
    units = torch.from_numpy(whole["unit"].astype(np.int64))
    return units, torch.from_numpy(whole["logp"].astype(np.float32)), known


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("teacher", type=Path, help="checkpoint of asr.training.distillation.teacher")
    parser.add_argument("features", type=Path, help="folder of asr.training.distillation.whisper")
    parser.add_argument("posteriors", type=Path, help="folder of the shards to write")
    parser.add_argument("manifests", type=Path, nargs="+", help="manifests of the recordings")
    parser.add_argument("--part", **shards.PART_ARGUMENT)
    parser.add_argument("--bfloat16", action="store_true", help="compute in bfloat16: faster where it is native")
    return parser


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    torch.set_num_threads(1)
    model, features = read(args.teacher), shards.read(args.features)
    for manifest in args.manifests:
        name = manifest_name(manifest)
        for stem, run in track(list(shards.missing(args.posteriors / name, read_manifest(manifest), args.part)), name):
            known = [entry for entry in run if clip_name(name, entry) in features]
            known.sort(key=lambda entry: entry["seconds"])
            kept: list[np.ndarray] = []
            for first in range(0, len(known), BATCH):
                clips = [features[clip_name(name, entry)] for entry in known[first : first + BATCH]]
                with torch.autocast("cpu", torch.bfloat16, enabled=args.bfloat16):
                    scores = posteriors(model, clips)
                kept += [top_units(logp) for logp in scores]
            if known:
                shards.write(stem, [entry["audio"] for entry in known], kept)


if __name__ == "__main__":
    main()
