"""The screen's own files, and the sentences: all that may be read without a session.

The files of the built screen are read once, at the start, and answered by their exact names; no path is ever
built from a request.
"""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import PathParameter
from litestar.types import ASGIApp, Receive, Send
from msgspec import Struct

from kiosk.i18n import Sentences
from kiosk.server.controllers.parameters import problems
from kiosk.server.errors import Refusal

INDEX = "index.html"
IMMUTABLE = "public, max-age=31536000, immutable"

_NAME = re.compile(r"[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*")
_HASHED = re.compile(r"assets/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+")
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
_NOT_BUILT = """<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Atelier</title></head><body>
<h1>Der Bildschirm ist noch nicht gebaut.</h1><p>Bitte das Programm beenden und mit <code>make run</code> starten: Das
baut ihn.</p>
<h1 lang="en">The screen has not been built yet.</h1><p lang="en">Please end the program and start it by
<code>make run</code>, which builds it.</p></body></html>
"""


class _UiFile(Struct, frozen=True):
    content: bytes
    media_type: str
    cache_control: str
    etag: bytes
    status: int = 200


class UiFiles:
    """The built screen in memory, by URL path. Reading it is blocking: before the server starts."""

    def __init__(self, folder: Path) -> None:
        self._files: dict[str, _UiFile] = {}
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            name = path.relative_to(folder).as_posix()
            if _NAME.fullmatch(name) and path.suffix in _TYPES and path.is_file() and not path.is_symlink():
                self._files[f"/{name}"] = _read(path, name)
        index = self._files.pop(f"/{INDEX}", None)
        self._files["/"] = index or _UiFile(_NOT_BUILT.encode(), _TYPES[".html"], "no-store", b"", 503)

    @property
    def paths(self) -> Sequence[str]:
        """The URL paths that there are; `/` always."""
        return list(self._files)

    def in_front_of(self, app: ASGIApp) -> ASGIApp:
        """The same application, which is asked only for what is no file of the screen."""

        async def answer_or_pass_on(scope: Any, receive: Receive, send: Send) -> None:
            file = self._files.get(scope["path"]) if scope["type"] == "http" else None
            if file is not None and scope["method"] in ("GET", "HEAD"):
                await _send(file, scope["headers"], send)
            else:
                await app(scope, receive, send)

        return answer_or_pass_on


def _read(path: Path, name: str) -> _UiFile:
    content = path.read_bytes()
    cache_control = "no-store" if name == INDEX else IMMUTABLE if _HASHED.fullmatch(name) else "no-cache"
    return _UiFile(
        content, _TYPES[path.suffix], cache_control, f'"{hashlib.sha256(content).hexdigest()[:32]}"'.encode()
    )


async def _send(file: _UiFile, asked: Sequence[tuple[bytes, bytes]], send: Send) -> None:
    is_known = file.cache_control != "no-store" and (b"if-none-match", file.etag) in asked
    headers = [
        (b"content-type", file.media_type.encode()),
        (b"cache-control", file.cache_control.encode()),
        (b"etag", file.etag),
    ]
    if not is_known:
        headers.append((b"content-length", str(len(file.content)).encode()))
    status = 304 if is_known else file.status
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if is_known else file.content, "more_body": False})


class Languages(Struct, frozen=True):
    """The languages of the screen, by BCP 47 tag."""

    languages: list[str]


SentencesName = Annotated[
    str, PathParameter(description="A language tag and `.json`.", pattern=r"^[a-z]{2,8}\.json$")
]


def sentence_paths(sentences: Sentences) -> Sequence[str]:
    """The public paths under which the sentences lie."""
    return ["/i18n", *(f"/i18n/{language}.json" for language in sentences.languages)]


def sentence_handlers(sentences: Sentences) -> list[HTTPRouteHandler]:
    """The handlers of the screen's languages and sentences."""

    @get("/i18n", sync_to_thread=False, tags=["screen"], summary="The languages of the screen")
    def languages() -> Languages:
        return Languages(sentences.languages)

    @get(
        "/i18n/{name:str}",
        sync_to_thread=False,
        tags=["screen"],
        summary="All sentences of one language",
        responses=problems(404),
    )
    def sentences_of(name: SentencesName) -> dict[str, str]:
        language = name.removesuffix(".json")
        if language not in sentences.languages:
            raise Refusal(404, "not_found")
        return sentences.all(language)

    return [languages, sentences_of]
