"""OpenAI's `POST /v1/audio/transcriptions` and `GET /v1/models`, as its client library and programs like it call them.

An upload is a file of a stranger: it is bounded while it arrives, lies in a folder for this server alone, is decoded by
the same guarded reader as any file of `echoic transcribe`, in a process of the engine, and is deleted after that.
"""

import asyncio
import json
import math
import os
import tempfile
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from app.server.access import error_body
from app.server.engine_process import Reply
from app.server.errors import ServerError
from app.server.service import Service
from asr.errors import AudioError, EchoicError
from asr.formats import writers
from asr.text.encodable import encodable
from asr.updates import Update, Utterance, add_update, shown_words, text_of, utterances_of

FORMATS = ("json", "text", "srt", "vtt", "verbose_json")
GRANULARITIES = ("segment", "word")
STATUS = {  # of errors that are not the fault of the file, which have 400
    "busy": 503,
    "stopping": 503,
    "too-often": 429,
    "too-long": 413,
    "too-large": 413,
    "too-slow": 408,
    "engine-failed": 500,
    "engine-lost": 503,
}
PARAMS = {"other-language": "language", "too-large": "file", "too-long": "file"}  # error -> the field it is about
WRITERS = {"text": writers.txt, "srt": writers.srt, "vtt": writers.vtt}
TYPES = {"text": "text/plain", "srt": "application/x-subrip", "vtt": "text/vtt"}
COPY_BYTES = 1 << 20
FIELD_BYTES = 1 << 16  # of each field that is no file
FIELDS = 64

Receive = Callable[[], Awaitable[dict[str, Any]]]


def models(service: Service) -> dict[str, Any]:
    """Return the list of models: the one that is loaded."""
    return {"object": "list", "data": [model(service)]}


def model(service: Service) -> dict[str, Any]:
    """Return the model that is loaded, in the shape of OpenAI's."""
    return {"id": service.engine.model.name or "echoic", "object": "model", "created": 0, "owned_by": "echoic"}


def error_response(error: EchoicError) -> Response:
    """Return an error in OpenAI's shape, with the status that its client turns into the right exception."""
    status = STATUS.get(error.code, 400) if isinstance(error, ServerError) else 400
    kind = {429: "rate_limit_error"}.get(status, "invalid_request_error" if status < 500 else "server_error")
    param = error.parameters.get("field") or PARAMS.get(error.code, "file" if isinstance(error, AudioError) else None)
    body = error_body(str(error), kind, error.code.replace("-", "_"), param)
    headers = {"retry-after": "5"} if status in (429, 503) else {}
    return Response(body, status, headers, "application/json")


@dataclass(frozen=True)
class Wishes:
    """The fields of a request that make a difference. `model`, `prompt` and `temperature` make none."""

    format: str
    words: bool  # in verbose_json
    segments: bool
    stream: bool

    @classmethod
    def of(cls, form: FormData) -> "Wishes":
        """Read them from a form. Raises ServerError."""
        format = _field(form, "response_format") or "json"
        if format not in FORMATS:
            raise _bad("response_format", f"one of {', '.join(FORMATS)}", format)
        stream = (_field(form, "stream") or "false").lower()
        if stream not in ("true", "false", "1", "0"):
            raise _bad("stream", "true or false", stream)
        wanted = [
            encodable(str(value)) for key, value in form.multi_items() if key.startswith("timestamp_granularities")
        ]
        if unknown := next((value for value in wanted if value not in GRANULARITIES), None):
            raise _bad("timestamp_granularities", " or ".join(GRANULARITIES), unknown)
        return cls(format, "word" in wanted, "segment" in wanted or not wanted, stream in ("true", "1"))


