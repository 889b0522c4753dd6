"""A passkey device made of software, for journeys in Chromium (WebAuthn over the DevTools protocol)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import CDPSession, Page


@dataclass(frozen=True)
class Passkeys:
    """The device in one page. It answers every request by itself, as if its owner had touched it.

    The page has to be on `localhost` or https: browsers make no passkeys for bare IP addresses.
    """

    session: CDPSession
    authenticator: str

    @classmethod
    def plug_into(cls, page: Page) -> Passkeys:
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable", {"enableUI": False})
        added = session.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )
        return cls(session, added["authenticatorId"])

    def credentials(self) -> list[dict[str, Any]]:
        """The passkeys on the device: id, site and private key, in the DevTools protocol's own form."""
        held: list[dict[str, Any]] = self.session.send(
            "WebAuthn.getCredentials", {"authenticatorId": self.authenticator}
        )["credentials"]
        return held

    def put(self, credentials: list[dict[str, Any]]) -> None:
        """Copy passkeys onto this device, as when the same person comes back in another window."""
        for credential in credentials:
            self.session.send(
                "WebAuthn.addCredential", {"authenticatorId": self.authenticator, "credential": credential}
            )

    def verify_person(self, succeeds: bool) -> None:
        """Whether fingerprint or PIN are accepted from now on."""
        self.session.send(
            "WebAuthn.setUserVerified", {"authenticatorId": self.authenticator, "isUserVerified": succeeds}
        )

    def unplug(self) -> None:
        self.session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self.authenticator})
