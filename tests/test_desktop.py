"""Where a window can be opened, and what is taken out of its environment before."""

import os
import socket
import threading
from pathlib import Path

import pytest

from kiosk import desktop

pytestmark = pytest.mark.skipif(not desktop.IS_LINUX, reason="the Qt window is Linux's")


def test_without_a_display_it_says_so_and_offers_no_command(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    display = desktop.has_display()
    assert not display
    assert "neither DISPLAY nor WAYLAND_DISPLAY" in display.reason
    assert display.remedy == ""


def test_a_display_that_nobody_serves_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setenv("DISPLAY", ":4711")
    assert "does not answer" in desktop.has_display().reason


def test_a_wayland_display_counts_only_with_its_socket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-9")
    assert not desktop.has_display()
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(str(tmp_path / "wayland-9"))
        assert desktop.has_display()


def test_missing_libraries_are_named_with_the_one_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    judge = tmp_path / "ldd"
    judge.write_text(
        "#!/bin/sh\necho '  libxcb-cursor.so.0 => not found'\necho '  libm.so.6 => /lib/libm.so.6 (0x1)'\n"
    )
    judge.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("DISPLAY", ":4711")
    display = desktop.has_display()
    assert display.reason == "libraries of the window are missing: libxcb-cursor.so.0"
    assert display.remedy.startswith("sudo apt-get install")
    assert "libxcb-cursor0" in display.remedy
    assert "|" not in display.remedy


def test_doors_for_other_programs_are_closed_and_told() -> None:
    environment = {
        "QTWEBENGINE_REMOTE_DEBUGGING": "9222",
        "QTWEBENGINE_CHROMIUM_FLAGS": "--remote-debugging-port=9222 --disable-web-security --force-dark-mode",
    }
    warnings = " ".join(desktop.guard_environment(environment))
    assert "QTWEBENGINE_REMOTE_DEBUGGING" not in environment
    assert "remote" not in environment["QTWEBENGINE_CHROMIUM_FLAGS"]
    assert "disable-web-security" not in environment["QTWEBENGINE_CHROMIUM_FLAGS"]
    assert "--force-dark-mode" in environment["QTWEBENGINE_CHROMIUM_FLAGS"]
    assert "QTWEBENGINE_REMOTE_DEBUGGING" in warnings
    assert "--disable-web-security" in warnings


@pytest.mark.parametrize(("user", "is_off"), [(0, True), (1000, False)])
def test_only_root_works_without_the_sandbox(monkeypatch: pytest.MonkeyPatch, user: int, is_off: bool) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    environment = {"QTWEBENGINE_DISABLE_SANDBOX": "1"}
    warnings = desktop.guard_environment(environment)
    assert ("QTWEBENGINE_DISABLE_SANDBOX" in environment) is is_off
    assert len(warnings) == 1


def test_the_environment_is_guarded_only_once() -> None:
    environment: dict[str, str] = {}
    desktop.guard_environment(environment)
    flags = environment["QTWEBENGINE_CHROMIUM_FLAGS"]
    desktop.guard_environment(environment)
    assert environment["QTWEBENGINE_CHROMIUM_FLAGS"] == flags


def test_the_window_insists_on_the_main_thread_and_still_tells_that_it_ended() -> None:
    seen: list[object] = []

    def elsewhere() -> None:
        try:
            desktop.open_window("http://127.0.0.1:1/", title="x", on_close=lambda: seen.append("closed"))
        except desktop.WindowFailed as error:
            seen.append(str(error))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen == ["closed", "the window needs the main thread"]
