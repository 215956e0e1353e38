"""Manifests: JSON lines that list recordings with their texts, corpora and speakers."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

MIN_SENTENCE_WORDS = 5  # shorter sentences ("thank you very much") are common to all data and not held out


def read_manifest(manifest: Path, limit: int = 0) -> list[dict]:
    """Return the entries of a JSON-lines manifest; with a limit about that many, evenly spaced over the file."""
    entries = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]
    return entries[:: max(1, len(entries) // limit)] if limit else entries


def is_room(entry: Mapping[str, Any]) -> bool:
    """Return whether an entry of a manifest of noises is a room's answer to an impulse, which is no noise by itself."""
    return "impulse" in entry["kind"] or "room" in entry["kind"]


def held_out_sentences(manifests: Iterable[Path]) -> frozenset[str]:
    """Return the sentences of the evaluation sets, which training leaves out whoever speaks them."""
    texts = {entry["text"] for path in manifests for entry in read_manifest(path)}
    return frozenset(text for text in texts if len(text.split()) >= MIN_SENTENCE_WORDS)
