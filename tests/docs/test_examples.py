"""Every shell and Python example of docs/api.md runs, in order, against a real desk."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import StartDesk

DOC = Path(__file__).resolve().parents[2] / "docs" / "api.md"
FENCE = re.compile(r"^```(sh|python)\n(.*?)^```$", re.M | re.S)


def test_the_examples_of_the_api_run_from_top_to_bottom(desk: StartDesk, tmp_path: Path) -> None:
    here = desk(start=False)
    here.cli("init", "--organisation", "Marlow Valley Health", "--admin", "ada@example.org", "--no-input")
    here.cli("channel", "add", "newsroom", "--name", "Newsroom")
    here.start()
    token = here.cli("token", "create", "--user", "ada@example.org", "--scopes", "all").stdout.strip()
    steps = []
    for number, (kind, code) in enumerate(FENCE.findall(DOC.read_text())):
        if kind == "python":
            file = tmp_path / f"example{number}.py"
            file.write_text(code)
            code = f"{sys.executable} {file}\n"
        steps.append(f"echo '--- example {number}'\n{code}")
    assert len(steps) > 10
    environment = {**here.environment, "BASE": here.url, "TOKEN": token}
    environment["PATH"] = f"{here.command.parent}:{environment['PATH']}"
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(steps)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, f"{ran.stdout[-3000:]}\n{ran.stderr[-3000:]}"
