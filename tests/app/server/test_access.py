"""Who may use a server: the token, web pages of other sites, names that lead here, and addresses."""

import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.server.errors import ServerError
from app.server.settings import ServerSettings, is_allowed, is_loopback, network_of
from tests.support.programs.servers import running, seconds_file

openai = pytest.importorskip("openai", reason="OpenAI's client is not installed")
websockets = pytest.importorskip("websockets", reason="websockets is not installed")
from websockets.exceptions import InvalidStatus  # noqa: E402
from websockets.sync.client import connect  # noqa: E402
from websockets.typing import Origin  # noqa: E402

TOKEN = "a secret with ünicode"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", "", "127.0.0.1.example.org"])
def test_other_computers_are_let_in_with_a_token_only(host: str) -> None:
    with pytest.raises(ServerError, match="ECHOIC_TOKEN"):
        ServerSettings(host=host)
    assert ServerSettings(host=host, token="x").host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.9.1", "[::1]"])
def test_this_computer_needs_none(host: str) -> None:
    assert is_loopback(host) and not ServerSettings(host=host).token


def test_the_settings_that_come_without_options_listen_on_this_computer_alone() -> None:
    assert is_loopback(ServerSettings().host) and is_loopback(ServerSettings().wyoming_host)


def test_wyoming_stays_on_this_computer_unless_addresses_are_allowed() -> None:
    """Its clients can send no token."""
    assert ServerSettings(host="0.0.0.0", token="x").wyoming_host == "127.0.0.1"
    assert ServerSettings(host="0.0.0.0", token="x", allow=(network_of("10.0.0.7"),)).wyoming_host == "0.0.0.0"


@pytest.mark.parametrize(
    ("address", "networks", "allowed"),
    [
        ("127.0.0.1", [], True),
        ("::1", [], True),
        ("::ffff:127.0.0.1", [], True),
        ("192.168.1.20", [], False),
        ("192.168.1.20", ["192.168.1.0/24"], True),
        ("::ffff:192.168.1.20", ["192.168.1.20"], True),
        ("192.168.2.20", ["192.168.1.0/24"], False),
        ("fe80::1%eth0", ["fe80::/10"], True),
        ("", ["0.0.0.0/0"], False),
    ],
)
def test_who_may_use_wyoming(address: str, networks: list[str], allowed: bool) -> None:
    assert is_allowed(address, tuple(map(network_of, networks))) is allowed


def test_a_wrong_network_is_a_sentence() -> None:
    with pytest.raises(ServerError, match="such as 192"):
        network_of("my laptop")


@pytest.mark.slow
def test_every_path_wants_the_token_but_health(tmp_path: Path) -> None:
    talk = seconds_file(tmp_path / "talk.wav", 2.0)
    with running(token=TOKEN) as server:
        for path in ("/", "/metrics", "/v1/models", "/v1/models/spoken-1", "/nothing", "/listen"):
            answer = httpx.get(server.http + path)
            assert answer.status_code == 401 and answer.json()["error"]["code"] == "invalid_api_key", path
            assert answer.headers["www-authenticate"] == "Bearer"
        assert httpx.post(f"{server.http}/v1/audio/transcriptions", content=bytes(20 << 20)).status_code == 401
        assert httpx.get(f"{server.http}/health").status_code == 200
        for wrong in ("", "Bearer", "Bearer a", f"Basic {TOKEN}", f"Bearer {TOKEN}x"):
            headers = [(b"authorization", wrong.encode())]
            assert httpx.get(f"{server.http}/metrics", headers=headers).status_code == 401
        headers = [(b"authorization", f"Bearer {TOKEN}".encode())]
        assert httpx.get(f"{server.http}/metrics", headers=headers).status_code == 200
        assert httpx.get(f"{server.http}/", params={"token": TOKEN}).status_code == 200
        assert server.metric("echoic_refused_total", reason="invalid_api_key") > 5
        assert server.metric("echoic_streams_total", protocol="openai") == 0
        assert talk.exists()


