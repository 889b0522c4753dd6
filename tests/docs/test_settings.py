"""docs/settings.md against the settings: each with its default and its meaning."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from bedside.core.settings import SETTINGS, load

TEXT = (Path(__file__).parents[2] / "docs" / "settings.md").read_text("utf-8")


def test_every_setting_is_in_the_table_word_for_word() -> None:
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| (.*) \|$", TEXT, re.MULTILINE))
    wanted = {s.name: f"{f'`{s.default}`' if s.default else 'empty'} | {s.meaning}" for s in SETTINGS}
    assert rows == wanted


def test_the_example_file_is_accepted(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert example is not None
    file = tmp_path / "bedside.toml"
    file.write_text(example[1])
    values = load({"BEDSIDE_CONFIG": str(file), "BEDSIDE_HOME": str(tmp_path)})
    assert values["BEDSIDE_URL"] == tomllib.loads(example[1])["url"]
