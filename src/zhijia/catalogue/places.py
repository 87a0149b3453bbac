"""Division codes as text: 12 digits, two for the province, two for the city, two for the county, three for
the township, three for the village (GB/T 2260 and the statistics bureau, ORG-18). Pure."""

LENGTH = 12
NATION = "0" * LENGTH
WIDTHS = (2, 4, 6, 9, 12)


def padded(code: str) -> str:
    """The code filled up with zeros to 12 digits; of nothing, the nation."""
    return code.ljust(LENGTH, "0")


def level(code: str) -> int:
    """1 province, 2 city, 3 county, 4 township, 5 village; 0 is the nation."""
    significant = padded(code).rstrip("0")
    return (
        next((n for n, width in enumerate(WIDTHS, 1) if width >= len(significant)), 5) if significant else 0
    )


def division_chain(code: str) -> tuple[str, ...]:
    """The division and everything above it, nearest first, the nation last, each once."""
    full = padded(code)
    above = (padded(full[:width]) for width in reversed(WIDTHS))
    return tuple(dict.fromkeys((full, *above, NATION)))
