"""The composer's pages. Without JavaScript everything works by buttons; with it, the draft saves itself."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bedside.accounts.doors import caller_of, has_factor, open_to_all, signed_in
from bedside.accounts.roles import Right
from bedside.approvals.actions import submit
from bedside.core.errors import Conflict, Invalid
from bedside.core.text import utf16_offsets
from bedside.guard import screen
from bedside.organization.queries import guard_rules
from bedside.posts.actions import LONGEST_TEXT, create, edit
from bedside.posts.models import Post
from bedside.posts.queries import access_post
from bedside.web.approvals.changes import changes
from bedside.web.guard.alarms import report_key
from bedside.web.notices import say
from bedside.web.write.page import counted, state_of, writable
from bedside.web.write.sent import answers_of, draft_of, version_of
from bedside.web.write.suggestions import take


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def begin(request: HttpRequest) -> HttpResponse:
    """A blank page; its first save makes the post."""
    caller = caller_of(request)
    caller.require(Right.WRITE)
    if request.method == "POST":
        begun = _begun(request)
        return _kept(request, access_post(caller, begun) if begun else None)
    return render(request, "write/write.html", state_of(request, None))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def compose(request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
    """One post in the composer."""
    caller = caller_of(request)
    caller.require(Right.WRITE)
    post = access_post(caller, post_id)
    if post.state in {Post.State.OUT, Post.State.DISCARDED}:
        return redirect("post", post.id)
    if request.method == "POST":
        return _kept(request, post)
    return render(request, "write/write.html", state_of(request, post))


def _begun(request: HttpRequest) -> uuid.UUID | None:
    """The post that an autosave has made of a blank page meanwhile."""
    written = request.POST.get("post", "")
    try:
        return uuid.UUID(written) if written else None
    except ValueError:
        raise Invalid(_("The page sent something that is not an id. Load it again.")) from None


def _written(request: HttpRequest, post: Post | None) -> Post:
    """Save what the form sent, over the version it was made from."""
    caller = caller_of(request)
    draft = draft_of(request.POST, {one.id: one.kind for one in writable(caller)}, post)
    if post is None:
        return create(caller, draft)
    return edit(caller, post.id, draft, version_of(request.POST))


def _kept(request: HttpRequest, post: Post | None) -> HttpResponse:
    """A button was pressed: save, then do what it says (send to review, take a suggestion, report a false alarm, or
    stay)."""
    caller = caller_of(request)
    try:
        saved = _written(request, post)
    except Conflict as error:
        if post is None or "version" not in error.extra:
            raise
        return render(request, "write/write.html", _in_conflict(request, post.id, error), status=409)
    except Invalid as error:
        shown = state_of(request, post, refused=error, sent=request.POST)
        return render(request, "write/write.html", shown, status=422)
    if key := request.POST.get("finding"):
        take(request, saved, key)
        return redirect("write_post", saved.id)
    if key := request.POST.get("false-alarm"):
        report_key(request, saved.id, key)
        return redirect("write_post", saved.id)
    if request.POST.get("do") == "submit":
        answers = answers_of(request.POST)
        try:
            submit(caller, saved.id, answers)
        except Invalid as error:
            shown = state_of(
                request,
                access_post(caller, saved.id),
                refused=error,
                unanswered=error.extra.get("findings", []),
                answers=answers,
            )
            return render(request, "write/write.html", shown, status=422)
        say(request, _("It is in review. You are told here when somebody has decided."))
        return redirect("post", saved.id)
    say(request, _("The draft is kept."))
    return redirect("write_post", saved.id)


@require_POST
@open_to_all
def save(request: HttpRequest) -> HttpResponse:
    """Autosave: keeps the draft and sends back the parts of the page that follow from it.

    Whoever is not signed in any more is told so and not led away: what they typed stays on their page.
    """
    if not has_factor(request):
        words = _("You are signed out. Your text stays here: sign in in another window, and it is kept.")
        return render(request, "write/not_kept.html", {"words": words}, status=401)
    caller = caller_of(request)
    caller.require(Right.WRITE)
    begun = _begun(request)
    post = access_post(caller, begun) if begun else None
    if post is None and not any(request.POST.get(name, "").strip() for name in ("text", "title")):
        return HttpResponse(status=204)
    try:
        saved = _written(request, post)
    except Conflict as error:
        if post is None or "version" not in error.extra:
            raise
        return render(request, "write/conflict.html", _in_conflict(request, post.id, error))
    except Invalid as error:
        return render(request, "write/not_kept.html", {"words": error.detail})
    answer = render(request, "write/kept.html", state_of(request, saved, fresh=post is None))
    if post is None:
        answer["HX-Replace-Url"] = f"/write/{saved.id}"
    return answer


def _in_conflict(request: HttpRequest, post_id: uuid.UUID, error: Conflict) -> dict[str, Any]:
    """Both texts side by side, and what one may do; what was typed stays in the form."""
    theirs = access_post(caller_of(request), post_id)
    return state_of(
        request,
        theirs,
        conflict=error.detail,
        sent=request.POST,
        differences=changes(theirs.text, request.POST.get("text", "")),
    )


@require_POST
@signed_in
def screen_words(request: HttpRequest) -> JsonResponse:
    """While one types: where to underline, and how long the text is for each channel.

    Takes JSON `{"text", "channels": [id…]}`; offsets in the answer are UTF-16 units, as browsers count.
    """
    caller = caller_of(request)
    try:
        sent = json.loads(request.body)
        text, chosen = str(sent["text"]), {str(one) for one in list(sent.get("channels", []))[:50]}
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"detail": _("The page sent something that cannot be read.")}, status=400)
    if len(text) > LONGEST_TEXT:
        raise Invalid(_("The text has more than 100,000 characters."))
    policy, allow = guard_rules()
    table = utf16_offsets(text)
    found = screen(text, policy=policy, allow=allow, tier=0)
    return JsonResponse(
        {
            "marks": [
                {
                    "start": table[one.start],
                    "end": table[one.end],
                    "severity": str(one.severity),
                    "message": str(one.message),
                    "key": one.key,
                    "suggestion": one.suggestion,
                }
                for one in found.findings
            ],
            "counts": {str(one.id): counted(one, text) for one in writable(caller) if str(one.id) in chosen},
        }
    )
