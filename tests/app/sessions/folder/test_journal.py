"""One session in its folder: what was written is what is read, and a bad disk loses as little as it can."""

import errno
import json
import os
import threading
import wave
from dataclasses import FrozenInstanceError, replace
from io import FileIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import app.sessions.folder.journal
import app.sessions.folder.session_sound
import app.sessions.recorder
from app.sessions.document import Gap
from app.sessions.folder.journal import append, read, recover
from app.sessions.folder.records import edit_record, update_record
from app.sessions.folder.session_files import JOURNAL, RESERVE, SOUND, recording
from app.sessions.folder.session_record import SessionRecord
from app.sessions.folder.session_sound import HEADER, read_sound, sound_rate
from app.sessions.recorder import RecorderStatus, SessionRecorder
from asr.updates import Alternative, Update, Word
from tests.support.recognition.sessions import RATE, killed, samples, start, update

TIMES = st.floats(0, 1e5)
WORDS = st.builds(Word, st.text(min_size=1), TIMES, TIMES, st.floats(0, 1))
UPDATES = st.builds(Update, st.lists(WORDS, max_size=3).map(tuple), st.just(()), TIMES, st.booleans())


def test_a_long_session_has_each_word_once_in_memory() -> None:
    recorder = start(None)
    others = (Alternative("one", 0.25), Alternative("wan", 0.1))
    said, doubtful = update("one two"), Word("won", 3.0, 3.5, 0.2, "Won", others)
    recorder.update(said)
    recorder.update(Update((doubtful, replace(doubtful, confidence=0.9)), (), 4.0, True))
    kept = recorder.session.document.words
    assert [old is new for old, new in zip((*said.words, doubtful), kept, strict=False)] == [True] * 3
    assert kept[3].alternatives == () and not hasattr(kept[0], "__dict__")  # of sure words no alternatives are kept


def kept(path: Path) -> np.ndarray:
    """(n,) int16: what another program finds in the WAV file."""
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16000, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


@settings(deadline=None, max_examples=50)
@given(st.lists(UPDATES | st.tuples(TIMES, TIMES) | st.just("pause"), max_size=8))
@pytest.mark.slow
def test_what_was_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, happenings: list[Update | tuple[float, float] | str]
) -> None:
    folder = tmp_path_factory.mktemp("root") / "id"
    with start(folder) as writer, start(None) as private:
        for happening in happenings:
            for each in (writer, private):
                if isinstance(happening, Update):
                    each.update(happening)
                elif isinstance(happening, tuple):
                    each.gap(*happening)
                else:
                    each.pause()
        before = writer.session
        assert read(folder) == before  # also while it is being recorded
    assert read(folder) == writer.session
    assert writer.session.document.words == tuple(
        word for happening in happenings if isinstance(happening, Update) for word in happening.words
    )
    assert writer.session.document == private.session.document
    assert len(read(folder).pauses) == happenings.count("pause")


OTHERS = tuple(Alternative(text, score) for text, score in (("one", 0.25), ("won\ud800", 1e-7), ("wan", 0.1)))


def test_alternatives_of_doubtful_words_are_kept_through_corrections_and_a_bounded_number(tmp_path: Path) -> None:
    folder = tmp_path / "id"
    words = (
        Word("won", 0.0, 1.0, 0.3, alternatives=OTHERS * 3),
        Word("two", 1.0, 2.0, 0.95, alternatives=OTHERS),
        Word("tree", 2.0, 3.0, 0.5, alternatives=OTHERS[:1]),
    )
    with start(folder) as writer:
        writer.update(Update(words[:2], (), 2.0))
        writer.update(Update(words[2:], (), 3.0, True))
        writer.close()
    first = read(folder)
    assert first.document == writer.session.document and not first.damage
    assert [len(word.alternatives) for word in first.document.words] == [5, 0, 1]
    assert [(o.text, o.score) for o in first.document.words[0].alternatives[:3]] == [
        ("one", 0.25),
        ("won\ud800", 0.0),
        ("wan", 0.1),
    ]
    edit = first.document.revise(0, "one two tree")
    append(folder, edit_record(edit))
    again = read(folder)
    assert again.document == first.document.apply(edit) and not again.damage
    assert again.document.words[2].alternatives == first.document.words[2].alternatives
    plain = start(None)
    plain.update(Update((replace(words[1], alternatives=()),), (), 2.0))
    assert "alternatives" not in json.dumps(update_record(Update(words[1:2], (), 2.0)))


