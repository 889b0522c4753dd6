"""Names that everybody knows, and that passwords must not be built from."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.accounts.passwords import avoid
from bedside.organization.models import Site
from bedside.organization.queries import organization


def known_names() -> Iterator[str]:
    yield "Bedside"
    if own := organization():
        yield own.name
    yield from Site.objects.values_list("name", flat=True)[:100]


avoid(known_names)
