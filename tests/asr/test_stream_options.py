"""Options of a stream are checked where they are made."""

import pytest

from asr.stream_options import DEFAULT_OPTIONS, ENDPOINTS, StreamOptions


def test_each_rule_has_its_seconds_of_silence() -> None:
    assert {rule: StreamOptions(endpoint=rule).endpoint_silence for rule in ENDPOINTS} == ENDPOINTS
    assert DEFAULT_OPTIONS.endpoint == "normal"


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="Expected an endpoint rule of short, normal, long; found 'never'"):
        StreamOptions(endpoint="never")
