"""`zhijia-faults money --runs N --seed S [--only F2] [--json]`: makes faults happen and looks at the promises."""

import argparse
import json
import random
import sys
import time
import traceback

from zhijia_faults.stack import Stack


def main() -> None:
    """Run; ends with 1 where a promise was broken."""
    reader = argparse.ArgumentParser(
        prog="zhijia-faults", description="Faults on purpose; promises looked at."
    )
    reader.add_argument("what", choices=["money"])
    reader.add_argument("--runs", type=int, default=20)
    reader.add_argument("--seed", type=int, default=7)
    reader.add_argument("--only", default="", help="the faults whose name begins so")
    reader.add_argument("--json", action="store_true", help="one JSON object last")
    asked = reader.parse_args()
    began = time.monotonic()
    stack = Stack()
    try:
        injected, broken = _run(stack, asked.runs, asked.seed, asked.only)
    finally:
        stack.close()
    took = round(time.monotonic() - began, 1)
    many = sum(injected.values())
    _say(f"{many} injections in {took} s, {len(broken)} broken promises (seed {asked.seed})")
    if asked.json:
        told = {"runs": many, "seed": asked.seed, "seconds": took, "injected": injected}
        _say(json.dumps(told | {"violations": len(broken), "broken": broken}))
    sys.exit(1 if broken else 0)


def _run(stack: Stack, runs: int, seed: int, only: str) -> tuple[dict[str, int], list[str]]:
    """How often each fault was made to happen, and every broken promise."""
    import django

    django.setup()
    from zhijia_faults import checks
    from zhijia_faults.faults import FAULTS
    from zhijia_faults.money import Money

    chance = random.Random(seed)  # noqa: S311 - a schedule, no secret
    names = [name for name in FAULTS if not only or f"{name} ".startswith(f"{only} ")]
    money = Money(stack, chance)
    injected: dict[str, int] = {}
    broken: list[str] = []
    left: list[str] = []
    try:
        for run in range(1, runs + 1):
            left = left or chance.sample(names, len(names))
            name = left.pop()
            began = time.monotonic()
            try:
                money.settle(FAULTS[name](money))
                found = checks.after_each(money)
            except Exception as error:
                traceback.print_exc()
                found = [f"the run broke off: {type(error).__name__}: {error}"]
            injected[name] = injected.get(name, 0) + 1
            said = (
                f"{run:4d}  {name:45s} {time.monotonic() - began:6.1f} s  {'ok' if not found else 'BROKEN'}"
            )
            _say(said)
            for sentence in found:
                _say(f"      {sentence}")
            broken += [f"run {run}, {name}: {sentence}" for sentence in found]
            if found:
                break
        broken += checks.at_the_end(money) if not broken else []
    finally:
        money.bank.kill()
    return injected, broken


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
