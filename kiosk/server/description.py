"""How the HTTP interface is described: the OpenAPI 3.1 document, and the page that shows it at `/api/docs`."""

from typing import Any

from litestar import Request, Router
from litestar.connection import ASGIConnection
from litestar.datastructures import ResponseHeader
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, OpenAPIRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.types import Method
from litestar.types.internal_types import PathParameterDefinition

from kiosk import __version__
from kiosk.i18n import Sentences
from kiosk.server.docs_page import STYLE_HASH, docs_page
from kiosk.server.errors import DOCS

PREFIX = "errors."
_PAGES = (DOCS, f"{DOCS}/openapi.json")


class _DocsPage(OpenAPIRenderPlugin):
    def __init__(self, sentences: Sentences | None) -> None:
        super().__init__(path="/")
        self._sentences = sentences.all("en") if sentences else {}

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The page."""
        problems = {key.removeprefix(PREFIX): text for key, text in self._sentences.items() if key.startswith(PREFIX)}
        return docs_page(openapi_schema, problems).encode()


def openapi_config(sentences: Sentences | None) -> OpenAPIConfig:
    """Litestar's configuration of the document and its page."""
    return OpenAPIConfig(
        title="Atelier Kiosk",
        version=__version__,
        description=(
            "Every request needs a session: the cookie from /enter, or the process's own Bearer token. A request "
            "that changes something needs that token, or the cookie and our own Origin."
        ),
        use_handler_docstrings=True,
        operation_id_creator=_operation_id,
        components=Components(
            security_schemes={
                "bearer": SecurityScheme(type="http", scheme="bearer"),
                "session": SecurityScheme(type="apiKey", security_scheme_in="cookie", name="kiosk_session_PORT"),
            }
        ),
        security=[{"bearer": []}, {"session": []}],
        render_plugins=[_DocsPage(sentences), JsonRenderPlugin(path="/openapi.json")],
        openapi_router=Router(
            DOCS,
            route_handlers=[],
            guards=[_only_pages],
            include_in_schema=False,
            response_headers=[
                ResponseHeader(
                    name="content-security-policy",
                    value=f"default-src 'none'; style-src '{STYLE_HASH}'; img-src data:; frame-ancestors 'none'",
                )
            ],
        ),
    )


def _only_pages(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Litestar's router answers every other path below it with a page of its own; ours is the problem."""
    if connection.scope["path"].rstrip("/") not in _PAGES:
        raise NotFoundException


def _operation_id(
    handler: HTTPRouteHandler, http_method: Method, path_components: list[str | PathParameterDefinition]
) -> str:
    """The handler's name; `head_` before it, and the optional last path parameter after it, where there are two."""
    last = path_components[-1] if path_components else ""
    numbered = f"_{last.name}" if isinstance(last, PathParameterDefinition) and last.name == "n" else ""
    return f"{'head_' if http_method == 'HEAD' else ''}{handler.handler_name}{numbered}"
