"""Lenses (interception configs) and output configs: the shelf of them, reloaded when a file changes.

The program's own files lie in `assets/configs/{interception,output}`; a teacher's folder of the same shape adds to
them and overrides by id. A file that cannot be used is listed in `Configs.problems` and takes no other away: the
version before it stays in force. Knows the files only; which box can run an output is not asked here.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Generic, get_args

import msgspec
from msgspec import Struct

from kiosk import tomlfile
from kiosk.engine.config_files import (
    C,
    Example,
    Group,
    InterceptionConfig,
    LocalizedText,
    Needs,
    Optimization,
    OutputConfig,
    SketchbookManner,
    read_config,
)
from kiosk.tomlfile import ConfigError

__all__ = [
    "Configs",
    "Example",
    "InterceptionConfig",
    "LocalizedText",
    "Needs",
    "Optimization",
    "OutputConfig",
    "Problem",
    "SketchbookManner",
]

MAX_RULES_WORDS = 170
MAX_DESCRIPTION_WORDS = 26


class Problem(Struct, frozen=True):
    """Something in a config file that a person should change. `line` counts from 1; None where not known."""

    file: Path
    line: int | None
    field: str | None
    problem: str

    def __str__(self) -> str:
        where = f"{self.file}" + (f", line {self.line}" if self.line else "")
        return where + (f", {self.field}" if self.field else "") + f": {self.problem}"


class _File(Struct, Generic[C], frozen=True):
    """One config file as last seen: its stamp, the last version that could be used, what is wrong now."""

    stamp: tuple[int, int, int]
    config: C | None
    problem: Problem | None


_Files = dict[Path, _File[C]]


class Configs:
    """All lenses and output configs in force. Reading is safe from any thread; `refresh` swaps whole tables."""

    def __init__(self, shipped: Path, teacher: Path | None) -> None:
        self._folders = [folder for folder in (shipped, teacher) if folder is not None]
        self._lens_files: _Files[InterceptionConfig] = {}
        self._output_files: _Files[OutputConfig] = {}
        self.interception: Mapping[str, InterceptionConfig] = MappingProxyType({})
        self.output: Mapping[str, OutputConfig] = MappingProxyType({})
        self.problems: tuple[Problem, ...] = ()

    @classmethod
    def load(cls, shipped: Path, teacher: Path | None = None) -> "Configs":
        """Everything in `shipped/{interception,output}` and, over it, in the teacher's folder, which may be absent.

        A file that cannot be used is listed in `problems`; this never raises for a bad file.
        """
        configs = cls(shipped, teacher)
        configs.refresh()
        return configs

    def lens_names(self, language: str) -> dict[str, str]:
        """What the lenses are called in a language, by id."""
        return {lens.id: lens.name.in_language(language) for lens in self.interception.values()}

    def refresh(self) -> bool:
        """Look for added, changed and removed files; only these are read. True if something changed.

        Costs one directory listing with stat per folder. Blocking: off the event loop. A changed file that cannot
        be used leaves its last good version in force and is listed in `problems`.
        """
        lens_files = _scan(self._folders, "interception", InterceptionConfig, self._lens_files)
        output_files = _scan(self._folders, "output", OutputConfig, self._output_files)
        if lens_files == self._lens_files and output_files == self._output_files:
            return False
        self._lens_files, self._output_files = lens_files, output_files
        outputs = _in_force(output_files)
        known = outputs.keys() | {path.stem for path in output_files}
        lenses, dangling = _with_known_outputs(lens_files, outputs.keys(), known)
        self.output = MappingProxyType(dict(sorted(outputs.items())))
        self.interception = MappingProxyType(dict(sorted(lenses.items(), key=_shelf)))
        self.problems = (*_problems(lens_files), *_problems(output_files), *dangling)
        return True

    def lint(self) -> list[Problem]:
        """Everything that could be better: what is in `problems`, and what is usable but not complete."""
        found = list(self.problems)
        for path, lens_file in self._lens_files.items():
            if lens_file.config is not None and lens_file.problem is None:
                found += _located(path, _lint_lens(lens_file.config))
        for path, output_file in self._output_files.items():
            if output_file.config is not None and output_file.problem is None:
                found += _located(path, _lint_output(output_file.config))
        return found


def _scan(folders: list[Path], kind: str, struct: type[C], before: _Files[C]) -> _Files[C]:
    files: _Files[C] = {}
    for folder in folders:
        for path, stamp in _listing(folder / kind):
            known = before.get(path)
            files[path] = known if known and known.stamp == stamp else _look(path, stamp, struct, known)
    return files


def _listing(folder: Path) -> Iterator[tuple[Path, tuple[int, int, int]]]:
    """The TOML files of a folder with what changes when they change; nothing for a folder that is not there."""
    try:
        with os.scandir(folder) as entries:
            found = sorted(
                (entry.name, entry.stat()) for entry in entries if entry.name.endswith(".toml") and entry.is_file()
            )
    except OSError:
        return
    for name, facts in found:
        if not name.startswith("."):
            yield folder / name, (facts.st_mtime_ns, facts.st_size, facts.st_ino)


def _look(path: Path, stamp: tuple[int, int, int], struct: type[C], before: _File[C] | None) -> _File[C]:
    try:
        return _File(stamp, read_config(path, struct), None)
    except ConfigError as error:
        problem = Problem(error.path, error.line, error.field, error.problem)
        return _File(stamp, before.config if before else None, problem)


def _in_force(files: _Files[C]) -> dict[str, C]:
    """By id; files of a later folder win."""
    return {path.stem: file.config for path, file in files.items() if file.config is not None}


def _problems(files: _Files[C]) -> list[Problem]:
    return [file.problem for file in files.values() if file.problem is not None]


def _with_known_outputs(
    files: _Files[InterceptionConfig], usable: Iterable[str], known: Iterable[str]
) -> tuple[dict[str, InterceptionConfig], list[Problem]]:
    """The lenses in force, and the problems of those that suggest outputs which nobody ever described.

    A suggestion whose own file is broken is left out quietly: that file is listed already.
    """
    usable, known = set(usable), set(known)
    lenses: dict[str, InterceptionConfig] = {}
    problems: list[Problem] = []
    for path, file in files.items():
        if file.config is None:
            continue
        unknown = [name for name in file.config.suggested_outputs if name not in known]
        if unknown:
            problem = f"there is no output config `{unknown[0]}`"
            problems += _located(path, [("suggested_outputs", problem)])
            continue
        suggested = [name for name in file.config.suggested_outputs if name in usable]
        lenses[path.stem] = msgspec.structs.replace(file.config, suggested_outputs=suggested)
    return lenses, problems


def _shelf(entry: tuple[str, InterceptionConfig]) -> tuple[int, str]:
    """Order on the shelf: by group, the free lens first."""
    return get_args(Group).index(entry[1].group), entry[0]


def _located(path: Path, found: Iterable[tuple[str, str]]) -> list[Problem]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        text = ""
    return [Problem(path, tomlfile.line_of(text, name), name, problem) for name, problem in found]


def _lint_texts(texts: Mapping[str, LocalizedText]) -> Iterator[tuple[str, str]]:
    for name, text in texts.items():
        if missing := text.missing():
            yield name, f"no text in: {', '.join(missing)}"


def _lint_lens(lens: InterceptionConfig) -> Iterator[tuple[str, str]]:
    texts = {"name": lens.name, "description": lens.description, "purpose": lens.purpose}
    if any(lens.rules.values()):
        texts["rules"] = lens.rules
    elif lens.group != "start":
        yield "rules", "empty: only a lens of the group `start` leaves the rules to the child"
    for number, example in enumerate(lens.examples):
        texts[f"examples[{number}].before"] = example.before
        texts[f"examples[{number}].after"] = example.after
    yield from _lint_texts(texts)
    if len(lens.examples) < 2:
        yield "examples", f"{len(lens.examples)} of 2 worked examples"
    for name, text, most in (
        ("rules", lens.rules, MAX_RULES_WORDS),
        ("description", lens.description, MAX_DESCRIPTION_WORDS),
    ):
        for tag, words in ((tag, len(words.split())) for tag, words in text.items()):
            if words > most:
                yield f"{name}.{tag}", f"{words} words, {most} at most are read"
    if not lens.suggested_outputs:
        yield "suggested_outputs", "none: the child has to guess which output fits"


def _lint_output(output: OutputConfig) -> Iterator[tuple[str, str]]:
    yield from _lint_texts({"name": output.name, "description": output.description})
    if output.optimization:
        yield from _lint_texts({"optimization.instruction": output.optimization.instruction})
    if output.backend == "comfyui" and not output.workflow:
        yield "workflow", "a ComfyUI output needs a workflow"
    if output.workflow and "prompt" not in output.bindings:
        yield "bindings", "nothing says where the prompt goes in the workflow"
