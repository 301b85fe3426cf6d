"""Identifiers that states give to people, by the check digits and dates of python-stdnum."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module

from crosswind.detection import weighing
from crosswind.detection.column import Column
from crosswind.detection.types import Found

_SEPARATORS = str.maketrans("", "", " .-/+")
_NINO = re.compile(r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]")
_DIGITS = re.compile(r"\d\D{0,2}\d")
_LONGEST = 30
_FEWEST = 5
_PROBED = 24


@dataclass(frozen=True)
class Scheme:
    """One country's identifier: `shape` is of the compact form, `base` how telling a hit is without the name's help.

    `alone` says that it may be found in a column whose name says nothing: its digits check, or its form is its own.
    `spread` wants the first two digits to differ as births do, where a day's orders look alike.
    """

    country: str
    title: str
    shape: str
    modules: tuple[str, ...] = ()
    base: float = 0.9
    alone: bool = True
    form: str = ""
    spread: bool = False

    @cached_property
    def checks(self) -> tuple[Callable[[str], bool], ...]:
        """The functions that tell a valid one."""
        return tuple(import_module(f"stdnum.{name}").is_valid for name in self.modules)

    @cached_property
    def compact(self) -> re.Pattern[str]:
        """The form without separators."""
        return re.compile(self.shape, re.IGNORECASE)

    def fits(self, value: str) -> bool:
        """Whether a value has the scheme's form."""
        return bool(self.compact.fullmatch(_compact(value)))

    def valid(self, value: str) -> bool:
        """Whether a value is one of these."""
        if not self.fits(value):
            return False
        if not self.checks:
            return bool(_NINO.fullmatch(value.translate(_SEPARATORS).upper()))
        return any(check(value) for check in self.checks)


SCHEMES = (
    Scheme("US", "US social security numbers", r"\d{9}", ("us.ssn", "us.itin"), 0.8, form=r"\d{3}-\d\d-\d{4}"),
    Scheme("GB", "British national insurance numbers", r"[A-Z]{2}\d{6}[A-D]", base=0.95),
    Scheme("GB", "British NHS numbers", r"[467]\d{9}", ("gb.nhs",), 0.85),
    Scheme("DE", "German tax ids", r"[1-9]\d{10}", ("de.idnr",), 0.9),
    Scheme("FR", "French social security numbers", r"[1-478]\d{4}[\dAB]\d{7,9}", ("fr.nir",), 0.95),
    Scheme("ES", "Spanish DNI or NIE numbers", r"[\dXYZ]\d{7}[A-Z]", ("es.dni", "es.nie"), 0.95),
    Scheme("IT", "Italian codici fiscali", r"[A-Z]{6}[\dA-Z]{2}[A-Z][\dA-Z]{2}[A-Z][\dA-Z]{3}[A-Z]",
           ("it.codicefiscale",), 0.97),
    Scheme("PL", "Polish PESEL numbers", r"\d{11}", ("pl.pesel",), 0.93),
    Scheme("PT", "Portuguese tax numbers of people", r"[123]\d{8}", ("pt.nif",), 0.75),
    Scheme("PT", "Portuguese citizen card numbers", r"\d{9}[A-Z]{2}\d", ("pt.cc",), 0.95),
    Scheme("NL", "Dutch BSN numbers", r"\d{9}", ("nl.bsn",), 0.85),
    Scheme("SE", "Swedish personnummer", r"(?:\d\d)?\d{10}", ("se.personnummer",), 0.92),
    Scheme("DK", "Danish CPR numbers", r"\d{10}", ("dk.cpr",), 0.75, form=r"\d{6}-\d{4}", spread=True),
    Scheme("FI", "Finnish personal identity codes", r"\d{6}[A-FU-Y]?\d{3}[\dA-Y]", ("fi.hetu",), 0.95),
    Scheme("NO", "Norwegian birth numbers", r"\d{11}", ("no.fodselsnummer",), 0.93),
    Scheme("BE", "Belgian national numbers", r"\d{11}", ("be.nn", "be.bis"), 0.92),
    Scheme("CH", "Swiss AHV numbers", r"756\d{10}", ("ch.ssn",), 0.95),
    Scheme("AT", "Austrian insurance numbers", r"[1-9]\d{9}", ("at.vnr",), 0.88),
    Scheme("IE", "Irish PPS numbers", r"\d{7}[A-W][A-IW]?", ("ie.pps",), 0.9),
    Scheme("CZ", "Czech or Slovak birth numbers", r"\d{9,10}", ("cz.rc",), 0.88, spread=True),
    Scheme("RO", "Romanian CNP numbers", r"[1-9]\d{12}", ("ro.cnp",), 0.93),
    Scheme("BG", "Bulgarian EGN numbers", r"\d{10}", ("bg.egn",), 0.9),
    Scheme("HR", "Croatian OIB numbers", r"\d{11}", ("hr.oib",), 0.7, alone=False),
    Scheme("SI", "EMŠO numbers", r"\d{13}", ("si.emso",), 0.93),
    Scheme("EE", "Estonian or Lithuanian personal codes", r"[1-8]\d{10}", ("ee.ik",), 0.92),
    Scheme("GR", "Greek AMKA numbers", r"\d{11}", ("gr.amka",), 0.9),
    Scheme("TR", "Turkish identity numbers", r"[1-9]\d{10}", ("tr.tckimlik",), 0.93),
    Scheme("IS", "Icelandic kennitala", r"\d{10}", ("is_.kennitala",), 0.9),
    Scheme("BR", "Brazilian CPF numbers", r"\d{11}", ("br.cpf",), 0.93),
    Scheme("MX", "Mexican CURP codes", r"[A-Z]{4}\d{6}[HMX][A-Z]{5}[\dA-Z]\d", ("mx.curp",), 0.97),
    Scheme("CL", "Chilean RUT numbers", r"\d{7,8}[\dK]", ("cl.rut",), 0.85),
    Scheme("EC", "Ecuadorian identity numbers", r"\d{10}", ("ec.ci",), 0.85, alone=False),
    Scheme("CN", "Chinese identity numbers", r"\d{17}[\dX]", ("cn.ric",), 0.95),
    Scheme("IN", "Indian Aadhaar numbers", r"[2-9]\d{11}", ("in_.aadhaar",), 0.88),
    Scheme("IN", "Indian PANs of people", r"[A-Z]{3}P[A-Z]\d{4}[A-Z]", ("in_.pan",), 0.92),
    Scheme("KR", "South Korean registration numbers", r"\d{13}", ("kr.rrn",), 0.92),
    Scheme("JP", "Japanese individual numbers", r"\d{12}", ("jp.in_",), 0.88),
    Scheme("ZA", "South African identity numbers", r"\d{13}", ("za.idnr",), 0.93),
    Scheme("TH", "Thai identity numbers", r"[1-8]\d{12}", ("th.pin",), 0.88),
    Scheme("MY", "Malaysian NRIC numbers", r"\d{12}", ("my.nric",), 0.75, spread=True),
    Scheme("ID", "Indonesian NIK numbers", r"\d{16}", ("id.nik",), 0.8),
    Scheme("IL", "Israeli identity numbers", r"\d{8,9}", ("il.idnr",), 0.7, alone=False),
    Scheme("CA", "Canadian social insurance numbers", r"[1-79]\d{8}", ("ca.sin",), 0.75, form=r"\d{3}-\d{3}-\d{3}"),
    Scheme("AU", "Australian tax file numbers", r"\d{8,9}", ("au.tfn",), 0.7, alone=False),
)  # fmt: skip


