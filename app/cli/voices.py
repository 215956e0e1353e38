"""The commands `adapt-voice`, which learns the voice of a speaker, and `voices`, which lists and deletes them."""

import json
import os
import sys
import time
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.console.terminal import clean, past_filter, report
from app.cli.process import loading
from app.cli.process.exit_codes import OK
from app.cli.process.interrupt import Interrupt
from app.voices.store import VoiceStore
from asr.errors import VoiceError

if TYPE_CHECKING:
    from asr.adaptation.speech import SpokenText
    from asr.user.voice import VoiceProfile

NICE = 10  # added to the priority of the process: learning gives way to whatever else runs, a live session above all
EVERY = 0.5  # seconds between two lines of progress


class _EndedError(Exception):
    """The end was asked for while a voice was learnt."""


def adapt_voice(
    sessions: list[str],
    manifest: Path | None,
    name: str,
    overwrite: bool,
    model: Path | None,
    as_json: bool = False,
    root: Path | None = None,
) -> int:
    """Learn a voice, keep it if it helps on speech that it has not learnt from, and return the exit code.

    Args:
        sessions: Ids of kept sessions that were corrected.
        manifest: JSON lines that name recordings and their words.
        name: Of the voice.
        overwrite: Replace the voice of that name.
        model: The folder of a model, None for the one shipped.
        as_json: Print progress and result as JSON lines.
        root: The folder of sessions and voices, None for that of the user.

    Raises:
        VoiceError: There is no speech or too little of it, or the voice does not surely help.
        StoreError: There is no such session.
    """
    voices = VoiceStore(root)
    voices.check_free(name, overwrite)
    if not sessions and manifest is None:
        raise VoiceError("no-speech-given")
    with suppress(OSError, AttributeError):  # Windows has no such call
        os.nice(NICE)
    with Interrupt() as interrupt:
        recognizer: Any = loading.load(model)  # a Recognizer: its network is what learns
        from asr.adaptation.learning import learn_voice
        from asr.recognizer import Recognizer

        if not isinstance(recognizer, Recognizer):
            raise VoiceError("no-network", name=recognizer.name)
        spoken = _speech(sessions, manifest, recognizer.config.rate, root)
        shown = _Progress(as_json, interrupt)
        try:
            with shown.context:
                voice = learn_voice(recognizer, spoken, name, progress=shown.show, now=time.time())
        except _EndedError:
            report(f"stopped by {interrupt.cause}; nothing was kept.")
            return interrupt.exit_code
        path = voices.save(voice, overwrite)
    facts = voice.facts
    if as_json:
        print(json.dumps({"voice": name, "path": str(path), **vars(facts)}), flush=True)
    else:
        print(
            f"The voice {clean(name)!r} is kept. Of {facts.held_out_words} words that it has not learnt from, "
            f"{facts.errors_before} were wrong without it and {facts.errors_after} are with it.\n"
            f"Use it with: --voice {json.dumps(name) if ' ' in name else name}"
        )
    return OK


def list_voices(delete: str | None = None, as_json: bool = False) -> int:
    """Print the voices that were learnt, or delete one, and return the exit code. Raises VoiceError."""
    voices = VoiceStore()
    if delete is not None:
        voices.delete(delete)
        report(f"the voice {delete!r} is deleted.")
        return OK
    rows = []
    for name in voices.names:
        try:
            rows.append((name, voices.load(name)))
        except VoiceError as error:
            report(str(error))
    if as_json:
        print(json.dumps([{"voice": name, "model": voice.model, **vars(voice.facts)} for name, voice in rows]))
        return OK
    for name, voice in rows:
        print(f"{clean(name)}: {_line(voice)}")
    if not voices.names:
        report("no voice was learnt yet. `echoic adapt-voice --help` says how.")
    return OK


def _line(voice: "VoiceProfile") -> str:
    """Return what is known of a voice, for people."""
    facts = voice.facts
    day = time.strftime("%Y-%m-%d", time.localtime(facts.created))
    learnt = f"learnt on {day} from {facts.seconds / 60:.1f} min of speech"
    return f"{learnt}; of {facts.held_out_words} other words {facts.errors_before} -> {facts.errors_after} wrong"


def _speech(sessions: list[str], manifest: Path | None, rate: int, root: Path | None) -> "list[SpokenText]":
    """Return the speech of sessions and of a manifest."""
    from app.voices.speech import of_manifest, of_session

    spoken: list[SpokenText] = []
    if sessions:
        from app.sessions.store import Store

        store = Store(root)
        try:
            for id in sessions:
                spoken += of_session(store.open(id), rate)
        finally:
            store.close()
    if manifest is not None:
        spoken += of_manifest(manifest, rate)
    return spoken


class _Progress:
    """Shows how much is done: a bar with the time left on a terminal, or JSON lines."""

    def __init__(self, as_json: bool, interrupt: Interrupt) -> None:
        self._json, self._interrupt = as_json, interrupt
        self._began = time.monotonic()
        self._last = -EVERY
        self._bar: Any = None
        if not as_json and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

            console = Console(file=past_filter(sys.stderr))
            columns = (TextColumn("learning the voice"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, TextColumn("left"), console=console, transient=True)
            self._task = self._bar.add_task("", total=1.0)
        self.context = self._bar or nullcontext()

    def show(self, share: float) -> None:
        """Show the share that is done. Raises _EndedError once the end was asked for."""
        if self._interrupt.requested:
            raise _EndedError
        if self._bar:
            self._bar.update(self._task, completed=share)
        elapsed = time.monotonic() - self._began
        if self._json and elapsed - self._last >= EVERY:
            self._last = elapsed
            left = elapsed * (1 - share) / share if share else None
            print(json.dumps({"done": round(share, 3), "seconds_left": left and round(left)}), flush=True)
