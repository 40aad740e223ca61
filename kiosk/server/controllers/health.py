"""How the program is, and how long one waits: `/api/health`, `/api/health/signs`, `/api/queue`."""

from litestar import get
from litestar.di import NamedDependency
from msgspec import Struct
from msgspec.structs import replace

from kiosk.engine.queue import QueueState
from kiosk.server.controllers.parameters import problems
from kiosk.server.services import Health, Services
from kiosk.server.sessions import Session
from kiosk.server.signs import Sign, signs_of


class BoxQueue(Struct, frozen=True, kw_only=True):
    """The queue in front of one box. `estimate_s`: seconds until a job that comes now would begin, if known.

    `memory_s` is the part of it that is waited for a graphics card that texts and pictures share.
    """

    box: str
    slots: int
    running: int
    waiting: int
    own_waiting: int
    seconds_per_job: float | None
    estimate_s: float | None
    memory_s: float


class Queues(Struct, frozen=True):
    """All queues."""

    boxes: list[BoxQueue]


@get("/api/health", tags=["health"], summary="How everything is", responses=problems())
async def health(services: NamedDependency[Services], session: NamedDependency[Session]) -> Health:
    """Every box, every protection, the disk, the index, the listeners; `facts` are for the desk and the teacher."""
    known = await services.health()
    if session.sees_all_devices:
        return known
    return replace(known, parts=[replace(part, facts={}) for part in known.parts])


class Signs(Struct, frozen=True):
    """What is not as usual, the most serious first; empty when all is well."""

    signs: list[Sign]


@get("/api/health/signs", tags=["health"], summary="What a child should know", responses=problems())
async def signs(services: NamedDependency[Services]) -> Signs:
    """The health in a few words that a child may read: no names, no addresses, no figures."""
    boxes = [state.box for state in services.queues()]
    return Signs(signs_of(await services.health(), boxes, warming=services.warmup.state.running))


@get("/api/queue", sync_to_thread=False, tags=["health"], summary="How long one waits", responses=problems())
def queue(services: NamedDependency[Services], session: NamedDependency[Session]) -> Queues:
    """The queue in front of each box, with an estimate from measured times."""
    return Queues([_queue(state, session.device_id) for state in services.queues()])


def _queue(state: QueueState, device_id: str) -> BoxQueue:
    each = state.seconds_per_job
    busy = state.running + state.waiting >= state.slots
    turns = (state.waiting + 1) / state.slots if busy else 0
    return BoxQueue(
        box=state.box,
        slots=state.slots,
        running=state.running,
        waiting=state.waiting,
        own_waiting=state.by_device.get(device_id, 0),
        seconds_per_job=each,
        estimate_s=None if each is None else round(each * turns + state.memory_s, 1),
        memory_s=state.memory_s,
    )


handlers = [health, signs, queue]
