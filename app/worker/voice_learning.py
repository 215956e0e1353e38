"""A voice is learnt in a process of its own: `echoic adapt-voice --json`, the command that the command line has.

It has a low priority and its own interpreter, so a live session and the window go on undisturbed. The process writes
the voice whole or not at all; what ends it leaves nothing behind.
"""

import json
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

LONGEST_LINE = 1 << 16  # bytes of output that are kept for a line
PATIENCE = 5_000  # ms for the process to end by itself


def command_of_this_program() -> list[str]:
    """Return how this program is started: from a bundle, or by this Python."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "app"]


class VoiceLearning(QObject):
    """One voice that is being learnt. Interface thread."""

    progressed = Signal(float, object)  # the share that is done, 0..1, and seconds left, None while unknown
    learnt = Signal(dict)  # the result as `adapt-voice --json` prints it
    failed = Signal(str)  # the sentence of the process; "" if it was cancelled

    def __init__(self, command: Sequence[str] | None = None, parent: QObject | None = None) -> None:
        """Prepare; `command` starts the program, another one in tests."""
        super().__init__(parent)
        self._command = list(command or command_of_this_program())
        self._process: QProcess | None = None
        self._unread = b""
        self._result: dict | None = None
        self._cancelled = False

    @property
    def running(self) -> bool:
        """Whether a voice is being learnt."""
        return self._process is not None

    def start(self, sessions: Sequence[str], name: str, root: Path, model: Path | None) -> None:
        """Learn a voice from kept sessions, in place of the one of that name.

        Args:
            sessions: Their ids.
            name: Of the voice.
            root: The folder of the sessions and of the voices.
            model: The folder of the model, None for the one shipped.

        Raises:
            RuntimeError: A voice is being learnt already.
        """
        if self._process is not None:
            raise RuntimeError("a voice is being learnt already")
        self._unread, self._result, self._cancelled = b"", None, False
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        code = str(Path(__file__).parents[2])  # so that `-m app` is this program wherever it was started
        environment.insert("PYTHONPATH", os.pathsep.join(filter(None, (code, environment.value("PYTHONPATH")))))
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._finish)
        process.errorOccurred.connect(self._fail_to_start)
        program, *arguments = self._command
        arguments += ["adapt-voice", "--json", "--overwrite", "--data", str(root), "--name", name]
        arguments += ["--model", str(model)] if model else []
        self._process = process
        process.start(program, [*arguments, "--session", *sessions])

    def cancel(self) -> None:
        """End it; nothing is kept, and an older voice of that name stays."""
        self._cancelled = True
        if self._process is not None:
            self._process.terminate()

    def close(self) -> None:
        """End it and wait for that, at most for some seconds."""
        process = self._process
        if process is None:
            return
        self.cancel()
        # A process that is still starting has not asked for the signal yet, and ends by it all the same.
        if not process.waitForFinished(PATIENCE):
            process.kill()
            process.waitForFinished(PATIENCE)

    def _read(self) -> None:
        process = self._process
        if process is None:
            return
        *lines, self._unread = (self._unread + process.readAllStandardOutput().data()).split(b"\n")
        self._unread = self._unread[-LONGEST_LINE:]
        for line in lines:
            with suppress(ValueError):
                match json.loads(line):
                    case {"done": int() | float() as share, "seconds_left": left}:
                        self.progressed.emit(float(share), left)
                    case {"voice": str()} as result:
                        self._result = result

    def _finish(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        process, self._process = self._process, None
        if process is None:
            return
        said = bytes(process.readAllStandardError().data()).decode(errors="replace").strip()
        process.deleteLater()
        if code == 0 and status is QProcess.ExitStatus.NormalExit and self._result is not None:
            self.learnt.emit(self._result)
        elif self._cancelled or code - 128 in (signal.SIGTERM, signal.SIGINT):
            self.failed.emit("")
        else:
            self.failed.emit(said.rpartition("\n")[2].removeprefix("echoic: ") or f"exit code {code}")

    def _fail_to_start(self, error: QProcess.ProcessError) -> None:
        process = self._process
        if process is not None and error is QProcess.ProcessError.FailedToStart:
            self._process = None
            process.deleteLater()
            self.failed.emit(process.errorString())
