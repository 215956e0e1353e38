"""What can be wrong about a server, or about what a client sends to it."""

from typing import ClassVar

from asr.errors import EchoicError


class ServerError(EchoicError):
    """A server that cannot start as it was wanted, or a client's request that cannot be served."""

    SENTENCES: ClassVar[dict[str, str]] = {
        # about the command
        "extra-missing": "`echoic serve` needs the library {library}, which is not installed. "
        'Install what it needs with: pip install "echoic[serve]"',
        "token-needed": "The address {host} can be reached by other computers, so clients have to know a secret: "
        "give --token SECRET, or set ECHOIC_TOKEN. Without --host only this computer can connect.",
        "certificate-pair": "--cert and --key belong together: the certificate and its private key, as PEM files.",
        "certificate": "The certificate in {cert} with the key in {key} cannot be used: {reason}.",
        "port-taken": "Port {port} of {host} cannot be opened: {reason}. Choose another with {option} PORT, "
        "or leave this protocol out with `{option} off`.",
        "nothing-to-serve": "Every protocol is off, so there is nothing to serve.",
        "bad-network": "--allow takes an address or a network such as 192.168.1.0/24; found {found!r} ({reason}).",
        "engine-gone": "The recogniser's processes ended again and again, so the server has ended too. "
        "The log, which `echoic doctor` names, says when.",
        # about a client's stream
        "busy": "All {streams} streams of this server are in use. Try again later.",
        "too-often": "More than {count} streams were started from this address within a minute. Try again later.",
        "stopping": "The server is stopping.",
        "too-long": "The sound is longer than the {seconds:g} s that this server takes at once.",
        "too-large": "The upload is larger than the {size} bytes that this server takes.",
        "too-slow": "The upload took longer than {seconds:g} s.",
        "silent": "Nothing came for {seconds:g} s, so the stream was ended.",
        "bad-value": "Expected {expected} as {name}; found {found!r}.",
        "other-language": "This model recognises the language {expected!r}; found {found!r}.",
        "bad-message": "Expected {expected}; found {found}.",
        "engine-failed": "The recogniser failed at this sound ({kind}): a defect of Echoic. Other streams go on.",
        "engine-lost": "A process of the recogniser ended in the middle of this stream. Another one was started; "
        "send the sound again.",
    }
