"""The page at /: in a real browser, with a microphone that plays a file."""

import itertools
import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from tests.support.programs.servers import Running, running
from tests.support.recognition import sound

websockets = pytest.importorskip("websockets", reason="websockets is not installed")
from websockets.sync.client import ClientConnection, connect  # noqa: E402

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (Debian's package is `chromium`)")


def test_the_page_is_one_file_that_names_no_other(serving: Running) -> None:
    answer = httpx.get(serving.http)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")
    assert not re.findall(r"""(?:src|href)=["'](?!data:)|@import|https?://""", answer.text)
    assert len(answer.content) < 12_000
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "connect-src 'self'" in policy and "unsafe" not in policy


class Browser:
    """Chromium without a window, led through its debugging port."""

    def __init__(self, websocket: ClientConnection) -> None:
        self._websocket = websocket
        self._numbers = itertools.count(1)
        self.errors: list[str] = []

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._websocket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._websocket.recv(30))
            if message.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded"):
                self.errors.append(json.dumps(message["params"]))
            if message.get("id") == number:
                assert "error" not in message, message
                return message["result"]

    def run(self, script: str) -> Any:
        """Run a script in the page and return its value."""
        return self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)["result"].get(
            "value"
        )

    def wait_for(self, script: str, seconds: float = 30.0) -> Any:
        """Wait until a script has a value that is true."""
        deadline = time.monotonic() + seconds
        while not (value := self.run(script)):
            assert time.monotonic() < deadline, (script, self.run("document.body.innerText"), self.errors)
            time.sleep(0.1)
        return value


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    voice = sound.write(tmp_path / "voice.wav", sound.noise(30.0, 48_000, level=0.2), 48_000)
    profile = tmp_path / "profile"
    assert CHROMIUM
    process = subprocess.Popen(
        [
            *(CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--mute-audio"),
            *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
            *("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"),
            f"--use-file-for-fake-audio-capture={voice}",
            *(f"--user-data-dir={profile}", "--remote-debugging-port=0", "about:blank"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        while not (port_file := profile / "DevToolsActivePort").exists() or not port_file.read_text().strip():
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.skip("Chromium does not start here")
            time.sleep(0.1)
        port = port_file.read_text().split()[0]
        pages = httpx.get(f"http://127.0.0.1:{port}/json/list").json()
        address = next(page["webSocketDebuggerUrl"] for page in pages if page["type"] == "page")
        with connect(address, max_size=None) as websocket:
            browser = Browser(websocket)
            for domain in ("Runtime", "Page", "Log", "Accessibility"):
                browser.call(f"{domain}.enable")
            yield browser
    finally:
        process.kill()
        process.wait()


@needs_chromium
@pytest.mark.slow
def test_the_words_of_the_microphone_are_shown(browser: Browser) -> None:
    with running() as server:
        browser.call("Page.navigate", url=server.http)
        browser.wait_for("document.readyState == 'complete' && !!document.getElementById('listen')")
        browser.run("document.getElementById('listen').click()")
        browser.wait_for("document.getElementById('partial').textContent.startsWith('word')")
        browser.wait_for("document.querySelectorAll('#final p').length >= 2")
        assert browser.run("document.getElementById('listen').textContent") == "Stop"
        browser.run("document.getElementById('listen').click()")
        browser.wait_for("document.getElementById('hint').textContent == 'Stopped.'")
        lines = browser.run("[...document.querySelectorAll('#final p')].map(line => line.textContent)")
        assert lines[:2] == ["word0 word1 word2", "word3 word4 word5"]
        words = " ".join(lines).split()
        assert words == [f"word{n}" for n in range(len(words))]  # none twice, none missing
        server.wait_until_idle()
        assert server.metric("echoic_words_total", protocol="page") == len(words)
        browser.run("document.getElementById('clear').click()")
        assert browser.run("document.querySelectorAll('#final p').length") == 0
    assert browser.errors == []


@needs_chromium
@pytest.mark.slow
def test_the_page_says_that_the_server_is_gone_and_keeps_the_words(browser: Browser) -> None:
    with running(token="a&b ü") as server:
        browser.call("Page.navigate", url=f"{server.http}/?token=a%26b%20%C3%BC")
        browser.wait_for("document.readyState == 'complete' && !!document.getElementById('listen')")
        browser.run("document.getElementById('listen').click()")
        browser.wait_for("document.getElementById('partial').textContent.startsWith('word')")
        server.begin_stop().result(60)
        browser.wait_for("document.getElementById('hint').textContent == 'The server is stopping.'")
    assert browser.run("document.getElementById('final').textContent").startswith("word0")
    assert browser.run("document.getElementById('listen').textContent") == "Listen"


@needs_chromium
@pytest.mark.slow
def test_the_page_is_accessible_in_light_and_dark(browser: Browser, serving: Running) -> None:
    """Controls have names and are reached by keyboard, and texts have a contrast of 4.5 at least (WCAG AA)."""
    browser.call("Page.navigate", url=serving.http)
    browser.wait_for("document.readyState == 'complete' && !!document.getElementById('listen')")
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    roles = {node["role"]["value"]: node.get("name", {}).get("value") for node in nodes if not node.get("ignored")}
    assert roles["main"] == "Words" and {"log", "status", "heading", "button", "contentinfo"} <= roles.keys()
    assert all(node["name"]["value"] for node in nodes if node["role"].get("value") == "button")
    browser.run("document.getElementById('copy').disabled = document.getElementById('clear').disabled = false")
    for scheme in ("light", "dark"):
        browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        colors = browser.run(
            "[['body', 'body'], ['#hint', 'body'], ['#partial', 'body'], ['#listen', '#listen'], ['#copy', 'body']]"
            ".map(([text, ground]) => [getComputedStyle(document.querySelector(text)).color,"
            "getComputedStyle(document.querySelector(ground)).backgroundColor])"
        )
        assert len(colors) == 5
        for text, ground in colors:
            assert contrast(text, ground) >= 4.5, (scheme, text, ground)
        assert (luminance(colors[0][1]) > 0.5) == (scheme == "light")
    for width in (320, 1200):
        browser.call("Emulation.setDeviceMetricsOverride", width=width, height=600, deviceScaleFactor=1, mobile=False)
        assert browser.run("document.documentElement.scrollWidth <= innerWidth")


def luminance(color: str) -> float:
    values = np.array([int(value) / 255 for value in re.findall(r"\d+", color)[:3]])
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
