"""How many of the replaced words have the right word among their alternatives."""

from collections.abc import Sequence

from asr.training.evaluation.words.judged import JudgedWord

Pair = tuple[JudgedWord, str]  # a recognised word, and the one of the transcript that it was put in the place of


def listed_table(judged: Sequence[JudgedWord], count: int, below: float) -> str:
    """Return a table in Markdown: of replaced words, how many have the right word among their alternatives.

    Args:
        judged: The words of recordings; each corpus has a column.
        count: How many alternatives were wanted.
        below: Confidence under which the window marks a word.
    """
    corpora = sorted({j.corpus for j in judged})
    columns = [*([j for j in judged if j.corpus == corpus] for corpus in corpora), list(judged)]
    timed = [_replaced([(j, j.reference) for j in column]) for column in columns]
    rows: dict[str, list[list[Pair]]] = {
        "by the fewest errors alone": [_replaced([(j, j.by_errors_alone) for j in column]) for column in columns],
        "by the fewest errors, then by time": [_replaced([(j, j.by_errors) for j in column]) for column in columns],
        "by time": timed,
        "of these, spoken at that time": [[pair for pair in pairs if pair[0].overlaps] for pairs in timed],
        "of these, in the lexicon": [[pair for pair in pairs if pair[0].known] for pairs in timed],
        f"of these, below {below}": [[pair for pair in pairs if pair[0].word.confidence < below] for pairs in timed],
        "all wrong words": [[(j, j.reference) for j in column if not j.right] for column in columns],
    }
    lines = [
        f"| right word among {count}, replaced words paired | {' | '.join([*corpora, 'all'])} |",
        f"| --- |{' --- |' * len(columns)}",
    ]
    return "\n".join([*lines, *(f"| {name} | {' | '.join(map(_share, row))} |" for name, row in rows.items())])


def _replaced(pairs: list[Pair]) -> list[Pair]:
    """Return the pairs of two different words."""
    return [(judged, text) for judged, text in pairs if text and text != judged.word.text]


def _share(pairs: Sequence[Pair]) -> str:
    """Return "3 of 4 (75.0 %)": of words, those whose alternatives have the right one."""
    listed = sum(any(other.text == text for other in judged.word.alternatives) for judged, text in pairs)
    return f"{listed} of {len(pairs)} ({100 * listed / max(len(pairs), 1):.1f} %)"
