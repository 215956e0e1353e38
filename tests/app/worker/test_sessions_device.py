"""Devices at their worst: one that hangs, and lists of devices that are renewed while something plays or listens."""

import os
import threading
import time
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.audio_io import devices as inputs
from app.audio_io import microphone, portaudio, pulseaudio
from app.audio_io.devices import choose, devices
from app.audio_io.microphone import Microphone
from app.audio_io.player import Player
from app.audio_io.portaudio import DeviceError
from asr.errors import AudioError


class Hanging:
    """A stream of a sound system that does not answer any more once it is to stop."""

    samplerate = 16_000.0

    def __init__(self) -> None:
        self.answer = threading.Event()
        self.closed = False

    def __call__(self, device: object, callback: Any) -> "Hanging":
        self.hear = callback
        return self

    def start(self) -> None:
        self.hear(np.full((1600, 1), 0.1, np.float32), 1600, None, None)

    def stop(self) -> None:
        assert self.answer.wait(60)

    def close(self) -> None:
        self.closed = True


def test_a_sound_system_that_hangs_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(microphone, "PATIENCE", 0.1)
    monkeypatch.setattr(microphone, "STUCK", 0.1)
    stream, before = Hanging(), set(threading.enumerate())
    with Microphone(stream_factory=stream, target_rate=16_000) as source:
        chunks = iter(source)
        assert len(next(chunks)) == 1600
        began = time.monotonic()
        source.stop()  # not answered, and yet it returns
        assert time.monotonic() - began < 30
        with pytest.raises(AudioError, match="stopped sending sound"):
            next(chunks)
    assert not stream.closed  # closing what another thread waits for would crash
    assert id(source) in portaudio._streams  # so PortAudio is not restarted under it
    stream.answer.set()
    for thread in set(threading.enumerate()) - before:
        thread.join(60)
    assert stream.closed
    assert id(source) not in portaudio._streams


@pytest.fixture
def restarts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A PortAudio without devices that notes when it is restarted."""
    done: list[str] = []
    fake = SimpleNamespace(
        _terminate=lambda: done.append("end"),
        _initialize=lambda: done.append("begin"),
        query_devices=lambda kind=None: [],
        default=SimpleNamespace(device=[-1, -1]),
    )
    monkeypatch.setattr(portaudio, "library", lambda: fake)
    return done


def test_the_list_of_devices_is_renewed_only_while_no_stream_is_open(restarts: list[str], qtbot: QtBot) -> None:
    assert devices() == [] and restarts == ["end", "begin"]
    stream = Hanging()
    stream.answer.set()
    with Microphone(stream_factory=stream, target_rate=16_000):
        devices()
        assert restarts == ["end", "begin"]
    devices()
    assert len(restarts) == 4
    player = Player(lambda fill: stream)
    player._sound = np.zeros(1600, np.int16)
    stream.hear = lambda *_: None
    player.play()
    assert player.playing
    devices()
    assert len(restarts) == 4  # it would have ended the playback, and more
    player.pause()
    devices()
    assert len(restarts) == 6


def test_no_restart_comes_between_the_opening_of_a_stream_and_its_start(restarts: list[str]) -> None:
    looking = threading.Thread(target=devices)
    stream = Hanging()
    stream.answer.set()
    start = stream.start

    def slowly() -> None:
        looking.start()
        looking.join(0.2)
        assert restarts == []
        start()

    stream.start = slowly  # type: ignore[method-assign]
    with Microphone(stream_factory=stream, target_rate=16_000):
        looking.join(60)
        assert restarts == []


def test_playing_gives_up_where_the_sound_system_is_held_up(
    restarts: list[str], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.audio_io.player.PATIENCE", 0.05)
    player, held, go_on = Player(lambda fill: Hanging()), threading.Event(), threading.Event()
    player._sound = np.zeros(1600, np.int16)
    errors: list[DeviceError] = []
    player.failed.connect(errors.append)

    def hold() -> None:
        with portaudio.fresh():
            held.set()
            go_on.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(60)
    player.play()
    go_on.set()
    holder.join(60)
    assert not player.playing and [error.code for error in errors] == ["busy"]


class Slow(Hanging):
    """A stream that is opened only when the sound system answers."""

    def start(self) -> None:
        assert self.answer.wait(60)

    def stop(self) -> None:
        pass


def test_a_device_that_does_not_open_is_given_up_and_closed_when_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portaudio, "PATIENCE", 0.1)
    slow, before = Slow(), set(threading.enumerate())
    source, other = Microphone(stream_factory=slow, target_rate=16_000), Microphone(stream_factory=Slow())
    for microphone_ in (source, other):  # the second does not get as far as that
        with pytest.raises(AudioError, match="does not answer"), microphone_:
            pytest.fail("it opened")
    with pytest.raises(AudioError, match="does not answer"):
        devices()
    assert not slow.closed
    slow.answer.set()
    for thread in set(threading.enumerate()) - before:
        thread.join(60)
    assert slow.closed and not portaudio._streams


def test_a_device_that_fails_at_its_start_is_closed() -> None:
    class Failing(Hanging):
        def start(self) -> None:
            raise OSError("Unanticipated host error [PaErrorCode -9999]")

    stream = Failing()
    with (
        pytest.raises(AudioError, match="refused the microphone"),
        Microphone(stream_factory=stream, target_rate=16_000),
    ):
        pytest.fail("it opened")
    assert stream.closed and not portaudio._streams


LISTED = """[
{"name": "room.monitor", "description": "Monitor of Speakers", "sample_specification": "s16le 2ch 44100Hz"},
{"name": "usb.1", "description": "Headset", "sample_specification": "s16le 1ch 48000Hz"},
{"name": "usb.2", "description": "Headset", "sample_specification": "float32le 2ch 16000Hz"}]"""


@pytest.fixture
def server(restarts: list[str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A sound server as PortAudio sees it, and what its own program tells of it."""
    told = {"sources": LISTED, "info": '{"default_source_name": "usb.2"}'}

    def run(command: list[str], **_more: object) -> SimpleNamespace:
        if command[1:] == ["list", "sources"]:
            return SimpleNamespace(stdout=told["plain"].encode())
        assert command[:2] == ["pactl", "--format=json"]
        if "FAILS" in told["info"]:
            raise FileNotFoundError("pactl")
        return SimpleNamespace(stdout=told[command[-1]].encode())

    def input_of(name: str, api: int, channels: int = 2) -> dict:
        return {"name": name, "max_input_channels": channels, "default_samplerate": 44_100.0, "hostapi": api}

    found = [input_of("hw:0,0", 0), input_of("speakers", 0, 0), input_of("pulse", 0, 32), input_of("studio", 1)]
    monkeypatch.setattr(portaudio.library(), "query_devices", lambda kind=None: found)
    monkeypatch.setattr(pulseaudio.subprocess, "run", run)
    monkeypatch.setattr(inputs, "_server", None)  # as it is afterwards, too
    return told


