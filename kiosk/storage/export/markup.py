"""HTML that cannot be broken by what people wrote: elements are built, texts in them are always escaped.

Knows elements and texts, not what a page shows.
"""

import html
import re

VOID = frozenset({"meta", "link", "img", "source", "br", "hr"})

# Characters that HTML does not allow, or that a terminal or a browser would act upon.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


class Markup(str):
    """HTML that is whole and safe; made by `element` and `join` only."""

    __slots__ = ()


def text(content: str) -> Markup:
    """A text as HTML: shown as it was written, whatever it was."""
    return Markup(html.escape(_CONTROL.sub("\ufffd", content), quote=True))


def element(kind: str, /, *children: str | None, **attributes: str | int | bool | None) -> Markup:
    """An element. Children that are not `Markup` are texts; None is left out, also as the value of an attribute.

    `class_` is `class`; `_` in other names stands for `-`; True is an attribute without a value.
    """
    opening = f"<{kind}{''.join(_attribute(*one) for one in attributes.items())}>"
    if kind in VOID:
        return Markup(opening)
    return Markup(f"{opening}{join(*children)}</{kind}>")


def join(*children: str | None) -> Markup:
    """Several children, one after the other."""
    return Markup("".join(one if isinstance(one, Markup) else text(one) for one in children if one is not None))


def _attribute(name: str, value: str | int | bool | None) -> str:
    if value is None or value is False:
        return ""
    plain = name.rstrip("_").replace("_", "-")
    return f" {plain}" if value is True else f' {plain}="{text(str(value))}"'
