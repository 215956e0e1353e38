"""Streaming speech to text: load a `Recognizer` once, then `transcribe` turns chunks of sound into updates.

    from asr import Recognizer, StreamOptions, read_file, transcribe

    recognizer = Recognizer.load()
    chunks = read_file("talk.mp3", recognizer.config.rate)
    for update in transcribe(recognizer, chunks, StreamOptions(endpoint="long")):
        print(*(word.text for word in update.words))

Names that need NumPy or torch are imported at their first use, so `echoic --help` loads neither.
"""

import importlib
from typing import TYPE_CHECKING, Any

from asr.errors import AudioError, EchoicError, ModelError, VocabularyError
from asr.stream_options import StreamOptions
from asr.updates import Update, Word
from asr.user.vocabulary import Vocabulary

if TYPE_CHECKING:
    from asr.audio.media import read_file
    from asr.pipeline import SpeechRecognizer, SpeechStream, transcribe
    from asr.recognizer import Recognizer

__all__ = [
    "AudioError",
    "EchoicError",
    "ModelError",
    "Recognizer",
    "SpeechRecognizer",
    "SpeechStream",
    "StreamOptions",
    "Update",
    "Vocabulary",
    "VocabularyError",
    "Word",
    "read_file",
    "transcribe",
]

# name -> the module to import it from at its first use
_LAZY = {
    "Recognizer": "asr.recognizer",
    "SpeechRecognizer": "asr.pipeline",
    "SpeechStream": "asr.pipeline",
    "read_file": "asr.audio.media",
    "transcribe": "asr.pipeline",
}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(importlib.import_module(_LAZY[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
