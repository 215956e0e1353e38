"""Folders that are watched: sound and video files are transcribed as they arrive, each once it has stopped growing."""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from watchfiles import Change, watch

from app.cli.console.terminal import report
from app.cli.process import loading
from app.cli.process.interrupt import Interrupt
from app.cli.process.usage_error import UsageError
from app.cli.transcribe import TranscribeOptions, transcribe
from app.worker.media_files import files_in, is_media

SETTLED = 2.0  # seconds without a change after which a file is taken as complete
_LISTED_EVERY = 10.0  # seconds; some network file systems report no events
_WAIT_MS = 500


class FolderWatch:
    """The media files in some folders, those that are there at first and those that arrive. Iterate once.

    Args:
        folders: The folders; one that cannot be listed for a while is tried again.
        recursive: Take also the files of the folders within them.
        interrupt: Ends the iteration.
    """

    def __init__(self, folders: list[Path], recursive: bool, interrupt: Interrupt) -> None:
        self._folders, self._recursive, self._interrupt = folders, recursive, interrupt
        self._given: dict[Path, tuple[int, int]] = {}  # file -> size and time of change when it was given
        self._growing: dict[Path, tuple[tuple[int, int], float]] = {}  # and since when it has not changed
        self._unlisted: set[Path] = set()  # folders that could not be listed, which was reported

    def is_set(self) -> bool:
        """Return whether the iteration is to end; watchfiles asks."""
        return self._interrupt.requested

    def __iter__(self) -> Iterator[Path]:
        """Yield files in the order in which they became complete."""
        listed = -_LISTED_EVERY
        events = watch(
            *self._folders,
            watch_filter=_is_arrival,
            recursive=self._recursive,
            stop_event=self,
            rust_timeout=_WAIT_MS,
            debounce=_WAIT_MS,
            yield_on_timeout=True,
            raise_interrupt=False,
            ignore_permission_denied=True,
        )
        for changes in events:
            now = time.monotonic()
            arrived = [Path(path) for _, path in changes]
            if now - listed >= _LISTED_EVERY:
                listed = now
                arrived += self._listed()
            for file in arrived:
                self._growing.setdefault(file, ((-1, -1), now))
            for file in self._complete(now):
                yield file
                if self._interrupt.requested:
                    return

    def _listed(self) -> list[Path]:
        """Return the files that are there and were not given; report a folder that cannot be listed, once."""
        found: list[Path] = []
        for folder in self._folders:
            try:
                found += files_in(folder, self._recursive)
                self._unlisted.discard(folder)
            except OSError as error:
                if folder not in self._unlisted:
                    report(f"The folder {folder} cannot be listed: {error.strerror or error}. It is tried again.")
                self._unlisted.add(folder)
        return found

    def _complete(self, now: float) -> list[Path]:
        """Return the files that have not changed for a while."""
        complete = []
        for file, (before, since) in list(self._growing.items()):
            try:
                status = file.stat()
            except OSError:  # it was taken away again
                del self._growing[file]
                continue
            found = status.st_size, status.st_mtime_ns
            if self._given.get(file) == found:
                del self._growing[file]
            elif found != before:
                self._growing[file] = found, now
            elif now - since >= SETTLED and status.st_size:
                del self._growing[file]
                self._given[file] = found
                complete.append(file)
        return complete


def _is_arrival(change: Change, path: str) -> bool:
    return change is not Change.deleted and is_media(path) and not Path(path).name.startswith(".")


def transcribe_arrivals(folders: list[Path], options: TranscribeOptions) -> int:
    """Transcribe the files of folders and those that arrive there, until Ctrl+C, SIGTERM or SIGHUP.

    Args:
        folders: What is watched.
        options: What is made of each file. Below `output`, each has the place of its input within its folder. Files
            whose outputs exist are left out, unless these are to be replaced.

    Returns:
        The exit code, that of the signal.

    Raises:
        UsageError: One is no folder.
    """
    if wrong := [folder for folder in folders if not os.path.isdir(folder)]:
        raise UsageError("watch-no-folder", path=wrong[0])
    recognizer = loading.load(options.model)
    with Interrupt() as interrupt:
        report(f"watching {', '.join(map(str, folders))}; Ctrl+C ends.")
        for file in FolderWatch(folders, options.recursive, interrupt):
            folder = next(folder for folder in folders if file.is_relative_to(folder))
            output = options.output and options.output / file.parent.relative_to(folder)
            one = replace(options, output=output, skip_existing=not options.overwrite)
            code = transcribe([file], one, recognizer)
            if code > 128:  # a signal, which the command below has taken
                return code
    return interrupt.exit_code
