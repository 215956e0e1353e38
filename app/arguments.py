"""The arguments of `echoic`: a parser for each command. Every `echoic --help` imports it, so only what is quick."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.cli.files.passage import seconds_of
from app.export.registry import FORMATS
from app.server import arguments as server_arguments
from asr.stream_options import DEFAULT_OPTIONS, ENDPOINTS, MOST_ALTERNATIVES

COMMANDS = (
    *("window", "transcribe", "align", "info", "listen", "serve", "devices", "doctor", "benchmark", "desktop"),
    *("start", "stop", "toggle", "status", "quit", "dictate", "adapt-language", "adapt-voice", "voices"),
)
DEFAULT_RATE = 16_000  # Hz, of `listen --input`: what most programs write that record speech
ENCODINGS = ("s16le", "f32le")  # as asr.audio.pcm.ENCODINGS: importing that here would slow --help

MOST_JOBS = 64  # files at a time, each with a thread and some megabytes

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
  echoic adapt-voice --session ID --name Ann      learn a voice from a session that you have corrected
  echoic transcribe talk.wav --voice Ann          and use it
  echoic align talk.mp4 talk.txt -o talk.srt      subtitles from a text that you have already
  echoic transcribe talk.mp3 --start 1:30 --end 2:15          only this passage; times stay those of the recording
  echoic adapt-language report.docx minutes/      learn the words of your documents, for --language
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

Nothing is ever sent out. A port opens only with `echoic serve`, on this computer alone unless you say otherwise, and
with `echoic transcribe --cluster`, for the machines that you name."""

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
  echoic transcribe recordings --watch --recursive -o texts -f txt -f srt

examples of an archive (pip install "echoic[cluster]"):
  echoic transcribe archive --recursive --cluster local -o texts -f srt       all cores of this computer
  echoic transcribe s3://talks/2024 --recursive --cluster head:6379 -o s3://texts/2024
After a kill, a lost machine or Ctrl+C the same command goes on: files that are done are not done again."""


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

ADAPT_VOICE_EPILOG = """\
examples:
  echoic adapt-voice --session 20260102-101500-1a2b3c4d --name Ann    a session in which Ann spoke, corrected
  echoic adapt-voice mine.jsonl --name Ann            recordings of Ann and their words, see below
  echoic listen --voice Ann                           then; also transcribe and serve, and in the window
  echoic voices                                       what was learnt; `echoic voices --delete Ann` removes it

Five minutes of corrected speech are a good beginning; 1 minute in 16 lines is the least, and 20 minutes are the most
that is used. Lines with a word in doubt that nobody has corrected or confirmed are left out. Every fifth line (more
where they are few) is not learnt from: the voice is kept only if it surely makes fewer mistakes there, and refused
otherwise (exit code 2).
A name of a session is that of its folder ("Open folder" in its menu). A manifest has a JSON object a line:
  {"audio": "one.wav", "text": "what is said in it"}    paths are from the folder of the manifest; at most 30 s each

It takes about a minute of a core for each minute of speech, at a low priority; Ctrl+C, SIGTERM and SIGHUP end it, and
then nothing is kept. The file of a voice has some 100 kB, stays on this computer, and fits the model with which it was
learnt."""

ADAPT_EPILOG = """\
examples:
  echoic adapt-language minutes/ report.docx      learn from all documents of a folder, and from a file
  echoic transcribe talk.wav --language documents     use it; `listen` and `serve` have --language, too
  echoic adapt-language thesis.pdf --name thesis  another one beside it; --language thesis, or both
  echoic adapt-language --list                    what is kept; --remove thesis deletes one
  echoic adapt-language notes.md --add            more documents for the one that is there

The text should be sentences, as somebody may say them; a hundred thousand words take seconds. The words are kept on
this computer, in the folder that `echoic doctor` names; whoever can read the file can read much of the text.
Speech about other things is recognised a little worse with it, so leave --language away there."""

_PLAIN = argparse.RawDescriptionHelpFormatter
_Commands = Any  # what `add_subparsers` returns: argparse has no public name for it
_Parents = list[argparse.ArgumentParser]  # parsers whose options a command has too


class _Version(argparse.Action):
    """Prints the version; the library that knows it is only imported then."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"echoic {version('echoic')}")
        except PackageNotFoundError:
            print("echoic, not installed: its version is unknown")
        parser.exit()


