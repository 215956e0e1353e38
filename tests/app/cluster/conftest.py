"""A cluster of this process and its one recogniser, so that no test but the slow ones starts another process."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fsspec", reason="the extra echoic[cluster] is not installed")

import fsspec

from app.cli.process import loading
from app.cluster import places, work
from tests.support.recognition.spoken import SecondsRecognizer


class HereCluster:
    """Runs one after the other, in this process.

    Args:
        before: Is called with each item; what it raises is the outcome.
    """

    cores = 1

    def __init__(self, before: Callable[[Any], None] | None = None) -> None:
        self.items: list[Any] = []
        self._before = before or (lambda item: None)

    def results(
        self, function: Callable[..., Any], items: list[Any], arguments: tuple[Any, ...], stopped: Callable[[], bool]
    ) -> Iterator[tuple[Any, Any]]:
        while items and not stopped():
            item = items.pop()
            self.items.append(item)
            outcome: Any
            try:
                self._before(item)
                outcome = function(item, *arguments)
            except Exception as error:
                outcome = error
            yield item, outcome

    def __enter__(self) -> "HereCluster":
        return self

    def __exit__(self, *error: object) -> None:
        pass


@pytest.fixture(autouse=True)
def spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "load", lambda path: SecondsRecognizer())
    work._loaded.cache_clear()


@pytest.fixture(autouse=True)
def listings() -> Iterator[None]:
    """Leave the storage in memory as it was."""
    yield
    places.forget()
    memory = fsspec.filesystem("memory")
    memory.store.clear()
    memory.pseudo_dirs[:] = [""]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
