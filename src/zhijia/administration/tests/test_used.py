"""What was published leads to the thing itself: the list, or the page on which one of it is begun."""

from typing import Any

import pytest

from zhijia.administration.services import designing
from zhijia.administration.services.kinds import KINDS
from zhijia.administration.tests.filling.drafts import TODAY, browser, copied
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT


@pytest.mark.parametrize(
    ("kind", "code", "there"),
    [
        ("registers", "service_brands", "/lists/own_one/"),
        ("rounds", "most_beautiful_worker", "/rounds/new/?of=own_one"),
        ("campaigns", "send_coolness", "/new/?of=own_one"),
    ],
)
def test_what_was_published_leads_to_the_thing_itself(db: Any, kind: str, code: str, there: str) -> None:
    world = worlds.build()
    worlds.appoint(world, "province", "province_officer", "second")
    draft, chosen = copied(world, KINDS[kind], code), KINDS[kind]
    page = f"/administration/designs/{kind}/{draft.pk}/"
    said = {"at": AT, "kind": chosen, "version_id": draft.pk}
    designing.propose(actor=world.act("province"), since=TODAY, **said)
    assert there not in browser(world).get(page).content.decode()
    designing.publish(actor=world.act("second"), **said)
    assert f'{there}"' in browser(world).get(page).content.decode()
