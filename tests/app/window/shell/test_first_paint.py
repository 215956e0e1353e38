"""What takes turns with the interface begins once the window is painted."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.sessions.store import Store
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from app.window.services import Services
from app.window.settings.settings import Settings
from app.window.shell import first_paint
from tests.app.window.helpers import Desktop


class Order(QObject):
    """Writes down what happened, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.events.append("paint")
        return False

    def services(self, desktop: Desktop) -> Services:
        def noted(name: str, work: Callable) -> Callable:
            def call(*arguments: object) -> object:
                self.events.append(name)
                return work(*arguments)

            return call

        given = desktop.services
        return Services(noted("load", given.load), given.open_device, given.open_file, noted("devices", given.devices))


@pytest.fixture
def order() -> Order:
    return Order()


@pytest.fixture
def make_window(order: Order, desktop: Desktop, store: Store, settings: Settings) -> Iterator[Callable[[], MainWindow]]:
    """Makes a window that is not shown yet. In a test, since events are handled between fixtures and a test."""
    made = []

    def make() -> MainWindow:
        window = MainWindow(order.services(desktop), store, settings)
        window.painted.connect(lambda: order.events.append("painted"))
        for part in (window, window.ui.session_list, window.ui.first_page):
            part.installEventFilter(order)
        made.append(window)
        return window

    yield make
    for window in made:
        window.close()
        window.deleteLater()


def test_the_model_and_the_sound_system_wait_for_the_first_picture(
    make_window: Callable[[], MainWindow], order: Order, qtbot: QtBot
) -> None:
    window = make_window()
    window.show()
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)
    painted = order.events.index("painted")
    assert order.events[:painted].count("paint") >= 3  # all parts of the window
    assert {"load", "devices"} <= set(order.events[painted:])
    assert not {"load", "devices"} & set(order.events[:painted])
    assert order.events.count("painted") == order.events.count("load") == 1


def test_a_window_that_is_not_shown_loads_its_model_at_once(
    make_window: Callable[[], MainWindow], order: Order, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_paint, "PATIENCE", 10_000_000)
    window = make_window()
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)
    assert "paint" not in order.events


@pytest.fixture
def blind(qtbot: QtBot) -> Iterator[QWidget]:
    """A window that is shown and never painted."""
    widget = QWidget()
    widget.setUpdatesEnabled(False)
    yield widget
    widget.close()


def test_a_window_that_is_never_painted_is_waited_for_for_a_moment(
    blind: QWidget, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_paint, "PATIENCE", 50)
    done: list[bool] = []
    first_paint.FirstPaint(blind, lambda: done.append(True))
    blind.show()
    qtbot.waitUntil(lambda: bool(done))
    qtbot.wait(100)
    assert done == [True]


def test_a_window_that_closes_before_begins_nothing(
    make_window: Callable[[], MainWindow], order: Order, qtbot: QtBot
) -> None:
    window = make_window()
    window.show()
    window.close()
    qtbot.wait(50)
    assert not {"load", "devices", "painted"} & set(order.events)
