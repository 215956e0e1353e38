"""Measure common claims about gated recurrent units, and write asr/training/research/STUDY.md with its pictures.

python -m asr.training.research.study --train TRAIN/manifest.jsonl --dev DEV/manifest.jsonl \\
    --test TEST/manifest.jsonl --output .work/study

Two thirds of `--minutes` are for training, one network per core, the rest for recognition and probes: with the defaults
the study takes two hours on two cores. Each result is stored in the output folder and reused while its settings are the
same, so a study that was stopped can be resumed, and `--parts` can measure one part at a time.
"""

import argparse
import json
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import torch

from asr.acoustic import model_file
from asr.decoding.search_options import SearchOptions
from asr.inspection import transcribe_without_memory
from asr.recognizer import SHIPPED, Recognizer
from asr.training.acoustic.corpus import Corpus
from asr.training.evaluation.evaluate import StreamRecognizer, by_corpus, evaluate, load_echoic
from asr.training.research import study_gates, study_page, study_probe, study_runs
from asr.training.research.study_runs import StudyNetwork

PARTS = ("runs", "probes", "gates", "forgetting")
BLOCKS = (1, 2, 4, 8, 16, 0)  # after which the state is reset; 0: never
FORMAT = 2  # of the result of a training


def cached(path: Path, terms: dict, make: Callable[[], Any]) -> Any:
    """Return the result of `make`, which is stored in a file and reused.

    Args:
        path: Of the file.
        terms: Settings of the result; a stored result with other settings is replaced.
        make: Computes the result, which must be JSON.
    """
    if path.exists():
        stored = json.loads(path.read_text())
        if stored["terms"] == json.loads(json.dumps(terms)):
            return stored["result"]
    result = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps({"terms": terms, "result": result}))
    part.replace(path)
    return result


