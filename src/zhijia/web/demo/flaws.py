"""What is wrong in the data of the demo's own county, as registers are, and who agreed to be checked
(`data/flaws.sql`); then it is looked for as it always is."""

from datetime import datetime

from zhijia.catalogue import purposes
from zhijia.kernel.context import whole
from zhijia.registry.models import QualityCheck
from zhijia.registry.services import quality
from zhijia.registry.services.quality.matching import PURPOSE
from zhijia.web.demo.logins import counties
from zhijia.web.demo.words import statements


def make_flaws(*, at: datetime) -> None:
    """Plant flaws and consents in the county of the log-ins, once, and look for what is wrong there."""
    county = counties()[0].pk
    with whole() as cursor:
        if QualityCheck.objects.using("bulk").exists():
            return
        version = str(purposes.get(PURPOSE).version)
        for statement in statements("flaws"):
            cursor.execute(statement, {"county": county, "at": at, "purpose": PURPOSE, "version": version})
        QualityCheck.objects.using("bulk").create(county_id=county)
    quality.check_county(at=at, county_id=county)
