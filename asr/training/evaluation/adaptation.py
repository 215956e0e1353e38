"""Measure what a user's own documents, and corrections, are worth: perplexity, word error rate, new words, and cost.

python -m asr.training.evaluation.adaptation sentences DOCUMENTS --count 40 > sentences.txt
python -m asr.training.evaluation.adaptation measure DOCUMENTS SPOKEN/manifest.jsonl
python -m asr.training.evaluation.adaptation other DOCUMENTS DEV/manifest.jsonl --limit 60

DOCUMENTS is a folder of files of one domain. Of ten files in order of their names, the first is held out and the sixth
is for tuning (`--part tuning`); a language is made of the others. `sentences` writes sentences of the part, to be
spoken by voices. `measure` recognises them without the language, with it, and with that of a simulated month of
corrections: so many lines a day of the other documents, corrected to what they should be. Each recording is recognised
in all these ways, one after the other, so that the times can be compared. `other` does it with other speech.
"""

import argparse
import json
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch

from asr.adaptation.document_text import KINDS, paragraphs_of
from asr.adaptation.language import SpokenWord, language_of, sentences_of
from asr.audio.media import read_file
from asr.decoding.user_lm import UserLM, base_states, compile_language
from asr.language.lexicon import END, UNKNOWN
from asr.language.neural_lm import interpolate
from asr.pipeline import transcribe
from asr.recognizer import Recognizer
from asr.stream_options import StreamOptions
from asr.text.normalize import normalize
from asr.training.evaluation.evaluate import CHUNK, summary
from asr.training.manifests import read_manifest
from asr.user.language import MARKS, UserLanguage

PARTS = {"test": 0, "tuning": 5}  # name -> place among ten files
SPOKEN_WORDS = (8, 18)  # of a sentence that is to be spoken
PERPLEXITY_SENTENCES = 200
DAYS = 30

Sentences = list[list[SpokenWord]]


def read_part(folder: Path, part: str) -> Sentences:
    """Return the sentences of a part of the documents; "" is all that is in none of PARTS."""
    files = sorted(path for path in folder.iterdir() if path.suffix in KINDS)
    places = [PARTS[part]] if part else [place for place in range(10) if place not in PARTS.values()]
    chosen = [path for number, path in enumerate(files) if number % 10 in places]
    return [sentence for path in chosen for sentence in sentences_of(paragraphs_of(path))]


