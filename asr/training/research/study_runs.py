"""The trainings of the study: which networks, each for the same minutes, their curves and their errors."""

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
from asr.decoding.decoder import SearchOptions
from asr.recognizer import SHIPPED
from asr.text.phones import LABELS
from asr.training.acoustic.corpus import Corpus
from asr.training.acoustic.mel_bank import mel_bank
from asr.training.acoustic.train import AcousticTraining
from asr.training.distributed import ProcessGroup
from asr.training.evaluation.evaluate import by_corpus, echoic, evaluate

ORDER = ("rnn", "lstm", "gru", "gru2014")  # of the page


@dataclass(frozen=True)
class Net:
    """One network of the study."""

    cell: str
    width: int
    layers: int
    seed: int

    @property
    def name(self) -> str:
        return f"{self.cell}-{self.width}-seed{self.seed}"

    def config(self) -> Config:
        """Few channels, so that most of the work is the recurrent layers'."""
        return Config(labels=LABELS, cell=self.cell, layers=self.layers, width=self.width, channels=(64, 96))

    def build(self) -> AcousticModel:
        torch.manual_seed(self.seed)
        return AcousticModel(self.config())


def parameters(model: AcousticModel) -> int:
    """All that the network computes with; the auxiliary layer of training is not."""
    return sum(p.numel() for name, p in model.named_parameters() if not name.startswith("middle."))


def matched(cell: str, width: int, layers: int) -> int:
    """The width, in steps of 8, at which a network of `cell` comes nearest in parameters to the GRU of `width`."""

    def size(cell: str, width: int) -> int:
        with torch.device("meta"):  # shapes alone
            return parameters(AcousticModel(Net(cell, width, layers, 0).config()))

    return min(range(8, 3 * width + 1, 8), key=lambda w: abs(size(cell, w) - size("gru", width)))


def plan(width: int, layers: int, seeds: int) -> list[Net]:
    """At equal width and at equal parameters; first every cell once, then again with the next seed."""
    sizes = [(cell, width) for cell in ORDER]
    sizes += [(cell, matched(cell, width, layers)) for cell in ORDER]
    return [Net(cell, w, layers, seed) for seed, (cell, w) in product(range(1, seeds + 1), dict.fromkeys(sizes))]


def corpus(train: list[Path], dev: Path, test: Path, config: Config, cache: Path) -> Corpus:
    """Speech alone, as it is: minutes of training are too few for noises to help. No sentence of dev or test."""
    return Corpus.load(train, dev, None, [test], config, cache)


class Observed(AcousticTraining):
    """A training that keeps its curve, a line every 20 s; of processor time, so that only its own work counts."""

    clock = staticmethod(time.process_time)

    def tell(self, loss: float) -> None:
        super().tell(loss)
        row = {"update": self.at.update, "minutes": self.at.elapsed / 60, "hours": self.at.heard, "loss": loss}
        with (self.args.output / "curve.jsonl").open("a") as curve:
            print(json.dumps(row), file=curve)


def train(net: Net, spoken: Corpus, minutes: float, batch: float, folder: Path) -> dict:
    """Train for so many minutes, or go on where an earlier call stopped; the figures of the run."""
    folder.mkdir(parents=True, exist_ok=True)
    args = argparse.Namespace(
        output=folder, init=None, minutes=minutes, batch=batch, rate=2e-3, warm=100, changed=0.0, dropout=0.0,
        mmi=False, agree=0.0, seldom=[], splice=0.0, masks=1.0, decay=0.01, watch=15, workers=1, seed=net.seed,
    )  # fmt: skip
    torch.manual_seed(net.seed)
    run = Observed(net.config(), spoken, args, ProcessGroup(0, 1, torch.device("cpu")))
    run.learn()
    kept = folder / "curve.jsonl"  # a training of less than 20 s has none
    rows = [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
    # A run that was killed went on from its checkpoint: what it had told beyond that was told again.
    curve = [row for i, row in enumerate(rows) if all(row["update"] < later["update"] for later in rows[i + 1 :])]
    scored = json.loads((folder / "log.jsonl").read_text().splitlines()[-1])
    return {
        **asdict(net), "minutes": minutes, "parameters": parameters(run.model), "updates": run.at.update,
        "heard": run.at.heard, "elapsed": run.at.elapsed, "curve": curve, "phones": scored["dev"],
    }  # fmt: skip


def trained(net: Net, folder: Path) -> AcousticModel:
    model = AcousticModel(net.config())
    model.load_state_dict(torch.load(folder / "checkpoint.pt", weights_only=True)["model"])
    return model.eval()


def words(net: Net, test: Path, recordings: int, processes: int, folder: Path, shipped: Path = SHIPPED) -> dict:
    """Word errors by test set, through the streaming path, with the shipped lexicon and language model."""
    place = folder / "model"
    place.mkdir(exist_ok=True)
    model = trained(net, folder)
    model.bank.copy_(mel_bank(model.config))
    model_file.save(place / "model.safetensors", model, net.name)
    for name in ("lexicon.safetensors", "ngram_lm.safetensors"):
        if not (place / name).exists():
            (place / name).symlink_to((shipped / name).resolve())
    rows = evaluate(test, partial(echoic, place, SearchOptions(), "whole"), recordings, processes)
    return by_corpus(rows)
