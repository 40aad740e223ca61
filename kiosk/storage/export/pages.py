"""The pages of a package: open `index.html` from the stick in any browser; no network, no script, nothing to install.

An overview, lists by day, lens and device, and a page for each run. Only relative links; a content security policy
that allows nothing but pictures, sounds, films and the one style sheet beside the pages. In one language, that of the
package: two sets would double the number of files, and sticks are slow with many small files.

Lists are cut into pages of `PAGE`, so that 100,000 runs stay openable; memory holds one open page for each list.
What a page of a run shows is in `run_pages`. Blocking.
"""

import shutil
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec import Struct

from kiosk import i18n
from kiosk.records import MediaType
from kiosk.settings import assets_dir
from kiosk.storage.export import PackageFacts, RunInPackage, facts
from kiosk.storage.export.facts import RunFacts
from kiosk.storage.export.markup import Markup, element, join
from kiosk.storage.export.page_frame import STYLE, Frame, link, local_time, style
from kiosk.storage.export.run_pages import run_page, title_of

INDEX = "index.html"
FOLDER = "pages"
PAGE = 60
"""How many runs one page of a list shows."""

_NEWEST = 10
_TABLES = ("runs.csv", "items.csv", "runs.parquet", "items.parquet", "data-dictionary.md", "ro-crate-metadata.json")

Thumbnail = Callable[[RunInPackage, int], Path | None]


def write_pages(folder: Path, runs: Iterable[RunInPackage], about: PackageFacts, thumbnail: Thumbnail) -> list[Path]:
    """Write index.html and what it leads to; returns the files that every package has (index and style sheet).

    `thumbnail` gives a small picture of the n-th picture of a run, from 1, or None. Raises `OSError`.
    """
    writer = _Writer(folder, about, thumbnail)
    for run in runs:
        writer.add(run)
    return writer.finish()


class Card(Struct, frozen=True):
    """A run as lists show it. Paths are from the package's folder."""

    page: str
    title: str
    day: str
    lens: str
    status: str
    thumb: str | None
    works: int


class _List:
    """One list of runs, cut into pages. `first` is its first page; `count` how many runs it has."""

    def __init__(self, kind: str, name: str, place: str, write: "Callable[[_List, bool], None]") -> None:
        self.kind = kind
        self.name = name
        self.count = 0
        self.number = 1
        self.cards: list[Card] = []
        self._place = place
        self._write = write

    @property
    def first(self) -> str:
        return self.page(1)

    def page(self, number: int) -> str:
        return f"{self._place}.html" if number == 1 else f"{self._place}-{number}.html"

    def add(self, card: Card) -> None:
        if len(self.cards) == PAGE:
            self._write(self, True)
            self.cards = []
            self.number += 1
        self.cards.append(card)
        self.count += 1

    def finish(self) -> None:
        self._write(self, False)


