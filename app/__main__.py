"""The command line: `echoic`, the same as `python -m app`. Errors become a sentence and an exit code here."""

import argparse
import errno
import os
import shlex
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.cli.process_exit import leave
from app.cli.terminal import report, standard_streams
from app.cli.usage_error import UsageError
from app.export.registry import FORMATS
from app.server import arguments as server_arguments
from asr.errors import EchoicError
from asr.stream_options import DEFAULT_OPTIONS, ENDPOINTS, MOST_ALTERNATIVES, StreamOptions
from asr.vocabulary import NO_VOCABULARY, Vocabulary

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)  # of a disk that stdout goes to
OURS = ("app", "asr", "tests", "__main__")
INTERNAL, BAD_INPUT, INTERRUPTED, CLOSED = 1, 2, 130, 141
COMMANDS = (
    *("window", "transcribe", "align", "info", "listen", "serve", "devices", "doctor", "benchmark", "desktop"),
    *("start", "stop", "toggle", "status", "quit", "dictate"),
)
DEFAULT_RATE = 16_000  # Hz, of `listen --input`: what most programs write that record speech
ENCODINGS = ("s16le", "f32le")  # as asr.audio.media.ENCODINGS: importing that here would slow --help

EPILOG = """\
examples:
  echoic                                          open the window
  echoic talk.wav                                 open the window with a file, or give the file to the one that is open
  echoic transcribe talk.wav                      words to the terminal as they are recognised
  echoic transcribe *.mp4 -f srt -f docx -o out   out/talk.srt, out/talk.docx, ...
  echoic transcribe talk.wav -o talk.srt          one file in the format that its name says
  echoic transcribe talk.wav --vocabulary names.txt           names of your own, one a line
  echoic transcribe recordings --recursive --beside -f srt    all of a folder, each output beside its input
  ffmpeg -i talk.mkv -f wav - | echoic transcribe -   what another program writes
  echoic align talk.mp4 talk.txt -o talk.srt      subtitles from a text that you have already
  echoic info film.mkv                            its sound tracks; `transcribe --track 2` takes the second
  echoic listen                                   the microphone, until Ctrl+C
  echoic transcribe talk.wav --plain              words as spoken: no capitals, no marks, "ninety two"
  arecord -t raw -f S16_LE -r 16000 -c 1 | echoic listen --input - --rate 16000 --encoding s16le --json
  echoic serve                                    for other programs: OpenAI's, Vosk's and Wyoming's protocols
  echoic doctor                                   what is installed, what is missing, how to get it
  echoic toggle                                   start or stop listening in the window: for a key of the desktop
  echoic dictate                                  type what is said into the focused window; again: stop
  echoic desktop --install                        a menu entry, and Echoic where files are opened with a program

exit codes:
  0    all went well; a sentence on stderr says where no speech was found
  1    a defect of Echoic; the report on stderr helps to mend it
  2    something about the input, a device, the model or the arguments; a sentence on stderr says what
  129  ended by SIGHUP, as of a closed terminal; the words up to there were kept
  130  ended by Ctrl+C (the usual end of listening to a microphone); the words up to there were kept
  141  the program that read the output went away (as in `| head`)
  143  ended by SIGTERM, as of `timeout`; the words up to there were kept

Nothing is ever sent out. A port opens only with `echoic serve`, on this computer alone unless you say otherwise."""

TRANSCRIBE_EPILOG = """\
Ctrl+C, SIGTERM and SIGHUP keep what was recognised so far. One bad file does not stop the rest (exit code 2).
A file without any speech is said on stderr with its loudest level; that is no fault (exit code 0).

Several files, or a folder, on stdout:
  txt    a heading over the words of each file: ==> talk.wav <==
  srt    numbered as one; a cue of a millisecond with the name before those of each file
  vtt    one header; a NOTE with the name before the cues of each file
  tsv    one table; its first column is the name
  json   an array with one object for each file
  jsonl  as ever: each line names its file

example of a folder that other programs record into:
  echoic transcribe recordings --watch --recursive -o texts -f txt -f srt"""


ALIGN_EPILOG = """\
examples:
  echoic align talk.mp4 talk.txt -o talk.srt      subtitles with the words of talk.txt, as they are written there
  echoic align song.ogg lyrics.txt -f vtt         a cue for each line of lyrics.txt, printed
  echoic align book.mp3 book.txt -f json -f srt -o out    the time of every word, and subtitles

Words stay as they are written, with capitals, marks and numbers. If the text has several lines, these are kept as the
lines of the result, and subtitles break where they end; a text of one line is parted at pauses.

Text and sound may differ: words that are not spoken get times between those of their neighbours (in JSON their
confidence is 0), longer passages are left out, sound without text is passed over, and a sentence on stderr says how
much was found. A text of another recording is refused (exit code 2).
Ctrl+C, SIGTERM and SIGHUP keep the text as far as the sound was read."""


