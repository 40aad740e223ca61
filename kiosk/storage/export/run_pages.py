"""The page of one run in a package: what was made, every wording in order, who wrote it, and all facts.

Shows what was recorded and nothing else; what a person or a model wrote is text, never markup.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kiosk.records import CHECK_ITEM_TYPES, ItemType, MediaType
from kiosk.storage.export.facts import ItemFacts, RunFacts, seed, text, unique
from kiosk.storage.export.markup import Markup, element, join
from kiosk.storage.export.page_frame import Frame, language_of, link, local_time
from kiosk.storage.run_files import JOURNAL, METADATA

_TITLE = 90
_SHORTEST = 0.05
_PERSONS = frozenset({ItemType.USER_INPUT_TEXT, ItemType.USER_EDIT})
_SILENT = frozenset(
    {ItemType.PIPELINE_START, ItemType.PARAMETERS, ItemType.CONSENT_CHANGE, ItemType.RETENTION_CHANGE}
)

Trail = Sequence[tuple[str, str, str]]
"""Kind, name and page of each list that a run stands in."""


def title_of(frame: Frame, known: RunFacts) -> str:
    """What a run is called: its idea, cut; where the package tells no words its lens and time, else its id."""
    words = " ".join((known.last("input") or "").split())
    run = known.run.metadata
    began = local_time(run.start_time)
    if not words and run.schema and began:
        return f"{frame.name('lens', run.schema)}, {began[11:]}"
    if not words:
        return run.run_id
    return words if len(words) <= _TITLE else f"{words[:_TITLE].rstrip()} …"


def run_page(frame: Frame, known: RunFacts, place: str, thumbs: Mapping[str, str], trail: Trail) -> str:
    """The whole page, which lies at `place`; `thumbs` leads from a picture's file to its thumbnail in the package."""
    title = title_of(frame, known)
    body = join(
        element("h1", title, dir="auto"),
        _trail(frame, place, trail),
        _works(frame, known, place, thumbs, title),
        element(
            "section",
            element("h2", frame.say("pages.words")),
            element("ol", *_steps(frame, known), class_="steps"),
        ),
        element("section", element("h2", frame.say("pages.facts")), frame.rows(_facts(frame, known))),
        _files(frame, known, place),
    )
    return frame.page(place, f"{title} · {frame.about.title}", body)


def _trail(frame: Frame, place: str, trail: Trail) -> Markup:
    links = (
        element(
            "li",
            element("span", frame.say(f"pages.fact.{kind}"), class_="kind"),
            " ",
            element("a", frame.name(kind, name), href=link(place, page)),
        )
        for kind, name, page in trail
    )
    return element("nav", element("ul", *links, class_="trail"), aria_label=frame.say("pages.also_in"))


def _works(frame: Frame, known: RunFacts, place: str, thumbs: Mapping[str, str], title: str) -> Markup:
    works = [element("figure", *_work(frame, fact, n, place, thumbs, title)) for n, fact in _counted(known)]
    content = element("div", *works, class_="works") if works else element("p", frame.say("pages.no_works"))
    return element("section", element("h2", frame.say("pages.pictures")), content)


def _counted(known: RunFacts) -> Iterator[tuple[int, ItemFacts]]:
    counts: dict[MediaType, int] = {}
    for fact in known.outputs():
        media_type = fact.item.media_type
        counts[media_type] = counts.get(media_type, 0) + 1
        yield counts[media_type], fact


def _work(
    frame: Frame, fact: ItemFacts, n: int, place: str, thumbs: Mapping[str, str], title: str
) -> Iterator[Markup | None]:
    path = fact.item.file_path or ""
    there = link(place, f"{fact.run.place}/{path}")
    what = frame.say(f"pages.medium.{fact.item.media_type}", n=n)
    match fact.item.media_type:
        case MediaType.IMAGE if path in thumbs:
            shown = element("img", src=link(place, thumbs[path]), alt=f"{what}: {title}", loading="lazy")
            yield element("a", shown, href=there)
        case MediaType.AUDIO | MediaType.MUSIC:
            yield element("audio", src=there, controls=True, preload="none", aria_label=what)
        case MediaType.VIDEO:
            yield element("video", src=there, controls=True, preload="metadata", aria_label=what)
    model = text(fact.item.model_used)
    used = seed(fact.fact("seed"))
    words = [what, model, f"{frame.say('pages.fact.seed')} {used}" if used is not None else None]
    yield element(
        "figcaption",
        element("span", " · ".join(word for word in words if word)),
        " ",
        element("a", path.rpartition("/")[2], href=there),
    )


def _steps(frame: Frame, known: RunFacts) -> Iterator[Markup]:
    for fact in known.items:
        if fact.item.item_type in _SILENT:
            continue
        yield element("li", *_step(frame, fact), class_=_author(fact), id=f"i{fact.item.sequence_number}")


