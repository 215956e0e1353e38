"""Write a teacher's posteriors of speech, the targets of asr.training.distillation.student:

python -m asr.training.distillation.posteriors TEACHER/checkpoint.pt FEATURES POSTERIORS MANIFEST... [--part I/N]

Of each row of 40 ms the KEPT likeliest units are kept: an array of TOP, 64 bytes a row, as shards
(asr.training.distillation.shards). The same command continues where it stopped. Clips without features are left out,
so encode a whole manifest first.

`stretched` moves them to another tempo, for clips whose sound is stretched by the augmentation.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from rich.progress import track
from torch import Tensor

from asr.text.phones import BLANK
from asr.training.acoustic.packs import clip_name, entries, identity
from asr.training.distillation import shards, teacher
from asr.training.distillation.teacher_evaluate import posteriors

KEPT = 16
TOP = np.dtype([("unit", np.int16, KEPT), ("logp", np.float16, KEPT)])
NEVER = -60.0  # ln of a probability that is as good as 0
BATCH = 16  # clips
SURE = 0.99  # a row whose blank is likelier than this is not moved
FURTHEST = 2  # rows by which a row may be moved back where its place is taken


def top(logp: np.ndarray) -> np.ndarray:
    """Keep the likeliest units of (rows, units) log posteriors: (rows,) of TOP, likeliest first, sums 1."""
    values, units = torch.from_numpy(logp).topk(min(KEPT, logp.shape[1]))
    kept = np.zeros(len(logp), TOP)
    kept["logp"] = NEVER
    kept["unit"][:, : units.shape[1]] = units.numpy()
    kept["logp"][:, : units.shape[1]] = values.log_softmax(-1).numpy().clip(NEVER)
    return kept


def blank_rows(rows: int) -> np.ndarray:
    """Return rows of TOP in which the blank is certain."""
    kept = np.zeros(rows, TOP)
    kept["unit"] = np.arange(KEPT)
    kept["unit"][:, 0] = BLANK
    kept["logp"] = NEVER
    kept["logp"][:, 0] = 0.0
    return kept


def places(blank: np.ndarray, speed: float, rows: int, outputs: int) -> np.ndarray:
    """Map the rows of a clip to those of the clip at `speed` times its tempo: (n,) int64, -1 for none.

    `blank` (n,) marks rows that are not mapped. The network scores the `outputs` rows of a step from one state and
    learns which phones fall on the first of them, so a row keeps its place within its step. Where two rows would fall
    on one, the second is moved back by up to FURTHEST rows, or left out.
    """
    at = np.full(len(blank), -1)
    last = -1
    for row in np.flatnonzero(~blank).tolist():
        step, within = divmod(row, outputs)
        wanted = int((step + 0.5) / speed) * outputs + within
        place = max(wanted, last + 1)
        if place < rows and place - wanted <= FURTHEST:
            at[row] = last = place
    return at


def stretched(kept: np.ndarray, speed: float, rows: int, outputs: int = 2) -> np.ndarray:
    """Map a clip's rows of TOP to `rows` rows of the clip at `speed` times its tempo (`places`); others are blanks.

    Where two adjacent rows have the same likeliest unit, the rows between their new places have it too: a blank there
    would make it a repetition.
    """
    best, p = kept["unit"][:, 0], np.exp(kept["logp"][:, 0].astype(np.float32))
    at = places((best == BLANK) & (p > SURE), speed, rows, outputs)
    made = blank_rows(rows)
    for row in np.flatnonzero(at >= 0).tolist():
        first = at[row]
        if row and at[row - 1] >= 0 and best[row - 1] == best[row] != BLANK:
            first = at[row - 1] + 1
        made[first : at[row] + 1] = kept[row]
    return made


def padded(items: list[np.ndarray | None], rows: int) -> tuple[Tensor, Tensor, Tensor]:
    """Batch rows of TOP: units (batch, rows, KEPT) int64, their ln p, and (batch, rows) whether a row is known."""
    whole = np.stack([np.concatenate([item[:rows], blank_rows(rows - len(item[:rows]))]) if item is not None
                      else blank_rows(rows) for item in items])  # fmt: skip
    known = torch.zeros(len(items), rows, dtype=torch.bool)
    for i, item in enumerate(items):
        known[i, : 0 if item is None else len(item)] = True
    units = torch.from_numpy(whole["unit"].astype(np.int64))
    return units, torch.from_numpy(whole["logp"].astype(np.float32)), known


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("teacher", type=Path, help="checkpoint of asr.training.distillation.teacher")
    parser.add_argument("features", type=Path, help="folder of asr.training.distillation.whisper")
    parser.add_argument("posteriors", type=Path, help="folder of the shards to write")
    parser.add_argument("manifests", type=Path, nargs="+")
    parser.add_argument("--part", type=shards.part, default=(0, 1), metavar="I/N", help="every Nth shard, from I on")
    args = parser.parse_args()
    torch.set_num_threads(1)
    model, features = teacher.read(args.teacher), shards.read(args.features)
    for manifest in args.manifests:
        name = identity(manifest)
        for stem, run in track(list(shards.missing(args.posteriors / name, entries(manifest), args.part)), name):
            run = [entry for entry in run if clip_name(name, entry) in features]
            run.sort(key=lambda entry: entry["seconds"])
            found: list[np.ndarray] = []
            for first in range(0, len(run), BATCH):
                clips = [features[clip_name(name, entry)] for entry in run[first : first + BATCH]]
                found += [top(logp) for logp in posteriors(model, clips)]
            if not run:
                continue
            shards.write(stem, [entry["audio"] for entry in run], found)


if __name__ == "__main__":
    main()
