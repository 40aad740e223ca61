"""What a setting may be, told from its type, so that a screen can offer it as a choice, a switch or a number.

Checks nothing: whether a value holds is decided where settings are read.
"""

from enum import StrEnum

import msgspec
from msgspec import Struct, inspect

from kiosk.settings import Settings

_UNITS = {"_minutes": "minutes", "_days": "days", "_s": "seconds", "_mb": "megabytes", "_chars": "characters"}


class FormKind(StrEnum):
    """In which form a setting is shown. `table`: several values in one, which no field holds."""

    SWITCH = "switch"
    NUMBER = "number"
    CHOICE = "choice"
    LIST = "list"
    TABLE = "table"
    TEXT = "text"


class SettingForm(Struct, frozen=True, kw_only=True):
    """The values that a setting may have: one of `choices`, or a number from `least` to `most`, in `unit`s.

    `whole`: a number without a fraction.
    """

    kind: FormKind
    choices: list[str]
    least: float | None
    most: float | None
    unit: str | None
    whole: bool = False


def forms() -> dict[str, SettingForm]:
    """The form of each setting, by `section.field`."""
    return {
        f"{section.name}.{field.name}": _form(inspect.type_info(field.type), field.name)
        for section in msgspec.structs.fields(Settings)
        for field in msgspec.structs.fields(section.type)
    }


def _form(kind: inspect.Type, name: str) -> SettingForm:
    if isinstance(kind, inspect.Metadata):
        return _form(kind.type, name)
    if isinstance(kind, inspect.IntType | inspect.FloatType):
        unit = next((unit for ending, unit in _UNITS.items() if name.endswith(ending)), None)
        whole = isinstance(kind, inspect.IntType)
        return SettingForm(kind=FormKind.NUMBER, choices=[], least=kind.ge, most=kind.le, unit=unit, whole=whole)
    return SettingForm(kind=_kind(kind), choices=_choices(kind), least=None, most=None, unit=None)


def _kind(kind: inspect.Type) -> FormKind:
    match kind:
        case inspect.BoolType():
            return FormKind.SWITCH
        case inspect.EnumType() | inspect.LiteralType():
            return FormKind.CHOICE
        case inspect.ListType():
            return FormKind.LIST
        case inspect.StructType():
            return FormKind.TABLE
        case _:
            return FormKind.TEXT


def _choices(kind: inspect.Type) -> list[str]:
    if isinstance(kind, inspect.EnumType):
        return [str(member.value) for member in kind.cls]
    return [str(value) for value in kind.values] if isinstance(kind, inspect.LiteralType) else []
