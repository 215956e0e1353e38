"""Transcripts on disk: subtitles that can be read, and files that other programs parse."""

import json
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.formats import subtitles
from asr.formats.subtitles import GAP, LINE, LONGEST, SHORTEST, cues
from asr.formats.writers import WRITERS
from asr.updates import Word

TEXTS = st.sampled_from(["a", "the", "of", "to", "dog", "station", "understanding", "extraordinarily", "mr", "smith"])


@st.composite
def spoken(draw):
    """Words as speech has them: of 0.05 to 1.5 s, with pauses of 0 to 3 s."""
    words, now = [], draw(st.floats(0, 5))
    for _ in range(draw(st.integers(0, 60))):
        now += draw(st.sampled_from([0.0, 0.0, 0.01, 0.1, 0.3, 0.8, 3.0]))
        length = draw(st.floats(0.05, 1.5))
        words.append(Word(draw(TEXTS), now, now + length, draw(st.floats(0, 1))))
        now += length
    return words


def said(text, start=0.0, each=0.3):
    return [Word(t, start + each * i, start + each * (i + 1), 1.0) for i, t in enumerate(text.split())]


@settings(max_examples=200, deadline=None)
@given(words=spoken())
def test_cues_are_in_order_apart_and_whole(words):
    made = cues(words)
    assert " ".join(line for cue in made for line in cue.lines) == " ".join(word.text for word in words)
    for cue in made:
        assert cue.start < cue.end <= cue.start + LONGEST + 1e-6
        assert 1 <= len(cue.lines) <= subtitles.LINES
        assert all(len(line) <= LINE for line in cue.lines)
    for cue, after in pairwise(made):
        assert after.start - cue.end >= GAP - 1e-6


@settings(max_examples=100, deadline=None)
@given(words=spoken())
def test_cues_start_with_their_words_where_speech_is_of_human_speed(words):
    words = [Word(w.text, w.start, max(w.end, w.start + 0.15), 1.0) for w in words if w.end - w.start > 0.2]
    starts = {round(word.start, 3) for word in words}
    late = [cue for cue in cues(words) if min(abs(cue.start - start) for start in starts) > 0.011 + GAP]
    assert late == []


def test_a_lone_short_word_stands_long_enough_to_be_read():
    (cue,) = cues([Word("yes", 1.0, 1.1, 1.0)])
    assert cue.start == 1.0 and cue.end == pytest.approx(1.0 + SHORTEST, abs=0.001)


def test_reading_speed_is_kept_where_the_speech_leaves_room():
    words = said("we understand the extraordinary circumstances nevertheless", each=0.1)
    (cue,) = cues(words)
    speed = len(" ".join(cue.lines)) / (cue.end - cue.start)
    assert 15 <= speed <= 20


def test_no_line_ends_on_an_article():
    words = said("one evening after the long rain we saw the river rise above the old stone bridge and the " * 6)
    ends = [line.split()[-1] for cue in cues(words)[:-1] for line in cue.lines]
    assert len(ends) > 8
    assert not {"the", "and"} & set(ends)


def test_a_pause_ends_a_cue():
    made = cues(said("good morning") + said("how are you", start=5.0))
    assert [cue.lines for cue in made] == [("good morning",), ("how are you",)]
    assert made[0].end < 2.0


@pytest.mark.parametrize("pause", [0.7, 0.72, 0.8, 0.9, 2.0])
def test_no_pause_is_so_short_that_it_leaves_a_cue_no_time_to_be_read(pause):
    made = cues(said("yes", each=0.1) + said("we saw it", start=0.1 + pause))
    assert all(cue.end - cue.start >= SHORTEST - 0.002 for cue in made)
    assert len(made) == (2 if pause > 0.82 else 1)


def test_srt_and_vtt_are_written_to_the_letter():
    words = [Word("good", 0.5, 0.9, 0.9), Word("morning", 1.0, 1.6, 0.8), Word("R&B", 3599.9996, 3600.9, 0.5)]
    assert WRITERS["srt"](words, "a.wav", 3601.0, "m") == (
        "1\n00:00:00,500 --> 00:00:01,600\ngood morning\n\n2\n01:00:00,000 --> 01:00:00,900\nR&B\n\n"
    )
    assert WRITERS["vtt"](words, "a.wav", 3601.0, "m") == (
        "WEBVTT\n\n00:00:00.500 --> 00:00:01.600\ngood morning\n\n01:00:00.000 --> 01:00:00.900\nR&amp;B\n"
    )


@settings(max_examples=50, deadline=None)
@given(words=spoken())
def test_srt_times_never_go_back(words):
    stamps = re.findall(r"(\d\d):(\d\d):(\d\d),(\d{3})", WRITERS["srt"](words, "", 0.0, ""))
    ticks = [((int(h) * 60 + int(m)) * 60 + int(s)) * 1000 + int(ms) for h, m, s, ms in stamps]
    assert all(a < b for a, b in pairwise(ticks))


def test_json_has_the_fields_that_are_promised():
    words = [*said("good morning"), *said("ça va", start=3.0)]
    whole = json.loads(WRITERS["json"](words, "talk.wav", 4.25, "en-1"))
    assert list(whole) == ["file", "seconds", "text", "words", "model"]
    assert whole["text"] == "good morning ça va" and whole["seconds"] == 4.25 and whole["model"] == "en-1"
    assert whole["words"][1] == {"text": "morning", "start": 0.3, "end": 0.6, "confidence": 1.0}
    lines = [json.loads(line) for line in WRITERS["jsonl"](words, "talk.wav", 4.25, "en-1").splitlines()]
    assert [line["text"] for line in lines] == ["good morning", "ça va"]
    assert lines[1]["start"] == 3.0 and lines[1]["words"][0]["text"] == "ça"


def test_text_has_a_line_an_utterance():
    assert WRITERS["txt"]([*said("good morning"), *said("all", start=3.0)], "", 0, "") == "good morning\nall\n"


def test_no_words_are_valid_files_too():
    empty = {name: write([], "a.wav", 1.0, "m") for name, write in WRITERS.items()}
    assert empty["txt"] == empty["srt"] == empty["jsonl"] == ""
    assert empty["vtt"] == "WEBVTT\n"
    assert json.loads(empty["json"])["words"] == []
