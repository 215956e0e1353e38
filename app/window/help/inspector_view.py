"""The picture of "How it listens": sound, hidden state, update gate and phones, one strip above the other."""

import math
from itertools import accumulate

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.window.help.inspector_strips import Strip, fonts, needed, shared, strips, tr, visible_description, width
from app.window.texts.plain_text import set_tip
from app.worker.demonstration import Moment, Picture, Scene, View

SPAN = 6.0  # seconds in view
GAP = 6  # pixels between two strips
DARK = QColor(9, 16, 30)


class InspectorRecording:
    """What one network has shown so far: one image per strip, for hidden states and gates one per layer."""

    def __init__(self, scene: Scene, table: tuple[Strip, ...]) -> None:
        self._scene, self._tables = scene, [strip.table for strip in table]
        self._images: dict[tuple[int, int], QImage] = {}
        self.views: list[tuple[float, View]] = []  # the second from which on each is valid

    def add(self, moment: Moment, view: View) -> None:
        """Append what the network showed in one block of sound."""
        self._draw((0, 0), moment.sound, self._scene.frame)
        for layer, (hidden, gate) in enumerate(zip(view.hidden, view.gates, strict=True)):
            self._draw((1, layer), hidden, self._scene.step)
            self._draw((2, layer), gate, self._scene.step)
        self._draw((3, 0), view.phones, self._scene.row)
        self.views.append((moment.end, view))

    def image(self, strip: int, layer: int) -> QImage | None:
        """Return the image of a strip, by its index from the top; None if nothing was added yet."""
        return self._images.get((strip, layer if strip in (1, 2) else 0))

    def _draw(self, key: tuple[int, int], picture: Picture, column: float) -> None:
        columns = len(picture.cells) // max(picture.rows, 1)
        if not columns:
            return
        if key not in self._images:
            wide = round((self._scene.seconds + 2 * self._scene.block) / column) + 1
            self._images[key] = QImage(wide, picture.rows, QImage.Format.Format_RGB32)
            self._images[key].fill(DARK)
        piece = QImage(picture.cells, columns, picture.rows, columns, QImage.Format.Format_Indexed8)
        piece.setColorTable(self._tables[key[0]])
        painter = QPainter(self._images[key])
        painter.drawImage(picture.start, 0, piece)
        painter.end()

    def now(self, seconds: float) -> View | None:
        """Return what the network had recognised at this second."""
        known = [view for since, view in self.views if since <= seconds]
        return known[-1] if known else None