class Transcriptions:
    """The ASGI endpoint of `POST /v1/audio/transcriptions`.

    Args:
        service: The shared part of the server.
        folder: Where uploads lie while they are recognised.
    """

    def __init__(self, service: Service, folder: Path) -> None:
        self._service, self._folder = service, folder

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Any) -> None:
        """Answer one request."""
        begun = False  # the response: what happens after that can only be an event of it

        async def noting_send(message: dict[str, Any]) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            async with self._service.place("openai", scope["client"][0] if scope.get("client") else ""):
                await self._serve(scope, receive, noting_send)
        except ClientDisconnect:
            pass
        except EchoicError as error:
            if not begun:
                await error_response(error)(scope, receive, send)

    async def _serve(self, scope: dict[str, Any], receive: Receive, send: Any) -> None:
        async with self._upload(scope, receive) as (form, path, name):
            wishes = Wishes.of(form)
            self._service.check_language(_field(form, "language"))
            replies = self._service.file("openai", path, name)
            try:
                if wishes.stream:
                    await self._send_events(replies, receive, send)
                    return
                response = await _unless_disconnected(self._response(replies, wishes, name), receive)
            finally:
                await replies.aclose()  # type: ignore[attr-defined]
        await response(scope, receive, send)

    @asynccontextmanager
    async def _upload(self, scope: dict[str, Any], receive: Receive) -> AsyncIterator[tuple[FormData, str, str]]:
        """Receive the form; yield it with the path of the file and what the client calls that. Raises ServerError."""
        limits = self._service.limits
        request = Request(scope, _bounded(receive, limits.upload_bytes, limits.idle_seconds))  # type: ignore[arg-type]
        path = ""
        try:
            try:
                async with asyncio.timeout(limits.upload_seconds):
                    form = await request.form(max_files=1, max_fields=FIELDS, max_part_size=FIELD_BYTES)
            except TimeoutError as error:
                raise ServerError("too-slow", seconds=limits.upload_seconds) from error
            except (HTTPException, MultiPartException) as error:
                found = getattr(error, "detail", None) or getattr(error, "message", "")
                raise ServerError("bad-message", expected="a multipart form with a file", found=found) from error
            upload = form.get("file")
            if not isinstance(upload, UploadFile):
                raise _bad("file", "a sound or video file in a multipart form", "none" if upload is None else "a text")
            name = os.path.basename(encodable(upload.filename or "").replace("\\", "/"))[:100] or "the upload"
            path = await asyncio.to_thread(_copy, upload, self._folder)
            await form.close()
            yield form, path, name
        finally:
            await request.close()
            if path:
                with suppress(OSError):
                    os.unlink(path)

    async def _response(self, replies: AsyncIterator[Reply], wishes: Wishes, name: str) -> Response:
        """Recognise all of a file and return it in the format that is wanted. Raises AudioError, ServerError."""
        updates, seconds, warnings = list[Update](), 0.0, list[str]()
        async for reply in replies:
            updates += reply.updates
            seconds = reply.seconds
            warnings += _warnings(reply)
        utterances = tuple(utterance for utterance in utterances_of(updates) if utterance.words)
        if not utterances:
            warnings.append(f"No speech was found in {seconds:.1f} s of sound.")
        headers = {"x-echoic-warning": _ascii("; ".join(warnings))} if warnings else {}
        info = self._service.engine.model
        if wishes.format in WRITERS:
            text = WRITERS[wishes.format](utterances, name, seconds, info.name, info.language)
            return Response(text, 200, headers, TYPES[wishes.format])
        content: dict[str, Any] = {"text": " ".join(utterance.text for utterance in utterances)}
        if wishes.format == "verbose_json":
            content = {"task": "transcribe", "language": info.language, "duration": round(seconds, 3), **content}
            if wishes.segments:
                content["segments"] = [_segment(number, one) for number, one in enumerate(utterances)]
            if wishes.words:
                content["words"] = [
                    {"word": word.shown, "start": round(word.start, 3), "end": round(word.end, 3)}
                    for utterance in utterances
                    for word in shown_words(utterance.words)
                ]
        content["usage"] = {"type": "duration", "seconds": math.ceil(seconds)}
        if warnings:
            content["warning"] = "; ".join(warnings)
        return JSONResponse(content, 200, headers)

    async def _send_events(self, replies: AsyncIterator[Reply], receive: Receive, send: Any) -> None:
        """Send words as server-sent events, as they are recognised. Raises what is wrong before the first of them."""
        first = await anext(replies)
        headers = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-cache")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})

        async def event(content: dict[str, Any]) -> None:
            body = f"data: {json.dumps(content, ensure_ascii=False)}\n\n".encode()
            await send({"type": "http.response.body", "body": body, "more_body": True})

        async def all_events() -> None:
            utterances: tuple[Utterance, ...] = ()
            reply: Reply | None = first
            warnings: list[str] = []
            while reply is not None:
                for update in reply.updates:
                    if text := text_of(update.words):
                        space = " " if utterances else ""
                        await event({"type": "transcript.text.delta", "delta": space + text})
                    utterances = add_update(utterances, update)
                warnings += _warnings(reply)
                reply = await anext(replies, None)
            text = " ".join(utterance.text for utterance in utterances)
            await event(
                {"type": "transcript.text.done", "text": text, **({"warning": "; ".join(warnings)} if warnings else {})}
            )

        try:
            await _unless_disconnected(all_events(), receive)
        except EchoicError as error:
            self._service.metrics.failed.labels(error.code).inc()
            await event({"type": "error", **json.loads(bytes(error_response(error).body))})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _bounded(receive: Receive, most: int, idle_seconds: float) -> Receive:
    """Return a `receive` that raises ServerError for a body that is too large, or that stops coming."""
    size = 0

    async def bounded() -> dict[str, Any]:
        nonlocal size
        try:
            message = await asyncio.wait_for(receive(), idle_seconds)
        except TimeoutError as error:
            raise ServerError("silent", seconds=idle_seconds) from error
        size += len(message.get("body", b""))
        if size > most:
            raise ServerError("too-large", size=most)
        return message

    return bounded


async def _unless_disconnected(work: Any, receive: Receive) -> Any:
    """Return the result of a coroutine; raise ClientDisconnect, and end it, where the client goes away before."""

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(gone())
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise ClientDisconnect()
    finally:
        for task in (working, leaving):
            task.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


def _copy(upload: UploadFile, folder: Path) -> str:
    """Give an upload a path, by which the engine's process can open it. Blocks."""
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        upload.file.seek(0)
        while data := upload.file.read(COPY_BYTES):
            file.write(data)
        return file.name


def _segment(number: int, utterance: Utterance) -> dict[str, Any]:
    """Return an utterance with the fields that Whisper's segments have; those without a meaning here are neutral."""
    text = utterance.text
    return {
        "id": number,
        "seek": 0,
        "start": round(utterance.words[0].start, 3),
        "end": round(utterance.words[-1].end, 3),
        "text": text,
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": round(
            sum(log(max(word.confidence, 1e-6)) for word in utterance.words) / len(utterance.words), 4
        ),
        "compression_ratio": round(len(text.encode()) / len(zlib.compress(text.encode())), 3),
        "no_speech_prob": 0.0,
    }


def _warnings(reply: Reply) -> list[str]:
    return [*([str(reply.fault)] if reply.fault else []), *reply.notes]


def _field(form: FormData, name: str) -> str:
    value = form.get(name)
    return encodable(value) if isinstance(value, str) else ""


def _bad(field: str, expected: str, found: str) -> ServerError:
    return ServerError("bad-value", name=field, expected=expected, found=found[:40], field=field)


def _ascii(text: str) -> str:
    """Return a text as the value of a header."""
    return "".join(character if " " <= character <= "~" else "?" for character in text)
