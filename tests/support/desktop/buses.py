"""A D-Bus session bus of its own."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

CONFIGURATION = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>
"""


def missing() -> str:
    """What this computer lacks for a bus of its own, or ""."""
    if shutil.which("dbus-daemon") is None:
        return "dbus-daemon is not installed"
    try:
        import jeepney  # noqa: F401
    except ImportError:
        return "jeepney is not installed"
    return ""


@contextmanager
def bus(folder: os.PathLike[str]) -> Iterator[str]:
    """The address of a new bus, on which nothing is started but what a test starts."""
    configuration = os.path.join(folder, "bus.conf")
    with open(configuration, "w") as file:
        file.write(CONFIGURATION)
    command = ["dbus-daemon", f"--config-file={configuration}", "--print-address", "--nofork"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon:
        assert daemon.stdout is not None
        try:
            yield daemon.stdout.readline().strip()
        finally:
            daemon.kill()
