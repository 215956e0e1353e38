"""`kill -9` in the middle of a session, of the whole program: what was final is kept, and so is the sound."""

import signal
from pathlib import Path

import numpy as np
import pytest

from app.sessions.store import Store
from asr.pipeline import transcribe
from tests.support.programs.killed import killed_after
from tests.support.recognition.sessions import sound_of
from tests.support.recognition.spoken import SecondsRecognizer


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
@pytest.mark.parametrize("words", [1, 6])
@pytest.mark.slow
def test_kill_9_loses_at_most_the_partial(words: int, tmp_path: Path) -> None:
    shown = killed_after(words, tmp_path)
    assert len(shown) >= words
    store = Store(tmp_path / "data")
    (entry,) = store.recovered
    session = store.open(entry.id)
    store.close()
    kept = session.document.words
    assert [word.text for word in kept][: len(shown)] == [word for word, _ in shown]
    assert session.recovered == session.document.seconds >= shown[-1][1]
    sound = sound_of(session)
    assert len(sound) == round(session.document.seconds * 16_000)
    random = np.random.default_rng(1)
    spoken = np.concatenate([random.uniform(-0.1, 0.1, 777) for _ in range(len(sound) // 777 + 1)])[: len(sound)]
    np.testing.assert_allclose(sound, spoken, atol=0.6 / 32_768)  # all of it, in order
    # The sound is whole: recognised again it has the words that were kept, then those that were still partial.
    again = [word for update in transcribe(SecondsRecognizer(), [sound]) for word in update.words]
    assert tuple(again[: len(kept)]) == kept
    assert len(again) - len(kept) <= 2  # one that the last piece of sound had just ended, and the partial
