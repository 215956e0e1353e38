"""Measure the formatter as it ships: F1 of marks and capitals, the delay that it adds, its share of the time.

python -m asr.training.text.tagger.evaluate text written_talk.txt.xz written_books.txt.xz --errors 0 0.15
python -m asr.training.text.tagger.evaluate sound DEV/manifest.jsonl [--written written_commonvoice.txt.xz]

"text" takes the lines of written text that training holds out, every fiftieth. Their words come with drawn pauses, one
final word at a time and two partial ones after it, as is usual in recognition; with `--errors` that share of them is
replaced by other words. "sound" runs the recogniser: it gives the delay, the cost, and F1 on recognised words and on
those of the transcript without pauses, for those parts of recordings whose text is a line of the written text.

Marks are compared at the words that the two texts share or have in the same place; a mark anywhere else is wrong.
"""

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from asr.audio.media import read_file
from asr.pipeline import transcribe
from asr.recognizer import FORMATTER, SHIPPED, Recognizer
from asr.stream_options import StreamOptions
from asr.text.formatter.inputs import MARKS, MIXED, NONE, PAUSES, TAGGED, UPPER
from asr.text.formatter.stage import Formatter
from asr.training.manifests import read_manifest
from asr.training.text.tagger.data import draw_pauses
from asr.training.text.tagger.tagged_text import Token, case_of, read_tokens
from asr.training.text.tagger.train import HELD_OUT
from asr.updates import Update, Word, shown_groups

UNKNOWN_MARK = -1  # the mark of words that no written text has
LEAST = 4  # words of a line of written text that is looked for in transcripts
PARTIAL = 2  # partial words after the final ones: the median on development speech
WORD_SECONDS = 0.3
_SIGNS = {sign: mark for mark, sign in enumerate(MARKS) if sign}


@dataclass
class Tally:
    """Counts over texts."""

    marks: np.ndarray = field(default_factory=lambda: np.zeros((TAGGED, TAGGED), np.int64))  # [reference, written]
    capitals: np.ndarray = field(default_factory=lambda: np.zeros((2, 2), np.int64))
    special: list[int] = field(default_factory=lambda: [0, 0])  # words such as NASA and iPhone: right, all

    def add(self, reference: Sequence[Token], written: Sequence[Word]) -> None:
        """Compare the written words of one text with its reference; what is UNKNOWN_MARK in that is left out."""
        marks, forms = labels_of(written)
        texts = [word.text for word in written]
        spoken = [token.spoken for token in reference]
        for tag, i, i_end, j, j_end in SequenceMatcher(None, spoken, texts, autojunk=False).get_opcodes():
            aligned = i_end - i == j_end - j
            for k in range(max(i_end - i, j_end - j)):
                token = reference[i + k] if i + k < i_end else None
                place = j + k if j + k < j_end else None
                near = token or reference[min(i, len(reference) - 1)]
                if near.mark == UNKNOWN_MARK:
                    continue
                if aligned and token is not None and place is not None:
                    self.marks[token.mark, marks[place]] += 1
                    if tag == "equal" and (form := forms[place]):
                        self._add_form(token.written, form)
                    continue
                if token is not None:
                    self.marks[token.mark, NONE] += 1
                if place is not None:
                    self.marks[NONE, marks[place]] += 1

    def _add_form(self, wanted: str, form: str) -> None:
        self.capitals[int(wanted != wanted.lower()), int(form != form.lower())] += 1
        if case_of(wanted) in (UPPER, MIXED):
            self.special[0] += wanted == form
            self.special[1] += 1

    def figures(self) -> dict[str, Any]:
        """Return F1 of each mark and of capitals, and the share of special forms that are right."""
        figures: dict[str, Any] = {"words": int(self.capitals.sum())}
        for mark in range(1, TAGGED):
            figures[MARKS[mark]] = f1(self.marks[mark, mark], self.marks[:, mark].sum(), self.marks[mark].sum())
        right = sum(self.marks[mark, mark] for mark in range(1, TAGGED))
        figures["marks"] = f1(right, self.marks[:, 1:].sum(), self.marks[1:].sum())
        figures["capitals"] = f1(self.capitals[1, 1], self.capitals[:, 1].sum(), self.capitals[1].sum())
        figures["forms of their own"] = round(self.special[0] / max(self.special[1], 1), 3)
        return figures


