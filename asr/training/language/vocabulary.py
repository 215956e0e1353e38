"""Choose a vocabulary from a folder of text, and build the lexicon with its pronunciations.

python -m asr.training.language.vocabulary TEXT_DIR --output assets/model/lexicon.safetensors

With `--base LEXICON` the words of that lexicon keep their ids and new words follow, so a neural LM, which knows the
most frequent words by their ids, stays valid. With `--keep 30000` only its first 30,000 words keep their ids and its
others are sorted by frequency in this text, so that the neural LM can be trained with more of them.
"""

import argparse
import lzma
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import numpy as np

from asr.language.lexicon import MARKS, Lexicon
from asr.text.phones import LABELS
from asr.training.text.pronounce import Pronouncer

_EXCLUDED = ("prompts",)  # sentences written for synthetic voices, not natural language
MIN_UNSEEN_PHONES = 4  # of a dictionary word that the text has less than twice
_WORD = re.compile(r"'?[a-z][a-z']*")


def read_lines(folder: Path, weights: Mapping[str, int] | None = None, block: int = 100_000) -> Iterator[list[str]]:
    """Yield the sentences of all *.txt.xz in a folder, in blocks of at most `block` lines.

    Args:
        folder: Of text, one sentence per line.
        weights: NAME -> how often NAME.txt.xz is read; once if it has no weight.
        block: Lines.

    Raises:
        FileNotFoundError: The folder has no such file, or none of a name in `weights`.
    """
    found = {path.name.removesuffix(".txt.xz"): path for path in sorted(folder.glob("*.txt.xz"))}
    for name in _EXCLUDED:
        found.pop(name, None)
    if not found:
        raise FileNotFoundError(f"No *.txt.xz in {folder}")
    weights = weights or {}
    if missing := set(weights) - set(found):
        raise FileNotFoundError(f"No {', '.join(sorted(missing))} in {folder}")
    for path in (path for name, path in found.items() for _ in range(weights.get(name, 1))):
        with lzma.open(path, "rt", encoding="utf-8") as file:
            while lines := list(islice(file, block)):
                yield lines


def choose(counts: Counter[str], pronouncer: Pronouncer, seen: int | None = None) -> list[str]:
    """Return the vocabulary, most frequent words first. The surer the pronunciation, the rarer a word may be.

    Words of the dictionary are included even if the text does not have them, since no text has all names. Short ones
    must occur twice: they would be recognised wrongly in many places.

    Args:
        counts: Word -> occurrences.
        pronouncer: Dictionary and rules.
        seen: Occurrences that a word outside the dictionary needs; None: 1 if its pronunciation follows from a word of
            the dictionary, otherwise 4.
    """

    def enough(word: str) -> bool:
        if pronunciations := pronouncer.dictionary.get(word):
            return counts[word] > 1 or all(len(variant) >= MIN_UNSEEN_PHONES for variant in pronunciations)
        return counts[word] >= (seen or (1 if pronouncer.derive(word) else 4))

    words = counts.keys() | pronouncer.dictionary.keys()
    chosen = [word for word in words if _WORD.fullmatch(word) and enough(word)]
    return sorted(chosen, key=lambda word: (-counts[word], word))


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", type=Path, help="folder of *.txt.xz in spoken form, one sentence per line")
    parser.add_argument("--base", type=Path, help="lexicon whose words come first, in its order")
    parser.add_argument("--keep", type=int, metavar="WORDS", help="words of the base that keep their ids; default: all")
    parser.add_argument("--seen", type=int, metavar="TIMES", help="occurrences needed by a word outside the dictionary")
    parser.add_argument("--names", type=Path, help="words to include even if no text has them, one per line")
    parser.add_argument("--output", type=Path, required=True, help="lexicon file to write")
    return parser


def main() -> None:
    """Run the command."""
    arguments = make_parser().parse_args()

    counts: Counter[str] = Counter()
    for lines in read_lines(arguments.text):
        counts.update("".join(lines).split())
    pronouncer = Pronouncer()
    # Single letters are words, as people spell names with them.
    counts.update({letter: 2 for letter in "abcdefghijklmnopqrstuvwxyz"})
    base = list(Lexicon.load(arguments.base).words[len(MARKS) :]) if arguments.base else []
    if arguments.keep is not None:
        kept = max(arguments.keep - len(MARKS), 0)  # <s>, </s> and <unk> have ids, too
        base[kept:] = sorted(base[kept:], key=lambda word: (-counts[word], word))
    names = arguments.names.read_text(encoding="utf-8").split() if arguments.names else []
    chosen = list(dict.fromkeys((*base, *choose(counts, pronouncer, arguments.seen), *filter(_WORD.fullmatch, names))))
    prons = pronouncer(chosen)
    chosen = [word for word in chosen if word in prons]

    total = sum(counts.values())
    logp = np.log([1 / total] * len(MARKS) + [max(counts[word], 0.3) / total for word in chosen])
    lexicon = Lexicon.build((*MARKS, *chosen), prons, logp, LABELS)
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    lexicon.save(arguments.output)
    covered = sum(counts[word] for word in chosen) / total
    print(
        f"{len(chosen)} words cover {covered:.2%} of {total} running words; "
        f"{len(lexicon.node_words)} pronunciations in {len(lexicon.phone)} nodes"
    )


if __name__ == "__main__":
    main()
