"""The headings of the list of sessions: Today, Yesterday, Last week, then months."""

from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication, QLocale


def heading_of(created: float, now: datetime) -> str:
    """Return the heading under which a session of that time is listed, in the language of the window.

    Args:
        created: Seconds since 1970, UTC.
        now: In local time. A session that is later, by a wrong clock, counts as of today.
    """
    day = datetime.fromtimestamp(created).date()
    if day >= now.date():
        return tr("Today")
    if day == now.date() - timedelta(days=1):
        return tr("Yesterday")
    if day >= now.date() - timedelta(days=7):
        return tr("Last week")
    month = QLocale().standaloneMonthName(day.month)
    return f"{month[:1].upper()}{month[1:]} {day.year}"


def tr(text: str) -> str:
    """Translate a text of this module."""
    return QCoreApplication.translate("DayGroups", text)
