"""Loading the recogniser of a command: all commands do it here, so that a test can give another one."""

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.log import logger

if TYPE_CHECKING:
    from asr.pipeline import AnyRecognizer


def load(path: Path | None) -> "AnyRecognizer":
    """Load the recogniser of a model's folder, or of the model that is shipped. Imports torch.

    A thousand modules are imported, and none of them is garbage. Collections during the import take an eighth of the
    processor time to the first words, so the garbage collector is stopped meanwhile and skips those objects later.
    """
    gc.disable()
    try:
        from asr.decoding.compiled.acceleration import will_compile
        from asr.recognizer import Recognizer

        if will_compile() and sys.stderr.isatty():
            print("Compiling the search for this processor, once: about ten seconds…", file=sys.stderr)
        recognizer = Recognizer.load(path)
        gc.freeze()
    finally:
        gc.enable()
    logger.info("model %s, %d Hz, language %s", recognizer.name, recognizer.config.rate, recognizer.config.language)
    return recognizer
