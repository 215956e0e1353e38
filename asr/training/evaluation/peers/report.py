"""Figures, tables and plots of `asr.training.evaluation.peers.measure`, computed from the rows of `side_by_side`."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jiwer
import numpy as np

from asr.training.evaluation.latency import Shown, changed_words, first_word, shown_words, stable_since
from asr.training.evaluation.peers.readings import closest_reading
from asr.training.evaluation.peers.side_by_side import TIMES
from asr.training.evaluation.systems.protocol import FILE, STREAM

NAMES = {"librispeech": "LibriSpeech", "commonvoice": "Common Voice", "nonnative": "speechocean762"}
QUANTILES = (0.5, 0.9)


def summaries(rows: Sequence[dict]) -> list[dict[str, Any]]:
    """Return the figures of each system in each mode, over the recordings that all of them have.

    Args:
        rows: Of `side_by_side.rows_of`.
    """
    ends = {row["path"]: row["ends"] for row in rows if row["mode"] == TIMES}
    groups: dict[tuple[str, str], list[dict]] = defaultdict(list)
    for row in rows:
        if row["mode"] != TIMES:
            groups[row["key"], row["mode"]].append(row)
    shared = set.intersection(*({row["path"] for row in group} for group in groups.values())) if groups else set()
    found = []
    for (_, mode), group in groups.items():
        group = [row for row in group if row["path"] in shared]
        if any(row["text"] for row in group):
            found.append({"system": group[0]["system"], "mode": mode, **_figures(group, mode, ends)})
    return found


def _figures(rows: Sequence[dict], mode: str, ends: dict[str, list[float | None]]) -> dict[str, Any]:
    """Return the figures of one system in one mode."""
    speech = [row for row in rows if row["text"]]
    noise = [row for row in rows if not row["text"]]
    read = {row["path"]: closest_reading(_shown(row).text, row["text"].split()) for row in speech}
    corpora = sorted({row["corpus"] for row in speech}, key=lambda name: ([*NAMES, name].index(name), name))
    wer = {name: _wer([row for row in speech if row["corpus"] == name], read) for name in corpora}
    firsts, stable, finals, changed, words = [], [], [], 0, 0
    for row in speech:
        texts = shown_words(_shown(row))
        if (first := first_word(texts)) is not None:
            firsts.append(first - row["onset"])
        stable += _stable_delays(row, texts, ends.get(row["path"], []))
        finals.append(row["end"] - row["seconds"])
        changed += changed_words(texts)
        words += len(texts[-1][1]) if texts else 0
    live = mode == STREAM
    return {
        "recordings": len(speech),
        "wer": {**wer, "all": _wer(speech, read)},
        "times_real_time": _times_real_time(speech),
        "times_real_time_of": {
            name: _times_real_time([row for row in speech if row["corpus"] == name]) for name in corpora
        },
        "megabytes": round(rows[0]["megabytes"]),
        "memory": round(max(row["memory"] for row in rows)),
        "first_word": _quantiles(firsts) if live else None,
        "stable": _quantiles(stable) if live else None,
        "stable_delays": [round(float(q), 3) for q in np.quantile(stable, np.linspace(0, 1, 101))] if stable else [],
        "final": _quantiles(finals),
        "changed": round(100 * changed / max(words, 1), 1) if live else None,
        "noise_minutes": round(sum(row["seconds"] for row in noise) / 60, 1),
        "invented": round(_words_a_minute(noise), 2) if noise else None,
    }


def _shown(row: dict) -> Shown:
    return Shown(tuple((second, text) for second, text in row["texts"]), row["end"], row["processor_seconds"])


def _times_real_time(rows: Sequence[dict]) -> float:
    """Return the seconds of sound that are recognised in a processor second."""
    return round(sum(row["seconds"] for row in rows) / sum(row["processor_seconds"] for row in rows), 2)


def _wer(rows: Sequence[dict], read: dict[str, str]) -> float:
    """Return the word error rate in per cent."""
    pairs = [(row["text"], read[row["path"]]) for row in rows]
    return round(100 * jiwer.process_words([a for a, _ in pairs], [b for _, b in pairs]).wer, 1)


def _stable_delays(row: dict, texts: Sequence[tuple[float, list[str]]], ends: Sequence[float | None]) -> list[float]:
    """Return for each word that is right the seconds from its end until it was stable."""
    if row["mode"] == FILE or not texts or not texts[-1][1] or not ends:
        return []
    since = stable_since(texts)
    aligned = jiwer.process_words(row["text"], " ".join(texts[-1][1]))
    found = []
    for chunk in aligned.alignments[0]:
        if chunk.type == "equal":
            pairs = zip(
                range(chunk.ref_start_idx, chunk.ref_end_idx),
                range(chunk.hyp_start_idx, chunk.hyp_end_idx),
                strict=True,
            )
            found += [since[j] - end for i, j in pairs if (end := ends[i]) is not None]
    return found


def _quantiles(values: Sequence[float]) -> list[float] | None:
    """Return median and 90 % quantile, None without values."""
    return [round(float(value), 2) for value in np.quantile(values, QUANTILES)] if values else None


def _words_a_minute(rows: Sequence[dict]) -> float:
    """Return how many words were recognised in a minute."""
    words = sum(len(texts[-1][1]) for row in rows if (texts := shown_words(_shown(row))))
    return words / (sum(row["seconds"] for row in rows) / 60)


def as_markdown(found: Sequence[dict[str, Any]]) -> str:
    """Return two tables of Markdown: errors and cost, and how words appear."""
    corpora = list(found[0]["wer"]) if found else []
    titles = [NAMES.get(name, name) for name in corpora]
    lines = [
        f"{found[0]['recordings']} recordings" if found else "no recordings",
        "",
        "| | as a | megabytes | WER: "
        + " | ".join(titles)
        + " | times real time | memory, MB | invented words a minute |",
        "|" + " --- |" * (len(corpora) + 6),
    ]
    for one in found:
        rates = " | ".join(f"{one['wer'][name]:.1f} %" for name in corpora)
        invented = "" if one["invented"] is None else f"{one['invented']:.1f}"
        lines.append(
            f"| {one['system']} | {one['mode']} | {one['megabytes']} | {rates} | {one['times_real_time']:.1f} "
            f"| {one['memory']} | {invented} |"
        )
    lines += [
        "",
        "| | as a | first word | word stable | final after the end | changed words, of 100 |",
        "|" + " --- |" * 6,
    ]
    for one in found:
        delays = " | ".join(_both(one[name]) for name in ("first_word", "stable", "final"))
        changed = "" if one["changed"] is None else f"{one['changed']:.0f}"
        lines.append(f"| {one['system']} | {one['mode']} | {delays} | {changed} |")
    return "\n".join([*lines, "", "Delays in seconds: median, and what 90 % are below."])


def _both(values: Sequence[float] | None) -> str:
    return f"{values[0]:.2f}, {values[1]:.2f}" if values else ""


def draw(path: Path, found: Sequence[dict[str, Any]]) -> None:
    """Draw errors, speed and how soon words are stable."""
    from matplotlib.figure import Figure

    figure = Figure((9.6, 3.6), layout="constrained")
    errors, speed, delay = figure.subplots(1, 3, width_ratios=[3, 2, 3])
    corpora = [name for name in found[0]["wer"] if name != "all"]
    width = 0.8 / len(found)
    for i, one in enumerate(found):
        label = f"{one['system']}, {one['mode']}"
        places = np.arange(len(corpora)) + (i - (len(found) - 1) / 2) * width
        errors.bar(places, [one["wer"][name] for name in corpora], width, label=label, color=f"C{i}")
        speed.barh([-i], [one["times_real_time"]], color=f"C{i}")
        if one["mode"] == STREAM and one["stable_delays"]:
            delay.plot(one["stable_delays"], range(101), color=f"C{i}")
    errors.set_xticks(range(len(corpora)), [NAMES.get(name, name) for name in corpora], rotation=15, fontsize=8)
    errors.set(ylabel="word error rate (%)")
    speed.set(xlabel="times real time, one core", yticks=[])
    delay.set(xlabel="seconds after a word's end", ylabel="right words that are stable (%)", xlim=(0, 8), ylim=(0, 100))
    figure.legend(*errors.get_legend_handles_labels(), loc="outside upper center", ncols=3, fontsize=8)
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
