"""When old sessions are retired, and when they are not: a clock that is wrong must delete nothing."""

import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.sessions.folder.session_files import open_file

DAY = 86400  # seconds
TRASH_DAYS = 1  # after which a start of the program really deletes; until then a delete can be undone
JUMP_DAYS = 30  # a clock that moved further since it was last seen may be wrong
STARTED = "started"  # the file with the clock of the last start


@dataclass(frozen=True)
class StartClock:
    """The clock of this start against that of the last.

    Attributes:
        days_ahead: Days since the last start where they are so many that the clock may be wrong, else 0.
        waits: Nothing is retired by this start: the clock jumped now, or less than a day ago.
    """

    days_ahead: int
    waits: bool


def check_clock(root: Path, now: float, signs: Callable[[], Iterable[float]]) -> StartClock:
    """Compare the clock with that of the last start, and keep it for the next.

    Args:
        root: The folder of the store.
        now: Seconds since 1970.
        signs: Returns times at which this program ran, for the first start that keeps the clock.
    """
    seen, jumped = _last_start(root, now, signs)
    jump = now - seen > JUMP_DAYS * DAY
    if jump:
        jumped = now
    with suppress(OSError):
        _write_start(root, now, jumped)
    return StartClock(round((now - seen) / DAY) if jump else 0, jump or 0 <= now - jumped < DAY)


def _last_start(root: Path, now: float, signs: Callable[[], Iterable[float]]) -> tuple[float, float]:
    """Return the clock at the newest sign of this program, and at the last jump of the clock."""
    problems = suppress(OSError, ValueError, OverflowError, RecursionError)
    with problems, open_file(root / STARTED, os.O_RDONLY) as file:
        match json.loads(file.read(1000)):
            case {"seen": int(seen), "jumped": int(jumped)}:
                return float(seen), float(jumped)
    return max((sign for sign in signs() if sign), default=now), 0.0


def _write_start(root: Path, now: float, jumped: float) -> None:
    (root / STARTED).unlink(missing_ok=True)
    with open_file(root / STARTED, os.O_WRONLY | os.O_CREAT | os.O_EXCL) as file:
        file.write(json.dumps({"seen": int(now), "jumped": int(jumped)}).encode())
