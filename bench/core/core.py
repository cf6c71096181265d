#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the core: its bytes on a Cortex-M4, its stack, its memory, and its instructions.

All figures are exact: the same compiler gives the same ones on every machine. docs/benchmarks.md says
what each of them is. The last lines are one for each figure, `NAME VALUE UNIT`. A figure whose tools are
missing is not printed, and a line says so.

usage: core.py SOURCE WORK LOOMC [--coap PREFIX] [--limits FILE | --fit FILE | --picks]

  SOURCE         the tree
  WORK           a directory for what is built, made empty first
  LOOMC          the generator
  --coap PREFIX  where libcoap and mbedTLS are; without it instr.port is not measured
  --limits FILE  lines `NAME LIMIT`: exit status 1 where a figure passes its limit, 77 if none could be
                 measured
  --fit FILE     writes such a file, each limit a little above its figure
  --picks        prints only what each content format and each feature of a profile costs
"""

import argparse
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ONE_SERVER = ("smallest", "peer", "all")
PRODUCTS = ("smallest", "peer", "usual", "all")
MODELS = ("security-1.1", "server-1.1", "device-1.1", "temperature-1.0")
MODELS_BESIDES = {"usual": ("access-control-1.0",)}
REPEATS = 100

M4 = "arm-none-eabi-gcc"
HOST = "gcc"
M4_FLAGS = ("-std=c99 -Os -DNDEBUG -mcpu=cortex-m4 -mthumb -ffreestanding -fbuiltin "
            "-ffunction-sections -fdata-sections").split()
M4_LINK = "-nostartfiles --specs=nano.specs --specs=nosys.specs -Wl,--gc-sections".split()
HOST_FLAGS = "-std=c99 -O2 -g -DNDEBUG".split()
# The memory functions of the C library are chosen by the processor: take those that every one has.
TUNABLES = ("glibc.cpu.hwcaps=-AVX2,-AVX512F,-AVX512VL,-AVX512BW,-ERMS,-FSRM,-SSSE3,-SSE4_1,-SSE4_2,"
            "-AVX_Fast_Unaligned_Load,-Fast_Unaligned_Load,-Fast_Unaligned_Copy,-Fast_Copy_Backward")

# What a limit may be above its figure; more than that no longer guards anything.
SLACK = 0.02

# In the order in which they are printed.
FIGURES = ("flash.smallest", "flash.peer", "flash.usual", "flash.all", "ram.one_server",
           "ram.observation", "stack.deepest",
           "instr.read_3_0_tlv", "instr.read_3_0_senml_cbor", "instr.read_3_0_senml_json",
           "instr.read_3_0_lwm2m_cbor", "instr.bs_write_tlv", "instr.bs_write_senml_cbor", "instr.discover_3_0",
           "instr.finish", "instr.idle_step", "instr.idle_step_observed", "instr.notify", "instr.port")
# Bytes and instructions are the compiler's: the limits are those of this release of GCC.
GCC = "12"


class Failed(Exception):
    pass


def run(command, **options):
    """The output of a command, which has to succeed."""
    result = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, **options)
    if result.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))}\n{result.stdout}")
    return result.stdout


class Tree:
    """The sources, and the directory in which they are built."""

    def __init__(self, source, work, loomc):
        self.source, self.work, self.loomc = source, work, loomc
        self.here = source / "bench" / "core"
        self.runtime = source / "runtime"
        listed = re.search(r"set\(LOOM_CORE_SOURCES(.*?)\)", (self.runtime / "sources.cmake").read_text(),
                           re.S).group(1)
        self.core = [self.runtime / name for name in listed.split()]

    def generate(self, product, profile=None):
        folder = self.work / product
        run([self.loomc, "-o", folder, "--profile", profile or self.here / f"{product}.profile"] +
            [self.source / "models" / f"{name}.xml" for name in MODELS + MODELS_BESIDES.get(product, ())])
        return folder

    def picks(self):
        """What a profile picks by keyword: {setting: keywords}, from the generator's own tables."""
        text = (self.source / "generator" / "picks.c").read_text()
        tables = re.findall(r"static const struct loomc_pick (\w+)\[\] = \{(.*?)\n\};", text, re.S)
        return {setting: re.findall(r'^\s*\{"([a-z0-9-]+)"', rows, re.M) for setting, rows in tables}

    def compile(self, compiler, flags, folder, sources, includes=()):
        """Compiles into work/FOLDER, under the names of the sources in the tree; returns the objects."""
        launcher = os.environ.get("CMAKE_C_COMPILER_LAUNCHER", "").split(";") if \
            os.environ.get("CMAKE_C_COMPILER_LAUNCHER") else []
        includes = [f"-I{path}" for path in (self.runtime / "include", self.runtime, *includes)]

        def one(source):
            base = self.work if self.work in source.parents else self.source
            target = self.work / folder / source.relative_to(base).with_suffix(".o")
            target.parent.mkdir(parents=True, exist_ok=True)
            run(launcher + [compiler, *flags, *includes, "-c", source, "-o", target])
            return target

        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(one, sources))


