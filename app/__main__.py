"""The command line: `echoic`, the same as `python -m app`. Errors become a sentence and an exit code here."""

import argparse
import errno
import os
import shlex
import sys
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.arguments import make_parser, with_command
from app.cli.console.terminal import report, standard_streams
from app.cli.process.exit_codes import BAD_INPUT, CLOSED, INTERNAL, INTERRUPTED
from app.cli.process.process_exit import leave
from app.cli.process.usage_error import UsageError
from app.server import arguments as server_arguments
from asr.errors import EchoicError
from asr.stream_options import StreamOptions
from asr.user.vocabulary import NO_VOCABULARY, Vocabulary

if TYPE_CHECKING:
    from app.cli.transcribe import TranscribeOptions

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)  # of a disk that stdout goes to
OURS = ("app", "asr", "tests", "__main__")


def _stream_options(arguments: argparse.Namespace) -> StreamOptions:
    """Return the options of each stream; files that they name are read here, before any work is done."""
    if arguments.plain and arguments.spoken_commands:
        raise UsageError("plain-commands")
    return StreamOptions(
        endpoint=arguments.endpoint,
        alternatives=arguments.alternatives,
        formatted=not arguments.plain,
        spoken_commands=arguments.spoken_commands,
        **_own_words(arguments),
    )


def _own_words(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the options of streams that know the user's words and voice. Raises LanguageError and VoiceError."""
    own: dict[str, Any] = {
        "vocabulary": Vocabulary.read(arguments.vocabulary) if arguments.vocabulary else NO_VOCABULARY
    }
    if arguments.language:
        from app.sessions.languages import load_languages

        own["language"] = load_languages(arguments.language)
    if arguments.voice is not None:
        from app.voices.store import VoiceStore

        own["voice"] = VoiceStore().load(arguments.voice)
    return own


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
    if arguments.command == "adapt-language":
        return _adapt_language(arguments)
    if arguments.command == "info":
        from app.cli.info import info

        return info(arguments.files)
    if arguments.command == "listen":
        from app.cli.listen import listen

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

        options = StreamOptions(**_own_words(arguments))
        return serve(server_arguments.settings_of(arguments), arguments.model, options)
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
    if arguments.command == "adapt-voice":
        from app.cli.voices import adapt_voice

        return adapt_voice(
            arguments.session,
            arguments.manifest,
            arguments.name,
            arguments.overwrite,
            arguments.model,
            arguments.json,
            arguments.data,
        )
    if arguments.command == "voices":
        from app.cli.voices import list_voices

        return list_voices(arguments.delete, arguments.json)
    if arguments.command == "desktop":
        from app.cli import desktop_files

        return desktop_files.install() if arguments.install else desktop_files.remove()
    from app.cli.doctor import devices, doctor

    return devices() if arguments.command == "devices" else doctor(arguments.json, arguments.model)


def _adapt_language(arguments: argparse.Namespace) -> int:
    from app.cli import adapt_language as command

    command.check(arguments.texts, arguments.list, arguments.remove)
    if arguments.list:
        return command.list_languages()
    if arguments.remove is not None:
        return command.remove(arguments.remove)
    return command.adapt_language(arguments.texts, arguments.name, arguments.model, arguments.add)


def _transcribe(arguments: argparse.Namespace) -> int:
    if not arguments.cluster:
        _refuse_cluster_options(arguments)
    from app.cli.files.passage import Passage, shown_time
    from app.cli.transcribe import TranscribeOptions, transcribe

    passage = Passage(arguments.start, arguments.end)
    if passage.end is not None and passage.end <= passage.start:
        raise UsageError("empty-passage", start=shown_time(passage.start), end=shown_time(passage.end))
    options = TranscribeOptions(
        formats=tuple(dict.fromkeys(arguments.formats or [])),
        output=arguments.output,
        overwrite=arguments.overwrite,
        beside=arguments.beside,
        skip_existing=arguments.skip_existing,
        recursive=arguments.recursive,
        model=arguments.model,
        track=arguments.track,
        channel=arguments.channel,
        passage=passage,
        stream=_stream_options(arguments),
        jobs=arguments.jobs,
    )
    if arguments.cluster:
        return _on_cluster(arguments, options)
    if not arguments.watch:
        return transcribe(arguments.files, options)
    if arguments.output is None and not arguments.beside:
        raise UsageError("watch-needs-outputs")
    try:
        from app.cli.watch import transcribe_arrivals
    except ImportError as error:
        if _is_ours(error):
            raise
        raise UsageError("watch-missing", library=error.name) from error
    return transcribe_arrivals(arguments.files, options)


def _is_ours(error: ImportError) -> bool:
    """Return whether a module of the program itself is missing, which no installation of a library mends."""
    return bool(error.name) and str(error.name).split(".")[0] in ("app", "asr")


def _refuse_cluster_options(arguments: argparse.Namespace) -> None:
    """Raise ClusterError where a URL or an option needs a cluster: nothing else reaches a network."""
    from app.cluster.errors import ClusterError

    urls = [place for place in (*arguments.files, arguments.output) if isinstance(place, str)]
    if option := next(iter(urls), "--journal" if arguments.journal else None):
        raise ClusterError("options-alone", option=option)


def _on_cluster(arguments: argparse.Namespace, options: "TranscribeOptions") -> int:
    from app.cluster.errors import ClusterError

    if arguments.watch:
        raise ClusterError("no-watch")
    try:
        from app.cluster.command import transcribe_on_cluster
        from app.cluster.places import place_of
        from app.cluster.ray_cluster import RayCluster
    except ImportError as error:
        if _is_ours(error):
            raise
        raise ClusterError("library-missing", library=error.name) from error
    output = None if arguments.output in (None, Path("-")) else place_of(str(arguments.output))
    given = [place_of(str(file)) for file in arguments.files]
    options = replace(options, output=None)
    return transcribe_on_cluster(given, output, options, lambda: RayCluster(arguments.cluster), arguments.journal)


def _window(given: dict[str, Any]) -> int:
    """Open the window; `given`: the arguments, which are few where no command was given."""
    files = given.get("files", [])
    if sys.platform == "linux" and not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))):
        if files:
            raise UsageError("no-display-for-files", command=shlex.join(["echoic", "transcribe", *files]))
        raise UsageError("no-display")
    try:
        from app.cli.process.qt_platform import uses_x11, x11_fault

        if uses_x11() and (fault := x11_fault()):
            raise UsageError("no-x11", reason=fault)
        from app.window import run

        return run(files, given.get("model"), given.get("hidden", False), given.get("own", False))
    except ImportError as error:
        if _is_ours(error):
            raise
        raise UsageError("no-qt", reason=error) from error


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code, see `app.arguments.EPILOG`. Main thread.

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
        arguments = make_parser().parse_args(with_command(sys.argv[1:] if argv is None else argv))
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
