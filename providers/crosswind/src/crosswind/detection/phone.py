"""Phone numbers, by the numbering plans in phonenumbers; digits alone are none unless the name says so."""

from __future__ import annotations

import re
from collections import Counter

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber
from stdnum import isbn

from crosswind.detection import weighing
from crosswind.detection.column import Column
from crosswind.detection.types import Found

REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "PL", "PT", "NL", "SE", "BE", "CH", "AT", "DK", "NO", "FI", "CZ", "IE",
           "BR", "MX", "JP", "CN", "IN", "KR", "AU", "TR", "GR", "RO", "HU", "ZA")  # fmt: skip
_SHAPE = re.compile(
    r"(?:tel:)?(?:\+|00|\()?\d[\d\s().\-/\u2010-\u2013·]{4,24}\d(?:\s?(?:x|ext\.?|#)\s?\d{1,6})?", re.IGNORECASE
)
_NONE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.*|\d{1,2}[-/.]\d{1,2}[-/.](?:\d\d|\d{4})|\d*\.\d+|\d{1,3}(?:\.\d{1,3}){3}"
    r"|\d{3}-\d\d-\d{4}|\d{6}[-+]\d{4}|\d{8}-\d{4}|(?!\d{3} \d{3} \d{3}$)\d{1,3}(?:[ .]\d{3})+|(?:\d{4}[ -]){3}\d{1,7}"
)
_INTERNATIONAL = re.compile(r"(?<![\w+])\+[1-9]\d{0,2}[\d ().-]{6,18}\d(?!\w)")
_TRUNK = re.compile(r"\(?0\d{1,5}\)?[\s/.-]+\d[\d\s/.-]{4,14}|\(\d{2,5}\)[\s-]?\d[\d\s-]{5,14}")
_AMERICAN = re.compile(r"(?:\+?1[-. ]?)?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?:x\d{1,6})?|\d{10}(?:x\d{1,6})?")
_PROBED = 24


def look(column: Column) -> Found | None:
    """Return what the column's values show."""
    hint = column.hint("PHONE")
    if hint < 0 or (column.numeric and hint <= 0):
        return None
    values = column.values
    shaped = [value for value in values if _shaped(value)]
    if len(shaped) * 2 < len(values):
        return _within(column)
    abroad = [value for value in shaped if value.startswith(("+", "tel:+", "00")) and len(value) > 8]
    regions: Counter[str] = Counter()
    valid = 0
    possible = 0
    for value in abroad:
        number = _parse(value.removeprefix("tel:"), None)
        if number is not None:
            place = phonenumbers.region_code_for_number(number)
            regions[place or ""] += 1
            right = place is not None and phonenumbers.is_valid_number_for_region(number, place)
            valid += right
            possible += not right and phonenumbers.is_possible_number(number)
    international = set(abroad)
    at_home = [value for value in shaped if value not in international]
    known = regions.most_common(1)[0][0] if len(abroad) * 5 >= len(shaped) and regions else ""
    region, home_valid, home_possible = _at_home(at_home, hint, known)
    regions[region] += home_valid
    return _told(len(values), valid + home_valid, possible + home_possible, regions, hint)


def _told(looked_at: int, valid: int, possible: int, regions: Counter[str], hint: float) -> Found | None:
    hits = valid + possible
    if hits < (0.5 if hint > 0 else 0.7) * looked_at or (looked_at < 3 and hint <= 0 and not valid):
        return None
    base = 0.8 + 0.15 * valid / hits
    sure = weighing.confidence(hits, looked_at, base=base, hint=max(0.0, hint))
    region, most = regions.most_common(1)[0] if regions else ("", 0)
    detail = region if region and most >= 0.8 * hits else None
    how = "numbering plan" if valid * 2 >= hits else "form"
    return Found(
        "PHONE",
        sure,
        weighing.tell(hits, looked_at, f"is a phone number ({how})", f"are phone numbers ({how})"),
        detail,
    )


def _shaped(value: str) -> bool:
    if not 7 <= len(value) <= 32 or not _SHAPE.fullmatch(value) or _NONE.fullmatch(value):
        return False
    digits = sum(each.isdigit() for each in value)
    book = digits in {10, 13} and not value.startswith(("+", "0", "(")) and isbn.is_valid(value)
    return 7 <= digits <= 20 and not book


def _parse(value: str, region: str | None) -> PhoneNumber | None:
    text = f"+{value[2:]}" if region is None and value.startswith("00") else value
    try:
        return phonenumbers.parse(text, region)
    except NumberParseException:
        return None


def _at_home(values: list[str], hint: float, known: str) -> tuple[str, int, int]:
    """Return the region whose plan fits best, and how many numbers are valid there or at least look like it.

    `known` is the region of the column's international numbers: beside them digits alone count where they are valid.
    """
    if known or not values:
        right = [_valid(value, known) for value in values]
        alike = sum(not each and not value.isdigit() for each, value in zip(right, values, strict=True))
        return known, sum(right), alike
    written = [value for value in values if not value.isdigit()]
    trunk = [value for value in values if _TRUNK.fullmatch(value) and sum(each.isdigit() for each in value) >= 9]
    plain_zero = [value for value in values if value.isdigit() and value[0] == "0" and 9 <= len(value) <= 12]
    grouped = [value for value in written if _grouped(value)]
    if hint <= 0 and len(grouped) * 2 < len(values) and len(plain_zero) < 0.9 * len(values):
        return "", 0, 0
    probed = values[:_PROBED]
    scores = {region: sum(_valid(value, region) for value in probed) for region in REGIONS}
    region = max(REGIONS, key=lambda each: scores[each])
    valid = round(scores[region] / len(probed) * len(values))
    if valid >= 0.8 * len(values) or (hint > 0 and valid):
        return region, valid, (len(values) - valid) if hint > 0 else 0
    if hint > 0:
        return "", 0, sum(7 <= sum(each.isdigit() for each in value) <= 15 for value in values)
    american = sum(bool(_AMERICAN.fullmatch(value)) for value in values)
    marked = sum(value.startswith("(") or "x" in value for value in values)
    if american >= 0.9 * len(values) and marked * 5 >= len(values):
        return "US", 0, american
    return "", 0, len(trunk) if len(trunk) >= 0.8 * len(values) else 0


def _grouped(value: str) -> bool:
    """Whether digits are written as phone numbers are: nine or more, in three groups or behind an area code."""
    marks = len(re.findall(r"[^\d]+", value.strip("(+")))
    return sum(each.isdigit() for each in value) >= 9 and (marks >= 2 or value[0] in "(0")


def _valid(value: str, region: str) -> bool:
    number = _parse(value, region)
    return number is not None and phonenumbers.is_valid_number(number)


def _within(column: Column) -> Found | None:
    """Numbers in international form within text: a valid one is no accident."""
    if "+" not in column.joined:
        return None
    hits = 0
    for texts in column.texts:
        tried = (match[0] for text in texts if "+" in text for match in _INTERNATIONAL.finditer(text))
        hits += any(_valid_abroad(each) for each in tried)
    looked_at = len(column.values)
    if hits < 2:
        return None
    sure = round(min(0.92, 0.65 + 0.27 * hits / looked_at), 2)
    return Found(
        "PHONE",
        sure,
        weighing.tell(
            hits,
            looked_at,
            "holds an international phone number within text",
            "hold an international phone number within text",
        ),
    )


def _valid_abroad(value: str) -> bool:
    number = _parse(value, None)
    return number is not None and phonenumbers.is_valid_number(number)
