"""Train a back-off n-gram model, as `asr.language.ngram_estimation` does it.

python -m asr.training.language.ngram TEXT_DIR --lexicon LEXICON --order 4 --prune 0,2,3,4 --output MODEL
python -m asr.training.language.ngram --perplexity FILE --lexicon LEXICON --model MODEL
"""

import argparse
from dataclasses import replace
from pathlib import Path

from asr.language.lexicon import Lexicon, digest
from asr.language.ngram_estimation import count, perplexity, prune, smooth, tokens
from asr.language.ngram_lm import NgramLM
from asr.training.arguments import named_number
from asr.training.language.vocabulary import read_lines


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", type=Path, nargs="?", help="folder of *.txt.xz, one sentence per line")
    parser.add_argument("--lexicon", type=Path, required=True, help="lexicon file of the model")
    parser.add_argument("--order", type=int, default=4, help="words of the longest n-grams")
    parser.add_argument("--prune", default="0,2,3,4", help="for each order, occurrences up to which it is dropped")
    parser.add_argument(
        "--weight",
        type=named_number(int),
        nargs="*",
        default=[],
        metavar="NAME=TIMES",
        help="count NAME.txt.xz this many times",
    )
    parser.add_argument("--output", type=Path, help="model file to write")
    parser.add_argument("--perplexity", type=Path, help="measure the perplexity of this file, one sentence per line")
    parser.add_argument("--model", type=Path, help="model to measure, if none is trained")
    return parser


def main() -> None:
    """Run the command."""
    parser = make_parser()
    arguments = parser.parse_args()
    ids = Lexicon.load(arguments.lexicon).ids
    path = arguments.output or arguments.model
    if arguments.text:
        limits = [int(limit) for limit in arguments.prune.split(",")]
        if len(limits) != arguments.order or path is None:
            parser.error("training needs --output, and --prune one number for each order")
        text = tokens(read_lines(arguments.text, dict(arguments.weight)), ids)
        grams = count(text, arguments.order, len(ids))
        smooth(grams)
        model = replace(prune(grams, limits), lexicon_digest=digest(list(ids)))
        model.save(path)
        print(f"{len(model.word)} n-grams of two words or more, {path.stat().st_size / 1e6:.1f} MB")
    if arguments.perplexity:
        lines = arguments.perplexity.read_text(encoding="utf-8").splitlines()
        value, unknown = perplexity(NgramLM.load(path), tokens([lines], ids))
        print(f"perplexity {value:.1f}, {unknown} unknown words left out")


if __name__ == "__main__":
    main()
