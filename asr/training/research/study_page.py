"""The page of the study: tables, pictures, and conclusions that are computed from the figures."""

import os
from pathlib import Path

import numpy as np

from asr.training.research import study_plots
from asr.training.research.study_plots import NAMES, STEP
from asr.training.research.study_probe import horizon
from asr.training.research.study_tables import separated, spread, table

INTRODUCTION = """# Common claims about gated recurrent units, measured

Made by `python -m asr.training.research.study --train TRAIN --dev DEV --test TEST --output .work/study
--minutes {total_minutes:g} --recordings {recordings} --forgotten {forgotten}` on two cores; all figures and conclusions
are computed. The cells, their equations and sources: [`asr/acoustic/cells.py`](../../acoustic/cells.py). Parity with
PyTorch and gradients: `tests/asr/acoustic/test_cells.py`. One step of the networks is {step:.0f} ms of sound.

Articles on gated recurrent units make four claims: gradients of plain recurrent networks vanish over time and gates
prevent it; a GRU has fewer parameters than an LSTM; it trains faster; it recognises as well.
"""

LIMITS = """## Limits

* Networks of {layers} layers that train for minutes, on one language and one front end: their order need not hold for
  large networks that train for days. The learning rate is the same for all and was not tuned for each.
* {seeds} seeds for each network. Two sets of runs are called *separated* when their ranges do not overlap. With two
  seeds each this happens by chance one time in three, with four each one time in 35.
* In equal time, faster code trains on more sound: where the hours differ, so does the amount of data. Processor time
  depends on other load (shared caches and cores), so seeds of one network differ in hours as well.
* Speed is that of PyTorch on this processor. `torch.nn.GRU` and `LSTM` run fused code, `GRU (2014)` a loop of single
  operations in Python, so its times are those of the code and not of the equations.
* Gradients and memory are measured on one seed; the gates and the cost of forgetting on the shipped model.
"""


def costs(results: dict, pictures: dict[str, str]) -> str:
    """Return the section on size and speed."""
    rows = results["costs"]
    cell = {row["cell"]: row for row in rows if row["width"] == results["width"]}
    gru, lstm = cell["gru"], cell["lstm"]
    figures = table(
        ["cell, width", "parameters", "streaming: ms per block of 0.32 s", "updates/s", "hours trained per hour"],
        [
            [
                f"{NAMES[row['cell']]}, {row['width']}",
                f"{row['parameters']:,}",
                f"{row['block_ms']:.2f}",
                f"{row['updates_per_second']:.2f}",
                f"{row['hours_per_hour']:.0f}",
            ]
            for row in rows
        ],
    )
    saved = 100 * (1 - gru["parameters"] / lstm["parameters"])
    faster = gru["hours_per_hour"] / lstm["hours_per_hour"]
    return f"""## Size and speed

{figures}
Updates are forward and backward passes over 16 recordings of 6 s, without the loading of sound, by all threads.

**Fewer parameters: true.** A GRU layer has 3 blocks of weights, an LSTM layer 4 and a plain layer 1. The whole network
has {saved:.0f} % fewer parameters, since convolutions and outputs are the same.

**Trains faster: {_verdict(faster)}** A GRU of equal width trains on {faster:.2f} times as much sound as an LSTM in the
same time, and a streamed block takes {gru["block_ms"] / lstm["block_ms"]:.2f} times as long.
"""


def _verdict(ratio: float) -> str:
    return "true here." if ratio > 1.05 else "false here." if ratio < 0.95 else "no difference here."


def runs(results: dict, pictures: dict[str, str]) -> str:
    """Return the section on trainings of equal time."""
    rows, width = results["runs"], results["width"]
    sizes = list(dict.fromkeys((row["cell"], row["width"]) for row in rows))
    sets = sorted(name for name in rows[0]["words"])
    least = min(row["hours"] for row in rows)
    lines = []
    for cell, size in sizes:
        mine = [row for row in rows if (row["cell"], row["width"]) == (cell, size)]
        lines.append(
            [
                f"{NAMES[cell]}, {size}",
                f"{mine[0]['parameters']:,}",
                spread(row["hours"] for row in mine),
                spread((_loss(row, least) for row in mine), 2),
                spread(_phones(row) for row in mine),
                *(spread(row["words"][name]["wer"] for row in mine) for name in sets),
            ]
        )
    head = ["cell, width", "parameters", "hours of sound", f"loss at {least:.0f} h", "phone errors, dev"]
    figures = table([*head, *(f"WER {n}" for n in sets)], lines)
    words = rows[0]["words"]["all"]["words"]
    return f"""## Results after {rows[0]["minutes"]:.1f} minutes

Every network trained for the same processor time, on one core and the same speech without augmentation: at equal width
({width}), and with the width at which it has most nearly as many parameters as the GRU. In brackets each seed.

{figures}
{_picture(pictures, "losses", "Training loss against hours of sound and against minutes")}
{_picture(pictures, "errors", "Phone and word error rates, one point for each run")}
Word errors: {words} words of the test sets, through the streaming path with the shipped lexicon and language model.

**Recognises as well:** the WER of the GRU of {width} on all test sets,

{_as_well(rows, width)}
"""


