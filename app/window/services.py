"""What the window needs from the rest of the program; tests pass fakes instead."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.audio_io.devices import Device
from app.worker.transcription_worker import Source
from asr.pipeline import AnyRecognizer

LoadModel = Callable[[Path | None], AnyRecognizer]  # folder of the model; None: the one that ships with the program
OpenDevice = Callable[[str | None, int], Source]  # name of the device (None: the system's default), rate in Hz
OpenFile = Callable[[Path, int], tuple[Source, float | None]]  # file, rate in Hz -> source, its length in seconds
ListDevices = Callable[[], Sequence[Device]]  # raises DeviceError where PortAudio is missing


@dataclass(frozen=True)
class Services:
    """The functions that reach a model, a device or a file. Each is called in a worker thread and may block."""

    load: LoadModel
    open_device: OpenDevice
    open_file: OpenFile
    devices: ListDevices
    open_preview: OpenDevice | None = None  # a device whose level is shown before Start; None: no level is shown
