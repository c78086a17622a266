#!/usr/bin/env python3
"""Writes UnicodeTables.g.cs, beside this file: the tables of Unicode 15.0 that names need.

    apt-get install unicode-data libicu72     (Debian 12: both have Unicode 15.0)
    src/ChatProtocol/Unicode/generate.py

Characters, case, decompositions and scripts come from /usr/share/unicode, the look-alikes of TS 39 from ICU's spoof checker.
Another version of Unicode changes which names are equal: the spec (4. Names) states the version, and stored names need a migration.
"""
import ctypes
import pathlib
import re
import sys

VERSION = "15.0"
DATA = pathlib.Path("/usr/share/unicode")
ICU = "72"
HANGUL = range(0xAC00, 0xD7A4)

# Scripts that may stand in one word together, the first six numbers.
TOGETHER = ["Latin", "Han", "Hiragana", "Katakana", "Hangul", "Bopomofo"]

# Characters that are invisible, or no more than a gap, though no property of Unicode says so.
BLANK = [0x2800, 0x303F, 0x13441, 0x13442, 0x16FE4, 0x1D159, 0xFFFC, 0xFFFD]

# Styled letters and digits without a decomposition, found by their Unicode names.
STYLED = re.compile(r"LATIN LETTER SMALL CAPITAL ([A-Z])|.*NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER ([A-Z])|.*CIRCLED (?:SANS-SERIF )?DIGIT ([A-Z]+)")
DIGITS = "ZERO ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE".split()

# Letters made of a Latin letter, and the regional indicators of flags.
PLAIN = re.compile(r"LATIN (?:[A-Z-]+ )*LETTER (?:[A-Z-]+ )*([A-Z])|REGIONAL INDICATOR SYMBOL LETTER ([A-Z])")

# The order is that of UnicodeTables' reader, CharacterClass.
UNASSIGNED, LETTER, MARK, NUMBER, SYMBOL, PUNCTUATION, CONTROL, INVISIBLE = range(8)


def rows(name):
    for line in (DATA / name).read_text("utf-8").splitlines():
        line = line.split("#")[0]
        if line.strip():
            yield [field.strip() for field in line.split(";")]


def span(text):
    first, _, last = text.partition("..")
    return range(int(first, 16), int(last or first, 16) + 1)


def code_points(text):
    return [int(c, 16) for c in text.split()]


def of_property(name, wanted):
    return {c for row in rows(name) if row[1] == wanted for c in span(row[0])}


def read_characters():
    """Category, combining class, decomposition (compatibility?, code points) and simple lower case, for each code point that has them."""
    category, combining, decomposition, lower = {}, {}, {}, {}
    first = None
    for row in rows("UnicodeData.txt"):
        c = int(row[0], 16)
        if row[1].endswith(", First>"):
            first = c
            continue
        for each in range(first, c + 1) if first is not None else [c]:
            category[each] = row[2]
        first = None
        if row[3] != "0":
            combining[c] = int(row[3])
        if row[5]:
            is_compatible = row[5].startswith("<")
            decomposition[c] = is_compatible, code_points(row[5].split("> ")[-1])
        if row[13]:
            lower[c] = int(row[13], 16)
    return category, combining, decomposition, lower


def read_names():
    return {int(row[0], 16): row[1] for row in rows("UnicodeData.txt")}


def styled(names, decomposition):
    """The capital or digit that a styled character without a decomposition stands for."""
    found = {}
    for c, name in names.items():
        if (match := STYLED.fullmatch(name)) and c not in decomposition:
            letter = match[1] or match[2] or str(DIGITS.index(match[3]))
            found[c] = ord(letter)
    return found


def plain(names, decomposition):
    """The small ASCII letter that a letter without a canonical decomposition is made of."""
    return {c: ord((match[1] or match[2]).lower()) for c, name in names.items()
            if c > 0x7F and decomposition.get(c, (True,))[0] and (match := PLAIN.fullmatch(name.split(" WITH ")[0]))}


def class_of(c, category, invisible, space):
    kind = category.get(c, "Cn")
    if kind == "Cn":
        return UNASSIGNED
    if kind[0] == "C" and c not in invisible or c in space or kind[0] == "Z":
        return CONTROL
    if c in invisible:
        return INVISIBLE
    return {"L": LETTER, "M": MARK, "N": NUMBER, "S": SYMBOL if kind == "So" else PUNCTUATION, "P": PUNCTUATION}[kind[0]]


