"""Small pictures for the pages of a package: the gallery's where they are there, else made. Blocking."""

import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kiosk import durable as disk
from kiosk.records import MediaType
from kiosk.storage import finding, thumbnails
from kiosk.storage.errors import UnknownRun
from kiosk.storage.export import Profile, RunInPackage, facts
from kiosk.storage.export.marking import write_marked
from kiosk.storage.export.marks import marks_of
from kiosk.storage.export.plan import Task
from kiosk.storage.export.workshop import KEYS, CannotBeMarked
from kiosk.storage.jail import Jail
from kiosk.storage.run_files import facts_of_file

log = logging.getLogger(__name__)


@contextmanager
def page_pictures(task: Task, *, derives: bool) -> Iterator[Callable[[RunInPackage, int], Path | None]]:
    """What gives the small picture of the n-th picture of a run; in derived packages each carries marks."""
    with tempfile.TemporaryDirectory(dir=task.work) as bench, closing(Jail()) as jail:

        def small(run: RunInPackage, n: int) -> Path | None:
            try:
                return _small(task, run, n, Path(bench) if derives else None, jail)
            except (OSError, UnknownRun, thumbnails.NoThumbnail, CannotBeMarked) as error:
                log.info("no small picture for a page: %s", type(error).__name__)
                return None

        yield small


def _small(task: Task, run: RunInPackage, n: int, bench: Path | None, jail: Jail) -> Path | None:
    pictures = [fact.item for fact in facts.facts_of(run).outputs() if fact.item.media_type is MediaType.IMAGE]
    item = pictures[n - 1]
    if item.file is None:
        return None
    source = finding.file_in(run.folder, item.file_path)
    if bench is None:
        # An older run's records have no hash.
        digest = item.file.sha256 or facts_of_file(source).sha256
        path = thumbnails.path_for(task.state, run.metadata.run_id, digest)
        _make(jail, source, path)
        return path
    plain, marked = bench / "plain.webp", bench / "marked.webp"
    plain.unlink(missing_ok=True)
    _make(jail, source, plain)
    keys = task.state / KEYS if task.profile is Profile.PUBLIC else None
    write_marked(plain, marked, marks_of(run.metadata, item, with_prompt=False), keys)
    return marked


def _make(jail: Jail, source: Path, target: Path) -> None:
    """A small picture under its name, if it is not there. Raises `NoThumbnail`, `OSError`."""
    data = jail.small_picture_now(source, MediaType.IMAGE, target)
    if data is not None:
        disk.make_folders(target.parent, durable=False)
        disk.replace(target, data, durable=False)
