"""A run's stream as a box that takes its time would fill it: tokens, thinking, queue, steps, preview.

The embedded sketchbook is done before an eye could see these states; the stream here has the form of the real one
(`event`, `id`, `data`), and stays open until the page closes it.
"""

import json
from typing import Any

import msgspec
from playwright.sync_api import Page

from kiosk.records import Progress, RunItem, RunMetadata, timestamp

RUN_ID = "run_1769122471728_362ba81c"
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAA"
    "AElFTkSuQmCC"
)

# Playwright answers a request as a whole; a stream that stays open has to be made in the page.
_FETCH = """
const asked = window.fetch
window.fetch = (address, options) => {
  if (!String(address).includes(%s + '/stream')) return asked(address, options)
  const body = new ReadableStream({
    start: (stream) => stream.enqueue(new TextEncoder().encode(%s)),
  })
  return Promise.resolve(new Response(body, { headers: { 'Content-Type': 'text/event-stream' } }))
}
"""


class Script:
    """Items and progress of one run, in order, as text of an event stream."""

    def __init__(self, outputs: list[str]) -> None:
        self.frames: list[str] = []
        self._number = 0
        start = {"schema": "dada", "until": 5, "output_configs": outputs}
        self.item("pipeline_start", media_type="metadata", metadata=start)
        self.item("user_input_text", content="Ein Wal.")

    def item(self, item_type: str, *, media_type: str = "text", **fields: Any) -> "Script":
        self._number += 1
        plain = {"timestamp": timestamp(), "stage": 0, "item_type": item_type, "media_type": media_type, **fields}
        item = msgspec.convert(plain | {"sequence_number": self._number}, RunItem)
        self.frames.append(f"id: {self._number}\nevent: item\ndata: {msgspec.json.encode(item).decode()}\n\n")
        return self

    def progress(self, **fields: Any) -> "Script":
        progress = msgspec.convert(fields, Progress)
        self.frames.append(f"event: progress\ndata: {msgspec.json.encode(progress).decode()}\n\n")
        return self

    def text(self) -> "Script":
        self.item("stage1_safety_check", media_type="metadata", metadata={"allowed": True}, execution_time=0.1)
        return self.item("interception_final", content="Wal ein, Ein Wal.", model_used="llama3.2", execution_time=4.2)

    def show(self, page: Page) -> None:
        """Let the page follow this stream instead of a real one."""
        body = "".join(self.frames)
        page.add_init_script(_FETCH % (json.dumps(RUN_ID), json.dumps(body)))
        put_on_the_table(page)


def put_on_the_table(page: Page) -> None:
    """Open the scripted run on a page whose streams have been replaced."""
    status = msgspec.json.encode(RunMetadata(run_id=RUN_ID, schema="dada")).decode()
    page.route(
        f"**/api/pipeline/{RUN_ID}/status",
        lambda route: route.fulfill(body=status, content_type="application/json"),
    )
    page.goto(page.url.split("#")[0] + f"#/run/{RUN_ID}")
    page.reload()
