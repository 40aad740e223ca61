"""The one safety check: every text on every path is judged here, before and after it is rewritten.

Word lists first. On a hit a judge model decides from the context, where one is configured; where none is, the
hit decides. Before an output, a guard model reads every text, where one is configured. A configured model that
fails blocks `kids` and `youth`; `adult` and `research` go on, and the verdict says `unchecked`. Signs of
self-harm are never put to a model: the person gets a help card. A text that speaks to the judge is not put to
it either: then the hit decides.
This module knows no runs, records nothing and shows nothing.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Literal, Protocol

import msgspec
from msgspec import Struct

from kiosk import tomlfile
from kiosk.engine.backends import BackendError
from kiosk.engine.queue import QueueFull
from kiosk.engine.stages.patience import Patience
from kiosk.engine.stages.terms import Category
from kiosk.engine.stages.wordlists import Match, WordLists
from kiosk.engine.turns import NOBODY, Asker
from kiosk.i18n import Sentences
from kiosk.records import SafetyLevel

__all__ = ["Category", "Guard", "Judge", "Match", "SafetyCheck", "Unclear", "Verdict", "WordLists", "sentence"]

_log = logging.getLogger(__name__)

Method = Literal["word_list", "judge_model", "guard_model", "vision_model", "unchecked"]
Answer = Literal["allow", "block"]

NOT_CHECKED = "safety.not_checked"
NOT_LOOKED_AT = "safety.picture_not_checked"
FILM_UNSEEN = "safety.film_not_checked"
HELP_CARD = "safety.help_card"
_UNCHECKED = frozenset({NOT_CHECKED, NOT_LOOKED_AT, FILM_UNSEEN})
STRICT = frozenset({SafetyLevel.KIDS, SafetyLevel.YOUTH})
_TOPICS = frozenset({"violence", "horror", "sexual", "drugs", "hate"})
_GRAVEST_FIRST: tuple[Category, ...] = ("self_harm", "law", "privacy", "age")


class Unclear(Exception):
    """A model answered, but not with one of the words that were asked of it."""


NO_VERDICT = (BackendError, Unclear, QueueFull, TimeoutError, OSError)
"""What a configured model may do instead of giving its verdict."""

Turn = Callable[[Asker], AbstractAsyncContextManager[None]]
"""Waits for a turn at the box of the models. Raises `BackendError`, `QueueFull`."""


@asynccontextmanager
async def at_once(asker: Asker) -> AsyncIterator[None]:
    """A turn at a box that nobody waits for."""
    yield


class Verdict(Struct, frozen=True, kw_only=True):
    """What the check says about one text.

    `reason` is the i18n key of the sentence for the person; None when the text is allowed. `model` is the model
    that decided, None for a word list. `matches` are for the record of the person's own run and the teacher.
    """

    allowed: bool
    category: Category | None = None
    method: Method
    level: SafetyLevel
    reason: str | None = None
    model: str | None = None
    matches: tuple[Match, ...] = ()


class Judge(Protocol):
    """Decides from the context whether a text with a word-list hit is meant badly."""

    model: str
    """What records say in `models_used`."""

    def judge(
        self, text: str, matches: Sequence[Match], level: SafetyLevel, language: str
    ) -> Coroutine[Any, Any, Answer]:
        """The decision. Raises `Unclear` or `BackendError`; never guesses."""
        ...


class Guard(Protocol):
    """A guard model that classifies a text without knowing the word lists."""

    model: str
    """What records say in `models_used`."""

    def judge(self, text: str, level: SafetyLevel, language: str) -> Coroutine[Any, Any, Category | None]:
        """What kind of danger the text holds at a level, None for none. Raises `Unclear` or `BackendError`."""
        ...


class SelfTest(Struct, frozen=True, forbid_unknown_fields=True):
    """`self_test.toml`: sentences that must be blocked at `kids`, each with its category, and that must pass."""

    bad: list["KnownBad"]
    good: list[str]

    @classmethod
    def load(cls, folder: Path) -> "SelfTest":
        """Raises `tomlfile.ConfigError`."""
        return tomlfile.load(folder / "self_test.toml", cls)


class KnownBad(Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence that the lists must find, and as what."""

    text: str
    category: Category


