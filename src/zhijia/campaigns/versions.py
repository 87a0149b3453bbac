"""Campaigns as they were published: a drive keeps the version it was made from."""

from zhijia.campaigns import checking
from zhijia.campaigns.models import CampaignVersion, Drive
from zhijia.catalogue.campaign_rules import Campaign
from zhijia.catalogue.in_force import Versions

_VERSIONS = Versions(
    "campaigns", "campaign", CampaignVersion, Campaign, lambda one, day: checking.problems_of(one, on=day)
)
all_in_force = _VERSIONS.all
in_force = _VERSIONS.of
definition = _VERSIONS.definition


def of(drive: Drive) -> Campaign:
    """What the drive is run by."""
    return definition(drive.version)
