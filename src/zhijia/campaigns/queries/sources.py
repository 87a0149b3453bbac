"""What a measure of a drive counts, in one line for whoever reads its figure."""

from django.utils.translation import gettext as _

from zhijia.catalogue import definitions
from zhijia.catalogue.campaign_rules import Campaign, Told

OWN = "campaign."


def said(told: Told, campaign: Campaign) -> str:
    """What is counted, and of whom. Facts count as soon as they are told."""
    if told.kind.startswith(OWN):
        thing = campaign.things.get(str(told.where.get("thing", "")))
        what = str(thing.label) if thing else _("; ").join(str(one.label) for one in campaign.each)
        if told.counts == "people":
            return _("Counts people who got in this drive: %(what)s; each person once.") % {"what": what}
        if told.counts == "amount":
            return _("Counts the money given in this drive: %(what)s.") % {"what": what}
        return _("Counts what was done in this drive: %(what)s.") % {"what": what}
    known = definitions.load().facts
    kind = str(known[told.kind].label)
    if told.less:
        return _("Counts at all unions here, on the roster or not: %(what)s, less %(less)s.") % {
            "what": kind,
            "less": known[told.less].label,
        }
    return _("Counts at all unions here, on the roster or not: %(what)s.") % {"what": kind}
