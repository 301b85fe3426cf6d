"""Another generator's people and things, other countries, and cases by hand.

They come in two halves: mistakes on the first (`SEEN`) were looked at to improve the detector; of the second
(`HELD_OUT`) only the figures are ever looked at.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from mimesis import (
    Address,
    Code,
    Cryptographic,
    Datetime,
    Development,
    File,
    Finance,
    Food,
    Hardware,
    Internet,
    Payment,
    Person,
    Text,
    Transport,
)
from mimesis.locales import Locale
from tests.unit.detection.evaluation import by_hand, numbers
from tests.unit.detection.evaluation.case import Case, case, thrice

SEED = 977
NAMES = {
    "EN": "fname lname employee_name home_phone residence date_of_birth mail",
    "EN_GB": "given_name family_name patient_name mobile postal_address birthday email_address",
    "DE": "vorname familienname ansprechpartner handy_nr strasse geb_datum mail_adresse",
    "FR": "prenom nom_de_famille nom_client telephone rue date_de_naissance adresse_mail",
    "ES": "nombre primer_apellido nombre_cliente movil calle fec_nac correo",
    "IT": "nome cognome nome_cliente telefonino via nascita posta_elettronica",
    "PL": "imie nazwisko imie_i_nazwisko komorka ulica urodziny poczta",
    "PT": "nome_proprio sobrenome nome_cliente telefone rua dt_nasc email_cliente",
    "NL": "voornaam familienaam naam_klant mobiel woonadres geboorte e_mail",
    "SV": "fornamn efternamn namn_kund telefon adress fodd epostadress",
    "CS": "jmeno prijmeni jmeno_klienta telefon ulice datum_narozeni email",
    "DA": "fornavn efternavn kunde_navn mobil adresse fodselsdag email",
    "FI": "etunimi sukunimi asiakas_nimi puhelin osoite syntymaaika email",
    "NO": "fornavn etternavn kunde_navn tlf adresse fodselsdato epost",
}


@dataclass(frozen=True)
class Half:
    """One half of the set."""

    locales: tuple[str, ...]
    things: tuple[str, ...]
    countries: tuple[str, ...]
    ibans: tuple[str, ...]
    hand: int


SEEN = Half(
    ("EN", "DE", "FR", "ES", "IT", "NL"), ("EN", "DE", "ES"), ("FI", "BE", "BR", "CN"), ("IT", "PL", "CH", "NO"), 0
)
HELD_OUT = Half(
    ("EN_GB", "PL", "PT", "SV", "CS", "DA", "FI", "NO"), ("IT", "PL", "NL", "SV"), ("NO", "CH", "RO", "TR"),
    ("PT", "SE", "BE", "AT", "DK"), 1,
)  # fmt: skip


def columns(half: Half) -> Iterator[Case]:
    """Every column of a half."""
    for locale in half.locales:
        yield from _people(locale)
    for country in half.countries:
        chance, make = random.Random(f"{SEED}{country}"), numbers.OTHERS[country]
        yield from thrice(f"held id {country}", "NATIONAL_ID", ("national_id",), partial(make, chance), chance)
    yield from _numbers(half)
    for locale in half.things:
        yield from _things(locale)
    for origin, kind, name, values in by_hand.CASES[half.hand :: 2]:
        yield case(f"hand {origin}", kind, name, values)


def _people(locale: str) -> Iterator[Case]:
    chance = random.Random(f"{SEED}{locale}")
    person, address = Person(getattr(Locale, locale), seed=SEED), Address(getattr(Locale, locale), seed=SEED)
    first, last, full, phone, street, born, email = NAMES[locale].split()
    birth = Datetime(seed=SEED)
    made: list[tuple[str, str, Callable[[], str]]] = [
        ("PERSON_NAME", first, person.first_name),
        ("PERSON_NAME", last, person.last_name),
        ("PERSON_NAME", full, person.full_name),
        ("PHONE", phone, person.phone_number),
        ("ADDRESS", street, address.address),
        ("DATE_OF_BIRTH", born, lambda: birth.date(start=1932, end=2007).strftime("%d.%m.%Y")),
        ("EMAIL", email, person.email),
    ]
    for kind, name, make in made:
        yield from thrice(f"held {locale}", kind, (name,), make, chance)
    comma = lambda: f"{person.last_name()}, {person.first_name()}"  # noqa: E731
    yield from thrice(f"held {locale} comma", "PERSON_NAME", (full,), comma, chance)
    text = Text(getattr(Locale, locale), seed=SEED)
    note = lambda: f"{text.sentence()} ({person.email()}) {text.sentence()}"[:1900]  # noqa: E731
    yield from thrice(f"held {locale} text", "EMAIL", ("remarks",), note, chance, 30)
    document = lambda: json.dumps({"n": chance.random(), "who": {"mail": person.email(), "x": [1, None]}})  # noqa: E731
    yield from thrice(f"held {locale} JSON", "EMAIL", ("body",), document, chance, 30)


def _numbers(half: Half) -> Iterator[Case]:
    seed = SEED + half.hand
    chance = random.Random(seed)
    for country in half.ibans:
        spaced = lambda c=country: " ".join(_fours(numbers.iban(chance, c)))  # noqa: E731
        yield from thrice(f"held {country}", "IBAN", ("bank_account",), spaced, chance)
    payment, internet = Payment(seed=seed), Internet(seed=seed)
    yield from thrice("held", "PAYMENT_CARD", ("pan",), payment.credit_card_number, chance)
    receipt = lambda: f"paid by card {numbers.card(chance)} on delivery"  # noqa: E731
    yield from thrice("held text", "PAYMENT_CARD", ("memo",), receipt, chance)
    yield from thrice("held", "IP_ADDRESS", ("source_ip",), internet.ip_v4, chance)
    yield from thrice("held", "IP_ADDRESS", ("peer",), internet.ip_v6, chance)
    yield from thrice("held", "IP_ADDRESS", ("host_ip",), internet.ip_v4_with_port, chance)
    log = lambda: f'{internet.ip_v4()} - - "GET /{internet.slug()} HTTP/1.1" 200'  # noqa: E731
    yield from thrice("held text", "IP_ADDRESS", ("line",), log, chance)


def _fours(text: str) -> list[str]:
    return [text[at : at + 4] for at in range(0, len(text), 4)]


def _text(make: Callable[[], object]) -> str:
    return str(make())


def _things(locale: str) -> Iterator[Case]:
    """Hard negatives, under their own names and under none."""
    at, chance = getattr(Locale, locale), random.Random(f"{SEED}{locale}")
    address, finance, food, text = (
        Address(at, seed=SEED),
        Finance(at, seed=SEED),
        Food(at, seed=SEED),
        Text(at, seed=SEED),
    )
    code, secret, file, hardware = Code(seed=SEED), Cryptographic(seed=SEED), File(seed=SEED), Hardware(seed=SEED)
    internet, transport, moment, person = (
        Internet(seed=SEED),
        Transport(seed=SEED),
        Datetime(seed=SEED),
        Person(at, seed=SEED),
    )
    made: dict[str, Callable[[], object]] = {
        "city": address.city, "country": address.country, "region": address.state, "postal_code": address.postal_code,
        "latitude": address.latitude, "company": finance.company, "bank": finance.bank, "ticker": finance.stock_ticker,
        "stock": finance.stock_name, "dish": food.dish, "fruit": food.fruit, "drink": food.drink, "word": text.word,
        "colour": text.color, "quote": text.quote, "title": text.title, "isbn": code.isbn, "ean": code.ean,
        "imei": code.imei, "issn": code.issn, "uuid": secret.uuid, "hash": secret.hash, "token": secret.token_hex,
        "jwt": secret.jwt, "file_name": file.file_name, "mime": file.mime_type, "phone_model": hardware.phone_model,
        "cpu": hardware.cpu, "url": internet.url, "hostname": internet.hostname, "mac": internet.mac_address,
        "network": internet.ip_v4_cidr, "agent": internet.user_agent, "car": transport.car,
        "airplane": transport.airplane, "plate": transport.vehicle_registration_code,
        "ordered_on": lambda: moment.date(start=2019, end=2026),
        "seen_at": lambda: moment.datetime(start=2015, end=2026),
        "stamp": lambda: chance.randint(1_500_000_000, 1_790_000_000), "job": person.occupation,
        "university": person.university, "nationality": person.nationality, "username": person.username,
        "version": Development(seed=SEED).version, "price": lambda: round(chance.uniform(1, 9000), 2),
        "siret": lambda: numbers.siret(chance), "siren": lambda: numbers.siren(chance),
        "iccid": lambda: numbers.iccid(chance), "isbn10": lambda: numbers.isbn10(chance),
        "order_number": lambda: f"20{chance.randint(20, 26)}{chance.randint(1, 12):02d}{numbers.digits(chance, 6)}",
        "article": lambda: f"{numbers.digits(chance, 3)}-{numbers.digits(chance, 4)}",
        "year": lambda: chance.randint(1900, 2026), "score": lambda: chance.randint(100, 999),
        "tracking": lambda: numbers.digits(chance, 16), "serial": lambda: numbers.digits(chance, 11),
        "build": lambda: f"10.0.{chance.randint(10000, 29999)}.{chance.randint(1, 5000)}",
        "firmware": lambda: ".".join(str(chance.randint(0, 25)) for _ in range(4)),
    }  # fmt: skip
    for name, make in made.items():
        yield from thrice(f"held none {locale}", "", (name,), partial(_text, make), chance)