@pytest.mark.parametrize("others", [1, [[9, []]], [[0, [["a"]]]], [[0, [["a", 7.0]]]], [[0, [["a", 0.1]] * 6]], [None]])
def test_alternatives_that_cannot_be_read_cost_no_words(tmp_path: Path, others: object) -> None:
    folder = tmp_path / "id"
    with start(folder) as writer:
        writer.update(update("one two"))
    append(folder, {"words": [["three", 2.0, 3.0, 0.5]], "seconds": 3.0, "endpoint": True, "alternatives": others})
    session = read(folder)
    assert session.document.text().split() == ["one", "two", "three"]
    assert session.damage == ("The alternatives of some words cannot be read.",)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 700), max_size=8), st.integers(0, 99))
def test_sound_comes_back_as_it_was_heard(tmp_path_factory: pytest.TempPathFactory, cuts: list[int], seed: int) -> None:
    folder = tmp_path_factory.mktemp("root") / "id"
    blocks = [samples(n / 16000, seed + i) * 1.1 for i, n in enumerate(cuts)]  # some of it too loud
    with start(folder) as writer:
        heard = [writer.sound(block) for block in blocks]
        assert all(np.array_equal(writer.sound(block[:0]), block[:0]) for block in blocks)
        pcm = kept(folder / SOUND)  # the file is whole before it is closed
    assert np.array_equal(pcm, kept(folder / SOUND))
    together = np.concatenate([np.zeros(0, np.float32), *heard])
    assert together.dtype == np.float32
    assert np.array_equal(pcm.astype(np.float32) / 32768, together)
    assert np.array_equal(together, start(None).sound(together))  # rounding again changes nothing
    loud = np.concatenate([np.zeros(0, np.float32), *blocks])
    assert np.abs(together - np.clip(loud, -1, 1)).max(initial=0) <= 1 / 32768
    assert read(folder).document.seconds == sum(cuts) / 16000
    assert (read(folder).sound is not None) == (sum(cuts) > 0)


def test_sound_that_is_no_sound_is_refused(tmp_path: Path) -> None:
    with start(tmp_path / "id") as writer, pytest.raises(ValueError, match="finite"):
        writer.sound(np.array([0, np.nan], np.float32))


def test_the_words_are_on_the_disk_when_update_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced = []
    monkeypatch.setattr(
        app.sessions.recorder.os, "fsync", lambda number: synced.append(os.readlink(f"/proc/self/fd/{number}"))
    )
    with start(tmp_path / "id") as writer:
        synced.clear()
        writer.update(update("one", endpoint=False))
        assert [Path(path).name for path in synced] == [JOURNAL]
        assert read(tmp_path / "id").document.text() == "one"
        writer.update(Update((), (Word("partial", 0, 1, 0.5),), 2.0))
        assert len(synced) == 1  # nothing new is final
        writer.update(update("two"))
        assert {Path(path).name for path in synced} == {JOURNAL, SOUND}


def test_any_torn_end_loses_only_the_last_record(tmp_path: Path) -> None:
    folder = tmp_path / "id"
    with start(folder) as writer:
        writer.update(update("one two"))
        before = (folder / JOURNAL).read_bytes()
        writer.update(update("three é \U0001f600 \ud800"))
        whole = (folder / JOURNAL).read_bytes()
    assert whole.startswith(before)  # append-only
    for end in range(len(before), len(whole) + 1):
        (folder / JOURNAL).write_bytes(whole[:end])
        last = ["three é \U0001f600 \ud800"] if end == len(whole) else []
        assert read(folder).document.text().split("\n") == ["one two", *last]
        append(folder, {"title": "mended"})  # and what comes after a torn record is read
        assert read(folder).title == "mended"
        assert read(folder).document.text().split("\n") == ["one two", *last]


@settings(deadline=None)
@given(st.binary(max_size=40), st.integers(0, 400))
@pytest.mark.slow
def test_a_damaged_journal_is_read_as_far_as_it_can_be(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, where: int
) -> None:
    folder = tmp_path_factory.mktemp("root") / "id"
    with start(folder) as writer:
        for seconds in range(5):
            writer.update(update(f"word{seconds}", seconds))
    data = bytearray((folder / JOURNAL).read_bytes())
    data[where : where + len(noise)] = noise
    (folder / JOURNAL).write_bytes(data)
    assert len(read(folder).document.words) >= 2  # 40 bytes reach three records at most


def test_records_of_later_versions_and_of_nonsense_are_skipped(tmp_path: Path) -> None:
    folder = tmp_path / "id"
    with start(folder) as writer:
        writer.update(update("one"))
        for record in ({"new": 1}, {"edit": [7, 0, []]}, {"edit": [0, 1, 5]}, {"gap": 3}, {"undo": True}):
            append(folder, record)
        with (folder / JOURNAL).open("ab") as journal:
            journal.write(b"\n5\n[]\nnull\n{\n\xff\x00")
        writer.update(update("two", 5.0))
    assert read(folder).document.text() == "one\ntwo"
    assert read(folder).closed


