"""The job that has parts go on, while whoever they wait for is just being taken in."""

from threading import Event, Thread

from django.db import connections

from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.matters.models import Case
from zhijia.matters.services import in_turn
from zhijia.matters.tests.together.test_in_turn import CARD, SERVICES, handed, joined
from zhijia.registry.models import Consent
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT


def test_the_job_that_runs_before_joining_is_written_waits_for_it(committed: None) -> None:
    with context.acting(Actor(None, "command", "test")):
        world = worlds.build()
    whole, running = handed(world), Event()

    def job() -> None:
        running.set()
        in_turn.go_on(at=AT, whole_id=whole.pk)
        connections.close_all()

    thread = Thread(target=job)
    with context.acting(world.actors["mill"]):
        joined(world, whole)
        thread.start()
        running.wait()
        thread.join(1)
    thread.join(30)

    with context.acting(world.actors["lan"]):
        assert dict(Case.objects.filter(part_of=whole).values_list("code", "state")) == {
            "join": "granted",
            CARD: "open",
            SERVICES: "granted",
        }
        assert Consent.objects.filter(purpose="services").count() == 1
