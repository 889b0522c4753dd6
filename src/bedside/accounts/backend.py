"""Finds the person behind an e-mail address and a password."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from bedside.accounts.models import Person


class PersonBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's, which looks for the address as it was typed; here its case does not count."""

    def _authenticate_by_email(self, email: str, password: str) -> Person | None:
        person = Person.objects.filter(email__iexact=email).first()
        checked: Person | None = self._check_password(person, password)
        return checked
