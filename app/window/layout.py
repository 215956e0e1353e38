"""Where everything stands in the main window."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QSplitter, QVBoxLayout, QWidget

from app.audio_io.player import Player
from app.window.files.file_queue import FileQueue
from app.window.files.file_queue_view import FileQueueView
from app.window.live.captions import Captions
from app.window.live.live_state import LiveState, display_of
from app.window.live.spectrogram import Spectrogram
from app.window.sessions.session_list import SessionList
from app.window.settings.settings import Settings
from app.window.shell.actions import Actions
from app.window.shell.banner import Banner
from app.window.shell.icons import program_icon
from app.window.shell.status_bar import StatusBar
from app.window.shell.toolbar import Toolbar
from app.window.transcript.find_bar import FindBar
from app.window.transcript.header import TranscriptHeader
from app.window.transcript.player_bar import PlayerBar
from app.window.transcript.transcript_view import TranscriptView


class Layout:
    """Makes the widgets of the window and puts them in their places."""

    def __init__(self, window: QMainWindow, actions: Actions, queue: FileQueue, settings: Settings) -> None:
        window.setWindowTitle("Echoic")
        window.setWindowIcon(program_icon())
        window.setMinimumSize(720, 480)
        self.top = Toolbar(actions, [display_of(state).button for state in LiveState], window)
        window.addToolBar(self.top)
        self.banner = Banner(window)
        self.sessions = SessionList()
        self.files = FileQueueView(queue)
        self.heading = TranscriptHeader(actions)
        self.view = TranscriptView()
        self.finder = FindBar(self.view)
        self.ribbon = Spectrogram()
        self.page = Spectrogram()  # of a kept session, while the other one may go on live
        self.ribbon.hide()
        self.page.hide()
        actions["ribbon"].setChecked(settings.ribbon)
        self.player = Player(parent=window)
        self.player_bar = PlayerBar(self.player, actions)
        self.captions = Captions(settings.caption_lines, settings.caption_size, settings.caption_opacity)
        self.captions.restoreGeometry(settings.geometry("captions"))
        self.status = StatusBar(window)
        window.setStatusBar(self.status)

        side = QSplitter(Qt.Orientation.Vertical)
        side.addWidget(self.sessions)
        side.addWidget(self.files)
        side.setSizes([300, 260])
        reading = QWidget()
        for place in (reading, self.sessions.list):
            place.addAction(actions["play"])
        _column(reading, self.heading, self.finder, self.view, self.ribbon, self.page, self.player_bar, grows=self.view)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(side)
        split.addWidget(reading)
        split.setStretchFactor(1, 1)
        split.setSizes([230, 770])
        split.setChildrenCollapsible(False)
        whole = QWidget()
        _column(whole, self.banner, split, grows=split)
        window.setCentralWidget(whole)
        window.resize(1080, 680)
        self.view.setFocus()


def _column(parent: QWidget, *widgets: QWidget, grows: QWidget) -> None:
    column = QVBoxLayout(parent)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for widget in widgets:
        column.addWidget(widget, 1 if widget is grows else 0)
