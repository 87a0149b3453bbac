/* Zhijia: what pages do beyond htmx. Every page works without it. Floor: ES2020, Chromium 86, iOS 14. */
"use strict";
