"""The pictures of the study as SVG files. FIGURES lists them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

STEP = 0.08  # seconds of a step of the default Config
COLOURS = {"rnn": "#8c6d1f", "lstm": "#b0413e", "gru": "#1f6f8c", "gru2014": "#5aa469"}
NAMES = {"rnn": "plain RNN", "lstm": "LSTM", "gru": "GRU", "gru2014": "GRU (2014)"}


def _axes(figure: Figure, count: int, **more: Any) -> list[Axes]:
    axes = np.atleast_1d(figure.subplots(1, count, **more)).tolist()
    for axis in axes:
        axis.grid(alpha=0.25)
        axis.spines[["top", "right"]].set_visible(False)
    return axes


def losses(figure: Figure, results: dict) -> None:
    """Plot training loss against hours of sound and against minutes; thick at equal width, thin at equal parameters."""
    axes = _axes(figure, 2, sharey=True)
    width = results["width"]
    for run in results["runs"]:
        thick = run["width"] == width
        for axis, key in zip(axes, ("hours", "minutes"), strict=True):
            axis.plot(
                [row[key] for row in run["curve"]],
                [row["loss"] for row in run["curve"]],
                color=COLOURS[run["cell"]],
                linewidth=1.6 if thick else 0.8,
                linestyle="-" if thick else "--",
                label=f"{NAMES[run['cell']]}, {run['width']}" if run["seed"] == 1 else None,
            )
    axes[0].set(xlabel="hours of sound", ylabel="CTC loss per phone")
    axes[1].set(xlabel="minutes of training")
    axes[1].legend(frameon=False, fontsize=8)


def errors(figure: Figure, results: dict) -> None:
    """Plot the phone error rate on dev and the word error rate of each test set; one point for each run."""
    runs = [run for run in results["runs"] if run.get("words")]
    sets = sorted(name for name in runs[0]["words"] if name != "all")
    axes = _axes(figure, 1 + len(sets))
    labels = list(dict.fromkeys((run["cell"], run["width"]) for run in runs))
    for axis, name in zip(axes, ["phones", *sets], strict=True):
        for run in runs:
            rate = np.mean(list(run["phones"].values())) if name == "phones" else run["words"][name]["wer"]
            place = labels.index((run["cell"], run["width"]))
            axis.plot(place, rate, "o", color=COLOURS[run["cell"]], alpha=0.8)
        axis.set_title("phone errors, dev (%)" if name == "phones" else f"word errors, {name} (%)", fontsize=9)
        axis.set_xticks(range(len(labels)), [f"{cell}\n{width}" for cell, width in labels], fontsize=7)


def gradients(figure: Figure, results: dict) -> None:
    """Plot the norm of the gradient against k, untrained and trained."""
    axes = _axes(figure, 2, sharey=True)
    for axis, state in zip(axes, ("untrained", "trained"), strict=True):
        for cell, found in results["probes"].items():
            if norms := found["gradients"].get(state):
                values = np.maximum(np.array(norms) / max(norms[0], 1e-200), 1e-40)
                axis.semilogy(np.arange(1, len(norms) + 1), values, color=COLOURS[cell], label=NAMES[cell])
        axis.set(xlabel=f"k, steps before ({STEP * 1000:.0f} ms each)", title=state)
    axes[0].set_ylabel("gradient norm over that at k = 1")
    axes[0].set_ylim(bottom=1e-32)
    axes[0].legend(frameon=False, fontsize=8)


def memory(figure: Figure, results: dict) -> None:
    """Plot the difference of the outputs after a difference of the inputs, untrained and trained."""
    axes = _axes(figure, 2, sharey=True)
    for axis, state in zip(axes, ("untrained", "trained"), strict=True):
        for cell, found in results["probes"].items():
            if differences := found["memory"].get(state):
                values = np.maximum(differences, 1e-7)
                axis.semilogy(np.arange(len(values)) * STEP, values, color=COLOURS[cell], label=NAMES[cell])
        axis.axhline(0.01, color="black", linewidth=0.6)
        axis.set(xlabel="seconds since the change of input ended", title=state)
    axes[0].set_ylabel("difference of the outputs (total variation)")
    axes[0].legend(frameon=False, fontsize=8)


def gates(figure: Figure, results: dict) -> None:
    """Plot openness around pauses and by phones of a step, one line for each layer, and the half-lives of units."""
    found = results["gates"]
    axes = _axes(figure, 4)
    for axis, key in zip(axes[:2], ("speech_begins", "speech_ends"), strict=True):
        if found[key]:
            half = len(found[key][0]) // 2
            for layer, values in enumerate(found[key]):
                axis.plot(np.arange(-half, half + 1) * STEP, values, color=_shade(layer))
        axis.axvline(0, color="black", linewidth=0.6)
        axis.set(xlabel="seconds", title=key.replace("_", " "))
    axes[0].set_ylabel("mean openness of the update gate")
    kinds = list(found["by_phones"])
    for layer in range(len(found["units"])):
        means = [found["by_phones"][kind]["mean"][layer] for kind in kinds]
        spread = [found["by_phones"][kind]["error"][layer] for kind in kinds]
        name = f"layer {layer + 1}"
        axes[2].errorbar(range(len(kinds)), means, spread, color=_shade(layer), marker="o", markersize=3, label=name)
        slow = STEP * np.log(0.5) / np.log1p(-np.clip(found["units"][layer], 1e-4, 1 - 1e-4))
        axes[3].plot(np.sort(slow), np.linspace(0, 1, len(slow)), color=_shade(layer))
    axes[2].legend(frameon=False, fontsize=7)
    axes[2].set_xticks(range(len(kinds)), kinds)
    axes[2].set(xlabel="phones that begin in the step", title="by phones")
    axes[3].set(xscale="log", xlabel="half-life of a unit (s)", ylabel="share of units", title="half-lives of units")


def forgetting(figure: Figure, results: dict) -> None:
    """Plot word error rates against the seconds after which the state is reset."""
    axes = _axes(figure, 1)
    rows = results["forgetting"]["rates"]
    kept = [row for row in rows if row["every"]]
    for name in rows[0]["words"]:
        line = axes[0].plot([r["seconds"] for r in kept], [r["words"][name]["wer"] for r in kept], "o-", label=name)
        whole = [row["words"][name]["wer"] for row in rows if not row["every"]]
        axes[0].axhline(whole[0], color=line[0].get_color(), linestyle=":", linewidth=1)
    axes[0].set(xscale="log", xlabel="seconds after which the state is reset (dotted: never)", ylabel="WER (%)")
    axes[0].set_xticks([r["seconds"] for r in kept], [f"{r['seconds']:.2g}" for r in kept], minor=False)
    axes[0].set_xticks([], minor=True)
    axes[0].legend(frameon=False, fontsize=8)


def _shade(layer: int) -> str:
    return ("#9ecae1", "#4292c6", "#2171b5", "#08306b")[layer % 4]


FIGURES: dict[str, tuple[str, Callable[[Figure, dict], None], tuple[float, float]]] = {
    "losses": ("runs", losses, (9, 3.6)),
    "errors": ("words", errors, (11, 3.2)),
    "gradients": ("probes", gradients, (9, 3.6)),
    "memory": ("probes", memory, (9, 3.6)),
    "gates": ("gates", gates, (12, 3.2)),
    "forgetting": ("forgetting", forgetting, (6, 3.4)),
}  # name -> required results, function that draws it, size in inches


def draw(results: dict, folder: Path) -> dict[str, str]:
    """Draw the pictures for which there are results, as study-NAME.svg. Return name -> file name."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {}
    with matplotlib.rc_context({"svg.hashsalt": "study", "font.size": 9, "svg.fonttype": "none"}):
        for name, (needs, paint, size) in FIGURES.items():
            if results.get(needs):
                figure = Figure(figsize=size, layout="constrained")
                paint(figure, results)
                made[name] = f"study-{name}.svg"
                figure.savefig(folder / made[name], metadata={"Date": None})
    return made
