"""What the window needs from the rest of the program; tests hand in their own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.devices import Device
from app.window.jobs import OpenFile
from app.window.live import OpenSource


@dataclass(frozen=True)
class Outside:
    load: Callable[[Path | None, str], Any]  # path of the model, pause -> a recogniser; in a worker
    open_device: OpenSource  # in a worker
    open_file: OpenFile  # in a worker
    devices: Callable[[], Sequence[Device]]  # raises where there is no PortAudio; in a worker
