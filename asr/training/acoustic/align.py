"""Align recordings with a trained network: choose the pronunciation of each word and find where words meet.

python -m asr.training.acoustic.align .work/first/checkpoint.pt TRAIN/manifest.jsonl WEAK/manifest.jsonl \\
        --output .work/alignments.jsonl

The network may be a checkpoint or a model file. The next training reads the result: `asr.training.acoustic.train
--alignments .work/alignments.jsonl`.

CMUdict gives "the", "a", "and", "to" and a thousand more words several pronunciations. Without alignments, training
takes the first of them; with alignments, the one that fits the sound best, as GMM systems do when they realign. The
file also holds the loss per phone, by which utterances with wrong text can be left out (`--doubt`), and the cut points
between words, from which new sentences can be spliced (`--splice`). `asr.training.alignments` describes it.
"""

import argparse
import itertools
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
from asr.alignment.viterbi import NONE, viterbi
from asr.text.phones import BLANK
from asr.training import alignments, checkpoints, fast_gru
from asr.training.acoustic.losses import outputs
from asr.training.acoustic.packs import Example, load_pack
from asr.training.alignments import Alignment
from asr.training.text.pronounce import Pronouncer, Pronunciation

MIN_GAIN = 0.5  # nats by which another pronunciation must fit better than the most usual one


def sequence_losses(logp: Tensor, sequences: list[list[int]]) -> Tensor:
    """Return the CTC losses of several label sequences for the same recording.

    Args:
        logp: (rows, labels) log posteriors.
        sequences: n lists of labels.

    Returns:
        (n,) losses in nats.
    """
    counts = torch.tensor([len(sequence) for sequence in sequences])
    targets = torch.tensor([label for sequence in sequences for label in sequence])
    rows = torch.full((len(sequences),), len(logp))
    expanded = logp[:, None].expand(-1, len(sequences), -1)
    return F.ctc_loss(expanded, targets, rows, counts, blank=BLANK, reduction="none")


def choose_pronunciations(
    logp: Tensor, words: list[tuple[Pronunciation, ...]], ids: dict[str, int]
) -> tuple[list[Pronunciation], float]:
    """Choose the pronunciation of each word that fits the sound best.

    Each variant is tried with the most usual pronunciation of all other words, so words are chosen independently.

    Args:
        logp: (rows, labels) log posteriors.
        words: For each word its pronunciations, the most usual first.
        ids: Phone -> label.

    Returns:
        The chosen pronunciations, and the CTC loss per phone in nats.
    """
    chosen = [variants[0] for variants in words]
    variants_tried = [(i, variant) for i, variants in enumerate(words) for variant in variants[1:]]
    readings = [chosen, *([*chosen[:i], variant, *chosen[i + 1 :]] for i, variant in variants_tried)]
    sequences = [[ids[phone] for word in reading for phone in word] for reading in readings]
    usual, *others = sequence_losses(logp, sequences).tolist()
    best = {i: usual - MIN_GAIN for i, _ in variants_tried}
    for (i, variant), loss in zip(variants_tried, others, strict=True):
        if loss < best[i]:
            best[i], chosen[i] = loss, variant
    phones = [ids[phone] for word in chosen for phone in word]
    return chosen, float(sequence_losses(logp, [phones])[0]) / max(len(phones), 1)


def cut_points(logp: Tensor, words: Sequence[Sequence[int]], frames: np.ndarray, tick: int) -> list[tuple[int, int]]:
    """Find where an utterance may be cut between words.

    A cut is at the quietest frame between the last row of a word's last label and the first row of the next word's
    first label, on the Viterbi path.

    Args:
        logp: (rows, labels) log posteriors.
        words: The labels of each word.
        frames: (frames, mels) log-mel energies.
        tick: Frames in a row.

    Returns:
        Pairs of the frame and the number of labels before it.
    """
    labels = np.array([label for word in words for label in word])
    path = viterbi(logp.numpy(), labels)
    label_rows = np.flatnonzero(path != NONE)
    numbers = np.arange(len(labels))
    first_rows = label_rows[np.searchsorted(path[label_rows], numbers)].tolist()
    last_rows = label_rows[np.searchsorted(path[label_rows], numbers, side="right") - 1].tolist()
    loudness = frames.astype(np.float32).mean(1)
    cuts = []
    for count in itertools.accumulate(len(word) for word in words[:-1]):
        first, last = last_rows[count - 1] * tick + tick // 2, first_rows[count] * tick + tick // 2
        if first < len(frames):
            cuts.append((first + int(loudness[first : last + 1].argmin()), count))
    return cuts


