"""Campaigns as they were published: a drive keeps the version it was made from."""

from collections.abc import Mapping
from datetime import date, datetime

from zhijia.campaigns import checking
from zhijia.campaigns.models import CampaignVersion, Drive
from zhijia.catalogue import definitions
from zhijia.catalogue.campaign_rules import Campaign
from zhijia.catalogue.reader import DefinitionError
from zhijia.catalogue.versions import content, digest, latest

_read: dict[tuple[int, str], Campaign] = {}


def all_in_force(*, day: date) -> dict[str, Campaign]:
    """Every campaign that can be run on the day, by its code. One statement."""
    shipped: Mapping[str, Campaign] = definitions.load().campaigns
    here = {
        code: definition(row)
        for code, row in latest(CampaignVersion, on=day).items()
        if code not in shipped or row.number >= shipped[code].version
    }
    return {**shipped, **here}


def in_force(code: str, *, at: datetime, day: date) -> CampaignVersion:
    """The version a drive of the day is made from: the latest published one, else the one that came with the program,
    which is kept when it is first used. Raises UnknownDefinition; DefinitionError where it cannot be run."""
    shipped = definitions.load().campaigns.get(code)
    published = latest(CampaignVersion, on=day, code=code).get(code)
    if published is not None and (shipped is None or published.number >= shipped.version):
        return published
    if shipped is None:
        raise definitions.UnknownDefinition(f"There is no campaign {code}.")
    if wrong := checking.problems_of(shipped, on=day):
        raise DefinitionError([problem.under(f"campaigns/{code}.yaml") for problem in wrong])
    kept, _made = CampaignVersion.objects.get_or_create(
        code=code,
        number=shipped.version,
        defaults={
            "content": content(shipped),
            "digest": digest(shipped),
            "state": CampaignVersion.State.PUBLISHED,
            "shipped": True,
            "since": date.min,
            "made_at": at,
        },
    )
    if kept.digest != digest(shipped):
        raise DefinitionError(
            [f"campaigns/{code}.yaml: version: the text changed since version {kept.number}; count on."]
        )
    return kept


def definition(version: CampaignVersion) -> Campaign:
    """What the version says. A version never changes, so it is read once."""
    known = _read.get((version.pk, version.digest))
    if known is None:
        known = _read[version.pk, version.digest] = Campaign.model_validate(version.content)
    return known


def of(drive: Drive) -> Campaign:
    """What the drive is run by."""
    return definition(drive.version)
