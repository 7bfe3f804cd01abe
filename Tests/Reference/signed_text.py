# SPDX-License-Identifier: Apache-2.0
"""The text that the platform signs, made a second time: from the written rule, not from the Swift code.

Usage: signed_text.py SEED COUNT

Prints COUNT lines, the same for the same seed: a body and its text to be signed, both in hexadecimal,
with a tab between them. The bodies are those that honest callbacks never are: keys that are empty,
integers, nearly integers, hold `:` or `;`; numbers of every spelling; `signature` and `frame_mode`
anywhere; every kind of white space.
"""

import functools
import random
import sys

INT64 = range(-(2**63), 2**63)


class Number(str):
    """A number as it is spelt in the body."""


# --- The rule ------------------------------------------------------------------------------------------


def printed_number(spelling):
    """As PHP 8 prints it with precision 14."""
    if spelling.lstrip("-").isdigit() and int(spelling) in INT64:
        return str(int(spelling))
    value = float(spelling)
    if value in (float("inf"), float("-inf")):
        return "INF" if value > 0 else "-INF"
    mantissa, exponent = ("%.13e" % value).split("e")
    exponent = int(exponent)
    sign = "-" if mantissa.startswith("-") else ""
    digits = mantissa.lstrip("-").replace(".", "")
    # PHP leaves a zero at the end where it rounds down an integer of fifteen digits that ends in 05.
    if not (exponent == 14 and value.is_integer() and abs(value) % 100 == 5):
        digits = digits.rstrip("0")
    if not digits:
        return sign + "0"
    if exponent < -4 or exponent >= 14:
        direction = "-" if exponent < 0 else "+"
        return f"{sign}{digits[0]}.{digits[1:] or '0'}E{direction}{abs(exponent)}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    digits = digits.ljust(exponent + 1, "0")
    fraction = digits[exponent + 1 :]
    return sign + digits[: exponent + 1] + ("." + fraction if fraction else "")


def printed_value(value):
    if value is None:
        return ""
    if value is True or value is False:
        return "1" if value else "0"
    return printed_number(value) if isinstance(value, Number) else value


def without_signatures(value):
    """Every member `signature` that is not null is removed, at every depth."""
    if isinstance(value, dict):
        return {k: without_signatures(v) for k, v in value.items() if k != "signature" or v is None}
    if isinstance(value, list):
        return [without_signatures(element) for element in value]
    return value


def array_key(path):
    """A path that is a canonical integer is an integer as a key of PHP's array."""
    digits = path[1:] if path.startswith("-") else path
    if not digits.isascii() or not digits.isdigit() or str(int(path)) != path or int(path) not in INT64:
        return path
    return int(path)


def merged(one, other):
    result = {}
    numbered = 0
    for key, line in list(one.items()) + list(other.items()):
        if isinstance(key, int):
            key = numbered
            numbered += 1
        result[key] = line
    return result


def flattened(container, prefix):
    members = container.items() if isinstance(container, dict) else enumerate(container)
    lines = {}
    for key, value in members:
        if key == "frame_mode":
            continue
        path = ("" if prefix in ("", "0") else prefix + ":") + str(key).replace(":", "::")
        if isinstance(value, (dict, list)):
            lines = merged(lines, flattened(value, path))
        else:
            lines[array_key(path)] = path + ":" + printed_value(value)
    return lines


