"""The page of the study: tables, pictures, and verdicts that follow from the figures and say how sure they are."""

import os
from pathlib import Path

import numpy as np

from asr.training.research import study_plots
from asr.training.research.study_plots import NAMES, STEP
from asr.training.research.study_probe import horizon
from asr.training.research.study_tables import spread, table, told_apart

INTRODUCTION = """# Gated recurrent units, held to account

Made by `python -m asr.training.research.study --train TRAIN --dev DEV --test TEST --output .work/study
--minutes {total_minutes:g} --recordings {recordings} --forgotten {forgotten}` on two cores; all figures are computed.
The cells, their equations and sources: [`asr/acoustic/cells.py`](../../acoustic/cells.py). Parity with PyTorch
and gradients: `tests/asr/acoustic/test_cells.py`. One step of the networks is {step:.0f} ms of sound.

Articles on gated recurrent units say four things: that plain recurrent networks lose gradients over time and gates
cure it; that a GRU has fewer parameters than an LSTM; that it trains faster; that it recognises as well.
"""

LIMITS = """## How sure this is

* Networks of {layers} layers that train for minutes, on one language and one front end: an order among them need not
  hold for large ones that train for days. The learning rate is the same for all and was not tuned for each.
* {seeds} seeds a network. Two sets of runs are called *told apart* when their ranges do not overlap: with two seeds
  each chance alone does that one time in three, with four each one time in 35: a hint, where ranges are close.
* In equal time faster code hears more: where hours heard differ, so does what was learnt. Processor time is not free
  of what else runs beside it (shared caches and cores), which is why seeds of one network differ in hours as well.
* Speed is that of PyTorch on this processor. `torch.nn.GRU` and `LSTM` run fused code, `GRU (2014)` a loop of single
  operations in Python, so its times say something about the code and not about the equations.
* Gradients and memory are measured on one seed; the gates and the cost of forgetting on the one model that ships.
"""


def costs(results: dict, pictures: dict[str, str]) -> str:
    rows = results["costs"]
    cell = {row["cell"]: row for row in rows if row["width"] == results["width"]}
    gru, lstm = cell["gru"], cell["lstm"]
    told = table(
        ["cell, width", "parameters", "streaming: ms a block of 0.32 s", "updates/s", "hours trained an hour"],
        [
            [f"{NAMES[r['cell']]}, {r['width']}", f"{r['parameters']:,}", f"{r['block_ms']:.2f}",
             f"{r['updates_per_second']:.2f}", f"{r['hours_per_hour']:.0f}"] for r in rows
        ],
    )  # fmt: skip
    saved = 100 * (1 - gru["parameters"] / lstm["parameters"])
    faster = gru["hours_per_hour"] / lstm["hours_per_hour"]
    return f"""## Size and speed

{told}
Updates are forward and backward passes over 16 recordings of 6 s, the loading of sound left out, by all threads.

**Fewer parameters: right.** Layer by layer a GRU has 3 blocks of weights for an LSTM's 4 and a plain network's 1. Of
the whole network it saves {saved:.0f} %, since convolutions and outputs stay.

**Trains faster: {_verdict(faster)}** A GRU of equal width hears {faster:.2f} times the sound that an LSTM does
in the same time, and a block costs it {gru["block_ms"] / lstm["block_ms"]:.2f} times as much.
"""


def _verdict(ratio: float) -> str:
    return "right." if ratio > 1.05 else "not so here." if ratio < 0.95 else "no difference here."


