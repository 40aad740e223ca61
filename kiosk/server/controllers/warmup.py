"""Before a lesson: load the models. `/api/warmup`, for the desk and the teacher."""

from litestar import get, post
from litestar.di import NamedDependency

from kiosk.engine.warmup import WarmUpState
from kiosk.server.access import check_staff
from kiosk.server.controllers.parameters import problems
from kiosk.server.services import Services
from kiosk.server.sessions import Session


@post(
    "/api/warmup",
    status_code=200,
    sync_to_thread=False,
    tags=["health"],
    summary="Load the models before a lesson",
    responses=problems(),
)
def begin(services: NamedDependency[Services], session: NamedDependency[Session]) -> WarmUpState:
    """Loads the text models and sends the smallest job to each box; one that is at work goes on. See it by GET."""
    check_staff(session)
    return services.warmup.start()


@get("/api/warmup", sync_to_thread=False, tags=["health"], summary="How far the warm-up is", responses=problems())
def progress(services: NamedDependency[Services], session: NamedDependency[Session]) -> WarmUpState:
    """Every box with its steps, and the seconds that it took."""
    check_staff(session)
    return services.warmup.state


handlers = [begin, progress]
