"""The pages of the HTTP port: OpenAI's paths, the page for people, /health and /metrics; and the port of Vosk."""

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from app.log import logger
from app.server.access import Access, error_body
from app.server.metrics import CONTENT_TYPE
from app.server.protocols import openai_api, vosk_api
from app.server.service import Service
from app.server.settings import ServerSettings

PAGE = Path(__file__).with_name("page.html")


def http_app(service: Service, settings: ServerSettings, folder: Path) -> Any:
    """Return the application of the HTTP port.

    Args:
        service: The shared part of the server.
        settings: Who may use it.
        folder: Where uploads lie while they are recognised.
    """
    page, policy = _page()

    async def index(request: Request) -> Response:
        headers = {
            "content-security-policy": policy,
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
            "cache-control": "no-cache",
        }
        return Response(page, 200, headers, "text/html")

    async def health(request: Request) -> Response:
        works = service.engine.alive and not service.stopping.is_set()
        return JSONResponse({"status": "ok" if works else "unavailable"}, 200 if works else 503)

    async def metrics(request: Request) -> Response:
        return Response(service.metrics.text(), 200, {"content-type": CONTENT_TYPE})

    async def models(request: Request) -> Response:
        return JSONResponse(openai_api.models(service))

    async def model(request: Request) -> Response:
        if request.path_params["name"] != openai_api.model(service)["id"]:
            raise HTTPException(404, f"There is no model {request.path_params['name'][:100]!r}; see /v1/models.")
        return JSONResponse(openai_api.model(service))

    async def listen(websocket: WebSocket) -> None:
        await vosk_api.converse(websocket, service, "page")

    transcriptions: Any = openai_api.Transcriptions(service, folder)
    routes = [
        Route("/", index),
        Route("/health", health),
        Route("/metrics", metrics),
        Route("/v1/models", models),
        Route("/v1/models/{name:path}", model),
        Route("/v1/audio/transcriptions", transcriptions, methods=["POST"]),
        WebSocketRoute("/listen", listen),
    ]
    return _guarded(routes, service, settings)


def vosk_app(service: Service, settings: ServerSettings) -> Any:
    """Return the application of Vosk's port: a websocket at any path."""

    async def listen(websocket: WebSocket) -> None:
        await vosk_api.converse(websocket, service, "vosk")

    return _guarded([WebSocketRoute("/{path:path}", listen)], service, settings)


def _guarded(routes: list[Any], service: Service, settings: ServerSettings) -> Any:
    """Return an application whose errors have OpenAI's shape, and which only gets what may come in."""
    pages = list(settings.origins)
    middleware = [Middleware(CORSMiddleware, allow_origins=pages, allow_methods=["*"], allow_headers=["*"])]
    app = Starlette(
        routes=routes,
        middleware=middleware if pages else [],
        exception_handlers={HTTPException: _http_error, Exception: _defect},  # type: ignore[dict-item]
    )
    return Access(app, settings, service.metrics)


async def _http_error(request: Request, error: HTTPException) -> Response:
    """Answer a wrong path or method."""
    message = error.detail
    if error.status_code in (404, 405) and "model" not in message:
        message = f"{request.method} {request.url.path[:100]} is not served here."
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code)
    body = error_body(message, "invalid_request_error", code or "bad_request")
    return Response(body, error.status_code, error.headers, "application/json")


async def _defect(request: Request, error: Exception) -> Response:
    """Answer where the server itself failed. What a request held is neither answered nor logged."""
    logger.error("server: defect", exc_info=error)
    body = error_body("A defect of Echoic, not of the request; its log says where.", "server_error", "defect")
    return Response(body, 500, None, "application/json")


def _page() -> tuple[bytes, str]:
    """Return the page, and the policy that lets a browser run its own script alone."""
    page = PAGE.read_bytes()
    (script,) = re.findall(rb"<script>(.*?)</script>", page, re.S)
    (style,) = re.findall(rb"<style>(.*?)</style>", page, re.S)

    def source(content: bytes) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}'"

    policy = (
        f"default-src 'none'; script-src {source(script)} blob:; style-src {source(style)}; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return page, policy
