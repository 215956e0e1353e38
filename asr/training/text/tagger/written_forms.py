"""How words are usually written: lower case, with a capital, in capitals, or in a form of their own as "iPhone".

Three sources, the surest first: how written text has a word inside its sentences; a spelling dictionary with capitals
(Hunspell's *.dic); lists of names.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from asr.text.formatter.inputs import BOTH_CASES, CAPITAL, LOWER, MIXED, UNKNOWN_CASE
from asr.text.normalize import normalize
from asr.training.text.tagger.tagged_text import Token, case_of

MIN_COUNT = 3  # times that a word must occur inside sentences for its written form to be known from them
_ENDINGS = ("'s", "s'", "s", "es", "d", "ed", "ing", "ly", "er", "ers", "est", "ness", "ings", "able", "ally")


@dataclass(frozen=True)
class WrittenForms:
    """What is known of words by their spoken form."""

    priors: dict[str, int]  # one of asr.text.formatter.inputs.PRIORS, without unknown ones
    mixed: dict[str, str]  # the written form of words that are neither lower case, Capital nor UPPER


def read_dictionary(path: Path) -> Iterable[str]:
    """Yield the entries of a Hunspell dictionary without their flags."""
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        yield line.partition("/")[0].strip()


def read_names(path: Path) -> Iterable[str]:
    """Yield the first word of each line, as a name."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield line.split()[0].capitalize()


def written_forms(
    lines: Iterable[list[Token]], dictionary: Iterable[str], names: Iterable[str], words: Iterable[str]
) -> WrittenForms:
    """Decide how each of `words` is usually written.

    Args:
        lines: Written text.
        dictionary: Words with their capitals.
        names: Names with their capitals; they count only where a word is in no other source.
        words: Words in spoken form.
    """
    counts: defaultdict[str, Counter[int]] = defaultdict(Counter)
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        for token in line:
            case = case_of(token.written)
            if token.first and case == CAPITAL:
                continue
            counts[token.spoken][case] += 1
            if case == MIXED:
                forms[token.spoken][token.written.replace("’", "'")] += 1
    listed: defaultdict[str, set[int]] = defaultdict(set)
    spelled: dict[str, str] = {}
    for entry in dictionary:
        if re.fullmatch(r"[A-Za-z]{2,}(?:'[a-z]+)?", entry):
            case = case_of(entry)
            listed[normalize(entry)].add(case)
            if case == MIXED:
                spelled[normalize(entry)] = entry
    people = {normalize(name) for name in names}
    priors, mixed = {}, {}
    for word in words:
        prior = _prior(counts.get(word), listed, people, word)
        if prior == MIXED:
            form = forms[word].most_common(1)[0][0] if forms.get(word) else spelled.get(word, "")
            if normalize(form) != word:
                continue
            mixed[word] = form
        elif forms.get(word) and forms[word].most_common(1)[0][1] >= MIN_COUNT:
            mixed[word] = forms[word].most_common(1)[0][0]
        if prior != UNKNOWN_CASE:
            priors[word] = prior
    return WrittenForms(priors, mixed)


def _prior(count: Counter[int] | None, listed: dict[str, set[int]], people: set[str], word: str) -> int:
    if count and (total := sum(count.values())) >= MIN_COUNT:
        best, times = count.most_common(1)[0]
        if times >= 0.8 * total:
            return best
        return BOTH_CASES if count[LOWER] + count[CAPITAL] >= 0.8 * total else best
    stems = [word, *(word[: -len(ending)] for ending in _ENDINGS if word.endswith(ending) and len(word) > len(ending))]
    stems += [stem + "e" for stem in stems[1:]] + [stem[:-1] + "y" for stem in stems[1:] if stem.endswith("i")]
    for stem in stems:
        if cases := listed.get(stem):
            if cases == {LOWER, CAPITAL}:
                return BOTH_CASES
            return min(cases) if stem == word or min(cases) <= CAPITAL else UNKNOWN_CASE
    return CAPITAL if any(stem in people for stem in (word, word.removesuffix("'s"))) else UNKNOWN_CASE