def test_edits_are_added_and_can_be_undone_after_reading(tmp_path: Path) -> None:
    folder = tmp_path / "id"
    with start(folder) as writer:
        writer.update(update("one too three"))
        edit = read(folder).document.revise(0, "one two three")
        append(folder, edit_record(edit))
        writer.update(update("four", 9.0))
    session = read(folder)
    assert writer.session == session  # the writer learns at the end what others added
    assert session.document.text() == "one two three\nfour"
    assert session.document.edits == (edit,)
    append(folder, {"undo": True})
    assert read(folder).document.text() == "one too three\nfour"
    assert read(folder).document.edits == ()


def test_the_journal_names_the_model_and_an_older_one_without_it_is_read(tmp_path: Path) -> None:
    recorder = SessionRecorder(SessionRecord("id", "live", "A talk", "", 1.5, tmp_path / "id"))
    with recorder.begin(RATE, "small") as writer:
        writer.update(update("one two"))
    assert read(tmp_path / "id").model == "small"
    journal = tmp_path / "id" / JOURNAL
    old = journal.read_text().replace(',"model":"small"', "")
    assert "small" not in old
    journal.write_text(old)
    session = read(tmp_path / "id")
    assert (session.model, session.title, session.document.text()) == ("", "A talk", "one two")


def test_a_private_session_touches_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with start(None) as writer:
        writer.sound(samples(0.1))
        writer.update(update("secret"))
        writer.gap(0.1, 0.2)
        writer.pause()
    assert writer.close().document.text() == "secret" and writer.session.document.gaps == (Gap(0.1, 0.2),)
    assert (writer.session.sound, writer.problem) == (None, "")
    assert not list(tmp_path.iterdir())


def test_a_session_has_the_rate_of_its_recogniser(tmp_path: Path) -> None:
    folder = tmp_path / "id"
    recorder = SessionRecorder(SessionRecord("id", "live", "A talk", "", 1.5, folder))
    with recorder.begin(8_000, "small", "de") as writer:
        rounded = writer.sound(samples(1.0))
    session = read(folder)
    assert (session.rate, session.language, session.document.seconds) == (8_000, "de", 2.0)
    with wave.open(str(folder / SOUND)) as file:
        assert (file.getframerate(), file.getnframes()) == (8_000, 16_000)
    assert sound_rate(folder / SOUND) == 8_000
    part, rate = read_sound(folder / SOUND, 0.5, 1.0)
    assert rate == 8_000 and len(part) == 8_000
    assert np.array_equal(part, rounded[4_000:12_000])


def test_a_session_of_an_older_program_has_the_rate_and_language_of_its_time(tmp_path: Path) -> None:
    folder = tmp_path / "id"
    with start(folder) as writer:
        writer.sound(samples(1.0))
    journal = folder / JOURNAL
    journal.write_text(journal.read_text().replace(',"language":"en","rate":16000', "").replace("close", "torn"))
    assert "rate" not in journal.read_text()
    with (folder / SOUND).open("r+b") as sound:
        sound.write(bytes(HEADER.size))  # a header that a crash tore
    session = recover(folder)
    assert session is not None
    assert (session.recovered, session.language, sound_rate(folder / SOUND)) == (1.0, "en", RATE)


