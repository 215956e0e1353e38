"""Choose the words to know from a folder of text, and build the lexicon of how they are said.

python -m asr.training.language.vocabulary TEXT_DIR --output assets/model/lexicon.safetensors

With `--base LEXICON` the words of that one keep their ids, and new ones come behind them: a word GRU that knows the
most frequent words by their ids goes on. With `--keep 30000` only its first 30,000 do, and its others are sorted anew
by how often this text has them: the GRU may then learn to tell more of them.
"""

import argparse
import lzma
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import numpy as np

from asr.decoding.lexicon import MARKS, Lexicon
from asr.text.phones import LABELS
from asr.training.text.pronounce import Pronouncer

# To be read aloud by synthetic voices: not the language people speak.
_NOT_LANGUAGE = ("prompts",)
UNSEEN = 4  # phones at least of a word that is known without having been seen twice
_WORD = re.compile(r"'?[a-z][a-z']*")


def read_lines(folder: Path, weights: Mapping[str, int] | None = None, block: int = 100_000) -> Iterator[list[str]]:
    """The sentences of all *.txt.xz of a folder, in blocks; a file NAME.txt.xz is read weights[NAME] times.
    FileNotFoundError when there are none, or none of a name that has a weight."""
    found = {path.name.removesuffix(".txt.xz"): path for path in sorted(folder.glob("*.txt.xz"))}
    for name in _NOT_LANGUAGE:
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
    """The words to know, most frequent first; the surer the pronunciation, the less often they must be seen.
    What no dictionary has must be seen `seen` times, if that is given.

    What the dictionary has is known even if never seen: no text holds all names. But what is both unseen and short
    would be heard in everything.
    """

    def enough(word: str) -> bool:
        if said := pronouncer.dictionary.get(word):
            return counts[word] > 1 or all(len(variant) >= UNSEEN for variant in said)
        return counts[word] >= (seen or (1 if pronouncer.derive(word) else 4))

    words = counts.keys() | pronouncer.dictionary.keys()
    chosen = [word for word in words if _WORD.fullmatch(word) and enough(word)]
    return sorted(chosen, key=lambda word: (-counts[word], word))


def main() -> None:
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("text", type=Path, help="folder of *.txt.xz in spoken form, one sentence a line")
    parser.add_argument("--base", type=Path, help="lexicon whose words come first, in its order")
    parser.add_argument("--keep", type=int, metavar="WORDS", help="of the base that keep their ids; all if not given")
    parser.add_argument("--seen", type=int, metavar="TIMES", help="that a word must be if no dictionary has it")
    parser.add_argument("--names", type=Path, help="words to know though no text has them, one a line")
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()

    counts: Counter[str] = Counter()
    for lines in read_lines(arguments.text):
        counts.update("".join(lines).split())
    pronouncer = Pronouncer()
    # A single letter is a word people spell with, seen or not.
    counts.update({letter: 2 for letter in "abcdefghijklmnopqrstuvwxyz"})
    base = list(Lexicon.load(arguments.base).words[len(MARKS) :]) if arguments.base else []
    if arguments.keep is not None:
        kept = max(arguments.keep - len(MARKS), 0)  # the marks have ids, too
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
