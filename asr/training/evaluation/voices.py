"""Measure what a learnt voice is worth: word error rates of single speakers before and after, through the stream.

python -m asr.training.evaluation.voices DEV/manifest.jsonl --speakers A B --minutes 2 5 10 --output .work/voices

Of each speaker the recordings at the end are held out, and never learnt from: those behind the longest of `--minutes`
that leaves LEAST_HELD_OUT of speech, which are the same for all durations. A speaker with less than that is cut in
halves, each of which is held out once (`--minutes` then means at most). The guard of `asr.adaptation.learning` is
not asked, so that harm is measured as well; the column "kept" says on how many speakers it would have kept the voice.

The command goes on where it was ended. It writes BEFORE.jsonl and one AFTER-*.jsonl for each duration, whose rows are
those of the same recordings, for `asr.training.evaluation.compare`.
"""

import argparse
import json
import time
from collections import defaultdict
from dataclasses import fields, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.table import Table

from asr.adaptation.learning import Trial, recognised
from asr.adaptation.speech import LearnableUtterance, Preparation, SpokenText
from asr.adaptation.training import LearningSettings, VoiceTraining
from asr.audio.media import read_file
from asr.recognizer import Recognizer
from asr.stream_options import StreamOptions
from asr.text.normalize import normalize
from asr.training.evaluation.compare import difference, word_counts
from asr.training.manifests import read_manifest
from asr.user.voice import VoiceProfile

LEAST_HELD_OUT = 60.0  # seconds
Recordings = list[dict]  # rows of a manifest


def splits(rows: Recordings, minutes: list[float]) -> list[tuple[Recordings, Recordings, list[float]]]:
    """Return the parts of a speaker's recordings: those to learn from, those held out, and the durations that fit."""
    ends = np.cumsum([row["seconds"] for row in rows])
    fitting = [m for m in sorted(minutes) if 60 * m <= ends[-1] - LEAST_HELD_OUT]
    if fitting:
        first = int(np.searchsorted(ends, 60 * fitting[-1])) + 1
        return [(rows[:first], rows[first:], fitting)]
    half = int(np.searchsorted(ends, ends[-1] / 2)) + 1
    return [(rows[:half], rows[half:], minutes[:1]), (rows[half:], rows[:half], minutes[:1])]


def sound_of(folder: Path, row: dict, rate: int) -> np.ndarray:
    """Return the samples of a recording."""
    return np.concatenate(list(read_file(folder / row["audio"], rate)))