def _author(fact: ItemFacts) -> str:
    """Who wrote it, as the style sheet shows it: a person, a machine, or the program itself."""
    if fact.item.item_type in _PERSONS:
        return "person"
    made = fact.is_output or fact.item.media_type is MediaType.TEXT
    return "machine" if made and fact.item.model_used else "program"


def _step(frame: Frame, fact: ItemFacts) -> Iterator[Markup | None]:
    item = fact.item
    say = frame.say
    kind = (
        f"pages.entity.{fact.entity_type}" if item.item_type is ItemType.USER_EDIT else f"pages.item.{item.item_type}"
    )
    yield element("h3", _numbered(say(kind), item.stage_iteration))
    notes = [
        say("pages.edited", n=fact.fact("replaces")) if item.item_type is ItemType.USER_EDIT else None,
        text(item.model_used),
        text(fact.fact("asked_language")),
        _seconds(frame, item.execution_time),
        say("pages.for_output", n=item.loop_iteration) if item.loop_iteration is not None else None,
    ]
    if item.item_type in CHECK_ITEM_TYPES:
        notes += _verdict(frame, fact)
    yield element("p", " · ".join(note for note in notes if note), class_="notes") if any(notes) else None
    if item.content and item.item_type not in CHECK_ITEM_TYPES and item.media_type is not MediaType.METADATA:
        yield element("p", item.content, class_="wording", dir="auto", lang=language_of(fact.fact("language")))
    elif item.content and item.item_type not in CHECK_ITEM_TYPES:
        yield element("p", item.content, class_="reason", dir="auto")


def _seconds(frame: Frame, seconds: float | None) -> str | None:
    """A measured time for people, to a tenth of a second; what took less is not worth a word."""
    if seconds is None or seconds < _SHORTEST:
        return None
    plain = f"{seconds:.1f}"
    return frame.say("pages.seconds", n=plain.replace(".", ",") if frame.language == "de" else plain)


def _numbered(words: str, iteration: int | None) -> str:
    return words if iteration is None else f"{words} {iteration}"


def _verdict(frame: Frame, fact: ItemFacts) -> list[str | None]:
    method, category = text(fact.fact("method")), text(fact.fact("category"))
    allowed = fact.fact("allowed")
    return [
        frame.say("pages.allowed" if allowed is True else "pages.refused") if isinstance(allowed, bool) else None,
        frame.say(f"pages.method.{method}") if method else None,
        frame.say(f"pages.category.{category}") if category else None,
    ]


def _facts(frame: Frame, known: RunFacts) -> Iterator[tuple[str, str | None]]:
    run = known.run.metadata
    say = frame.say
    seconds = known.run.record.total_execution_time
    models = unique(text(fact.item.model_used) for fact in known.items)
    seeds = [str(one) for fact in known.outputs() if (one := seed(fact.fact("seed"))) is not None]
    rows = (
        ("run", run.run_id),
        ("lens", frame.name("lens", run.schema)),
        ("time", local_time(run.start_time)),
        ("seconds", _seconds(frame, seconds)),
        ("device", run.device_id),
        ("person", run.user_id),
        ("workshop", run.session_id),
        ("status", say(f"pages.status.{run.status}")),
        ("reason", text(run.reason)),
        ("level", say(f"pages.level.{run.safety_level}")),
        ("mode", say(f"pages.mode.{run.execution_mode}")),
        ("models", ", ".join(models)),
        ("seeds", ", ".join(seeds)),
        ("from", run.parent_run_id),
        ("version", run.app_version),
    )
    return ((say(f"pages.fact.{name}"), value) for name, value in rows)


def _files(frame: Frame, known: RunFacts, place: str) -> Markup | None:
    rows = [_file(frame, known, place, name, size, digest) for name, size, digest in _listed(frame, known)]
    if not rows:
        return None
    head = element(
        "thead", element("tr", *(element("th", frame.say(f"pages.file.{name}"), scope="col") for name in _HEADS))
    )
    table = element("table", head, element("tbody", *rows))
    wide = element("div", table, class_="wide", tabindex=0, role="region", aria_label=frame.say("pages.files"))
    return element("details", element("summary", frame.say("pages.files")), wide)


_HEADS = ("name", "size", "sha256")


def _listed(frame: Frame, known: RunFacts) -> Iterable[tuple[str, int | None, str]]:
    for fact in known.items:
        if fact.item.file is not None and fact.item.file_path is not None:
            yield fact.item.file_path, fact.item.file.size_bytes, fact.item.file.sha256
    for name in (JOURNAL, METADATA):
        if (frame.folder / known.run.place / name).is_file():
            yield name, None, ""


def _file(frame: Frame, known: RunFacts, place: str, name: str, size: int | None, digest: str) -> Markup:
    return element(
        "tr",
        element("td", element("a", name, href=link(place, f"{known.run.place}/{name}"))),
        element("td", "" if size is None else f"{size:,}".replace(",", " "), class_="number"),
        element("td", element("code", digest) if digest else None),
    )