class InspectorView(QWidget):
    """Paints one recording up to a second that `show_recording` sets. Interface thread."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strips = strips()
        self._scene: Scene | None = None
        self._recording: InspectorRecording | None = None
        self._seconds, self._layer, self._forgets = 0.0, 0, False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("The network at work"))
        set_tip(self, "\n".join(f"{strip.title}: {strip.description}" for strip in self._strips))
        self.setAccessibleDescription(tr("Sound, hidden state, update gate and phones over time, moving to the left"))

    def sizeHint(self) -> QSize:
        """Return a height in which every strip has room for its texts."""
        needs = sum(needed(strip, self.font()) + GAP for strip in self._strips)
        return QSize(900, max(420, math.ceil(needs)))

    def minimumSizeHint(self) -> QSize:
        """Return the least size in which anything can be seen."""
        return QSize(480, 220)

    def begin(self, scene: Scene) -> tuple[InspectorRecording, InspectorRecording]:
        """Return two empty recordings of a scene: of the network with memory and without."""
        self._scene = scene
        return InspectorRecording(scene, self._strips), InspectorRecording(scene, self._strips)

    def show_recording(self, recording: InspectorRecording | None, seconds: float, layer: int, forgets: bool) -> None:
        """Show a recording up to a second; `forgets` draws the edges of chunks as cuts."""
        self._recording, self._seconds, self._layer, self._forgets = recording, seconds, layer, forgets
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Ask for another height when the font changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def rows(self) -> list[tuple[Strip, float, float]]:
        """Return each strip with its top and its height, in pixels."""
        free = float(self.height() - GAP * (len(self._strips) - 1))
        heights = shared(self._strips, free, self.font())
        tops = accumulate((height + GAP for height in heights), initial=0.0)
        return list(zip(self._strips, tops, heights, strict=False))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the strips with their titles and descriptions."""
        painter = QPainter(self)
        left = width(self.font()) + 12
        for index, (strip, top, height) in enumerate(self.rows()):
            box = QRectF(left, top, self.width() - left, height)
            painter.fillRect(box, DARK)
            self._paint_name(painter, strip, QRectF(0, top, left - 12, height))
            if self._recording is not None and self._scene is not None:
                painter.save()
                painter.setClipRect(box)
                self._paint_strip(painter, index, box)
                painter.restore()

    def _paint_name(self, painter: QPainter, strip: Strip, box: QRectF) -> None:
        bold, plain = fonts(self.font())
        painter.setFont(bold)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        line = painter.fontMetrics().height() + 2
        painter.drawText(QRectF(box.left(), box.top(), box.width(), line), 0, strip.title)
        painter.setFont(plain)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(
            box.adjusted(0, line, 0, 0), Qt.TextFlag.TextWordWrap, visible_description(strip, box.height(), self.font())
        )

    def _paint_strip(self, painter: QPainter, index: int, box: QRectF) -> None:
        assert self._scene is not None and self._recording is not None
        first = max(self._seconds - SPAN, 0.0)
        per_second = box.width() / SPAN
        image = self._recording.image(index, self._layer)
        if image is not None:
            column = (self._scene.frame, self._scene.step, self._scene.step, self._scene.row)[index]
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, index == 0)
            until = min(self._seconds, first + SPAN) - first
            top = self._names_height() if index == 3 else 0.0
            target = QRectF(box.left(), box.top() + top, until * per_second, box.height() - top)
            painter.drawImage(target, image, QRectF(first / column, 0, until / column, image.height()))
        if index in (1, 2):
            self._paint_seams(painter, box, first, per_second)
        if index == 3:
            self._paint_phones(painter, box, first, per_second)

    def _paint_seams(self, painter: QPainter, box: QRectF, first: float, per_second: float) -> None:
        """Draw the edges of chunks: faint lines where the state is carried over, gaps where it is reset."""
        assert self._scene is not None
        cut = self.palette().color(QPalette.ColorRole.Window)
        block = int(first / self._scene.block) + 1
        while (at := block * self._scene.block) <= min(self._seconds, first + SPAN):
            x = box.left() + (at - first) * per_second
            if self._forgets:
                painter.fillRect(QRectF(x - 2, box.top(), 4, box.height()), cut)
            else:
                painter.fillRect(QRectF(x, box.top(), 1, box.height()), QColor(255, 255, 255, 70))
            block += 1

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(max(7.0, font.pointSizeF() * 0.85))
        return font

    def _names_height(self) -> float:
        return 2.0 * QFontMetrics(self._small()).height() + 6

    def _paint_phones(self, painter: QPainter, box: QRectF, first: float, per_second: float) -> None:
        """Write the names of the likeliest phones, on two lines so that they do not overlap."""
        assert self._scene is not None and self._recording is not None
        painter.setFont(self._small())
        line = painter.fontMetrics().height()
        free = [box.left() - 99.0] * 2
        for since, view in self._recording.views:
            if since - 1 > self._seconds or since < first - 1:
                continue
            for column, name in view.named:
                at = column * self._scene.row
                x = box.left() + (at - first) * per_second
                if at > self._seconds or x < box.left() - 20:
                    continue
                level = 0 if x >= free[0] else 1
                if x < free[level]:
                    continue
                free[level] = x + painter.fontMetrics().horizontalAdvance(name) + 4
                painter.setPen(QColor(240, 250, 245))
                painter.drawText(QRectF(x, box.top() + 2 + level * line, 60, line), 0, name)
