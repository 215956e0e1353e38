"""The command `listen`: the microphone, or raw samples from a pipe, as text while it comes."""

import os
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.console.display import Display, JsonLines, PlainText, TerminalText
from app.cli.console.progress import CountedChunks
from app.cli.console.terminal import report
from app.cli.files.sources import name_of
from app.cli.process import loading
from app.cli.process.exit_codes import BAD_INPUT, OK
from app.cli.process.interrupt import Interrupt, PipeReader, open_pipe
from app.log import logger
from asr.errors import AudioError
from asr.stream_options import DEFAULT_OPTIONS, StreamOptions

if TYPE_CHECKING:
    from asr.pipeline import AnyRecognizer


def listen(
    device: str | None,
    as_json: bool,
    source: str | None,
    rate: float,
    encoding: str,
    model: Path | None,
    options: StreamOptions = DEFAULT_OPTIONS,
) -> int:
    """Transcribe the microphone, or raw samples from a pipe, to stdout until the end, Ctrl+C, SIGTERM or SIGHUP.

    Args:
        device: Name or index of an input, None for the system's default.
        as_json: Print JSON lines, partials too.
        source: "-" for stdin, or the path of a pipe; None for the microphone.
        rate: Hz of the pipe's samples.
        encoding: A key of `asr.audio.pcm.ENCODINGS`, of the pipe's samples.
        model: The folder of a model, None for the one shipped.
        options: Of the stream.

    Returns:
        The exit code.
    """
    with Interrupt() as interrupt:
        if source is None:
            sound = _listen_microphone(device, as_json, model, interrupt, options)
        else:
            sound = _listen_pipe(source, rate, encoding, as_json, model, interrupt, options)
    if interrupt.requested:
        return interrupt.exit_code
    if sound.error:
        report(str(sound.error))
    return BAD_INPUT if sound.error else OK


def _listen_microphone(
    device: str | None, as_json: bool, model: Path | None, interrupt: Interrupt, options: StreamOptions
) -> CountedChunks:
    from app.audio_io.microphone import Microphone

    with Microphone(device) as microphone:  # opened first: what is said while the model loads is captured
        recognizer = loading.load(model)
        if sys.stderr.isatty():
            report("listening; Ctrl+C ends.")
        microphone.target_rate = recognizer.config.rate
        chunks = interrupt.until_requested(iter(microphone), microphone.stop)
        sound = CountedChunks(chunks, recognizer.config.rate)
        _show(recognizer, sound, as_json, options)
    if sound.error:
        logger.warning("microphone: %s", sound.error.code)
        report("`echoic devices` lists what --device can choose.")
    if microphone.suspended:
        report(f"stopped for {microphone.suspended:.1f} s; what was said meanwhile is missing.")
    lost = sum(gap.seconds for gap in microphone.gaps) - microphone.suspended
    if lost > 0.01:
        logger.warning("%.1f s of sound were dropped", lost)
        report(f"{lost:.1f} s of sound were dropped, since this computer could not keep up.")
    return sound


def _listen_pipe(
    source: str,
    rate: float,
    encoding: str,
    as_json: bool,
    model: Path | None,
    interrupt: Interrupt,
    options: StreamOptions,
) -> CountedChunks:
    from asr.audio.byte_stream import PeekedStream
    from asr.audio.media import open_media
    from asr.audio.pcm import read_pcm
    from asr.audio.signatures import media_kind

    try:
        number = os.dup(sys.stdin.fileno()) if source == "-" else open_pipe(source)
    except OSError as error:
        raise AudioError("pipe-unreadable", path=source, reason=error.strerror or error) from error
    recognizer = loading.load(model)
    pipe, target = PeekedStream(PipeReader(number, interrupt)), recognizer.config.rate
    if kind := media_kind(pipe.head):  # `arecord` and others write a header unless they are told not to
        report(f"the pipe brings {kind}: its own sample rate and format are used, not --rate and --encoding.")
        with open_media(pipe, name_of(Path(source))) as media:
            sound = CountedChunks(media.read(target, live=True), target)
            _show(recognizer, sound, as_json, options)
    else:
        with closing(pipe):
            sound = CountedChunks(read_pcm(pipe, rate, encoding, target), target)
            _show(recognizer, sound, as_json, options)
    if not sound.seconds and not sound.error:
        sound.error = AudioError("silent-pipe")
    return sound


def _show(recognizer: "AnyRecognizer", sound: CountedChunks, as_json: bool, options: StreamOptions) -> None:
    from asr.pipeline import transcribe as recognize

    stream = sys.stdout
    display: Display = JsonLines(stream) if as_json else TerminalText(stream) if stream.isatty() else PlainText(stream)
    words = 0
    with display:
        for update in recognize(recognizer, sound, options):
            words += len(update.words)
            display.show(update)
        display.end()
    if not words and sound.seconds:
        report(f"no speech found in {sound.seconds:.1f} s of sound ({sound.level}).")
