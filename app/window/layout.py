"""The widgets of the main window and where each of them stands."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

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
from app.window.shell.first_page import FirstPage
from app.window.shell.status_bar import StatusBar
from app.window.shell.toolbar import Toolbar
from app.window.style.colors import CARD_RADIUS, SMALL, TINY
from app.window.style.icons import program_icon
from app.window.style.style_sheet import CARD
from app.window.texts.language import margins
from app.window.transcript.find_bar import FindBar
from app.window.transcript.header import TranscriptHeader
from app.window.transcript.player.player_bar import PlayerBar
from app.window.transcript.session_notes import SessionNotes
from app.window.transcript.view.transcript_view import TranscriptView


class Layout:
    """Creates the widgets and arranges them; what they show is decided by the modules that are given them."""

    def __init__(self, window: QMainWindow, actions: Actions, queue: FileQueue, settings: Settings) -> None:
        window.setWindowTitle("Echoic")
        window.setWindowIcon(program_icon())
        window.setMinimumSize(720, 480)
        self.toolbar = Toolbar(actions, [display_of(state).button for state in LiveState], window)
        window.addToolBar(self.toolbar)
        self.banner = Banner(window)
        self.session_list = SessionList()
        self.file_queue_view = FileQueueView(queue)
        self.header = TranscriptHeader(actions)
        self.notes = SessionNotes()
        self.offer = Banner()  # what could be done next with the transcript, while the other shows what is wrong
        self.view = TranscriptView()
        self.find_bar = FindBar(self.view)
        self.spectrogram = Spectrogram()  # of the live session
        self.playback_spectrogram = Spectrogram()  # of a kept session, while a live one may go on
        self.spectrogram.hide()
        self.playback_spectrogram.hide()
        actions["spectrogram"].setChecked(settings.show_spectrogram)
        self.player = Player(parent=window)
        self.player_bar = PlayerBar(self.player, actions)
        self.captions = Captions(settings.caption_lines, settings.caption_size, settings.caption_opacity)
        self.captions.set_style(settings.caption_style)
        self.captions.set_fades(settings.caption_fades)
        if settings.caption_place == "free" and not self.captions.restoreGeometry(settings.geometry("captions")):
            settings.caption_place = "bottom"
        self.status_bar = StatusBar(window)
        window.setStatusBar(self.status_bar)

        side = QSplitter(Qt.Orientation.Vertical)
        side.addWidget(self.session_list)
        side.addWidget(self.file_queue_view)
        side.setSizes([300, 260])
        self.reading = QFrame()
        self.reading.setObjectName(CARD)
        for widget in (self.reading, self.session_list.list):
            widget.addAction(actions["play"])
        self.session_list.list.addAction(actions["delete_rows"])
        column = _column(
            self.reading,
            self.header,
            self.offer,
            self.notes,
            self.find_bar,
            self.view,
            self.spectrogram,
            self.playback_spectrogram,
            self.player_bar,
            stretched=self.view,
        )
        corner = CARD_RADIUS // 2  # pixels that keep the square edges of the text within the round ones of the pane
        column.setContentsMargins(1, 1, 1, corner)
        self.first_page = FirstPage(actions)
        self.first_page.setObjectName(CARD)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.first_page)
        self.pages.addWidget(self.reading)
        self.pages.setContentsMargins(margins(0, 0, SMALL, 0))
        self.split = split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(side)
        split.addWidget(self.pages)
        split.setStretchFactor(1, 1)
        split.setHandleWidth(TINY)
        wide = max(270, 30 * window.fontMetrics().averageCharWidth())  # a title of 25 letters beside its icon
        split.setSizes([wide, 1080 - wide])
        split.setChildrenCollapsible(False)
        split.restoreState(settings.geometry("side"))
        central = QWidget()
        _column(central, self.banner, split, stretched=split)
        window.setCentralWidget(central)
        window.resize(1080, 680)
        self.first_page.start.setFocus()

    def show_page(self, reading: bool, active: bool) -> None:
        """Show the transcript or the first page, and only the controls that make sense there.

        Args:
            reading: There is a transcript to show.
            active: A live session runs, so that it must be possible to stop it.
        """
        if reading and self.first_page.isAncestorOf(self.first_page.window().focusWidget()):
            self.view.setFocus()
        self.pages.setCurrentWidget(self.reading if reading else self.first_page)
        self.toolbar.setVisible(reading or active)


def _column(parent: QWidget, *widgets: QWidget, stretched: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(parent)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for widget in widgets:
        column.addWidget(widget, 1 if widget is stretched else 0)
    return column
