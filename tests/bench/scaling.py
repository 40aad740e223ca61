"""Many kiosks, few machines, in virtual time: `python -m tests.bench.scaling` prints docs/scaling.md's tables.

The queue is the program's own (`FairQueue`); kiosks, machines and the pool or gateway before them are a model, whose
numbers stand in `Model`. No machine is measured here.
"""

import asyncio
import random
import statistics
import sys
from collections.abc import Callable, Iterator

from msgspec import Struct

from kiosk.engine.queue import FairQueue
from tests.bench import virtual

MACHINES = (1, 2, 4, 6, 8)
DEFAULT_TEXT_SLOTS = 8
"""What `text.slots` is for a gateway if nobody sets it."""
TEXTS_PER_SERVER = 16


class Model(Struct, frozen=True, kw_only=True):
    """The assumptions; seconds. A picture takes `picture_s` on a machine, spread by `spread` (log-normal).

    Between two pictures a kiosk thinks and writes for `think_s` (exponential). `handing_s` passes between the end of
    a job and the begin of the next on the same machine. A text takes `text_s` alone on a server, and each other text
    there at the same time makes it slower by `sharing`.
    """

    kiosks: int = 200
    lesson_s: float = 2_700.0
    picture_s: float = 8.0
    spread: float = 0.25
    think_s: float = 180.0
    handing_s: float = 0.2
    text_s: float = 4.0
    sharing: float = 0.12
    seed: int = 1


class Pool:
    """Picture machines behind one address: a job goes to a machine that is free; one that fails is left out."""

    def __init__(self, machines: int, model: Model) -> None:
        self._model = model
        self._free: asyncio.Queue[int] = asyncio.Queue()
        self._at_work: dict[int, asyncio.Task[None]] = {}
        self._began: dict[int, float] = {}
        self._gone: set[int] = set()
        self._busy_s = 0.0
        self.ended_s = 0.0
        for number in range(machines):
            self._free.put_nowait(number)

    async def draw(self, seconds: float) -> bool:
        """One picture; False when its machine failed meanwhile."""
        machine = await self._free.get()
        while machine in self._gone:
            machine = await self._free.get()
        loop = asyncio.get_running_loop()
        self._began[machine] = loop.time()
        job = self._at_work[machine] = asyncio.create_task(asyncio.sleep(seconds))
        try:
            await job
        except asyncio.CancelledError:
            return False
        finally:
            self.ended_s = loop.time()
            self._busy_s += loop.time() - self._began.pop(machine)
            del self._at_work[machine]
        await asyncio.sleep(self._model.handing_s)
        self._free.put_nowait(machine)
        return True

    def busy_s(self) -> float:
        """Seconds that all machines together were at work until now."""
        now = asyncio.get_running_loop().time()
        return self._busy_s + sum(now - began for began in self._began.values())

    def fail(self, machine: int) -> None:
        """A machine stops, and what it worked on is lost."""
        self._gone.add(machine)
        if machine in self._at_work:
            self._at_work[machine].cancel()


class Figures(Struct, frozen=True, kw_only=True):
    """Waits in seconds, from wish to begin of work. `efficiency`: share of the machines' time at work."""

    machines: int
    pictures: int
    mean_s: float
    p95_s: float
    longest_s: float
    unfairness: float
    efficiency: float
    ends_s: float
    failed: int = 0


class _Waits:
    def __init__(self) -> None:
        self.by_kiosk: dict[str, list[float]] = {}
        self.failed = 0

    def figures(self, machines: int, pool: Pool, efficiency: float) -> Figures:
        """All of it."""
        times = sorted(time for own in self.by_kiosk.values() for time in own)
        means = [statistics.fmean(own) for own in self.by_kiosk.values()]
        mean = statistics.fmean(times)
        return Figures(
            machines=machines,
            pictures=len(times),
            mean_s=mean,
            p95_s=times[int(len(times) * 0.95)],
            longest_s=times[-1],
            unfairness=max(means) / statistics.fmean(means) if mean else 1.0,
            efficiency=efficiency,
            ends_s=pool.ended_s,
            failed=self.failed,
        )


async def _picture(name: str, seconds: float, queue: FairQueue, pool: Pool, waits: _Waits) -> None:
    """As the program does it: wait for the turn, ask the pool, once more if the job was lost."""
    loop = asyncio.get_running_loop()
    wished = loop.time()
    async with queue.place(name, lambda place, estimate_s: None):
        waits.by_kiosk.setdefault(name, []).append(loop.time() - wished)
        if not await pool.draw(seconds) and not await pool.draw(seconds):
            waits.failed += 1


def everybody_at_once(machines: int, model: Model, *, each: int = 2, slots: int | None = None) -> Figures:
    """Every kiosk wants some pictures in the same second."""

    async def work() -> Figures:
        queue, pool, waits = FairQueue("pool", slots or machines), Pool(machines, model), _Waits()
        times = _picture_times(model, "burst")
        async with asyncio.TaskGroup() as group:
            for number in range(model.kiosks * each):
                group.create_task(_picture(f"kiosk-{number // each}", next(times), queue, pool, waits))
        return waits.figures(machines, pool, pool.busy_s() / (machines * pool.ended_s))

    return virtual.run(work())


