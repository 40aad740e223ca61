"""The description of the HTTP interface as one page to read: plain HTML, no script, nothing from elsewhere.

Made from the OpenAPI document alone, so that it cannot say anything else.
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

Schema = Mapping[str, Any]

_METHODS = ("get", "head", "post", "put", "patch", "delete")
_STYLE = """
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); } code { font-size: .95em; }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; padding: .5rem .75rem; }
summary { cursor: pointer; } .method { display: inline-block; min-width: 4.5rem; font-weight: 700; }
table { border-collapse: collapse; margin: .5rem 0; } th, td { text-align: left; padding: .15rem .9rem .15rem 0;
vertical-align: top; } .soft { opacity: .75; }
"""
STYLE_HASH = "sha256-" + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


def docs_page(schema: Schema, problems: Mapping[str, str]) -> str:
    """The page for an OpenAPI document; `problems` are the sentences by code that errors link to."""
    info = schema["info"]
    return "".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            f'<title>{escape(info["title"])}</title><link rel="icon" href="data:,">',
            f"<style>{_STYLE}</style></head><body><h1>{escape(info['title'])} {escape(info['version'])}</h1>",
            f"<p>{escape(info.get('description', ''))}</p>",
            '<p><a href="/api/docs/openapi.json">openapi.json</a></p>',
            *_operations(schema["paths"]),
            "<h2>Records</h2>",
            *(_record(name, record) for name, record in sorted(schema["components"]["schemas"].items())),
            "<h2>Problems</h2><table>",
            *(f"<tr id={escape(code)!r}><td><code>{escape(code)}</code></td><td>{escape(text)}</td></tr>"
              for code, text in sorted(problems.items())),
            "</table></body></html>",
        ]
    )  # fmt: skip


def _operations(paths: Schema) -> Iterator[str]:
    by_tag: dict[str, list[str]] = {}
    for path, item in paths.items():
        for method in _METHODS:
            if operation := item.get(method):
                tag = next(iter(operation.get("tags", [])), "other")
                by_tag.setdefault(tag, []).append(_operation(path, method, operation))
    for tag, entries in sorted(by_tag.items()):
        yield f"<h2>{escape(tag)}</h2>"
        yield from entries


def _operation(path: str, method: str, operation: Schema) -> str:
    parameters = "".join(
        f"<tr><td><code>{escape(entry['name'])}</code></td><td>{escape(entry['in'])}</td>"
        f"<td>{_type(entry.get('schema', {}))}</td><td>{escape(entry.get('description') or '')}</td></tr>"
        for entry in operation.get("parameters", [])
    )
    body = "".join(
        f"<p>Body <code>{escape(kind)}</code>: {_type(entry.get('schema', {}))}</p>"
        for kind, entry in operation.get("requestBody", {}).get("content", {}).items()
    )
    answers = "".join(
        f"<tr><td>{escape(status)}</td><td>{_answer(entry)}</td>"
        f"<td>{escape(entry.get('description') or '')}</td></tr>"
        for status, entry in sorted(operation.get("responses", {}).items())
    )
    return (
        f'<details><summary><span class="method">{method.upper()}</span><code>{escape(path)}</code> '
        f'<span class="soft">{escape(operation.get("summary") or "")}</span></summary>'
        f"<p>{escape(operation.get('description') or '')}</p>"
        f"<table>{parameters}</table>{body}<table>{answers}</table></details>"
    )


def _answer(entry: Schema) -> str:
    return ", ".join(
        f"{_type(content.get('schema', {}))} <span class=soft>{escape(kind)}</span>"
        for kind, content in (entry.get("content") or {}).items()
    )


def _record(name: str, record: Schema) -> str:
    required = set(record.get("required", []))
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code></td><td>{_type(kind)}{'' if field in required else '?'}</td>"
        f"<td>{escape(kind.get('description') or '')}</td></tr>"
        for field, kind in record.get("properties", {}).items()
    )
    values = " | ".join(escape(str(value)) for value in record.get("enum", []))
    return (
        f'<details id="record-{escape(name)}"><summary><code>{escape(name)}</code></summary>'
        f"<p>{escape(record.get('description') or '')}</p><p>{values}</p><table>{rows}</table></details>"
    )


def _type(kind: Schema) -> str:
    if "$ref" in kind:
        name = escape(kind["$ref"].rsplit("/", 1)[-1])
        return f'<a href="#record-{name}">{name}</a>'
    if "enum" in kind:
        return " | ".join(f"<code>{escape(str(value))}</code>" for value in kind["enum"])
    for several in ("oneOf", "anyOf"):
        if several in kind:
            return " | ".join(_type(one) for one in kind[several])
    if kind.get("type") == "array":
        return f"[{_type(kind.get('items', {}))}]"
    return escape(str(kind.get("format") or kind.get("type") or "any"))
