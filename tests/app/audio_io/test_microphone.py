"""The microphone without one: order, drain, gaps, a device that is lost, and a callback that never waits."""

import queue
import threading
import time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.audio_io import microphone, player
from app.audio_io.devices import Device, choose
from app.audio_io.microphone import Microphone
from app.audio_io.portaudio import as_echoic_error
from asr.audio.resampler import Resampler
from asr.errors import AudioError
from tests.support.recognition import sound


class FakeStream:
    """A device at `samplerate` whose blocks are played by hand."""

    def __init__(self, samplerate: float = 48_000.0) -> None:
        self.samplerate = samplerate
        self.calls: list[object] = []
        self.callback: Any = None

    def __call__(self, device: object, callback: Any) -> Any:
        self.calls.append(("open", device))
        self.callback = callback
        return self

    def start(self) -> None:
        self.calls.append("start")

    def stop(self) -> None:
        self.calls.append("stop")

    def close(self) -> None:
        self.calls.append("close")

    def play(self, samples: np.ndarray, overflow: bool = False) -> None:
        block = samples.reshape(-1, 1).copy()
        self.callback(block, len(block), None, SimpleNamespace(input_overflow=overflow) if overflow else None)
        block.fill(9.0)  # PortAudio uses its buffer again


@pytest.mark.parametrize("rate", [16_000.0, 44_100.0, 48_000.0])
def test_the_sound_comes_in_order_resampled_as_one_stream_and_drained_at_stop(rate: float) -> None:
    stream, made = FakeStream(rate), sound.chirp(1.0, round(rate))
    with Microphone("desk", stream_factory=stream, target_rate=16_000) as source:
        for start in range(0, len(made), 1000):
            stream.play(made[start : start + 1000])
        source.stop()
        source.stop()
        heard = np.concatenate(list(source))
    whole = Resampler(rate, 16_000)
    np.testing.assert_array_equal(heard, np.concatenate([whole.feed(made), whole.flush()]))
    assert stream.calls == [("open", "desk"), "start", "stop", "close"]
    assert (source.gaps, source.dropped, source.overflows) == ([], 0, 0)


def test_what_finds_no_room_is_counted_and_marked_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(microphone, "KEPT", 3 * microphone.BLOCK)
    stream, block = FakeStream(16_000.0), sound.tone(0.1)
    with Microphone(stream_factory=stream, target_rate=16_000) as source:
        chunks = iter(source)
        for _ in range(5):  # three fit
            stream.play(block)
        assert len(next(chunks)) == 1600
        stream.play(block)
        for _ in range(2):
            stream.play(block)
        source.stop()
        rest = np.concatenate(list(chunks))
    assert len(rest) == 3 * 1600
    assert source.dropped == 4 * 1600 and source.overflows == 2
    assert [(gap.position, gap.seconds) for gap in source.gaps] == [
        (pytest.approx(0.3), pytest.approx(0.2)),
        (pytest.approx(0.4), pytest.approx(0.2)),
    ]


def test_overflows_of_the_sound_system_are_counted() -> None:
    stream = FakeStream()
    with Microphone(stream_factory=stream, target_rate=16_000) as source:
        stream.play(sound.tone(0.1), overflow=True)
        assert source.overflows == 1
        assert source.waiting == pytest.approx(microphone.BLOCK)


