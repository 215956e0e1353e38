"""Commands that cannot be carried out as they were given."""

from typing import ClassVar

from asr.errors import EchoicError


class UsageError(EchoicError):
    """A command that cannot be carried out as it was given, or not on this computer."""

    SENTENCES: ClassVar[dict[str, str]] = {
        "formats-need-folder": "Several formats need a folder to go to: give --output DIR.",
        "binary-needs-folder": "The format {format} is no text: give --output DIR to write it to a file.",
        "skip-needs-outputs": "--skip-existing is about output files: give --output DIR or --beside.",
        "watch-no-folder": "--watch waits for files in folders; {path} is no folder.",
        "watch-needs-outputs": "--watch writes files: give --output DIR or --beside.",
        "watch-missing": "--watch needs the library {library}, which is not installed. "
        'Install it with: pip install "echoic[watch]"',
        "pipe-beside": "{name} is a pipe, which has no folder to write beside it; give --output DIR.",
        "empty-passage": "--end {end} is not after --start {start}, so nothing is left to transcribe.",
        "stdin-twice": "Stdin can be read only once; name it once.",
        "output-is-one-file": "{path} names one file of the format {format}, so it takes one input and no other "
        "format. For more, give a folder; make it first if it shall have this name.",
        "output-is-no-text": "{path} cannot be written to: it is a file, and its name does not end like a text "
        "({suffixes}). Give a name that does, or a folder.",
        "input-is-output": "The words would be written into {file}, which is an input. Write them somewhere else.",
        "plain-commands": "--plain writes every word as it is spoken, so no command can act; leave out "
        "--spoken-commands or --plain.",
        "no-display": "There is no screen to open the window on (neither DISPLAY nor WAYLAND_DISPLAY is set); "
        "`echoic transcribe` and `echoic listen` work without.",
        "no-display-for-files": "There is no screen to open the window on (neither DISPLAY nor "
        "WAYLAND_DISPLAY is set). For the words on this terminal, type: {command}",
        "no-qt": "The window needs Qt, which does not start here ({reason}). `echoic doctor` says how to get it; "
        "`echoic transcribe` and `echoic listen` work without.",
        "desktop-elsewhere": "`echoic desktop` is for desktops of Linux and BSD. Here, make a link to the program "
        "`echoic-window` where you want to start it from.",
        "desktop-unwritable": "{path} cannot be written: {reason}.",
        "adapt-one-thing": "Give documents to learn from, or --list, or --remove NAME: one of these.",
        "print-once": "--print needs --once: the words are printed when the utterance is over.",
        "no-x11": "Qt cannot open a window on this screen ({reason}). "
        "`echoic transcribe` and `echoic listen` work without.",
    }
