"""Which of its pronunciations was each word said with? A trained network hears it, and the next training learns it:

python -m asr.training.acoustic.align .work/first/checkpoint.pt TRAIN/manifest.jsonl WEAK/manifest.jsonl \\
        --cache .work/cache

The checkpoint may be a model file, too.

CMUdict gives "the", "a", "and", "to" and a thousand more words several pronunciations. Training takes the first of
them until this command has written the ones heard into the feature packs of the manifests (as GMM systems do when
they align anew), beside the loss a phone, by which texts that were guessed wrong can be left out (`--doubt` of
asr.training.acoustic.train), and where the words lie, so that they can be put together anew (`--splice`).
"""

import argparse
import itertools
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from rich.progress import track
from torch import Tensor
from torch.nn import functional as F

from asr.acoustic.biphones import label_logits
from asr.acoustic.config import Config
from asr.acoustic.network import AcousticModel
from asr.text.phones import BLANK
from asr.training import checkpoints
from asr.training.acoustic.losses import outputs
from asr.training.acoustic.packs import Example, load, stem
from asr.training.acoustic.viterbi import viterbi
from asr.training.text.pronounce import Pronouncer, Pronunciation

GAIN = 0.5  # ln by which another pronunciation must explain the sound better than the usual one


def losses(logp: Tensor, sequences: list[list[int]]) -> Tensor:
    """CTC losses of several label sequences for the same (rows, labels) log posteriors."""
    counts = torch.tensor([len(sequence) for sequence in sequences])
    return F.ctc_loss(
        logp[:, None].expand(-1, len(sequences), -1), torch.tensor([i for s in sequences for i in s]),
        torch.full((len(sequences),), len(logp)), counts, blank=BLANK, reduction="none",
    )  # fmt: skip


def heard(
    logp: Tensor, words: list[tuple[Pronunciation, ...]], ids: dict[str, int]
) -> tuple[list[Pronunciation], float]:
    """The words as they were most likely said, and the loss for each of their phones.

    Every variant is tried with all other words said the usual way: words are chosen as if they were independent.
    """
    said = [variants[0] for variants in words]
    tried = [(i, variant) for i, variants in enumerate(words) for variant in variants[1:]]
    takes = [said, *([*said[:i], variant, *said[i + 1 :]] for i, variant in tried)]
    spelt = [[ids[phone] for word in take for phone in word] for take in takes]
    usual, *others = losses(logp, spelt).tolist()
    best = {i: usual - GAIN for i, _ in tried}
    for (i, variant), loss in zip(tried, others, strict=True):
        if loss < best[i]:
            best[i], said[i] = loss, variant
    phones = [phone for word in said for phone in word]
    return said, float(losses(logp, [[ids[p] for p in phones]])[0]) / max(len(phones), 1)


def cuts(logp: Tensor, words: Sequence[Sequence[int]], frames: np.ndarray, tick: int) -> list[tuple[int, int]]:
    """Where an utterance may be cut between words: the frame, and how many labels stand before it.

    `logp` (rows, labels), a row for `tick` frames; `words` are labels. Between the last row of a word's last label and
    the first of the next one's first (Viterbi path), the quietest frame.
    """
    said = np.array([label for word in words for label in word])
    path = viterbi(logp.numpy(), said)
    begins = [int(np.flatnonzero(path == i)[0]) for i in range(len(said))]  # rows of each label
    ends = [int(np.flatnonzero(path == i)[-1]) for i in range(len(said))]
    loudness = frames.astype(np.float32).mean(1)
    found = []
    for count in itertools.accumulate(len(word) for word in words[:-1]):
        first, last = ends[count - 1] * tick + tick // 2, begins[count] * tick + tick // 2
        if first < len(frames):
            found.append((first + int(loudness[first : last + 1].argmin()), count))
    return found


def posteriors(model: AcousticModel, frames: list[np.ndarray]) -> list[Tensor]:
    """Log posteriors (rows, labels) of recordings of alike lengths."""
    items = [Example(f, np.zeros(0, np.int64), "") for f in frames]
    return [label_logits(logits, model.config).log_softmax(-1) for logits in outputs(model, items)]


def align(model: AcousticModel, manifest: Path, cache: Path, batch: int = 16) -> None:
    """Write `phones`, `loss` and `cuts` into the entries of a manifest's pack."""
    pack = load(manifest, model.config, cache)
    said = Pronouncer()(word for entry in pack.entries for word in entry["text"].split())
    ids = {label: i for i, label in enumerate(model.config.labels)}
    tick = model.config.stride // model.config.rows_per_step
    lengths = np.diff(pack.begins)
    order = [i for i in np.argsort(lengths) if all(word in said for word in pack.entries[i]["text"].split())]
    for at in track(range(0, len(order), batch), manifest.parent.name):
        some = order[at : at + batch]
        frames = [pack.frames[pack.begins[i] : pack.begins[i + 1]] for i in some]
        for i, logp in zip(some, posteriors(model, frames), strict=True):
            entry = pack.entries[i]
            words, entry["loss"] = heard(logp, [said[word] for word in entry["text"].split()], ids)
            entry["phones"] = [phone for word in words for phone in word]
            if np.isfinite(entry["loss"]):  # else there are too few rows for the labels
                spelt = [[ids[phone] for phone in word] for word in words]
                entry["cuts"] = cuts(logp, spelt, pack.frames[pack.begins[i] : pack.begins[i + 1]], tick)
    path = stem(manifest, model.config, cache).with_suffix(".json")
    path.write_text(json.dumps({"lens": lengths.tolist(), "entries": pack.entries}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("manifests", type=Path, nargs="+")
    parser.add_argument("--cache", type=Path, default=Path(".work/cache"), help="folder of feature packs")
    args = parser.parse_args()
    kept = checkpoints.read(args.checkpoint)
    model = AcousticModel(Config.from_dict(kept["config"]))
    model.load_state_dict(kept["model"], strict=False)  # a model file has no middle scores
    for manifest in args.manifests:
        align(model.eval(), manifest, args.cache)


if __name__ == "__main__":
    main()
