"""The journal of work on a cluster: what was planned and what is done, so that a run goes on wherever the last ended.

JSON lines, only ever appended to, each on the disk before the next file is counted:

    {"journal": 1, "job": {...}}               of what the outputs depend on; another job is refused
    {"planned": SOURCE, "outputs": [...]}      before the work: outputs that did not exist then are the job's own
    {"done": SOURCE, "version", "faults", "seconds", "cost", "level"}

A file is done once its last output has its name, and journalled after that. A run that is killed in between transcribes
the file again: its outputs are then replaced by the same, whole, by renaming.
"""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.cluster.errors import ClusterError
from app.sessions.folder.session_files import lock

VERSION = 1


class Journal:
    """An open journal; a context manager. One process at a time, one thread.

    Args:
        path: The file, which is made.
        job: What the outputs depend on, by name; values as JSON has them.

    Attributes:
        planned: Places of outputs that are the job's own.
        done: The last record of each source that is done.

    Raises:
        ClusterError: It cannot be used, or belongs to another job or program.
    """

    def __init__(self, path: Path, job: dict[str, Any]) -> None:
        self.path = path
        self.planned: set[str] = set()
        self.done: dict[str, dict[str, Any]] = {}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a+b", buffering=0)
        except OSError as error:
            raise ClusterError("journal-unusable", path=path, reason=error.strerror or error) from error
        try:
            if not lock(self._file):
                raise ClusterError("journal-in-use", path=path)
            self._read(job)
        except BaseException:
            self._file.close()
            raise

    def _read(self, job: dict[str, Any]) -> None:
        self._file.seek(0)
        content = self._file.read()
        if content and not content.endswith(b"\n"):  # a line that a kill or a full disk cut: it says nothing
            self._file.write(b"\n")
        records = []
        for line in content.splitlines():
            with suppress(ValueError, RecursionError):
                if isinstance(record := json.loads(line), dict):
                    records.append(record)
        if not records:
            if content.strip():
                raise ClusterError("journal-unusable", path=self.path, reason="it is no journal")
            self._append({"journal": VERSION, "job": job})
            return
        if records[0].get("journal") != VERSION:
            raise ClusterError("journal-unusable", path=self.path, reason=f"it is no journal of version {VERSION}")
        before = records[0].get("job", {})
        if not isinstance(before, dict):
            raise ClusterError("journal-unusable", path=self.path, reason="it does not say of which job it is")
        if changed := [name for name in job if before.get(name) != job[name]]:
            raise ClusterError("journal-other-job", path=self.path, what=", ".join(changed))
        for record in records[1:]:
            match record:  # what is damaged says nothing: its file is transcribed again
                case {"planned": str(), "outputs": list(outputs)}:
                    self.planned.update(output for output in outputs if isinstance(output, str))
                case {"done": str(source), "version": str(), "faults": list()}:
                    self.done[source] = record

    def plan(self, sources: dict[str, list[str]]) -> None:
        """Write down outputs that are going to be made, by source. Raises ClusterError."""
        self._append(*({"planned": source, "outputs": outputs} for source, outputs in sources.items()))
        self.planned.update(*sources.values())

    def finish(self, source: str, record: dict[str, Any]) -> None:
        """Write down that a source is done. Raises ClusterError."""
        self._append({"done": source, **record})
        self.done[source] = record

    def _append(self, *records: dict[str, Any]) -> None:
        data = "".join(json.dumps(record) + "\n" for record in records).encode()
        try:
            while data:
                data = data[self._file.write(data) or 0 :]
            os.fsync(self._file.fileno())
        except OSError as error:
            raise ClusterError("journal-unusable", path=self.path, reason=error.strerror or error) from error

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()
