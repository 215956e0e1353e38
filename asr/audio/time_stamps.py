"""The clock of time stamps: holes between frames become silence, so that the sound keeps a player's time."""

from typing import Any

_TIMED = {"mp4", "matroska", "mpegts", "mpeg", "flv", "asf", "nut", "mxf"}  # formats with times that may have holes
_FROM_ZERO = {"mp4", "matroska"}  # formats whose time begins at 0, wherever their first stream begins
_HOLE = 0.1  # seconds that are missing between two frames; less is rounding
_MAX_DELAY = 60.0  # seconds of silence before the first sound, with no picture that begins earlier
_MAX_DELAY_AFTER_PICTURE = 600.0
_MAX_HOLES = 10.0  # seconds of silence in holes, and
_MAX_HOLES_PER_SECOND = 3.0  # so many more for each second of sound: a file may claim any time


class TimeStampClock:
    """Finds the holes between frames by their time stamps, so that the sound keeps the time that a player shows."""

    def __init__(self, container: Any) -> None:
        formats = set(container.format.name.split(","))
        self._timed = bool(formats & _TIMED)
        start = (container.start_time or 0) / 1_000_000
        from_zero = formats & _FROM_ZERO and 0 <= start <= _MAX_DELAY
        self._expected = 0.0 if from_zero else start  # time of the next frame, if no hole comes first
        picture = any(one.type == "video" for one in container.streams)
        self._allowed = _MAX_DELAY_AFTER_PICTURE if picture else _MAX_DELAY
        self._begun = False
        self._lag = 0.0  # seconds that frames came later than expected, each too little for a hole
        self.left_out = 0.0  # seconds of holes that were not filled

    def hole(self, frame: Any) -> float:
        """Return how many seconds of silence belong before a frame."""
        if not self._timed or frame.pts is None or frame.time_base is None:
            return 0.0
        gap = float(frame.pts * frame.time_base) - self._expected
        if -0.5 < gap <= _HOLE:
            self._lag, self._expected = self._lag + gap, self._expected + gap
            return 0.0
        self._expected += gap
        if gap < 0:  # the time begins anew
            return 0.0
        gap, self._lag = max(0.0, gap + self._lag), 0.0
        filled = min(gap, self._allowed)
        self._allowed -= filled
        self.left_out += gap - filled
        return filled

    def add(self, seconds: float, decoded: bool) -> None:
        """Go on by the length of a frame, or of the silence for a damaged one."""
        if decoded and not self._begun:
            self._begun, self._allowed = True, _MAX_HOLES
        self._expected += seconds
        self._allowed += _MAX_HOLES_PER_SECOND * seconds * decoded
