"""The main window: creates the parts, and connects commands, drops and problems with the part that handles them."""

import time
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow

from app.sessions.document import Document
from app.sessions.recorder import SessionRecorder
from app.sessions.store import Store
from app.window.appearance import Appearance
from app.window.availability import Availability, conditions
from app.window.files.file_queue import FileJob, FileQueue, JobStatus
from app.window.layout import Layout
from app.window.live.device_picker import DevicePicker
from app.window.live.device_preview import DevicePreview
from app.window.live.live_display import LiveDisplay
from app.window.live.live_session import LiveSession
from app.window.live.live_state import LiveState
from app.window.live.model_loader import ModelLoader
from app.window.live.silence_watch import SilenceWatch
from app.window.problems import MESSAGE_TIME, Problems
from app.window.services import Services
from app.window.sessions.opened_files import OpenedFiles, paths_of
from app.window.sessions.private_sessions import PrivateSessions
from app.window.sessions.session_library import SessionLibrary, live_title
from app.window.settings.settings import Settings
from app.window.shell.actions import Actions
from app.window.shell.first_paint import FirstPaint
from app.window.shell.screen_reader import announce
from app.window.style.theme import apply_theme
from app.window.texts import messages
from app.window.texts.kept_sentences import shown
from app.window.texts.messages import Remedy
from app.window.texts.plain_text import confirmed
from app.window.transcript.bookmarks import Bookmarks
from app.window.transcript.current_transcript import CurrentTranscript, QueuedFile
from app.window.transcript.editing.replace_everywhere import ReplaceEverywhere
from app.window.transcript.export_dialog import Exporter
from app.window.transcript.player.playback_spectrogram import PlaybackSpectrogram
from app.window.transcript.player.waveform import PlaybackWaveform
from app.window.transcript.review import Review
from app.window.transcript.session_clock import SessionClock
from app.window.vocabulary.learned_language import LearnedLanguage
from app.window.vocabulary.user_vocabulary import UserVocabulary
from app.window.voices.user_voices import UserVoices
from app.worker.audio_monitor import columns_of
from app.worker.source import Source
from asr.pipeline import AnyRecognizer
from asr.stream_options import StreamOptions


