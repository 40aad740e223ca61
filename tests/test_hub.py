import asyncio
import threading

import pytest

from kiosk import hub as hubs
from kiosk.hub import Event, Hub, HubClosed


async def read(reader: hubs.Subscription, count: int) -> list[Event]:
    return [await anext(reader) for _ in range(count)]


async def test_every_reader_of_a_topic_gets_its_events_in_order() -> None:
    hub = Hub()
    with hub.subscribe("a") as first, hub.subscribe("a") as second, hub.subscribe("b") as other:
        for number in range(3):
            hub.publish("a", Event("item", b"%d" % number, str(number)))
        assert [event.id for event in await read(first, 3)] == ["0", "1", "2"]
        assert [event.id for event in await read(second, 3)] == ["0", "1", "2"]
        assert await other.next(0.01) is None


async def test_events_may_be_published_from_any_thread() -> None:
    hub = Hub()
    with hub.subscribe("a") as reader:
        threads = [threading.Thread(target=hub.publish, args=("a", Event("item", b""))) for _ in range(20)]
        for thread in threads:
            thread.start()
        assert len(await read(reader, 20)) == 20
        for thread in threads:
            thread.join()


async def test_a_reader_resumes_after_the_id_that_it_saw() -> None:
    hub = Hub()
    hub.keep("gallery", 3)
    for number in range(5):
        hub.publish("gallery", Event("added", b"", f"boot-{number}"))
    with hub.subscribe("gallery", after="boot-3") as reader:
        assert (await anext(reader)).id == "boot-4"


async def test_an_unknown_id_is_answered_by_reset() -> None:
    hub = Hub()
    hub.keep("gallery", 3)
    for number in range(5):
        hub.publish("gallery", Event("added", b"", f"boot-{number}"))
    with hub.subscribe("gallery", after="boot-0") as reader:
        assert (await anext(reader)).name == hubs.RESET


async def test_a_slow_reader_loses_progress_but_no_items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "MAX_PENDING", 4)
    hub = Hub()
    with hub.subscribe("a") as reader:
        for number in range(4):
            hub.publish("a", Event("progress", b"", None))
            hub.publish("a", Event("item", b"", str(number)))
        got = [await anext(reader) for _ in range(4)]
        assert [event.id for event in got if event.id] == ["0", "1", "2", "3"]


async def test_a_reader_that_would_lose_items_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "MAX_PENDING", 2)
    hub = Hub()
    with hub.subscribe("a") as reader:
        for number in range(3):
            hub.publish("a", Event("item", b"", str(number)))
        got = [event.id async for event in reader]
    assert got == ["0", "1"]
    assert hub.readers("a") == 0


async def test_closing_ends_every_stream_and_takes_no_more() -> None:
    hub = Hub()
    reader = hub.subscribe("a")
    waiting = asyncio.create_task(anext(reader))
    await asyncio.sleep(0)
    hub.close()
    with pytest.raises(StopAsyncIteration):
        await waiting
    with pytest.raises(HubClosed):
        hub.subscribe("a")