# ---- flash and RAM -----------------------------------------------------------------------------------

# ` .text.name  0xADDRESS  0xSIZE FILE` in a linker map; long names have a line of their own.
KEPT = re.compile(r"^ (\.\S+)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)(?: \(size before relaxing\))?\s*(\S.*)?$")


def read_map(text):
    """(section, bytes, file) of all that the linker kept."""
    text = text[text.index("Linker script and memory map"):]
    text = re.sub(r"^ (\.\S+)\n +(?=0x)", r" \1 ", text, flags=re.M)
    for line in text.splitlines():
        match = KEPT.match(line)
        if match and match.group(4) and int(match.group(3), 16) > 0:
            yield match.group(1), int(match.group(3), 16), match.group(4)


def owner_of(file):
    """Whose a linked section is: a room of the core, or one of the others."""
    if "libgcc" in file:
        return "libgcc"
    if re.search(r"lib(c|g|m|nosys)(_nano)?\.a", file):
        return "libc"
    match = re.search(r"/(m4-\w+)/(.*)", file)
    folder, rest = match.groups() if match else ("", file)
    if folder == "m4-core":
        return rest.split("/")[1]
    return "generated tables" if "/bench/core/" not in f"/{rest}" else "bench"


FLASH = re.compile(r"^\.(text|rodata|data|ARM\.exidx)")


class Image:
    """A product's linked image, looked at."""

    def __init__(self, elf):
        self.flash = defaultdict(int)
        for section, size, file in read_map(elf.with_suffix(".map").read_text()):
            if FLASH.match(section):
                self.flash[owner_of(file)] += size
        self.whole = int(run(["arm-none-eabi-size", elf]).splitlines()[1].split()[0])
        self.ram = {}
        for line in run(["arm-none-eabi-nm", "-S", elf]).splitlines():
            fields = line.split()
            if len(fields) == 4 and fields[3] in ("client", "registration", "locations", "data", "staging", "buffer"):
                self.ram[fields[3]] = int(fields[1], 16)

    OTHERS = ("generated tables", "libgcc", "libc", "bench")

    def flash_total(self):
        """With the compiler's arithmetic, which a feature may be the only one to need."""
        return self.core() + self.flash["libgcc"] + self.flash["libc"] + self.flash["generated tables"]

    def core(self):
        return sum(size for owner, size in self.flash.items() if owner not in self.OTHERS)


def link_image(tree, core, folder, configured):
    """The image of the product that was generated in FOLDER, with the code of CONFIGURED.c."""
    objects = tree.compile(M4, M4_FLAGS, f"m4-{folder.name}",
                           sorted(folder.glob("*.c")) +
                           [tree.here / f"{name}.c" for name in (configured, "image", "startup")], [folder])
    elf = tree.work / f"{folder.name}.elf"
    run([M4, *M4_FLAGS, *M4_LINK, "-T", tree.here / "cortex-m4.ld", f"-Wl,-Map={elf.with_suffix('.map')}",
         *core, *objects, "-o", elf])
    return Image(elf)


def show_flash(images):
    print("flash in bytes, linked for a Cortex-M4, -Os, --gc-sections: code and constants\n")
    print(f"{'':20}" + "".join(f"{name:>10}" for name in images))
    owners = {owner for image in images.values() for owner in image.flash}
    rooms = sorted(owners - set(Image.OTHERS))
    for owner in rooms:
        print(f"  {owner:18}" + "".join(f"{image.flash[owner]:10}" for image in images.values()))
    print(f"{'core':20}" + "".join(f"{image.core():10}" for image in images.values()))
    for owner in Image.OTHERS:
        print(f"{owner:20}" + "".join(f"{image.flash[owner]:10}" for image in images.values()))
    print(f"{'whole image':20}" + "".join(f"{image.whole:10}" for image in images.values()))
    print()
    print("RAM in bytes for one server\n")
    names = list(next(iter(images.values())).ram)
    print(f"{'':20}" + "".join(f"{name:>14}" for name in [*names, "sum"]))
    for product, image in images.items():
        print(f"{product:20}" + "".join(f"{size:14}" for size in [*image.ram.values(), sum(image.ram.values())]))
    print()


