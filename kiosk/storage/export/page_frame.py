"""What all pages of a package have in common: head, security policy, links, names and the style sheet."""

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from kiosk import i18n
from kiosk.settings import assets_dir
from kiosk.storage.export import PackageFacts
from kiosk.storage.export.markup import Markup, element, join

STYLE = "pages/style.css"

# `file:` beside 'self': of a file on a stick, browsers differ in what 'self' is.
_POLICY = (
    "default-src 'none'; style-src 'self' file:; img-src 'self' file:; media-src 'self' file:; "
    "base-uri 'none'; form-action 'none'"
)
_LANGUAGE = re.compile(r"\A[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")


class Frame:
    """The frame around what a page shows, in the language of the package that is being made in `folder`."""

    def __init__(self, sentences: i18n.Sentences, about: PackageFacts, folder: Path) -> None:
        self.folder = folder
        self.about = about
        self.language = about.language
        self._sentences = sentences.all(about.language)

    def say(self, key: str, **values: object) -> str:
        """A sentence with its values filled in; a kind that has no sentence is said by its last word."""
        sentence = self._sentences.get(key)
        if sentence is None:
            return key.rpartition(".")[2]
        for name, value in values.items():
            sentence = sentence.replace("{" + name + "}", str(value))
        return sentence

    def name(self, kind: str, name: str) -> str:
        """What a lens, device or day is called."""
        if kind == "lens":
            return self.about.lens_names.get(name) or name or "-"
        return name or "-"

    def rows(self, rows: Iterable[tuple[str, str | None]]) -> Markup:
        """Names and values (texts or links), those without a value left out."""
        found = [
            element("div", element("dt", name), element("dd", value, dir="auto")) for name, value in rows if value
        ]
        return element("dl", *found, class_="facts")

    def page(self, place: str, title: str, body: Markup) -> str:
        """A whole page that lies at `place` in the package."""
        head = element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="color-scheme", content="light dark"),
            element("meta", name="referrer", content="no-referrer"),
            element("title", title),
            element("link", rel="stylesheet", href=link(place, STYLE)),
        )
        home = element("a", self.about.title, href=link(place, "index.html"), class_="home")
        banner = element("header", home) if place != "index.html" else None
        whole = join(
            element("a", self.say("pages.skip"), href="#main", class_="skip"),
            banner,
            element("main", body, id="main"),
            element("footer", element("p", self.say("pages.footer"))),
        )
        return f"<!doctype html>\n{element('html', head, element('body', whole), lang=self.language)}\n"


def link(place: str, to: str | None) -> str:
    """The relative address of a file of the package from a page of it; both are paths from the package's folder."""
    up = "../" * (len(PurePosixPath(place).parts) - 1)
    return up + quote(to or "")


def language_of(name: object) -> str | None:
    """A recorded language as HTML may name it, or None."""
    return name if isinstance(name, str) and _LANGUAGE.match(name) else None


def local_time(text: str | None) -> str | None:
    """A recorded time for people: local, to the minute."""
    try:
        return f"{datetime.fromisoformat(text or ''):%Y-%m-%d %H:%M}"
    except ValueError:
        return text


def style() -> str:
    """The style sheet of all pages."""
    return (assets_dir() / "pages" / "style.css").read_text(encoding="utf-8")
