"""How one state of the live session shows in the toolbar and the status bar."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StateDisplay:
    """The shell shows these values; which state they belong to is known to `app.window.live.live_state` alone."""

    button: str  # text of the large button
    status: str  # the state in words, for screen readers and, unless `calm`, for the status bar
    icon: str  # of the large button
    enabled: bool = True  # whether the large button can be pressed
    can_pause: bool = False  # whether the pause button can be pressed
    paused: bool = False  # the pause button reads "Resume"
    clears_meter: bool = False  # no sound arrives, so the level meter goes blank
    clears_pace: bool = False  # lag and speed belong to a session that is over, or has not begun
    idle: bool = False  # no live session, so the status bar may show the file that is being recognised
    calm: bool = False  # all is well, so the status bar has nothing to add

    @property
    def stops(self) -> bool:
        """Whether the large button ends what runs."""
        return self.icon == "stop"
