"""What detection promises whatever it is given: order plays no part, time is bounded, and no value is told."""

from __future__ import annotations

import hashlib
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.detection.evaluation import held_out, numbers

from crosswind.detection import Sample, detect
from crosswind.detection.card import is_card
from crosswind.detection.email import addresses
from crosswind.detection.iban import valid
from crosswind.detection.ip import parsed
from crosswind.detection.national_ids import SCHEMES
from crosswind.detection.text import fold, words

SEEDS = st.integers(0, 2**32)
CHECKED = {"DE", "IT", "PL", "NL", "BE", "BR", "NO", "RO", "TR", "FI", "ES", "CH"}
NASTY = [
    "a" * 2000, "1" * 2000, "a@" * 1000, "@" * 2000, "a.a" * 600 + "@", "1-" * 1000, "+1 " * 600, "((((" * 500,
    "DE89 " * 400, "a a " * 500, "\u0300" * 2000, "1.2.3." * 330, "[" * 2000, '{"a":' * 300, "-" * 2000,
    "\u2019'" * 900, "x@y." * 500, "ß" * 2000, "9" * 19 + " " * 1900, "\x7f\u202e" * 1000, "é" * 2000, "Straße " * 280,
    ",a" * 1000,
]  # fmt: skip


def kinds(*values: str, name: str = "c1", **more: str) -> set[str]:
    return {found.kind for found in detect(Sample(name, values, **more))}


@given(SEEDS)
def test_a_card_with_one_digit_changed_is_none(seed: int) -> None:
    chance = random.Random(seed)
    number = numbers.card(chance)
    at = chance.randrange(len(number))
    other = chance.choice([each for each in "0123456789" if each != number[at]])
    assert is_card(number)
    assert not is_card(number[:at] + other + number[at + 1 :])


@given(SEEDS, st.sampled_from(sorted(numbers.BBANS)))
def test_an_iban_with_one_digit_changed_is_none(seed: int, country: str) -> None:
    chance = random.Random(seed)
    number = numbers.iban(chance, country)
    at = chance.choice([at for at, each in enumerate(number) if each.isdigit()])
    other = chance.choice([each for each in "0123456789" if each != number[at]])
    assert valid(number)
    assert not valid(number[:at] + other + number[at + 1 :])


@given(SEEDS, st.sampled_from(sorted(CHECKED)))
def test_a_national_id_with_its_last_digit_changed_is_none_of_its_country(seed: int, country: str) -> None:
    chance = random.Random(seed)
    number = {**numbers.PEOPLE, **numbers.OTHERS}[country](chance)
    schemes = [scheme for scheme in SCHEMES if scheme.country == country]
    at = max(at for at, each in enumerate(number) if each.isdigit())
    other = str((int(number[at]) + chance.randint(1, 9)) % 10)
    assert any(scheme.valid(number) for scheme in schemes)
    assert not any(scheme.valid(number[:at] + other + number[at + 1 :]) for scheme in schemes)


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_the_order_and_repetition_of_values_play_no_part(seed: int) -> None:
    chance = random.Random(seed)
    case = chance.choice(CASES)
    shuffled = [*case.sample.values, *chance.choices(case.sample.values, k=10)]
    chance.shuffle(shuffled)
    again = Sample(case.sample.name, tuple(shuffled), case.sample.data_type, case.sample.table)
    assert detect(again) == detect(case.sample)


CASES = list(held_out.columns(held_out.SEEN))[:300]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.lists(st.text(max_size=200), max_size=30))
def test_any_text_is_taken(name: str, values: list[str]) -> None:
    for found in detect(Sample(name, tuple(values))):
        assert 0.5 <= found.confidence <= 0.99


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
@pytest.mark.parametrize("name", ["c1", "email", "phone", "address", "full_name", "card_number"])
def test_adversarial_text_takes_bounded_time(text: str, name: str) -> None:
    values = tuple(text[: 2000 - at] + str(at) for at in range(60))
    since = time.process_time()
    detect(Sample(name, values))
    assert time.process_time() - since < 3.0


def test_no_reason_quotes_a_value() -> None:
    for case in CASES:
        told = " ".join(f"{found.reason} {found.detail}" for found in detect(case.sample)) + repr(case.sample)
        for value in case.sample.values:
            assert len(value) < 5 or value not in told
            assert not any(len(part) > 5 and part in told for part in value.split() if not part.isalpha())


