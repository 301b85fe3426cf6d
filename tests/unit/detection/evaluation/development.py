"""What the detector was tuned on: Faker's people of ten countries, and its things that are no people."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from faker import Faker
from tests.unit.detection.evaluation import numbers
from tests.unit.detection.evaluation.case import Case, thrice

SEED = 41
LOCALES = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "pl_PL", "pt_PT", "nl_NL", "sv_SE")
_NAMES = [line.split("\t") for line in Path(__file__).with_name("column_names.tsv").read_text().splitlines()[1:]]
NAMES = {row[0]: dict(zip(numbers.PEOPLE if row[0] == "id" else LOCALES, row[1:], strict=True)) for row in _NAMES}
NEGATIVES: dict[str, Callable[[Faker], object]] = {
    "company": lambda f: f.company(),
    "city": lambda f: f.city(),
    "job_title": lambda f: f.job(),
    "country": lambda f: f.country(),
    "color": lambda f: f.color_name(),
    "product_name": lambda f: f"{f.color_name()} {f.word().title()} {f.random_int(1, 900)}",
    "order_id": lambda f: f.random_int(10**9, 10**10 - 1),
    "sha256": lambda f: f.sha256(),
    "uuid": lambda f: f.uuid4(),
    "isbn": lambda f: f.isbn13(),
    "ean": lambda f: f.ean13(),
    "url": lambda f: f.url(),
    "file_name": lambda f: f.file_name(),
    "created_at": lambda f: f.date_this_decade(),
    "release_date": lambda f: f.date_between("-30y"),
    "unix": lambda f: f.unix_time(),
    "amount": lambda f: f.pydecimal(left_digits=4, right_digits=2, positive=True),
    "license_plate": lambda f: f.license_plate(),
    "app_version": lambda f: f"{f.random_int(1, 9)}.{f.random_int(0, 30)}.{f.random_int(0, 30)}.{f.random_int(0, 9)}",
    "user_agent": lambda f: f.user_agent(),
    "mac": lambda f: f.mac_address(),
    "note": lambda f: f.sentence(),
    "word": lambda f: f.word(),
    "currency": lambda f: f.currency_name(),
    "year": lambda f: f.year(),
    "swift": lambda f: f.swift(),
}


def development() -> Iterator[Case]:
    """Every column of the development set."""
    for locale in LOCALES:
        yield from _people(locale)
    for country, identifier in numbers.PEOPLE.items():
        chance = random.Random(f"{SEED}{country}")
        names = (NAMES["id"][country],)
        yield from thrice(f"dev id {country}", "NATIONAL_ID", names, partial(identifier, chance), chance)
    yield from _numbers()
    for locale in ("en_US", "de_DE", "fr_FR"):
        fake, chance = _fake(locale), random.Random(f"{SEED}{locale}")
        for name, make in NEGATIVES.items():
            yield from thrice(f"dev none {locale}", "", (name,), partial(_text, make, fake), chance)


def _text(make: Callable[[Faker], object], fake: Faker) -> str:
    return str(make(fake))


def _fake(locale: str) -> Faker:
    fake = Faker(locale)
    fake.seed_instance(f"{SEED}{locale}")
    return fake


def _people(locale: str) -> Iterator[Case]:
    fake, chance = _fake(locale), random.Random(f"{SEED}{locale}")
    made: list[tuple[str, str, Callable[[], str]]] = [
        ("PERSON_NAME", "first", fake.first_name),
        ("PERSON_NAME", "last", fake.last_name),
        ("PERSON_NAME", "full", fake.name),
        ("PHONE", "phone", fake.phone_number),
        ("ADDRESS", "address", lambda: fake.street_address().replace("\n", ", ")),
        ("EMAIL", "email", fake.email),
        ("DATE_OF_BIRTH", "born", lambda: str(fake.date_of_birth(minimum_age=16, maximum_age=90))),
    ]
    for kind, column, make in made:
        yield from thrice(f"dev {locale}", kind, (NAMES[column][locale],), make, chance)
    notes = lambda: f"{fake.sentence()} {fake.email()} {fake.sentence()}"  # noqa: E731
    yield from thrice(f"dev {locale} text", "EMAIL", ("notes",), notes, chance)
    document = lambda: json.dumps({"id": chance.random(), "to": [{"address": fake.email()}]})  # noqa: E731
    yield from thrice(f"dev {locale} JSON", "EMAIL", ("payload",), document, chance)


def _numbers() -> Iterator[Case]:
    chance = random.Random(SEED)
    for country in ("DE", "FR", "GB", "ES", "NL"):
        yield from thrice("dev", "IBAN", ("iban",), partial(numbers.iban, chance, country), chance)
    yield from thrice("dev", "PAYMENT_CARD", ("card_number",), lambda: numbers.card(chance), chance)
    fake = _fake("en_US")
    yield from thrice("dev", "IP_ADDRESS", ("client_ip",), fake.ipv4, chance)
    yield from thrice("dev", "IP_ADDRESS", ("remote_addr",), fake.ipv6, chance)
    for name, number in (
        ("siret", numbers.siret),
        ("imei", numbers.imei),
        ("isbn", numbers.isbn10),
        ("gtin", numbers.ean),
    ):
        yield from thrice("dev none", "", (name,), partial(number, chance), chance)
