"""Transcripts on disk: subtitles that can be read, and files that other programs parse."""

import json
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.formats import joined, subtitles, writers
from asr.formats.subtitles import GAP, LINE, LONGEST, SHORTEST, cues
from asr.text.languages import language_of
from asr.updates import Update, Utterance, Word, add_update, transcript_text, utterances_of

TEXTS = st.sampled_from(["a", "the", "of", "to", "dog", "station", "understanding", "extraordinarily", "mr", "smith"])
ENGLISH = language_of("en").leaning


@st.composite
def spoken(draw: st.DrawFn) -> list[Word]:
    """Words as speech has them: of 0.05 to 1.5 s, with pauses of 0 to 3 s."""
    words, now = [], draw(st.floats(0, 5))
    for _ in range(draw(st.integers(0, 60))):
        now += draw(st.sampled_from([0.0, 0.0, 0.01, 0.1, 0.3, 0.8, 3.0]))
        length = draw(st.floats(0.05, 1.5))
        words.append(Word(draw(TEXTS), now, now + length, draw(st.floats(0, 1))))
        now += length
    return words


@st.composite
def streams(draw: st.DrawFn) -> list[Update]:
    """Updates of any stream: words or none, an endpoint or none, in any order."""
    updates, now = [], 0.0
    for _ in range(draw(st.integers(0, 12))):
        words = []
        for text in draw(st.lists(TEXTS, max_size=3)):
            now += draw(st.sampled_from([0.1, 0.9, 3.0]))
            words.append(Word(text, now, now + 0.1, 0.9))
        updates.append(Update(tuple(words), (), now, draw(st.booleans())))
    return updates


def line(text: str, start: float = 0.0, each: float = 0.3) -> list[Word]:
    """Words of `each` seconds, with no pause between them."""
    return [Word(t, start + each * i, start + each * (i + 1), 1.0) for i, t in enumerate(text.split())]


def utterances(*lines: list[Word]) -> tuple[Utterance, ...]:
    """An utterance for each line of words."""
    return utterances_of(Update(tuple(words), (), words[-1].end, True) for words in lines if words)


@settings(max_examples=200, deadline=None)
@given(words=spoken())
@pytest.mark.slow
def test_cues_are_in_order_apart_and_whole(words: list[Word]) -> None:
    made = cues(words, ENGLISH)
    assert " ".join(line for cue in made for line in cue.lines) == " ".join(word.text for word in words)
    for cue in made:
        assert cue.start < cue.end <= cue.start + LONGEST + 1e-6
        assert 1 <= len(cue.lines) <= subtitles.LINES
        assert all(len(line) <= LINE for line in cue.lines)
    for cue, after in pairwise(made):
        assert after.start - cue.end >= GAP - 1e-6


@settings(max_examples=100, deadline=None)
@given(words=spoken())
@pytest.mark.slow
def test_cues_start_with_their_words_where_speech_is_of_human_speed(words: list[Word]) -> None:
    words = [Word(w.text, w.start, max(w.end, w.start + 0.15), 1.0) for w in words if w.end - w.start > 0.2]
    starts = {round(word.start, 3) for word in words}
    late = [cue for cue in cues(words, ENGLISH) if min(abs(cue.start - start) for start in starts) > 0.011 + GAP]
    assert late == []


def test_a_lone_short_word_stands_long_enough_to_be_read() -> None:
    (cue,) = cues([Word("yes", 1.0, 1.1, 1.0)])
    assert cue.start == 1.0 and cue.end == pytest.approx(1.0 + SHORTEST, abs=0.001)


def test_reading_speed_is_kept_where_the_speech_leaves_room() -> None:
    words = line("we understand the extraordinary circumstances nevertheless", each=0.1)
    (cue,) = cues(words, ENGLISH)
    speed = len(" ".join(cue.lines)) / (cue.end - cue.start)
    assert 15 <= speed <= 20


LONG = "one evening after the long rain we saw the river rise above the old stone bridge and the " * 6


def line_ends(srt: str) -> list[str]:
    """The last word of each line of text, but that of the last cue."""
    blocks = [block.split("\n")[2:] for block in srt.strip().split("\n\n")]
    return [text.split()[-1] for block in blocks[:-1] for text in block]


def test_no_line_ends_on_a_word_that_leans_on_the_next_in_its_language() -> None:
    english = line_ends(writers.srt(utterances(line(LONG)), language="en"))
    assert len(english) > 8
    assert not {"the", "and"} & set(english)
    assert {"the", "and"} & set(line_ends(writers.srt(utterances(line(LONG)), language="")))  # rules of no language


def test_a_pause_ends_a_cue() -> None:
    made = cues(line("good morning") + line("how are you", start=5.0), ENGLISH)
    assert [cue.lines for cue in made] == [("good morning",), ("how are you",)]
    assert made[0].end < 2.0


@pytest.mark.parametrize("pause", [0.7, 0.72, 0.8, 0.9, 2.0])
def test_no_pause_is_so_short_that_it_leaves_a_cue_no_time_to_be_read(pause: float) -> None:
    made = cues(line("yes", each=0.1) + line("we saw it", start=0.1 + pause), ENGLISH)
    assert all(cue.end - cue.start >= SHORTEST - 0.002 for cue in made)
    assert len(made) == (2 if pause > 0.82 else 1)


def test_srt_and_vtt_are_written_to_the_letter() -> None:
    words = [Word("good", 0.5, 0.9, 0.9), Word("morning", 1.0, 1.6, 0.8), Word("R&B", 3599.9996, 3600.9, 0.5)]
    assert writers.srt(utterances(words), "a.wav", 3601.0, "m") == (
        "1\n00:00:00,500 --> 00:00:01,600\ngood morning\n\n2\n01:00:00,000 --> 01:00:00,900\nR&B\n\n"
    )
    assert writers.vtt(utterances(words), "a.wav", 3601.0, "m") == (
        "WEBVTT\n\n00:00:00.500 --> 00:00:01.600\ngood morning\n\n01:00:00.000 --> 01:00:00.900\nR&amp;B\n"
    )