def measure_flash(tree, figures):
    core = tree.compile(M4, M4_FLAGS, "m4-core", tree.core)
    images = {product: link_image(tree, core, tree.generate(product), product) for product in PRODUCTS}
    show_flash(images)
    for product, image in images.items():
        figures[f"flash.{product}"] = (image.core(), "bytes")
    figures["ram.one_server"] = (max(sum(images[product].ram.values()) for product in ONE_SERVER), "bytes")
    return core


# ---- stack -------------------------------------------------------------------------------------------


def run_on_board(tree, core, folder):
    """Of the product generated in FOLDER the stack of each operation, those that it refused, and the
    memory that an observation takes."""
    objects = tree.compile(M4, M4_FLAGS, f"m4-board-{folder.name}", sorted(folder.glob("*.c")) +
                           [tree.here / f"{name}.c" for name in ("board", "deliver", "measure", "startup")],
                           [folder])
    elf = tree.work / f"board-{folder.name}.elf"
    run([M4, *M4_FLAGS, *M4_LINK, "-T", tree.here / "cortex-m4.ld", *core, *objects, "-o", elf])
    output = run(["qemu-system-arm", "-M", "mps2-an386", "-display", "none", "-monitor", "none", "-serial",
                  "none", "-semihosting-config", "enable=on,target=native", "-kernel", elf],
                 timeout=120, stdin=subprocess.DEVNULL)
    return {name: int(size) for name, size in re.findall(r"^(\w+) (\d+)$", output, re.M)}, \
        re.findall(r"^(\w+) refused$", output, re.M), \
        int(re.search(r"^ram.observation (\d+)$", output, re.M).group(1))


def measure_stack(tree, core, figures):
    used, refused, observation = run_on_board(tree, core, tree.work / "all")
    if refused or observation == 0:
        raise Failed(f"on the board the product refused {', '.join(refused)}")
    print("stack in bytes, painted, from the port that delivers a request on\n")
    for name, size in used.items():
        print(f"  {name:24}{size:10}")
    print()
    figures["stack.deepest"] = (max(used.values()), "bytes")
    figures["ram.observation"] = (observation, "bytes")


# ---- what each pick costs ----------------------------------------------------------------------------


def show_picks(tree):
    """A table of flash, RAM and stack: the product with everything, and without each thing in turn."""
    core = tree.compile(M4, M4_FLAGS, "m4-core", tree.core)
    everything = tree.picks()
    profile = (tree.here / "all.profile").read_text().rstrip("\n")

    def measure_without(left_out):
        name = f"without-{left_out}" if left_out else "everything"
        path = tree.work / f"{name}.profile"
        path.write_text("\n".join([profile, *(
            "    " + " ".join([setting, *(keyword for keyword in keywords if keyword != left_out)])
            for setting, keywords in everything.items())]) + "\n")
        image = link_image(tree, core, tree.generate(name, path), "all")
        stack = max(run_on_board(tree, core, tree.work / name)[0].values(), default=0)
        return image.flash_total(), sum(image.ram.values()), stack

    print("what each pick costs in bytes: the product with everything, and what is saved without one\n")
    print(f"{'':34}{'flash':>10}{'RAM':>10}{'stack':>10}")
    whole = measure_without(None)
    print(f"{'everything':34}" + "".join(f"{size:10}" for size in whole))
    for setting, keywords in everything.items():
        for keyword in keywords:
            saved = [size - less for size, less in zip(whole, measure_without(keyword))]
            print(f"  {setting + ' ' + keyword:32}" + "".join(f"{size:10}" for size in saved))
    print()


# ---- instructions ------------------------------------------------------------------------------------


class Function:
    """Where a function is: callgrind's object and file."""

    def __init__(self, object_, file, name):
        self.object, self.file, self.name = object_, file, name