def test_emails_are_found_in_text_and_json_and_nowhere_else() -> None:
    assert addresses("Write to a.b+c@sub.example.org, or <d@example.com>.") == [
        "a.b+c@sub.example.org",
        "d@example.com",
    ]
    assert addresses("git@github.com:org/x logo@2x.png postgres://u:p@db.example.com/x a@b @c d@@e.com") == []
    document = '{"to": [{"m": "ada\\u0040example.org"}], "n": %d}'
    assert "EMAIL" in kinds(*(document % number for number in range(5)))


def test_the_only_email_in_many_texts_is_not_told() -> None:
    assert "EMAIL" not in kinds(*(f"line {number}" for number in range(99)), "write to a@example.org")
    assert "EMAIL" in kinds(
        *(f"line {number}" for number in range(90)), *(f"write to a{n}@example.org" for n in range(9))
    )


def test_a_name_alone_makes_no_finding() -> None:
    for name in ("email", "iban", "ssn", "credit_card_number", "ip_address", "date_of_birth"):
        assert kinds("17", "n/a", "x y", "true", "0.5", name=name) == set(), name


DIGESTS = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(60)]
SOUND_LIKE_PEOPLE = (
    "Victoria Sponge", "Earl Grey Tea", "Caesar Salad", "Billy Bookcase", "Oscar Desk Lamp", "Stella Armchair",
    "Hugo Backpack", "Martha Cushion", "Granny Smith Apples", "Sweet William Seeds", "Graham Crackers", "Lazy Susan",
)  # fmt: skip


@pytest.mark.parametrize("name", ["cvv", "cvc2", "security_code", "card_security_code"])
def test_a_year_is_no_security_code(name: str) -> None:
    assert kinds(*map(str, range(1985, 2027)), name=name) == set()
    assert kinds(*(f"{number * 37 % 1000:03}" for number in range(40)), name=name) == {"PAYMENT_CARD"}
    assert kinds(*(f"{number * 37 % 1000:03}" for number in range(40)), name="score") == set()


@pytest.mark.parametrize("name", ["c1", "pan", "card_number", "password_hash", "iban", "national_id", "phone"])
def test_a_digest_is_no_number_of_anybody(name: str) -> None:
    card = numbers.card(random.Random(7))
    assert is_card(card)
    for values in (
        DIGESTS,
        [each.upper()[:32] for each in DIGESTS],
        [f"{card}{each[:16]}" for each in DIGESTS],
        [f"sha256:{each}" for each in DIGESTS],
        [f"deployed {each[:40]} again" for each in DIGESTS],
        [str(int(each[:16], 16))[:16] for each in DIGESTS],
    ):
        assert kinds(*values, name=name) <= ({"PHONE"} if name == "phone" else set()), values[0]


def test_a_things_name_is_no_persons() -> None:
    for name, table in (("product_name", ""), ("name", "products"), ("name", "shop_item_product"), ("brand", "")):
        assert kinds(*SOUND_LIKE_PEOPLE, name=name, table=table) == set(), (name, table)
    families = ("Brown", "Costa", "Garcia", "Kim", "Schmidt", "Novak", "Smith", "Rossi", "Dubois", "Jensen")
    people = [f"{given} {family}" for given in ("Anna", "Bruno") for family in families]
    assert kinds(*people, name="name", table="products") == {"PERSON_NAME"}, "what is plain is told all the same"
    assert kinds(*people, name="name", table="product_owners") == {"PERSON_NAME"}


def test_types_that_hold_none_of_it_are_not_looked_at() -> None:
    emails = [f"a{number}@example.org" for number in range(5)]
    assert kinds(*emails, data_type="text")
    assert not kinds(*emails, data_type="double precision")


def test_versions_and_networks_are_no_ip_addresses() -> None:
    assert parsed("192.0.2.7")
    assert parsed("10.0.0.7/32")
    assert parsed("2001:db8::1")
    for text in ("255.255.255.0", "0.0.0.0", "10.0.0.0/8", "12:30:45", "1.2.3", "aa:bb:cc:dd:ee:ff"):
        assert parsed(text) is None, text


@pytest.mark.parametrize(
    ("name", "parts"),
    [("customerEMail_2", ["customer", "e", "mail"]), ("GEBURTS_DATUM", ["geburts", "datum"]), ("prénom", ["prenom"]),
     ("IPAddress", ["ip", "address"]), ("c17", ["c"])],
)  # fmt: skip
def test_names_are_cut_into_words(name: str, parts: list[str]) -> None:
    assert words(name) == parts


def test_letters_are_folded() -> None:
    assert fold("Łódź Straße Ærø") == "lodz strasse aero"