class Study:
    """One study: its settings, data and results."""

    def __init__(self, args: argparse.Namespace):
        """Plan the networks and load the results of parts that were measured before."""
        self.args = args
        self.nets = study_runs.plan(args.width, args.layers, args.seeds)
        config = self.nets[0].config()
        self.minutes = args.minutes * 0.65 * args.processes / len(self.nets)
        self.config = config
        self.results: dict[str, Any] = {
            "format": FORMAT,
            "width": args.width,
            "layers": args.layers,
            "seeds": args.seeds,
            "total_minutes": args.minutes,
            "recordings": args.recordings,
            "forgotten": args.forgotten,
        }
        self.path = args.output / "results.json"
        stored = json.loads(self.path.read_text()) if self.path.exists() else {}
        if all(stored.get(name) == value for name, value in self.results.items()):
            self.results = stored

    @cached_property
    def corpus(self) -> Corpus:
        """The speech of the study, loaded when it is first used."""
        args = self.args
        return study_runs.corpus(args.train, args.dev, args.test, self.config, args.cache)

    def folder(self, net: StudyNetwork) -> Path:
        """Return the folder of a network; its name contains the settings of the training."""
        return self.args.output / "runs" / f"{net.name}-{self.minutes:.2f}min-{self.args.batch:g}s"

    def train(self, net: StudyNetwork) -> dict:
        """Train a network, unless there is a result."""
        terms = {
            "format": FORMAT,
            "minutes": round(self.minutes, 3),
            "batch": self.args.batch,
            "layers": net.layers,
        }

        def make() -> dict:  # loads the corpus, so it must not run without need
            return study_runs.train(net, self.corpus, self.minutes, self.args.batch, self.folder(net))

        return cached(self.folder(net) / "run.json", terms, make)

    def runs(self) -> None:
        """Train every network, then evaluate each on the test sets."""
        if self.args.processes > 1:
            context = multiprocessing.get_context("spawn")
            with ProcessPoolExecutor(self.args.processes, context, _prepare, (self.args,)) as pool:
                rows = list(pool.map(_train, self.nets))
        else:
            rows = [self.train(net) for net in self.nets]
        for net, row in zip(self.nets, rows, strict=True):
            terms = {"recordings": self.args.recordings, "hours": row["hours"]}
            make = partial(
                study_runs.words,
                net,
                self.args.test,
                self.args.recordings,
                self.args.processes,
                self.folder(net),
                self.args.shipped,
            )
            row["words"] = cached(self.folder(net) / "words.json", terms, make)
        self.results["runs"] = self.results["words"] = rows

    def probes(self) -> None:
        """Measure the costs of all networks with seed 1, and gradients and memory of those with equal width."""
        once = [net for net in self.nets if net.seed == 1]
        same = [net for net in once if net.width == self.args.width]
        models = {net.name: net.build() for net in once}
        make = partial(study_probe.costs, models)
        costs = cached(
            self.args.output / "costs.json", {"nets": list(models), "threads": torch.get_num_threads()}, make
        )
        self.results["costs"] = [
            {**vars(net), "parameters": study_runs.parameters(models[net.name]), **costs[net.name]} for net in once
        ]
        self.results["probes"] = {net.cell: self._probe(net) for net in same}

    def _probe(self, net: StudyNetwork) -> dict:
        trained = (self.folder(net) / "run.json").exists()
        minutes = round(self.minutes, 3) if trained else 0
        terms = {"back": self.args.back, "streams": self.args.streams, "minutes": minutes}
        return cached(self.args.output / f"probe-{net.name}.json", terms, partial(self._measure_memory, net, trained))

    def _measure_memory(self, net: StudyNetwork, trained: bool) -> dict:
        back, count = self.args.back, self.args.streams
        found: dict[str, dict] = {"gradients": {}, "memory": {}}
        reference, _ = model_file.load(self.args.shipped / "model.safetensors")
        models = {"untrained": net.build()}
        for model in models.values():  # normalised to the speech, as at the start of training
            model.mean.copy_(self.corpus.mean)
            model.scale.copy_(1 / self.corpus.deviation)
        if trained:
            models["trained"] = study_runs.trained(net, self.folder(net))
        for name, model in models.items():
            same = study_probe.streams(self.corpus.dev, model, count, back)
            other = study_probe.streams(self.corpus.dev, model, count, back, seed=1)
            found["gradients"][name] = study_probe.gradients(model, same, study_probe.last_phones(reference, same))
            found["memory"][name] = study_probe.output_differences(model, same, other, changed=back // 8)
        return found

    def gates(self) -> None:
        """Measure the update gates of the shipped model on speech."""

        def make() -> dict:
            model, name = model_file.load(self.args.shipped / "model.safetensors")
            items = self.corpus.dev[:: max(1, len(self.corpus.dev) // self.args.listened)]
            return {"model": name, "cell": model.config.cell, **study_gates.gates(model, items)}

        terms = {"recordings": self.args.listened, "model": _stamp(self.args.shipped)}
        self.results["gates"] = cached(self.args.output / "gates.json", terms, make)

    def forgetting(self) -> None:
        """Evaluate the shipped model with its state reset after different numbers of blocks."""
        block = Recognizer.load(self.args.shipped).config
        rows = []
        for every in BLOCKS:
            terms = {"recordings": self.args.forgotten, "model": _stamp(self.args.shipped)}
            make = partial(
                evaluate_without_memory,
                self.args.test,
                self.args.shipped,
                every,
                self.args.forgotten,
                self.args.processes,
            )
            words = cached(self.args.output / f"forgetting-{every}.json", terms, make)
            rows.append({"every": every, "seconds": every * block.block_samples / block.rate, "words": words})
        self.results["forgetting"] = {"rates": rows, "recordings": self.args.forgotten}


_study: Study


def _prepare(args: argparse.Namespace) -> None:
    global _study
    torch.set_num_threads(1)
    _study = Study(args)


def _train(net: StudyNetwork) -> dict:
    return _study.train(net)


def _stamp(folder: Path) -> str:
    """Return a short description that differs between models, without reading the whole file."""
    _, name = model_file.load(folder / "model.safetensors")
    return f"{name}, {(folder / 'model.safetensors').stat().st_size} bytes"


def evaluate_without_memory(test: Path, folder: Path, every: int, recordings: int, processes: int) -> dict:
    """Evaluate the model in a folder with its state reset after `every` blocks; 0: never."""
    return by_corpus(evaluate(test, partial(load_without_memory, folder, every), recordings, processes))


def load_without_memory(folder: Path, every: int) -> StreamRecognizer:
    """Load the model in a folder, with its state reset after `every` blocks; 0: never."""
    if not every:
        return load_echoic(folder, SearchOptions(), "whole")
    recognizer = Recognizer.load(folder)
    return StreamRecognizer(recognizer.config.rate, partial(transcribe_without_memory, recognizer, every=every))


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, nargs="+", required=True, help="manifests of training speech")
    parser.add_argument("--dev", type=Path, required=True, help="manifest for phone errors, gates and probes")
    parser.add_argument("--test", type=Path, required=True, help="manifest for word errors")
    parser.add_argument("--output", type=Path, required=True, help="folder of results, which are reused")
    parser.add_argument("--minutes", type=float, default=120, help="duration of the whole study")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="parts to measure")
    parser.add_argument("--page", type=Path, default=Path("asr/training/research/STUDY.md"), help="page to write")
    parser.add_argument("--pictures", type=Path, default=Path("assets/pictures"), help="folder of the pictures")
    parser.add_argument("--cache", type=Path, default=Path(".work/cache"), help="folder of feature packs")
    parser.add_argument("--shipped", type=Path, default=SHIPPED, help="folder of the model whose gates are measured")
    parser.add_argument("--width", type=int, default=192, help="units of a layer of the GRU")
    parser.add_argument("--layers", type=int, default=2, help="recurrent layers")
    parser.add_argument("--seeds", type=int, default=2, help="trainings of each network")
    parser.add_argument("--batch", type=float, default=120, help="seconds of sound in a batch")
    parser.add_argument("--processes", type=int, default=2, help="networks or recordings at the same time")
    parser.add_argument("--recordings", type=int, default=160, help="recordings of the test sets, at least")
    parser.add_argument("--forgotten", type=int, default=120, help="recordings for the cost of forgetting, at least")
    parser.add_argument("--listened", type=int, default=60, help="recordings of the dev set, for the gates")
    parser.add_argument("--back", type=int, default=410, help="steps over which gradients and memory are measured")
    parser.add_argument("--streams", type=int, default=16, help="streams of speech over which they are averaged")
    return parser


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    study = Study(args)
    for part in PARTS:
        if part in args.parts:
            getattr(study, part)()
            study.path.write_text(json.dumps(study.results))
    study_page.write(study.results, args.page, args.pictures)


if __name__ == "__main__":
    main()
