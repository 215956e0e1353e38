"""Measure what is said of gated recurrent units, and write asr/training/research/STUDY.md with its pictures:

python -m asr.training.research.study --train TRAIN/manifest.jsonl --dev DEV/manifest.jsonl \\
    --test TEST/manifest.jsonl \\
    --output .work/study

Two thirds of `--minutes` go to the trainings, one a core, the rest to recognition and probes: with the defaults the
whole takes two hours on two cores. Every result is kept in the output folder and used again as long as its terms are
the same, so a study that was stopped goes on, and `--parts` may measure one part today and another tomorrow.
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
from asr.decoding.decoder import SearchOptions
from asr.inspection import transcribe_without_memory
from asr.recognizer import SHIPPED, Recognizer
from asr.training.acoustic.corpus import Corpus
from asr.training.evaluation.evaluate import StreamRecognizer, by_corpus, echoic, evaluate
from asr.training.research import study_gates, study_page, study_probe, study_runs
from asr.training.research.study_runs import Net

PARTS = ("runs", "probes", "gates", "forgetting")
BLOCKS = (1, 2, 4, 8, 16, 0)  # the state is forgotten after so many; 0: never


def cached(path: Path, terms: dict, make: Callable[[], Any]) -> Any:
    """What `make` gives, kept in a file with the terms it was made under."""
    if path.exists():
        kept = json.loads(path.read_text())
        if kept["terms"] == json.loads(json.dumps(terms)):
            return kept["result"]
    result = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps({"terms": terms, "result": result}))
    part.replace(path)
    return result


class Study:
    """One study: its settings, its data, its folder."""

    def __init__(self, args: argparse.Namespace):
        self.args = args
        self.nets = study_runs.plan(args.width, args.layers, args.seeds)
        config = self.nets[0].config()
        self.minutes = args.minutes * 0.65 * args.processes / len(self.nets)
        self.config = config
        self.results: dict[str, Any] = {
            "width": args.width, "layers": args.layers, "seeds": args.seeds, "total_minutes": args.minutes,
            "recordings": args.recordings, "forgotten": args.forgotten,
        }  # fmt: skip
        self.kept = args.output / "results.json"
        known = json.loads(self.kept.read_text()) if self.kept.exists() else {}
        if all(known.get(name) == value for name, value in self.results.items()):
            self.results = known  # of the parts that were measured before

    @cached_property
    def corpus(self) -> Corpus:
        args = self.args
        return study_runs.corpus(args.train, args.dev, args.test, self.config, args.cache)

    def folder(self, net: Net) -> Path:
        """Its checkpoint is of one length and size of batch: other terms, another folder."""
        return self.args.output / "runs" / f"{net.name}-{self.minutes:.2f}min-{self.args.batch:g}s"

    def train(self, net: Net) -> dict:
        terms = {"minutes": round(self.minutes, 3), "batch": self.args.batch, "layers": net.layers}

        def make() -> dict:  # only then is the corpus loaded
            return study_runs.train(net, self.corpus, self.minutes, self.args.batch, self.folder(net))

        return cached(self.folder(net) / "run.json", terms, make)

    def runs(self) -> None:
        """Train every network, then let every one recognise the test sets."""
        if self.args.processes > 1:
            context = multiprocessing.get_context("spawn")
            with ProcessPoolExecutor(self.args.processes, context, _prepare, (self.args,)) as pool:
                rows = list(pool.map(_train, self.nets))
        else:
            rows = [self.train(net) for net in self.nets]
        for net, row in zip(self.nets, rows, strict=True):
            terms = {"recordings": self.args.recordings, "heard": row["heard"]}
            make = partial(
                study_runs.words, net, self.args.test, self.args.recordings, self.args.processes, self.folder(net),
                self.args.shipped,
            )  # fmt: skip
            row["words"] = cached(self.folder(net) / "words.json", terms, make)
        self.results["runs"] = self.results["words"] = rows

    def probes(self) -> None:
        """Costs, gradients and memory of the first seed's networks of equal width, and the costs of the others."""
        once = [net for net in self.nets if net.seed == 1]
        same = [net for net in once if net.width == self.args.width]
        spent = {"threads": torch.get_num_threads()}
        models = {net.name: net.build() for net in once}
        make = partial(study_probe.costs, models)
        costs = cached(self.args.output / "costs.json", {"nets": list(models), **spent}, make)
        self.results["costs"] = [
            {**vars(net), "parameters": study_runs.parameters(models[net.name]), **costs[net.name]} for net in once
        ]
        self.results["probes"] = {net.cell: self._probe(net) for net in same}

    def _probe(self, net: Net) -> dict:
        trained = (self.folder(net) / "run.json").exists()
        minutes = round(self.minutes, 3) if trained else 0
        terms = {"back": self.args.back, "streams": self.args.streams, "minutes": minutes}
        return cached(self.args.output / f"probe-{net.name}.json", terms, partial(self._look_back, net, trained))

    def _look_back(self, net: Net, trained: bool) -> dict:
        back, count = self.args.back, self.args.streams
        found: dict[str, dict] = {"gradients": {}, "echoes": {}}
        judge, _ = model_file.load(self.args.shipped / "model.safetensors")
        models = {"untrained": net.build()}
        for model in models.values():  # as training would begin: normalised to its sound
            model.mean.copy_(self.corpus.mean)
            model.scale.copy_(1 / self.corpus.deviation)
        if trained:
            models["trained"] = study_runs.trained(net, self.folder(net))
        for name, model in models.items():
            same = study_probe.streams(self.corpus.dev, model, count, back)
            other = study_probe.streams(self.corpus.dev, model, count, back, seed=1)
            found["gradients"][name] = study_probe.gradients(model, same, study_probe.said(judge, same))
            found["echoes"][name] = study_probe.echoes(model, same, other, changed=back // 8)
        return found

    def gates(self) -> None:
        def make() -> dict:
            model, name = model_file.load(self.args.shipped / "model.safetensors")
            items = self.corpus.dev[:: max(1, len(self.corpus.dev) // self.args.listened)]
            return {"model": name, "cell": model.config.cell, **study_gates.gates(model, items)}

        terms = {"recordings": self.args.listened, "model": _stamp(self.args.shipped)}
        self.results["gates"] = cached(self.args.output / "gates.json", terms, make)

    def forgetting(self) -> None:
        """Words of the shipped model with and without the state it carries from block to block."""
        block = Recognizer.load(self.args.shipped).config
        rows = []
        for every in BLOCKS:
            terms = {"recordings": self.args.forgotten, "model": _stamp(self.args.shipped)}
            make = partial(
                forgetting, self.args.test, self.args.shipped, every, self.args.forgotten, self.args.processes
            )
            words = cached(self.args.output / f"forgetting-{every}.json", terms, make)
            rows.append({"every": every, "seconds": every * block.block_samples / block.rate, "words": words})
        self.results["forgetting"] = {"rates": rows, "recordings": self.args.forgotten}


_study: Study


def _prepare(args: argparse.Namespace) -> None:
    global _study
    torch.set_num_threads(1)
    _study = Study(args)


def _train(net: Net) -> dict:
    return _study.train(net)


def _stamp(folder: Path) -> str:
    """Tells one model from the next without reading it whole."""
    _, name = model_file.load(folder / "model.safetensors")
    return f"{name}, {(folder / 'model.safetensors').stat().st_size} bytes"


def forgetting(test: Path, folder: Path, every: int, recordings: int, processes: int) -> dict:
    return by_corpus(evaluate(test, partial(forgetter, folder, every), recordings, processes))


def forgetter(folder: Path, every: int) -> StreamRecognizer:
    """This program, forgetting after so many blocks; 0: never."""
    if not every:
        return echoic(folder, SearchOptions(), "whole")
    recognizer = Recognizer.load(folder)
    return StreamRecognizer(recognizer.config.rate, partial(transcribe_without_memory, recognizer, every=every))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, nargs="+", required=True, help="manifests to learn from")
    parser.add_argument("--dev", type=Path, required=True, help="manifest for phone errors, gates and probes")
    parser.add_argument("--test", type=Path, required=True, help="manifest for word errors")
    parser.add_argument("--output", type=Path, required=True, help="folder of results; what it holds is not redone")
    parser.add_argument("--minutes", type=float, default=120, help="of the whole study")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--page", type=Path, default=Path("asr/training/research/STUDY.md"))
    parser.add_argument("--pictures", type=Path, default=Path("assets/pictures"))
    parser.add_argument("--cache", type=Path, default=Path(".work/cache"), help="folder of feature packs")
    parser.add_argument("--shipped", type=Path, default=SHIPPED, help="folder of the model whose gates are shown")
    parser.add_argument("--width", type=int, default=192)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--batch", type=float, default=120, help="seconds of sound in a batch")
    parser.add_argument("--processes", type=int, default=2, help="networks trained, recordings heard side by side")
    parser.add_argument("--recordings", type=int, default=160, help="at least, of the test sets, for each network")
    parser.add_argument("--forgotten", type=int, default=120, help="at least, for the cost of forgetting")
    parser.add_argument("--listened", type=int, default=60, help="of the dev set, for the gates")
    parser.add_argument("--back", type=int, default=410, help="steps that gradients and memory are followed")
    parser.add_argument("--streams", type=int, default=16, help="of sound that they are the mean of")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    study = Study(args)
    for part in PARTS:
        if part in args.parts:
            getattr(study, part)()
            study.kept.write_text(json.dumps(study.results))
    study_page.write(study.results, args.page, args.pictures)


if __name__ == "__main__":
    main()
