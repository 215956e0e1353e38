"""Written text as it may have been spoken, so that writing "92" or "Mr." costs a recogniser no errors.

Transcripts of test sets are spelt as they are spoken ("ninety two", "mister"). A written word may stand for several
spoken forms (`asr.text.spoken_forms`); the reading with the fewest errors is scored, for every recogniser alike.
"""

from collections.abc import Sequence

from asr.text.spoken_forms import Form, spoken_forms

_Path = tuple[int, Form]  # errors, and the reading that has them


def closest_reading(written: str, reference: Sequence[str]) -> str:
    """Return the reading of a text that has the fewest errors: substitutions, deletions and insertions.

    Args:
        written: Any text, with capitals, marks and digits.
        reference: The words that were spoken, spelt as `asr.text.normalize` spells them.
    """
    # paths[j]: the best reading of the words so far, against the first j words of the reference
    paths: list[_Path] = [(j, ()) for j in range(len(reference) + 1)]
    for word in written.split():
        if forms := spoken_forms(word):
            paths = [
                min(choices) for choices in zip(*(_extended(paths, form, reference) for form in forms), strict=True)
            ]
    return " ".join(paths[-1][1])


def _extended(paths: list[_Path], form: Form, reference: Sequence[str]) -> list[_Path]:
    """Return the paths with the words of a form behind them."""
    for word in form:
        errors, reading = paths[0]
        longer: list[_Path] = [(errors + 1, (*reading, word))]
        for j, spoken in enumerate(reference, start=1):
            replaced, inserted = paths[j - 1], paths[j]
            best = min((replaced[0] + (spoken != word), replaced[1]), (inserted[0] + 1, inserted[1]))
            deleted = longer[-1]
            extended = (best[0], (*best[1], word))
            longer.append(min(extended, (deleted[0] + 1, deleted[1])))
        paths = longer
    return paths
