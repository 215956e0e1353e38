"""Line height and the space between utterances, which Qt's layout of plain text does not have."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTextBlock, QTextDocument
from PySide6.QtWidgets import QPlainTextDocumentLayout

LINE_HEIGHT = 1.4  # from line to line, over the height of the letters as the font has it
UTTERANCE_SPACE = 0.45  # between two utterances, over the height of the letters


class TranscriptLayout(QPlainTextDocumentLayout):
    """Moves the lines of each block apart. Interface thread.

    Qt's own layout stays in charge: a block is laid out only when it is needed, so a long text costs no more than a
    short one. Qt puts the first line of a new layout at the top; one that stands lower has been moved already.
    """

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        document.setDocumentLayout(self)

    def blockBoundingRect(self, block: QTextBlock) -> QRectF:
        """Return the rectangle of a block with its space, and put its lines in their places."""
        box = super().blockBoundingRect(block)
        lines = block.layout() if block.isValid() and block.isVisible() else None
        if lines is None or not lines.lineCount():
            return box
        letters = lines.lineAt(0).height()
        between = (LINE_HEIGHT - 1) * letters
        top = between / 2
        if abs(lines.lineAt(0).y() - top) > 0.01:
            for number in range(lines.lineCount()):
                line = lines.lineAt(number)
                line.setPosition(QPointF(line.x(), top))
                top += line.height() + between
            box = super().blockBoundingRect(block)
        return box.adjusted(0, 0, 0, between / 2 + UTTERANCE_SPACE * letters)
