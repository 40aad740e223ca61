"""How the program is: `/api/health`."""

from litestar import get
from litestar.di import NamedDependency

from kiosk.server.controllers.parameters import problems
from kiosk.server.services import Health, Services


@get("/api/health", tags=["health"], summary="How everything is", responses=problems())
async def health(services: NamedDependency[Services]) -> Health:
    """Every box, every protection, the disk, the index, the listeners."""
    return await services.health()


handlers = [health]
