"""Check that nothing a model is scored on has been trained on; exit code 1 if something has:

python -m asr.training.evaluation.leak_check --train TRAIN/manifest.jsonl WEAK/manifest.jsonl --text TEXT_DIR/*.xz \\
    --held DEV/manifest.jsonl TEST/manifest.jsonl

A clash is a speaker of a held manifest in a training manifest, or in a training manifest or the text of the language
model either a whole held sentence or eight words in a row of one. Whole sentences of fewer than five words ("thank
you very much") belong to everybody: they are counted, but are no clash. Speakers without a name cannot be compared.
With `--as-trained` the recordings are those that `train --held` learns from: held sentences are left out first.
"""

import argparse
import lzma
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, repeat
from pathlib import Path

import numpy as np

from asr.text.normalize import normalize
from asr.training.acoustic.packs import SHORTEST, entries, sentences

RUN = 8  # words in a row that two sentences do not share by chance
NAMELESS = ("", "unknown")  # speakers
_UNSPOKEN = re.compile(r"[^a-z' \n]")
_MIX = np.uint64(0x9E3779B97F4A7C15)  # odd, bits well spread: a multiplier of the hash


def blocks(path: Path, size: int = 20_000) -> Iterator[list[str]]:
    """The lines of a text file, packed by xz or not, in spoken form."""
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as file:
        while lines := list(islice(file, size)):
            if _UNSPOKEN.search("".join(lines)):
                yield [normalize(line) for line in lines]
            else:  # many times faster
                yield [" ".join(line.split()) for line in lines]


def mixed(ids: np.ndarray, at: np.ndarray) -> np.ndarray:
    """(t,) uint64 word ids, (n,) places -> (n,) uint64 hashes of the RUN ids from each place on."""
    value = np.zeros(len(at), np.uint64)
    for k in range(RUN):
        value = (value ^ ids[at + k]) * _MIX
        value ^= value >> np.uint64(29)
    return value


class Held:
    """The sentences of held manifests, made ready to be looked for."""

    def __init__(self, sentences: Sequence[str]):
        self.sentences = {normalize(sentence) for sentence in sentences} - {""}
        said = [sentence.split() for sentence in self.sentences]
        self.runs = {" ".join(words[i : i + RUN]) for words in said for i in range(len(words) - RUN + 1)}
        self.ids = {word: i for i, word in enumerate(sorted({word for words in said for word in words}), 1)}
        ids = np.array([self.ids[word] for run in self.runs for word in run.split()], np.uint64)
        self.hashes = np.unique(mixed(ids, np.arange(0, len(ids), RUN)))

    def among(self, lines: Sequence[str]) -> tuple[Counter[str], Counter[str]]:
        """Lines in spoken form -> held sentences that are a line, held runs that are in a line; how often each."""
        whole = Counter(line for line in lines if line in self.sentences)
        words = " \n ".join([*lines, *[""] * RUN]).split(" ")
        ids = np.fromiter(map(self.ids.get, words, repeat(0)), np.uint64, len(words))
        strange = np.concatenate([[0], np.cumsum(ids == 0)])  # words of no held sentence, and ends of lines
        at = np.flatnonzero(strange[RUN:] == strange[:-RUN])
        at = at[np.isin(mixed(ids, at), self.hashes)]
        runs = Counter(" ".join(words[i : i + RUN]) for i in at)
        return whole, Counter({run: n for run, n in runs.items() if run in self.runs})  # a hash may err, this not


@dataclass
class Finding:
    """What one file was compared for, and what it shares with the held manifests."""

    name: str
    lines: int = 0
    words: int = 0
    whole: Counter[str] = field(default_factory=Counter)
    runs: Counter[str] = field(default_factory=Counter)

    def add(self, lines: Sequence[str], held: Held) -> None:
        self.lines += len(lines)
        self.words += sum(line.count(" ") + 1 for line in lines if line)
        whole, runs = held.among(lines)
        self.whole += whole
        self.runs += runs

    def told(self) -> Iterator[str]:
        """One sentence a clash."""
        for text, times in sorted(self.whole.items()):
            if len(text.split()) >= SHORTEST:
                yield f"{self.name} holds, {times} times, the held sentence: {text}"
        for text, times in sorted(self.runs.items()):
            if not any(text in sentence for sentence in self.whole):  # else told
                yield f"{self.name} holds, {times} times, eight words of a held sentence: {text}"

    def short(self) -> Counter[str]:
        return Counter({text: n for text, n in self.whole.items() if len(text.split()) < SHORTEST})


def named(spoken: Sequence[dict]) -> set[str]:
    return {entry.get("speaker") or "" for entry in spoken} - set(NAMELESS)


def check(
    train: Sequence[Path], text: Sequence[Path], held: Sequence[Path], as_trained: bool = False
) -> Iterator[tuple[bool, str]]:
    """Lines to print, each with whether it tells of a clash."""
    out = sentences(held) if as_trained else frozenset()
    scored = [entry for path in held for entry in entries(path)]
    wanted, speakers = Held([entry["text"] for entry in scored]), named(scored)
    yield False, f"held: {', '.join(map(str, held))}"
    yield (
        False,
        (
            f"held: {len(scored)} recordings of {len(speakers)} speakers, {len(wanted.sentences)} different sentences, "
            f"{len(wanted.runs)} runs of {RUN} words"
        ),
    )
    for path in train:
        listed, finding = entries(path), Finding(str(path))
        spoken = [entry for entry in listed if entry["text"] not in out]
        finding.add([normalize(entry["text"]) for entry in spoken], wanted)
        nameless = sum((entry.get("speaker") or "") in NAMELESS for entry in spoken)
        yield False, f"{path}: {len(spoken)} recordings, {finding.words} words, {len(named(spoken))} speakers"
        if len(spoken) < len(listed):
            yield False, f"{path}: {len(listed) - len(spoken)} recordings of held sentences left out"
        if nameless:
            yield False, f"{path}: {nameless} recordings of unknown speakers; held speakers may be among them"
        for speaker in sorted(named(spoken) & speakers):
            yield True, f"{path} holds recordings of the held speaker {speaker}"
        yield from _summed(finding)
    total = 0
    for path in text:
        finding = Finding(str(path))
        for lines in blocks(path):
            finding.add(lines, wanted)
        total += finding.words
        yield False, f"{path}: {finding.lines} lines, {finding.words} words"
        yield from _summed(finding)
    yield False, f"text: {len(text)} files, {total} words"


def _summed(finding: Finding) -> Iterator[tuple[bool, str]]:
    if short := finding.short():
        common = ", ".join(text for text, _ in short.most_common(3))
        yield (
            False,
            (
                f"{finding.name}: {len(short)} held sentences of fewer than {SHORTEST} words, {short.total()} times "
                f"({common}): no clash"
            ),
        )
    yield from ((True, line) for line in finding.told())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, nargs="*", default=[], help="manifests that were trained on")
    parser.add_argument("--text", type=Path, nargs="*", default=[], help="text of the language model, *.xz or plain")
    parser.add_argument("--held", type=Path, nargs="+", required=True, help="manifests that are scored")
    parser.add_argument("--as-trained", action="store_true", help="leave out first what training leaves out")
    args = parser.parse_args()
    clashes = 0
    for clash, line in check(args.train, args.text, args.held, args.as_trained):
        clashes += clash
        print(f"CLASH {line}" if clash else line, flush=True)
    print(f"{clashes} clashes" if clashes else "no clash")
    sys.exit(1 if clashes else 0)


if __name__ == "__main__":
    main()
