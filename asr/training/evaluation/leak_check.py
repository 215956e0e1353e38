"""Check that training data contains nothing of the evaluation sets; exit code 1 if it does.

python -m asr.training.evaluation.leak_check --train TRAIN/manifest.jsonl WEAK/manifest.jsonl --text TEXT_DIR/*.xz \\
    --held DEV/manifest.jsonl TEST/manifest.jsonl

A leak is a speaker of an evaluation manifest in a training manifest, or a sentence of one, or eight words in a row of
one, in a training manifest or in the text of the language model. Whole sentences of fewer than five words ("thank you
very much") are common to all data: they are counted, but are no leak. Unknown speakers cannot be compared. With
`--as-trained` the sentences that `train --held` leaves out are left out first.
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
from asr.training.manifests import MIN_SENTENCE_WORDS, held_out_sentences, read_manifest

RUN = 8  # words in a row that two sentences rarely share by chance
UNKNOWN_SPEAKERS = ("", "unknown")
_UNSPOKEN = re.compile(r"[^a-z' \n]")
_MIX = np.uint64(0x9E3779B97F4A7C15)  # odd multiplier of the hash, with well distributed bits


def blocks(path: Path, size: int = 20_000) -> Iterator[list[str]]:
    """Yield the lines of a text file (optionally *.xz) in spoken form, in blocks of at most `size` lines."""
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as file:
        while lines := list(islice(file, size)):
            if _UNSPOKEN.search("".join(lines)):
                yield [normalize(line) for line in lines]
            else:  # the same result, many times faster
                yield [" ".join(line.split()) for line in lines]


def run_hashes(ids: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return the hashes, (n,) uint64, of the RUN word ids (t,) uint64 that begin at each position (n,)."""
    value = np.zeros(len(at), np.uint64)
    for k in range(RUN):
        value = (value ^ ids[at + k]) * _MIX
        value ^= value >> np.uint64(29)
    return value


class HeldOutText:
    """An index of the sentences of evaluation sets, to find them and runs of their words in other text."""

    def __init__(self, sentences: Sequence[str]):
        """Index sentences, in any spelling."""
        self.sentences = {normalize(sentence) for sentence in sentences} - {""}
        split = [sentence.split() for sentence in self.sentences]
        self.runs = {" ".join(words[i : i + RUN]) for words in split for i in range(len(words) - RUN + 1)}
        self.ids = {word: i for i, word in enumerate(sorted({word for words in split for word in words}), 1)}
        ids = np.array([self.ids[word] for run in self.runs for word in run.split()], np.uint64)
        self.hashes = np.unique(run_hashes(ids, np.arange(0, len(ids), RUN)))

    def find_in(self, lines: Sequence[str]) -> tuple[Counter[str], Counter[str]]:
        """Return which sentences are equal to a line, and which runs of RUN words are in a line, with their numbers.

        Args:
            lines: In spoken form.
        """
        whole = Counter(line for line in lines if line in self.sentences)
        words = " \n ".join([*lines, *[""] * RUN]).split(" ")
        ids = np.fromiter(map(self.ids.get, words, repeat(0)), np.uint64, len(words))
        # Runs cannot contain words that no sentence has, nor ends of lines: both have id 0.
        excluded = np.concatenate([[0], np.cumsum(ids == 0)])
        at = np.flatnonzero(excluded[RUN:] == excluded[:-RUN])
        at = at[np.isin(run_hashes(ids, at), self.hashes)]
        runs = Counter(" ".join(words[i : i + RUN]) for i in at)
        return whole, Counter({run: n for run, n in runs.items() if run in self.runs})  # excludes hash collisions