class MainWindow(QMainWindow):
    """The window of the program. All its methods belong to the interface thread."""

    painted = Signal()  # for the first time; or it is hidden, and what follows a painted window begins
    closed = Signal()  # for good: all work has ended

    def __init__(self, services: Services, store: Store, settings: Settings) -> None:
        apply_theme(settings.theme)  # before there are widgets, which it would draw again
        super().__init__()
        self.store, self.settings = store, settings
        self.commands = Actions(self)
        self.live = LiveSession(self._open_device, self, self._stream_options)
        self.file_queue = FileQueue(services.open_file, self._record_file, self, self._stream_options)
        self.ui = ui = Layout(self, self.commands, self.file_queue, settings)
        self.problems = Problems(ui.banner, ui.status_bar, self.live, self)
        self._services = services
        self.device_preview = DevicePreview(services.open_preview, ui.first_page, self.live, settings, self)
        self.model_loader = ModelLoader(services.load, self.live, settings, self)
        self.device_picker = DevicePicker(
            self.device_preview.preview.after(services.devices),
            (ui.toolbar.devices, ui.first_page.devices),
            self.live,
            settings,
            self,
        )
        self.transcript = CurrentTranscript(ui.view, self.live, self.file_queue, store, self)
        self.live_display = LiveDisplay(
            self.live, ui.toolbar, ui.status_bar, ui.spectrogram, ui.captions, announcer=ui.view
        )
        self.opened_files = OpenedFiles(
            self.file_queue, self.transcript, self.live, settings, self.commands["private"], self
        )
        self.silence = SilenceWatch(self.live)
        self.library = SessionLibrary(ui.session_list, store, self.transcript, self.live, self.file_queue, self.silence)
        self.private = PrivateSessions(self.commands, ui.status_bar, self.transcript, self.live, store)
        self.clock = SessionClock(ui.toolbar, self.transcript, self.live, self.file_queue)
        ui.notes.follow(self.transcript)
        self.review = Review(ui.view, self.transcript, ui.header, ui.player_bar, ui.player)
        self.bookmarks = Bookmarks(ui.view, self.transcript, self.live, ui.player)
        self.review.menu.add(self.bookmarks.add_entries)
        self.replacing = ReplaceEverywhere(ui.offer, self.transcript, self.review.line_editor, store)
        self.playback_spectrogram = PlaybackSpectrogram(ui.playback_spectrogram, ui.player, self.transcript)
        self.playback_waveform = PlaybackWaveform(ui.player_bar.position, ui.player, self.transcript)
        self.exporter = Exporter(self.transcript, self.review.line_editor.commit, store, settings, self)
        self.appearance = Appearance(
            ui, self.commands, settings, self.transcript, self.live, self.model_loader, self.device_picker, self
        )
        Availability(self, self.commands, conditions(ui, self.transcript, self.live, self.file_queue, self.review))
        self.learning = LearnedLanguage(store.root, settings, self)
        self.vocabulary = UserVocabulary(store.root, self.learning, self)
        self.review.menu.add(self.vocabulary.add_entries)
        self.voices = UserVoices(store, settings, self)
        self._recognizer: AnyRecognizer | None = None
        self._escaped = QDeadlineTimer()  # until then another Esc stops recording
        self._closing = False
        self.commands["listening"].setEnabled(False)  # until a model is loaded
        self._connect()
        self.setAcceptDrops(True)
        self.library.refresh()
        if store.problem:
            self.ui.banner.add_notice(messages.not_kept(store.problem))
        self.library.offer_recovered()
        for notice in store.notices:
            self.ui.banner.add_notice(messages.Problem(shown(notice), grave=False, passing=True))
        self.opened_files.resume()
        self._first_paint = FirstPaint(self, self._begin)

    def _connect(self) -> None:
        live, ui = self.live, self.ui
        live.problem.connect(self.problems.show)
        live.problem_over.connect(self.problems.hide)
        live.started.connect(self._show_live)
        self.model_loader.loaded.connect(self._use_model)
        self.model_loader.chosen.connect(lambda: self.problems.show(None))
        self.device_picker.changed.connect(self.device_preview.refresh)
        self.device_picker.querying.connect(self.device_preview.hold)
        self.device_picker.none_found.connect(self.problems.show_minor)
        self.device_picker.found.connect(lambda: self.problems.hide(messages.no_microphone()))
        self.file_queue.changed.connect(self._show_job)
        self.opened_files.message.connect(self.problems.show_message)
        ui.file_queue_view.chosen.connect(self.transcript.show_job)
        self.transcript.failed.connect(self.problems.show_error)
        self.transcript.save_queue.saved.connect(lambda _: self.library.refresh())
        self.transcript.save_queue.failed.connect(lambda _: self.library.refresh())
        self.library.problem.connect(self.problems.show)
        self.library.notice.connect(ui.banner.add_notice)
        self.private.offered.connect(ui.banner.add_notice)
        self.private.over.connect(ui.banner.withdraw)
        self.private.failed.connect(self.problems.show_error)
        self.private.message.connect(self.problems.show_message)
        self.private.kept.connect(lambda _: self.library.refresh())
        self.silence.silent.connect(self.problems.show)
        self.silence.over.connect(self.problems.hide)
        self.library.opened_by_search.connect(ui.find_bar.show_hit)
        self.review.problem.connect(self.problems.show)
        self.review.message.connect(self.problems.show_message)
        self.review.line_editor.hint.connect(self.problems.show_message)
        self.bookmarks.message.connect(self.problems.show_message)
        self.review.line_breaks.hint.connect(self.problems.show_message)
        self.review.line_editor.revised.connect(lambda _, text: self.vocabulary.note(text))
        self.review.line_editor.ended.connect(self.vocabulary.consider)
        self.vocabulary.problem.connect(self.problems.show)
        self.transcript.rewritten.connect(self._learn)
        self.learning.problem.connect(self.problems.show_minor)
        self.appearance.language_chosen.connect(self.learning.refresh)
        self.vocabulary.offered.connect(self.problems.show_minor)
        self.vocabulary.message.connect(self.problems.show_message)
        self.vocabulary.changed.connect(live.change_options)
        self.vocabulary.changed.connect(self.file_queue.change_options)
        self.voices.problem.connect(self.problems.show_minor)
        self.voices.message.connect(self.problems.show_message)
        self.exporter.done.connect(self.problems.show_message)
        self.exporter.failed.connect(self.problems.show)
        self.appearance.retention_chosen.connect(lambda: self.library.retain(self.settings.retention_days))
        self.appearance.options_chosen.connect(self.live.change_options)
        self.appearance.options_chosen.connect(self.file_queue.change_options)
        ui.banner.acted.connect(self._remedy)
        ui.header.export_chosen.connect(self.exporter.export)
        ui.session_list.export_wanted.connect(self.exporter.export_sessions)
        for name, handler in {
            "open": self.opened_files.choose,
            "sample": self._open_sample,
            "export": lambda: self.exporter.export(),
            "copy_today": self.exporter.copy_today,
            "model": self.model_loader.choose,
            "settings": self._open_settings,
            "vocabulary": self.vocabulary.open,
            "voices": lambda: self.voices.open(self._sessions_to_learn_from()),
            "add_word": lambda: self.vocabulary.add(ui.view.textCursor().selectedText()),
            "quit": self.close,
            "start": self._start,
            "pause": live.toggle_pause,
            "cancel": self._cancel,
            "escape": self._escape,
            "keep": self.private.keep_shown,
            "rename": ui.session_list.edit_title,
            "delete": lambda: self.library.delete(),
            "delete_rows": lambda: self.library.delete(ui.session_list.selected),
            "trash": self.library.open_trash,
            "undo": self.review.undo,
            "redo": self.review.redo,
            "copy_all": self.exporter.copy_all,
            "find": ui.find_bar.open_bar,
            "find_next": lambda: ui.find_bar.step(1),
            "find_previous": lambda: ui.find_bar.step(-1),
            "bookmark": self.bookmarks.mark,
            "next_bookmark": self.bookmarks.next,
            "split": self.review.line_breaks.split,
            "join": lambda: self.review.line_breaks.join(),
            "doubtful": lambda: self.review.report(self.review.select_doubtful()),
            "doubtful_before": lambda: self.review.report(self.review.select_doubtful(back=True)),
            "confirm": lambda: self.review.report(self.review.confirm()),
            "play_word": self.review.play_at_caret,
            "search": ui.session_list.search.setFocus,
            "shortcuts": self._show_shortcuts,
            "listening": self._inspect,
            "about": self._show_about,
        }.items():
            self.commands[name].triggered.connect(handler)
        self.commands["spectrogram"].toggled.connect(self.playback_spectrogram.switch)
        self.playback_spectrogram.switch(self.settings.show_spectrogram)
        self.commands["full_screen"].toggled.connect(self._show_full_screen)

    # The model and the live session.

    def _begin(self) -> None:
        """Begin what takes turns with the interface: the sound system is asked, the model is loaded."""
        self.painted.emit()
        self.device_picker.refresh()
        self.model_loader.start()

    def _stream_options(self) -> StreamOptions:
        options = self.settings.stream_options
        words, language, voice = self.vocabulary.current, self.learning.current, self.voices.current
        return replace(options, vocabulary=words, language=language, voice=voice)

    def _learn(self, before: Document, after: Document) -> None:
        kept = self.transcript.kept
        self.learning.learn(before, after, kept is None or kept.private)

    def _open_settings(self) -> None:
        dialog = self.appearance.open_preferences(self.store.root)
        dialog.show_learnt(self.learning.summary)
        dialog.corrections_wanted.connect(self.learning.open)
        self.learning.counted.connect(dialog.show_learnt)

    def _sessions_to_learn_from(self) -> tuple[str, ...]:
        """Return the ids of the sessions that are selected in the list, else of the one that is shown."""
        current = self.ui.session_list.current
        return self.ui.session_list.selected or ((current,) if current else ())

    def _open_device(self, name: str | None, rate: int) -> Source:
        """Open a device once the preview of its level has given it back. Worker thread."""
        return self.device_preview.preview.after(self._services.open_device)(name, rate)

    # Dialogs are imported when they are opened: the start of the program is what it imports.

    def _inspect(self) -> None:
        from app.window.help.inspector_dialog import InspectorDialog

        if self._recognizer is not None:
            InspectorDialog(self._recognizer, self).open()

    def _show_shortcuts(self) -> None:
        from app.window.help.shortcuts import ShortcutsDialog

        ShortcutsDialog(self.commands, self).open()

    def _show_about(self) -> None:
        from app.window.help.about import AboutDialog

        model = self._recognizer
        AboutDialog(model.name if model else "", model.config.language if model else "", self).open()

    def _use_model(self, recognizer: AnyRecognizer) -> None:
        self._recognizer = recognizer
        self.commands["listening"].setEnabled(True)
        self.vocabulary.use(recognizer)
        self.voices.use(recognizer)
        self.ui.first_page.show_language(recognizer.config.language)
        self.device_preview.use(recognizer)
        self.live.use(recognizer)
        self.file_queue.use(recognizer)
        self.playback_spectrogram.use(lambda sound, start, seconds: columns_of(recognizer, sound, start, seconds))

    def _start(self) -> None:
        """Do what the large button says; after a model failed to load, "Try again" loads it again."""
        if self.live.state is LiveState.FAILED and not self.live.has_model:
            self.problems.show(None)
            self.model_loader.start()
        else:
            self.live.toggle(self._record_live)

    def _record_live(self) -> SessionRecorder:
        title, device = live_title(time.time()), self.live.device or ""
        return self.store.create("live", title, device, self.commands["private"].isChecked())

    def _show_live(self) -> None:
        self.transcript.show_live()
        self.library.select_shown()

    def _cancel(self) -> None:
        """End the live session at once; if none runs, cancel the running file."""
        if self.live.active:
            self.live.cancel()
        elif self.file_queue.running is not None:
            self.file_queue.cancel(self.file_queue.running)

    def _escape(self) -> None:
        """Leave one thing that is shown, the outermost first. Recording stops by a second Esc, and loses nothing."""
        shown = self.transcript.shown
        if self.ui.find_bar.isVisible():
            self.ui.find_bar.close_bar()
        elif self.isFullScreen():
            self.commands["full_screen"].setChecked(False)
        elif self.ui.player.playing:
            self.ui.player.pause()
        elif self.live.state is LiveState.WAITING:
            self.live.toggle()
        elif self.live.active:
            if self.live.state is LiveState.DRAINING:
                return
            if self._escaped.hasExpired():
                self._escaped.setRemainingTime(MESSAGE_TIME)
                self.problems.show_message(self.tr("Press Esc again to stop recording"))
            else:
                self._escaped = QDeadlineTimer()
                self.live.stop()
        elif isinstance(shown, QueuedFile) and shown.job is self.file_queue.running:
            self.file_queue.cancel(shown.job)

    # Files.

    def open_files(self, paths: list[Path]) -> None:
        """Append files, and those in folders, to the queue; show the first of them unless a live session runs."""
        self.opened_files.open(paths)

    def _open_sample(self) -> None:
        from app.worker.demonstration import SAMPLE

        self.open_files([SAMPLE])

    def _record_file(self, path: Path, private: bool) -> SessionRecorder:
        return self.store.create("file", path.name, str(path), private)

    def _show_job(self, job: FileJob) -> None:
        if job.status is JobStatus.RUNNING:
            self.ui.status_bar.show_file(job.name, job.speed)
        else:
            self.ui.status_bar.clear_file()
        if job.status is JobStatus.FAILED and job.error is not None:
            announce(self, messages.text_of(job.error))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files."""
        if paths_of(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the files that were dropped."""
        self.open_files(paths_of(event.mimeData()))
        event.acceptProposedAction()

    # Problems.

    def _remedy(self, remedy: Remedy) -> None:
        match remedy:
            case Remedy.RETRY if self.live.state is LiveState.LOST:
                self.live.reopen()
            case Remedy.RETRY:
                self.commands["start"].trigger()
            case Remedy.DEFAULT_MICROPHONE:
                self.device_picker.use_default()
                if not self.live.active:
                    self.commands["start"].trigger()
            case Remedy.OPEN_FILE:
                self.opened_files.choose()
            case Remedy.CHOOSE_MODEL:
                self.model_loader.choose()
            case Remedy.SHIPPED_MODEL:
                self.model_loader.use(None)
            case Remedy.STOP:
                self.live.stop()
            case Remedy.KEEP_PRIVATE | Remedy.FORGET_PRIVATE:
                self.private.remedy(remedy)
            case Remedy.ADD_WORD:
                self.problems.show(None)
                self.vocabulary.accept_offer()
            case Remedy.EDIT_VOCABULARY:
                self.vocabulary.open()
            case _:
                self.library.remedy(remedy)

    # The window itself.

    def _show_full_screen(self, full: bool) -> None:
        """Fill the screen, or return to what the window was before: maximised, or of its own size."""
        if full != self.isFullScreen():
            self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the system's palette or font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.appearance.adapt()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save the pending edit and the geometry, end all work, then close."""
        if not self.review.close():  # the banner shows why; closing again closes, since the edit is gone by then
            event.ignore()
            return
        if not self._closing and not self.private.may_close():
            event.ignore()
            return
        if not self._closing and any(job.private for job in self.file_queue.unfinished()):
            question = self.tr("Private files are not finished, and nothing of them is kept. Quit all the same?")
            if not confirmed(self, self.tr("Quit"), question):
                event.ignore()
                return
        self._closing = True
        self._first_paint.cancel()
        self.opened_files.close()
        self.settings.keep_geometry("main", self.saveGeometry())
        if self.ui.captions.place == "free":
            self.settings.keep_geometry("captions", self.ui.captions.saveGeometry())
        self.hide()  # before waiting, which may take seconds if a sound system or a model is slow
        self.settings.keep_geometry("side", self.ui.split.saveState())
        self.playback_spectrogram.close()
        self.replacing.close()
        self.learning.close()
        self.vocabulary.close()
        self.voices.close()
        self.playback_waveform.close()
        self.ui.captions.close()
        self.live.close()
        self.file_queue.close()
        self.model_loader.close()
        self.device_picker.close()
        self.device_preview.close()
        self.store.save_later(None)
        super().closeEvent(event)
        self.closed.emit()