def with_command(argv: Sequence[str]) -> list[str]:
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


def _path_or_url(text: str) -> Path | str:
    """Return a path, or a URL as it is: pathlib would make one slash of its two."""
    return text if "://" in text else Path(text)


def _count_of_alternatives(text: str) -> int:
    """Return the value of --alternatives."""
    if not text.isascii() or not text.isdigit() or int(text) > MOST_ALTERNATIVES:
        raise argparse.ArgumentTypeError(f"expected a whole number from 0 to {MOST_ALTERNATIVES}, found {text!r}")
    return int(text)


def _count_of_jobs(text: str) -> int:
    """Return a number of files, 1 to MOST_JOBS."""
    if text.isascii() and text.isdigit() and 1 <= (count := int(text)) <= MOST_JOBS:
        return count
    raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to {MOST_JOBS}")


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="echoic",
        description="Offline speech to text while it is being spoken.",
        epilog=EPILOG,
        formatter_class=_PLAIN,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and end")
    commands: _Commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    model = argparse.ArgumentParser(add_help=False)
    model.add_argument("--model", type=Path, metavar="PATH", help="folder of a model (default: the one shipped)")
    stream, own_words = _stream_parser(), _own_words_parser()

    _add_window(commands, [model])
    _add_transcribe(commands, [model, stream, own_words])
    _add_align(commands, [model])
    _add_adapt_language(commands, [model])
    info = commands.add_parser("info", help="list the sound tracks of files, and how long they are")
    info.add_argument("files", nargs="+", type=Path, metavar="FILE", help="also a pipe, or - for stdin")
    _add_listen(commands, [model, stream, own_words])
    server_arguments.add_parser(commands, [model, own_words])
    commands.add_parser("devices", help="list the inputs that `listen` can use")
    doctor = commands.add_parser("doctor", parents=[model], help="what is installed and what is missing")
    doctor.add_argument("--json", action="store_true")
    benchmark = commands.add_parser("benchmark", parents=[model], help="how fast this machine recognises, on one core")
    benchmark.add_argument("file", nargs="?", type=Path, metavar="FILE", help="speech (default: the sample shipped)")
    _add_desktop(commands)
    _add_steering(commands)
    _add_dictate(commands)
    _add_voices(commands, [model])
    return parser


def _stream_parser() -> argparse.ArgumentParser:
    """Return the options of every command that has a stream."""
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
        "--alternatives",
        type=_count_of_alternatives,
        default=0,
        metavar="N",
        help="in json and jsonl, up to N other words for each word, each with the probability that it was said "
        "(score), and N readings of each line",
    )
    return stream


def _own_words_parser() -> argparse.ArgumentParser:
    """Return the options of every command that knows the user's words and voice."""
    own = argparse.ArgumentParser(add_help=False)
    own.add_argument(
        "--vocabulary",
        type=Path,
        metavar="FILE",
        help="your own words and phrases, one a line: names are recognised and written as in this text file. Optional "
        "after a word: = how it sounds (Nguyen = win, or phones: N UW Y EH N), and :2 to prefer it more",
    )
    own.add_argument(
        "--language",
        action="append",
        default=[],
        metavar="NAME|FILE",
        help="the language of your own documents, which `echoic adapt-language` has made; may be given several times",
    )
    own.add_argument("--voice", metavar="NAME", help="a voice that `echoic adapt-voice` has learnt: who speaks")
    return own


def _add_window(commands: _Commands, parents: _Parents) -> None:
    window = commands.add_parser("window", parents=parents, help="open the window (also without a command)")
    window.add_argument("files", nargs="*", metavar="FILE", help="sound or video files to queue")
    window.add_argument("--hidden", action="store_true", help="only the icon in the tray; `echoic` shows the window")
    own_help = "a window of its own, where one is open already that would get the files (also with --model)"
    window.add_argument("--own", action="store_true", help=own_help)


