"""What the fuzzer tries: for each kind of input a function that makes one by a random generator, and takes it.

A target is made once for each process: `TARGETS[kind]()` returns the function for one input, which gets the generator
and an empty folder. It raises `EchoicError` where the input is refused, and AssertionError where a promise is broken.
Children are forked with what the target holds, so it must neither start threads nor open connections before its first
input, unless its kind is in WITH_THREADS: then each child makes its own.
"""

from collections.abc import Callable

from tests.hard_use.mutations import Target
from tests.hard_use.targets import models, programs, sessions, sound, texts

__all__ = ["TARGETS", "WITH_THREADS", "Target"]

TARGETS: dict[str, Callable[[], Target]] = {
    "media": sound.media,
    "sound": sound.sound_file,
    "pcm": sound.pcm,
    "model": models.model,
    "acoustic": models.acoustic,
    "lexicon": models.lexicon,
    "ngrams": models.ngram_lm,
    "neural": models.neural_lm,
    "formatter": models.formatter,
    "pronounce": models.pronounce,
    "language": models.user_language,
    "voice": models.voice,
    "alignments": models.alignments,
    "vocabulary": texts.vocabulary,
    "text": texts.written_text,
    "documents": texts.documents,
    "words": texts.words,
    "search": texts.search,
    "settings": texts.settings,
    "shortcut": texts.shortcut,
    "times": texts.times,
    "journal": sessions.journal,
    "record": sessions.record,
    "index": sessions.index,
    "row": sessions.index_row,
    "cluster": sessions.cluster_journal,
    "arguments": programs.arguments,
    "options": programs.options,
    "message": programs.message,
    "request": programs.request,
    "network": programs.network,
}
WITH_THREADS = ("network",)
