"""Numbers with check digits, by the arithmetic of their standards and none of the detector's libraries."""

from __future__ import annotations

import itertools
import random
from datetime import date, timedelta

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BBANS = {"DE": "n" * 18,
         "FR": "n" * 10 + "c" * 11 + "nn", "GB": "aaaa" + "n" * 14, "ES": "n" * 20, "IT": "a" + "n" * 22,
         "PL": "n" * 24, "PT": "n" * 21, "NL": "aaaa" + "n" * 10, "SE": "n" * 20, "CH": "n" * 5 + "c" * 12,
         "BE": "n" * 12, "AT": "n" * 16, "NO": "n" * 11, "DK": "n" * 14}  # fmt: skip


def digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(count))


def born(chance: random.Random) -> date:
    return date(1935, 1, 1) + timedelta(days=chance.randrange(365 * 70))


def iban(chance: random.Random, country: str) -> str:
    kinds = {"n": "0123456789", "a": LETTERS, "c": "0123456789" + LETTERS}
    bban = "".join(chance.choice(kinds[each]) for each in BBANS[country])
    number = "".join(str(int(each, 36)) for each in f"{bban}{country}00")
    return f"{country}{98 - int(number) % 97:02d}{bban}"


def luhn(body: str) -> str:
    total = 0
    for index, each in enumerate(reversed(body)):
        number = int(each) * (2 if index % 2 == 0 else 1)
        total += number - 9 if number > 9 else number
    return body + str(-total % 10)


def card(chance: random.Random) -> str:
    start, length = chance.choice(
        [("4", 16), ("51", 16), ("55", 16), ("37", 15), ("6011", 16), ("36", 14), ("2221", 16)]
    )
    return luhn(start + digits(chance, length - len(start) - 1))


def us(chance: random.Random) -> str:
    area = chance.choice([each for each in range(1, 899) if each not in {666, 78, 219, 457}])
    return f"{area:03d}-{chance.randint(1, 99):02d}-{chance.randint(1, 9999):04d}"


def gb(chance: random.Random) -> str:
    prefix = chance.choice("ABCEGHJKLMOPRSTWXYZ") + chance.choice("ABCEGHJKLMPRSTWXYZ")
    if prefix in {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}:
        return gb(chance)
    return f"{prefix} {digits(chance, 2)} {digits(chance, 2)} {digits(chance, 2)} {chance.choice('ABCD')}"


def de(chance: random.Random) -> str:
    """Ten digits of which one comes twice, and the check of ISO 7064 (mod 11, 10)."""
    pool = chance.sample("0123456789", 9)
    body = [*pool, chance.choice(pool)]
    chance.shuffle(body)
    if body[0] == "0" or any(first == second for first, second in itertools.pairwise(body)):
        return de(chance)
    product = 10
    for each in body:
        total = (int(each) + product) % 10 or 10
        product = 2 * total % 11
    return "".join(body) + str((11 - product) % 10)


def fr(chance: random.Random) -> str:
    birth = born(chance)
    department = chance.choice([75, 69, 13, 33, 59, 31])
    body = f"{chance.choice('12')}{birth:%y%m}{department}{chance.randint(1, 400):03d}{chance.randint(1, 900):03d}"
    return f"{body}{97 - int(body) % 97:02d}"


def es(chance: random.Random) -> str:
    number = digits(chance, 8)
    return number + "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23]


def it(chance: random.Random) -> str:
    odd = dict(zip("0123456789" + LETTERS, (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4,
               18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23), strict=True))  # fmt: skip
    birth = born(chance)
    consonants = "".join(chance.choice("BCDFGLMNPRSTVZ") for _ in range(6))
    body = f"{consonants}{birth:%y}{'ABCDEHLMPRST'[birth.month - 1]}{birth.day + chance.choice([0, 40]):02d}"
    body += chance.choice(["H501", "F205", "L219", "D612", "A944"])
    even = sum(int(each, 36) - (0 if each.isdigit() else 10) for each in body[1::2])
    return body + LETTERS[(sum(odd[each] for each in body[::2]) + even) % 26]


def pl(chance: random.Random) -> str:
    birth = born(chance)
    body = f"{birth:%y}{birth.month + (20 if birth.year >= 2000 else 0):02d}{birth:%d}{digits(chance, 4)}"
    return body + str(-sum(int(each) * weight for each, weight in zip(body, (1, 3, 7, 9) * 3, strict=False)) % 10)


def pt(chance: random.Random) -> str:
    body = chance.choice("123") + digits(chance, 7)
    check = 11 - sum(int(each) * (9 - at) for at, each in enumerate(body)) % 11
    return body + str(0 if check > 9 else check)


