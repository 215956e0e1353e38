"""The program as a part of the desktop: what there is beside its window, and is begun and ended with it."""

from PySide6.QtCore import QObject

from app.control.local_socket import LocalServer, address
from app.log import logger
from app.window.desktop.controller import Controller
from app.window.desktop.dbus_service import EchoicInterface, publish, withdraw
from app.window.desktop.dictation_control import DictationControl
from app.window.desktop.other_programs import OtherPrograms
from app.window.main_window import MainWindow


class Program(QObject):
    """Owns the local socket, the D-Bus interface, the tray icon and dictation. Interface thread."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.dictation = DictationControl(window, parent=self)
        self.controller = Controller(window, self.dictation, self)
        self.server = LocalServer(self.controller.handle, self)
        self.interface: EchoicInterface | None = None
        self.other_programs = OtherPrograms(window, self)
        self._window = window

    def listen(self) -> bool:
        """Take requests of other processes; return False if another program on this data folder does, or none can."""
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
        self.other_programs.close()
        if self.interface is not None:
            withdraw()
        self.dictation.close()
        self.server.close()