class Profile:
    """One dump of callgrind: instructions by function, and by call with all that was called included."""

    def __init__(self, path):
        self.own = defaultdict(int)    # function -> instructions
        self.calls = defaultdict(int)  # (caller, called) -> instructions
        self.functions = {}
        at = {"ob": "", "fl": "", "fn": ""}
        called = {}
        function, in_call = None, False
        for line in path.read_text().splitlines():
            key, _, value = line.partition("=")
            if key in at:
                at[key] = value
                function = self.function(**at)
            elif key in ("cob", "cfi", "cfl", "cfn"):
                called[{"cob": "ob", "cfn": "fn"}.get(key, "fl")] = value
            elif key == "calls":
                in_call = True
            elif re.match(r"[+*\d-]", line):
                cost = int((line.split() + ["0"])[1])
                if in_call:
                    self.calls[function, self.function(**{**at, **called})] += cost
                    called, in_call = {}, False
                else:
                    self.own[function] += cost

    def function(self, ob, fl, fn):
        return self.functions.setdefault((ob, fl, fn), Function(ob, fl, fn))


def callgrind(tree, program, *arguments):
    """Runs a program whose host_mark() marks beginnings and ends; the profiles between them, in turn."""
    out = tree.work / f"{program.name}.callgrind"
    for dump in tree.work.glob(f"{out.name}*"):
        dump.unlink()
    output = run(["valgrind", "--tool=callgrind", "--dump-after=host_mark", "--compress-strings=no",
                  "--compress-pos=no", f"--callgrind-out-file={out}", program, *arguments],
                 env={**os.environ, "GLIBC_TUNABLES": TUNABLES, "LD_BIND_NOW": "1"}, timeout=600)
    lines = [line for line in output.splitlines() if not line.startswith("==") and line]
    dumps = [Path(f"{out}.{number}") for number in range(2, 2 * len(lines) + 2, 2)]
    return lines, [Profile(dump) for dump in dumps]


ENTRIES = ("deliver_request", "deliver_response", "deliver_step", "deliver_change")


def measure_instructions(tree, figures):
    folder = tree.work / "all"
    core = tree.compile(HOST, HOST_FLAGS, "host-core", tree.core)
    objects = tree.compile(HOST, HOST_FLAGS, "host", sorted(folder.glob("*.c")) +
                           [tree.here / f"{name}.c" for name in ("host", "mark", "deliver", "measure")], [folder])
    program = tree.work / "host-program"
    run([HOST, *HOST_FLAGS, *core, *objects, "-o", program])
    names, profiles = callgrind(tree, program, REPEATS)
    if any(" " in name for name in names):
        raise Failed("\n".join(names))
    print(f"instructions of the core, x86-64, -O2, each the mean of {REPEATS}\n")
    for name, profile in zip(names, profiles):
        spent = sum(cost for (caller, _), cost in profile.calls.items()
                    if caller.name in ENTRIES)
        print(f"  {name:24}{spent / REPEATS:10.0f}")
        if f"instr.{name}" in FIGURES:
            figures[f"instr.{name}"] = (round(spent / REPEATS), "instructions")
    print()


# Functions of libcoap that nothing but the port's wish to show an address calls.
PRINTING = ("coap_print_addr",)


def measure_port(tree, coap, figures):
    folder = tree.work / "all"
    flags = [*HOST_FLAGS, f"-I{coap / 'include'}", f"-I{tree.runtime / 'port' / 'include'}"]
    objects = tree.compile(HOST, flags, "host-port", [*sorted(folder.glob("*.c")), *tree.core,
                                                     *sorted((tree.runtime / "port").glob("*.c")),
                                                     tree.here / "port.c", tree.here / "mark.c"], [folder])
    program = tree.work / "port-program"
    libraries = [f"-l{name}" for name in ("coap-3", "mbedtls", "mbedx509", "mbedcrypto", "everest", "p256m")
                 if (coap / "lib" / f"lib{name}.a").exists()]
    run([HOST, *HOST_FLAGS, *objects, f"-L{coap / 'lib'}", *libraries, "-o", program])
    (profile,) = callgrind(tree, program, REPEATS)[1]

    def in_port(function):
        return "/runtime/port/" in function.file

    own = sum(cost for function, cost in profile.own.items() if in_port(function))
    called = defaultdict(int)
    for (caller, target), cost in profile.calls.items():
        if in_port(caller) and ("libc.so" in target.object or target.name in PRINTING):
            called[target.name] += cost
    core = sum(cost for (caller, target), cost in profile.calls.items()
               if in_port(caller) and "/runtime/" in target.file and not in_port(target))
    total = own + sum(called.values())
    print(f"instructions of the port for a Read of /3/0/0 as text, each the mean of {REPEATS}\n")
    print(f"  {'runtime/port':24}{own / REPEATS:10.0f}")
    for name, cost in sorted(called.items(), key=lambda item: -item[1]):
        print(f"  {name:24}{cost / REPEATS:10.0f}")
    print(f"  {'sum':24}{total / REPEATS:10.0f}   (the core: {core / REPEATS:.0f}; all: "
          f"{sum(profile.own.values()) / REPEATS:.0f})")
    print()
    figures["instr.port"] = (round(total / REPEATS), "instructions")


