"""Who may use a server: a secret for other computers, and no web page of another site for this one.

A program on this computer needs no secret. A web page in its browser is no such program, though it too comes from
this computer: a browser states the page's site in `Origin`, and which name it looked the server up by in `Host`.
"""

import hmac
import json
from typing import Any

from starlette.datastructures import URL, QueryParams

from app.server.metrics import Metrics
from app.server.settings import ServerSettings, is_loopback

OPEN_PATHS = ("/health",)  # without a secret: it tells only that the server runs

Scope = dict[str, Any]


def error_body(message: str, kind: str, code: str, param: str | None = None) -> bytes:
    """Return an error in the shape of OpenAI's, which its clients turn into exceptions."""
    error = {"message": message, "type": kind, "param": param, "code": code}
    return json.dumps({"error": error}, ensure_ascii=False).encode()


class Access:
    """An ASGI application before another one, which only gets what may come in."""

    def __init__(self, app: Any, settings: ServerSettings, metrics: Metrics) -> None:
        self._app, self._settings, self._metrics = app, settings, metrics
        self._local = is_loopback(settings.host)

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Pass a request on or refuse it."""
        if scope["type"] in ("http", "websocket") and (refusal := self._refusal(scope)):
            status, code, message = refusal
            self._metrics.refused.labels(code).inc()
            more = {"www-authenticate": "Bearer"} if status == 401 else {}
            await refuse(scope, send, status, error_body(message, "invalid_request_error", code), more)
            return
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> tuple[int, str, str] | None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host, origin = headers.get(b"host", ""), headers.get(b"origin")
        if self._local and not is_loopback(_name_of(host)):
            # a name of another site that was made to lead to this computer
            return 403, "unknown_host", f"This server answers to localhost; found the name {host!r}."
        if origin is not None and origin not in self._settings.origins and _site_of(origin) != host:
            message = f"Web pages of {origin!r} may not use this server; `echoic serve --origin` lets them."
            return 403, "unknown_origin", message
        if self._settings.token and scope["path"] not in OPEN_PATHS and not self._has_token(scope, headers):
            message = "A token is needed: in the header `Authorization: Bearer TOKEN`, or as `?token=TOKEN`."
            return 401, "invalid_api_key", message
        return None

    def _has_token(self, scope: Scope, headers: dict[bytes, str]) -> bool:
        scheme, _, value = headers.get(b"authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            given = value.strip().encode("latin-1")
        else:
            given = QueryParams(scope["query_string"]).get("token", "").encode(errors="replace")
        return hmac.compare_digest(given, self._settings.token.encode())


def _site_of(origin: str) -> str | None:
    """Return the name and the port of an Origin header, None where it is no address."""
    try:
        return URL(origin).netloc
    except ValueError:
        return None


def _name_of(host: str) -> str:
    """Return the name in a Host header, without its port."""
    return host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]


async def refuse(scope: Scope, send: Any, status: int, body: bytes, headers: dict[str, str]) -> None:
    """Answer a request, or a websocket that is not accepted, with an error of `error_body`."""
    prefix = "http.response" if scope["type"] == "http" else "websocket.http.response"
    fields = {"content-type": "application/json", **headers}
    if scope["type"] == "http":  # of a websocket, uvicorn states the length itself
        fields["content-length"] = str(len(body))
    encoded = [(name.encode(), value.encode()) for name, value in fields.items()]
    await send({"type": f"{prefix}.start", "status": status, "headers": encoded})
    await send({"type": f"{prefix}.body", "body": body})