class SafetyCheck:
    """The safety check of this installation; `time_limit_s` is what a model may take for one text, in seconds."""

    def __init__(
        self,
        lists: WordLists,
        judge: Judge | None = None,
        guard: Guard | None = None,
        *,
        known: SelfTest | None = None,
        time_limit_s: float = 10.0,
        turn: Turn = at_once,
    ) -> None:
        self._lists = lists
        self._judge = judge
        self._guard = guard
        self._known = known
        self._turn = turn
        self._judging = Patience(time_limit_s)
        self._guarding = Patience(time_limit_s)

    @classmethod
    def load(cls, folder: Path) -> "SafetyCheck":
        """The check by the lists and the self test of a folder, without any model. Raises `tomlfile.ConfigError`."""
        return cls(WordLists.load(folder), known=SelfTest.load(folder))

    async def check(
        self, text: str, *, level: SafetyLevel, language: str, stage: Literal[1, 3] = 3, asker: Asker = NOBODY
    ) -> Verdict:
        """The verdict on one text, whoever wrote it. Never raises for a model that fails.

        `stage` 1 is for texts that are still to be rewritten and judged again: the guard model is not asked.
        The `asker` waits for a turn at the models' box; that is not counted as time that a model took.
        """
        verdict = await self._listed(text, level, language, asker)
        if not verdict.allowed or self._guard is None or stage == 1:
            return verdict
        return await self._guarded(text, verdict, self._guard, language, asker)

    async def close(self) -> None:
        """Stop what is still waiting for a model."""
        await self._judging.close()
        await self._guarding.close()

    @property
    def models(self) -> dict[str, str]:
        """The models that are asked, by what they do: `judge`, `guard`; empty when word lists decide alone."""
        asked = {"judge": self._judge, "guard": self._guard}
        return {role: who.model for role, who in asked.items() if who is not None}

    def self_test(self) -> list[str]:
        """Problems with the lists, in words for the teacher; while there are any, generation stays off."""
        if self._known is None:
            return ["the safety check has no sentences to test itself with"]
        problems = [
            f"this sentence must be blocked as {bad.category} and is not: {bad.text!r}"
            for bad in self._known.bad
            if _gravest(self._lists.find(bad.text, SafetyLevel.KIDS)) != bad.category
        ]
        problems += [
            f"this sentence must pass and is blocked: {good!r}"
            for good in self._known.good
            if self._lists.find(good, SafetyLevel.KIDS)
        ]
        if not self._known.bad or not self._known.good:
            problems.append("the safety check needs both known bad and known good sentences")
        return problems

    async def _listed(self, text: str, level: SafetyLevel, language: str, asker: Asker) -> Verdict:
        matches = tuple(await asyncio.to_thread(self._lists.find, text, level))
        category = _gravest(matches)
        if category is None:
            return Verdict(allowed=True, method="word_list", level=level)
        blocked = Verdict(
            allowed=False,
            category=category,
            method="word_list",
            level=level,
            reason=reason_for(category),
            matches=matches,
        )
        if self._judge is None or category == "self_harm":
            return blocked
        if await asyncio.to_thread(self._lists.addresses_judge, text):
            return blocked
        return await self._judged(text, blocked, self._judge, language, asker)

    async def _judged(self, text: str, blocked: Verdict, judge: Judge, language: str, asker: Asker) -> Verdict:
        try:
            async with self._turn(asker):
                answer = await self._judging.wait(judge.judge(text, blocked.matches, blocked.level, language))
        except NO_VERDICT as error:
            return not_checked(blocked, judge.model, error)
        if answer == "allow":
            return Verdict(
                allowed=True, method="judge_model", level=blocked.level, model=judge.model, matches=blocked.matches
            )
        return msgspec.structs.replace(blocked, method="judge_model", model=judge.model)

    async def _guarded(self, text: str, passed: Verdict, guard: Guard, language: str, asker: Asker) -> Verdict:
        try:
            async with self._turn(asker):
                category = await self._guarding.wait(guard.judge(text, passed.level, language))
        except NO_VERDICT as error:
            return not_checked(passed, guard.model, error)
        method: Method = "unchecked" if passed.method == "unchecked" and category is None else "guard_model"
        return Verdict(
            allowed=category is None,
            category=category,
            method=method,
            level=passed.level,
            reason=None if category is None else reason_for(category),
            model=guard.model,
            matches=passed.matches,
        )


def reason_for(category: Category) -> str:
    """The i18n key of what a person is told about a blocked text."""
    return HELP_CARD if category == "self_harm" else f"safety.blocked.{category}"


def sentence(verdict: Verdict, sentences: Sentences, language: str, help_line: str = "") -> str:
    """What a person is told about a blocked text, in their language; empty for an allowed one.

    Never holds a word of the text. `help_line` is a number or an address, from the settings; may be empty.
    """
    if verdict.reason is None:
        return ""
    told = sentences.say(language, verdict.reason)
    topics = {match.topic for match in verdict.matches if match.category == verdict.category}
    for topic in sorted(topics & _TOPICS) if verdict.category == "age" and verdict.reason not in _UNCHECKED else ():
        told += " " + sentences.say(language, f"safety.change.{topic}")
    if verdict.reason == HELP_CARD and help_line.strip():
        told += " " + sentences.say(language, "safety.help_card.line", help_line=help_line.strip())
    return told


def _gravest(matches: Sequence[Match]) -> Category | None:
    found = {match.category for match in matches}
    return next((category for category in _GRAVEST_FIRST if category in found), None)


def not_checked(verdict: Verdict, model: str, error: Exception) -> Verdict:
    """The verdict when a configured model failed: `kids` and `youth` are blocked, the others go on unchecked."""
    _log.warning("the safety model %s gave no verdict: %s", model, type(error).__name__)
    strict = verdict.level in STRICT
    return Verdict(
        allowed=not strict,
        category=verdict.category if strict else None,
        method="unchecked",
        level=verdict.level,
        reason=NOT_CHECKED if strict else None,
        model=model,
        matches=verdict.matches,
    )
