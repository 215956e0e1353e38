"""Loading the recogniser of a command: all commands do it here, so that a test can give another one."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.log import logger
from app.worker.imports import collect_again, stop_collecting

if TYPE_CHECKING:
    from asr.pipeline import AnyRecognizer


def load(path: Path | None) -> "AnyRecognizer":
    """Load the recogniser of a model's folder, or of the model that is shipped. Imports torch."""
    stop_collecting()
    loaded = False
    try:
        from asr.decoding.compiled.acceleration import will_compile
        from asr.recognizer import Recognizer

        if will_compile() and sys.stderr.isatty():
            print("Compiling the search for this processor, once: about ten seconds…", file=sys.stderr)
        recognizer = Recognizer.load(path)
        loaded = True
    finally:
        collect_again(loaded)
    logger.info("model %s, %d Hz, language %s", recognizer.name, recognizer.config.rate, recognizer.config.language)
    return recognizer
