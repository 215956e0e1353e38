"""What can go wrong with a cluster before any file is transcribed."""

from typing import ClassVar

from asr.errors import EchoicError


class ClusterError(EchoicError):
    """Work on a cluster that cannot begin."""

    SENTENCES: ClassVar[dict[str, str]] = {
        "library-missing": "--cluster needs the library {library}, which is not installed. "
        'Install it with: pip install "echoic[cluster]"',
        "unreachable": "No cluster answers at {address}: {reason}. Give the HOST:PORT of its head (`ray start --head` "
        "prints it), `auto` on one of its machines, or `local` for this computer alone. For one with a token set "
        "RAY_AUTH_MODE=token.",
        "not-started": "The cluster of this computer does not start, after {tries} tries: {reason}.",
        "needs-outputs": "--cluster writes files: give --output DIR or --beside.",
        "output-is-a-file": "--cluster writes many files, so --output has to be a folder; {place} names a file.",
        "options-alone": "{option} belongs to --cluster: give --cluster ADDRESS, or `local`, too.",
        "no-watch": "--watch and --cluster do not go together: give the command again for what has arrived.",
        "no-pipe": "{place} is a pipe, which a machine of a cluster cannot read; give files, folders or lists of them.",
        "list-unreadable": "The list {place} cannot be read: {reason}. Expected a path a line, or in a .jsonl file "
        'objects with a path as "audio".',
        "storage": "{place} cannot be reached: {reason}.",
        "journal-unusable": "The journal {path} cannot be used: {reason}. Give another --journal FILE.",
        "journal-in-use": "The journal {path} is in use by another `echoic transcribe --cluster`.",
        "journal-other-job": "The journal {path} belongs to work with another {what}. Give the options of then, or "
        "another --journal FILE for new work.",
    }