def natural_order(left, right):
    """`strnatcmp` on bytes."""
    if not left or not right:
        return len(left) - len(right)
    # The byte behind the end of a string reads as zero.
    a, b = left + b"\0", right + b"\0"
    i = j = 0

    def digit(text, index):
        return 0x30 <= text[index] <= 0x39

    while a[i] == 0x30 and digit(a, i + 1):
        i += 1
    while b[j] == 0x30 and digit(b, j + 1):
        j += 1
    while True:
        while a[i] in b" \t\n\r\v\f":
            i += 1
        while b[j] in b" \t\n\r\v\f":
            j += 1
        if digit(a, i) and digit(b, j):
            first, second = i, j
            while digit(a, i):
                i += 1
            while digit(b, j):
                j += 1
            one, other = a[first:i], b[second:j]
            if one[0] != 0x30 and other[0] != 0x30:
                one, other = (len(one), one), (len(other), other)
            if one != other:
                return -1 if one < other else 1
            if i == len(left) or j == len(right):
                return (j == len(right)) - (i == len(left)) if i != len(left) or j != len(right) else 0
        if a[i] != b[j]:
            return a[i] - b[j]
        i += 1
        j += 1
        if i >= len(left) or j >= len(right):
            return 0 if i >= len(left) and j >= len(right) else (-1 if i >= len(left) else 1)


def signed_text(body):
    lines = flattened(without_signatures(body), "")
    order = functools.cmp_to_key(lambda one, other: natural_order(one[0], other[0]))
    pairs = [(str(key).encode(), line.encode()) for key, line in lines.items()]
    return b";".join(line for _, line in sorted(pairs, key=order))


# --- Bodies --------------------------------------------------------------------------------------------

KEYS = """id amount currency payment operation status date sum sum_initial provider customer description
message
signature frame_mode general signature frame_mode Signature signatures frame_modes frame_mod
0 1 2 7 10 -3 00 01 007 -0 -01 +1 1.0 1e3 0x1A 9223372036854775807 9223372036854775808 -9223372036854775808
-9223372036854775809 12345678901234567890 a1 a2 a10 a02 a002 a2b a10b a01b 1a 01a 001b x1y2 x1y10 x01y2
x1.5 x1.10
a:b a::b : :: a: :a a;b ; ;: a;payment:status:success e\u0301 \u00e9 \u043f\u043b\u0430\u0442\u0451\u0436
\u179f\u17bd\u179f\u17d2\u178f\u17b8 \u4f60\u597d \U0001f600 \u0661\u0662 \u00a0 \u2028 A a B b _ - . / ~
\u007f
""".split() + [
    "",
    "",
    "",
    "0",
    "0",
    " ",
    "  ",
    " a",
    "a ",
    "a b",
    "a  b",
    "a 1",
    "a  1",
    "a 10",
    "1 2",
    "1  2",
    "12",
    "1 a",
    "1\ta",
    "\n",
    "\v",
    "\f1",
    "a\0",
    "\0",
    "a \0",
    "a\0b",
    "0 1",
    " 01",
    "1 01",
    "a\t",
    "a\r\n1",
]
ALPHABET = "aab01 29:;0-.\t\0_"
NUMBERS = """0 -0 1 -1 10 100 0.0 -0.0 0e0 0E-5 -0e10 0.10 1.0 1.50 10.50 100.00 1e2 1E+2 1e-2 0.1 0.2
0.30000000000000004 0.0001 0.00010 0.00001 0.000012345 1e14 1e15 99999999999999 99999999999999.9
999999999999999
99999999999999.4 99999999999999.5 1e25 1e308 1.7976931348623157e308 1.7976931348623159e308 1.8e308 1e309
-1e400
1e-307 2.2250738585072014e-308 2.2250738585072011e-308 5e-324 4.9e-324 2.5e-324 2.4e-324 1e-400 -1e-400
9223372036854775807 -9223372036854775808 9223372036854775808 -9223372036854775809 12345678901234567890
123456789012345 1234567890123456789 0.12345678901234567890123456789 1000000000000.25 1000000000000.75
1.00000000000005 1.00000000000015 1.000000000000005 2.50000000000005e-310 1e999999999 1e-999999999 0e999999999
""".split()


def some_digits(random, longest):
    return "".join(random.choice("0123456789") for _ in range(random.randint(1, longest)))