# ---- limits ------------------------------------------------------------------------------------------


def read_limits(path):
    lines = [line.split() for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return {name: int(limit) for name, limit in lines}


def is_comparable(name):
    """Whether the compiler behind a figure is the one that the limits are for; says so if not."""
    compiler = HOST if name.startswith("instr.") else M4
    release = run([compiler, "-dumpversion"]).strip()
    if release.split(".")[0] == GCC:
        return True
    print(f"not compared: {name}: {compiler} is {release}, and the limits are for GCC {GCC}")
    return False


def check_limits(path, figures):
    """Whether all figures that were measured are within their limits."""
    limits = read_limits(path)
    good = True
    for name, (value, unit) in figures.items():
        if not is_comparable(name):
            continue
        limit = limits.get(name)
        if limit is None:
            print(f"{path}: error: {name} has no limit")
            good = False
        elif value > limit:
            print(f"{path}: error: {name} is {value} {unit}, {value - limit} more than its limit {limit}")
            good = False
        elif limit > value * (1 + SLACK):
            print(f"{path}: notice: {name} is {value} {unit}: its limit {limit} can be lowered")
    for name in limits:
        if name not in figures:
            print(f"not compared: {name}")
    return good


def fit_limits(path, figures):
    """Gives each figure a limit as far above it as one may be, in the place of the one that it had."""
    comments = [line for line in path.read_text().splitlines() if line.startswith("#")]
    fitted = [f"{name}\t{int(value * (1 + SLACK))}" for name, (value, _) in figures.items()]
    path.write_text("\n".join(comments + fitted) + "\n")


def missing(*tools):
    return [tool for tool in tools if shutil.which(tool) is None]


def measure(tree, arguments):
    figures = {}
    absent = missing(M4)
    if absent:
        print(f"not measured: flash.*, ram.one_server, stack.deepest: no {absent[0]}")
    else:
        core = measure_flash(tree, figures)
        if missing("qemu-system-arm"):
            print("not measured: stack.deepest: no qemu-system-arm")
        else:
            measure_stack(tree, core, figures)
    absent = missing(HOST, "valgrind")
    if absent:
        print(f"not measured: instr.*: no {absent[0]}")
    else:
        if "all" not in os.listdir(tree.work):
            tree.generate("all")
        measure_instructions(tree, figures)
        if arguments.coap and (arguments.coap / "lib" / "libcoap-3.a").exists():
            measure_port(tree, arguments.coap.resolve(), figures)
        else:
            print(f"not measured: instr.port: no libcoap in {arguments.coap}")
    return {name: figures[name] for name in FIGURES if name in figures}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("loomc", type=Path)
    parser.add_argument("--coap", type=Path)
    limits = parser.add_mutually_exclusive_group()
    limits.add_argument("--limits", type=Path)
    limits.add_argument("--fit", type=Path)
    limits.add_argument("--picks", action="store_true")
    arguments = parser.parse_args()
    work = arguments.work.resolve()
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    tree = Tree(arguments.source.resolve(), work, arguments.loomc.resolve())
    try:
        if arguments.picks:
            absent = missing(M4, "qemu-system-arm")
            print(f"not measured: no {absent[0]}") if absent else show_picks(tree)
            return 0
        figures = measure(tree, arguments)
    except Failed as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    good = True
    if arguments.limits:
        good = check_limits(arguments.limits, figures)
    elif arguments.fit:
        fit_limits(arguments.fit, figures)
    for name, (value, unit) in figures.items():
        print(f"{name} {value} {unit}")
    if arguments.limits and not figures:
        return 77
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
