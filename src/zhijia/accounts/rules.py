"""What a good password is (S-02). Pure."""

from collections.abc import Collection

LOWER, UPPER, DIGIT, OTHER = "lower", "upper", "digit", "other"


def classes_in(password: str) -> frozenset[str]:
    """Which of the four classes of characters a password has; Chinese and signs count as "other"."""
    return frozenset(_class(letter) for letter in password)


def password_fault(
    password: str, *, login: str, min_length: int, min_classes: int, breached: Collection[str]
) -> str | None:
    """Why this password may not be chosen: "short", "classes", "login" (it holds the user name) or "breached"
    (everybody tries it first); None when it is good (S-02)."""
    plain = password.lower()
    if len(password) < min_length:
        return "short"
    if plain in breached or _without_tail(plain) in breached:
        return "breached"
    if len(login) >= 3 and login.lower() in plain:
        return "login"
    if len(classes_in(password)) < min_classes:
        return "classes"
    return None


def _class(letter: str) -> str:
    if letter.isascii() and letter.isalpha():
        return LOWER if letter.islower() else UPPER
    return DIGIT if letter.isdigit() else OTHER


def _without_tail(plain: str) -> str:
    """The word under "word123!" and its like."""
    return plain.rstrip("0123456789!@#$%^&*._-?")
