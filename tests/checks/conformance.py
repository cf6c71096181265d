#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write docs/conformance.md, which test shows which rule, and prove that nothing is missing in it.

usage: conformance.py SOURCE_DIR (--mend | BUILD_DIR | --self-test)

The rules are those of docs/conformance/rules.tsv. A test shows the rules that it cites:

  in C       in the comment that ends right before Test(), as in /* A-85, A-86: ... */
  in scripts in a line "# Rules: A-85", of the test whose command runs the script
  in CMake   in a line "# Rules: A-85" right before the line that adds the test
  simulated  in the strings of an entry of a table in tests/sim/invariants.c, whose first string
             is the invariant's name

Ranges are written A-80 .. A-86, A-80..86 or A-80 to A-86; `int-9` is the newest edition of that case.
"""

import json
import os
import pathlib
import re
import sys

NAME = r"(?:[A-H]|BSR|SM|(?:\d\.\d-)?int)-\d+(?![-\d])|(?:LwM2M-)?(?:BOOT|CR)-\d+-(?:BS|[CS])(?:-[MO])?"
CITATION = re.compile(rf"(?<![\w.-])({NAME})(?:\s*(?:\.\.|–|to)\s*({NAME}|\d+))?(?![\w-])")
COMMENTED_TEST = re.compile(
    r"/\*((?:(?!\*/).)*)\*/[ \t]*\n(?:Parameterized)?(?:Test|Theory)\s*\((?:\s*\([^)]*\)\s*,)?"
    r"\s*(\w+)\s*,\s*(\w+)([^{]*)", re.DOTALL)
RULES_LINE = re.compile(r"^\s*# Rules: (.*)$", re.MULTILINE)
ADDED_TEST = re.compile(r"\s*\w+\((?:NAME\s+)?([\w.-]+)")
ADDED_COMMAND = re.compile(r"^\s*add_test\((?:\[=*\[)?([\w.-]+)(?:\]=*\])?(.*)\)$", re.MULTILINE)
STRING = re.compile(r'"((?:\\.|[^"\\])*)"')
VERDICTS = {"none": "Does not apply", "later": "Later", "fact": "Asks nothing"}
PAGE = "docs/conformance.md"
RULES = "docs/conformance/rules.tsv"
ELSEWHERE = "docs/conformance/elsewhere.txt"
INVARIANTS = "tests/sim/invariants.c"


class Problems:
    """All of them are told, as compilers do."""

    def __init__(self):
        self.count = 0

    def tell(self, place, text):
        print(f"{place}: error: {text}", file=sys.stderr)
        self.count += 1


# ---- ids ------------------------------------------------------------------------------------------


def split(name):
    """What stands before the number, the number, what stands behind it."""
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
        self.id, self.versions, self.title, through, self.verdict, self.reason = fields
        self.through = through.split()
        self.tests = []  # Test objects


def read_rules(source, problems):
    rules, group = {}, None
    for number, line in enumerate((source / RULES).read_text(encoding="utf-8").splitlines(), 1):
        place = f"{source / RULES}:{number}"
        if line.startswith("## "):
            group = line[3:]
        elif not line.startswith("#"):
            fields = line.split("\t")
            if not 3 <= len(fields) <= 6 or group is None:
                problems.tell(place, "not a rule: id, versions, title, through, verdict, reason")
                continue
            rule = Rule(number, group, fields + [""] * (6 - len(fields)))
            if rule.id in rules:
                problems.tell(place, f"{rule.id} stands here twice")
            if rule.verdict and (rule.verdict not in VERDICTS or not rule.reason):
                problems.tell(place, f"{rule.id} needs a verdict ({', '.join(VERDICTS)}) and a reason")
            rules[rule.id] = rule
    for rule in rules.values():
        for other in rule.through:
            if other not in rules:
                problems.tell(f"{source / RULES}:{rule.line}", f"there is no {other}")
    return rules


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


def attach(source, rules, tests, problems):
    known = set(rules)
    known.update(numbered((source / ELSEWHERE).read_text(encoding="utf-8")))
    for test in tests:
        place = f"{test.path}:{test.line}"
        for name, exists in dict.fromkeys(citations(test.text, known)):
            if not exists:
                problems.tell(place, f"{test.name or test.path.name} cites {name}, which is no rule")
            elif name in rules:
                rules[name].tests.append(test)
                if test.disabled:
                    problems.tell(place, f"{test.name} cites {name}, but is disabled")


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
           "# Conformance of bootstrap and registration", "",
           f"**{len(rules)} rules, requirements and test cases: {total['shown']} are shown by tests, "
           f"{total['none']} do not apply, {total['later']} come later, {total['fact']} ask nothing of "
           f"Loom, {total['missing']} have no test yet.**", "",
           "Rules have the numbers that comments in the code and in the tests cite, and stand here in words "
           "of our own; *Versions*\nare those of LwM2M that a rule holds in, and a dash stands for what is "
           "good practice or a question that the text leaves open.\nA test shows a rule if the comment right "
           "before it cites the rule. A rule that has neither a test nor a reason fails\n`make test`, and so "
           "does this page if it is not what the tests say.", "",
           "| | Shown | Does not apply | Later | Asks nothing | No test |", "|---|---|---|---|---|---|"]
    for group, members in groups.items():
        count = [sum(kind(rules, rule) == one for rule in members) for one in kinds]
        out.append(f"| {group} | " + " | ".join(str(one or "") for one in count) + " |")
    out += ["", "## What is not shown, and why", "", "| | | Why |", "|---|---|---|"]
    for verdict, text in VERDICTS.items():
        out += [f"| {rule.id} | {rule.title} | *{text}*: {rule.reason} |"
                for rule in rules.values() if rule.verdict == verdict]
    for group, members in groups.items():
        out += ["", f"## {group}", "", "| | Versions | What it says | Shown by |", "|---|---|---|---|"]
        out += [f"| {rule.id} | {rule.versions} | {rule.title} | {shown_by(source, rules, rule)} |"
                for rule in members]
    return "\n".join(out) + "\n"


# ---- the whole ------------------------------------------------------------------------------------


def check_complete(source, rules, problems):
    for rule in rules.values():
        place = f"{source / RULES}:{rule.line}"
        if kind(rules, rule) == "missing":
            problems.tell(place, f"{rule.id} has neither a test nor a reason: {rule.title}")
        elif rule.verdict in ("none", "later") and rule.tests:
            problems.tell(place, f"{rule.id} is said not to be shown, but {rule.tests[0].name} cites it")


def check_against_standard(source, rules, problems):
    """Where the rule book stands beside the project its ids are those of rules.tsv."""
    standard = source / ".." / "shared" / "standard"
    if not standard.is_dir():
        print("no ../shared/standard: the list of rules was not compared with the rule book")
        return
    book = (standard / "rules.md").read_text(encoding="utf-8")
    wanted = set(re.findall(r"^\| ((?:[ABF]|BSR|SM)-\d+) \|", book, re.MULTILINE))
    others = set(re.findall(r"^\| ([CDEGH]-\d+) \|", book, re.MULTILINE))
    for line in (standard / "ets.tsv").read_text(encoding="utf-8").splitlines():
        name = line.split("\t")[0]
        case = re.fullmatch(r"LightweightM2M-(\d\.\d-int-(\d+))", name)
        if case:
            number = int(case.group(2))
            (wanted if number < 200 or number == 950 else others).add(case.group(1))
        elif re.match(r"LwM2M-(?:BOOT|CR)-", name):
            wanted.add(name)
    for name in sorted(wanted ^ set(rules)):
        there, here = ("rule book", RULES) if name in wanted else (RULES, "rule book")
        problems.tell(source / RULES, f"{name} stands in the {there}, but not in the {here}")
    listed = set(numbered((source / ELSEWHERE).read_text(encoding="utf-8")))
    for name in sorted(others ^ listed):
        problems.tell(source / ELSEWHERE, f"{name} is in one of this list and the rule book alone")


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
    added = "# Rules: A-1\nadd_test(NAME demo_runs\n"
    if [test.name for test in tests_in_lines(pathlib.Path("CMakeLists.txt"), added)] != ["demo_runs"]:
        wrong += 1
    return 1 if wrong else 0


def main(arguments):
    if arguments[1:] == ["--self-test"]:
        return self_test()
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    source = pathlib.Path(arguments[0]).resolve()
    problems = Problems()
    rules = read_rules(source, problems)
    tests = list(find_tests(source))
    attach(source, rules, tests, problems)
    text = page(source, rules)
    if arguments[1:] == ["--mend"]:
        (source / PAGE).write_text(text, encoding="utf-8")
        return 1 if problems.count else 0
    cited = [test for rule in rules.values() for test in rule.tests]
    check_registered(pathlib.Path(arguments[1]), dict.fromkeys(cited), problems)
    check_complete(source, rules, problems)
    check_against_standard(source, rules, problems)
    if not (source / PAGE).is_file() or (source / PAGE).read_text(encoding="utf-8") != text:
        problems.tell(source / PAGE, "not what the tests say; mend it with: make regenerate")
    shown = sum(is_shown(rules, rule) for rule in rules.values())
    print(f"{len(rules)} rules, {shown} shown by {len(dict.fromkeys(cited))} tests")
    return 1 if problems.count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
