"""QR codes as pictures a page may carry without inline styles."""

import segno


def drawing(text: str) -> str:
    """The QR of the text as a `data:` address for an img element (SVG, four modules of margin)."""
    address: str = segno.make(text, error="m").svg_data_uri(border=4, scale=5, light="#fff", dark="#000")
    return address