class Measurement:
    """Learns voices of speakers and tries them; keeps its rows in a folder."""

    def __init__(self, manifest: Path, output: Path, settings: LearningSettings, log: Console) -> None:
        torch.set_num_threads(1)
        self.recognizer = Recognizer.load()
        self.preparation = Preparation(self.recognizer)
        self.folder, self.output, self.settings, self.log = manifest.parent, output, settings, log
        output.mkdir(parents=True, exist_ok=True)
        self._kept: dict[str, dict[str, dict]] = defaultdict(dict)  # file -> audio -> row
        for path in output.glob("*.jsonl"):
            for line in path.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                self._kept[path.stem][row["audio"]] = row

    def recognise(self, kind: str, row: dict, voice: VoiceProfile | None) -> dict:
        """Recognise a recording, unless a run before has done it, and keep what was found."""
        if row["audio"] in self._kept[kind]:
            return self._kept[kind][row["audio"]]
        sound = sound_of(self.folder, row, self.recognizer.config.rate)
        words = recognised(self.recognizer, sound, StreamOptions(formatted=False, voice=voice))
        found = {
            **{"corpus": row["corpus"], "speaker": row["speaker"], "audio": row["audio"], "seconds": row["seconds"]},
            **{"reference": normalize(row["text"]), "hypothesis": " ".join(words)},
        }
        self._kept[kind][row["audio"]] = found
        with (self.output / f"{kind}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(found) + "\n")
        return found

    def speaker(self, rows: Recordings, minutes: list[float]) -> None:
        """Learn and try the voices of one speaker."""
        for given, held_out, durations in splits(rows, minutes):
            for row in held_out:
                self.recognise("BEFORE", row, None)
            for duration in durations:
                kind = f"AFTER-{duration:g}"
                if all(row["audio"] in self._kept[kind] for row in held_out):
                    continue
                utterances = self._utterances(given, 60 * duration)
                began = time.process_time()
                shifts = VoiceTraining(self.recognizer, utterances, self.settings).learn()
                seconds = sum(len(u.sound) for u in utterances) / self.recognizer.config.rate
                taken = time.process_time() - began
                voice = VoiceProfile("measured", self.recognizer.digest, shifts)
                after = [self.recognise(kind, row, voice) for row in held_out]
                before = [self.recognise("BEFORE", row, None) for row in held_out]
                rates = [100 * float(np.divide(*word_counts(part).sum(0))) for part in (before, after)]
                self.log.print(
                    f"{rows[0]['speaker']}: {seconds:.0f} s learnt in {taken:.0f} s of a core, "
                    f"WER {rates[0]:.1f} -> {rates[1]:.1f}"
                )

    def _utterances(self, rows: Recordings, seconds: float) -> list[LearnableUtterance]:
        """Return the utterances of the first recordings that last so long together, without those that do not fit."""
        found = []
        for row in rows:
            if seconds <= 0:
                break
            seconds -= row["seconds"]
            read = partial(sound_of, self.folder, row, self.recognizer.config.rate)
            if utterance := self.preparation.prepare(SpokenText(row["seconds"], row["text"], read)):
                found.append(utterance)
        return found

    def table(self) -> Table:
        """Return the word error rates: of each speaker, each corpus and all, for each duration."""
        table = Table(
            "minutes", "of", "recordings", "words", "before", "after", "relative", "difference", "95 %", "kept"
        )
        for kind in sorted(name for name in self._kept if name.startswith("AFTER")):
            groups: dict[str, list[dict]] = defaultdict(list)
            speakers: dict[str, set[str]] = defaultdict(set)
            for row in self._kept[kind].values():
                for group in (row["speaker"], row["corpus"], "all"):
                    groups[group].append(row)
                    speakers[group].add(row["speaker"])
            helped = {name: self._trial(kind, groups[name]).helps for name in speakers["all"]}
            for group, after in sorted(groups.items()):
                before = word_counts([self._kept["BEFORE"][row["audio"]] for row in after])
                counts = word_counts(after)
                change, low, high = difference(before, counts)
                words, wrong = int(before[:, 1].sum()), int(before[:, 0].sum())
                kept = f"{sum(helped[name] for name in speakers[group])} of {len(speakers[group])}"
                table.add_row(
                    *(kind.removeprefix("AFTER-"), group, str(len(after)), str(words)),
                    *(f"{100 * wrong / words:.1f}", f"{100 * counts[:, 0].sum() / words:.1f}"),
                    *(f"{100 * (counts[:, 0].sum() / max(wrong, 1) - 1):+.0f} %", f"{change:+.2f}"),
                    *(f"{low:+.2f} {high:+.2f}", kept),
                )
        return table

    def _trial(self, kind: str, rows: list[dict]) -> Trial:
        before = word_counts([self._kept["BEFORE"][row["audio"]] for row in rows])
        after = word_counts(rows)
        return Trial(*(tuple(column.tolist()) for column in (before[:, 1], before[:, 0], after[:, 0])))


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line; the fields of LearningSettings are options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path, help="manifest of the recordings, with speakers")
    parser.add_argument("--speakers", nargs="+", required=True, help="whose voices are learnt")
    parser.add_argument("--minutes", type=float, nargs="+", default=[2, 5, 10], help="of speech to learn from")
    parser.add_argument("--output", type=Path, required=True, help="folder of the rows")
    for field in fields(LearningSettings):
        default = getattr(LearningSettings(), field.name)
        option = "--" + field.name.replace("_", "-")
        if isinstance(default, tuple):
            parser.add_argument(option, nargs="*", default=default, help=f"default: {' '.join(default)}")
        else:
            parser.add_argument(option, type=type(default), default=default, help=f"default: {default:g}")
    return parser


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    settings = LearningSettings(**{field.name: getattr(args, field.name) for field in fields(LearningSettings)})
    console = Console()
    settings = replace(settings, left_out=tuple(settings.left_out))
    measurement = Measurement(args.manifest, args.output, settings, console)
    rows = read_manifest(args.manifest)
    for speaker in args.speakers:
        measurement.speaker([row for row in rows if row.get("speaker") == speaker], args.minutes)
    console.print(measurement.table())


if __name__ == "__main__":
    main()
