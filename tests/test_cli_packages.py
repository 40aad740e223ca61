"""`kiosk export --to` and `kiosk import`, as a person types them."""

import json
from pathlib import Path

from tests.storage.export.packages import bags, is_valid
from tests.test_cli import generate, kiosk, server


def test_runs_go_out_as_a_package_and_come_in_elsewhere(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    home = tmp_path / "kiosk"
    with server(home):
        _, run = generate(home, "--schema", "dada", "--output", "sketchbook_image")
        kept = json.loads(kiosk(home, "export", "--to", str(stick), "--json").stdout)
        assert (kept["state"], kept["reason"], kept["left_out_by"]) == ("done", "nothing_new", {"consent": 1})
        done = kiosk(home, "export", "--to", str(stick), "--own-archive", "--device", "not-here")
        assert done.stdout.startswith("Nothing new")
        made = json.loads(kiosk(home, "export", "--to", str(stick), "--own-archive", "--json").stdout)
        assert made["bags"][0]["runs"] == 1
        assert is_valid(bags(stick)[0])
        assert kiosk(home, "export", "--to", str(tmp_path / "nowhere")).returncode == 2
        assert kiosk(home, "export").returncode == 2
        assert kiosk(home, "export", run["run_id"], "--to", str(stick)).returncode == 2
    desk = tmp_path / "desk"
    with server(desk):
        came = kiosk(desk, "import", str(stick))
        assert came.returncode == 0
        assert came.stdout.startswith("1 runs came in")
        again = json.loads(kiosk(desk, "import", str(stick), "--json").stdout)
        assert (again["came_in"], again["same"]) == (0, 1)
        assert kiosk(desk, "import", str(tmp_path / "nowhere")).returncode == 2
