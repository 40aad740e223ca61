"""Where the engine's items go, as the engine sees it. Storage implements this; app.py brings both together."""

from collections.abc import Sequence
from typing import Literal, Protocol

from kiosk.records import RunItem, RunMetadata, RunStart


class RunRecorder(Protocol):
    """Takes the items of one run, in order; numbers, keeps and publishes each before it returns."""

    run_id: str
    execution_id: str | None

    @property
    def items(self) -> Sequence[RunItem]:
        """All items of the run so far, those of earlier passes included."""
        ...

    @property
    def metadata(self) -> RunMetadata:
        """The live state of the run."""
        ...

    async def record(self, item: RunItem, data: bytes | None = None) -> RunItem:
        """Keep an item, and for media its bytes (`item.file.mime_type` says what they are); return it complete.

        Never raises because of a disk: what could not be kept has `metadata["not_saved"]`.
        """
        ...

    async def close(self) -> None:
        """The pass is over: write what is derived, tell the readers, let go of the run."""
        ...


class RunShelf(Protocol):
    """Where runs begin and are taken up again."""

    async def begin(self, start: RunStart) -> RunRecorder:
        """Start a run; raises, and leaves nothing, when it cannot be kept."""
        ...

    async def reopen(
        self,
        run_id: str,
        *,
        until: Literal[2, 5],
        expected_outputs: list[str],
        output_configs: list[str],
    ) -> RunRecorder:
        """Take up a run that waits or has ended."""
        ...

    async def amend(self, run_id: str, item: RunItem) -> RunItem:
        """Add one item to a run that nobody records now; its status stays what it is."""
        ...

    async def metadata(self, run_id: str) -> RunMetadata:
        """The state of a run that nobody records now; raises `LookupError` for an unknown one."""
        ...

    async def items(self, run_id: str) -> Sequence[RunItem]:
        """The items of a run that nobody records now."""
        ...
