"""What the window remembers between two starts."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtGui import QGuiApplication

from asr.stream_options import ENDPOINTS, StreamOptions

SIZES = (8.0, 72.0)  # points
LARGER = 1.45  # of the transcript against the system's letters


class Settings:
    """Typed access to one QSettings; every property may be set and is kept at once."""

    def __init__(self, store: QSettings | None = None, model: Path | None = None) -> None:
        """`model` stands in for the one that is remembered, until another is chosen."""
        self._store = store if store is not None else QSettings("Echoic", "Echoic")
        self._given = model.absolute() if model is not None else None

    def _number(self, key: str, default: float, low: float, high: float) -> float:
        """A number from the file, which a person may have edited."""
        try:
            value = float(str(self._store.value(key, default)))
        except ValueError:
            return default
        return min(high, max(low, value))

    def _flag(self, key: str, default: bool) -> bool:
        return str(self._store.value(key, default)).lower() in ("true", "1")

    @property
    def size(self) -> float:
        """Of the transcript, in points; one that was not chosen follows the letters of the system."""
        normal = min(SIZES[1], round(LARGER * QGuiApplication.font().pointSizeF()))
        return self._number("text/size", normal, *SIZES)

    @size.setter
    def size(self, points: float | None) -> None:
        """None: no longer chosen."""
        if points is None:
            self._store.remove("text/size")
        else:
            self._store.setValue("text/size", min(SIZES[1], max(SIZES[0], points)))

    @property
    def device(self) -> str | None:
        return str(self._store.value("sound/device", "")) or None

    @device.setter
    def device(self, name: str | None) -> None:
        self._store.setValue("sound/device", name or "")

    @property
    def model(self) -> Path | None:
        """None: the model that came with the program."""
        if self._given is not None:
            return self._given
        path = str(self._store.value("model/path", ""))
        return Path(path) if path else None

    @model.setter
    def model(self, path: Path | None) -> None:
        self._given = None
        self._store.setValue("model/path", str(path or ""))

    @property
    def endpoint(self) -> str:
        """A key of ENDPOINTS: how long a pause ends a line."""
        value = str(self._store.value("model/pause", "normal"))
        return value if value in ENDPOINTS else "normal"

    @endpoint.setter
    def endpoint(self, name: str) -> None:
        self._store.setValue("model/pause", name)

    @property
    def stream_options(self) -> StreamOptions:
        """What the next stream is to be recognised with."""
        return StreamOptions(endpoint=self.endpoint)

    @property
    def retention_days(self) -> float | None:
        """None: sessions are kept until they are deleted."""
        return self._number("sessions/retention", 0.0, 0.0, 36500.0) or None

    @retention_days.setter
    def retention_days(self, days: float | None) -> None:
        self._store.setValue("sessions/retention", days or 0.0)

    @property
    def caption_lines(self) -> int:
        return int(self._number("captions/lines", 2, 1, 5))

    @caption_lines.setter
    def caption_lines(self, lines: int) -> None:
        self._store.setValue("captions/lines", lines)

    @property
    def caption_size(self) -> float:
        return self._number("captions/size", 22.0, 10.0, 96.0)

    @caption_size.setter
    def caption_size(self, points: float) -> None:
        self._store.setValue("captions/size", points)

    @property
    def caption_opacity(self) -> float:
        """Of the background: the words stay solid."""
        return self._number("captions/opacity", 0.85, 0.2, 1.0)

    @caption_opacity.setter
    def caption_opacity(self, opacity: float) -> None:
        self._store.setValue("captions/opacity", opacity)

    @property
    def ribbon(self) -> bool:
        return self._flag("view/ribbon", True)

    @ribbon.setter
    def ribbon(self, shown: bool) -> None:
        self._store.setValue("view/ribbon", shown)

    def geometry(self, name: str) -> QByteArray:
        value = self._store.value(f"geometry/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def keep_geometry(self, name: str, value: QByteArray) -> None:
        self._store.setValue(f"geometry/{name}", value)
