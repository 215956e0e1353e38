"""Measure what a vocabulary is worth: names found, words inserted by mistake, and the cost.

python -m asr.training.evaluation.vocabulary sentences > sentences.txt
python -m asr.training.evaluation.vocabulary recall SPOKEN/manifest.jsonl [--part development]
python -m asr.training.evaluation.vocabulary insertions DEV/manifest.jsonl [--entries 1000]

`sentences` writes sentences with names and terms that no lexicon has (vocabulary_names.txt), to be spoken by voices.
`recall` reports the share of them that is recognised without and with the vocabulary. `insertions` recognises other
speech, and reports how often an entry of a large vocabulary is recognised that nobody spoke. Names of the development
part are for tuning; the fields of `asr.decoding.search_options.SearchOptions` are options.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from asr.decoding.search_options import SearchOptions
from asr.language.lexicon import Lexicon
from asr.pipeline import transcribe
from asr.recognizer import LEXICON, SHIPPED, Recognizer
from asr.stream_options import StreamOptions
from asr.text.normalize import normalize
from asr.training.evaluation.evaluate import (
    StreamRecognizer,
    add_processes,
    add_search_options,
    common_parser,
    evaluate,
    search_of,
    summary,
)
from asr.training.manifests import read_manifest
from asr.user.vocabulary import NO_VOCABULARY, Entry, Vocabulary

NAMES = Path(__file__).with_name("vocabulary_names.txt")
MEASURED = 100  # names, the first of the file; the others are for tuning
COPIES = 4  # sentences with each name
RARE = 40_000  # rank of the lexicon's words from which on they are taken into a large vocabulary
FRAMES = (
    "please send the report to {} before the end of the week",
    "have you heard anything about {} since we last met",
    "the first thing on the list for tomorrow is {}",
    "{} was mentioned twice in the meeting this morning",
    "we should talk about {} again on monday",
    "nobody in the room could tell me how to spell {}",
    "it was {} that changed my mind in the end",
    "she wrote a long letter about {} last year",
    "there is a short note on {} at the bottom of the page",
    "as far as i know {} has nothing to do with it",
    "the answer depends on {} and on the weather",
    "he never said a word about {} to anybody",
)


def names(part: str) -> tuple[Entry, ...]:
    """Return the names of a part: "test", "development", or "all"."""
    entries = Vocabulary.read(NAMES).entries
    return {"test": entries[:MEASURED], "development": entries[MEASURED:], "all": entries}[part]


def sentences() -> list[str]:
    """Return COPIES sentences with each name."""
    draw = random.Random(24)
    return [frame.format(entry.written) for entry in names("all") for frame in draw.sample(FRAMES, COPIES)]


def holds(text: str, entry: Entry) -> bool:
    """Return whether a normalised text holds an entry."""
    return f" {normalize(entry.written)} " in f" {text} "


def large_vocabulary(size: int, lexicon: Lexicon) -> Vocabulary:
    """Return a vocabulary of `size` entries as somebody may have it.

    All our names, as many rare words of the lexicon again as there is room for in half of the rest, and made-up names:
    the beginning of one rare word with the end of another.
    """
    known = set(lexicon.words)
    draw = random.Random(24)
    rare = [word for word in lexicon.words[RARE:] if word.isalpha() and 5 <= len(word) <= 11]
    chosen = [entry.written for entry in names("all")][:size]
    chosen += draw.sample(rare, (size - len(chosen)) // 2)
    while len(chosen) < size:
        first, second = draw.sample(rare, 2)
        made_up = first[: len(first) // 2] + second[len(second) // 2 :]
        if made_up not in known and made_up not in chosen:
            chosen.append(made_up)
    return Vocabulary.parse("\n".join(chosen))


def load(folder: Path | None, search: SearchOptions, vocabulary: Vocabulary) -> StreamRecognizer:
    """Load Echoic with a vocabulary in every stream."""
    recognizer = Recognizer.load(folder, search)
    recognizer.start(StreamOptions(vocabulary=vocabulary))  # prepares it, once for all streams
    options = StreamOptions(vocabulary=vocabulary)
    return StreamRecognizer(recognizer.config.rate, partial(transcribe, recognizer, options=options))


def recall(rows: Sequence[dict], entries: Sequence[Entry]) -> dict[str, float]:
    """Count the names of references that are recognised; rates are in %."""
    pairs = [(row, entry) for row in rows for entry in entries if holds(row["reference"], entry)]
    found = [holds(row["hypothesis"], entry) for row, entry in pairs]
    by_name = Counter(entry.written for (_, entry), hit in zip(pairs, found, strict=True) if hit)
    return {
        "spoken": len(pairs),
        "recall": round(100 * sum(found) / max(len(pairs), 1), 1),
        "names_found_once_at_least": len(by_name),
        "wer": summary(list(rows))["wer"],
        "real_time_factor": summary(list(rows))["real_time_factor"],
    }


def insertions(rows: Sequence[dict], vocabulary: Vocabulary) -> dict[str, object]:
    """Count entries that are recognised and not in the reference."""
    wrong: Counter[str] = Counter()
    for row in rows:
        for entry in vocabulary.entries:
            spelt = f" {normalize(entry.written)} "
            surplus = f" {row['hypothesis']} ".count(spelt) - f" {row['reference']} ".count(spelt)
            if surplus > 0:
                wrong[entry.written] += surplus
    minutes = sum(row["seconds"] for row in rows) / 60
    whole = summary(list(rows))
    return {
        "minutes": round(minutes, 1),
        "inserted": sum(wrong.values()),
        "inserted_a_minute": round(sum(wrong.values()) / minutes, 3),
        "words": dict(wrong.most_common(12)),
        "wer": whole["wer"],
        "real_time_factor": whole["real_time_factor"],
    }


def chosen_entries(manifest: Path, entries: Sequence[Entry], limit: int) -> list[dict]:
    """Return the recordings of a manifest in which one of the names is spoken."""
    spoken = [row for row in read_manifest(manifest) if any(holds(normalize(row["text"]), entry) for entry in entries)]
    return list(islice(spoken[:: max(1, len(spoken) // limit)] if limit else spoken, None))


def measure_recall(args: argparse.Namespace) -> dict[str, object]:
    """Recognise spoken names without and with the vocabulary."""
    entries = names(args.part)
    chosen = args.manifest.with_name(f"{args.manifest.stem}-{args.part}.jsonl")
    rows = [{"corpus": row["speaker"].split(":")[0], **row} for row in chosen_entries(args.manifest, entries, 0)]
    chosen.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    large = large_vocabulary(args.entries, Lexicon.load((args.model or SHIPPED) / LEXICON))
    vocabularies = {
        "without": NO_VOCABULARY,
        "with": Vocabulary(entries),
        f"with {args.entries} entries": large,
    }
    results: dict[str, object] = {}
    for name in args.only or vocabularies:
        loading = partial(load, args.model, search_of(args), vocabularies[name])
        found = evaluate(chosen, loading, args.limit, args.processes)
        voices = sorted({row["corpus"] for row in found})
        results[name] = recall(found, entries) | {
            "by voice": {
                voice: recall([row for row in found if row["corpus"] == voice], entries)["recall"] for voice in voices
            }
        }
        if args.details:
            path = args.details.with_name(f"{args.details.stem}-{name.replace(' ', '-')}{args.details.suffix}")
            path.write_text("".join(json.dumps(row) + "\n" for row in found))
    return results


def measure_insertions(args: argparse.Namespace) -> dict[str, object]:
    """Recognise other speech without and with a large vocabulary."""
    lexicon = Lexicon.load((args.model or SHIPPED) / LEXICON)
    vocabulary = large_vocabulary(args.entries, lexicon)
    results: dict[str, object] = {}
    for name, each in {"without": NO_VOCABULARY, "with": vocabulary}.items():
        if name not in (args.only or (name,)):
            continue
        rows = evaluate(args.manifest, partial(load, args.model, search_of(args), each), args.limit, args.processes)
        results[name] = insertions(rows, vocabulary)
    return results


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("sentences", help="write sentences with the names")
    for command, summary_line in (("recall", "names that are found"), ("insertions", "entries that nobody spoke")):
        sub = commands.add_parser(command, help=summary_line, parents=[common_parser(None)], add_help=False)
        add_processes(sub)
        sub.add_argument("--model", type=Path, help="folder of the model; default: the shipped one")
        sub.add_argument("--entries", type=int, default=1000, help="size of the large vocabulary (default: 1000)")
        sub.add_argument("--only", action="append", help="measure this case alone, for example: with")
        if command == "recall":
            sub.add_argument("--part", choices=("test", "development"), default="test", help="names to measure")
        add_search_options(sub)
    return parser


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    if args.command == "sentences":
        print("\n".join(sentences()))
        return
    results = measure_recall(args) if args.command == "recall" else measure_insertions(args)
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
