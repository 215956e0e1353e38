"""What a server is started with: addresses, secrets, and the limits that hold for strangers."""

import os
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path

from app.server.errors import ServerError

MAX_PROCESSES = 4  # unless more are asked for: each has its own copy of the model
STREAMS_PER_PROCESS = 12  # live ones that a slower core keeps up with, too; `python -m app.server.load` measures it

Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Limits:
    """What clients may use. All of it is checked before it is used."""

    streams: int = STREAMS_PER_PROCESS  # at one time, uploads included
    connections: int = 256  # at one time, on each port
    seconds: float = 4 * 3600.0  # of sound in one stream
    upload_bytes: int = 512 << 20
    message_bytes: int = 1 << 20  # of one message of a stream
    starts_per_minute: int = 600  # streams begun from one address
    idle_seconds: float = 60.0  # without a message, or with a reply that the client does not take
    upload_seconds: float = 900.0  # for one upload to arrive
    grace_seconds: float = 20.0  # for streams to end when the server stops


@dataclass(frozen=True)
class ServerSettings:
    """Everything that `echoic serve` was given. A port is 0 for any free one, or None for a protocol that is off."""

    host: str = "127.0.0.1"
    port: int | None = 8000
    vosk_port: int | None = 2700
    wyoming_port: int | None = 10300
    token: str = ""
    cert: Path | None = None
    key: Path | None = None
    allow: tuple[Network, ...] = ()  # clients of Wyoming beside this computer's own
    origins: tuple[str, ...] = ()  # of web pages that may connect, beside the server's own
    processes: int = 1  # 0: a thread of this process
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        """Refuse what would be open to strangers, or serve nobody. Raises ServerError."""
        if not is_loopback(self.host) and not self.token:
            raise ServerError("token-needed", host=self.host)
        if (self.cert is None) != (self.key is None):
            raise ServerError("certificate-pair")
        if self.port is None and self.vosk_port is None and self.wyoming_port is None:
            raise ServerError("nothing-to-serve")

    @property
    def wyoming_host(self) -> str:
        """Where Wyoming listens: its clients can send no secret, so beyond loopback only for those of `allow`."""
        return self.host if is_loopback(self.host) or self.allow else "127.0.0.1"


def is_loopback(host: str) -> bool:
    """Return whether only this computer can connect to an address. An unknown name is taken for one of others."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]").partition("%")[0]).is_loopback
    except ValueError:
        return False


def network_of(text: str) -> Network:
    """Return the network of an argument of --allow. Raises ServerError."""
    try:
        return ip_network(text, strict=False)
    except ValueError as error:
        raise ServerError("bad-network", found=text, reason=error) from error


def is_allowed(address: str, networks: tuple[Network, ...]) -> bool:
    """Return whether a client's address is this computer's own or in one of the networks."""
    try:
        client = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(client, "ipv4_mapped", None)  # ::ffff:192.168.1.5, on a socket for both kinds
    client = mapped or client
    return client.is_loopback or any(client in network for network in networks)


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
