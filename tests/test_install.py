"""`pip install .` gives a desk that works without its source tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.desk import Desk
from tests.postgres import free_port

ROOT = Path(__file__).parents[1]


def _run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={
            name: value for name, value in os.environ.items() if not name.startswith(("BEDSIDE_", "PYTHON"))
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files a clone has, without what this checkout has built."""
    folder = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.mark.slow
def test_pip_install_gives_a_desk_that_answers(source: Path, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    _run(sys.executable, "-m", "venv", venv, cwd=tmp_path)
    pip = (
        venv / "bin" / "python",
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--no-input",
        "install",
        "-qq",
    )
    _run(*pip, "--no-deps", "--require-hashes", "-r", ROOT / "requirements.txt", cwd=tmp_path)
    # With its dependencies, so that the lock misses none: pip would have to fetch it, and is told not to.
    _run(*pip, "--no-build-isolation", "--no-index", source, cwd=tmp_path)

    command = venv / "bin" / "bedside"
    assert version("bedside") in _run(command, "--version", cwd=tmp_path)
    assert str(venv) in _run(
        venv / "bin" / "python", "-c", "import bedside; print(bedside.__file__)", cwd=tmp_path
    )
    home = tmp_path / "desk"
    home.mkdir()
    desk = Desk(home, port=free_port(), command=command)
    try:
        desk.start()
    finally:
        desk.stop()


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_package(source: Path, tmp_path: Path) -> None:
    build = "import hatchling.build, sys; print(hatchling.build.build_wheel(sys.argv[1]))"
    name = _run(sys.executable, "-c", build, tmp_path, cwd=source).split()[-1]
    with zipfile.ZipFile(tmp_path / name) as wheel:
        packed = set(wheel.namelist())
    wanted = {
        str(path.relative_to(source / "src"))
        for path in (source / "src" / "bedside").rglob("*")
        if path.is_file()
    }
    assert wanted - packed == set()
    assert any(name.endswith("licenses/LICENSE") for name in packed)
    assert any(name.endswith("licenses/NOTICE") for name in packed)


def test_the_locks_pin_everything_by_hash_and_name_no_place() -> None:
    runtime, everything = ((ROOT / name).read_text() for name in ("requirements.txt", "requirements-dev.txt"))
    for lock in (runtime, everything):
        pins = [line for line in lock.splitlines() if line and not line.startswith((" ", "#"))]
        assert pins
        assert all("==" in pin and pin.endswith("\\") for pin in pins)
        assert "://" not in lock
        assert str(ROOT) not in lock
    # One version of everything: what is tested is what runs.
    pinned = {line.split(" ;")[0].rstrip(" \\") for line in runtime.splitlines() if line[:1].isalnum()}
    assert pinned <= {line.split(" ;")[0].rstrip(" \\") for line in everything.splitlines()}
