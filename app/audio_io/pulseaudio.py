"""The inputs of a PulseAudio or PipeWire server by name; PortAudio shows them all as one device, "pulse"."""

import json
import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

PATIENCE = 3.0  # seconds in which a server that works at all has answered


@dataclass(frozen=True)
class PulseSource:
    """One input of the server."""

    name: str  # as the server calls it
    title: str  # for people, no two alike
    channels: int
    rate: float  # Hz, its own
    default: bool

    @property
    def monitor(self) -> bool:
        """Whether it is what the computer plays."""
        return self.name.endswith(".monitor")


def sources() -> list[PulseSource]:
    """List the inputs, monitors last; none where no server answers or its program `pactl` is missing.

    Any thread but the interface.
    """
    try:
        listed, default = _ask("list", "sources"), _ask("info").get("default_source_name")
        if any(source["description"] in (None, "(null)") for source in listed):
            readable = _descriptions()
            listed = [source | {"description": readable.get(source["name"], source["name"])} for source in listed]
        titles = Counter(source["description"] for source in listed)
        return sorted((_source(source, titles, default) for source in listed), key=lambda source: source.monitor)
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError, AttributeError):
        return []


def default() -> str:
    """Return the server's name of the input that is its own choice; "" where it does not answer. As `sources`."""
    try:
        return str(_ask("info").get("default_source_name") or "")
    except (OSError, subprocess.SubprocessError, ValueError, AttributeError):
        return ""


@contextmanager
def chosen(source: str) -> Iterator[None]:
    """Let a stream that is opened within on PortAudio's "pulse" capture from this source; "": the server's choice."""
    before = os.environ.get("PULSE_SOURCE")
    if source:
        os.environ["PULSE_SOURCE"] = source
    try:
        yield
    finally:
        if source:
            del os.environ["PULSE_SOURCE"]
            if before is not None:
                os.environ["PULSE_SOURCE"] = before


def _ask(*request: str) -> Any:
    return json.loads(_output("--format=json", *request))


def _descriptions() -> dict[str, str]:
    """Return the descriptions by name from the plain list.

    Before version 17, `pactl` puts "(null)" into its JSON for all that is not ASCII; its plain list is right.
    """
    text = _output("list", "sources").decode(errors="replace")
    return dict(re.findall(r"^\s+Name: (.+)\n\s+Description: (.+)$", text, re.MULTILINE))


def _output(*arguments: str) -> bytes:
    environment = os.environ | {"LC_ALL": "C.UTF-8"}  # the labels in English, the names in UTF-8
    command = ["pactl", *arguments]
    return subprocess.run(command, capture_output=True, check=True, timeout=PATIENCE, env=environment).stdout


def _source(entry: dict[str, Any], titles: Counter[str], default: str | None) -> PulseSource:
    name, title = entry["name"], entry["description"]
    form = re.search(r"(\d+)ch (\d+)Hz", entry["sample_specification"])
    if form is None:
        raise ValueError(f"expected something like s16le 2ch 48000Hz, found {entry['sample_specification']}")
    if titles[title] > 1:
        title = f"{title} ({name})"
    return PulseSource(name, title, int(form[1]), float(form[2]), name == default)
