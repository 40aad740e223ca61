"""The application: all handlers behind the gate. Builds; starts nothing and holds no state of its own."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from litestar import Litestar, Request
from litestar.di import NamedDependency, Provide
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.types import ASGIApp

from kiosk.i18n import Sentences
from kiosk.server.controllers import (
    desk,
    exports,
    favorites,
    gallery,
    health,
    housekeeping,
    keeping,
    labs,
    lenses,
    media,
    pipeline,
    reports,
    research,
    room,
    runs,
    session,
    teacher,
    uploads,
    warmup,
)
from kiosk.server.description import openapi_config
from kiosk.server.errors import Explainer, exception_handler
from kiosk.server.gate import SESSION_KEY, BodyLimits, Gate
from kiosk.server.kept import KeptAnswers
from kiosk.server.services import Services
from kiosk.server.sessions import Session
from kiosk.server.static import UiFiles, sentence_handlers, sentence_paths
from kiosk.settings import Settings, assets_dir

API = [
    *session.handlers,
    *lenses.handlers,
    *uploads.handlers,
    *pipeline.handlers,
    *runs.handlers,
    *reports.handlers,
    *research.handlers,
    *media.handlers,
    *gallery.handlers,
    *favorites.handlers,
    *keeping.handlers,
    *housekeeping.handlers,
    *exports.handlers,
    *labs.handlers,
    *teacher.handlers,
    *room.handlers,
    *desk.handlers,
    *health.handlers,
    *warmup.handlers,
]

Hook = Callable[[], Awaitable[Any]]
_KIB = 1024


def create_app(services: Services, *, on_startup: Sequence[Hook] = (), on_shutdown: Sequence[Hook] = ()) -> ASGIApp:
    """The whole application. Reads the built screen from the disk: before the event loop runs.

    `on_startup` runs on the event loop before the first request is answered, `on_shutdown` after the last.
    """
    files = UiFiles(services.ui_dir)
    explainer = Explainer(services.sentences, lambda: services.settings().kiosk.language)
    inner = _litestar(services.sentences, explainer, services)
    inner.on_startup.extend(on_startup)
    inner.on_shutdown.extend(on_shutdown)
    public = frozenset({"/enter", "/livez", *files.paths, *sentence_paths(services.sentences)})
    return Gate(
        files.in_front_of(KeptAnswers(inner, services.library.version)),
        services.address,
        services.sessions,
        explainer,
        public=public.__contains__,
        limits=lambda: body_limits(services.settings()),
        camera=lambda: services.settings().kiosk.camera,
    )


def routes_only() -> Litestar:
    """The handlers without anything behind them, for the OpenAPI document."""
    sentences = Sentences(assets_dir() / "i18n")
    return _litestar(sentences, Explainer(sentences, lambda: "en"), None)


def body_limits(settings: Settings) -> BodyLimits:
    """How large bodies may be: a JSON text may take 12 bytes for a character."""
    characters = settings.limits.idea_chars + settings.limits.rules_chars
    return BodyLimits(
        usual=64 * _KIB + 12 * characters,
        by_path={
            "/api/uploads": settings.limits.upload_mb * 1_000_000 + 64 * _KIB,
            labs.SAVE_PATH: labs.MAX_SAVE_BYTES,
        },
    )


def _litestar(sentences: Sentences, explainer: Explainer, services: Services | None) -> Litestar:
    return _OnlyOurs(
        route_handlers=[*API, *sentence_handlers(sentences)],
        dependencies={
            "services": Provide(lambda: services, sync_to_thread=False),
            "session": Provide(_session, sync_to_thread=False),
        },
        exception_handlers={Exception: exception_handler(explainer)},
        openapi_config=openapi_config(sentences),
        logging_config=None,
        request_max_body_size=None,
        multipart_form_part_limit=8,
        debug=False,
    )


class _OnlyOurs(Litestar):
    """Litestar without the plugins that it loads for libraries that happen to be installed: we use none of them."""

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


def _session(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Session:
    """Who asks; the gate lets nobody come here without.

    Asks for `services` only to come after them: for dependencies that could be had together, Litestar opens a task
    group in every request.
    """
    session: Session = request.scope["state"][SESSION_KEY]
    return session
