"""What definitions say of assets: their kinds, and how long each is written down."""

from zhijia.catalogue.kinds import Definition


class AssetKind(Definition):
    """A kind of asset. `life` is the parameter with the months over which it is written down, by regime and place; none
    where it never is (land, books, what is shown in a museum)."""

    life: str = ""
