"""What the window says of problems: in its banner, in its status bar, and by a screen reader."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStatusBar

from app.window.live.live_session import LiveSession
from app.window.shell.banner import Banner
from app.window.shell.screen_reader import announce
from app.window.texts import messages
from app.window.texts.messages import Problem
from asr.errors import EchoicError

MESSAGE_TIME = 4000  # ms that a passing message stays in the status bar


class Problems(QObject):
    """Shows one problem at a time, and sentences that pass. Interface thread."""

    def __init__(self, banner: Banner, status_bar: QStatusBar, live: LiveSession, parent: QObject) -> None:
        """Show them in these two; the state of a failed session of `live` goes with the message about it."""
        super().__init__(parent)
        self._banner, self._status_bar, self._live = banner, status_bar, live
        banner.changed.connect(self._follow_banner)

    def show(self, problem: Problem | None) -> None:
        """Show a problem in the banner; None hides the banner."""
        self._banner.show_problem(problem)

    def show_minor(self, problem: Problem) -> None:
        """Show a problem only if the banner is free."""
        if self._banner.problem is None:
            self.show(problem)

    def show_error(self, error: EchoicError) -> None:
        """Show what an error says, with its details to copy."""
        self.show(Problem(messages.sentence(error), details=messages.details_of(error)))

    def show_message(self, sentence: str) -> None:
        """Show a sentence in the status bar for some seconds."""
        self._status_bar.showMessage(sentence, MESSAGE_TIME)

    def hide(self, problem: Problem) -> None:
        """Hide this problem, unless the banner shows another one by now."""
        if self._banner.problem == problem:
            self.show(None)

    def _follow_banner(self, before: Problem | None, after: Problem | None) -> None:
        """Announce what the banner shows, and let the state of a failure go with the message about it."""
        if after is not None:
            announce(self._banner, after.cause)
        if before is not None and before == self._live.failure:
            self._live.forget_failure()
