"""The sentences about texts that are no rules, by code: English, Chinese. Values stand in braces."""

from zhijia.rules.wordings import lists, meeting, names, patterns, signs

SENTENCES: dict[str, tuple[str, str]] = {
    **signs.SENTENCES,
    **names.SENTENCES,
    **meeting.SENTENCES,
    **lists.SENTENCES,
    **patterns.SENTENCES,
}
"""A code is stable: pages, the API and tests know it."""
