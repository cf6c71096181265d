#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Show that the simulator bites: build it with deliberate faults, and see it fail.

usage: mutants.py replay BUILD     each mutant with the seed that is known to catch it
       mutants.py search BUILD     looks for the seeds anew and writes seeds.txt
                 [--seeds N] [--base B] [--jobs N] [--only NAME...]

BUILD is the JSON file that CMake writes (see CMakeLists.txt): where things are and how to link.

mutants.txt is the list. A mutant begins with `== NAME`, then come `rules:`, `file:`, perhaps
`survives:` with the reason why no seed catches it, and the changes as blocks of `-- old`, `-- new`.
Old text must stand exactly once in its file: a list that is stale fails. seeds.txt says which seed
catches a mutant and by which rule.

What the simulator does not reach has other judges: `judges:` names test programs, of which the first
that fails catches the mutant. seeds.txt has its name and the test, in the place of seed and rule.

A mutant is caught by a seed if the simulator passes with that seed, but the mutant breaks an
invariant, crashes or hangs. Both ways begin with the known seed. Should it no longer do, because
the stories have changed, replay looks among the first seeds before it calls the mutant missed, and
fails; search looks until it finds one, and fails if a mutant survives and nobody has said why.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
LIST = HERE / "mutants.txt"
SEEDS = HERE / "seeds.txt"
# A story takes some milliseconds; the longest ones a few hundred.
PATIENCE = 20
# What is known to hang need not be waited for as long.
HANGS = 8
CHUNK = 200
# How many seeds replay looks through when the known one is stale.
SECOND_CHANCE = 400
# What judges are run with.
ARGUMENTS = {"explore": ["--depth", "4"]}
# Nobody debugs a mutant, and copying what is for debuggers takes most of a link. Nor does a link of few objects
# gain by what optimises all of them.
LINKED = ("-Wl,--strip-debug", "-fno-use-linker-plugin")
# A linker that takes half the time, where there is one.
QUICK = ("-fuse-ld=gold",)
# A judge's own way to say what has failed.
FAILURES = (re.compile(r"\[FAIL\] (\S+?):? "), re.compile(r"^RULE BROKEN: .*\(([^)]*)\):", re.M))
HEADERS = {"runtime/firmware/firmware_rows.h": "runtime/firmware/firmware.c",
           "runtime/bootstrap/bootstrap_rows.h": "runtime/bootstrap/bootstrap.c",
           "runtime/reporting/evaluate.h": "runtime/reporting/notifying.c",
           "runtime/reporting/observation.h": "runtime/reporting/observations.c",
           "runtime/registration/registration_rows.h": "runtime/registration/registration.c"}


class Broken(Exception):
    """The list or the build is at fault, not the simulator."""


class Mutant:
    def __init__(self, name):
        self.name = name
        self.rules = ""
        self.file = ""
        self.survives = ""
        self.judges = ""
        self.changes = []


# ---- the list ------------------------------------------------------------------------------------

def read_list(path):
    mutants = []
    block = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("== "):
            mutants.append(Mutant(line[3:].strip()))
            block = None
        elif line == "-- old" and mutants:
            block = []
            mutants[-1].changes.append([block, []])
        elif line == "-- new" and block is not None:
            block = mutants[-1].changes[-1][1]
        elif block is not None:
            block.append(line)
        elif line.startswith("#") or not line.strip():
            continue
        else:
            key, colon, value = line.partition(":")
            if not colon or not mutants or key not in ("rules", "file", "survives",
                                                           "judges"):
                raise Broken(f"{path.name}:{number}: not understood: {line}")
            setattr(mutants[-1], key, value.strip())
    names = [mutant.name for mutant in mutants]
    for mutant in mutants:
        if not mutant.rules or not mutant.file or not mutant.changes:
            raise Broken(f"{path.name}: {mutant.name} lacks rules, file or a change")
        if names.count(mutant.name) > 1:
            raise Broken(f"{path.name}: {mutant.name} is there twice")
    return mutants


def block_text(lines):
    """The lines of a block; an empty line at its end parts it from what follows."""
    lines = list(lines)
    while lines and not lines[-1].strip():
        lines.pop()
    return "\n".join(lines)


def mutated(mutant, source):
    text = (source / mutant.file).read_text(encoding="utf-8")
    for old, new in mutant.changes:
        old = block_text(old)
        found = text.count(old)
        if not old or found != 1:
            raise Broken(f"{mutant.name}: the list is stale: the old text stands {found} times in "
                         f"{mutant.file}: {old.strip().splitlines()[:1]}")
        text = text.replace(old, block_text(new))
    return text


def read_seeds():
    if not SEEDS.exists():
        return {}
    known = {}
    for line in SEEDS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, seed, rule = line.split(None, 2)
            known[name] = (int(seed) if seed.isdigit() else seed, rule)
    return known