def posteriors(model: AcousticModel, frames: list[np.ndarray]) -> list[Tensor]:
    """Return the log posteriors (rows, labels) of recordings of similar lengths, computed as one batch."""
    items = [Example(f, np.zeros(0, np.int64), "") for f in frames]
    return [label_logits(logits, model.config).log_softmax(-1) for logits in outputs(model, items)]


def align(model: AcousticModel, manifest: Path, cache: Path, batch: int = 16) -> dict[str, Alignment]:
    """Align the recordings of a manifest.

    Args:
        model: A trained network.
        manifest: JSON lines; utterances with a word that has no pronunciation are left out.
        cache: Folder of feature packs.
        batch: Recordings computed at once.

    Returns:
        Audio path, as it stands in the manifest -> alignment.

    Raises:
        SystemExit: The manifest names one audio file twice, with different texts.
    """
    pack = load_pack(manifest, model.config, cache)
    texts: dict[str, str] = {}
    for entry in pack.entries:
        if texts.setdefault(entry["audio"], entry["text"]) != entry["text"]:
            raise SystemExit(
                f"{manifest} has two texts for {entry['audio']}; an alignment file holds one for each file."
            )
    pronunciations = Pronouncer()(word for entry in pack.entries for word in entry["text"].split())
    ids = {label: i for i, label in enumerate(model.config.labels)}
    tick = model.config.stride // model.config.rows_per_step
    by_length = np.argsort(np.diff(pack.begins))  # similar lengths need little padding
    order = [i for i in by_length if all(word in pronunciations for word in pack.entries[i]["text"].split())]
    found: dict[str, Alignment] = {}
    for first in track(range(0, len(order), batch), manifest.parent.name):
        group = order[first : first + batch]
        frames = [pack.frames[pack.begins[i] : pack.begins[i + 1]] for i in group]
        for i, some, logp in zip(group, frames, posteriors(model, frames), strict=True):
            entry = pack.entries[i]
            words, loss = choose_pronunciations(logp, [pronunciations[word] for word in entry["text"].split()], ids)
            labels = [[ids[phone] for phone in word] for word in words]
            # An infinite loss: fewer rows than labels, so no path exists.
            cuts = cut_points(logp, labels, some, tick) if np.isfinite(loss) else []
            phones = tuple(phone for word in words for phone in word)
            found[entry["audio"]] = Alignment(phones, loss, tuple(cuts))
    return found


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path, help="trained network: a checkpoint or a model file")
    parser.add_argument("manifests", type=Path, nargs="+", help="manifests of recordings to align")
    parser.add_argument("--output", type=Path, required=True, help="alignment file to write (*.jsonl)")
    parser.add_argument("--cache", type=Path, default=Path(".work/cache"), help="folder of feature packs")
    parser.add_argument("--bfloat16", action="store_true", help="compute in bfloat16: faster where it is native")
    return parser


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    checkpoint = checkpoints.read(args.checkpoint)
    model = AcousticModel(Config.from_dict(checkpoint["config"]))
    model.load_state_dict(checkpoint["model"], strict=False)  # a model file has no middle output
    fast_gru.accelerate(model.layers)
    with torch.autocast("cpu", torch.bfloat16, enabled=args.bfloat16):
        found = {manifest: align(model.eval(), manifest, args.cache) for manifest in args.manifests}
    alignments.save(args.output, model.config, found)
    print(f"{args.output}: {sum(map(len, found.values()))} utterances of {len(found)} manifests")


if __name__ == "__main__":
    main()
