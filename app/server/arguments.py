"""The arguments of `echoic serve`. Imported by every `echoic --help`, so only by what is quick to import."""

import argparse
import os
from pathlib import Path
from typing import Any

from app.server.settings import MAX_PROCESSES, STREAMS_PER_PROCESS, Limits, ServerSettings, network_of, usable_cores

DEFAULT, LIMITS = ServerSettings(), Limits()
MEGABYTE = 1 << 20

EPILOG = f"""\
examples:
  echoic serve                          then open http://127.0.0.1:{DEFAULT.port} in a browser and speak
  curl http://127.0.0.1:{DEFAULT.port}/v1/audio/transcriptions -F file=@talk.mp3 -F model=echoic -F response_format=srt
  curl http://127.0.0.1:{DEFAULT.port}/v1/audio/transcriptions -F file=@talk.mp3 -F model=echoic -F stream=true
  OPENAI_BASE_URL=http://127.0.0.1:{DEFAULT.port}/v1 OPENAI_API_KEY=none python program.py   a program made for OpenAI
  python test_microphone.py --uri ws://127.0.0.1:{DEFAULT.vosk_port}      a sample client of Vosk's server
  echoic serve --host 0.0.0.0 --token SECRET --cert cert.pem --key key.pem    for other computers, encrypted
  echoic serve --host 0.0.0.0 --token SECRET --allow 192.168.1.20             Home Assistant there may use Wyoming

ports:
  {DEFAULT.port:<6} a page that shows the words of the microphone; OpenAI's POST /v1/audio/transcriptions and
         GET /v1/models; GET /health, which needs no token, and GET /metrics for Prometheus
  {DEFAULT.vosk_port:<6} Vosk's websocket: 16-bit mono samples, at 8000 Hz unless a config message says otherwise
  {DEFAULT.wyoming_port:<6} Wyoming, for Home Assistant

Only this computer can connect unless --host says otherwise; then every request needs the token, as
`Authorization: Bearer SECRET` or `?token=SECRET`. ECHOIC_TOKEN is not seen in a list of processes, --token is.
Nothing is sent out by itself: the server only answers. Uploads are deleted once they are recognised.

Ctrl+C, SIGTERM and SIGHUP end it: no stream is begun any more, and open ones get their last words, within
{LIMITS.grace_seconds:g} s.
Exit codes 130, 143 and 129 as of `echoic listen`; 2 where a port, a certificate or the model cannot be used."""


def add_parser(commands: Any, parents: list[argparse.ArgumentParser]) -> None:
    """Add the command to the parsers of `echoic`."""
    parser = commands.add_parser(
        "serve",
        parents=parents,
        help="let other programs use it: OpenAI's, Vosk's and Wyoming's protocols, and a web page",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Recognise speech for programs made for OpenAI, Vosk or Home Assistant (Wyoming).\n"
        'Needs more than Echoic alone: pip install "echoic[serve]"',
        epilog=EPILOG,
    )
    parser.add_argument("--host", default=DEFAULT.host, metavar="ADDRESS", help=f"where to listen ({DEFAULT.host})")
    for option, what, port in (
        ("--port", "the page and OpenAI's API", DEFAULT.port),
        ("--vosk-port", "Vosk's websocket", DEFAULT.vosk_port),
        ("--wyoming-port", "Wyoming", DEFAULT.wyoming_port),
    ):
        parser.add_argument(option, type=_port, default=port, metavar="N|off", help=f"of {what} ({port})")
    parser.add_argument("--token", metavar="SECRET", help="what clients have to know (or set ECHOIC_TOKEN)")
    parser.add_argument("--cert", type=Path, metavar="PEM", help="certificate, for https and wss")
    parser.add_argument("--key", type=Path, metavar="PEM", help="its private key")
    parser.add_argument(
        "--allow", action="append", default=[], metavar="NETWORK", help="who else may use Wyoming, such as 10.0.0.7"
    )
    parser.add_argument(
        "--origin", action="append", default=[], metavar="URL", help="a web site whose pages may use the server"
    )
    parser.add_argument("--voice", metavar="NAME", help="of all streams: a voice that `echoic adapt-voice` has learnt")
    limits = parser.add_argument_group("limits")
    limits.add_argument(
        "--processes",
        type=_whole,
        metavar="N",
        help=f"that recognise; each has its own copy of the model (one a core, at most {MAX_PROCESSES}). "
        "0: none besides the server's own, which takes the least memory",
    )
    limits.add_argument(
        "--streams", type=_count, metavar="N", help=f"at one time ({STREAMS_PER_PROCESS} for each process)"
    )
    limits.add_argument(
        "--max-seconds", type=_positive, default=LIMITS.seconds, metavar="S", help=f"of a stream ({LIMITS.seconds:g})"
    )
    limits.add_argument(
        "--max-upload",
        type=_positive,
        default=LIMITS.upload_bytes / MEGABYTE,
        metavar="MB",
        help=f"of a file ({LIMITS.upload_bytes // MEGABYTE})",
    )
    limits.add_argument(
        "--starts-per-minute",
        type=_count,
        default=LIMITS.starts_per_minute,
        metavar="N",
        help=f"streams that one address may begin ({LIMITS.starts_per_minute})",
    )


def settings_of(arguments: argparse.Namespace) -> ServerSettings:
    """Return what the arguments, and ECHOIC_TOKEN, ask for. Raises ServerError."""
    processes = min(usable_cores(), MAX_PROCESSES) if arguments.processes is None else arguments.processes
    limits = Limits(
        streams=arguments.streams or max(1, processes) * STREAMS_PER_PROCESS,
        seconds=arguments.max_seconds,
        upload_bytes=round(arguments.max_upload * MEGABYTE),
        starts_per_minute=arguments.starts_per_minute,
    )
    return ServerSettings(
        host=arguments.host,
        port=arguments.port,
        vosk_port=arguments.vosk_port,
        wyoming_port=arguments.wyoming_port,
        token=arguments.token or os.environ.get("ECHOIC_TOKEN", ""),
        cert=arguments.cert,
        key=arguments.key,
        allow=tuple(network_of(text) for text in arguments.allow),
        origins=tuple(origin.rstrip("/") for origin in arguments.origin),
        processes=processes,
        limits=limits,
    )


def _port(text: str) -> int | None:
    if text.lower() == "off":
        return None
    if text.isdecimal() and int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"expected a port from 0 (any that is free) to 65535, or off; found {text!r}")


def _whole(text: str) -> int:
    if text.isdecimal():
        return int(text)
    raise argparse.ArgumentTypeError(f"expected a whole number; found {text!r}")


def _count(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"expected a whole number from 1 on; found {text!r}")


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if 0 < number < 1e9:
        return number
    raise argparse.ArgumentTypeError(f"expected a number above 0; found {text!r}")