def write_seeds(caught):
    lines = ["# SPDX-License-Identifier: Apache-2.0",
             "# Which seed catches a mutant, and by which invariant: written by `make mutants`."]
    lines += [f"{name} {seed} {rule}" for name, (seed, rule) in sorted(caught.items())]
    SEEDS.write_text("\n".join(lines) + "\n", encoding="utf-8")


# ---- building ------------------------------------------------------------------------------------

class Build:
    def __init__(self, path):
        values = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        self.source = pathlib.Path(values["source"])
        self.sim = values["sim"]
        self.objects = values["objects"].split(";")
        self.libraries = values["libraries"]
        self.directory = pathlib.Path(values["commands"]).parent
        commands = json.loads(pathlib.Path(values["commands"]).read_text(encoding="utf-8"))
        self.commands = {entry["file"]: entry for entry in commands}
        self.links = {}  # how each judge is linked
        self.linked = LINKED + (QUICK if self.can_link(QUICK) else ())

    def can_link(self, flags):
        compiler = next(shlex.split(entry["command"])[0] for entry in self.commands.values()
                        if "command" in entry)
        try:
            done = subprocess.run([compiler, *flags, "-Wl,--version"], capture_output=True, check=False)
        except OSError:
            return False
        return done.returncode == 0

    def link_judge(self, judge, directory):
        """The judge with the mutant, whose object comes before the library that has it, too."""
        if judge not in self.links:
            told = run_quietly(judge, ["ninja", "-C", str(self.directory), "-t", "commands",
                                       f"tests/bin/{judge}"])
            self.links[judge] = told.splitlines()[-1].removeprefix(": && ").removesuffix(" && :")
        words = [*shlex.split(self.links[judge]), *self.linked]
        at = words.index("-o")
        words[at + 1] = str(directory / judge)
        words.insert(at, str(directory / "mutant.o"))
        run_quietly(judge, words, self.directory)
        return str(directory / judge)

    def compile(self, mutant, directory):
        """Only the mutated source is compiled, and found before that of the library."""
        text = mutated(mutant, self.source)
        room = directory / pathlib.Path(mutant.file).parent.name
        room.mkdir()
        unit = HEADERS.get(mutant.file, mutant.file)
        (room / pathlib.Path(mutant.file).name).write_text(text, encoding="utf-8")
        mutant_c = room / pathlib.Path(unit).name
        if not mutant_c.exists():
            mutant_c.write_text((self.source / unit).read_text(encoding="utf-8"), encoding="utf-8")
        entry = self.commands[str(self.source / unit)]
        arguments = entry.get("arguments") or shlex.split(entry["command"])
        compiler = arguments[0]
        flags = [flag for flag in arguments[1:]
                 if flag.startswith(("-I", "-D", "-std", "-m")) and flag != "-DNDEBUG"]
        run_quietly(mutant.name, [compiler, f"-I{directory}", f"-I{(self.source / unit).parent}", *flags,
                                  "-w", "-O0", "-c", str(mutant_c), "-o",
                                  str(directory / "mutant.o")])
        return compiler

    def link_sim(self, mutant, compiler, directory):
        target = directory / "sim"
        run_quietly(mutant.name, [compiler, str(directory / "mutant.o"), *self.objects,
                                  *self.libraries, *self.linked, "-o", str(target)])
        return str(target)


def run_quietly(name, command, directory=None):
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=directory)
    if done.returncode != 0:
        raise Broken(f"{name} cannot be built:\n{done.stderr}")
    return done.stdout


# ---- running -------------------------------------------------------------------------------------

def run_seeds(sim, base, count):
    """Returns the first failing seed and the rule, None if all pass; seed None: not told."""
    command = [sim, "--base", str(base), "--seeds", str(count), "--quiet"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False,
                              timeout=PATIENCE, errors="replace")
    except subprocess.TimeoutExpired:
        return None, "hangs"
    if done.returncode == 0:
        return None
    words = done.stdout.split()
    if done.returncode == 1 and len(words) >= 4 and words[0] == "seed":
        return int(words[1]), words[3]
    return None, "crashes"


def first_failure(sim, base, end, sound):
    """The first seed in [base, end) by which `sim` fails, but not the simulator without a fault."""
    while base < end:
        count = min(CHUNK, end - base)
        found = run_seeds(sim, base, count)
        if found is None:
            base += count
            continue
        seed, rule = found
        if seed is None and count > 1:
            found = halve(sim, base, count)
            if found is None:
                base += count
                continue
            seed, rule = found
        seed = base if seed is None else seed
        if sound(seed):
            return seed, rule
        base = seed + 1
    return None


