"""What the window needs from the rest of the program; tests hand in their own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.audio_io.devices import Device
from app.window.files.file_queue import OpenFile
from app.window.live.live_session import OpenSource
from asr.pipeline import AnyRecognizer


@dataclass(frozen=True)
class Services:
    load: Callable[[Path | None], AnyRecognizer]  # folder of the model, None the shipped one; in a worker
    open_device: OpenSource  # in a worker
    open_file: OpenFile  # in a worker
    devices: Callable[[], Sequence[Device]]  # raises where there is no PortAudio; in a worker