class _Version(argparse.Action):
    """Prints the version; the library that knows it is only imported then."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"echoic {version('echoic')}")
        except PackageNotFoundError:
            print("echoic, not installed: its version is unknown")
        parser.exit()


def _with_command(argv: Sequence[str]) -> list[str]:
    """Return the arguments with a command before them where they begin with a file.

    Such is "-", and everything that exists or looks like a path: a command has neither a dot nor a slash. Files alone
    open the window; with options, which are those of transcribing, and from stdin they are transcribed.
    """
    first = argv[0] if argv else ""
    if not first or (first.startswith("-") and first != "-") or first in COMMANDS:
        return list(argv)
    if first == "-" or os.path.lexists(first) or os.path.splitext(first)[1] or os.path.dirname(first):
        options = any(argument.startswith("-") for argument in argv)
        return ["transcribe" if options else "window", *argv]
    return list(argv)


def _count_of_alternatives(text: str) -> int:
    """Return the value of --alternatives."""
    if not text.isascii() or not text.isdigit() or int(text) > MOST_ALTERNATIVES:
        raise argparse.ArgumentTypeError(f"expected a whole number from 0 to {MOST_ALTERNATIVES}, found {text!r}")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="echoic",
        description="Offline speech to text while it is being spoken.",
        epilog=EPILOG,
        formatter_class=plain,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and end")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    model = argparse.ArgumentParser(add_help=False)
    model.add_argument("--model", type=Path, metavar="PATH", help="folder of a model (default: the one shipped)")

    stream = argparse.ArgumentParser(add_help=False)
    stream.add_argument(
        "--endpoint",
        choices=list(ENDPOINTS),
        default=DEFAULT_OPTIONS.endpoint,
        help="how long a pause must be to end a line: "
        + ", ".join(f"{name} ({seconds:g} s)" for name, seconds in ENDPOINTS.items())
        + f"; default: {DEFAULT_OPTIONS.endpoint}",
    )
    stream.add_argument(
        "--plain", action="store_true", help="words as they are spoken: no capitals, no marks, numbers spelt out"
    )
    stream.add_argument(
        "--spoken-commands",
        action="store_true",
        help="comma, full stop or period, question mark, exclamation mark, colon, new line and new paragraph act "
        "instead of being written; `scratch that` removes the words since the last mark",
    )
    stream.add_argument(
        "--vocabulary",
        type=Path,
        metavar="FILE",
        help="your own words and phrases, one a line: names are recognised and written as in this text file. Optional "
        "after a word: = how it sounds (Nguyen = win, or phones: N UW Y EH N), and :2 to prefer it more",
    )
    stream.add_argument(
        "--alternatives",
        type=_count_of_alternatives,
        default=0,
        metavar="N",
        help="in json and jsonl, up to N other words for each word and N readings of each line, with their scores",
    )

    window = commands.add_parser("window", parents=[model], help="open the window (also without a command)")
    window.add_argument("files", nargs="*", metavar="FILE", help="sound or video files to queue")
    window.add_argument("--hidden", action="store_true", help="only the icon in the tray; `echoic` shows the window")
    own_help = "a window of its own, where one is open already that would get the files (also with --model)"
    window.add_argument("--own", action="store_true", help=own_help)

    transcribe = commands.add_parser(
        "transcribe",
        parents=[model, stream],
        help="turn sound and video files into text",
        formatter_class=plain,
        description="Any file FFmpeg reads: wav, flac, mp3, ogg, opus, m4a, mp4, mkv and others.",
        epilog=TRANSCRIBE_EPILOG,
    )
    sources = "also a pipe, a folder (all in it), or - for stdin"
    transcribe.add_argument("files", nargs="+", type=Path, metavar="FILE", help=sources)
    transcribe.add_argument(
        "-f",
        "--format",
        dest="formats",
        nargs=1,
        action="extend",
        type=str.lower,
        choices=list(FORMATS),
        help="may be given several times with --output (default: txt, or what the name of the output says)",
    )
    place = transcribe.add_mutually_exclusive_group()
    place.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="DIR|FILE",
        help="write DIR/talk.txt for talk.wav instead of printing; a FILE such as talk.srt is written in its format",
    )
    place.add_argument("--beside", action="store_true", help="write each output into the folder of its input")
    transcribe.add_argument("--recursive", action="store_true", help="of folders also the folders in them")
    existing = transcribe.add_mutually_exclusive_group()
    existing.add_argument("--overwrite", action="store_true", help="replace existing outputs")
    existing.add_argument(
        "--skip-existing",
        action="store_true",
        help="leave out files whose outputs exist: goes on with a batch that was ended. The words of a file that is "
        "ended in the middle go to talk.unfinished.txt, so that the next time it is not left out",
    )
    transcribe.add_argument(
        "--watch",
        action="store_true",
        help="go on with what arrives in the folders, until Ctrl+C; files whose outputs exist are left out",
    )
    transcribe.add_argument(
        "--track",
        type=int,
        metavar="N",
        help="the sound track to take, see `echoic info` (default: the one that the file marks, or the first)",
    )

    transcribe.add_argument(
        "--channel",
        type=int,
        metavar="N",
        help="take this channel alone, from 1: one side of a call (default: all, those with steady noise turned down)",
    )

    align = commands.add_parser(
        "align",
        parents=[model],
        help="subtitles from a text that you have already: find the time of each of its words",
        formatter_class=plain,
        description="Align a text with the recording in which it is spoken.",
        epilog=ALIGN_EPILOG,
    )
    align.add_argument("sound", type=Path, metavar="SOUND", help="sound or video, also a pipe, or - for stdin")
    align.add_argument("text", type=Path, metavar="TEXT", help="plain text of what is spoken, or - for stdin")
    align.add_argument(
        "-f",
        "--format",
        dest="formats",
        nargs=1,
        action="extend",
        type=str.lower,
        choices=list(FORMATS),
        help="may be given several times with --output (default: srt, or what the name of the output says)",
    )
    align.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="DIR|FILE",
        help="write DIR/talk.srt for talk.mp4 instead of printing; a FILE such as talk.vtt is written in its format",
    )
    align.add_argument("--overwrite", action="store_true", help="replace existing outputs")
    align.add_argument("--track", type=int, metavar="N", help="the sound track to take, see `echoic info`")
    align.add_argument("--channel", type=int, metavar="N", help="take this channel alone, from 1")

    info = commands.add_parser("info", help="list the sound tracks of files, and how long they are")
    info.add_argument("files", nargs="+", type=Path, metavar="FILE", help="also a pipe, or - for stdin")

    listen = commands.add_parser(
        "listen",
        parents=[model, stream],
        help="turn live sound into text: the microphone or a pipe",
        formatter_class=plain,
        description="Prints final words; on a terminal also the partial, in dim text.\n"
        "Ctrl+C ends it, prints the last words and exits with 130.",
        epilog='--json lines: {"type": "partial" | "final", "seconds", "text",\n'
        '               "words": [{"text", "start", "end", "confidence", "display"}]}\n'
        '"display" is a word as written, the outer "text" likewise: "ninety", "two" have "92" and "".\n'
        "With --plain there is no display, and the text is as spoken.\n"
        'With --alternatives, words of final lines have "alternatives": [{"text", "score"}], other words at\n'
        "their time; so has a line that ends an utterance: what its words may read, as they stand first.",
    )
    listen.add_argument("--device", metavar="NAME|INDEX", help="see `echoic devices` (default: the system's)")
    listen.add_argument("--json", action="store_true", help="JSON lines, partials too")
    listen.add_argument("--input", metavar="-|PATH", help="raw mono samples from stdin (-) or a named pipe")
    rate_help = f"Hz, of --input ({DEFAULT_RATE})"
    listen.add_argument("--rate", type=float, default=DEFAULT_RATE, metavar="R", help=rate_help)
    listen.add_argument("--encoding", choices=ENCODINGS, default="s16le", help="of --input (s16le)")

    server_arguments.add_parser(commands, [model])
    commands.add_parser("devices", help="list the inputs that `listen` can use")
    doctor = commands.add_parser("doctor", parents=[model], help="what is installed and what is missing")
    doctor.add_argument("--json", action="store_true")
    benchmark = commands.add_parser("benchmark", parents=[model], help="how fast this machine recognises, on one core")
    benchmark.add_argument("file", nargs="?", type=Path, metavar="FILE", help="speech (default: the sample shipped)")
    desktop = commands.add_parser(
        "desktop",
        help="put Echoic into the menu of this user's desktop, or take it out",
        description="Installs the menu entry, the icon and the kinds of files that Echoic opens, for this user alone.",
    )
    which = desktop.add_mutually_exclusive_group(required=True)
    which.add_argument("--install", action="store_true", help="write the files and print their paths")
    which.add_argument("--remove", action="store_true", help="remove all that --install wrote")
    for name, help in (
        ("start", "start a live session in the program that runs, or start that, too"),
        ("stop", "stop it; the last words are still recognised"),
        ("toggle", "start or stop it: for a key of the desktop"),
        ("status", "what the program that runs is doing"),
        ("quit", "end the program that runs, as its menu does"),
    ):
        steering = commands.add_parser(name, help=help)
        steering.add_argument("--json", action="store_true", help="the answer as one JSON object")
    dictate = commands.add_parser(
        "dictate",
        help="dictate into the focused window by the program that runs, or stop that: for a key of the desktop",
        description="Types words as they become final into the window that has the focus while they are spoken. "
        "Without an option it starts dictating, or stops it.",
    )
    when = dictate.add_mutually_exclusive_group()
    for name, help in (
        ("start", "start, unless it runs"),
        ("stop", "stop, if it runs: for the release of a key"),
        ("once", "up to the first pause, and wait for it"),
    ):
        when.add_argument(f"--{name}", dest="action", action="store_const", const=name, help=help)
    dictate.set_defaults(action="toggle")
    print_help = "with --once: print the words instead of typing them, as for `echoic dictate --once --print | wtype -`"
    dictate.add_argument("--print", dest="printed", action="store_true", help=print_help)
    dictate.add_argument("--json", action="store_true", help="the answer as one JSON object")
    return parser


def _stream_options(arguments: argparse.Namespace) -> StreamOptions:
    """Return the options of each stream; files that they name are read here, before any work is done."""
    if arguments.plain and arguments.spoken_commands:
        raise UsageError("plain-commands")
    return StreamOptions(
        endpoint=arguments.endpoint,
        alternatives=arguments.alternatives,
        formatted=not arguments.plain,
        spoken_commands=arguments.spoken_commands,
        vocabulary=Vocabulary.read(arguments.vocabulary) if arguments.vocabulary else NO_VOCABULARY,
    )


def _run(arguments: argparse.Namespace) -> int:
    if arguments.command in (None, "window"):
        return _window(vars(arguments))
    if arguments.command == "transcribe":
        return _transcribe(arguments)
    if arguments.command == "align":
        from app.cli.align import align

        return align(
            arguments.sound,
            arguments.text,
            list(dict.fromkeys(arguments.formats or [])),
            arguments.output,
            arguments.overwrite,
            arguments.model,
            arguments.track,
            arguments.channel,
        )
    if arguments.command == "info":
        from app.cli.info import info

        return info(arguments.files)
    if arguments.command == "listen":
        from app.cli.commands import listen

        return listen(
            arguments.device,
            arguments.json,
            arguments.input,
            arguments.rate,
            arguments.encoding,
            arguments.model,
            _stream_options(arguments),
        )
    if arguments.command == "serve":
        from app.server.command import serve

        return serve(server_arguments.settings_of(arguments), arguments.model)
    if arguments.command == "benchmark":
        from app.cli.benchmark import SAMPLE, benchmark, show

        show(benchmark(arguments.file or SAMPLE, arguments.model))
        return 0
    if arguments.command in ("start", "stop", "toggle", "status", "quit"):
        from app.cli.remote import steer

        return steer(arguments.command, arguments.json)
    if arguments.command == "dictate":
        from app.cli.remote import dictate

        if arguments.printed and arguments.action != "once":
            raise UsageError("print-once")
        return dictate(arguments.action, arguments.printed, arguments.json)
    if arguments.command == "desktop":
        from app.cli import desktop_files

        return desktop_files.install() if arguments.install else desktop_files.remove()
    from app.cli.doctor import devices, doctor

    return devices() if arguments.command == "devices" else doctor(arguments.json, arguments.model)


def _transcribe(arguments: argparse.Namespace) -> int:
    from app.cli.commands import load, transcribe

    def run(files: list[Path], output: Path | None, **more: Any) -> int:
        return transcribe(
            files,
            list(dict.fromkeys(arguments.formats or [])),
            output,
            arguments.overwrite,
            arguments.model,
            arguments.recursive,
            arguments.beside,
            track=arguments.track,
            channel=arguments.channel,
            options=options,
            **more,
        )

    options = _stream_options(arguments)
    if not arguments.watch:
        return run(arguments.files, arguments.output, skip_existing=arguments.skip_existing)
    if arguments.output is None and not arguments.beside:
        raise UsageError("watch-needs-outputs")
    try:
        from app.cli.watch import check_folders, transcribe_arrivals
    except ImportError as error:
        if error.name and error.name.split(".")[0] in ("app", "asr"):
            raise
        raise UsageError("watch-missing", library=error.name) from error
    check_folders(arguments.files)
    recognizer = load(arguments.model)
    return transcribe_arrivals(
        arguments.files,
        arguments.recursive,
        arguments.output,
        lambda file, output: run([file], output, skip_existing=not arguments.overwrite, loaded=recognizer),
    )


def _window(given: dict[str, Any]) -> int:
    """Open the window; `given`: the arguments, which are few where no command was given."""
    files = given.get("files", [])
    if sys.platform == "linux" and not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))):
        if files:
            raise UsageError("no-display-for-files", command=shlex.join(["echoic", "transcribe", *files]))
        raise UsageError("no-display")
    try:
        from app.cli.qt_platform import uses_x11, x11_fault

        if uses_x11() and (fault := x11_fault()):
            raise UsageError("no-x11", reason=fault)
        from app.window import run

        return run(files, given.get("model"), given.get("hidden", False), given.get("own", False))
    except ImportError as error:
        if error.name and error.name.split(".")[0] in ("app", "asr"):
            raise
        raise UsageError("no-qt", reason=error) from error


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code, see EPILOG. Main thread.

    Args:
        argv: The arguments. None: those of the process, which then ends soon after this returns.
    """
    _fill_streams()
    with standard_streams():
        code = _exit_code(argv)
    if argv is None:
        leave(code)
    return code


