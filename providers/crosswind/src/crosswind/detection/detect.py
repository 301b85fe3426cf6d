"""All detectors over one column, and what wins where two read the same values."""

from __future__ import annotations

from crosswind.detection import address, birth, card, email, iban, ip, national_ids, person, phone, weighing
from crosswind.detection.column import Column
from crosswind.detection.types import Found, Kind, Sample

_DETECTORS = (iban.look, card.look, national_ids.look, ip.look, phone.look, birth.look, person.look,
              address.look)  # fmt: skip
_READ_AS_NUMBERS: tuple[Kind, ...] = ("IBAN", "PAYMENT_CARD", "NATIONAL_ID", "IP_ADDRESS", "PHONE", "DATE_OF_BIRTH")
"""Kinds that read the same digits, the hardest to meet by chance first: only the first found stands, unless in text."""
_ONLY = 0.95
"""A column that is surer than this to hold e-mail addresses has whole ones nearly everywhere, and nothing else."""
_READ_AS_WORDS: tuple[Kind, ...] = ("ADDRESS", "PERSON_NAME")


def detect(sample: Sample) -> list[Found]:
    """Return the kinds of personal data that a column's sample shows, the surest first."""
    column = Column(sample)
    if not column.values or column.hopeless or column.coded:
        return []
    mail = email.look(column)
    if mail and mail.confidence > _ONLY:
        return [mail]
    found = [mail, *(look(column) for look in _DETECTORS)]
    told = [each for each in found if each and each.confidence >= weighing.LEAST]
    told = _first(_first(told, _READ_AS_NUMBERS), _READ_AS_WORDS)
    return sorted(told, key=lambda each: (-each.confidence, each.kind))


def _first(found: list[Found], kinds: tuple[Kind, ...]) -> list[Found]:
    rivals = [each for each in found if each.kind in kinds and "within text" not in each.reason]
    if len(rivals) < 2:
        return found
    best = min(rivals, key=lambda each: kinds.index(each.kind))
    return [each for each in found if each not in rivals or each is best]
