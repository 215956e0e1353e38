"""A sound server of its own for tests of the microphone, without a sound card.

What is played into the server's null sink comes back from the sink's monitor, through ALSA's pulse plugin, PortAudio
and sounddevice, as the sound of the one microphone there is.
"""

import ctypes.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from app.audio_io import devices, portaudio
from asr.recognizer import SHIPPED

SAMPLE = SHIPPED.parent / "samples" / "lighthouse.ogg"
RATE = 16_000
ROOM, HALL = "Monitor of Null Output (room.monitor)", "Monitor of Null Output (hall.monitor)"
WHOLE_ALSA = Path("/usr/share/alsa/alsa.conf")


def missing() -> str:
    """What this computer lacks for a sound server of its own, or ""."""
    for program in ("pulseaudio", "pactl", "paplay"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    if ctypes.util.find_library("portaudio") is None:
        return "PortAudio is not installed"
    if not WHOLE_ALSA.exists() or not list(Path("/usr/lib").glob("**/libasound_module_pcm_pulse.so")):
        return "ALSA's pulse plugin is not installed"
    return ""


class Room:
    """A sound server with a loudspeaker and a microphone that hears it, and a silent hall; `end` pulls the plug."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.server = folder, f"unix:{folder}/native"
        homes = ("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "PULSE_RUNTIME_PATH")
        self._environment = os.environ | dict.fromkeys(homes, str(folder)) | {"PULSE_SERVER": self.server}
        self._server: subprocess.Popen | None = None
        self._player: subprocess.Popen | None = None

    def alsa(self) -> Path:
        """A configuration of ALSA that knows the microphone of this room."""
        path = self._folder / "asound.conf"
        path.write_text(
            f'<{WHOLE_ALSA}>\npcm.!pulse {{ type pulse server "{self.server}" }}\n'
            f'ctl.!pulse {{ type pulse server "{self.server}" }}\n'
        )
        return path

    def begin(self) -> None:
        options = ("--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--log-target=file:" + self._log)
        protocol = f"module-native-protocol-unix socket={self._folder}/native auth-anonymous=1"
        sinks = [f"module-null-sink sink_name={name} rate=48000" for name in ("room", "hall")]
        self._server = subprocess.Popen(
            ["pulseaudio", "-n", *options, "-L", protocol, "-L", sinks[0], "-L", sinks[1]],
            env=self._environment,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + 30
        while subprocess.run(["pactl", "info"], env=self._environment, capture_output=True).returncode:
            if time.monotonic() > end or self._server.poll() is not None:
                pytest.fail(f"the sound server did not start: {Path(self._log).read_text()}")
            time.sleep(0.05)

    def play(self, samples: np.ndarray, soon: bool = False) -> None:
        """(n,) float32, 16 kHz, out of the loudspeaker; returns before it is over.

        `soon`: it is heard in pieces of some 20 ms as it is played, as by a microphone, and not of up to 2 s, the size
        in which the server passes sound on to save work. A busy machine may then lose some.
        """
        path = self._folder / "speech.raw"
        path.write_bytes((samples * 32_767).astype("<i2").tobytes())
        form = ["--device=room", "--raw", f"--rate={RATE}", "--channels=1", "--format=s16le"]
        form += ["--latency-msec=20"] * soon
        self._player = subprocess.Popen(["paplay", *form, str(path)], env=self._environment, stderr=subprocess.DEVNULL)

    def hang(self) -> None:
        """The server neither sends nor answers, and does not go away either."""
        assert self._server is not None
        self._server.send_signal(signal.SIGSTOP)

    @property
    def silent(self) -> bool:
        """Whether what was played is over."""
        return self._player is None or self._player.poll() is not None

    def end(self) -> None:
        for process in (self._server, self._player):
            if process is not None:
                process.kill()
                process.wait()
        self._server = self._player = None

    @property
    def _log(self) -> str:
        return f"{self._folder}/log"


@contextmanager
def sound_server() -> Iterator[Room]:
    """A room with a sound server that runs; this process listens to it, too."""
    folder = Path(tempfile.mkdtemp(prefix="echoic-"))  # not pytest's: the path of a socket has to be short
    room = Room(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALSA_CONFIG_PATH", str(room.alsa()))
        patch.setenv("PULSE_SERVER", room.server)
        room.begin()
        yield room
        room.end()
    end = time.monotonic() + 60
    while portaudio._streams and time.monotonic() < end:  # threads that it had kept waiting
        time.sleep(0.05)
    devices.devices()  # so that PortAudio forgets it
    shutil.rmtree(folder)
