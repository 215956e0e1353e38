"""Fixtures of all tests: a store, the tiny recogniser, the one that ships."""

import gc
import os
import signal
import tempfile
from contextlib import suppress

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
import torch
from hypothesis import HealthCheck, settings
from pytestqt.qtbot import QtBot

from app.sessions.store import Store
from asr.decoding.search_options import SearchOptions
from asr.recognizer import SHIPPED, Recognizer
from tests.support.recognition.tiny import nonsense, pronunciations, tiny_model

# Under `nohup`, or started in the background by a shell, signals that tests send are ignored, also by all children.
for _name, _handler in (
    ("SIGHUP", signal.SIG_DFL),
    ("SIGTERM", signal.SIG_DFL),
    ("SIGINT", signal.default_int_handler),
):
    if hasattr(signal, _name) and signal.getsignal(getattr(signal, _name)) is signal.SIG_IGN:
        signal.signal(getattr(signal, _name), _handler)

# A machine that has other work is no defect of a test.
settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")

# Sessions are on the disk with each word, which takes milliseconds, thousands of times: tests have theirs in memory
# where that has room and may hold programs. What a test leaves is removed unless it failed.
_memory = "/dev/shm"
with suppress(OSError):
    _found = os.statvfs(_memory)
    if _found.f_bavail * _found.f_frsize > 4 << 30 and not _found.f_flag & getattr(os, "ST_NOEXEC", 0):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", _memory)

torch.set_num_threads(1)  # one order of sums, and no threads that fight over a busy machine
_state = tempfile.TemporaryDirectory(prefix="echoic-state-")  # the log of programs that tests run is not the user's
os.environ["XDG_STATE_HOME"] = _state.name
os.environ["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nonexistent"  # nothing of the user's desktop is touched


@pytest.fixture(autouse=True, scope="module")
def modules_are_no_garbage() -> None:
    """Keep what imports and earlier tests have left out of collections, which would take half of the time of many."""
    gc.collect()
    gc.freeze()


PATIENCE = 60_000  # ms, of all that tests wait for: a busy machine is no defect of the program


class QuickBot(QtBot):
    """Looks every millisecond for what a test waits for; pytest-qt does every ten, which hundreds of tests feel."""

    _looking = False

    def waitSignal(self, signal, *, timeout=PATIENCE, **options):
        return super().waitSignal(signal, timeout=timeout, **options)

    def waitUntil(self, callback, *, timeout=PATIENCE):
        self._looking = True
        try:
            super().waitUntil(callback, timeout=timeout)
        finally:
            self._looking = False

    def wait(self, ms):
        super().wait(min(ms, 1) if self._looking else ms)


@pytest.fixture
def qtbot(qapp, request):
    return QuickBot(request)


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "data")
    yield store
    store.close()


@pytest.fixture(scope="session")
def tiny() -> Recognizer:
    lexicon, language = nonsense(list(pronunciations()))
    return Recognizer(
        tiny_model(),
        lexicon,
        language,
        SearchOptions(lm_weight=0.8, word_score=0.6, beam_size=6, beam_threshold=6.0),
        name="tiny",
    )


@pytest.fixture(scope="session")
def shipped() -> Recognizer:
    if not (SHIPPED / "model.safetensors").is_file():
        pytest.skip("no acoustic model in assets/model yet")
    return Recognizer.load()
