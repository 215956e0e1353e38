"""The settings that the window keeps from one start to the next."""

from collections.abc import Collection
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtGui import QGuiApplication

from app.window.style.theme import SYSTEM, THEMES
from app.window.texts.language import LANGUAGES
from app.window.texts.language import SYSTEM as SYSTEM_LANGUAGE
from asr.stream_options import ENDPOINTS, StreamOptions

TEXT_SIZES = (8.0, 72.0)  # points, smallest and largest
ALTERNATIVES = 5  # of a doubtful word, in its menu
TEXT_SCALE = 1.3  # size of the transcript's letters over that of the system's
PLACES = ("bottom", "top", "free")  # of the captions on the screen; "free": where a person put them


class Settings:
    """Typed access to one QSettings. Setting a property saves it at once. Interface thread.

    The keys are what older versions wrote; they stay when a property is renamed.
    """

    def __init__(self, store: QSettings | None = None, model: Path | None = None) -> None:
        """`model` is used instead of the saved one, until another is chosen."""
        self._store = store if store is not None else QSettings("Echoic", "Echoic")
        self._given = model.absolute() if model is not None else None

    def _number(self, key: str, default: float, low: float, high: float) -> float:
        """Return a number from the file, which may have been edited by hand."""
        try:
            value = float(str(self._store.value(key, default)))
        except ValueError:
            return default
        return min(high, max(low, value))

    def _flag(self, key: str, default: bool) -> bool:
        return str(self._store.value(key, default)).lower() in ("true", "1")

    def _one_of(self, key: str, names: Collection[str], default: str) -> str:
        value = str(self._store.value(key, default))
        return value if value in names else default

    @property
    def theme(self) -> str:
        """One of THEMES: as the system is set, light, or dark."""
        return self._one_of("view/theme", THEMES, SYSTEM)

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("view/theme", name)

    @property
    def language(self) -> str:
        """Of the window: a key of LANGUAGES, or as the system is set. Takes effect at the next start."""
        return self._one_of("view/language", (SYSTEM_LANGUAGE, *LANGUAGES), SYSTEM_LANGUAGE)

    @language.setter
    def language(self, name: str) -> None:
        self._store.setValue("view/language", name)

    @property
    def text_size(self) -> float:
        """Size of the transcript's letters in points; until one is chosen it follows the system's font."""
        normal = min(TEXT_SIZES[1], round(TEXT_SCALE * QGuiApplication.font().pointSizeF()))
        return self._number("text/size", normal, *TEXT_SIZES)

    @text_size.setter
    def text_size(self, points: float | None) -> None:
        if points is None:
            self._store.remove("text/size")
        else:
            self._store.setValue("text/size", min(TEXT_SIZES[1], max(TEXT_SIZES[0], points)))

    @property
    def device(self) -> str | None:
        """Name of the microphone; None: the system's default."""
        return str(self._store.value("sound/device", "")) or None

    @device.setter
    def device(self, name: str | None) -> None:
        self._store.setValue("sound/device", name or "")

    @property
    def model(self) -> Path | None:
        """Folder of the model; None: the one that came with the program."""
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
        """How long a pause must be to end a line: a key of ENDPOINTS."""
        return self._one_of("model/pause", ENDPOINTS, "normal")

    @endpoint.setter
    def endpoint(self, name: str) -> None:
        self._store.setValue("model/pause", name)

    @property
    def formatted(self) -> bool:
        """Whether words have capitals, marks and digits."""
        return self._flag("text/formatted", True)

    @formatted.setter
    def formatted(self, on: bool) -> None:
        self._store.setValue("text/formatted", on)

    @property
    def spoken_commands(self) -> bool:
        """Whether "comma", "new line" and the like act instead of being written."""
        return self._flag("text/commands", False)

    @spoken_commands.setter
    def spoken_commands(self, on: bool) -> None:
        self._store.setValue("text/commands", on)

    @property
    def voice(self) -> str:
        """Name of the voice of the next streams; "" for none."""
        return str(self._store.value("model/voice", ""))

    @voice.setter
    def voice(self, name: str) -> None:
        self._store.setValue("model/voice", name)

    @property
    def stream_options(self) -> StreamOptions:
        """The options of the next stream."""
        return StreamOptions(
            endpoint=self.endpoint,
            alternatives=ALTERNATIVES,
            formatted=self.formatted,
            spoken_commands=self.spoken_commands,
        )

    @property
    def learns_from_corrections(self) -> bool:
        """Whether corrected lines are kept and learnt from."""
        return self._flag("language/corrections", True)

    @learns_from_corrections.setter
    def learns_from_corrections(self, on: bool) -> None:
        self._store.setValue("language/corrections", on)

    @property
    def languages(self) -> list[str]:
        """Names of the languages of documents that streams have."""
        value = self._store.value("language/documents", [])
        names = value if isinstance(value, list) else [value]  # a list of one comes back as its element
        return [str(name) for name in names if name]

    @languages.setter
    def languages(self, names: list[str]) -> None:
        self._store.setValue("language/documents", names)

    @property
    def retention_days(self) -> float | None:
        """Days that sessions are kept; None: until they are deleted."""
        return self._number("sessions/retention", 0.0, 0.0, 36500.0) or None

    @retention_days.setter
    def retention_days(self, days: float | None) -> None:
        self._store.setValue("sessions/retention", days or 0.0)

    @property
    def caption_lines(self) -> int:
        """Number of lines of captions, 1 to 5."""
        return int(self._number("captions/lines", 2, 1, 5))

    @caption_lines.setter
    def caption_lines(self, lines: int) -> None:
        self._store.setValue("captions/lines", lines)

    @property
    def caption_size(self) -> float:
        """Size of the captions' letters in points."""
        return self._number("captions/size", 22.0, 10.0, 96.0)

    @caption_size.setter
    def caption_size(self, points: float) -> None:
        self._store.setValue("captions/size", points)

    @property
    def caption_opacity(self) -> float:
        """Opacity of the captions' background, 0.2 to 1; the words are always solid."""
        return self._number("captions/opacity", 0.85, 0.2, 1.0)

    @caption_opacity.setter
    def caption_opacity(self, opacity: float) -> None:
        self._store.setValue("captions/opacity", opacity)

    @property
    def caption_place(self) -> str:
        """Where the captions stand: one of PLACES. Only a place that a person chose is "free"."""
        return self._one_of("captions/place", PLACES, "bottom")

    @caption_place.setter
    def caption_place(self, place: str) -> None:
        self._store.setValue("captions/place", place)

    @property
    def caption_style(self) -> str:
        """Ground of the captions: "dark" or "light"."""
        return self._one_of("captions/style", ("dark", "light"), "dark")

    @caption_style.setter
    def caption_style(self, style: str) -> None:
        self._store.setValue("captions/style", style)

    @property
    def caption_fades(self) -> bool:
        """Whether the captions fade after a silence."""
        return self._flag("captions/fades", True)

    @caption_fades.setter
    def caption_fades(self, fades: bool) -> None:
        self._store.setValue("captions/fades", fades)

    @property
    def shows_level_before_start(self) -> bool:
        """Whether the first page opens the microphone to show its level; nothing of that sound is kept."""
        return self._flag("sound/preview", True)

    @shows_level_before_start.setter
    def shows_level_before_start(self, shown: bool) -> None:
        self._store.setValue("sound/preview", shown)

    @property
    def show_spectrogram(self) -> bool:
        """Whether the spectrogram is shown."""
        return self._flag("view/ribbon", False)

    @show_spectrogram.setter
    def show_spectrogram(self, shown: bool) -> None:
        self._store.setValue("view/ribbon", shown)

    @property
    def dictation_key(self) -> str:
        """The global key of dictation as Qt writes it, such as "Ctrl+Alt+D"; "" for none."""
        return str(self._store.value("dictation/key", ""))

    @dictation_key.setter
    def dictation_key(self, key: str) -> None:
        self._store.setValue("dictation/key", key)

    @property
    def dictation_kept(self) -> bool:
        """Whether what is dictated is kept as a session; else it is private."""
        return self._flag("dictation/kept", False)

    @dictation_kept.setter
    def dictation_kept(self, kept: bool) -> None:
        self._store.setValue("dictation/kept", kept)

    @property
    def dictation_enter(self) -> bool:
        """Whether dictation may press Enter for a spoken line break."""
        return self._flag("dictation/enter", False)

    @dictation_enter.setter
    def dictation_enter(self, pressed: bool) -> None:
        self._store.setValue("dictation/enter", pressed)

    @property
    def portal_token(self) -> str:
        """By which the desktop knows that its user let this program type before; "" if it did not."""
        return str(self._store.value("dictation/token", ""))

    @portal_token.setter
    def portal_token(self, token: str) -> None:
        self._store.setValue("dictation/token", token)

    @property
    def stays_in_tray(self) -> bool:
        """Whether closing the window leaves the program running in the tray."""
        return self._flag("tray/stays", False)

    @stays_in_tray.setter
    def stays_in_tray(self, stays: bool) -> None:
        self._store.setValue("tray/stays", stays)

    @property
    def waiting_files(self) -> list[Path]:
        """The files that waited or were being recognised when the program last ended; never private ones."""
        value = self._store.value("files/waiting", [])
        names = value if isinstance(value, list) else [value]  # a list of one comes back as its element
        return [Path(str(name)) for name in names if name]

    @waiting_files.setter
    def waiting_files(self, paths: list[Path]) -> None:
        self._store.setValue("files/waiting", [str(path.absolute()) for path in paths])

    @property
    def export_format(self) -> str:
        """The format of the last export; "" before the first."""
        return str(self._store.value("export/format", ""))

    @export_format.setter
    def export_format(self, name: str) -> None:
        self._store.setValue("export/format", name)

    @property
    def export_folder(self) -> Path | None:
        """The folder of the last export; None before the first."""
        path = str(self._store.value("export/folder", ""))
        return Path(path) if path else None

    @export_folder.setter
    def export_folder(self, path: Path) -> None:
        self._store.setValue("export/folder", str(path))

    def geometry(self, name: str) -> QByteArray:
        """Return the saved size and position of a window, or the state of a splitter; empty if none was saved."""
        value = self._store.value(f"geometry/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def keep_geometry(self, name: str, value: QByteArray) -> None:
        """Save the size and position of a window, or the state of a splitter."""
        self._store.setValue(f"geometry/{name}", value)
