"""The options of one stream. They belong to the stream, not to the model: changing one never loads a model again."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from asr.user.vocabulary import NO_VOCABULARY, Vocabulary
from asr.user.voice import VoiceProfile

if TYPE_CHECKING:
    from asr.user.language import UserLanguage

MOST_ALTERNATIVES = 20
ENDPOINTS = {"short": 0.4, "normal": 0.8, "long": 1.6}  # rule -> seconds of silence that close an utterance


@dataclass(frozen=True)
class StreamOptions:
    """Options of one stream, passed to `Recognizer.start`.

    Raises:
        ValueError: `endpoint` is not a key of ENDPOINTS, or `alternatives` is out of range.
    """

    endpoint: str = "normal"  # the rule that closes an utterance, a key of ENDPOINTS
    alternatives: int = 0  # at most so many other words for each word, and readings of each utterance
    formatted: bool = True  # words have capitals, marks and digits in `Word.display`, if the model has a formatter
    spoken_commands: bool = False  # "comma", "new line", "scratch that" act (asr.text.formatter.commands); if formatted
    vocabulary: Vocabulary = NO_VOCABULARY  # words that the lexicon may lack, and that are preferred
    language: "UserLanguage | None" = None  # of somebody's own texts, mixed with the language models
    voice: VoiceProfile | None = None  # of the speaker; a stream keeps the one that it began with

    def __post_init__(self) -> None:
        if self.endpoint not in ENDPOINTS:
            raise ValueError(f"Expected an endpoint rule of {', '.join(ENDPOINTS)}; found {self.endpoint!r}")
        if not 0 <= self.alternatives <= MOST_ALTERNATIVES:
            raise ValueError(f"Expected 0 to {MOST_ALTERNATIVES} alternatives; found {self.alternatives}")

    @property
    def endpoint_silence(self) -> float:
        """Seconds of silence that close an utterance."""
        return ENDPOINTS[self.endpoint]


DEFAULT_OPTIONS = StreamOptions()