def _loss(row: dict, hours: float) -> float:
    """Return the training loss after so many hours of sound; slower code then has a lower learning rate."""
    curve = row["curve"]
    return float(np.interp(hours, [at["hours"] for at in curve], [at["loss"] for at in curve]))


def _phones(row: dict) -> float:
    return float(np.mean(list(row["phones"].values())))


def _as_well(rows: list[dict], width: int) -> str:
    def of(cell: str, same: bool) -> list[dict]:
        return [row for row in rows if row["cell"] == cell and (row["width"] == width) == same]

    def rates(some: list[dict]) -> list[float]:
        return [row["words"]["all"]["wer"] for row in some]

    sentences = []
    gru = of("gru", True)
    for cell in ("lstm", "rnn", "gru2014"):
        for same, how in ((True, "equal width"), (False, "equal parameters")):
            other = of(cell, same)
            if other:
                apart = "separated" if separated(rates(gru), rates(other)) else "not separated"
                change = np.mean(rates(gru)) - np.mean(rates(other))
                hours, theirs = (np.mean([row["hours"] for row in some]) for some in (gru, other))
                sentences.append(
                    f"* against {NAMES[cell]} at {how}: {change:+.1f} points ({apart}), after {hours:.0f} h instead of"
                    f" {theirs:.0f} h of sound"
                )
    return "\n".join(sentences) + (
        "\n\nThese are results in equal time. The losses at equal sound, in the table, do not depend on speed."
    )


def probes(results: dict, pictures: dict[str, str]) -> str:
    """Return the section on gradients and memory."""
    lines = []
    for cell, found in results["probes"].items():
        for state, norms in found["gradients"].items():
            at = [k for k in (10, 50, 100, 200, 400) if k <= len(norms)]
            far = horizon(found["memory"][state])
            reach = f"over {len(found['echoes'][state]) * STEP:.0f} s" if far is None else f"{far * STEP:.1f} s"
            shares = {k: f"{norms[k - 1] / norms[0]:.0e}" if norms[k - 1] > 1e-200 else "0" for k in at}
            lines.append([f"{NAMES[cell]}, {state}", *(shares.get(k, "") for k in (10, 50, 100, 200, 400)), reach])
    figures = table(["cell", *(f"k = {k}" for k in (10, 50, 100, 200, 400)), "memory"], lines)
    return f"""## Gradients and memory

The gradient of the loss at step t with respect to the state of all recurrent layers k steps before, relative to that at
k = 1; in float64, geometric mean over streams of speech. *Memory*: how long after a difference of the inputs the
outputs still differ by a hundredth (total variation of the output distributions).

{figures}
{_picture(pictures, "gradients", "Norm of the gradient against k, untrained and trained")}
{_picture(pictures, "memory", "Difference of the outputs after a difference of the inputs")}
**Gates prevent vanishing gradients:** orders of magnitude that the gradient loses over 50 steps ({50 * STEP:.0f} s),

{_decay(results["probes"])}

Gates slow the decay but do not prevent it: a gradient that falls by an order of magnitude in a few seconds vanishes.
"""


def _decay(found: dict) -> str:
    sentences = []
    for state in ("untrained", "trained"):
        lost = {}
        for cell, probe in found.items():
            if norms := probe["gradients"].get(state):
                k = min(50, len(norms))
                lost[cell] = -np.log10(max(norms[k - 1], 1e-300) / norms[0])
        if {"rnn", "gru", "lstm"} <= set(lost):
            each = ", ".join(f"{NAMES[cell]} {value:.1f}" for cell, value in lost.items())
            best = max(lost["gru"], lost["lstm"])
            verdict = "gates slow the decay" if best < 0.8 * lost["rnn"] else "gates do not slow the decay"
            sentences.append(f"* {state}: {each}; {verdict}")
    return "\n".join(sentences)


