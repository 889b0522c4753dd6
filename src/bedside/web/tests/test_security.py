"""The headers that every answer carries."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/accounts/login/", "/api/v1/me", "/nowhere", "/static/nowhere.css"])
def test_no_page_is_shown_in_a_frame(path: str) -> None:
    assert Client().get(path)["X-Frame-Options"] == "DENY"
