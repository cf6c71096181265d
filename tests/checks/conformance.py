#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write docs/rules.md, what the rules say, and docs/conformance.md, which test shows which rule; and
prove that every citation in the tree is of a rule that is there.

usage: conformance.py SOURCE_DIR (--write | BUILD_DIR)
       conformance.py --self-test

The rules are those of docs/conformance/rules.tsv, the tables beside them those of
docs/conformance/tables.md. A rule is cited by its id (A-85), a section of the rules by its number (H.2).
A test shows the rules that it cites:

  in C       in the comment that ends right before Test(), as in /* A-85, A-86: ... */
  in scripts in a line "# Rules: A-85", of the test whose command runs the script
  in Python  in the docstring of a function of a script that takes no arguments, and in the comments in it
  in CMake   in a line "# Rules: A-85" right before the line that adds the test
  simulated  in the strings of an entry of a table in tests/sim/invariants.c, whose first string
             is the invariant's name

Ranges are written A-80 .. A-86, A-80..86 or A-80 to A-86; `int-9` is the newest edition of that case.
Every rule of bootstrap, registration, management and formats needs a test or a verdict; of the others the
report says which have neither.
"""

import json
import os
import pathlib
import re
import sys

NAME = r"(?:[A-H]|BSR|SM|(?:\d\.\d-)?int)-\d+(?![-\d])|(?:LwM2M-)?(?:BOOT|CR)-\d+-(?:BS|[CS])(?:-[MO])?"
CITATION = re.compile(rf"(?<![\w.-])({NAME})(?:\s*(?:\.\.|–|to)\s*({NAME}|\d+))?(?![\w-])")
SECTION = re.compile(r"(?<![\w./\\-])([A-H]\.\d{1,2})(?!\w|\.\d|-)")
# What has such numbers of its own: the specifications, and the configurations of the test cases.
FOREIGN = re.compile(r"(?:\bCore|\bTransport|\bTS 1\.\d|\bApp\.|\bAppendix|[Cc]onfigurations?)"
                     r"(?:\s+(?:\w\.)?[\d.]+,| [A-H]\.\d+(?:,| and))*\s+$")
COMMENTED_TEST = re.compile(
    r"/\*((?:(?!\*/).)*)\*/[ \t]*\n(?:Parameterized)?(?:Test|Theory)\s*\((?:\s*\([^)]*\)\s*,)?"
    r"\s*(\w+)\s*,\s*(\w+)([^{]*)", re.DOTALL)
PYTHON_CASE = re.compile(r"^def (\w+)\(\):[^\n]*\n((?:[ \t]+[^\n]*\n|\n(?=[ \t\n]))*)", re.MULTILINE)
PYTHON_TEXT = re.compile(r'"""(?:(?!""").)*"""|(?<!\S)#[^\n]*', re.DOTALL)
RULES_LINE = re.compile(r"^\s*# Rules: (.*)$", re.MULTILINE)
ADDED_TEST = re.compile(r"\s*\w+\((?:NAME\s+)?([\w.-]+)")
ADDED_COMMAND = re.compile(r"^\s*add_test\((?:\[=*\[)?([\w.-]+)(?:\]=*\])?(.*)\)$", re.MULTILINE)
STRING = re.compile(r'"((?:\\.|[^"\\])*)"')
VERDICTS = {"none": "Does not apply", "later": "Later", "fact": "Asks nothing"}
PAGE = "docs/conformance.md"
BOOK = "docs/rules.md"
RULES = "docs/conformance/rules.tsv"
TABLES = "docs/conformance/tables.md"
ELSEWHERE = "docs/conformance/elsewhere.txt"
INVARIANTS = "tests/sim/invariants.c"
REPORTED = ("E-", "G-", "H-")  # a rule of these may be without a test
NOT_READ = ("docs/conformance", "docs/conformance.md", "docs/rules.md", "tests/fuzz/corpus",
            "tests/checks/conformance.py")
TEXTS = (".c", ".h", ".cmake", ".ini", ".md", ".mustache", ".profile", ".py", ".sh", ".txt", ".xml")


class Problems:
    """All of them are reported, as compilers do."""

    def __init__(self):
        self.count = 0

    def tell(self, place, text):
        print(f"{place}: error: {text}", file=sys.stderr)
        self.count += 1


# ---- ids ------------------------------------------------------------------------------------------


def split(name):
    """What is before the number, the number, what is behind it."""
    match = re.fullmatch(r"(.*?-)(\d+)((?:-[A-Z]+)*)", name)
    return match.group(1), int(match.group(2)), match.group(3)


def citations(text, known):
    """Yield (id, is it known) of all that a text cites; of a range only what there is."""
    for match in CITATION.finditer(text):
        first, last = match.group(1), match.group(2)
        begin = resolve(first, known)
        yield begin or first, begin is not None
        if last is None:
            continue
        stem = first[:first.rindex("-") + 1]
        end = resolve(last if "-" in last else stem + last, known)
        yield end or last, end is not None
        if begin is None or end is None:
            continue
        prefix, low, suffix = split(begin)
        for name in known:
            other, number, ending = split(name)
            if (other, ending) == (prefix, suffix) and low < number < split(end)[1]:
                yield name, True


def resolve(name, known):
    """The full id of what may be written short, None if there is none."""
    if name in known:
        return name
    if name.startswith("int-"):
        return max((full for full in known if re.fullmatch(r"\d\.\d-" + name, full)), default=None)
    if name.startswith(("LwM2M-", "BOOT-", "CR-")):
        stem = name if name.startswith("LwM2M-") else "LwM2M-" + name
        full = [one for one in known if one == stem or re.fullmatch(re.escape(stem) + "-[MO]", one)]
        return full[0] if full else None
    return None


def sections_cited(text):
    """Yield the sections of the rules that a text cites."""
    for match in SECTION.finditer(text):
        if not FOREIGN.search(text[max(0, match.start() - 60):match.start()]):
            yield match.group(1)


def numbered(text):
    """The ids of elsewhere.txt, where every number of a range exists."""
    for match in CITATION.finditer(text):
        first, last = match.group(1), match.group(2)
        stem, low, _ = split(first)
        for number in range(low, (int(last) if last else low) + 1):
            yield f"{stem}{number}"


# ---- the rules ------------------------------------------------------------------------------------


class Rule:
    def __init__(self, line, group, fields):
        self.line, self.group = line, group
        self.id, self.versions, self.section, self.title, through, self.verdict, self.reason = fields
        self.through = through.split()
        self.tests = []  # Test objects


class Section:
    """A part of the rules with a heading; `groups` are its rules by the headings below that one."""

    def __init__(self, heading):
        numbered = re.fullmatch(r"([A-H](?:\.\d+)?) (.*)", heading)
        self.number, self.title = numbered.groups() if numbered else (None, heading)
        self.groups = {None: []}

    def name(self, group):
        number = f"{self.number} " if self.number else ""
        return number + (group or self.title)


def read_rule(place, number, line, section, group, rules, problems):
    fields = line.split("\t")
    if not 4 <= len(fields) <= 7 or section is None:
        problems.tell(place, "not a rule: id, versions, section, title, through, verdict, reason")
        return
    rule = Rule(number, section.name(group), fields + [""] * (7 - len(fields)))
    if rule.id in rules:
        problems.tell(place, f"{rule.id} is here twice")
    if rule.verdict and (rule.verdict not in VERDICTS or not rule.reason):
        problems.tell(place, f"{rule.id} needs a verdict ({', '.join(VERDICTS)}) and a reason")
    rules[rule.id] = rule
    section.groups[group].append(rule)


def read_rules(source, problems):
    rules, sections, group = {}, [], None
    for number, line in enumerate((source / RULES).read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("## "):
            sections.append(Section(line[3:]))
            group = None
        elif line.startswith("### "):
            group = line[4:]
            sections[-1].groups[group] = []
        elif not line.startswith("#"):
            read_rule(f"{source / RULES}:{number}", number, line,
                      sections[-1] if sections else None, group, rules, problems)
    for rule in rules.values():
        for other in rule.through:
            if other not in rules:
                problems.tell(f"{source / RULES}:{rule.line}", f"there is no {other}")
    return rules, sections


def is_shown(rules, rule):
    through = [rules[other] for other in rule.through if other in rules]
    return bool(rule.tests) or (bool(through) and all(is_shown(rules, other) for other in through))


# ---- the tests ------------------------------------------------------------------------------------


class Test:
    def __init__(self, path, line, name, text, disabled=False):
        self.path, self.line, self.name, self.text, self.disabled = path, line, name, text, disabled


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def tests_in_c(path, text):
    for match in COMMENTED_TEST.finditer(text):
        comment, suite, name, rest = match.groups()
        if not comment.lstrip().startswith("----"):
            disabled = re.search(r"\.disabled\s*=\s*(?:true|1)", rest) is not None
            yield Test(path, line_of(text, match.start()), f"{suite}/{name}", comment, disabled)


def tests_in_python(path, text):
    for match in PYTHON_CASE.finditer(text):
        said = " ".join(PYTHON_TEXT.findall(match.group(2)))
        if CITATION.search(said):
            yield Test(path, line_of(text, match.start()), match.group(1), said)


def invariants_in(path, text):
    bare = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group(0).count("\n"), text, flags=re.DOTALL)
    for entry in re.finditer(r"\{[^{}]*\}", bare):
        strings = STRING.findall(entry.group(0))
        cited = [one for one in strings[1:] if CITATION.search(one)]
        if cited:
            yield Test(path, line_of(bare, entry.start()), f"sim: {strings[0]}", ", ".join(cited))


def tests_in_lines(path, text):
    """Of a script the name is empty: it is that of the CTest that runs it."""
    for match in RULES_LINE.finditer(text):
        name = ""
        if path.name == "CMakeLists.txt":
            added = ADDED_TEST.match(text[match.end():].lstrip("\n"))
            name = added.group(1) if added else "nothing"
        yield Test(path, line_of(text, match.start()), name, match.group(1))


def find_tests(source):
    for path in sorted((source / "tests").rglob("*")):
        if path.name == pathlib.Path(__file__).name or not path.is_file():
            continue
        if path == source / INVARIANTS:
            yield from invariants_in(path, path.read_text(encoding="utf-8"))
        elif path.suffix == ".c":
            yield from tests_in_c(path, path.read_text(encoding="utf-8"))
        elif path.suffix in (".sh", ".py") or path.name == "CMakeLists.txt":
            yield from tests_in_lines(path, path.read_text(encoding="utf-8"))
            if path.suffix == ".py":
                yield from tests_in_python(path, path.read_text(encoding="utf-8"))


def known_ids(source, rules):
    return set(rules) | set(numbered((source / ELSEWHERE).read_text(encoding="utf-8")))


def attach(rules, known, tests, problems):
    for test in tests:
        place = f"{test.path}:{test.line}"
        for name, exists in dict.fromkeys(citations(test.text, known)):
            if exists and name in rules:
                rules[name].tests.append(test)
                if test.disabled:
                    problems.tell(place, f"{test.name} cites {name}, but is disabled")


# ---- citations, wherever they are -----------------------------------------------------------------


def texts_of(source):
    """The files of the project that people write."""
    for top in sorted(source.iterdir()):
        if top.name.startswith((".", "build", "generated")):
            continue
        for path in sorted(top.rglob("*") if top.is_dir() else [top]):
            relative = path.relative_to(source).as_posix()
            if path.is_file() and path.suffix in TEXTS and not relative.startswith(NOT_READ):
                yield path


def cited_in(text, known, numbers):
    """Yield (position, what is cited, is it there)."""
    for match in CITATION.finditer(text):
        for name, exists in citations(match.group(0), known):
            yield match.start(), name, exists
    for match in SECTION.finditer(text):
        for number in sections_cited(text[max(0, match.start() - 60):match.end()]):
            if number == match.group(1):
                yield match.start(), number, number in numbers


def check_citations(source, known, sections, problems):
    """Every citation in the tree is of a rule or section that is published. Returns their number."""
    numbers = {section.number for section in sections}
    count = 0
    for path in texts_of(source):
        text = path.read_text(encoding="utf-8", errors="replace")
        for position, name, exists in dict.fromkeys(cited_in(text, known, numbers)):
            count += 1
            if not exists:
                problems.tell(f"{path}:{line_of(text, position)}", f"{name} is no rule of {BOOK}")
    return count


# ---- what the build runs --------------------------------------------------------------------------


def registered_tests(build):
    """The names of what `ctest` runs, and the last parts of all words of the commands. Its own list
    would be nicer to read, but asking ctest while it runs tests spoils its log."""
    names, words = set(), set()
    for path in build.rglob("CTestTestfile.cmake"):
        for match in ADDED_COMMAND.finditer(path.read_text(encoding="utf-8")):
            name, command = match.groups()
            names.add(name)
            words.update(os.path.basename(word) for word in STRING.findall(command))
    return names, words


def check_registered(build, tests, problems):
    """Every test that cites a rule is one that `ctest` runs."""
    names, words = registered_tests(build)
    compiled = {}
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        target = re.search(r"CMakeFiles/([^/]+)\.dir/", entry["command"])
        if target:
            compiled.setdefault(pathlib.Path(entry["file"]).resolve(), set()).add(target.group(1))
    for test in tests:
        path = test.path.resolve()
        if path.name == "CMakeLists.txt":
            runs = any(one == test.name or one.endswith("_" + test.name) for one in names)
        elif path.suffix != ".c":
            runs = path.name in words
        elif test.name.startswith("sim: "):  # in a library: what is linked with it is beside it
            runs = path in compiled and any(targets & words for file, targets in compiled.items()
                                            if file.parent == path.parent)
        else:
            runs = bool(compiled.get(path, set()) & words)
        if not runs:
            problems.tell(f"{test.path}:{test.line}", f"no CTest runs {test.name or path.name}")


# ---- the page -------------------------------------------------------------------------------------


def test_links(source, rule):
    files = {}
    for test in rule.tests:
        path = test.path.relative_to(source).as_posix()
        files.setdefault(path, []).append(test.name or test.path.name)
    cells = []
    for path, names in sorted(files.items()):
        short = path[len("tests/"):]
        listed = ", ".join(f"`{name.split('/')[-1]}`" for name in sorted(set(names)))
        cells.append(f"[{short}](../{path}): {listed}")
    return "<br/>".join(cells)


def link(rule):
    return f"[{rule.id}](rules.md#{rule.id})"


def shown_by(source, rules, rule):
    parts = [test_links(source, rule)] if rule.tests else []
    if rule.through:
        parts.append("through " + ", ".join(rule.through))
    if rule.verdict:
        parts.append(f"*{VERDICTS[rule.verdict]}*: {rule.reason}")
    elif not is_shown(rules, rule):
        parts.append("**no test**")
    return "<br/>".join(parts)


def kind(rules, rule):
    return rule.verdict or ("shown" if is_shown(rules, rule) else "missing")


def page(source, rules):
    kinds = ("shown", "none", "later", "fact", "missing")
    groups = {}
    for rule in rules.values():
        groups.setdefault(rule.group, []).append(rule)
    total = {one: sum(kind(rules, rule) == one for rule in rules.values()) for one in kinds}
    out = ["<!-- SPDX-License-Identifier: Apache-2.0 -->",
           "<!-- Generated from docs/conformance/rules.tsv and the tests: `make regenerate` writes it. -->",
           "# Conformance", "",
           f"**{len(rules)} rules, requirements and test cases: {total['shown']} are shown by tests, "
           f"{total['none']} do not apply, {total['later']} are not built yet, {total['fact']} ask nothing "
           f"of Loom, {total['missing']} apply and have no test that cites them.**", "",
           "What each rule says, and which section of the standard it is from, is in [rules.md](rules.md). "
           "*Versions* are those\nof LwM2M that a rule applies in; a dash is for good practice, or for a "
           "question that the text leaves open. A test\nshows a rule if the comment right before it cites "
           "the rule. A rule of bootstrap, registration, management or formats that has\nneither a test nor a "
           "reason fails `make test`; for smartcards and security this page says which have none.\nThe page itself fails `make test` if it is not what the tests say.", "",
           "| | Shown | Does not apply | Later | Asks nothing | No test |", "|---|---|---|---|---|---|"]
    for group, members in groups.items():
        count = [sum(kind(rules, rule) == one for rule in members) for one in kinds]
        out.append(f"| {group} | " + " | ".join(str(one or "") for one in count) + " |")
    if total["missing"]:
        out += ["", "## What applies and no test cites", "", "| | |", "|---|---|"]
        out += [f"| {link(rule)} | {rule.title} |"
                for rule in rules.values() if kind(rules, rule) == "missing"]
    out += ["", "## What is not shown, and why", "", "| | | Why |", "|---|---|---|"]
    for verdict, text in VERDICTS.items():
        out += [f"| {link(rule)} | {rule.title} | *{text}*: {rule.reason} |"
                for rule in rules.values() if rule.verdict == verdict]
    for group, members in groups.items():
        out += ["", f"## {group}", "", "| | Versions | What it says | Shown by |", "|---|---|---|---|"]
        out += [f"| {link(rule)} | {rule.versions} | {rule.title} | {shown_by(source, rules, rule)} |"
                for rule in members]
    return "\n".join(out) + "\n"


def read_tables(source, sections, problems):
    """What tables.md has below each heading, by the number of the section."""
    text = (source / TABLES).read_text(encoding="utf-8")
    parts = re.split(r"^## (.*)$", text, flags=re.MULTILINE)[1:]
    tables = dict(zip(parts[::2], (part.strip("\n") for part in parts[1::2])))
    for number in set(tables) - {section.number for section in sections}:
        problems.tell(source / TABLES, f"there is no section {number} in {RULES}")
    return tables


def book(rules, sections, tables):
    """docs/rules.md. Anchors are ids and numbers as they are cited."""
    out = ["<!-- SPDX-License-Identifier: Apache-2.0 -->",
           "<!-- Generated from docs/conformance: `make regenerate` writes it. -->",
           "# Rules", "",
           "The rules of LwM2M that code, headers and tests cite, in the words of this project: a rule by its "
           "id (A-85), a\nsection by its number (H.2). Each is an anchor of this page: `rules.md#A-85`, "
           "`rules.md#H.2`. The letters: A bootstrap,\nB registration, C management, reporting and access "
           "control, D formats, E smartcards, F the draft object, G the\nconformance documents, H security. "
           "Which test shows which rule is in [conformance.md](conformance.md).", "",
           "*Versions* are those of LwM2M that a rule applies in; a dash is for good practice, or for a question "
           "that the text\nleaves open. *Section* is that of the Core and Transport specifications "
           "(OMA-TS-LightweightM2M_Core, _Transport), 1.2.2\nunless another one is named; TS 1.0 is the one "
           "specification of 1.0, ETS the enabler test specification. A dash is for\nwhat the specifications "
           "do not say, or not in one place.", ""]
    out += [f"- [{section.name(None)}](#{section.number})" for section in sections if section.number]
    for section in sections:
        anchor = f'<a id="{section.number}"></a>' if section.number else ""
        out += ["", f"## {anchor}{section.name(None)}"]
        if section.number in tables:
            out += ["", tables[section.number]]
        for group, members in section.groups.items():
            if not members:
                continue
            out += ["", f"### {group}"] if group else []
            out += ["", "| | Versions | Section | What it says |", "|---|---|---|---|"]
            out += [f'| <a id="{rule.id}"></a>{rule.id} | {rule.versions} | {rule.section} | {rule.title} |'
                    for rule in members]
    return "\n".join(out) + "\n"


# ---- the whole ------------------------------------------------------------------------------------


def check_complete(source, rules, problems):
    for rule in rules.values():
        place = f"{source / RULES}:{rule.line}"
        if rule.id.startswith(REPORTED):
            continue
        if kind(rules, rule) == "missing":
            problems.tell(place, f"{rule.id} has neither a test nor a reason: {rule.title}")
        elif rule.verdict in ("none", "later") and rule.tests:
            problems.tell(place, f"{rule.id} is said not to be shown, but {rule.tests[0].name} cites it")


def self_test():
    """A check that cannot fail proves nothing."""
    known = {"A-1", "A-2", "A-4", "A-5", "BSR-001", "1.0-int-3", "1.1-int-3", "1.1-int-4",
             "LwM2M-BOOT-004-C-O", "LwM2M-CR-001-S-M"}
    cases = {
        "A-1, A-2: text": ["A-1", "A-2"],
        "Rule A-1 (A-5).": ["A-1", "A-5"],
        "A-1 .. A-5": ["A-1", "A-5", "A-2", "A-4"],
        "rules A-1..4": ["A-1", "A-4", "A-2"],
        "A-1 to A-2": ["A-1", "A-2"],
        "A-10, UTF-8, SHA-256, rules D.1": ["A-10?"],
        "A-1..A-9": ["A-1", "A-9?"],
        "BSR-001, int-3, 1.0-int-3": ["BSR-001", "1.1-int-3", "1.0-int-3"],
        "ETS int-9": ["int-9?"],
        "LwM2M-CR-001-S-M, BOOT-004-C, CR-002-S": ["LwM2M-CR-001-S-M", "LwM2M-BOOT-004-C-O", "CR-002-S?"],
    }
    wrong = 0
    for text, expected in cases.items():
        found = [name + ("" if exists else "?") for name, exists in citations(text, known)]
        if sorted(found) != sorted(expected):
            print(f"{text}: {found}, not {expected}", file=sys.stderr)
            wrong += 1
    dotted = {
        "rules A.3, B.1 and C-1": ["A.3", "B.1"],
        "(rules H.2; Core E.1, Transport 5.2.9)": ["H.2"],
        "as configuration C.13 has it": [],
        "rules D.1.": ["D.1"],
        "int A.5f, x.B.1, B.1.2, Core App. G.3.1": [],
    }
    for text, expected in dotted.items():
        if list(sections_cited(text)) != expected:
            print(f"{text}: {list(sections_cited(text))}, not {expected}", file=sys.stderr)
            wrong += 1
    found = list(cited_in("A-1 and A-3, H.2", known, {"H.3"}))
    if found != [(0, "A-1", True), (8, "A-3", False), (13, "H.2", False)]:
        print(f"cited: {found}", file=sys.stderr)
        wrong += 1
    here = pathlib.Path("x.c")
    source = ("/* A-1 */\nTest(a, one)\n{\n    /* A-2 */\n    call();\n}\n"
              "/* ---- A-4 ---- */\nTest(a, two)\n{\n}\n/* A-5 */\n\nTest(a, three)\n{\n}\n"
              "/* B\n * A-4 */\nTest(a, four, .disabled = true)\n{\n}\n")
    tests = [(test.name, test.disabled, test.line) for test in tests_in_c(here, source)]
    if tests != [("a/one", False, 1), ("a/four", True, 16)]:
        print(f"tests: {tests}", file=sys.stderr)
        wrong += 1
    table = 'static const struct i all[] = {\n    /* C-1 */\n    {"no loss", "A-1, A-2", f},\n    {"x", f}};\n'
    found = [(test.name, test.text) for test in invariants_in(here, table)]
    if found != [("sim: no loss", "A-1, A-2")]:
        print(f"invariants: {found}", file=sys.stderr)
        wrong += 1
    script = ('def one():\n    """A-1: x"""\n    call()  # A-2\n\n    call("# A-4")\n\n\ndef two(x):\n    """A-5"""\n'
              "def three():\n    call()\n\n# A-5\n")
    found = [(test.name, test.line, test.text) for test in tests_in_python(here, script)]
    if found != [("one", 1, '"""A-1: x""" # A-2')]:
        print(f"Python: {found}", file=sys.stderr)
        wrong += 1
    added = "# Rules: A-1\nadd_test(NAME demo_runs\n"
    if [test.name for test in tests_in_lines(pathlib.Path("CMakeLists.txt"), added)] != ["demo_runs"]:
        wrong += 1
    return 1 if wrong else 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    source = pathlib.Path(arguments[0]).resolve()
    problems = Problems()
    rules, sections = read_rules(source, problems)
    tables = read_tables(source, sections, problems)
    known = known_ids(source, rules)
    tests = list(find_tests(source))
    attach(rules, known, tests, problems)
    pages = {PAGE: page(source, rules), BOOK: book(rules, sections, tables)}
    if arguments[1:] == ["--write"]:
        for name, text in pages.items():
            (source / name).write_text(text, encoding="utf-8")
        return 1 if problems.count else 0
    cited = [test for rule in rules.values() for test in rule.tests]
    check_registered(pathlib.Path(arguments[1]), dict.fromkeys(cited), problems)
    check_complete(source, rules, problems)
    count = check_citations(source, known, sections, problems)
    for name, text in pages.items():
        if not (source / name).is_file() or (source / name).read_text(encoding="utf-8") != text:
            problems.tell(source / name, "out of date; write it again with: make regenerate")
    shown = sum(is_shown(rules, rule) for rule in rules.values())
    print(f"{len(rules)} rules, {shown} shown by {len(dict.fromkeys(cited))} tests; "
          f"{count} citations checked")
    return 1 if problems.count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
