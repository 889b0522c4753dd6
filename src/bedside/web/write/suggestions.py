"""The guard's own words in the place of what it found, by a button that needs no script, and back again."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bedside.accounts.doors import caller_of, signed_in
from bedside.posts.actions import Draft, VariantChoice, edit
from bedside.posts.models import Post
from bedside.posts.queries import access_post, content, screened
from bedside.web.notices import say

# In the session: what was written last, and where. The words themselves, and no more of the text.
TAKEN = "suggestion-taken"


def take(request: HttpRequest, post: Post, key: str) -> None:
    """Write what the guard suggests for the finding with `key`: in the shared text, the title, or the words that a
    channel has of its own. Nothing happens when the guard does not find it any more."""
    places = _places(post)
    for result in screened(content(post)):
        place = next((name for name, text in places.items() if text == result.text), None)
        for finding in result.screening.findings:
            if finding.key != key or not finding.suggestion or place is None:
                continue
            start, was, fresh = finding.start, result.text[finding.start : finding.end], finding.suggestion
            text = result.text[:start] + fresh + result.text[finding.end :]
            saved = edit(caller_of(request), post.id, _draft(post, place, text), post.version)
            request.session[TAKEN] = [str(post.id), saved.version, place, start, was, fresh]
            say(request, _("Written: “%s”.") % fresh, undo=reverse("write_put_back", args=[post.id]))
            return


@require_POST
@signed_in
def put_back(request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
    """Undo the last suggestion that was taken, as long as nobody has changed the post since."""
    caller = caller_of(request)
    post = access_post(caller, post_id)
    taken = request.session.pop(TAKEN, None)
    if not taken or taken[:2] != [str(post.id), post.version]:
        say(request, _("The text has changed since. Nothing was put back."), "note")
        return redirect("write_post", post.id)
    _post, _version, place, start, was, fresh = taken
    text = _places(post)[place]
    whole = text[:start] + was + text[start + len(fresh) :]
    edit(caller, post.id, _draft(post, place, whole), post.version)
    say(request, _("Your own words are back."))
    return redirect("write_post", post.id)


def _places(post: Post) -> dict[str, str]:
    """The texts in which words can be replaced: the title, what all channels share, channels' own words by id."""
    own = {str(one.connection_id): one.text for one in post.variants.all() if one.text is not None}
    return {"text": post.text, "title": post.title, **own}


def _draft(post: Post, place: str, text: str) -> Draft:
    if place == "title":
        return Draft(title=text)
    if place == "text":
        return Draft(text=text)
    variant = next(one for one in post.variants.all() if str(one.connection_id) == place)
    media = None if variant.media is None else [uuid.UUID(one) for one in variant.media]
    return Draft(
        variants={variant.connection_id: VariantChoice(text=text, media=media, options=variant.options)}
    )
