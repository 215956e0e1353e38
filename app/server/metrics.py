"""What a server counts, as the text that Prometheus reads. No names, no addresses, no words."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
disable_created_metrics()  # a second line for each counter, with the time of its making
_DELAYS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds


class Metrics:
    """The counters of one server. Thread of the loop."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()  # of its own, so that two servers in one process do not mix
        self.open_streams = Gauge(
            "echoic_open_streams", "Streams that are being recognised", ["protocol"], registry=self.registry
        )
        self.streams = Counter("echoic_streams", "Streams begun", ["protocol"], registry=self.registry)
        self.refused = Counter("echoic_refused", "Requests refused, by reason", ["reason"], registry=self.registry)
        self.failed = Counter("echoic_failed", "Streams that ended with an error", ["reason"], registry=self.registry)
        self.seconds = Counter(
            "echoic_sound_seconds", "Seconds of sound recognised", ["protocol"], registry=self.registry
        )
        self.words = Counter("echoic_words", "Final words", ["protocol"], registry=self.registry)
        self.delay = Histogram(
            "echoic_reply_seconds",
            "Seconds from a message with sound to its reply",
            ["protocol"],
            buckets=_DELAYS,
            registry=self.registry,
        )

    def text(self) -> bytes:
        """Return all counters in Prometheus' text format."""
        return generate_latest(self.registry)
