"""The settings in force: read at the start, changed by the teacher, written to kiosk.toml.

Changes take effect at once. What decides where the program listens, what it stores how and which boxes it talks to
is not changed from a screen.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from kiosk import settings
from kiosk.settings import Loaded, Places, Settings

CHANGEABLE_SECTIONS = frozenset({"session", "export", "limits", "safety", "offer", "desk"})
CHANGEABLE = frozenset({"kiosk.language", "kiosk.idle_minutes", "kiosk.camera", "teacher.session_minutes"})


class NotChangeable(ValueError):
    """This setting is not changed from a screen; `name` is `section.field`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class SetByVariable(ValueError):
    """An environment variable decides this setting, so the file cannot."""

    def __init__(self, name: str, variable: str) -> None:
        super().__init__(f"{name} is set by {variable}")
        self.name = name
        self.variable = variable


class SettingsInForce:
    """What is set now, for everybody who asks."""

    def __init__(self, where: Places, loaded: Loaded) -> None:
        self._where = where
        self._loaded = loaded
        self._one_at_a_time = asyncio.Lock()

    @property
    def settings(self) -> Settings:
        """The settings."""
        return self._loaded.settings

    @property
    def loaded(self) -> Loaded:
        """The settings, and where each comes from."""
        return self._loaded

    async def change(self, changes: Mapping[str, Any]) -> Loaded:
        """Change `section.field` settings, in the file and now.

        Raises `NotChangeable`, `SetByVariable`, `tomlfile.ConfigError`, `OSError`; then nothing is changed.
        """
        for name in changes:
            if not is_changeable(name):
                raise NotChangeable(name)
        return await self.keep(changes)

    async def keep(self, changes: Mapping[str, Any]) -> Loaded:
        """As `change`, for settings that the program itself decides on. Raises the same but `NotChangeable`."""
        async with self._one_at_a_time:
            for name in changes:
                self._check_source(name)
            self._loaded = await asyncio.to_thread(self._save, changes)
            return self._loaded

    def _check_source(self, name: str) -> None:
        variable = settings.variable_for(name)
        if self._loaded.sources[name] == variable:
            raise SetByVariable(name, variable)

    def _save(self, changes: Mapping[str, Any]) -> Loaded:
        settings.save(self._where, changes)
        return settings.load(self._where)


def is_changeable(name: str) -> bool:
    """Whether a setting may be changed from a screen."""
    known = {known for known, _ in settings.fields()}
    return name in known and (name in CHANGEABLE or name.split(".")[0] in CHANGEABLE_SECTIONS)
