"""What detection takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

Kind = Literal[
    "EMAIL", "PHONE", "PERSON_NAME", "ADDRESS", "DATE_OF_BIRTH", "NATIONAL_ID", "IBAN", "PAYMENT_CARD", "IP_ADDRESS"
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Sample:
    """A column: its name, values as text, the type its source calls it, and the name of its table."""

    name: str
    values: tuple[str, ...]
    data_type: str = "text"
    table: str = ""

    def __repr__(self) -> str:
        """Show how many values there are, not which."""
        return f"Sample({self.name!r}, {len(self.values)} values)"


@dataclass(frozen=True, slots=True)
class Found:
    """A kind of personal data that a column holds, how sure that is from 0 to 1, and why in words without values."""

    kind: Kind
    confidence: float
    reason: str
    detail: str | None = None

    def told(self) -> dict[str, Any]:
        """Return what is sent of it."""
        said = {"kind": self.kind, "confidence": self.confidence, "reason": self.reason}
        return said | ({"detail": self.detail} if self.detail else {})
