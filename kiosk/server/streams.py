"""Server-sent events: the hub's topics as endless responses that can be resumed.

Form of the events: WHATWG HTML, 9.2. A stream subscribes before its response begins, so that whoever has the
response's head misses nothing.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

import msgspec

from kiosk.hub import RESET, Event, Hub, Subscription
from kiosk.records import RunItem, Status, run_topic
from kiosk.server.closing import ClosingStream
from kiosk.storage.export.answers import EXPORTS_TOPIC, DriveList
from kiosk.storage.export.imports import Imports
from kiosk.storage.export.jobs import Exports
from kiosk.storage.library import Library

PING_SECONDS = 15.0
EVENT_STREAM = "text/event-stream"

_SUBSCRIBED = b""
_PING = b": ping\n\n"
_LISTENING = b": listening\n\n"
_RESET = Event(RESET, b"{}")


async def event_stream(frames: AsyncGenerator[bytes, None]) -> ClosingStream:
    """A response that sends frames as they come; raises what stands in the way of subscribing."""
    await anext(frames)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return ClosingStream(frames, media_type=EVENT_STREAM, headers=headers)


async def run_events(
    hub: Hub, library: Library, run_id: str, last_event_id: str | None
) -> AsyncGenerator[bytes, None]:
    """Every item of a run after `last_event_id`, from the journal, then as they come; `end` when the pass is over.

    Raises `HubClosed` and `UnknownRun` before the first frame.
    """
    with hub.subscribe(run_topic(run_id)) as live:
        metadata = await library.metadata(run_id)
        items = await library.items(run_id)
        yield _SUBSCRIBED
        yield _LISTENING
        seen = items[-1].sequence_number if items else 0
        after = _number(last_event_id)
        if after is None or after > seen:
            yield frame(_RESET)
            after = 0
        for item in items:
            if item.sequence_number > after:
                yield frame(item_event(item))
        # The recorder's thread may be a line ahead of what it has told: then the rest, and `end`, are on their way.
        more_comes = metadata.items_count > seen and library.recorder(run_id) is not None
        if metadata.status is not Status.RUNNING and not more_comes:
            yield frame(Event("end", msgspec.json.encode(metadata)))
            return
        async for event in _heard(live):
            if event is None:
                yield _PING
                continue
            number = _number(event.id)
            if event.id is not None and number is not None:
                if number <= seen:
                    continue
                seen = number
            yield frame(event)
            if event.name == "end":
                return


async def topic_events(hub: Hub, topic: str, last_event_id: str | None) -> AsyncGenerator[bytes, None]:
    """What happens in a topic that the hub keeps, after `last_event_id` if it still knows it."""
    with hub.subscribe(topic, last_event_id) as live:
        yield _SUBSCRIBED
        yield _LISTENING
        async for event in _heard(live):
            yield _PING if event is None else frame(event)


async def export_events(hub: Hub, exports: Exports, imports: Imports) -> AsyncGenerator[bytes, None]:
    """How all packages and imports stand and which drives there are, then what changes. Nothing of it is kept."""
    with hub.subscribe(EXPORTS_TOPIC) as live:
        yield _SUBSCRIBED
        yield _LISTENING
        for export in reversed(exports.listed()):
            yield frame(Event("export", msgspec.json.encode(export)))
        for known in reversed(imports.listed()):
            yield frame(Event("import", msgspec.json.encode(known)))
        drives = DriveList(await asyncio.to_thread(exports.drives_now))
        yield frame(Event("drives", msgspec.json.encode(drives)))
        async for event in _heard(live):
            yield _PING if event is None else frame(event)


def item_event(item: RunItem) -> Event:
    """A journal item as the hub publishes it."""
    return Event("item", msgspec.json.encode(item), str(item.sequence_number))


def frame(event: Event) -> bytes:
    """An event in the form of the stream."""
    head = f"id: {event.id}\n" if event.id is not None else ""
    data = b"\n".join(b"data: " + line for line in event.data.split(b"\n"))
    return f"{head}event: {event.name}\n".encode() + data + b"\n\n"


async def _heard(live: Subscription) -> AsyncIterator[Event | None]:
    """The events of a subscription until it ends; None whenever it was silent for a while."""
    while True:
        try:
            event = await live.next(PING_SECONDS)
        except StopAsyncIteration:
            return
        yield event


def _number(event_id: str | None) -> int | None:
    """The sequence number that an id says; 0 for none, None for anything else."""
    if event_id is None:
        return 0
    return int(event_id) if event_id.isascii() and event_id.isdecimal() and len(event_id) < 12 else None


def last_event_id(header: str | None, after: str | None) -> str | None:
    """Where a reader left off: the `Last-Event-ID` header, else the `after` parameter for a first connection."""
    return header if header is not None else after
