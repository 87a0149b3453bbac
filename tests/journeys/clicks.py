"""Clicks of a form, of somebody impatient, and what came of them in the tables."""

from typing import Any

from zhijia.kernel.context import whole

TWICE = """async (form) => {
  const button = form.querySelector('button[name][value]');
  const body = () => {
    const data = new FormData(form);
    if (button) data.set(button.name, button.value);
    return data;
  };
  const target = form.getAttribute('action') || location.href;
  const answers = await Promise.all([1, 2, 3, 4].map(() => fetch(target, {method: 'POST', body: body()})));
  return answers.map((answer) => answer.status);
}"""


def keep(page: Any) -> None:
    """Keep what was filled in of a part of a definition."""
    with page.expect_navigation():
        page.get_by_role("button", name="保存", exact=True).click()


def twice(page: Any, selector: str) -> None:
    """Send the form more than once in the same moment, as impatient clicks past the guard would. Where the first takes
    longer than the others wait for it, they are told that it is busy (503) and that nothing was changed by them."""
    statuses: list[int] = page.locator(selector).first.evaluate(TWICE)
    assert min(statuses) < 400
    assert {status for status in statuses if status >= 500} <= {503}


def count(table: str, condition: str = "true") -> int:
    """Rows of a table, whoever may see them."""
    with whole() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {condition}")
        return int(cursor.fetchone()[0])