def look(column: Column) -> Found | None:
    """Return the country whose identifiers most values are."""
    hint = column.hint("NATIONAL_ID")
    if hint < 0 or (hint <= 0 and len(column.values) < _FEWEST):
        return None
    probed = column.values[:_PROBED]
    compact = [text for value in probed if _DIGITS.search(text := _compact(value))]
    if 2 * len(compact) < len(probed):
        return None
    best: tuple[float, int, Scheme] | None = None
    for scheme in SCHEMES:
        if 2 * sum(bool(scheme.compact.fullmatch(text)) for text in compact) < len(probed):
            continue
        hits = _hits(scheme, column, hint)
        sure = weighing.confidence(hits, len(column.values), base=scheme.base, hint=max(0.0, hint))
        if hits and (best is None or sure > best[0]):
            best = sure, hits, scheme
    if best is None:
        return None
    sure, hits, scheme = best
    how = "check digits" if scheme.checks else "form"
    reason = weighing.tell(
        hits, len(column.values), f"counts among the valid {scheme.title} ({how})", f"are valid {scheme.title} ({how})"
    )
    return Found("NATIONAL_ID", sure, reason, scheme.country)


def _compact(value: str) -> str:
    return value.translate(_SEPARATORS) if len(value) <= _LONGEST else ""


def _hits(scheme: Scheme, column: Column, hint: float) -> int:
    """Return how many values are of the scheme, 0 where they are too few to tell."""
    values = column.values
    probed = values[:_PROBED]
    if 2 * sum(scheme.valid(value) for value in probed) < len(probed):
        return 0
    found = [value for value in values if scheme.valid(value)]
    if hint <= 0:
        if not scheme.alone or not _formed(scheme, found):
            return 0
        if scheme.spread and len({value[:2] for value in found}) < min(8, len(found) / 3):
            return 0
    return len(found) if len(found) >= (0.7 if hint > 0 else 0.85) * len(values) else 0


def _formed(scheme: Scheme, found: list[str]) -> bool:
    return not scheme.form or sum(bool(re.fullmatch(scheme.form, value)) for value in found) >= 0.9 * len(found)