def read_scripts(category):
    """A number for each code point: 0 for common ones, else that of its script, or of the set of scripts it is used with."""
    script = {c: row[1] for row in rows("Scripts.txt") for c in span(row[0])}
    used = {c: tuple(sorted(row[1].split())) for row in rows("ScriptExtensions.txt") for c in span(row[0])}
    singles = TOGETHER + sorted(set(script.values()) - {"Common", "Inherited"} - set(TOGETHER))
    by_short = {row[1]: singles.index(row[2]) + 1 for row in rows("PropertyValueAliases.txt") if row[0] == "sc" and row[2] in singles}
    sets, number = [], {}
    for c in category:
        if category[c][0] not in "LMN":
            continue
        scripts = tuple(sorted(by_short[s] for s in used[c])) if c in used else ()
        if len(scripts) > 1:
            if scripts not in sets:
                sets.append(scripts)
            number[c] = len(singles) + 1 + sets.index(scripts)
        elif scripts:
            number[c] = scripts[0]
        elif script.get(c, "Common") in singles:
            number[c] = singles.index(script[c]) + 1
    assert len(singles) + len(sets) < 256
    return number, [(), *((n + 1,) for n in range(len(singles))), *sets]


def properties(category, invisible, space, script):
    table, last = [], None
    for c in range(0x110000):
        value = class_of(c, category, invisible, space) << 8 | script.get(c, 0)
        if value != last:
            table.append(c << 11 | value)
        last = value
    return table


def ranges(values):
    """c << 8 | value where the value changes."""
    table, last = [], 0
    for c in range(0x110000):
        value = values.get(c, 0)
        if value != last:
            table.append(c << 8 | value)
        last = value
    return table


class Pool:
    """One string that holds all the texts; a text that lies within another is not repeated."""

    def __init__(self, texts):
        self.text = ""
        for text in sorted(set(texts), key=lambda text: (-len(text), text)):
            if utf16(text) not in self.text:
                self.text += utf16(text)

    def index(self, text):
        units = utf16(text)
        return self.text.index(units) << 5 | len(units)


def utf16(text):
    data = text.encode("utf-16-le")
    return "".join(chr(data[i] | data[i + 1] << 8) for i in range(0, len(data), 2))


def compositions(decomposition, combining):
    excluded = of_property("DerivedNormalizationProps.txt", "Full_Composition_Exclusion")
    pairs = [(*to, c) for c, (is_compatible, to) in decomposition.items() if not is_compatible and len(to) == 2 and c not in excluded]
    return [a << 42 | b << 21 | c for a, b, c in sorted(pairs)]


def skeletons(category, decomposition):
    """The look-alike prototypes of characters that have no decomposition."""
    icu = ctypes.CDLL(f"libicui18n.so.{ICU}")
    error = ctypes.c_int(0)
    open_checker = getattr(icu, f"uspoof_open_{ICU}")
    open_checker.restype = ctypes.c_void_p
    checker = ctypes.c_void_p(open_checker(ctypes.byref(error)))
    skeleton = getattr(icu, f"uspoof_getSkeletonUTF8_{ICU}")
    buffer = ctypes.create_string_buffer(400)
    found = {}
    for c in sorted(category):
        if category[c] in ("Cs", "Co") or c in decomposition or c in HANGUL:
            continue
        text = chr(c).encode()
        length = skeleton(checker, 0, text, len(text), buffer, len(buffer), ctypes.byref(error))
        assert error.value <= 0, error.value
        if buffer.raw[:length] != text:
            found[c] = buffer.raw[:length].decode()
    return found


def numbers(kind, name, values, digits):
    lines, line = [], ""
    for value in values:
        item = f"0x{value:0{digits}x}, "
        if len(line) + len(item) > 150:
            lines.append(line.rstrip())
            line = ""
        line += item
    lines.append(line.rstrip())
    body = "\n".join("        " + line for line in lines)
    return f"    internal static ReadOnlySpan<{kind}> {name} =>\n    [\n{body}\n    ];\n"


