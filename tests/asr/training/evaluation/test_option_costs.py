"""The cost of options: what is compared, and the table."""

from pathlib import Path

import pytest

from app.worker.demonstration import SAMPLE
from asr.recognizer import Recognizer
from asr.training.evaluation.option_costs import ALL, PLAIN, Cost, as_markdown, measure, options_by_name


@pytest.fixture
def ways(shipped: Recognizer, tmp_path: Path) -> dict:
    text = tmp_path / "minutes.txt"
    text.write_text("The keeper lit the lamp. The lamp was lit by the keeper every evening.\n")
    return options_by_name(shipped, [text])


def test_each_option_is_measured_alone_and_all_together(ways: dict) -> None:
    def on(name: str) -> set[str]:
        options = ways[name]
        found = {field: getattr(options, field) for field in ("formatted", "alternatives", "language")}
        return {field for field, value in (found | {"vocabulary": options.vocabulary.entries}).items() if value}

    assert next(iter(ways)) == PLAIN and on(PLAIN) == set()
    alone = [on(name) for name in ways if name not in (PLAIN, ALL)]
    assert sorted(map(len, alone)) == [1] * 4
    assert on(ALL) == set().union(*alone) == {"formatted", "alternatives", "language", "vocabulary"}


def test_the_table_has_ratios_of_the_least_times_and_differences_of_memory() -> None:
    costs = {PLAIN: [Cost(4.0, 410.0), Cost(2.0, 400.0)], ALL: [Cost(3.0, 460.0), Cost(2.5, 431.0)]}
    assert as_markdown(costs).splitlines()[2:] == [f"| {PLAIN} | 1.00 | +0 |", f"| {ALL} | 1.25 | +31 |"]


@pytest.mark.slow
def test_a_round_measures_every_set_in_a_process_of_its_own(ways: dict) -> None:
    some = {name: ways[name] for name in (PLAIN, ALL)}
    costs = measure(None, some, [SAMPLE], 1)
    assert all(len(each) == 1 and each[0].seconds > 0.1 and each[0].peak > 50 for each in costs.values())