@dataclass
class LeakSearch:
    """What one file shares with the evaluation sets."""

    name: str
    lines: int = 0
    words: int = 0
    whole: Counter[str] = field(default_factory=Counter)
    runs: Counter[str] = field(default_factory=Counter)

    def add(self, lines: Sequence[str], held: HeldOutText) -> None:
        """Search further lines of the file."""
        self.lines += len(lines)
        self.words += sum(line.count(" ") + 1 for line in lines if line)
        whole, runs = held.find_in(lines)
        self.whole += whole
        self.runs += runs

    def leaks(self) -> Iterator[str]:
        """Yield a message for each leak."""
        for text, times in sorted(self.whole.items()):
            if len(text.split()) >= MIN_SENTENCE_WORDS:
                yield f"{self.name} holds, {times} times, the held sentence: {text}"
        for text, times in sorted(self.runs.items()):
            if not any(text in sentence for sentence in self.whole):  # else reported as a sentence
                yield f"{self.name} holds, {times} times, eight words of a held sentence: {text}"

    def short(self) -> Counter[str]:
        """Return the short sentences, which are no leaks, and their numbers."""
        return Counter({text: n for text, n in self.whole.items() if len(text.split()) < MIN_SENTENCE_WORDS})


def known_speakers(recordings: Sequence[dict]) -> set[str]:
    """Return the speakers of manifest entries, without unknown ones."""
    return {entry.get("speaker") or "" for entry in recordings} - set(UNKNOWN_SPEAKERS)


def check(
    train: Sequence[Path], text: Sequence[Path], held: Sequence[Path], as_trained: bool = False
) -> Iterator[tuple[bool, str]]:
    """Compare training data with evaluation sets.

    Args:
        train: Manifests of training speech.
        text: Files of language model text.
        held: Manifests of evaluation sets.
        as_trained: Leave out the sentences that training leaves out.

    Yields:
        Whether a line reports a leak, and the line.
    """
    left_out = held_out_sentences(held) if as_trained else frozenset()
    scored = [entry for path in held for entry in read_manifest(path)]
    wanted, speakers = HeldOutText([entry["text"] for entry in scored]), known_speakers(scored)
    yield False, f"held: {', '.join(map(str, held))}"
    size = f"{len(scored)} recordings of {len(speakers)} speakers, {len(wanted.sentences)} different sentences"
    yield False, f"held: {size}, {len(wanted.runs)} runs of {RUN} words"
    for path in train:
        listed, finding = read_manifest(path), LeakSearch(str(path))
        spoken = [entry for entry in listed if entry["text"] not in left_out]
        finding.add([normalize(entry["text"]) for entry in spoken], wanted)
        unknown = sum((entry.get("speaker") or "") in UNKNOWN_SPEAKERS for entry in spoken)
        yield False, f"{path}: {len(spoken)} recordings, {finding.words} words, {len(known_speakers(spoken))} speakers"
        if len(spoken) < len(listed):
            yield False, f"{path}: {len(listed) - len(spoken)} recordings of held sentences left out"
        if unknown:
            yield False, f"{path}: {unknown} recordings of unknown speakers; held speakers may be among them"
        for speaker in sorted(known_speakers(spoken) & speakers):
            yield True, f"{path} holds recordings of the held speaker {speaker}"
        yield from _lines(finding)
    total = 0
    for path in text:
        finding = LeakSearch(str(path))
        for lines in blocks(path):
            finding.add(lines, wanted)
        total += finding.words
        yield False, f"{path}: {finding.lines} lines, {finding.words} words"
        yield from _lines(finding)
    yield False, f"text: {len(text)} files, {total} words"


def _lines(finding: LeakSearch) -> Iterator[tuple[bool, str]]:
    if short := finding.short():
        common = ", ".join(text for text, _ in short.most_common(3))
        kind = f"held sentences of fewer than {MIN_SENTENCE_WORDS} words"
        yield False, f"{finding.name}: {len(short)} {kind}, {short.total()} times ({common}): no leak"
    yield from ((True, line) for line in finding.leaks())


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, nargs="*", default=[], help="manifests of training speech")
    parser.add_argument("--text", type=Path, nargs="*", default=[], help="text of the language model, *.xz or plain")
    parser.add_argument("--held", type=Path, nargs="+", required=True, help="manifests of evaluation sets")
    parser.add_argument("--as-trained", action="store_true", help="leave out the sentences that training leaves out")
    return parser


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    leaks = 0
    for leak, line in check(args.train, args.text, args.held, args.as_trained):
        leaks += leak
        print(f"LEAK {line}" if leak else line, flush=True)
    print(f"{leaks} leaks" if leaks else "no leak")
    sys.exit(1 if leaks else 0)


if __name__ == "__main__":
    main()