def gates(results: dict, pictures: dict[str, str]) -> str:
    """Return the section on the update gates."""
    found = results["gates"]
    layers = range(len(found["units"]))
    kinds = found["by_phones"]
    rows = [
        [name, str(kind["recordings"]), *(f"{kind['mean'][i]:.3f} ± {kind['error'][i]:.3f}" for i in layers)]
        for name, kind in kinds.items()
    ]
    slow = [np.log(0.5) / np.log1p(-np.clip(units, 1e-4, 1 - 1e-4)) * STEP for units in found["units"]]
    figures = table(["phones that begin in the step", "recordings", *(f"layer {i + 1}" for i in layers)], rows)
    return f"""## Gates on speech

Openness of the update gate of `{found["model"]}` ({NAMES[found["cell"]]}; 0 keeps the old state, 1 replaces it), mean
over units, on {found["recordings"]} recordings of the dev set. Phones begin where the model's own best CTC path begins
them, about 80 ms late and with the resolution of a step, so the table is about steps and not about phone boundaries.

{figures}
{_picture(pictures, "gates", "Openness around pauses, by phones, and half-lives of units")}
{_phone_verdict(kinds, layers)}

Units have different time scales: the median half-life, at a unit's mean openness, is by layer
{", ".join(f"{np.median(s):.2f} s" for s in slow)}, that of the slowest tenth at least
{", ".join(f"{np.quantile(s, 0.9):.1f} s" for s in slow)}.
"""


def _phone_verdict(kinds: dict, layers: range) -> str:
    if not {"0", "2"} <= set(kinds):
        return "There are too few recordings to compare steps with and without phones."
    changes = []
    for i in layers:
        change = kinds["2"]["mean"][i] - kinds["0"]["mean"][i]
        sure = abs(change) > 2 * np.hypot(kinds["2"]["error"][i], kinds["0"]["error"][i])
        changes.append(f"layer {i + 1} by {change:+.3f} ({'beyond' if sure else 'within'} two standard errors)")
    return f"**From steps in which no phone begins to steps with two, openness changes:** {', '.join(changes)}."


def forgetting(results: dict, pictures: dict[str, str]) -> str:
    """Return the section on the cost of a reset of the state."""
    rows = results["forgetting"]["rates"]
    names = list(rows[0]["words"])
    when = [f"{row['seconds']:.2f} s" if row["every"] else "never" for row in rows]
    lines = [[w, *(f"{row['words'][n]['wer']:.1f}" for n in names)] for w, row in zip(when, rows, strict=True)]
    first, never = rows[0]["words"]["all"], rows[-1]["words"]["all"]
    return f"""## The cost of forgetting

Word error rate (%) of the shipped model when the state of its recurrent layers is reset to zeros at regular intervals.
The context of the convolutions, the look-ahead and the search are kept, and the last two blocks of a recording are one;
{never["words"]} words.

{table(["state reset after", *names], lines)}
{_picture(pictures, "forgetting", "Word error rate against the seconds after which the state is reset")}
Carrying the state from block to block reduces the WER from {first["wer"]:.1f} to {never["wer"]:.1f} %. The model was
trained to carry it, so this is what this model loses, not the WER of a model trained without a state.
"""


def _picture(pictures: dict[str, str], name: str, description: str) -> str:
    return f"![{description}]({pictures[name]})\n" if name in pictures else ""


def write(results: dict, page: Path, folder: Path) -> None:
    """Write the page and its pictures; the page names the parts that have no results.

    Args:
        results: Of the parts that were measured.
        page: File to write.
        folder: Of the pictures.
    """
    relative = Path(os.path.relpath(folder, page.parent))
    pictures = {name: (relative / file).as_posix() for name, file in study_plots.draw(results, folder).items()}
    parts = [INTRODUCTION.format(step=1000 * STEP, **results)]
    sections = {"costs": costs, "runs": runs, "probes": probes, "gates": gates, "forgetting": forgetting}
    parts += [make(results, pictures) for name, make in sections.items() if results.get(name)]
    missing = [name for name in sections if not results.get(name)]
    if missing:
        parts.append(f"Not measured yet: {', '.join(missing)}.\n")
    parts.append(LIMITS.format(**results))
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("\n".join(parts))
