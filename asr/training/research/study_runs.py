"""The trainings of the study: the networks, each trained for the same time, with their losses and errors."""

import argparse
import json
import time
from dataclasses import asdict, dataclass
from functools import partial
from itertools import product
from pathlib import Path

import torch

from asr.acoustic import model_file
from asr.acoustic.config import Config
from asr.acoustic.network import AcousticModel
from asr.decoding.search_options import SearchOptions
from asr.recognizer import SHIPPED
from asr.text.phones import LABELS
from asr.training.acoustic.corpus import Corpus
from asr.training.acoustic.mel_bank import mel_bank
from asr.training.acoustic.train import AcousticTraining
from asr.training.distributed import ProcessGroup
from asr.training.evaluation.evaluate import by_corpus, evaluate, load_echoic

ORDER = ("rnn", "lstm", "gru", "gru2014")  # of the cells on the page


@dataclass(frozen=True)
class StudyNetwork:
    """One network of the study."""

    cell: str
    width: int
    layers: int
    seed: int

    @property
    def name(self) -> str:
        """The name of its folder and results."""
        return f"{self.cell}-{self.width}-seed{self.seed}"

    def config(self) -> Config:
        """Return its configuration: with few channels, so that most of the work is in the recurrent layers."""
        return Config(labels=LABELS, cell=self.cell, layers=self.layers, width=self.width, channels=(64, 96))

    def build(self) -> AcousticModel:
        """Return the network with the initial weights of its seed."""
        torch.manual_seed(self.seed)
        return AcousticModel(self.config())


def parameters(model: AcousticModel) -> int:
    """Return the number of parameters, without those of the auxiliary output, which only training uses."""
    return sum(p.numel() for name, p in model.named_parameters() if not name.startswith("middle."))


def matched(cell: str, width: int, layers: int) -> int:
    """Return the width, in steps of 8, at which `cell` has most nearly as many parameters as the GRU of `width`."""

    def size(cell: str, width: int) -> int:
        with torch.device("meta"):  # shapes without weights
            return parameters(AcousticModel(StudyNetwork(cell, width, layers, 0).config()))

    return min(range(8, 3 * width + 1, 8), key=lambda w: abs(size(cell, w) - size("gru", width)))


def plan(width: int, layers: int, seeds: int) -> list[StudyNetwork]:
    """Return the networks: every cell at equal width and at equal parameters, first with seed 1, then with the next."""
    sizes = [(cell, width) for cell in ORDER]
    sizes += [(cell, matched(cell, width, layers)) for cell in ORDER]
    return [
        StudyNetwork(cell, w, layers, seed) for seed, (cell, w) in product(range(1, seeds + 1), dict.fromkeys(sizes))
    ]


def corpus(train: list[Path], dev: Path, test: Path, config: Config, cache: Path) -> Corpus:
    """Load speech without noises, as short trainings do not benefit from them; without sentences of dev and test."""
    return Corpus.load(train, dev, None, [test], config, cache)


class RecordedTraining(AcousticTraining):
    """A training that records its loss every 20 s, and counts processor time so that only its own work counts."""

    clock = staticmethod(time.process_time)

    def report(self, loss: float) -> None:
        """Print a progress line and append the loss to curve.jsonl."""
        super().report(loss)
        progress = self.progress
        row = {
            "update": progress.update,
            "minutes": progress.elapsed / 60,
            "hours": progress.hours,
            "loss": loss,
        }
        with (self.args.output / "curve.jsonl").open("a") as curve:
            print(json.dumps(row), file=curve)


def train(net: StudyNetwork, data: Corpus, minutes: float, batch: float, folder: Path) -> dict:
    """Train a network, or resume where an earlier call stopped.

    Args:
        net: To train.
        data: Training and development speech.
        minutes: Of processor time.
        batch: Seconds of sound in a batch.
        folder: Of checkpoint and logs.

    Returns:
        The results of the training.
    """
    folder.mkdir(parents=True, exist_ok=True)
    args = argparse.Namespace(
        output=folder,
        init=None,
        minutes=minutes,
        batch=batch,
        rate=2e-3,
        warm=100,
        changed=0.0,
        dropout=0.0,
        mmi=False,
        agree=0.0,
        middle=0.3,
        seldom=[],
        splice=0.0,
        masks=1.0,
        decay=0.01,
        watch=15,
        workers=1,
        seed=net.seed,
    )
    torch.manual_seed(net.seed)
    training = RecordedTraining(net.config(), data, args, ProcessGroup(0, 1, torch.device("cpu")))
    training.train()
    path = folder / "curve.jsonl"  # does not exist after a training of less than 20 s
    rows = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    # A training that was killed resumed from its checkpoint, so it recorded some updates twice: keep the later ones.
    curve = [row for i, row in enumerate(rows) if all(row["update"] < later["update"] for later in rows[i + 1 :])]
    scored = json.loads((folder / "log.jsonl").read_text().splitlines()[-1])
    return {
        **asdict(net),
        "minutes": minutes,
        "parameters": parameters(training.model),
        "updates": training.progress.update,
        "hours": training.progress.hours,
        "elapsed": training.progress.elapsed,
        "curve": curve,
        "phones": scored["dev"],
    }


def trained(net: StudyNetwork, folder: Path) -> AcousticModel:
    """Return the network with the weights of its checkpoint."""
    model = AcousticModel(net.config())
    model.load_state_dict(torch.load(folder / "checkpoint.pt", weights_only=True)["model"])
    return model.eval()


def words(
    net: StudyNetwork, test: Path, recordings: int, processes: int, folder: Path, shipped: Path = SHIPPED
) -> dict:
    """Evaluate a trained network by word errors, with the lexicon and n-gram model of the folder `shipped`.

    Args:
        net: To evaluate.
        test: Manifest.
        recordings: About how many are used; 0 for all.
        processes: Recordings recognised at the same time.
        folder: Of its checkpoint.
        shipped: Folder of a model.

    Returns:
        Results by corpus, see evaluate.by_corpus.
    """
    model_folder = folder / "model"
    model_folder.mkdir(exist_ok=True)
    model = trained(net, folder)
    model.bank.copy_(mel_bank(model.config))
    model_file.save(model_folder / "model.safetensors", model, net.name)
    for name in ("lexicon.safetensors", "ngram_lm.safetensors"):
        if not (model_folder / name).exists():
            (model_folder / name).symlink_to((shipped / name).resolve())
    rows = evaluate(test, partial(load_echoic, model_folder, SearchOptions(), "whole"), recordings, processes)
    return by_corpus(rows)