def main():
    assert f"{VERSION}.0" in (DATA / "PropList.txt").read_text("utf-8").splitlines()[0], f"/usr/share/unicode is not {VERSION}"
    category, combining, decomposition, lower = read_characters()
    space = of_property("PropList.txt", "White_Space")
    selectors = of_property("PropList.txt", "Variation_Selector")
    invisible = of_property("DerivedCoreProperties.txt", "Default_Ignorable_Code_Point") | selectors | set(BLANK)
    script, sets = read_scripts(category)
    fold = {c: int(row[2], 16) for row in rows("CaseFolding.txt") if row[1] in "CS" for c in span(row[0])}
    differing = {c: fold.get(c, c) for c in set(fold) | set(lower) if fold.get(c, c) != lower.get(c, c)}
    names = read_names()
    letters, bases = styled(names, decomposition), plain(names, decomposition)
    spacing = {c: 1 for c in category if category[c] == "Mc"}
    prototypes = skeletons(category, decomposition)
    texts = {c: "".join(map(chr, to)) for c, (_, to) in decomposition.items()}
    pool = Pool([*texts.values(), *prototypes.values()])
    assert len(pool.text) < 1 << 16
    starts = [sum(len(s) for s in sets[:i]) for i in range(len(sets) + 1)]
    parts = [
        "// <auto-generated/> by generate.py",
        "namespace ChatProtocol;",
        "",
        f"/// <summary>The tables of Unicode {VERSION} that names need, sorted for binary search.</summary>",
        "internal static class UnicodeTables",
        "{",
        f'    internal const string Version = "{VERSION}";',
        "",
        "    /// <summary>Scripts with numbers up to this may stand in one word together.</summary>",
        f"    internal const int LastOfTogether = {len(TOGETHER)};",
        "",
        "    /// <summary>The code points at which class or script changes: code point, 3 bits of class, 8 of script.</summary>",
        numbers("uint", "Properties", properties(category, invisible, space, script), 8),
        "    /// <summary>The start of each number's scripts in SetScripts: the number itself, or several.</summary>",
        numbers("ushort", "SetStarts", starts, 3),
        numbers("byte", "SetScripts", [s for scripts in sets for s in scripts], 2),
        "    /// <summary>The code points at which the combining class changes: code point, 8 bits of class.</summary>",
        numbers("uint", "Combining", ranges(combining), 7),
        "    /// <summary>The code points at which spacing marks begin and end: code point, 8 bits, 1 for begin.</summary>",
        numbers("uint", "SpacingMarks", ranges(spacing), 7),
        "    /// <summary>Simple lower case: a code point and, at the same index, its lower case.</summary>",
        numbers("int", "LowerFrom", sorted(lower), 4),
        numbers("int", "LowerTo", [lower[c] for c in sorted(lower)], 4),
        "    /// <summary>Simple case folding where it differs from lower case.</summary>",
        numbers("int", "FoldFrom", sorted(differing), 4),
        numbers("int", "FoldTo", [differing[c] for c in sorted(differing)], 4),
        "    /// <summary>One step of decomposition: code point, a bit for compatibility.</summary>",
        numbers("int", "DecomposedFrom", [c << 1 | decomposition[c][0] for c in sorted(decomposition)], 5),
        "    /// <summary>The index in Texts, then 5 bits of length.</summary>",
        numbers("int", "DecomposedTo", [pool.index(texts[c]) for c in sorted(decomposition)], 5),
        "    /// <summary>First, second and composed character, 21 bits each.</summary>",
        numbers("ulong", "Compositions", compositions(decomposition, combining), 15),
        "    /// <summary>The characters that have a look-alike prototype by TS 39.</summary>",
        numbers("int", "SkeletonFrom", sorted(prototypes), 5),
        "    /// <summary>The index in Texts, then 5 bits of length.</summary>",
        numbers("int", "SkeletonTo", [pool.index(prototypes[c]) for c in sorted(prototypes)], 5),
        "    /// <summary>The styled characters without a decomposition, and the ASCII capital or digit that each stands for.</summary>",
        numbers("int", "StyledFrom", sorted(letters), 5),
        numbers("byte", "StyledTo", [letters[c] for c in sorted(letters)], 2),
        "    /// <summary>The letters made of a Latin letter, and its small ASCII letter.</summary>",
        numbers("int", "PlainFrom", sorted(bases), 5),
        numbers("byte", "PlainTo", [bases[c] for c in sorted(bases)], 2),
        numbers("char", "Texts", [ord(unit) for unit in pool.text], 4).replace("0x", "'\\u").replace(",", "',"),
    ]
    text = "\n".join(parts).rstrip() + "\n}\n"
    target = pathlib.Path(__file__).with_name("UnicodeTables.g.cs")
    target.write_text(text.replace("\n\n    ];", "\n    ];"))
    print(f"{target}: {len(text)} characters, {len(sets)} sets of scripts, {len(prototypes)} look-alikes, {len(pool.text)} of text", file=sys.stderr)


if __name__ == "__main__":
    main()
