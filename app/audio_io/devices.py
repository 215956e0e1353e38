"""The inputs of this computer: which there are, and which one is meant."""

from contextlib import suppress
from dataclasses import dataclass

from app.audio_io import portaudio, pulseaudio
from app.audio_io.portaudio import DeviceError, as_echoic_error


@dataclass(frozen=True)
class Device:
    """An input that can be listened to."""

    index: int
    name: str
    channels: int
    rate: float  # Hz, its own
    default: bool
    monitor: bool  # hears what the computer plays, not a person
    source: str = ""  # of a sound server that PortAudio sees as the one device `through`
    through: int = -1


def devices() -> list[Device]:
    """The inputs there are now. Raises DeviceError where PortAudio is missing."""
    with portaudio.fresh() as sound:
        try:
            found, default = list(sound.query_devices()), sound.default.device[0]
        except Exception as error:
            raise as_echoic_error(error) from error
        if default < 0 and found:
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
        for index, device in enumerate(found)
        if device["max_input_channels"] > 0
    ]
    server = next((device.index for device in inputs if device.name == "pulse"), None)
    sources = pulseaudio.sources() if server is not None else []
    if server is None or not sources:
        return inputs
    # The rest of ALSA is the same hardware once more, which the server does not let anyone else open.
    api = found[server]["hostapi"]
    return [device for device in inputs if found[device.index]["hostapi"] != api] + [
        Device(index, s.title, s.channels, s.rate, s.default, s.monitor, s.name, server)
        for index, s in enumerate(sources, len(found))
    ]


def choose(wanted: str | int | None, found: list[Device]) -> Device:
    """The device of that index or name, a part of a name being enough; None is the system's own choice."""
    if not found:
        raise DeviceError("no-device")
    if wanted is None:
        return next((device for device in found if device.default), found[0])
    for device in found:
        if wanted in (device.index, str(device.index), device.name):
            return device
    near = [device for device in found if str(wanted).lower() in device.name.lower()]
    if len(near) != 1:
        names = "; ".join(f"{device.index} {device.name}" for device in near or found)
        raise DeviceError("ambiguous-device" if near else "unknown-device", name=str(wanted), names=names)
    return near[0]
