"""Every type of problem has a public page that says what to do."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.django_db
def test_every_problem_type_has_a_page_that_says_what_to_do(client: Client) -> None:
    import bedside.api.problems  # noqa: F401 - it declares types of its own
    from bedside.web.problems.views import ADVICE, kinds

    assert {kind.type for kind in kinds()} == set(ADVICE)
    assert client.get("/problems").status_code == 200
    for kind in kinds():
        page = client.get(f"/problems/{kind.type}")
        assert page.status_code == 200, kind.type
        assert str(kind.status) in page.content.decode()
        assert ADVICE[kind.type][0] == kind.status
    assert client.get("/problems/nothing-like-it").status_code == 404
