
from django.conf import settings
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.registry.tests.rosters import content, person, small_world


def test_shots(page, live, work):
    world = small_world()
    client = Client()
    user = User.objects.get(pk=world.actors["factory"].user_id)
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live}])
    code = world.unions["factory"].code

    def shot(name):
        for w, h in ((1440, 900), (390, 844)):
            page.set_viewport_size({"width": w, "height": h})
            page.wait_for_timeout(200)
            page.screenshot(path=f"/tmp/shots/{name}-{w}.png", full_page=True)

    page.goto(reverse("registry:imports", args=[code]))
    shot("1-empty")
    bad = [person(n, name="李4") for n in range(2, 6)] + [
        person(7, phone="1690"),
        person(8, number="3.4E+17"),
        person(9, school="博学"),
    ]
    page.set_input_files(
        "input[type=file]",
        files=[
            {
                "name": "晨光机械会员名册.csv",
                "mimeType": "text/csv",
                "buffer": content([person(n) for n in range(20, 60)] + bad).getvalue(),
            }
        ],
    )
    page.click("main button[type=submit]")
    page.wait_for_selector("#import")
    shot("2-moving")
    work()
    page.wait_for_selector(".figures")
    shot("3-checked")
    page.click("button[value=good_rows]")
    page.wait_for_selector("#import")
    work()
    page.wait_for_selector(".notice-success")
    shot("4-done")
    page.click("button:has-text('撤销')")
    page.wait_for_timeout(300)
    work()
    page.wait_for_timeout(2500)
    shot("5-undone")
    page.goto(reverse("registry:imports", args=[code]))
    shot("6-list")
    page.set_input_files(
        "input[type=file]",
        files=[{"name": "x.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 hello"}],
    )
    page.click("main button[type=submit]")
    page.wait_for_selector("#errors")
    shot("7-refused")