def test_another_thread_sees_whole_states_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is saved, the problem, and the words belong together, whenever they are read."""
    room = {"left": True}

    def write_sometimes(file: FileIO, data: bytes) -> None:
        if not room["left"] and Path(str(file.name)).name == JOURNAL:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        file.write(data)

    monkeypatch.setattr(app.sessions.recorder, "write", write_sometimes)
    monkeypatch.setattr(app.sessions.recorder.os, "fsync", lambda number: None)
    wrong: list[RecorderStatus] = []
    over = threading.Event()
    with start(tmp_path / "id") as writer:

        def look() -> None:
            seen = writer.status
            while not over.is_set():
                status = writer.status
                if status.saved == ("New words" in status.problem) or (
                    status.session.document.count < seen.session.document.count
                ):
                    wrong.append(status)
                seen = status

        reader = threading.Thread(target=look)
        reader.start()
        for number in range(300):
            room["left"] = number % 3 != 0
            writer.update(update(f"word{number}", float(number)))
        room["left"] = True
        over.set()
        reader.join()
    assert wrong == [] and writer.session.document.count == 300
    with pytest.raises(FrozenInstanceError):
        writer.status.saved = False  # type: ignore[misc]


def test_nothing_is_written_before_a_recorder_begins(tmp_path: Path) -> None:
    folder = tmp_path / "id"
    recorder = SessionRecorder(SessionRecord("id", "live", "A talk", "", 1.5, folder))
    with pytest.raises(ValueError, match="begin"):
        recorder.sound(samples(0.1))
    assert recorder.close().closed and not folder.exists()


class FullDisk:
    """Lets so many more bytes into files of the given names, then says that the disk is full."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *names: str, room: int = 0) -> None:
        self.names, self.room = names, room
        for module in (app.sessions.folder.journal, app.sessions.recorder, app.sessions.folder.session_sound):
            monkeypatch.setattr(module, "write", self.write)

    def write(self, file: FileIO, data: bytes) -> None:
        if Path(str(file.name)).name in self.names:
            fits = data[: self.room]
            file.write(fits)
            self.room -= len(fits)
            if len(fits) < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        else:
            file.write(data)


def test_disk_full_stops_the_sound_and_the_text_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "id"
    with start(folder) as writer:
        writer.sound(samples(0.5))
        assert (folder / RESERVE).stat().st_size == app.sessions.recorder.RESERVED
        FullDisk(monkeypatch, SOUND, room=1001)
        heard = writer.sound(samples(0.5))
        assert len(heard) == 8000  # recognition goes on
        assert writer.problem == "Sound is no longer being kept (the disk is full); the text goes on."
        assert not (folder / RESERVE).exists()
        writer.sound(samples(0.5))
        writer.update(update("still here"))
    session = read(folder)
    assert session.document.text() == "still here"
    assert session.problems == (writer.problem,)
    assert session.document.seconds == 1.5
    assert len(kept(folder / SOUND)) == 8000  # whole blocks, up to where it failed


@pytest.mark.parametrize("room", range(0, 120, 7))
def test_words_wait_for_room_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    folder = tmp_path / "id"
    with start(folder) as writer:
        writer.update(update("one"))
        disk = FullDisk(monkeypatch, JOURNAL, room=room)
        writer.update(update("two", 2.0))
        writer.update(update("three", 3.0))
        assert writer.problem == "New words cannot be kept (the disk is full): export them to another disk."
        assert writer.session.document.text() == "one\ntwo\nthree"
        disk.room = 10**6
        writer.update(update("four", 4.0))
        assert writer.problem == ""
    assert read(folder).document.text() == "one\ntwo\nthree\nfour"


def test_words_that_never_find_room_stay_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    FullDisk(monkeypatch, JOURNAL, SOUND)
    with start(tmp_path / "id") as writer:
        writer.sound(samples(0.1))
        writer.update(update("one"))
    assert writer.close().document.text() == "one"
    assert "disk is full" in writer.problem


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with start(tmp_path / "file" / "id") as writer:
        assert writer.problem.startswith("This session is only in memory: its folder cannot be written (")
        writer.sound(samples(0.1))
        writer.update(update("one"))
    assert writer.session.document.text() == "one" and writer.session.folder is None


def test_kill_9_loses_only_the_partial(tmp_path: Path) -> None:
    folder = tmp_path / "id"
    killed(folder)
    assert not recording(folder)
    assert not read(folder).closed
    # the worst moment: between sound and header, in the middle of a sample
    with (folder / SOUND).open("r+b") as sound:
        sound.write(bytes(HEADER.size))
        sound.seek(0, os.SEEK_END)
        sound.write(b"\1\2\3")
    session = recover(folder)
    assert session is not None
    assert session.closed and session.document.text() == "word0 word1\nword2"
    assert session.recovered == session.document.seconds == 3.25 + 1 / 16000
    assert kept(folder / SOUND)[:-1].tolist() == [8192] * 48000 + [16384] * 4000
    assert not (folder / RESERVE).exists()
    assert read(folder) == session


def test_a_session_being_recorded_is_known_as_such(tmp_path: Path) -> None:
    assert not recording(tmp_path / "id")
    with start(tmp_path / "id"):
        assert recording(tmp_path / "id")
    assert not recording(tmp_path / "id")


def test_every_record_is_a_line_of_json(tmp_path: Path) -> None:
    with start(tmp_path / "id") as writer:
        writer.update(update("line\nbreak \u2028 é"))
    lines = (tmp_path / "id" / JOURNAL).read_text("ascii").splitlines()
    assert [next(iter(json.loads(line))) for line in lines if line] == ["echoic", "words", "close"]