def to_speak(sentences: Sentences, count: int) -> list[str]:
    """Return some sentences, evenly spaced, as a voice should say them."""
    texts = {" ".join(word.text for word in sentence): None for sentence in sentences}
    shortest, longest = SPOKEN_WORDS
    able = [text for text in texts if shortest <= text.count(" ") + 1 <= longest and MARKS[UNKNOWN] not in text]
    return able[:: max(1, len(able) // count)][:count]


def month(sentences: Sentences, lines: int) -> Iterator[list[SpokenWord]]:
    """Yield the lines that somebody has corrected in a month, so many a day: each is right now."""
    able = [sentence for sentence in sentences if len(sentence) >= SPOKEN_WORDS[0]]
    yield from able[:: max(1, len(able) // (DAYS * lines))][: DAYS * lines]


def perplexity(recognizer: Recognizer, user_lm: UserLM | None, sentences: Sequence[Sequence[str]]) -> float:
    """Return the perplexity of the words that the lexicon has, and of the ends of sentences."""
    decoder, ids = recognizer._decoder, recognizer._lexicon.ids
    neural_lm, total, count = decoder.neural_lm, 0.0, 0
    start = decoder.ngram_lm.start | (user_lm.start if user_lm else 0)
    for sentence in sentences:
        states, lm_states, row = np.array([start]), neural_lm.start() if neural_lm else None, np.zeros(1, np.int64)
        for number in [*(ids.get(word, UNKNOWN) for word in sentence), END]:
            word = np.array([number])
            logp, following = decoder.ngram_lm.score(base_states(states), word)
            if neural_lm and lm_states:
                lm_states = neural_lm.advance(lm_states, row)
                if UNKNOWN != number < neural_lm.vocabulary:
                    neural = neural_lm.score(lm_states, row, word)
                    logp = interpolate(neural, logp, decoder.search.neural_lm_share)
                lm_states = lm_states.extend(row, word).take(np.array([len(lm_states)]))
            if user_lm:
                scores, behind = user_lm.score(states, word)
                logp, following = scores.mix(logp), following | behind
            states = following
            if number != UNKNOWN:
                total, count = total + float(logp[0]), count + 1
    return math.exp(-total / max(count, 1))


def recognise(recognizer: Recognizer, manifest: Path, ways: Mapping[str, StreamOptions], limit: int) -> dict:
    """Recognise each recording in every way, in turns; return the rows of `summary` for each way."""
    rows: dict[str, list[dict]] = {name: [] for name in ways}
    for turn, entry in enumerate(read_manifest(manifest, limit)):
        sound = np.concatenate(list(read_file(manifest.parent / entry["audio"], recognizer.config.rate)))
        names = list(ways)
        for name in names[turn % len(names) :] + names[: turn % len(names)]:  # none is always the first
            recognizer.start(ways[name])  # prepares it, which is no part of recognising
            began = time.process_time()
            chunks = (sound[i : i + CHUNK] for i in range(0, len(sound), CHUNK))
            words = [word.text for update in transcribe(recognizer, chunks, ways[name]) for word in update.words]
            rows[name].append(
                {
                    "reference": normalize(entry["text"]),
                    "hypothesis": normalize(" ".join(words)),
                    "seconds": len(sound) / recognizer.config.rate,
                    "processor_seconds": time.process_time() - began,
                    "delay": None,
                }
            )
    return rows


def wer_figures(rows: Mapping[str, list[dict]], new: Mapping[str, set[str]]) -> dict[str, dict]:
    """Return the figures of each way; `new`: for each the words that only its language has."""
    first = next(iter(rows.values()))
    words = [(index, word) for index, row in enumerate(first) for word in row["reference"].split()]
    anyone = set().union(*new.values())
    figures = {}
    for name, each in rows.items():
        spoken = [(index, word) for index, word in words if word in anyone]
        found = sum(word in each[index]["hypothesis"].split() for index, word in spoken)
        own = {key: summary(each)[key] for key in ("words", "wer", "real_time_factor")}
        figures[name] = own | {"new_words_spoken": len(spoken), "new_words_found": found}
    return figures


def paired_interval(rows: Mapping[str, list[dict]], name: str, other: str, draws: int = 2000) -> list[float]:
    """Return the 95 % interval of the difference in word error rate, in points, by drawing recordings (bootstrap)."""
    import jiwer

    def errors(row: dict) -> tuple[int, int]:
        counts = jiwer.process_words(row["reference"], row["hypothesis"])
        return counts.substitutions + counts.deletions + counts.insertions, len(row["reference"].split())

    pairs = np.array([(*errors(a), errors(b)[0]) for a, b in zip(rows[other], rows[name], strict=True)], float)
    draw = np.random.default_rng(24).integers(0, len(pairs), (draws, len(pairs)))
    sums = pairs[draw].sum(1)
    return [round(float(x), 2) for x in np.quantile(100 * (sums[:, 2] - sums[:, 0]) / sums[:, 1], [0.025, 0.975])]


def measure(args: argparse.Namespace) -> dict[str, object]:
    """Make the languages and measure each of them."""
    torch.set_num_threads(1)
    recognizer = Recognizer.load(args.model)
    others = read_part(args.documents, "")
    began = time.process_time()
    languages = {"documents": language_of(others, recognizer)}
    seconds = time.process_time() - began
    if args.lines:
        languages["a month of corrections"] = language_of(month(others, args.lines), recognizer, least=1)
    ways = {"without": StreamOptions()} | {name: StreamOptions(language=each) for name, each in languages.items()}
    results: dict[str, object] = {
        "languages": {
            name: {"words": each.size, "new words": len(each.new_words.entries)} for name, each in languages.items()
        },
        "processor_seconds_to_make": round(seconds, 1),
    }
    for way in ways.values():
        recognizer.start(way)
    if args.command == "measure":
        held_out = read_part(args.documents, args.part)
        held_out = held_out[:: max(1, len(held_out) // PERPLEXITY_SENTENCES)]
        texts = [[word.text for word in sentence] for sentence in held_out]
        results["perplexity"] = {"words": sum(map(len, texts))} | {
            name: round(perplexity(recognizer, _user_lm(recognizer, way.language), texts), 1)
            for name, way in ways.items()
        }
    rows = recognise(recognizer, args.manifest, ways, args.limit)
    new = {name: {normalize(e.written) for e in each.new_words.entries} for name, each in languages.items()}
    results["recognition"] = wer_figures(rows, new)
    results["difference_95_percent"] = {name: paired_interval(rows, name, "without") for name in languages}
    if args.details:
        args.details.write_text("".join(json.dumps({"way": name, **row}) + "\n" for name in rows for row in rows[name]))
    return results


def _user_lm(recognizer: Recognizer, language: UserLanguage | None) -> UserLM | None:
    return compile_language(language, recognizer._lexicon.words, []) if language else None


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for command, help in (
        ("sentences", "write sentences of the held-out part"),
        ("measure", "recognise them when they are spoken"),
        ("other", "recognise other speech with the language"),
    ):
        sub = commands.add_parser(command, help=help)
        sub.add_argument("documents", type=Path, help="folder of documents of one domain")
        sub.add_argument("--part", choices=list(PARTS), default="test", help="which files are held out for this")
        if command == "sentences":
            sub.add_argument("--count", type=int, default=40, help="how many (default: 40)")
            continue
        sub.add_argument("manifest", type=Path, help="manifest of recordings")
        sub.add_argument("--model", type=Path, help="folder of the model; default: the shipped one")
        sub.add_argument("--limit", type=int, default=0, help="use about this many recordings")
        sub.add_argument("--lines", type=int, default=20, help="corrected a day; 0: no month (default: 20)")
        sub.add_argument("--details", type=Path, help="write the text of each recording to this JSON-lines file")
    return parser


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    if args.command == "sentences":
        print("\n".join(to_speak(read_part(args.documents, args.part), args.count)))
    else:
        print(json.dumps(measure(args), indent=2))


if __name__ == "__main__":
    main()