def _fill_streams() -> None:
    """Open standard streams that were closed before the start, so that no later file gets their number."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            stream = open(os.devnull, "w" if number else "r", encoding="utf-8")  # noqa: SIM115  # for the whole run
            setattr(sys, name, stream)


def _exit_code(argv: Sequence[str] | None) -> int:
    """Run the command; an error becomes a sentence on stderr and a code."""
    try:
        arguments = _parser().parse_args(_with_command(sys.argv[1:] if argv is None else argv))
    except SystemExit as leaving:  # argparse has printed the help, or what is wrong
        return leaving.code if isinstance(leaving.code, int) else BAD_INPUT
    from app import log  # --help needs none

    log.start(arguments.command or "window")
    try:
        code = _guarded(arguments)
        log.logger.info("end: exit code %d", code)
    finally:
        log.stop()
    return code


def _guarded(arguments: argparse.Namespace) -> int:
    try:
        code = _run(arguments)
        sys.stdout.flush()
        return code
    except EchoicError as error:
        _log("refused", error)
        report(str(error))
        return BAD_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _discard_stdout()
        return CLOSED
    except OSError as error:
        if error.errno not in FULL or error.filename is not None:
            return _defect(error)
        _discard_stdout()
        report(f"The words cannot be written to where they go: {error.strerror}.")
        return BAD_INPUT
    except Exception as error:
        return _defect(error)


def _log(event: str, error: Exception) -> None:
    from app.log import logger

    logger.error(event, exc_info=error)


def _broken_library(error: BaseException) -> str:
    """Return the name of the library whose import raised the error, or "" where anything else raised it.

    An installation may lack a library or hold versions that do not fit together; what such an import raises is an
    ImportError, an OSError of the system's loader, or anything at all.
    """
    names = []  # of the modules that were being imported, outermost first: Python hides the import's own frames
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_name == "<module>":
            names.append(trace.tb_frame.f_globals["__name__"])
        trace = trace.tb_next
    if isinstance(error, ImportError) and error.name:
        names.append(error.name)
    libraries = {name.partition(".")[0]: None for name in names}  # in order
    return next((name for name in libraries if name not in OURS), "")


def _defect(error: Exception) -> int:
    """Report a library that does not load, or a defect with its traceback, and return the exit code."""
    _log("defect", error)
    if library := _broken_library(error):
        report(
            f"The library {library} does not load here: {type(error).__name__}: {error}. "
            "`echoic doctor` says what is missing and how to get it."
        )
        return BAD_INPUT
    traceback.print_exc()
    report(f"a defect of Echoic, not of your input: {error}")
    return INTERNAL


def _discard_stdout() -> None:
    """Let stdout go nowhere: what is still buffered for it would raise again when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