def lesson(machines: int, model: Model, *, fails_at_s: float | None = None) -> Figures:
    """A lesson: each kiosk thinks, wishes, waits, looks, and begins anew. One machine may stop for good."""

    async def work() -> Figures:
        loop = asyncio.get_running_loop()
        queue, pool, waits = FairQueue("pool", machines), Pool(machines, model), _Waits()
        shares: list[float] = []
        loop.call_later(model.lesson_s, lambda: shares.append(pool.busy_s() / (machines * model.lesson_s)))
        if fails_at_s is not None:
            loop.call_later(fails_at_s, pool.fail, 0)

        async def kiosk(number: int) -> None:
            dice = random.Random(f"{model.seed}:{number}")
            times = _picture_times(model, str(number))
            await asyncio.sleep(dice.uniform(0, model.think_s))
            while loop.time() < model.lesson_s:
                await _picture(f"kiosk-{number}", next(times), queue, pool, waits)
                await asyncio.sleep(dice.expovariate(1 / model.think_s))

        async with asyncio.TaskGroup() as group:
            for number in range(model.kiosks):
                group.create_task(kiosk(number))
        await asyncio.sleep(max(0.0, model.lesson_s - loop.time()) + 1.0)
        return waits.figures(machines, pool, shares[0])

    return virtual.run(work())


class TextFigures(Struct, frozen=True, kw_only=True):
    """Texts through a gateway: seconds of waiting for a turn, seconds from wish to the last word.

    `most_at_once`: texts that one server wrote at the same time, at most.
    """

    servers: int
    slots: int
    texts: int
    waited_s: float
    mean_s: float
    p95_s: float
    unfairness: float
    most_at_once: int


class Gateway:
    """Servers that write many texts at once; each text goes to the one with the fewest at work."""

    def __init__(self, servers: int, model: Model) -> None:
        self._model = model
        self._at_work = [0] * servers
        self.most_at_once = 0

    async def write(self) -> None:
        """One text."""
        server = self._at_work.index(min(self._at_work))
        self._at_work[server] += 1
        self.most_at_once = max(self.most_at_once, self._at_work[server])
        await asyncio.sleep(self._model.text_s * (1 + self._model.sharing * (self._at_work[server] - 1)))
        self._at_work[server] -= 1


def texts(servers: int, model: Model, *, slots: int) -> TextFigures:
    """The same lesson with texts: a turn in the program's own queue, `slots` of them at a gateway at once."""

    async def work() -> TextFigures:
        loop = asyncio.get_running_loop()
        queue, gateway, took = FairQueue("text", slots), Gateway(servers, model), list[float]()
        waits: dict[str, list[float]] = {}

        async def kiosk(number: int) -> None:
            dice, name = random.Random(f"{model.seed}:{number}"), f"kiosk-{number}"
            await asyncio.sleep(dice.uniform(0, model.think_s))
            while loop.time() < model.lesson_s:
                wished = loop.time()
                async with queue.place(name, lambda place, estimate_s: None):
                    waits.setdefault(name, []).append(loop.time() - wished)
                    await gateway.write()
                took.append(loop.time() - wished)
                await asyncio.sleep(dice.expovariate(1 / model.think_s))

        async with asyncio.TaskGroup() as group:
            for number in range(model.kiosks):
                group.create_task(kiosk(number))
        took.sort()
        means = [statistics.fmean(own) for own in waits.values()]
        waited_s = statistics.fmean(means)
        return TextFigures(
            servers=servers,
            slots=slots,
            texts=len(took),
            waited_s=waited_s,
            mean_s=statistics.fmean(took),
            p95_s=took[int(len(took) * 0.95)],
            unfairness=max(means) / waited_s if waited_s else 1.0,
            most_at_once=gateway.most_at_once,
        )

    return virtual.run(work())


def _picture_times(model: Model, name: str) -> Iterator[float]:
    dice = random.Random(f"{model.seed}:pictures:{name}")
    while True:
        yield model.picture_s * dice.lognormvariate(0, model.spread)


_TEXT_HEAD = (
    "| servers | `text.slots` | texts | mean wait | mean to the last word | 95 % within | unfairness "
    "| at once on one server |\n|---|---|---|---|---|---|---|---|"
)


def tables(model: Model) -> str:
    """All tables, in Markdown."""
    return "\n".join(
        [
            "### Everybody at once\n",
            _table(lambda machines: everybody_at_once(machines, model), "all done after"),
            "\n### A lesson\n",
            _table(lambda machines: lesson(machines, model), "ends after"),
            "\n### A lesson in which one machine stops half-way\n",
            _table(lambda machines: lesson(machines, model, fails_at_s=model.lesson_s / 2), "ends after", first=2),
            "\n### Eight machines, but fewer jobs at once than machines\n",
            "| `slots` | mean wait | efficiency |\n|---|---|---|",
            *(
                f"| {slots} | {figures.mean_s:.0f} s | {figures.efficiency:.0%} |"
                for slots in (1, 4, 8)
                for figures in [everybody_at_once(8, model, slots=slots)]
            ),
            "\n### Texts through a gateway\n",
            _TEXT_HEAD,
            *(
                f"| {figures.servers} | {figures.slots} | {figures.texts} | {figures.waited_s:.1f} s "
                f"| {figures.mean_s:.1f} s | {figures.p95_s:.1f} s | {figures.unfairness:.2f} "
                f"| {figures.most_at_once} |"
                for servers in MACHINES
                for slots in dict.fromkeys((DEFAULT_TEXT_SLOTS, TEXTS_PER_SERVER * servers))
                for figures in [texts(servers, model, slots=slots)]
            ),
        ]
    )


def _table(measure: Callable[[int], Figures], end: str, first: int = 1) -> str:
    lines = [
        f"| machines | pictures | mean wait | 95 % within | longest | unfairness | efficiency | {end} | failed |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for machines in MACHINES:
        if machines >= first:
            found = measure(machines)
            lines.append(
                f"| {found.machines} | {found.pictures} | {found.mean_s:.0f} s | {found.p95_s:.0f} s "
                f"| {found.longest_s:.0f} s | {found.unfairness:.2f} | {found.efficiency:.0%} "
                f"| {found.ends_s / 60:.0f} min | {found.failed} |"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(tables(Model()) + "\n")
