"""One public page a type: the `type` of a problem document (RFC 9457) is its address."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from bedside.accounts.doors import open_to_all
from bedside.core.errors import BedsideError

# Type → status, and what to do. The API has types of its own, which lie beside this room: a test holds the table to
# every error that exists.
ADVICE = {
    "error": (
        500,
        gettext_lazy("A mistake of Bedside's own. Nothing was changed; the desk's log says more."),
    ),
    "invalid": (
        422,
        gettext_lazy(
            "Something that was sent cannot be used; `fields` names the places. Put it right and send it again."
        ),
    ),
    "not-found": (
        404,
        gettext_lazy(
            "It does not exist, or not for this person: the two are never told apart. Check the id and the token."
        ),
    ),
    "forbidden": (
        403,
        gettext_lazy(
            "The person's role does not allow it. An administrator can give one that does, under Settings, People."
        ),
    ),
    "conflict": (
        409,
        gettext_lazy(
            "It has changed since it was read, or is in a state in which this cannot be done. Read it again."
        ),
    ),
    "stale-digest": (
        409,
        gettext_lazy(
            "A decision names the digest of the text that was read, and this text is another one by now. Nothing was "
            "decided: read the post again, and decide on the digest it has now."
        ),
    ),
    "own-text": (
        403,
        gettext_lazy(
            "Nobody approves a text that they have written in. Somebody else with the role has to decide."
        ),
    ),
    "unavailable": (
        503,
        gettext_lazy(
            "The database, the disk or a network does not answer. Nothing was changed; try again a little later."
        ),
    ),
    "malformed": (400, gettext_lazy("The body is not valid JSON, or not a valid form. Nothing was read.")),
    "unauthorized": (
        401,
        gettext_lazy("Send a token as `Authorization: Bearer …`. Tokens are made on the account page."),
    ),
    "missing-scope": (
        403,
        gettext_lazy(
            "The token is good, but not for this operation; `scopes` names what it lacks. Make a token that has them."
        ),
    ),
    "cross-site": (
        403,
        gettext_lazy(
            "A signed-in browser asked without the proof that a page of this desk did it. Programs use a token."
        ),
    ),
    "no-second-factor": (403, gettext_lazy("The person has to set up a passkey or an app with codes first.")),
    "method-not-allowed": (405, gettext_lazy("`Allow` names the methods that this address takes.")),
    "too-large": (413, gettext_lazy("The body is larger than this operation takes. Nothing was read.")),
    "unsupported-media-type": (
        415,
        gettext_lazy("Send JSON as `application/json`, and pictures as `multipart/form-data`."),
    ),
    "idempotency-in-progress": (
        409,
        gettext_lazy(
            "A request with the same `Idempotency-Key` is being worked on. Wait a moment and send the same one again."
        ),
    ),
    "idempotency-key-reused": (
        422,
        gettext_lazy(
            "This `Idempotency-Key` has been used for another request. Make a new key for each new request."
        ),
    ),
}


def _shown(name: str) -> dict[str, object]:
    title = next(
        (_(kind.title) for kind in kinds() if kind.type == name), name.replace("-", " ").capitalize()
    )
    return {"type": name, "status": ADVICE[name][0], "advice": ADVICE[name][1], "title": title}


def kinds() -> list[type[BedsideError]]:
    """Every kind of error that has been loaded, the general ones first."""

    def under(kind: type[BedsideError]) -> Iterator[type[BedsideError]]:
        yield kind
        for child in kind.__subclasses__():
            if not child.__name__.startswith("_"):
                yield from under(child)

    return list(under(BedsideError))


@require_safe
@open_to_all
def index(request: HttpRequest) -> HttpResponse:
    """Every type with its status and its title."""
    rows = [_shown(name) for name in sorted(ADVICE, key=lambda name: (ADVICE[name][0], name))]
    return render(request, "problems/index.html", {"title": _("Problems"), "rows": rows})


@require_safe
@open_to_all
def problem(request: HttpRequest, name: str) -> HttpResponse:
    """What one type means, and what to do."""
    if name not in ADVICE:
        raise Http404
    return render(request, "problems/problem.html", _shown(name))