def runs(results: dict, pictures: dict[str, str]) -> str:
    rows, width = results["runs"], results["width"]
    sizes = list(dict.fromkeys((row["cell"], row["width"]) for row in rows))
    sets = sorted(name for name in rows[0]["words"])
    least = min(row["heard"] for row in rows)
    lines = []
    for cell, size in sizes:
        mine = [row for row in rows if (row["cell"], row["width"]) == (cell, size)]
        lines.append([
            f"{NAMES[cell]}, {size}", f"{mine[0]['parameters']:,}", spread(row["heard"] for row in mine),
            spread((_loss(row, least) for row in mine), 2), spread(_phones(row) for row in mine),
            *(spread(row["words"][name]["wer"] for row in mine) for name in sets),
        ])  # fmt: skip
    head = ["cell, width", "parameters", "hours heard", f"loss at {least:.0f} h", "phone errors, dev"]
    told = table([*head, *(f"WER {n}" for n in sets)], lines)
    words = rows[0]["words"]["all"]["words"]
    return f"""## What they learn in {rows[0]["minutes"]:.1f} minutes

Every network trained for the same minutes of processor time, on one core and the same speech, as it is. At equal width
({width}), and with the width at which it comes nearest to the GRU's parameters. In brackets each seed.

{told}
{_picture(pictures, "losses", "Training loss against sound heard and against minutes")}
{_picture(pictures, "errors", "Phone and word error rates, a point a run")}
Word errors: {words} words of the test sets, through the streaming path with the shipped lexicon and language model.

**Recognises as well:** the WER of the GRU of {width} on all test sets,

{_as_well(rows, width)}
"""


def _loss(row: dict, hours: float) -> float:
    """Training loss when so much was heard; the learning rate is then further down where the code is slower."""
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
                apart = "told apart" if told_apart(rates(gru), rates(other)) else "not told apart"
                change = np.mean(rates(gru)) - np.mean(rates(other))
                heard, theirs = (np.mean([row["heard"] for row in some]) for some in (gru, other))
                sentences.append(
                    f"* against {NAMES[cell]} at {how}: {change:+.1f} points ({apart}), having heard {heard:.0f} h for"
                    f" {theirs:.0f} h"
                )
    return "\n".join(sentences) + (
        "\n\nIn equal time, that is; the losses at equal sound, in the table, say what of it is the speed of the code."
    )


def probes(results: dict, pictures: dict[str, str]) -> str:
    lines = []
    for cell, found in results["probes"].items():
        for state, norms in found["gradients"].items():
            at = [k for k in (10, 50, 100, 200, 400) if k <= len(norms)]
            far = horizon(found["echoes"][state])
            reach = f"over {len(found['echoes'][state]) * STEP:.0f} s" if far is None else f"{far * STEP:.1f} s"
            shares = {k: f"{norms[k - 1] / norms[0]:.0e}" if norms[k - 1] > 1e-200 else "0" for k in at}
            lines.append([f"{NAMES[cell]}, {state}", *(shares.get(k, "") for k in (10, 50, 100, 200, 400)), reach])
    told = table(["cell", *(f"k = {k}" for k in (10, 50, 100, 200, 400)), "memory"], lines)
    return f"""## How far back

The gradient of the loss at step t with respect to all that the recurrent layers carried k steps before, as a share
of that at k = 1; in float64, geometric mean over streams of speech. *Memory*: how long after a change of the input
the output still differs by a hundredth (total variation of the label distributions).

{told}
{_picture(pictures, "gradients", "Norm of the gradient against k, untrained and trained")}
{_picture(pictures, "echoes", "Difference of the outputs after the input changed")}
**Gates cure vanishing gradients:** powers of ten that the gradient loses over 50 steps ({50 * STEP:.0f} s),

{_cure(results["probes"])}

Slowed is not cured: what falls by a power of ten every few seconds still vanishes.
"""


def _cure(found: dict) -> str:
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
            verdict = "gates slow the loss" if best < 0.8 * lost["rnn"] else "gates do not slow the loss"
            sentences.append(f"* {state}: {each}; {verdict}")
    return "\n".join(sentences)