def some_number(random):
    choice = random.randrange(8)
    sign = random.choice(["", "", "-"])
    if choice < 3:
        return Number(random.choice(NUMBERS))
    if choice == 3:
        return Number(sign + str(random.randrange(10 ** random.randint(1, 22))))
    if choice == 4:
        return Number(sign + str(random.randrange(10**random.randint(1, 16))) + "." + some_digits(random, 20))
    if choice == 5:
        # So near to a half behind the fourteenth digit that the detour over binary64 decides.
        digits = str(random.randrange(10**13, 10**14)) + random.choice(
            ["5", "49999999", "50000001", "4999", "5001"]
        )
        place = random.randint(1, len(digits) - 1)
        exponent = random.choice(["", "", "e%d" % random.randint(-330, 310)])
        return Number(
            sign + digits[:place] + "." + digits[place:] + random.choice(["", "0", "00"]) + exponent
        )
    if choice == 6:
        # The neighbourhood of the smallest numbers, where there are fewer than 14 digits to round.
        return Number(f"{sign}{random.randrange(10)}.{some_digits(random, 18)}e-{random.randint(300, 330)}")
    exponent = random.choice("eE") + random.choice(["", "+", "-"]) + some_digits(random, 3)
    fraction = "." + some_digits(random, 20) if random.random() < 0.5 else ""
    return Number(sign + str(random.randrange(10**random.randint(1, 18))) + fraction + exponent)


def some_text(random):
    return "".join(random.choice(ALPHABET) for _ in range(random.randint(0, 6)))


def some_key(random):
    return random.choice(KEYS) if random.random() < 0.8 else some_text(random)


def some_scalar(random):
    choice = random.randrange(10)
    if choice < 3:
        return some_number(random)
    if choice < 5:
        return random.choice([None, True, False])
    return random.choice(KEYS) if choice < 8 else some_text(random)


def some_value(random, depth):
    if depth > 0 and random.random() < 0.4:
        return some_container(random, depth - 1)
    return some_scalar(random)


def some_container(random, depth):
    size = random.choice([0, 1, 1, 2, 2, 3, 4, 6])
    if random.random() < 0.3:
        return [some_value(random, depth) for _ in range(size)]
    return {some_key(random): some_value(random, depth) for _ in range(size)}


def some_body(random):
    size = random.choice([1, 2, 3, 4, 6, 8, 12, 24])
    return {some_key(random): some_value(random, random.choice([0, 1, 2, 3, 5])) for _ in range(size)}


# --- Spelling ------------------------------------------------------------------------------------------

ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "/": "\\/",
}


def spelt_text(random, text):
    pieces = []
    for character in text:
        must = character in '"\\' or character < " "
        if character in ESCAPES and (must or random.random() < 0.3) and random.random() < 0.8:
            pieces.append(ESCAPES[character])
        elif must or random.random() < 0.1:
            units = character.encode("utf-16-be").hex()
            units = units.upper() if random.random() < 0.5 else units
            pieces.append("".join("\\u" + units[i : i + 4] for i in range(0, len(units), 4)))
        else:
            pieces.append(character)
    return '"' + "".join(pieces) + '"'


def space(random):
    return (
        ""
        if random.random() < 0.8
        else "".join(random.choice(" \t\n\r") for _ in range(random.randint(1, 3)))
    )


def spelt(random, value):
    if isinstance(value, dict):
        members = [
            space(random) + spelt_text(random, key) + space(random) + ":" + spelt(random, member)
            for key, member in value.items()
        ]
        text = "{" + ",".join(members) + space(random) + "}"
    elif isinstance(value, list):
        text = "[" + ",".join(spelt(random, element) for element in value) + space(random) + "]"
    elif value is None or isinstance(value, bool):
        text = {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, Number):
        text = str(value)
    else:
        text = spelt_text(random, value)
    return space(random) + text + space(random)


def main(seed, count):
    generator = random.Random(seed)
    for _ in range(count):
        body = some_body(generator)
        print(spelt(generator, body).encode().hex() + "\t" + signed_text(body).hex())


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
