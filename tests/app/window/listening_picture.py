"""The picture of "How it listens" for the README: `python tests/app/window/listening_picture.py [file]`.

Plays the sample with the shipped model as far as the second sentence, offscreen, and prints how even the pictures came.
"""

import os
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[3]))

from PySide6.QtWidgets import QApplication

from app.window.help.inspector_dialog import InspectorDialog
from asr.recognizer import Recognizer

PICTURES = Path(__file__).parents[3] / "assets" / "pictures"
MOMENT = 12.2  # seconds into the sample


def main() -> None:
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES / "listening.png"
    app = QApplication(sys.argv[:1])
    page = InspectorDialog(Recognizer.load())
    page.resize(900, 640)
    page.show()
    ticks: list[float] = []
    page._timer.timeout.connect(lambda: ticks.append(time.monotonic()))

    def until(holds: Callable[[], bool]) -> None:
        while not holds():
            app.processEvents()
            time.sleep(0.002)

    until(lambda: page.seconds > MOMENT)
    file.parent.mkdir(parents=True, exist_ok=True)
    page.grab().save(str(file))
    gaps = sorted(1000 * (b - a) for a, b in pairwise(ticks))
    middle, most = gaps[len(gaps) // 2], gaps[len(gaps) * 95 // 100]
    print(f"{file}: {file.stat().st_size / 1000:.0f} kB")
    print(f"between pictures {middle:.0f} ms, 95 % within {most:.0f} ms, at worst {gaps[-1]:.0f} ms")
    page.forget.setChecked(True)
    page.grab().save(str(file.with_stem(f"{file.stem}-forgetting")))
    until(lambda: not page.playing)
    print(*(label.text() for label in page.words), sep="\n")
    page.close()


if __name__ == "__main__":
    main()