def test_a_silent_device_is_lost_but_not_before_it_woke(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(microphone, "PATIENCE", 0.05)
    monkeypatch.setattr(microphone, "WAKING", 5.0)
    stream = FakeStream(16_000.0)
    with Microphone(stream_factory=stream, target_rate=16_000) as source:
        late = threading.Timer(0.2, stream.play, [sound.tone(0.1)])
        late.start()
        chunks = iter(source)
        assert len(next(chunks)) == 1600
        with pytest.raises(AudioError, match="stopped sending sound"):
            next(chunks)
        late.join()
    assert stream.calls[-1] == "close"


def test_a_program_that_was_stopped_has_a_gap_and_no_lost_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl+Z, then fg: the clock has run on, and neither the device nor its thread has."""
    now = 100.0
    monkeypatch.setattr(microphone, "monotonic", lambda: now)

    class Stopped(queue.SimpleQueue):  # type: ignore[type-arg]
        waits = 0

        def get(self, block: bool = True, timeout: float | None = None) -> Any:
            nonlocal now
            if self.qsize():
                return super().get()
            self.waits += 1
            now += timeout or 0.0
            if self.waits == 1:
                now += 60.0  # stopped within the wait
            elif self.waits == 20:  # 1.9 s later the device wakes, later than PATIENCE
                stream.play(sound.tone(0.1))
            raise queue.Empty

    stream = FakeStream(16_000.0)
    with Microphone(stream_factory=stream, target_rate=16_000) as source:
        source._queue = Stopped()
        chunks = iter(source)
        stream.play(sound.tone(0.1))
        assert len(next(chunks)) == 1600 and source.gaps == []
        assert len(next(chunks)) == 1600
        assert [gap.position for gap in source.gaps] == [pytest.approx(0.1)]
        assert source.gaps[0].seconds == source.suspended == pytest.approx(62.0, abs=0.1)
        assert (source.dropped, source.overflows) == (0, 0)
        with pytest.raises(AudioError, match="stopped sending sound"):
            next(chunks)


def test_a_device_that_never_speaks_is_told_without_the_advice_of_one_edge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(microphone, "WAKING", 0.05)
    with (
        Microphone(stream_factory=FakeStream(16_000.0), target_rate=16_000) as source,
        pytest.raises(AudioError) as said,
    ):
        next(iter(source))
    assert "choose another" in str(said.value)
    assert "--device" not in str(said.value) and "`" not in str(said.value)  # the window shows it too


def test_a_lost_device_that_cannot_stop_still_ends() -> None:
    class Gone(FakeStream):
        def stop(self) -> None:
            raise RuntimeError("Unanticipated host error [PaErrorCode -9999]")

    stream = Gone(16_000.0)
    with Microphone(stream_factory=stream, target_rate=16_000) as source:
        stream.play(sound.tone(0.1))
        source.stop()
        assert sum(map(len, source)) == 1600


def test_stop_from_another_thread_ends_a_waiting_reader() -> None:
    stream = FakeStream(16_000.0)
    with Microphone(stream_factory=stream, target_rate=16_000) as source:
        later = threading.Timer(0.1, source.stop)
        later.start()
        assert list(source) == []
        later.join()


def test_the_callback_neither_waits_nor_resamples() -> None:
    stream, block = FakeStream(48_000.0), sound.tone(0.03, 48_000)
    with Microphone(stream_factory=stream, target_rate=16_000) as source:
        times = []
        for _ in range(2000):  # twice what has room
            begun = time.perf_counter()
            stream.callback(block.reshape(-1, 1), len(block), None, None)
            times.append(time.perf_counter() - begun)
        assert source.waiting <= microphone.KEPT + microphone.BLOCK
        # a generous bound: the middle one of many is not at the mercy of a busy machine
        assert sorted(times)[1000] < microphone.BLOCK / 10


def test_nan_of_a_driver_is_silence() -> None:
    stream, block = FakeStream(16_000.0), sound.tone(0.1)
    block[5] = np.nan
    with Microphone(stream_factory=stream, target_rate=16_000) as source:
        stream.play(block)
        source.stop()
        heard = np.concatenate(list(source))
    assert np.isfinite(heard).all() and heard[5] == 0


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("Error opening InputStream: Invalid sample rate [PaErrorCode -9997]", "refused the microphone"),
        ("Error opening InputStream: Invalid device [PaErrorCode -9996]", "refused the microphone"),
        ("Unanticipated host error [PaErrorCode -9999]: 'x'", "refused the microphone"),
        ("Error querying device -1", "No input device found"),
        ("PortAudio library not found", "needs PortAudio"),
        ("something else", "cannot be opened: something else"),
    ],
)
def test_errors_of_the_sound_system_become_sentences(said: str, sentence: str) -> None:
    def refuse(device: object, callback: Any) -> FakeStream:
        raise RuntimeError(said)

    assert sentence in str(as_echoic_error(RuntimeError(said)))
    with pytest.raises(AudioError, match=sentence), Microphone(stream_factory=refuse, target_rate=16_000):
        pytest.fail("it opened")


def test_a_device_is_chosen_by_index_name_or_part_of_it() -> None:
    found = [
        Device(2, "Built-in", 2, 48_000.0, False, False),
        Device(5, "USB desk", 1, 44_100.0, True, False),
        Device(7, "USB cam", 1, 44_100.0, False, False),
    ]
    assert choose(None, found).index == 5
    assert choose("2", found).index == choose(2, found).index == choose("built", found).index == 2
    with pytest.raises(AudioError, match=r"fits several inputs.*5 USB desk; 7 USB cam"):
        choose("usb", found)
    with pytest.raises(AudioError, match="is no input"):
        choose("9", found)
    with pytest.raises(AudioError, match="No input device found"):
        choose(None, [])


def test_a_raw_stream_gives_all_channels_of_a_device_that_refuses_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """As bytes, in place: what sounddevice makes of them otherwise is deprecated by NumPy 2.5."""
    taken, opened = [], []

    class Raw:
        samplerate = 48_000.0

        def __init__(self, channels: int, callback: Any, **how) -> None:
            opened.append((channels, how["dtype"]))
            if channels == 1:
                raise OSError("Invalid number of channels [PaErrorCode -9998]")
            callback(np.arange(6, dtype=np.float32).tobytes(), 3, None, None)

    library = SimpleNamespace(RawInputStream=Raw, PortAudioError=OSError)
    monkeypatch.setattr(microphone.portaudio, "library", lambda: library)
    monkeypatch.setattr(microphone, "devices", lambda: [Device(2, "Built-in", 2, 48_000.0, True, False)])
    microphone._open_stream(None, lambda block, frames, *_: taken.append((block.tolist(), frames)))
    assert opened == [(1, "float32"), (2, "float32")]
    assert taken == [([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]], 3)]


def test_a_raw_output_is_filled_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {}
    library = SimpleNamespace(RawOutputStream=lambda **how: made.update(how))
    monkeypatch.setattr(player.portaudio, "library", lambda: library)

    def fill(out: np.ndarray, frames: int, *_) -> None:
        out[:frames, 0] = [7, -7, 0]

    player.Player()._open_output(fill)
    buffer = bytearray(b"\1" * 6)
    made["callback"](buffer, 3, None, None)
    assert np.frombuffer(buffer, np.int16).tolist() == [7, -7, 0] and (made["channels"], made["dtype"]) == (1, "int16")
