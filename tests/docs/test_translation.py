"""Every word in a template goes through gettext: what is left outside of it holds no letters."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "bedside"
# The gallery is for builders of pages, not for people at the desk.
TEMPLATES = sorted(path for path in SOURCE.rglob("templates/**/*.html") if "gallery" not in path.parts)
NAMES = {"Bedside"}

BLOCKS = re.compile(
    r"{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}|{%\s*comment.*?endcomment\s*%}|{#.*?#}", re.S
)
CODE = re.compile(r"<(script|style|code|kbd|svg)\b.*?</\1>", re.S)
TAGS = re.compile(r"{%.*?%}|{{.*?}}", re.S)
SPOKEN = re.compile(r'\b(?:placeholder|title|alt|aria-label|label|content)="([^"]*)"')
MARKUP = re.compile(r"<[^>]*>", re.S)


def words(text: str) -> list[str]:
    return [word for word in re.findall(r"[^\W\d_]{2,}", text) if word not in NAMES]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_word_is_outside_gettext(template: Path) -> None:
    text = BLOCKS.sub(" ", template.read_text("utf-8"))
    text = TAGS.sub("", CODE.sub(" ", text))
    spoken = [
        found
        for found in SPOKEN.findall(text)
        if not re.fullmatch(r"[a-z:_#,=.\d\s/-]*|#[0-9A-F]{6}|\(.*\)|width=.*|{.*", found)
    ]
    assert words(re.sub(r"<!doctype[^>]*>", "", MARKUP.sub(" ", text), flags=re.I)) == []
    assert [one for one in spoken if words(one)] == []
    handed = [
        argument
        for tag in re.findall(
            r"{%\s*(?:state|empty|confirm|tabs|chips|pager|progress|error_summary)\b.*?%}",
            template.read_text("utf-8"),
        )
        for argument in re.findall(r'"([^"]*)"', tag)
    ]
    assert [one for one in handed if " " in one or one[:1].isupper()] == []


def test_a_word_outside_would_be_found() -> None:
    assert words("Hello, {") == ["Hello"]
