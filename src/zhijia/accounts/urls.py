"""Mounted at /account/."""

from django.urls import path

from zhijia.accounts.views import demo, logins, mine, single_sign_on

app_name = "accounts"
urlpatterns = [
    path("login", logins.login, name="login"),
    path("login/phone", logins.phone, name="phone"),
    path("login/phone/code", logins.phone_code, name="phone_code"),
    path("login/second", logins.second_factor, name="second_factor"),
    path("login/enrol", logins.enrol, name="enrol"),
    path("login/password", logins.first_password, name="first_password"),
    path("login/sso", single_sign_on.start, name="sso"),
    path("login/sso/back", single_sign_on.back, name="sso_back"),
    path("logout", logins.logout, name="logout"),
    path("password", mine.password, name="password"),
    path("sessions", mine.own_sessions, name="sessions"),
    path("sessions/others/end", mine.end_other_sessions, name="end_other_sessions"),
    path("sessions/<int:session_id>/end", mine.end_session, name="end_session"),
    path("tokens", mine.own_tokens, name="tokens"),
    path("tokens/<int:token_id>/revoke", mine.revoke_token, name="revoke_token"),
    path("step-up", mine.step_up, name="step_up"),
    path("step-up/code", mine.step_up_code, name="step_up_code"),
    path("sso/link", single_sign_on.link, name="sso_link"),
    path("dev/codes", demo.codes, name="demo_codes"),
]