def _add_transcribe(commands: _Commands, parents: _Parents) -> None:
    transcribe = commands.add_parser(
        "transcribe",
        parents=parents,
        help="turn sound and video files into text",
        formatter_class=_PLAIN,
        description="Any file FFmpeg reads: wav, flac, mp3, ogg, opus, m4a, mp4, mkv and others.",
        epilog=TRANSCRIBE_EPILOG,
    )
    sources = "also a pipe, a folder (all in it), or - for stdin"
    transcribe.add_argument("files", nargs="+", type=_path_or_url, metavar="FILE", help=sources)
    _add_formats(transcribe, "txt")
    place = transcribe.add_mutually_exclusive_group()
    place.add_argument(
        "-o",
        "--output",
        type=_path_or_url,
        metavar="DIR|FILE",
        help="write DIR/talk.txt for talk.wav instead of printing; a FILE such as talk.srt is written in its format",
    )
    place.add_argument("--beside", action="store_true", help="write each output into the folder of its input")
    transcribe.add_argument("--recursive", action="store_true", help="of folders also the folders in them")
    transcribe.add_argument(
        "--jobs",
        type=_count_of_jobs,
        metavar="N",
        help="files at a time, in one process and with the same words (default: 8, which take less time than one after "
        "the other; 1 for pipes, and where words are printed as they are recognised)",
    )
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
    transcribe.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="on the cores of a Ray cluster: HOST:PORT of its head, auto on one of its machines, or local for all "
        "cores of this computer. FILE and DIR may be URLs (s3://bucket/talks), FILE also a list: a .txt with a path a "
        'line, or a .jsonl with paths as "audio"',
    )
    transcribe.add_argument(
        "--journal",
        type=Path,
        metavar="PATH",
        help="with --cluster: what is done, so that the same command goes on where it was ended (default: "
        "echoic-journal.jsonl in DIR, or in this folder)",
    )
    when = "times of words stay those of the whole"
    transcribe.add_argument(
        "--start",
        type=seconds_of,
        default=0.0,
        metavar="TIME",
        help=f"begin there, in each input: 90, 1:30 or 1:02:03.5; {when}",
    )
    transcribe.add_argument(
        "--end", type=seconds_of, metavar="TIME", help="end there, counted from the beginning of the input"
    )


def _add_formats(command: argparse.ArgumentParser, default: str) -> None:
    command.add_argument(
        "-f",
        "--format",
        dest="formats",
        nargs=1,
        action="extend",
        type=str.lower,
        choices=list(FORMATS),
        help=f"may be given several times with --output (default: {default}, or what the name of the output says)",
    )


def _add_align(commands: _Commands, parents: _Parents) -> None:
    align = commands.add_parser(
        "align",
        parents=parents,
        help="subtitles from a text that you have already: find the time of each of its words",
        formatter_class=_PLAIN,
        description="Align a text with the recording in which it is spoken.",
        epilog=ALIGN_EPILOG,
    )
    align.add_argument("sound", type=Path, metavar="SOUND", help="sound or video, also a pipe, or - for stdin")
    align.add_argument("text", type=Path, metavar="TEXT", help="plain text of what is spoken, or - for stdin")
    _add_formats(align, "srt")
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


def _add_adapt_language(commands: _Commands, parents: _Parents) -> None:
    adapt = commands.add_parser(
        "adapt-language",
        parents=parents,
        help="learn the words and phrases of your own documents, for --language",
        formatter_class=_PLAIN,
        description="Make a small language model of documents: what they talk about is then recognised better, and\n"
        "words that Echoic does not know are learnt if they occur twice. Nothing else of the program changes.",
        epilog=ADAPT_EPILOG,
    )
    kinds = 'documents: txt, md, docx, pdf (pip install "echoic[documents]"); also folders'
    adapt.add_argument("texts", nargs="*", type=Path, metavar="TEXT", help=kinds)
    adapt.add_argument(
        "--name",
        default="documents",
        metavar="NAME|FILE",
        help="under which it is kept, or a file of its own that ends in .language (default: documents)",
    )
    adapt.add_argument("--add", action="store_true", help="keep what this language has learnt before")
    adapt.add_argument("--list", action="store_true", help="list the languages that are kept")
    adapt.add_argument("--remove", metavar="NAME|FILE", help="delete one")


