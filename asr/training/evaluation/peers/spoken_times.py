"""The second at which each word of a transcript ends in its recording, by forced alignment with Echoic's model."""

from pathlib import Path

from asr.alignment.aligner import Aligner
from asr.alignment.written_text import lines_of
from asr.audio.media import read_file
from asr.errors import TextError
from asr.pipeline import transcribe
from asr.recognizer import Recognizer


class SpokenTimes:
    """Aligns transcripts with recordings."""

    def __init__(self) -> None:
        self._recognizer = Recognizer.load()

    def ends(self, path: Path, text: str) -> list[float | None]:
        """Return the end of each word in seconds; None for a word that was not found in the sound.

        Args:
            path: The recording.
            text: What is spoken in it, spelt as `asr.text.normalize` spells it.
        """
        aligner = Aligner(self._recognizer)
        updates = list(transcribe(aligner.recognizer, read_file(path, self._recognizer.config.rate)))
        words = text.split()
        try:
            aligned = aligner.align(lines_of(text), updates[-1].seconds)
        except TextError:  # nothing of it was recognised
            return [None] * len(words)
        timed = [word for utterance in aligned.utterances for word in utterance.words]
        ends: list[float | None] = []
        place = 0
        for word in words:  # words that were not found are left out, or have a confidence of 0
            found = timed[place] if place < len(timed) and timed[place].text == word else None
            place += found is not None
            ends.append(found.end if found is not None and found.confidence > 0 else None)
        return ends
