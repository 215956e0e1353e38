"""Kill: signal 9 at random moments, while a session is recorded and in the middle of changes to kept sessions.

    python -m tests.hard_use.kill [live] [library] [--count 100] [--seed 0]

A child prints what it has done, one line each, and is killed some milliseconds after a line chosen by the seed. What it
had printed must be there afterwards: `live`: every final word of the session, and its sound. `library`: every session
that was not purged, in the list or the trash, with the words it had before or after the change that was under way.
The whole window is killed in the same way by `test_kill_9_loses_at_most_the_partial`.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.sessions.store import Store
from tests.support.programs.scripts import ROOT
from tests.support.recognition.sessions import samples, sound_of, update

RATE = 16_000
KINDS = ("edit", "undo", "rename", "delete", "undelete", "purge", "rebuild", "record")


def say(**record: Any) -> None:
    """Print a line of JSON."""
    print(json.dumps(record), flush=True)


def live_child(folder: str, seed: int) -> None:
    """Record a session without end, and print its words once they are kept."""
    from asr.pipeline import SpeechStream
    from tests.support.recognition.spoken import SecondsRecognizer

    chance = random.Random(seed)
    recorder = Store(Path(folder)).create("live", "A talk").begin(RATE)
    stream = SpeechStream(SecondsRecognizer())
    for number in range(10**9):
        kept = recorder.sound(samples(chance.choice((0.03, 0.16, 0.5)), number))
        for one in stream.push(kept):
            recorder.update(one)
            for word in one.words:
                say(word=word.text, seconds=one.seconds)


def library_child(folder: str, seed: int) -> None:
    """Change the sessions of a store without end; print each change before and after."""
    chance = random.Random(seed)
    store = Store(Path(folder))
    for number in range(10**9):
        kept, trashed = [e.id for e in store.list()], [e.id for e in store.trash()]
        kind = chance.choice(KINDS)
        if len(kept) + len(trashed) < 5:
            kind = "record"
        if kind == "record":
            recorder = store.create("live", f"talk {number}")
            say(begin=kind, id=recorder.session.id, text=f"first{number} second{number}\nthird{number}")
            with recorder.begin(RATE):
                recorder.sound(samples(0.05))
                recorder.update(update(f"first{number} second{number}"))
                recorder.update(update(f"third{number}", 4.0))
        elif kind == "rebuild":
            say(begin=kind)
            store.rebuild()
        elif kind in ("undelete", "purge"):
            if not trashed or (kind == "purge" and len(trashed) < 2):
                continue
            id = chance.choice(trashed)
            say(begin=kind, id=id)
            store.undelete(id) if kind == "undelete" else store.purge(id)
        elif kept:
            id = chance.choice(kept)
            session = store.open(id)
            if kind == "delete":
                say(begin=kind, id=id)
                store.delete(id)
            elif kind == "rename":
                say(begin=kind, id=id)
                store.rename(id, f"title {number}")
            elif session.document.utterances:
                line = chance.randrange(len(session.document.utterances))
                text = " ".join(f"word{number}x{i}" for i in range(chance.randint(1, 4)))
                edited = store.undo if kind == "undo" else lambda s, line=line, text=text: store.edit(s, line, text)
                # What it will read is known before it is written: a change is made in memory, too.
                document = session.document
                after = document.undo() if kind == "undo" else document.apply(document.revise(line, text))
                say(begin=kind, id=id, text=after.text())
                edited(session)
        say(done=kind)


@contextmanager
def child(function: Callable[[str, int], None], folder: Path, seed: int) -> Iterator["subprocess.Popen[str]"]:
    """Run a function of this module in a process of its own."""
    program = f"from tests.hard_use import kill; kill.{function.__name__}({str(folder)!r}, {seed})"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=environment) as made:
        try:
            yield made
        finally:
            made.kill()


def lines_until_killed(function: Callable[[str, int], None], folder: Path, seed: int) -> list[dict[str, Any]]:
    """Run a child, kill it at a moment that the seed chooses, and return what it printed in whole lines."""
    chance = random.Random(seed)
    with child(function, folder, seed) as process:
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(chance.randint(1, 30))]
        time.sleep(chance.random() ** 2 * 0.05)
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
        assert process.wait() == -signal.SIGKILL, f"the child ended by itself, seed {seed}"
    return [json.loads(line) for line in lines if line.endswith("\n")]


def kill_live(seed: int, folder: Path) -> tuple[int, int]:
    """Kill a session that is recorded; return how many words it had shown and how many of them are lost."""
    shown = [line["word"] for line in lines_until_killed(live_child, folder, seed)]
    store = Store(folder)
    try:
        (entry,) = store.recovered
        session = store.open(entry.id)
    finally:
        store.close()
    kept = [word.text for word in session.document.words]
    sound = sound_of(session)
    assert len(sound) == round(session.document.seconds * RATE), f"sound and words differ in length, seed {seed}"
    return len(shown), sum(word not in kept[: len(shown)] for word in shown)


def kill_library(seed: int, folder: Path, texts: dict[str, str]) -> tuple[int, int]:
    """Kill changes of a store; return how many words its sessions should have and how many of them are lost.

    Args:
        seed: Chooses the changes and the moment.
        folder: Of the store, in which earlier calls left their sessions.
        texts: What each of its sessions read before this call; it is changed to what they read now.
    """
    lines = lines_until_killed(library_child, folder, seed)
    expected = dict(texts)
    open_change: dict[str, Any] = {}
    for line in lines:
        if "begin" in line:
            open_change = line
            continue
        _make(expected, open_change)
        open_change = {}
    other = dict(expected)  # if the change that was under way was made
    _make(other, open_change)
    store = Store(folder)
    try:
        places = {entry.id: False for entry in store.list()} | {entry.id: True for entry in store.trash()}
        found = {id: store.open(id, trashed).document.text() for id, trashed in places.items()}
    finally:
        store.close()
    lost = 0
    for id in expected.keys() | other.keys():
        allowed = [texts[id] for texts in (expected, other) if id in texts]
        if id not in found:
            lost += len(allowed[0].split()) * (id in expected and id in other)
        elif id in expected and found[id] not in allowed:
            lost += max(1, sum(word not in found[id].split() for word in allowed[0].split()))
    texts.clear()
    texts.update(found)
    return sum(len(text.split()) for text in expected.values()), lost


def _make(texts: dict[str, str], change: dict[str, Any]) -> None:
    if "text" in change:
        texts[change["id"]] = change["text"]
    elif change.get("begin") == "purge":
        texts.pop(change["id"], None)


def main() -> None:
    """Run as the description of this module says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", help="live, library; default: both")
    parser.add_argument("--count", type=int, default=100, help="kills of each")
    parser.add_argument("--seed", type=int, default=0, help="the first")
    parser.add_argument("--seconds", type=float, default=1e9, help="no new kill after so long, for each part")
    arguments = parser.parse_args()
    total = 0
    for part in arguments.parts or ["live", "library"]:
        kills = words = lost = 0
        began = time.monotonic()
        texts: dict[str, str] = {}
        with tempfile.TemporaryDirectory() as name:
            for seed in range(arguments.seed, arguments.seed + arguments.count):
                if time.monotonic() - began > arguments.seconds:
                    break
                folder = Path(name) / (str(seed) if part == "live" else "store")
                had, gone = kill_live(seed, folder) if part == "live" else kill_library(seed, folder, texts)
                if gone:
                    print(f"{part}: seed {seed} lost {gone} words", flush=True)
                kills, words, lost = kills + 1, words + had, lost + gone
        print(f"{part}: {kills} kills, {lost} of {words} words lost, {time.monotonic() - began:.0f} s", flush=True)
        total += lost
    sys.exit(bool(total))


if __name__ == "__main__":
    main()
