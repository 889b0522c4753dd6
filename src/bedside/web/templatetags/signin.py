"""The part of the desk's frame that belongs to signing in: `{% load signin %}{% idle_warning %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from bedside.web.signin.presence import idle_seconds

register = template.Library()


@register.inclusion_tag("signin/idle.html", takes_context=True)
def idle_warning(context: template.Context) -> dict[str, Any]:
    """A dialog that static/web/js/idle.js opens before the session ends for want of a click."""
    return {
        "seconds": int(idle_seconds()),
        "stay_url": reverse("stay"),
        "end_url": reverse("idle"),
        "out_url": reverse("account_login"),
        "csrf_token": context.get("csrf_token"),
    }