def test_openais_client_has_the_token_as_its_key(tmp_path: Path) -> None:
    talk = seconds_file(tmp_path / "talk.wav", 2.0)
    with running(token="secret") as server:
        for key in ("wrong", "secret"):
            with openai.OpenAI(base_url=f"{server.http}/v1", api_key=key, max_retries=0) as client:
                if key == "secret":
                    assert client.audio.transcriptions.create(model="x", file=talk).text == "word0 word1"
                    continue
                with pytest.raises(openai.AuthenticationError, match="A token is needed"):
                    client.audio.transcriptions.create(model="x", file=talk)


def test_a_websocket_wants_the_token() -> None:
    with running(token="secret") as server:
        for address in (server.vosk, f"{server.http.replace('http', 'ws')}/listen"):
            with pytest.raises(InvalidStatus) as caught, connect(address):
                pass
            assert caught.value.response.status_code == 401
            with connect(f"{address}?token=secret") as websocket:
                websocket.send('{"eof": 1}')
                assert websocket.recv(60) == '{"text": ""}'
            with connect(address, additional_headers={"Authorization": "Bearer secret"}) as websocket:
                websocket.send('{"eof": 1}')
                assert websocket.recv(60) == '{"text": ""}'


def test_no_page_of_another_site_may_use_this_computers_server() -> None:
    with running() as server:
        host = server.http.removeprefix("http://")
        for origin in ("http://evil.example", "null", "http://127.0.0.1:1", f"http://{host}.evil.example", "http://["):
            assert httpx.get(f"{server.http}/v1/models", headers={"origin": origin}).status_code == 403
            with pytest.raises(InvalidStatus) as caught, connect(server.vosk, origin=Origin(origin)):
                pass
            assert caught.value.response.status_code == 403
        assert httpx.get(f"{server.http}/v1/models", headers={"origin": server.http}).status_code == 200


def test_no_name_of_another_site_leads_here() -> None:
    """A page may have its own name lead to 127.0.0.1, and then be of the same site as the server."""
    with running() as server:
        port = server.port("http")
        for name in ("evil.example", f"evil.example:{port}", "127.0.0.1.evil.example", "", "[::2]"):
            headers = {"host": name, "origin": f"http://{name}"}
            assert httpx.get(f"{server.http}/v1/models", headers=headers).status_code == 403
        for name in (f"localhost:{port}", "localhost", f"[::1]:{port}"):
            assert httpx.get(f"{server.http}/v1/models", headers={"host": name}).status_code == 200


def test_the_pages_of_an_origin_that_is_named_may() -> None:
    with running(origins=("https://our.example",)) as server:
        answer = httpx.get(f"{server.http}/v1/models", headers={"origin": "https://our.example"})
        assert answer.status_code == 200 and answer.headers["access-control-allow-origin"] == "https://our.example"
        with connect(server.vosk, origin=Origin("https://our.example")) as websocket:
            websocket.send('{"eof": 1}')
            assert websocket.recv(60) == '{"text": ""}'
        assert httpx.get(f"{server.http}/v1/models", headers={"origin": "https://other.example"}).status_code == 403


def test_an_address_of_its_own_for_ipv6() -> None:
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            pass
    except OSError:
        pytest.skip("no IPv6 address here")
    with running(host="::1") as server:
        assert server.http.startswith("http://[::1]:")
        assert httpx.get(f"{server.http}/health").status_code == 200


def test_a_port_that_is_taken_is_a_sentence_and_nothing_stays_open(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: Any = taken.getsockname()[1]
        with pytest.raises(ServerError, match=f"Port {port}.*--wyoming-port PORT"), running(wyoming_port=port):
            pass


def test_a_protocol_can_be_left_out() -> None:
    with running(vosk_port=None, wyoming_port=None) as server:
        assert set(server.server.addresses) == {"http"}
    with running(port=None, vosk_port=None) as server:
        assert set(server.server.addresses) == {"wyoming"}
    with pytest.raises(ServerError, match="nothing to serve"):
        ServerSettings(port=None, vosk_port=None, wyoming_port=None)