def _add_listen(commands: _Commands, parents: _Parents) -> None:
    listen = commands.add_parser(
        "listen",
        parents=parents,
        help="turn live sound into text: the microphone or a pipe",
        formatter_class=_PLAIN,
        description="Prints final words; on a terminal also the partial, in dim text.\n"
        "Ctrl+C ends it, prints the last words and exits with 130.",
        epilog='--json lines: {"type": "partial" | "final", "seconds", "text",\n'
        '               "words": [{"text", "start", "end", "confidence", "display"}]}\n'
        '"display" is a word as written, the outer "text" likewise: "ninety", "two" have "92" and "".\n'
        "With --plain there is no display, and the text is as spoken.\n"
        'With --alternatives, words of final lines have "alternatives": [{"text", "score"}], other words at\n'
        "their time and the probability that they were said; so has a line that ends an utterance: what its\n"
        "words may read, as they stand first.",
    )
    listen.add_argument("--device", metavar="NAME|INDEX", help="see `echoic devices` (default: the system's)")
    listen.add_argument("--json", action="store_true", help="JSON lines, partials too")
    listen.add_argument("--input", metavar="-|PATH", help="raw mono samples from stdin (-) or a named pipe")
    rate_help = f"Hz, of --input ({DEFAULT_RATE})"
    listen.add_argument("--rate", type=float, default=DEFAULT_RATE, metavar="R", help=rate_help)
    listen.add_argument("--encoding", choices=ENCODINGS, default="s16le", help="of --input (s16le)")


def _add_voices(commands: _Commands, parents: _Parents) -> None:
    adapt = commands.add_parser(
        "adapt-voice",
        parents=parents,
        help="learn the voice of a speaker from corrected sessions, or from recordings and their words",
        formatter_class=_PLAIN,
        description="Learn the voice of one speaker, so that fewer of their words are wrong.",
        epilog=ADAPT_VOICE_EPILOG,
    )
    adapt.add_argument("manifest", nargs="?", type=Path, metavar="MANIFEST", help="recordings and their words")
    adapt.add_argument("--session", nargs="+", action="extend", default=[], metavar="ID", help="kept sessions")
    adapt.add_argument("--name", default="me", help="of the voice (default: me)")
    adapt.add_argument("--overwrite", action="store_true", help="replace the voice of that name")
    adapt.add_argument("--json", action="store_true", help="progress and result as JSON lines")
    adapt.add_argument("--data", type=Path, help=argparse.SUPPRESS)  # the window's folder of sessions and voices
    voices = commands.add_parser("voices", help="list the voices that were learnt, or delete one")
    voices.add_argument("--delete", metavar="NAME", help="remove this voice for good")
    voices.add_argument("--json", action="store_true", help="as one JSON array")


def _add_desktop(commands: _Commands) -> None:
    desktop = commands.add_parser(
        "desktop",
        help="put Echoic into the menu of this user's desktop, or take it out",
        description="Installs the menu entry, the icon and the kinds of files that Echoic opens, for this user alone.",
    )
    which = desktop.add_mutually_exclusive_group(required=True)
    which.add_argument("--install", action="store_true", help="write the files and print their paths")
    which.add_argument("--remove", action="store_true", help="remove all that --install wrote")


def _add_steering(commands: _Commands) -> None:
    for name, help in (
        ("start", "start a live session in the program that runs, or start that, too"),
        ("stop", "stop it; the last words are still recognised"),
        ("toggle", "start or stop it: for a key of the desktop"),
        ("status", "what the program that runs is doing"),
        ("quit", "end the program that runs, as its menu does"),
    ):
        steering = commands.add_parser(name, help=help)
        steering.add_argument("--json", action="store_true", help="the answer as one JSON object")


def _add_dictate(commands: _Commands) -> None:
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