class _Writer:
    def __init__(self, folder: Path, about: PackageFacts, thumbnail: Thumbnail) -> None:
        self._folder = folder
        self._about = about
        self._thumbnail = thumbnail
        self._frame = Frame(i18n.load(assets_dir() / "i18n"), about, folder)
        self._lists: dict[tuple[str, str], _List] = {}
        self._shown: deque[Card] = deque(maxlen=_NEWEST)
        self._runs = self._works = 0

    def add(self, run: RunInPackage) -> None:
        known = facts.facts_of(run)
        page = f"{FOLDER}/{run.place}.html"
        thumbs = self._thumbs(known)
        card = _card(self._frame, known, page, next(iter(thumbs.values()), None))
        trail = []
        for kind, name in (("day", card.day), ("lens", card.lens), ("device", run.metadata.device_id or "")):
            into = self._list(kind, name or "-")
            into.add(card)
            trail.append((kind, into.name, into.page(into.number)))
        self._write(page, run_page(self._frame, known, page, thumbs, trail))
        self._runs += 1
        self._works += card.works
        if card.thumb:
            self._shown.append(card)

    def finish(self) -> list[Path]:
        for one in self._lists.values():
            one.finish()
        self._write(INDEX, self._index())
        self._write(STYLE, style())
        return [self._folder / INDEX, self._folder / STYLE]

    def _list(self, kind: str, name: str) -> _List:
        known = self._lists.get((kind, name))
        if known is None:
            # Numbered, as names may hold anything, and FAT knows no difference between small and capital letters.
            number = sum(of == kind for of, _ in self._lists) + 1
            plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_") else "" for sign in name)
            place = f"{FOLDER}/{kind}/{number:03d}-{plain[:40].lower() or 'x'}"
            known = self._lists[kind, name] = _List(kind, name, place, self._write_list)
        return known

    def _thumbs(self, known: RunFacts) -> dict[str, str]:
        """File of a picture (from the run's folder) → its thumbnail in the package."""
        found = {}
        pictures = [fact.item for fact in known.outputs() if fact.item.media_type is MediaType.IMAGE]
        for n, item in enumerate(pictures, start=1):
            source = self._thumbnail(known.run, n)
            if source is None or item.file_path is None:
                continue
            target = f"{FOLDER}/thumbs/{known.run.place}-{n}{source.suffix}"
            path = self._folder / target
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, path)
            found[item.file_path] = target
        return found

    def _write(self, place: str, page: str) -> None:
        path = self._folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8", newline="\n")

    def _write_list(self, one: _List, more: bool) -> None:
        say = self._frame.say
        place = one.page(one.number)
        several = more or one.number > 1
        turn = join(
            _turn(place, one.page(one.number - 1) if one.number > 1 else None, say("pages.previous"), "prev"),
            element("span", say("pages.page", n=one.number)),
            _turn(place, one.page(one.number + 1) if more else None, say("pages.next"), "next"),
        )
        name = self._frame.name(one.kind, one.name)
        body = join(
            element("h1", element("span", say(f"pages.fact.{one.kind}"), class_="kind"), " ", name),
            element("nav", turn, class_="turn", aria_label=say("pages.turn")) if several else None,
            self._cards(place, one.cards),
            element("div", turn, class_="turn") if several else None,
        )
        self._write(place, self._frame.page(place, f"{name} · {self._about.title}", body))

    def _cards(self, place: str, cards: Iterable[Card]) -> Markup:
        return element("ul", *(element("li", self._one(place, card)) for card in cards), class_="cards")

    def _one(self, place: str, card: Card) -> Markup:
        picture = (
            element("img", src=link(place, card.thumb), alt="", loading="lazy", width=240, height=240)
            if card.thumb
            else element("span", self._frame.say(f"pages.status.{card.status}"), class_="blank")
        )
        return element(
            "a",
            picture,
            element("strong", card.title, dir="auto"),
            element("small", f"{self._frame.name('lens', card.lens)} · {card.day}"),
            href=link(place, card.page),
            class_="card",
        )

    def _index(self) -> str:
        say = self._frame.say
        body = join(
            element("h1", self._about.title),
            element("p", f"{say('pages.runs', n=self._runs)} · {say('pages.works', n=self._works)}", class_="lead"),
            self._cards(INDEX, reversed(self._shown)) if self._shown else None,
            *(self._directory(kind) for kind in ("day", "lens", "device")),
            self._table_links(),
            self._about_package(),
        )
        return self._frame.page(INDEX, self._about.title, body)

    def _directory(self, kind: str) -> Markup | None:
        lists = sorted((one for (of, _), one in self._lists.items() if of == kind), key=lambda one: one.name)
        if not lists:
            return None
        entries = (
            element(
                "li",
                element("a", self._frame.name(kind, one.name), href=link(INDEX, one.first)),
                " ",
                element("span", str(one.count), class_="count"),
            )
            for one in lists
        )
        return element(
            "section", element("h2", self._frame.say(f"pages.by_{kind}")), element("ul", *entries, class_="directory")
        )

    def _table_links(self) -> Markup | None:
        say = self._frame.say
        there = [name for name in _TABLES if (self._folder / name).is_file()]
        if not there:
            return None
        rows = (
            element(
                "li",
                element("a", name, href=link(INDEX, name)),
                " ",
                element("span", say(f"pages.table.{name.replace('.', '_').replace('-', '_')}")),
            )
            for name in there
        )
        return element("section", element("h2", say("pages.tables")), element("ul", *rows, class_="files"))

    def _note(self, name: str | None) -> str | None:
        """The name of a note; a link where it lies beside."""
        if name is None or not (self._folder / name).is_file():
            return name
        return element("a", name, href=link(INDEX, name))

    def _about_package(self) -> Markup:
        about, say = self._about, self._frame.say
        part = f"{about.bag_number or 1} ({about.bag_group})" if about.bag_group else None
        rows = (
            ("pages.made", local_time(about.created)),
            ("pages.workshops", ", ".join(about.session_ids)),
            ("pages.profile", say(f"pages.profile.{about.profile}")),
            ("pages.licence", about.licence or say("pages.no_licence")),
            ("pages.consent", self._note(about.consent_note)),
            ("pages.part", part),
            ("pages.version", about.app_version),
        )
        return element(
            "section", element("h2", say("pages.about")), self._frame.rows((say(key), value) for key, value in rows)
        )


def _card(frame: Frame, known: RunFacts, page: str, thumb: str | None) -> Card:
    run = known.run.metadata
    return Card(
        page=page,
        title=title_of(frame, known),
        day=(run.start_time or "")[:10],
        lens=run.schema,
        status=str(run.status),
        thumb=thumb,
        works=sum(1 for _ in known.outputs()),
    )


def _turn(place: str, to: str | None, words: str, rel: str) -> Markup:
    return element("a", words, href=link(place, to), rel=rel) if to else element("span", words, class_="off")