def f1(right: int, given: int, wanted: int) -> float:
    """Return F1, the harmonic mean of precision and recall."""
    return round(float(2 * right / max(given + wanted, 1)), 3)


def labels_of(words: Sequence[Word]) -> tuple[list[int], list[str]]:
    """Return the mark after each word, and its written form; "" for numbers, which have no capitals."""
    marks, forms = [NONE] * len(words), [""] * len(words)
    for first, end in shown_groups(words):
        shown = "".join(word.shown for word in words[first:end])
        marks[end - 1] = min(_SIGNS.get(shown[-1:], NONE), TAGGED - 1)
        bare = shown.rstrip(".,?!:")
        forms[first] = bare if end - first == 1 and bare.lower() == words[first].text else ""
    return marks, forms


def write(formatter: Formatter, words: Sequence[Word], endpoints: Sequence[bool]) -> list[Word]:
    """Return the words as the formatter writes them, one final word at a time; `endpoints` come after words."""
    state, written = formatter.start(), []
    for i, word in enumerate(words):
        partial = () if endpoints[i] else tuple(words[i + 1 : i + 1 + PARTIAL])
        if any(endpoints[i : i + PARTIAL]):
            partial = partial[: [*endpoints[i : i + PARTIAL]].index(True)]
        state, updates = formatter.step(state, Update((word,), partial, word.end, endpoints[i]))
        written += [word for update in updates for word in update.words]
    return [*written, *(word for update in formatter.finish(state, Update((), (), 0.0, True)) for word in update.words)]


def held_out(path: Path, limit: int) -> list[Token]:
    """Return the first words of the lines of a file that training holds out."""
    tokens: list[Token] = []
    for line in islice(read_tokens([path]), 0, None, HELD_OUT):
        tokens += line
        if len(tokens) >= limit:
            break
    return tokens[:limit]


def evaluate_text(formatter: Formatter, tokens: Sequence[Token], errors: float, seed: int = 1) -> Tally:
    """Measure on words of written text as one stream, of which a share is replaced by others."""
    rng = np.random.default_rng(seed)
    pauses = draw_pauses(np.array([token.mark for token in tokens]), rng)
    seconds = np.array([0.03, 0.1, 0.2, 0.4, 0.65, 1.0])[pauses]
    others = rng.integers(0, len(tokens), len(tokens))
    replaced = rng.random(len(tokens)) < errors
    words, now = [], 0.0
    for i, token in enumerate(tokens):
        text = tokens[others[i]].spoken if replaced[i] else token.spoken
        words.append(Word(text, now, now + WORD_SECONDS, 0.9))
        now += WORD_SECONDS + float(seconds[i])
    tally = Tally()
    written = write(formatter, words, (pauses == len(PAUSES)).tolist())
    for first in range(0, len(tokens), 500):  # the alignment takes time that grows with the square
        part = slice(first, first + 500)
        reference = [replace(token, spoken=word.text) for word, token in zip(words[part], tokens[part], strict=True)]
        tally.add(reference, written[part])
    return tally


def delays(raw: Iterable[Update], formatter: Formatter) -> tuple[list[float], list[Word], float]:
    """Run the formatter over the updates of one stream, the last of which is its end.

    Returns:
        Seconds of sound between a word being final for the recogniser and for the formatter, the words, and the
        seconds of processing.
    """
    came, left = [], []
    words: list[Word] = []
    state, spent = formatter.start(), 0.0
    updates = list(raw)
    for i, update in enumerate(updates):
        came += [update.seconds] * len(update.words)
        begun = time.process_time()
        if i + 1 < len(updates):
            state, made = formatter.step(state, update)
        else:
            made = formatter.finish(state, update)
        spent += time.process_time() - begun
        for each in made:
            left += [update.seconds] * len(each.words)
            words += each.words
    return [b - a for a, b in zip(came, left, strict=True)], words, spent


