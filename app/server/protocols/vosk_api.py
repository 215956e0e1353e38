"""Vosk's websocket: binary messages with 16-bit mono samples, and one JSON reply to each.

A reply is `{"partial": TEXT}`, or `{"result": [WORD, ...], "text": TEXT}` where an utterance has ended.
Text messages: `{"config": {"sample_rate", "words", "max_alternatives"}}`, `{"eof": 1}`, which gives the last words and
closes the connection, and `{"reset": 1}`, which gives the last words and begins anew. The page at / uses it too.
"""

import json
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from app.server.access import error_body, refuse
from app.server.engine_process import Reply
from app.server.errors import ServerError
from app.server.service import LiveStream, Service
from asr.errors import AudioError, EchoicError
from asr.updates import Update, Word, shown_words, text_of

DEFAULT_RATE = 8000.0  # Hz, where a client states none
# why a connection is closed -> the code of RFC 6455, section 7.4
CLOSE_CODES = {"stopping": 1001, "silent": 1008, "too-long": 1009, "too-often": 1013, "busy": 1013, "bad-message": 1007}
FAILED = 1011
MAX_REASON = 123  # bytes, of a close frame


@dataclass(frozen=True)
class VoskConfig:
    """What a client may choose, before its first sound."""

    rate: float = DEFAULT_RATE
    words: bool = True
    alternatives: int = 0

    def changed(self, wanted: Any) -> "VoskConfig":
        """Return it with the values of a config message. Raises ServerError."""
        if not isinstance(wanted, dict):
            raise ServerError("bad-message", expected='an object behind "config"', found=_short(wanted))
        changes: dict[str, Any] = {}
        for name, key, kind in (
            ("sample_rate", "rate", float),
            ("words", "words", bool),
            ("max_alternatives", "alternatives", int),
        ):
            if name in wanted:
                try:
                    changes[key] = kind(wanted[name])
                except (TypeError, ValueError, OverflowError) as error:
                    raise ServerError("bad-message", expected=f"a number as {name}", found=_short(wanted)) from error
        return replace(self, **changes)


class VoskReplies:
    """Turns the updates of one stream into replies: it keeps the words of the utterance that is open."""

    def __init__(self, config: VoskConfig, offset: float = 0.0) -> None:
        self._config, self._offset = config, offset
        self._open: list[Word] = []
        self._partial: tuple[Word, ...] = ()

    def reply(self, updates: tuple[Update, ...]) -> str:
        """Return the reply to a message with sound. Where several utterances ended, their words come as one."""
        closed: list[Word] = []
        for update in updates:
            self._open += update.words
            self._partial = update.partial
            if update.endpoint:
                closed += self._open
                self._open = []
        if closed:
            return self._result(closed)
        return _json({"partial": text_of([*self._open, *self._partial])})

    def last(self, updates: tuple[Update, ...]) -> str:
        """Return the reply to the end of the stream."""
        words = [*self._open, *(word for update in updates for word in update.words)]
        self._open, self._partial = [], ()
        return self._result(words)

    def _result(self, words: list[Word]) -> str:
        result: dict[str, Any] = {}
        if self._config.words and words:
            result["result"] = [
                {
                    "conf": round(word.confidence, 6),
                    "end": round(word.end + self._offset, 3),
                    "start": round(word.start + self._offset, 3),
                    "word": word.shown,
                }
                for word in shown_words(words)
            ]
        result["text"] = text_of(words)
        if self._config.alternatives > 0:
            confidence = sum(word.confidence for word in words) / len(words) if words else 0.0
            return _json({"alternatives": [{"confidence": round(confidence, 6), **result}]})
        return _json(result)


async def converse(websocket: WebSocket, service: Service, protocol: str) -> None:
    """Serve one connection until it is closed."""
    address = websocket.client.host if websocket.client else ""
    accepted = False
    try:
        async with service.place(protocol, address):
            await websocket.accept()
            accepted = True
            await _Conversation(websocket, service, protocol).run()
            await websocket.close()
    except WebSocketDisconnect:
        pass
    except EchoicError as error:
        with suppress(WebSocketDisconnect, RuntimeError):  # it is closed already
            if accepted:
                code = CLOSE_CODES.get(error.code, CLOSE_CODES["bad-message"] if _is_theirs(error) else FAILED)
                await websocket.close(code, str(error).encode()[:MAX_REASON].decode(errors="ignore"))
            else:
                status = 429 if error.code == "too-often" else 503
                body = error_body(str(error), "server_error", error.code)
                await refuse(dict(websocket.scope), websocket.send, status, body, {"retry-after": "5"})


class _Conversation:
    """The messages of one connection."""

    def __init__(self, websocket: WebSocket, service: Service, protocol: str) -> None:
        self._websocket, self._service, self._protocol = websocket, service, protocol
        self._config = VoskConfig()
        self._live: LiveStream | None = None
        self._replies = VoskReplies(self._config)
        self._stack = AsyncExitStack()
        self._seconds = 0.0  # of the streams before a reset

    async def run(self) -> None:
        """Answer messages until the client ends the stream. Raises ServerError, AudioError, WebSocketDisconnect."""
        async with self._stack:
            while True:
                try:
                    message = await self._service.next_message(self._websocket.receive())
                except ServerError:  # the words so far come before the end
                    await self._send_last()
                    raise
                if message["type"] == "websocket.disconnect":
                    return
                if message.get("bytes") is not None:
                    await self._recognise(message["bytes"])
                elif not await self._obey(message["text"]):
                    return

    async def _recognise(self, data: bytes) -> None:
        if self._live is None:
            live = self._service.live(self._protocol, self._config.rate)
            self._live = await self._stack.enter_async_context(live)
            self._replies = VoskReplies(self._config, self._seconds)
        try:
            reply = await self._live.push(data)
        except ServerError as error:
            if error.code == "too-long":
                await self._send_last()
            raise
        await self._websocket.send_text(self._replies.reply(reply.updates))

    async def _obey(self, text: str) -> bool:
        """Carry out a text message and return whether the conversation goes on."""
        try:
            command = json.loads(text)
        except (ValueError, RecursionError):
            command = None
        if not isinstance(command, dict) or not command.keys() & {"config", "eof", "reset"}:
            expected = '{"config": {...}}, {"eof": 1} or {"reset": 1}'
            raise ServerError("bad-message", expected=expected, found=_short(text))
        if "config" in command:
            self._config = self._config.changed(command["config"])
            return True
        await self._send_last()
        return "eof" not in command

    async def _send_last(self) -> None:
        """Send the last words of the stream, and forget it."""
        reply = await self._live.finish() if self._live else Reply(0)
        await self._websocket.send_text(self._replies.last(reply.updates))
        self._seconds += reply.seconds
        self._live = None
        await self._stack.aclose()


def _json(reply: dict[str, Any]) -> str:
    return json.dumps(reply, ensure_ascii=False)


def _short(found: Any) -> str:
    text = repr(found)
    return text if len(text) <= 40 else f"{text[:40]}..."


def _is_theirs(error: EchoicError) -> bool:
    """Return whether the client can mend it."""
    return isinstance(error, AudioError)
