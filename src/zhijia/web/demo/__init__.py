"""The demo province: made-up people in the real divisions of Anhui, and the log-ins to try the platform with
(docs/handbook/demo.md). Nothing here exists where the production switch is on."""

from zhijia.web.demo.logins import Login, logins

__all__ = ["Login", "logins"]
