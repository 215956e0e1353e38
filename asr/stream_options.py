"""What one stream asks for. Options belong to the stream, so changing one never loads a model again."""

from dataclasses import dataclass

# Seconds of silence that close an utterance, by the name of the rule.
ENDPOINTS = {"short": 0.4, "normal": 0.8, "long": 1.6}


@dataclass(frozen=True)
class StreamOptions:
    """The options of one stream; `Recognizer.start` takes them.

    Raises:
        ValueError: `endpoint` is no key of ENDPOINTS.
    """

    endpoint: str = "normal"  # the rule that closes an utterance, a key of ENDPOINTS

    def __post_init__(self) -> None:
        if self.endpoint not in ENDPOINTS:
            raise ValueError(f"Expected an endpoint rule of {', '.join(ENDPOINTS)}; found {self.endpoint!r}")

    @property
    def endpoint_silence(self) -> float:
        """Seconds of silence that close an utterance."""
        return ENDPOINTS[self.endpoint]


DEFAULT_OPTIONS = StreamOptions()