def show_delays(added: Sequence[float], spent: float, seconds: float) -> dict[str, Any]:
    """Return the figures of `delays` over all streams."""
    values = np.array(added)
    return {
        "words": len(values),
        "not delayed": round(float((values == 0).mean()), 3),
        "median": round(float(np.median(values)), 2),
        "mean": round(float(values.mean()), 2),
        "90 %": round(float(np.percentile(values, 90)), 2),
        "processing a second of sound, ms": round(1000 * spent / seconds, 2),
    }


class WrittenLines:
    """Lines of written text, found in transcripts by their first words."""

    def __init__(self, lines: Iterable[list[Token]]):
        self._lines: defaultdict[tuple[str, ...], list[list[Token]]] = defaultdict(list)
        for line in lines:
            if len(line) >= LEAST:
                self._lines[tuple(token.spoken for token in line[:LEAST])].append(line)

    def reference(self, text: str) -> list[Token]:
        """Return the words of a transcript with their marks, UNKNOWN_MARK where it has no line of written text."""
        words = text.split()
        found = [Token(word, word, UNKNOWN_MARK, False) for word in words]
        for i in range(len(words)):
            for line in self._lines.get(tuple(words[i : i + LEAST]), ()):
                if [token.spoken for token in line] == words[i : i + len(line)]:
                    found[i : i + len(line)] = line
        return found


def evaluate_sound(args: argparse.Namespace) -> None:
    """Run `sound`."""
    recognizer = Recognizer.load(args.model)
    formatter = recognizer.formatter or Formatter.load(args.model / FORMATTER)
    lines = WrittenLines(read_tokens(args.written))
    added: list[float] = []
    tally, perfect, spent, seconds = Tally(), Tally(), 0.0, 0.0
    for entry in read_manifest(args.manifest, args.limit):
        reference = lines.reference(entry["text"])
        known = any(token.mark != UNKNOWN_MARK for token in reference)
        if args.written and not known:
            continue
        sound = read_file(args.manifest.parent / entry["audio"], recognizer.config.rate)
        updates = list(transcribe(recognizer, sound, StreamOptions(formatted=False)))
        delayed, words, cost = delays(updates, formatter)
        added, spent, seconds = added + delayed, spent + cost, seconds + updates[-1].seconds
        if known:
            tally.add(reference, words)
            timed = [Word(t.spoken, 0.32 * i, 0.32 * i + 0.3, 0.9) for i, t in enumerate(reference)]
            perfect.add(reference, write(formatter, timed, [False] * len(timed)))
    print(json.dumps({"delay added": show_delays(added, spent, seconds)}, ensure_ascii=False))
    if args.written:
        print(json.dumps({"recognised": tally.figures(), "reference": perfect.figures()}, ensure_ascii=False))


def evaluate_texts(args: argparse.Namespace) -> None:
    """Run `text`."""
    formatter = Formatter.load(args.model / FORMATTER)
    for path in args.text:
        tokens = held_out(path, args.limit)
        for errors in args.errors:
            figures = evaluate_text(formatter, tokens, errors).figures()
            print(json.dumps({"text": path.name, "errors": errors, **figures}, ensure_ascii=False), flush=True)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=SHIPPED, help="folder of the model")
    commands = parser.add_subparsers(required=True)
    text = commands.add_parser("text", help="on held-out written text")
    text.set_defaults(run=evaluate_texts)
    text.add_argument("text", type=Path, nargs="+", help="files of written text (*.txt.xz) that training read")
    text.add_argument("--errors", type=float, nargs="+", default=[0.0], help="shares of words replaced by others")
    text.add_argument("--limit", type=int, default=20_000, help="words of each file at most")
    sound = commands.add_parser("sound", help="on recordings")
    sound.set_defaults(run=evaluate_sound)
    sound.add_argument("manifest", type=Path, help="manifest of the recordings")
    sound.add_argument("--written", type=Path, nargs="*", default=[], help="written text with lines of theirs")
    sound.add_argument("--limit", type=int, default=0, help="about so many recordings, evenly spaced")
    return parser


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
