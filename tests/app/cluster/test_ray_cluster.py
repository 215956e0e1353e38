"""A real cluster of this computer: a worker is killed, then the command, and each file is transcribed once.

Ray gives up a start after 15 to 30 s. Where other programs leave it less than that needs, start one by hand with ports
of its own, for which it waits for less, and set ECHOIC_TEST_CLUSTER to its HOST:PORT.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("ray", reason="the extra echoic[cluster] is not installed")

from app.cluster.command import JOURNAL
from tests.support.programs.scripts import ROOT
from tests.support.recognition import sound

pytestmark = pytest.mark.slow

LIMIT = 600.0  # seconds
COUNT = 16  # files
ADDRESS = os.environ.get("ECHOIC_TEST_CLUSTER", "local")  # of a cluster on this computer that runs already
# `echoic` with a recogniser that leaves a file with the number of its process, and takes its time
PROGRAM = """\
import os, sys
from pathlib import Path
from app.__main__ import main
from app.cli.process import loading
from tests.support.recognition.spoken import SecondsRecognizer

def load(path):
    (Path({workers!r}) / str(os.getpid())).touch()
    recognizer = SecondsRecognizer()
    recognizer.slow = {slow}
    return recognizer

loading.load = load
sys.exit(main(sys.argv[1:]))
"""


class Archive:
    """A folder of sounds, and the command that transcribes them on a cluster of this computer."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.workers, self.out = folder, folder / "workers", folder / "out"
        self.workers.mkdir()
        (folder / "talks").mkdir()
        for number in range(COUNT):
            sound.write(folder / "talks" / f"{number:02}.wav", sound.noise(2.0 + number % 3))
        (folder / "talks" / "bad.wav").write_bytes(b"nothing of sound")

    def start(self, slow: float) -> subprocess.Popen[str]:
        program = PROGRAM.format(workers=str(self.workers), slow=slow)
        arguments = ["transcribe", "talks", "--cluster", ADDRESS, "-o", "out", "-f", "txt", "-f", "json"]
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        return subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": path},
            stderr=subprocess.PIPE,
            text=True,
        )

    def done(self) -> Counter[str]:
        """How often each file was written down as done without a problem."""
        journal = self.out / JOURNAL
        lines = journal.read_text().split("\n") if journal.exists() else []
        records = [json.loads(line) for line in lines[:-1]]
        return Counter(Path(record["done"]).name for record in records if "done" in record and not record["faults"])

    def texts(self) -> dict[str, str]:
        return {path.name: path.read_text() for path in self.out.glob("*.txt")}


def wait(until: Callable[[], object], process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + LIMIT
    while not until():
        assert time.monotonic() < end and process.poll() is None, process.stderr and process.stderr.read()
        time.sleep(0.05)


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_worker_and_then_the_command_are_killed_and_each_file_is_transcribed_once(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    first = archive.start(slow=0.2)
    wait(lambda: len(archive.done()) >= 2, first)
    killed = int(next(archive.workers.iterdir()).name)
    os.kill(killed, signal.SIGKILL)  # a worker, in the middle of a file
    before = len(archive.done())
    wait(lambda: len(archive.done()) >= before + 3, first)  # others go on
    first.kill()  # the command, in the middle of others
    first.communicate()
    kept = archive.done()
    assert 0 < len(kept) < COUNT
    workers = [int(path.name) for path in archive.workers.iterdir()]
    end = time.monotonic() + LIMIT
    while not all(map(gone, workers)):  # no process stays that could write
        assert time.monotonic() < end
        time.sleep(0.1)
    assert len(workers) > 1 and killed in workers

    second = archive.start(slow=0.0)
    _, told = second.communicate(timeout=LIMIT)
    assert second.returncode == 2  # of the bad file
    assert "bad.wav" in told and f"{len(kept)} of {COUNT + 1} files are done already" in told
    assert archive.done() == Counter({f"{number:02}.wav": 1 for number in range(COUNT)})
    texts = archive.texts()
    assert len(texts) == COUNT
    for number in range(COUNT):
        words = " ".join(f"word{n}" for n in range(2 + number % 3))
        assert texts[f"{number:02}.txt"].split() == words.split()
    assert not [path for path in archive.out.iterdir() if path.name.startswith(".echoic-")]


@pytest.mark.skipif(sys.platform != "linux", reason="signals as of Linux")
def test_a_cluster_that_does_not_answer_is_a_sentence(tmp_path: Path) -> None:
    sound.write(tmp_path / "a.wav", sound.noise(1.0))
    command = [sys.executable, "-m", "app", "transcribe", "a.wav", "--cluster", "auto", "-o", "out"]
    environment = {name: value for name, value in os.environ.items() if name != "RAY_ADDRESS"}
    environment["RAY_TMPDIR"] = str(tmp_path)
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=LIMIT)
    assert ended.returncode == 2 and "No cluster answers at auto" in ended.stderr
