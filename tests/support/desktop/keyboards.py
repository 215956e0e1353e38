"""A keyboard that types into memory."""

from collections.abc import Callable

from app.dictation.keyboards import Typed, Window


class FakeKeyboard:
    """`texts` has what each window got; the test moves the focus and holds modifiers."""

    def __init__(self, sees_focus: bool = True) -> None:
        self.sees_focus = sees_focus
        self.focus: Window | None = 1
        self.texts: dict[Window | None, str] = {}
        self.held = False  # a modifier
        self.error: Exception | None = None
        self.rests = 0
        self.closed = False
        self.before_typing: Callable[[], None] = lambda: None

    def focused(self) -> Window | None:
        return self.focus

    def type(self, text: str, window: Window | None) -> Typed:
        self.before_typing()
        if self.error is not None:
            raise self.error
        if self.held:
            return Typed.BUSY
        if self.sees_focus and window != self.focus:
            return Typed.ELSEWHERE
        self.texts[self.focus] = self.texts.get(self.focus, "") + text
        return Typed.DONE

    def rest(self) -> None:
        self.rests += 1

    def close(self) -> None:
        self.closed = True
