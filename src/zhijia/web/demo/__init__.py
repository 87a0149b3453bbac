"""The demo province: made-up people in the real divisions of Anhui, and the log-ins to try the platform with
(docs/handbook/demo.md). Nothing here exists where the production switch is on."""

from zhijia.web.demo.loader import Loaded, load_register, loaded, settle
from zhijia.web.demo.plan import Plan

__all__ = ["Loaded", "Plan", "load_register", "loaded", "settle"]