def test_the_inputs_of_a_sound_server_are_listed_by_name_monitors_too(server: dict[str, str]) -> None:
    found = devices()
    assert [(d.name, d.rate, d.channels, d.default, d.monitor, d.source) for d in found] == [
        ("studio", 44_100.0, 2, False, False, ""),
        ("Headset (usb.1)", 48_000.0, 1, False, False, "usb.1"),
        ("Headset (usb.2)", 16_000.0, 2, True, False, "usb.2"),
        ("Monitor of Speakers", 44_100.0, 2, False, True, "room.monitor"),
    ]
    assert {d.through for d in found if d.source} == {2}
    assert len({d.index for d in found}) == 4
    assert choose("speakers", found).source == "room.monitor"
    assert choose(None, found).source == "usb.2"


def test_names_that_are_not_ascii_are_those_of_the_plain_list(server: dict[str, str]) -> None:
    """What `pactl` 16 puts into its JSON in their place is "(null)"."""
    server["sources"] = LISTED.replace("Headset", "(null)")
    names = (("usb.1", "Kopfhörer grün"), ("usb.2", "マイク: (内蔵)"), ("room.monitor", "Monitor of Speakers"))
    server["plain"] = "\n\n".join(
        f"Source #{number}\n\tState: IDLE\n\tName: {name}\n\tDescription: {title}\n\tDriver: x\n\tProperties:\n"
        f'\t\tdevice.description = "{title}"'
        for number, (name, title) in enumerate(names)
    )
    assert [device.name for device in devices()] == [
        "studio",
        "Kopfhörer grün",
        "マイク: (内蔵)",
        "Monitor of Speakers",
    ]


@pytest.mark.parametrize("info", ["FAILS", "no json", "[]"])
def test_a_sound_server_that_tells_nothing_is_one_device(server: dict[str, str], info: str) -> None:
    server["info"] = info
    assert [d.name for d in devices()] == ["hw:0,0", "pulse", "studio"]


def test_the_chosen_input_of_a_server_is_the_one_that_is_opened(
    server: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple] = []

    def open_stream(**how: Any) -> Hanging:
        opened.append((os.environ.get("PULSE_SOURCE"), how["device"], how["samplerate"], how["blocksize"]))
        stream = Hanging()
        stream.hear = lambda *_: None
        stream.answer.set()
        return stream

    monkeypatch.setattr(portaudio.library(), "RawInputStream", open_stream, raising=False)
    monkeypatch.setattr(portaudio.library(), "PortAudioError", OSError, raising=False)
    monkeypatch.setenv("PULSE_SOURCE", "before")
    for name in ("Headset (usb.1)", "studio", None):
        with Microphone(name):
            pass
    assert opened == [("usb.1", 2, 48_000.0, 1440), ("before", 3, 44_100.0, 1323), ("usb.2", 2, 16_000.0, 480)]
    assert os.environ["PULSE_SOURCE"] == "before"


def test_an_input_of_a_server_is_opened_without_a_new_list_and_found_also_where_it_is_new(
    server: dict[str, str], restarts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str | None] = []

    def open_stream(**how: Any) -> Hanging:
        opened.append(os.environ.get("PULSE_SOURCE"))
        stream = Hanging()
        stream.hear = lambda *_: None
        stream.answer.set()
        return stream

    monkeypatch.setattr(portaudio.library(), "RawInputStream", open_stream, raising=False)
    monkeypatch.setattr(portaudio.library(), "PortAudioError", OSError, raising=False)
    devices()
    restarts.clear()
    for name in (None, "Monitor of Speakers"):
        with Microphone(name):
            pass
    server["sources"] = LISTED.replace("room.monitor", "usb.3").replace("Monitor of Speakers", "New")
    server["info"] = '{"default_source_name": "usb.3"}'
    for name in (None, "New"):
        with Microphone(name):
            pass
    assert opened == ["usb.2", "room.monitor", "usb.3", "usb.3"] and restarts == []
    for name in ("studio", "Monitor of Speakers"):  # not the server's; gone
        with suppress(AudioError), Microphone(name):
            pass
    assert opened[4:] == [None] and restarts == 2 * ["end", "begin"]
    server["info"] = "FAILS"  # the server is gone
    with suppress(AudioError), Microphone():
        pass
    assert restarts == 3 * ["end", "begin"]