def test_the_last_cue_ends_with_the_sound_in_every_format() -> None:
    words = [*line("good morning"), Word("yes", 3.3, 3.6, 1.0)]  # its last peak came in the padding
    spoken = utterances(words[:2], words[2:])
    assert "--> 00:00:03,456\nyes" in writers.srt(spoken, "a.wav", 3.4567)
    assert "--> 00:00:03.456\nyes" in writers.vtt(spoken, "a.wav", 3.4567)
    assert json.loads(writers.json_text(spoken, "a.wav", 3.4567))["words"][-1]["end"] == 3.457
    last = json.loads(writers.jsonl(spoken, "a.wav", 3.4567).splitlines()[-1])
    assert last["end"] == last["words"][-1]["end"] == 3.457


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(words=spoken(), beyond=st.floats(0, 0.4))
def test_no_cue_passes_the_end_of_the_sound(words: list[Word], beyond: float) -> None:
    """However far the last word reaches beyond it."""
    if not words:
        return
    seconds = max(words[-1].end - beyond, words[-1].start + 0.01)
    made = cues(words, ENGLISH, seconds)
    assert " ".join(line for cue in made for line in cue.lines) == " ".join(word.text for word in words)
    assert all(cue.start < cue.end for cue in made)
    assert all(after.start - cue.end >= GAP - 1e-6 for cue, after in pairwise(made))
    assert made[-1].end <= max(seconds, made[-1].start + subtitles.TICK) + 1e-6
    if made[-1].start < seconds - 2 * subtitles.TICK:
        assert made[-1].end <= seconds + 1e-9


@settings(max_examples=50, deadline=None)
@given(words=spoken())
@pytest.mark.slow
def test_srt_times_never_go_back(words: list[Word]) -> None:
    stamps = re.findall(r"(\d\d):(\d\d):(\d\d),(\d{3})", writers.srt(utterances(words), language="en"))
    ticks = [((int(h) * 60 + int(m)) * 60 + int(s)) * 1000 + int(ms) for h, m, s, ms in stamps]
    assert all(a < b for a, b in pairwise(ticks))


def test_json_has_the_fields_that_are_promised() -> None:
    spoken = utterances(line("good morning"), line("ça va", start=3.0))
    whole = json.loads(writers.json_text(spoken, "talk.wav", 4.25, "en-1"))
    assert list(whole) == ["file", "seconds", "text", "words", "model"]
    assert whole["text"] == "good morning ça va" and whole["seconds"] == 4.25 and whole["model"] == "en-1"
    assert whole["words"][1] == {"text": "morning", "start": 0.3, "end": 0.6, "confidence": 1.0}
    lines = [json.loads(text) for text in writers.jsonl(spoken, "talk.wav", 4.25, "en-1").splitlines()]
    assert [text["text"] for text in lines] == ["good morning", "ça va"]
    assert lines[1]["start"] == 3.0 and lines[1]["words"][0]["text"] == "ça"


def test_tsv_has_a_row_for_each_utterance_in_milliseconds() -> None:
    spoken = utterances(line("good morning", start=0.5), [Word("tab\there", 3.0, 3.6, 1.0)])
    assert writers.tsv(spoken, "a.wav", 3.5) == ("start\tend\ttext\n500\t1100\tgood morning\n3000\t3500\ttab here\n")
    rows = [("a", writers.tsv(spoken, "a", 3.5)), ("b", writers.tsv(spoken[:1], "b"))]
    assert "".join(joined.join_tsv(rows)) == (
        "file\tstart\tend\ttext\na\t500\t1100\tgood morning\na\t3000\t3500\ttab here\nb\t500\t1100\tgood morning\n"
    )


def test_an_endpoint_ends_a_line_and_a_pause_alone_does_not() -> None:
    words = [*line("good morning"), *line("all", start=3.0)]
    assert writers.txt(utterances(words)) == "good morning all\n"
    assert writers.txt(utterances(words[:2], words[2:])) == "good morning\nall\n"


def test_an_utterance_whose_words_were_deleted_is_in_no_file() -> None:
    spoken = (Utterance((), 0.0, 1.0, True), *utterances(line("all", start=3.0)))
    assert writers.txt(spoken) == "all\n" and len(writers.jsonl(spoken).splitlines()) == 1


@given(streams())
def test_utterances_are_the_words_of_the_updates_parted_at_endpoints(updates: list[Update]) -> None:
    made = utterances_of(updates)
    assert [w for utterance in made for w in utterance.words] == [w for update in updates for w in update.words]
    assert all(utterance.words for utterance in made)
    assert all(utterance.closed for utterance in made[:-1])
    lines = "".join(
        " ".join(word.text for word in update.words) + ("\n" if update.endpoint else " ") for update in updates
    )
    expected = [" ".join(line.split()) for line in lines.split("\n") if line.split()]
    assert transcript_text(made).splitlines() == expected


@given(streams(), st.data())
def test_utterances_can_be_continued_from_any_update(updates: list[Update], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(updates)))
    made = utterances_of(updates[:cut])
    for update in updates[cut:]:
        made = add_update(made, update)
    assert made == utterances_of(updates)


def test_no_words_are_valid_files_too() -> None:
    assert writers.txt(()) == writers.srt(()) == writers.jsonl(()) == ""
    assert writers.vtt(()) == "WEBVTT\n"
    assert json.loads(writers.json_text(()))["words"] == []