def nl(chance: random.Random) -> str:
    body = chance.choice("1234") + digits(chance, 7)
    check = sum(int(each) * (9 - at) for at, each in enumerate(body)) % 11
    return nl(chance) if check == 10 else body + str(check)


def se(chance: random.Random) -> str:
    birth = born(chance)
    body = f"{birth:%y%m%d}{digits(chance, 3)}"
    number = luhn(body)
    return f"{birth.year // 100}{number[:6]}-{number[6:]}"


def fi(chance: random.Random) -> str:
    birth, running = born(chance), f"{chance.randint(2, 899):03d}"
    body = f"{birth:%d%m%y}"
    sign = "A" if birth.year >= 2000 else "-"
    return f"{body}{sign}{running}{'0123456789ABCDEFHJKLMNPRSTUVWXY'[int(body + running) % 31]}"


def be(chance: random.Random) -> str:
    birth = date(1940, 1, 1) + timedelta(days=chance.randrange(365 * 59))
    body = f"{birth:%y%m%d}{chance.randint(1, 997):03d}"
    check = f"{97 - int(body) % 97:02d}"
    return f"{body[:2]}.{body[2:4]}.{body[4:6]}-{body[6:]}.{check}"


def br(chance: random.Random) -> str:
    body = digits(chance, 9)
    for _ in range(2):
        total = sum(int(each) * weight for each, weight in zip(body, range(len(body) + 1, 1, -1), strict=True))
        body += str(total * 10 % 11 % 10)
    return f"{body[:3]}.{body[3:6]}.{body[6:9]}-{body[9:]}"


def cn(chance: random.Random) -> str:
    body = f"{chance.choice(['110101', '310101'])}{born(chance):%Y%m%d}{digits(chance, 3)}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(each) * weight for each, weight in zip(body, weights, strict=True)) % 11]


def no(chance: random.Random) -> str:
    birth = date(1940, 1, 1) + timedelta(days=chance.randrange(365 * 59))
    body = f"{birth:%d%m%y}{chance.randint(0, 499):03d}"
    for weights in ((3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)):
        check = -sum(int(each) * weight for each, weight in zip(body, weights, strict=True)) % 11
        if check == 10:
            return no(chance)
        body += str(check)
    return body


def ch(chance: random.Random) -> str:
    body = "756" + digits(chance, 9)
    check = -sum(int(each) * (3 if at % 2 else 1) for at, each in enumerate(body)) % 10
    return f"{body[:3]}.{body[3:7]}.{body[7:11]}.{body[11:]}{check}"


def ro(chance: random.Random) -> str:
    birth = date(1940, 1, 1) + timedelta(days=chance.randrange(365 * 59))
    body = f"{chance.choice('12')}{birth:%y%m%d}{chance.randint(1, 46):02d}{chance.randint(1, 999):03d}"
    check = sum(int(each) * int(weight) for each, weight in zip(body, "279146358279", strict=True)) % 11
    return body + str(1 if check == 10 else check)


def tr(chance: random.Random) -> str:
    body = chance.choice("123456789") + digits(chance, 8)
    numbers = [int(each) for each in body]
    tenth = (sum(numbers[::2]) * 7 - sum(numbers[1::2])) % 10
    return f"{body}{tenth}{(sum(numbers) + tenth) % 10}"


PEOPLE = {"US": us, "GB": gb, "DE": de, "FR": fr, "ES": es, "IT": it, "PL": pl, "PT": pt, "NL": nl, "SE": se}
"""Countries that the detector was tuned on."""
OTHERS = {"FI": fi, "BE": be, "BR": br, "CN": cn, "NO": no, "CH": ch, "RO": ro, "TR": tr}
"""Countries that it was not."""


def ean(chance: random.Random) -> str:
    body = chance.choice("45678") + digits(chance, 11)
    return body + str(-sum(int(each) * (3 if at % 2 else 1) for at, each in enumerate(body)) % 10)


def isbn10(chance: random.Random) -> str:
    body = chance.choice(["0", "1", "3", "2"]) + digits(chance, 8)
    check = -sum(int(each) * (10 - at) for at, each in enumerate(body)) % 11
    return body + ("X" if check == 10 else str(check))


def siret(chance: random.Random) -> str:
    return luhn(luhn(chance.choice("34578") + digits(chance, 7)) + f"{chance.randint(1, 999):05d}"[1:])


def siren(chance: random.Random) -> str:
    return luhn(chance.choice("34578") + digits(chance, 7))


def imei(chance: random.Random) -> str:
    return luhn(chance.choice(["35", "86", "01"]) + digits(chance, 12))


def iccid(chance: random.Random) -> str:
    return luhn("8949" + digits(chance, 14))
