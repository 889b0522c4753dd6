"""Asks once more who it is, before what protects an account is changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from allauth.account.decorators import reauthentication_required

V = TypeVar("V", bound=Callable[..., Any])


def confirmed(view: V) -> V:
    """Lets a view be reached only by who has signed in, or confirmed that it is still them, within the last 15
    minutes. Others are asked, and what they sent is done after."""
    return cast(V, reauthentication_required(view))
