"""The program as a part of the desktop: what there is beside its window, and is begun and ended with it."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QCloseEvent

from app.control.local_socket import LocalServer, address
from app.log import logger
from app.window.desktop.controller import Controller
from app.window.desktop.dbus_service import EchoicInterface, publish, withdraw
from app.window.desktop.dictation_control import DictationControl
from app.window.desktop.other_programs import OtherPrograms
from app.window.desktop.tray import Tray
from app.window.main_window import MainWindow


class Program(QObject):
    """Owns the local socket, the D-Bus interface, the tray icon and dictation. Interface thread."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self.dictation = DictationControl(window, parent=self)
        self.controller = Controller(window, self.dictation, self)
        self.server = LocalServer(self.controller.handle, self)
        self.interface: EchoicInterface | None = None
        self.other_programs = OtherPrograms(window, self)
        self.tray = Tray(self.controller, self.dictation, self)
        window.commands["dictate"].triggered.connect(lambda: self.dictation.toggle())
        window.commands["dictation"].triggered.connect(self._open_dialog)
        self.dictation.changed.connect(self._show_dictation)
        window.installEventFilter(self)

    def listen(self) -> bool:
        """Take the global key, and requests of other processes.

        Returns:
            False if another program on this data folder takes the requests, or none can.
        """
        if key := self._window.settings.dictation_key:
            self.dictation.use_key(key)
        self.interface = publish(self.controller, self)
        try:
            listening = self.server.listen(address(self._window.store.root))
        except OSError as error:
            logger.warning("no folder for the local socket", exc_info=error)
            return False
        if not listening:
            logger.info("another program listens on the local socket")
        return listening

    def close(self) -> None:
        """End everything."""
        self._window.removeEventFilter(self)
        self.other_programs.close()
        if self.interface is not None:
            withdraw()
        self.tray.close()
        self.dictation.close()
        self.server.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hide the window instead of closing it, if the settings say so and the tray can show it again.

        Only where the desktop's button closes it: Quit and signals end the program.
        """
        stays = self._window.settings.stays_in_tray and self.tray.available
        if stays and isinstance(event, QCloseEvent) and event.spontaneous() and watched is self._window:
            event.ignore()
            self._window.hide()
            return True
        return False

    def _open_dialog(self) -> None:
        from app.window.desktop.desktop_dialog import DesktopDialog

        DesktopDialog(self._window.settings, self.dictation, self._window).open()

    def _show_dictation(self) -> None:
        self._window.commands["dictate"].setChecked(self.dictation.active)
