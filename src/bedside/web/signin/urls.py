"""Addresses of the door: signing in, setting up, joining, one's own account, and people. Names that begin with
account_ or mfa_ are django-allauth's, which looks for them."""

from __future__ import annotations

from django.urls import URLPattern, path

from bedside.web.signin import account, joining, people, views

urlpatterns: list[URLPattern] = [
    path("signin", views.sign_in, name="account_login"),
    path("signin/passkey", views.sign_in_by_passkey, name="mfa_login_webauthn"),
    path("signin/second-factor", views.second_factor, name="mfa_authenticate"),
    path("signin/again", views.start_again, name="signin_again"),
    path("signin/closed", views.closed, name="account_inactive"),
    path("signout", views.sign_out, name="account_logout"),
    path("confirm", views.confirm, name="account_reauthenticate"),
    path("confirm/code", views.confirm_by_code, name="mfa_reauthenticate"),
    path("confirm/passkey", views.confirm_by_passkey, name="mfa_reauthenticate_webauthn"),
    path("setup/<str:token>", joining.setup, name="setup"),
    path("setup/<str:token>/organization", joining.setup_organization, name="setup_organization"),
    path("setup/<str:token>/sites", joining.setup_sites, name="setup_sites"),
    path("setup/<str:token>/account", joining.setup_account, name="setup_account"),
    path("invite/<str:token>", joining.join, name="invite"),
    path("join/as-another", joining.leave_and_join, name="leave_and_join"),
    path("account", account.account, name="account"),
    path("account/password", account.password, name="password"),
    path("account/second-factor", account.second_factor, name="second_factor"),
    path("account/second-factor/passkey", account.add_passkey, name="add_passkey"),
    path("account/second-factor/app", account.add_app, name="add_app"),
    path("account/second-factor/<int:factor_id>/remove", account.remove_factor, name="remove_factor"),
    path("account/recovery-codes", account.recovery_codes, name="recovery_codes"),
    path("account/recovery-codes/file", account.recovery_codes_file, name="recovery_codes_file"),
    path("account/sessions", account.session_list, name="sessions"),
    path("account/sessions/end-others", account.session_end_others, name="session_end_others"),
    path("account/sessions/<int:session_id>/end", account.session_end, name="session_end"),
    path("account/stay", account.stay, name="stay"),
    path("account/idle", account.idle, name="idle"),
    path("account/tokens/new", account.new_token, name="new_token"),
    path("account/tokens/<uuid:token_id>/revoke", account.token_revoke, name="token_revoke"),
    path("settings/people", people.people, name="people"),
    path("settings/people/invite", people.invite_person, name="invite_person"),
    path(
        "settings/people/invitations/<uuid:invitation_id>/revoke",
        people.invitation_revoke,
        name="invitation_revoke",
    ),
    path("settings/people/<uuid:person_id>", people.person_page, name="person"),
    path("settings/people/<uuid:person_id>/end", people.person_end, name="person_end"),
    path(
        "settings/people/<uuid:person_id>/end-sessions",
        people.person_sessions_end,
        name="person_sessions_end",
    ),
    path(
        "settings/people/<uuid:person_id>/reset-second-factor",
        people.person_factors_reset,
        name="person_factors_reset",
    ),
    path(
        "settings/people/<uuid:person_id>/reset-sign-in",
        people.person_signin_reset,
        name="person_signin_reset",
    ),
]
