from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk import settings
from kiosk.records import SafetyLevel
from kiosk.tomlfile import ConfigError


def where(tmp_path: Path, text: str | None = None) -> settings.Places:
    if text is not None:
        (tmp_path / settings.FILE_NAME).write_text(text, encoding="utf-8")
    return settings.places(tmp_path, {})


def test_without_a_file_everything_is_strict_private_and_local(tmp_path: Path) -> None:
    loaded = settings.load(where(tmp_path), {})
    assert loaded.settings.session.safety_level is SafetyLevel.KIDS
    assert loaded.settings.session.execution_mode == "eco"
    assert loaded.settings.server.host == "127.0.0.1"
    assert not loaded.settings.session.consent.research
    assert set(loaded.sources.values()) == {"default"}
    assert list(tmp_path.iterdir()) == []


def test_the_file_wins_over_defaults_and_variables_over_the_file(tmp_path: Path) -> None:
    place = where(tmp_path, '[session]\nsession_id = "Blau"\n\n[server]\nport = 9000\n')
    loaded = settings.load(place, {"KIOSK_SERVER_PORT": "9001"})
    assert loaded.settings.session.session_id == "Blau"
    assert loaded.settings.server.port == 9001
    assert loaded.sources["session.session_id"] == "kiosk.toml, line 2"
    assert loaded.sources["server.port"] == "KIOSK_SERVER_PORT"


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        ('[session]\nsafety_level = "none"\n', 2, "session.safety_level"),
        ("[server]\n\nport = 70000\n", 3, "server.port"),
        ("[server]\nprot = 1\n", 2, "server.prot"),
        ("[serer]\nport = 1\n", 1, "serer"),
        ('[kiosk]\ndevice_id = "Über/.."\n', 2, "kiosk.device_id"),
        ("[session]\n[session.consent]\nresearch = 3\n", 3, "session.consent.research"),
    ],
)
def test_a_bad_value_names_file_line_and_field(tmp_path: Path, text: str, line: int, field: str) -> None:
    with pytest.raises(ConfigError) as refused:
        settings.load(where(tmp_path, text), {})
    assert (refused.value.path.name, refused.value.line, refused.value.field) == ("kiosk.toml", line, field)


def test_a_word_that_is_none_of_the_choices_is_told_with_the_choices(tmp_path: Path) -> None:
    for text, words in (
        ('[storage]\ndurability = "lax"\n', "full, relaxed"),
        ('[session]\nsafety_level = "none"\n', "kids, youth, adult, research"),
    ):
        with pytest.raises(ConfigError, match=f"it may be {words}"):
            settings.load(where(tmp_path, text), {})


def test_a_file_that_was_saved_on_windows_is_read(tmp_path: Path) -> None:
    place = where(tmp_path, '\ufeff[session]\r\nsession_id = "Blau"\r\n')
    assert settings.load(place, {}).settings.session.session_id == "Blau"


def test_broken_toml_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        settings.load(where(tmp_path, "[server]\nport = \n"), {})
    assert refused.value.line == 2


def test_a_bad_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(settings.BadVariable, match="KIOSK_SERVER_PORT"):
        settings.load(where(tmp_path), {"KIOSK_SERVER_PORT": "high"})


def test_a_list_in_a_variable_is_json(tmp_path: Path) -> None:
    environment = {"KIOSK_OFFER_LENSES": '["dada", "haiku"]', "KIOSK_EXPORT_ORGANIZATION": "[Schule] am Fluss"}
    loaded = settings.load(where(tmp_path), environment).settings
    assert (loaded.offer.lenses, loaded.export.organization) == (["dada", "haiku"], "[Schule] am Fluss")
    for bad in ("[", "[1]", "dada"):
        with pytest.raises(settings.BadVariable):
            settings.load(where(tmp_path), {"KIOSK_OFFER_LENSES": bad})


def test_a_table_in_a_variable_is_json(tmp_path: Path) -> None:
    loaded = settings.load(where(tmp_path), {"KIOSK_SESSION_CONSENT": '{"research": true, "basis": "letter"}'})
    assert loaded.settings.session.consent.research
    for bad in ("{", '{"research": 3}', "yes"):
        with pytest.raises(settings.BadVariable):
            settings.load(where(tmp_path), {"KIOSK_SESSION_CONSENT": bad})


def test_saving_keeps_the_rest_of_the_file_and_refuses_bad_values(tmp_path: Path) -> None:
    place = where(tmp_path, "# mine\n[session]\nsession_id = 'Blau' # the blue group\n")
    settings.save(place, {"kiosk.device_id": "pc-1", "session.retention_days": 30})
    text = place.settings_file.read_text(encoding="utf-8")
    assert "# mine" in text
    assert "# the blue group" in text
    assert settings.load(place, {}).settings.kiosk.device_id == "pc-1"
    assert place.settings_file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ConfigError):
        settings.save(place, {"server.port": -1})
    assert place.settings_file.read_text(encoding="utf-8") == text


def test_the_data_folder_comes_from_the_call_then_the_variable_then_the_checkout(tmp_path: Path) -> None:
    assert settings.places(tmp_path, {"KIOSK_DATA": "/elsewhere"}).data == tmp_path
    assert settings.places(None, {"KIOSK_DATA": str(tmp_path)}).exports == tmp_path / "exports"
    assert (settings.places(None, {}).data / "pyproject.toml").is_file()
    assert settings.places(tmp_path, {"KIOSK_STATE": str(tmp_path / "s")}).state == tmp_path / "s"


def test_every_setting_says_what_it_means() -> None:
    assert all(text.endswith(".") for _, text in settings.fields())


def test_a_run_may_be_taken_when_its_days_are_over_and_is_kept_without_any() -> None:
    begun = datetime(2026, 2, 27, 23, 50, tzinfo=UTC)
    assert settings.SessionSettings(retention_days=2).retain_until(begun) == "2026-03-01"
    assert settings.SessionSettings().retain_until(begun) is None