def halve(sim, base, count):
    """A story that crashes or hangs does not tell its seed: look for it."""
    for seed in range(base, base + count):
        found = run_seeds(sim, seed, 1)
        if found is not None:
            return seed, found[1]
    return None


class Sound:
    """Whether the simulator without a fault passes with a seed."""

    def __init__(self, sim):
        self.sim = sim
        self.known = {}

    def __call__(self, seed):
        if seed not in self.known:
            self.known[seed] = run_seeds(self.sim, seed, 1) is None
        return self.known[seed]


def judged(mutant, build, directory, known):
    """The first of its judges that fails, the known one before the others."""
    judges = mutant.judges.split()
    if known is not None and known[0] in judges:
        judges.remove(known[0])
        judges.insert(0, known[0])
    for judge in judges:
        program = build.link_judge(judge, directory)
        if known is not None and judge == known[0] and "::" in known[1]:
            rule = verdict(program, [f"--filter={known[1].replace('::', '/')}"], directory)
            if rule is not None:
                return judge, rule, False
        hangs = known == (judge, "hangs")
        rule = verdict(program, ARGUMENTS.get(judge, []), directory,
                       HANGS if hangs else 2 * PATIENCE)
        if rule is not None:
            return judge, rule, known is not None and known != (judge, rule)
    return None


def verdict(program, arguments, directory, patience=2 * PATIENCE):
    """What a judge fails by; None: it passes."""
    try:
        done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False,
                              timeout=patience, errors="replace", cwd=directory)
    except subprocess.TimeoutExpired:
        return "hangs"
    if done.returncode == 0:
        return None
    said = (pattern.search(done.stdout + done.stderr) for pattern in FAILURES)
    return next((found.group(1) for found in said if found), "crashes")


def examine(mutant, build, sound, known, options):
    """Returns (seed, rule, whether the known seed no longer does), None: no seed catches it."""
    if options.mode == "replay" and known is None:
        return None
    with tempfile.TemporaryDirectory(prefix="loom-mutant-") as directory:
        directory = pathlib.Path(directory)
        compiler = build.compile(mutant, directory)
        if mutant.judges:
            return judged(mutant, build, directory, known)
        sim = build.link_sim(mutant, compiler, directory)
        if known is not None and sound(known[0]):
            found = run_seeds(sim, known[0], 1)
            if found is not None:
                return known[0], found[1], False
        count = SECOND_CHANCE if options.mode == "replay" else options.seeds
        found = first_failure(sim, options.base, options.base + count, sound)
        return None if found is None else (*found, known is not None)


# ---- telling -------------------------------------------------------------------------------------

def tell(mutant, found, known, mode):
    """Returns whether this is as it should be."""
    good = True
    if found is not None:
        stale = found[2] and mode == "replay"
        note = " (the known seed no longer does: run `make mutants`)" if stale else ""
        note += " (it is marked as a survivor)" if mutant.survives else ""
        by = found[0] if mutant.judges else f"seed {found[0]}"
        print(f"caught    {mutant.name:42} {by:<11} {found[1]}{note}")
    elif mode == "replay" and known is not None:
        print(f"MISSED    {mutant.name:42} {known[0]} caught it by {known[1]}")
        good = False
    elif mutant.survives:
        print(f"survives  {mutant.name:42} {mutant.survives}")
    else:
        print(f"survives  {mutant.name:42} {mutant.rules}: no seed is known")
        good = mode == "replay"
    sys.stdout.flush()
    return good


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1][7:])
    parser.add_argument("mode", choices=("replay", "search"))
    parser.add_argument("build")
    parser.add_argument("--seeds", type=int, default=3000)
    parser.add_argument("--base", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    build = Build(options.build)
    sound = Sound(build.sim)
    known = read_seeds()
    mutants = [mutant for mutant in read_list(LIST)
               if not options.only or mutant.name in options.only]
    for mutant in mutants:
        mutated(mutant, build.source)
    caught = {}
    good = True
    with concurrent.futures.ThreadPoolExecutor(max_workers=options.jobs) as pool:
        results = pool.map(lambda mutant: examine(mutant, build, sound, known.get(mutant.name),
                                                  options), mutants)
        for mutant, found in zip(mutants, results):
            good = tell(mutant, found, known.get(mutant.name), options.mode) and good
            if found is not None:
                caught[mutant.name] = found
    if options.mode == "search":
        names = {mutant.name for mutant in mutants}
        kept = {name: seed for name, seed in known.items() if options.only and name not in names}
        write_seeds({**kept, **{name: found[:2] for name, found in caught.items()}})
    print(f"{len(caught)} of {len(mutants)} mutants are caught: "
          f"{100 * len(caught) / max(1, len(mutants)):.0f} %")
    return 0 if good else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Broken as broken:
        print(f"error: {broken}", file=sys.stderr)
        sys.exit(2)
