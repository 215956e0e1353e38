"""The inputs of this computer: listing them, and choosing one by name or index."""

from contextlib import suppress
from dataclasses import dataclass

from app.audio_io import portaudio, pulseaudio
from app.audio_io.portaudio import DeviceError, as_echoic_error


@dataclass(frozen=True)
class Device:
    """An input that sound can be captured from."""

    index: int
    name: str
    channels: int
    rate: float  # Hz, its own
    default: bool
    monitor: bool  # captures what the computer plays, not a person
    source: str = ""  # of a sound server that PortAudio sees as the one device `through`
    through: int = -1


@dataclass(frozen=True)
class _Server:
    """A sound server as PortAudio had it when devices were listed last."""

    through: int  # the one device of PortAudio that leads to it
    others: list[Device]  # inputs that are not the server's
    first: int  # index of the first of its own
    own: list[Device]  # its inputs then


_server: _Server | None = None  # changed with the gate of PortAudio held


def devices() -> list[Device]:
    """List the inputs there are now.

    Any thread but the interface: a sound system may take seconds to answer.

    Raises:
        DeviceError: PortAudio is missing or does not answer.
    """
    global _server
    with portaudio.fresh() as sound:
        _server = None  # a restart renumbers devices
        try:
            listed, default = list(sound.query_devices()), sound.default.device[0]
        except Exception as error:
            raise as_echoic_error(error) from error
        if default < 0 and listed:
            with suppress(Exception):
                default = sound.query_devices(kind="input")["index"]
        inputs = [
            Device(
                index,
                device["name"],
                device["max_input_channels"],
                float(device["default_samplerate"]),
                index == default,
                "monitor" in device["name"].lower(),
            )
            for index, device in enumerate(listed)
            if device["max_input_channels"] > 0
        ]
        through = next((device.index for device in inputs if device.name == "pulse"), None)
        if through is None:
            return inputs
        # The rest of ALSA is the same hardware once more, which the server lets no other program open.
        api = listed[through]["hostapi"]
        others = [device for device in inputs if listed[device.index]["hostapi"] != api]
        sources = _sources(through, len(listed))
        if not sources:
            return inputs
        _server = _Server(through, others, len(listed), sources)
        return others + sources


def recall(wanted: str | int | None) -> Device | None:
    """Return what a new list would give for an index or name, where a sound server has it; else None.

    Only the server is asked anew. PortAudio would have to be restarted for that, which takes longer than a person waits
    before speaking; it leads to the server as before, which finds an input by its name. Within `portaudio.opening`.
    """
    if _server is None:
        return None
    if wanted is None and not any(device.default for device in _server.others):
        name = pulseaudio.default()
        if device := next((device for device in _server.own if device.source == name), None):
            return device  # what is the server's choice now is there, so nothing else need be asked
    with suppress(DeviceError):
        device = choose(wanted, _server.others + _sources(_server.through, _server.first))
        if device.source:
            return device
    return None


def _sources(through: int, first: int) -> list[Device]:
    """Return the inputs that a sound server has now; none where it does not answer."""
    return [
        Device(index, s.title, s.channels, s.rate, s.default, s.monitor, s.name, through)
        for index, s in enumerate(pulseaudio.sources(), first)
    ]


def choose(wanted: str | int | None, inputs: list[Device]) -> Device:
    """Return the device of an index or name; a part of a name is enough, None is the system's own choice.

    Raises:
        DeviceError: There is none, or several fit.
    """
    if not inputs:
        raise DeviceError("no-device")
    if wanted is None:
        return next((device for device in inputs if device.default), inputs[0])
    for device in inputs:
        if wanted in (device.index, str(device.index), device.name):
            return device
    near = [device for device in inputs if str(wanted).lower() in device.name.lower()]
    if len(near) != 1:
        names = "; ".join(f"{device.index} {device.name}" for device in near or inputs)
        raise DeviceError("ambiguous-device" if near else "unknown-device", name=str(wanted), names=names)
    return near[0]