def gates(results: dict, pictures: dict[str, str]) -> str:
    found = results["gates"]
    layers = range(len(found["units"]))
    kinds = found["by_phones"]
    rows = [
        [name, str(kind["recordings"]), *(f"{kind['mean'][i]:.3f} ± {kind['error'][i]:.3f}" for i in layers)]
        for name, kind in kinds.items()
    ]
    slow = [np.log(0.5) / np.log1p(-np.clip(units, 1e-4, 1 - 1e-4)) * STEP for units in found["units"]]
    told = table(["phones that begin in the step", "recordings", *(f"layer {i + 1}" for i in layers)], rows)
    return f"""## What the gates do on speech

Openness of the update gate of `{found["model"]}` ({NAMES[found["cell"]]}; 0 keeps the old state, 1 replaces it), mean
over units, on {found["recordings"]} recordings of the dev set. Phones begin where the model's own best CTC path puts
them, which is late by some 80 ms and no finer than a step, so this shows phones *in* a step and not edges within it.

{told}
{_picture(pictures, "gates", "Openness around the edges of speech, by phones, and half-lives of units")}
{_phone_verdict(kinds, layers)}

Units do not share one clock: the median half-life, at a unit's mean openness, is by layer
{", ".join(f"{np.median(s):.2f} s" for s in slow)}, the slowest tenth keep half for
{", ".join(f"{np.quantile(s, 0.9):.1f} s" for s in slow)} or longer.
"""


def _phone_verdict(kinds: dict, layers: range) -> str:
    if not {"0", "2"} <= set(kinds):
        return "There are too few recordings to tell steps with phones from steps without."
    signs = []
    for i in layers:
        change = kinds["2"]["mean"][i] - kinds["0"]["mean"][i]
        sure = abs(change) > 2 * np.hypot(kinds["2"]["error"][i], kinds["0"]["error"][i])
        signs.append(f"layer {i + 1} by {change:+.3f} ({'beyond' if sure else 'within'} two standard errors)")
    return f"**From steps in which no phone begins to steps with two, openness changes:** {', '.join(signs)}."


def forgetting(results: dict, pictures: dict[str, str]) -> str:
    rows = results["forgetting"]["rates"]
    names = list(rows[0]["words"])
    when = [f"{row['seconds']:.2f} s" if row["every"] else "never" for row in rows]
    lines = [[w, *(f"{row['words'][n]['wer']:.1f}" for n in names)] for w, row in zip(when, rows, strict=True)]
    first, never = rows[0]["words"]["all"], rows[-1]["words"]["all"]
    return f"""## The cost of forgetting

Word error rate (%) of the shipped model when the state of its recurrent layers is set back to the start after every
so many seconds. The sound in the convolutions' reach, the look-ahead and the search stay, and the last two blocks of
a recording are heard in one; {never["words"]} words.

{table(["state forgotten after", *names], lines)}
{_picture(pictures, "forgetting", "Word error rate against the seconds after which the state is forgotten")}
Carrying the state from block to block takes the WER from {first["wer"]:.1f} to {never["wer"]:.1f} %. The model was
trained to carry it, so this is what this model loses, not what one trained without a state would reach.
"""


def _picture(pictures: dict[str, str], name: str, told: str) -> str:
    return f"![{told}]({pictures[name]})\n" if name in pictures else ""


def write(results: dict, page: Path, folder: Path) -> None:
    """Write the page, with what was measured and word of what was not."""
    way = Path(os.path.relpath(folder, page.parent))
    pictures = {name: (way / file).as_posix() for name, file in study_plots.draw(results, folder).items()}
    parts = [INTRODUCTION.format(step=1000 * STEP, **results)]
    sections = {"costs": costs, "runs": runs, "probes": probes, "gates": gates, "forgetting": forgetting}
    parts += [make(results, pictures) for name, make in sections.items() if results.get(name)]
    missing = [name for name in sections if not results.get(name)]
    if missing:
        parts.append(f"Not measured yet: {', '.join(missing)}.\n")
    parts.append(LIMITS.format(**results))
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("\n".join(parts))
