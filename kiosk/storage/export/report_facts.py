"""What a report of a run says, in the reader's language: the same for the page and for the document.

Everything is text that stays text, in the order in which it happened; nothing is left out because it went wrong.
Pure: files are only named.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct, field

from kiosk import __version__
from kiosk.i18n import Sentences
from kiosk.records import BLOCK_ITEM_TYPES, CHECK_ITEM_TYPES, ItemType, MediaType, RunItem, Status
from kiosk.storage.export import RunInPackage
from kiosk.storage.export.differences import Part, differences
from kiosk.storage.export.marks import clean, is_algorithmic
from kiosk.storage.export.report_words import ReportWords
from kiosk.storage.projection import Fold, fold

_REWRITTEN = (ItemType.INTERCEPTION_FINAL, ItemType.INTERCEPTION_RESULT)
_ON_THE_WAY = frozenset({ItemType.USER_INPUT_IMAGE, ItemType.STEP_OUTPUT, ItemType.NODE_OUTPUT})
_TITLE_LENGTH = 70


class Fact(Struct, frozen=True):
    """A name and what it says."""

    name: str
    value: str


class Wording(Struct, frozen=True, kw_only=True):
    """One text as it stood. `by` says who made it; `parts` compare it with the one that it replaced."""

    number: int
    kind: str
    title: str
    text: str
    by: str = ""
    language: str | None = None
    parts: list[Part] | None = None


class Work(Struct, frozen=True, kw_only=True):
    """A finished medium. `file` is relative to the run; None when it could not be saved."""

    n: int
    media_type: MediaType
    file: str | None
    alt: str
    by: str
    facts: list[Fact]


class Row(Struct, frozen=True):
    """One line of a table; `by` may be empty."""

    cells: list[str]


class Report(Struct, frozen=True, kw_only=True):
    """All that a report says. `says` are the sentences of the page by key, without `report.`."""

    language: str
    title: str
    lens: str
    date: str
    status: Status
    notice: str
    idea: str
    rewritten: str
    parts: list[Part] | None
    rules: str
    wordings: list[Wording]
    works: list[Work]
    others: list[Work]
    checks: list[Row]
    steps: list[Row]
    facts: list[Fact]
    cite: str
    damage: list[str]
    says: dict[str, str] = field(default_factory=dict)


def report_of(run: RunInPackage, words: ReportWords, sentences: Sentences) -> Report:
    """The report of a run."""
    said = _Writer(run, words, sentences).report()
    return msgspec.convert(_showable(msgspec.to_builtins(said)), Report)


class _Writer:
    def __init__(self, run: RunInPackage, words: ReportWords, sentences: Sentences) -> None:
        self._run = run
        self._words = words
        self._sentences = sentences
        self._items: Sequence[RunItem] = run.record.items
        self._fold: Fold = fold(self._items)

    def report(self) -> Report:
        state = self._run.metadata
        wordings = self._wordings()
        idea = _last(wordings, "input")
        rewritten = _last(wordings, "interception")
        status = Status(state.status)
        return Report(
            language=self._words.language,
            title=self._title(idea, status),
            lens=self._words.lens_name,
            date=self._moment(state.start_time or self._run.record.timestamp, long=True),
            status=status,
            notice=self._notice(status),
            idea=idea,
            rewritten=rewritten,
            parts=differences(idea, rewritten) if idea and rewritten else None,
            rules=_last(wordings, "context_prompt"),
            wordings=wordings,
            works=self._works(idea),
            others=self._others(),
            checks=[self._check(item) for item in self._items if item.item_type in CHECK_ITEM_TYPES],
            steps=[self._step(item) for item in self._items],
            facts=self._facts(),
            cite=self._cite(),
            damage=[self._or_code("damage", kind) for kind in dict.fromkeys(self._words.damage)],
            says={
                key.removeprefix("report."): text
                for key, text in self._sentences.all(self._words.language).items()
                if key.startswith("report.")
            },
        )

    def _say(self, key: str, **values: object) -> str:
        return self._sentences.say(self._words.language, f"report.{key}", **values)

    def _or_code(self, key: str, code: str) -> str:
        """A sentence for a code of ours; the code itself where it is of another program."""
        full = key if key.startswith("pages.") else f"report.{key}"
        said = self._sentences.say(self._words.language, f"{full}.{code}")
        return code if said == f"{full}.{code}" else said

    def _title(self, idea: str, status: Status) -> str:
        # What was stopped is not put up as a headline.
        blocked = status is Status.BLOCKED and not self._fold.media()
        short = self._sentences.say(self._words.language, f"status.{status}") if blocked else " ".join(idea.split())
        if len(short) > _TITLE_LENGTH:
            short = short[:_TITLE_LENGTH].rsplit(" ", 1)[0] + " …"
        return f"{self._words.lens_name}: {short}" if short else self._words.lens_name

    def _notice(self, status: Status) -> str:
        if status is Status.COMPLETED:
            return ""
        reason = self._run.metadata.reason or ""
        if status is Status.BLOCKED:
            return reason
        said = self._sentences.say(self._words.language, f"status.{status}")
        return f"{said} {reason}".strip()

    def _wordings(self) -> list[Wording]:
        found: list[Wording] = []
        by_number: dict[int, str] = {}
        for item in self._items:
            if item.media_type is not MediaType.TEXT or item.content is None:
                continue
            kind = self._fold.entity_type(item)
            if kind is None or kind.startswith("output"):
                kind = str(item.item_type)
            if item.item_type in _REWRITTEN:
                kind = "interception"
            replaced = by_number.get(_number(item.metadata.get("replaces")))
            by_number[item.sequence_number] = item.content
            language = item.metadata.get("language")
            found.append(
                Wording(
                    number=item.sequence_number,
                    kind=kind,
                    title=self._wording_title(item, kind),
                    text=item.content,
                    by=self._by(item),
                    language=language if isinstance(language, str) else None,
                    parts=differences(replaced, item.content) if replaced is not None else None,
                )
            )
        return found

    def _wording_title(self, item: RunItem, kind: str) -> str:
        base = kind.rstrip("0123456789").rstrip("_") if item.stage_iteration is not None else kind
        if item.item_type is ItemType.INTERCEPTION_ITERATION:
            title = self._say("wording.step", n=item.stage_iteration or 1)
        else:
            title = self._or_code("wording", base)
            if title == base:
                title = self._or_code("pages.item", str(item.item_type))
        language = item.metadata.get("language_name") or item.metadata.get("language")
        if item.item_type is ItemType.INTERCEPTION_ITERATION and isinstance(language, str):
            title = f"{title} ({language})"
        output = self._words.output_names.get(item.config_used or "")
        if output is not None and item.stage > 2:
            title = f"{title}: {output}"
        return f"{title}, {self._say('edited')}" if item.metadata.get("edited") else title

    def _by(self, item: RunItem) -> str:
        if item.item_type is ItemType.USER_EDIT or item.item_type is ItemType.USER_INPUT_TEXT:
            return self._say("by_person")
        parts = [item.model_used or "", self._seconds(item)]
        return ", ".join(part for part in parts if part)

    def _seconds(self, item: RunItem) -> str:
        return f"{self._decimal(item.execution_time)} s" if item.execution_time is not None else ""

    def _decimal(self, number: float) -> str:
        text = f"{number:.2f}"
        return text.replace(".", ",") if self._words.language == "de" else text

    def _works(self, idea: str) -> list[Work]:
        return [
            Work(
                n=medium.n,
                media_type=medium.media_type,
                file=medium.item.file_path,
                alt=self._alt(medium.item, idea),
                by=self._maker(medium.item),
                facts=self._work_facts(medium.item),
            )
            for medium in self._fold.media()
        ]

    def _others(self) -> list[Work]:
        """Pictures that are no result: those a person brought, steps of a lab, what came out of a canvas's nodes."""
        found = [
            item
            for item in self._items
            if item.item_type in _ON_THE_WAY and item.file is not None and item.file.mime_type.startswith("image/")
        ]
        return [self._on_the_way(item, n) for n, item in enumerate(found, start=1)]

    def _on_the_way(self, item: RunItem, n: int) -> Work:
        is_brought = item.item_type is ItemType.USER_INPUT_IMAGE
        title = self._say("brought") if is_brought else self._say("on_the_way.one", n=n)
        name = item.metadata.get("node_type") or item.metadata.get("label") or item.model_used
        return Work(
            n=n,
            media_type=MediaType.IMAGE,
            file=item.file_path,
            alt=title,
            by=f"{title} ({name})" if isinstance(name, str) and not is_brought else title,
            facts=[],
        )

    def _alt(self, item: RunItem, idea: str) -> str:
        short = " ".join(idea.split())[:200]
        return self._say(f"alt.{item.media_type}", idea=short, lens=self._words.lens_name)

    def _maker(self, item: RunItem) -> str:
        name = self._words.output_names.get(item.config_used or "", item.config_used or "")
        how = self._say("by_procedure") if is_algorithmic(item) else self._say("by_model")
        return f"{name} ({how})" if name else how

    def _work_facts(self, item: RunItem) -> list[Fact]:
        known = item.metadata
        width, height = known.get("width"), known.get("height")
        duration = known.get("duration_s")
        facts = {
            "model": item.model_used,
            "backend": item.backend_used,
            "seed": known.get("seed"),
            "size": f"{width} × {height}" if width and height else None,
            "duration": f"{self._decimal(duration)} s" if isinstance(duration, int | float) else None,
            "seconds": self._seconds(item) or None,
            "file": item.file_path or self._say("not_saved"),
            "sha256": item.file.sha256 if item.file is not None and item.file.sha256 else None,
            "prompt": known.get("prompt"),
        }
        return [
            Fact(self._say(f"fact.{name}"), shown(str(value))) for name, value in facts.items() if value is not None
        ]

    def _check(self, item: RunItem) -> Row:
        allowed = item.item_type not in BLOCK_ITEM_TYPES and item.metadata.get("allowed", True) is not False
        method = str(item.metadata.get("method") or "")
        where = [str(one) for one in item.metadata.get("checked") or []]
        what = ", ".join(self._or_code("wording", one) for one in where) or self._or_code(
            "pages.item", str(item.item_type)
        )
        category = item.metadata.get("category")
        about = self._or_code("pages.category", category) if isinstance(category, str) and category else ""
        verdict = self._say("verdict.allowed" if allowed else "verdict.blocked")
        return Row(
            [
                what,
                f"{verdict} ({about})" if about else verdict,
                self._or_code("method", method) if method else "",
                item.model_used or "",
                str(item.metadata.get("level") or ""),
            ]
        )

    def _step(self, item: RunItem) -> Row:
        by = item.model_used or item.backend_used or ""
        return Row(
            [
                str(item.sequence_number),
                self._moment(item.timestamp),
                str(item.item_type),
                by,
                self._decimal(item.execution_time) if item.execution_time is not None else "",
            ]
        )

    def _facts(self) -> list[Fact]:
        state, record = self._run.metadata, self._run.record
        total = record.total_execution_time
        known = {
            "run_id": record.run_id,
            "execution_id": record.execution_id,
            "lens_id": record.config_name,
            "status": str(state.status),
            "started": self._moment(state.start_time or "", long=True),
            "ended": self._moment(state.end_time or "", long=True),
            "worked": f"{self._decimal(total)} s" if total is not None else None,
            "mode": record.execution_mode,
            "level": record.safety_level,
            "session": record.session_id,
            "person": record.user_id,
            "device": record.device_id,
            "language": state.language,
            "parent": state.parent_run_id,
            "used_seed": record.used_seed,
            "items": len(self._items),
            "journal": state.last_h if state.last_h.strip("0") else None,
            "app": f"Atelier Kiosk {state.app_version}" if state.app_version else None,
        }
        return [
            Fact(self._say(f"fact.{name}"), str(value)) for name, value in known.items() if value not in (None, "")
        ]

    def _cite(self) -> str:
        state = self._run.metadata
        models = dict.fromkeys(item.model_used for item in self._items if item.model_used)
        return self._say(
            "cite.text" if models else "cite.bare",
            lens=self._words.lens_name,
            run=self._run.record.run_id,
            date=self._moment(state.start_time or self._run.record.timestamp, day=True),
            models=", ".join(models),
            app=f"Atelier Kiosk {state.app_version or __version__}",
        )

    def _moment(self, text: str, *, long: bool = False, day: bool = False) -> str:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return text
        date = moment.strftime("%d.%m.%Y" if self._words.language == "de" else "%Y-%m-%d")
        if day:
            return date
        return f"{date}, {moment:%H:%M}" if long else f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}"


def _showable(value: Any) -> Any:
    """The same with every text as it can stand on paper."""
    match value:
        case str():
            return shown(value)
        case list():
            return [_showable(part) for part in value]
        case dict():
            return {name: _showable(part) for name, part in value.items()}
    return value


def shown(text: str) -> str:
    """A text as it can stand on paper: without signs that nobody can see, lines ended in one way."""
    return clean(text.replace("\r\n", "\n").replace("\r", "\n"))


def _last(wordings: Sequence[Wording], kind: str) -> str:
    return next((wording.text for wording in reversed(wordings) if wording.kind == kind), "")


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
