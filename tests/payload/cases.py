#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What loom-payload reads and prints, by the examples of the standard and of the RFCs.

usage: cases.py LOOM_PAYLOAD MODELS
"""

import json
import subprocess
import sys

PROGRAM, MODELS = sys.argv[1:3]
problems = 0


def run(arguments, data, *, binary=False):
    data = data if isinstance(data, bytes) else data.encode()
    result = subprocess.run([PROGRAM, *arguments.split()], input=data, capture_output=True, check=False)
    return (result.returncode, result.stdout if binary else result.stdout.decode(),
            result.stderr.decode())


def expect(what, got, wanted):
    global problems
    if got != wanted:
        problems += 1
        print(f"error: {what}:\n  got    {got!r}\n  wanted {wanted!r}")


def lists(arguments, data, wanted):
    """`wanted`: lines of path, type and value."""
    status, out, errors = run(arguments + " --to list", data)
    expect(f"{arguments}: {errors}", status, 0)
    if status == 0:
        got = [(item["path"], item["type"], item["value"]) + (
            (item["time"],) if "time" in item else ()) for item in json.loads(out)]
        expect(arguments, got, wanted)


def becomes(arguments, data, wanted):
    status, out, errors = run(arguments, data)
    expect(f"{arguments}: {errors}", (status, out), (0, wanted))


def fails(arguments, data, offset):
    status, out, errors = run(arguments, data)
    expect(f"{arguments} of {data[:80]!r}: {out}", status, 1)
    expect(f"{arguments} of {data[:80]!r}", errors.split(": ")[2:3], [f"offset {offset}"])


DEVICE = [("/3/0/0", "STRING", "Open Mobile Alliance"), ("/3/0/1", "STRING", "Lightweight M2M Client"),
          ("/3/0/2", "STRING", "345000123"), ("/3/0/3", "STRING", "1.0"),
          ("/3/0/6/0", "INTEGER", 1), ("/3/0/6/1", "INTEGER", 5),
          ("/3/0/7/0", "INTEGER", 3800), ("/3/0/7/1", "INTEGER", 5000),
          ("/3/0/8/0", "INTEGER", 125), ("/3/0/8/1", "INTEGER", 900),
          ("/3/0/9", "INTEGER", 100), ("/3/0/10", "INTEGER", 15), ("/3/0/11/0", "INTEGER", 0),
          ("/3/0/13", "TIME", 1367491215), ("/3/0/14", "STRING", "+02:00"), ("/3/0/16", "STRING", "U")]

# The example of the standard, in each of its formats (D-16, D.4, D-30, D-32, D-41), with its slips put right.
DEVICE_TLV = ("C80014 4F70656E204D6F62696C6520416C6C69616E6365"
              "C80116 4C69676874776569676874204D324D20436C69656E74"
              "C80209 333435303030313233 C303 312E30 8606 410001 410105"
              "8807 08 42000ED8 42011388 8708 41007D 42010384 C10964 C10A0F 830B 410000"
              "C40D 5182428F C60E 2B30323A3030 C11055")
DEVICE_JSON = ('{"bn":"/3/0/","e":[{"n":"0","sv":"Open Mobile Alliance"},{"n":"1","sv":"Lightweight M2M Client"},'
               '{"n":"2","sv":"345000123"},{"n":"3","sv":"1.0"},{"n":"6/0","v":1},{"n":"6/1","v":5},'
               '{"n":"7/0","v":3800},{"n":"7/1","v":5000},{"n":"8/0","v":125},{"n":"8/1","v":900},'
               '{"n":"9","v":100},{"n":"10","v":15},{"n":"11/0","v":0},{"n":"13","v":1367491215},'
               '{"n":"14","sv":"+02:00"},{"n":"16","sv":"U"}]}')
DEVICE_SENML = DEVICE_JSON[:-1].replace('{"bn":"/3/0/","e":[{', '[{"bn":"/3/0/",').replace('"sv"', '"vs"')
DEVICE_CBOR = ("90A321652F332F302F00613003744F70656E204D6F62696C6520416C6C69616E6365A200613103764C696768747765"
               "69676874204D324D20436C69656E74A20061320369333435303030313233A20061330363312E30A20063362F300201"
               "A20063362F310205A20063372F3002190ED8A20063372F3102191388A20063382F3002187DA20063382F3102190384"
               "A2006139021864A200623130020FA2006431312F300200A200623133021A5182428FA2006231340366"
               "2B30323A3030A2006231360361 55")
DEVICE_LWM2M = ("A1820300AD00744F70656E204D6F62696C6520416C6C69616E636501764C69676874776569676874204D324D2043"
                "6C69656E740269333435303030313233 0363312E30 06A200010105 07A200190ED801191388"
                "08A200187D01190384 091864 0A0F 0BA10000 0D1A5182428F 0E662B30323A3030 106155")
FORMS = {"tlv": DEVICE_TLV, "json": DEVICE_JSON.encode().hex(), "senml-json": DEVICE_SENML.encode().hex(),
         "senml-cbor": DEVICE_CBOR, "lwm2m-cbor": DEVICE_LWM2M}


def check_device():
    for source, form in FORMS.items():
        arguments = f"--hex --path /3/0 --models {MODELS} --from {source}"
        lists(arguments, form, DEVICE)
        for target, other in FORMS.items():
            becomes(f"{arguments} --to {target}", form, other.replace(" ", "").lower() + "\n")


def check_examples():
    # D-39: a Write-Composite.
    lists("--hex --from senml-cbor",
          "83A321612F00 65312F302F32 021865 A20065312F302F36 04F5 A20066332F302F3133 0200",
          [("/1/0/2", "INTEGER", 101), ("/1/0/6", "BOOLEAN", True), ("/3/0/13", "INTEGER", 0)])
    # D-36: a Read-Composite.
    lists("--from senml-json", '[{"bn":"/4/0/","n":"0"},{"n":"1"},{"bn":"/6/","n":"0"}]',
          [("/4/0/0", "NONE", None), ("/4/0/1", "NONE", None), ("/6/0", "NONE", None)])
    # D-37: null deletes.
    lists("--hex --from 322", "81A2 00 68 2F332F302F372F31 02F6", [("/3/0/7/1", "NONE", None)])
    becomes("--hex --from 322 --to senml-etch-json", "81A2 00 68 2F332F302F372F31 02F6",
            b'[{"bn":"/","n":"3/0/7/1","v":null}]'.hex() + "\n")
    # D-41: a composite.
    lists("--hex --from lwm2m-cbor", "A2820300A2006141091864830100011A00015180",
          [("/3/0/0", "STRING", "A"), ("/3/0/9", "INTEGER", 100), ("/1/0/1", "INTEGER", 86400)])
    # D-33: a history. RFC 8428 section 5.1.4 has times like these.
    lists("--from senml-json --path /9/0/1",
          '[{"bn":"/9/0/1","bt":1276020000,"v":1.5},{"t":-5,"v":1},{"t":0.5,"v":2}]',
          [("/9/0/1", "FLOAT", 1.5, 1276020000), ("/9/0/1", "INTEGER", 1, 1276019995),
           ("/9/0/1", "INTEGER", 2, 1276020000.5)])
    # C-4: an object without instances.
    for form in FORMS:
        lists(f"--from {form} --path /3", "", [])
    # D.1: numbers are exact; pre-IANA numbers of formats are read, too.
    lists("--from 1541 --path /9/0/1 --type /9/0/1=unsigned_integer", "18446744073709551615",
          [("/9/0/1", "UNSIGNED_INTEGER", 18446744073709551615)])
    lists("--from text --path /9/0/1 /9/0/1=Opaque", "AQIDBAU=", [("/9/0/1", "OPAQUE", "0102030405")])
    lists("--hex --from cbor --path /9/0/1", "C48221196AB3", [("/9/0/1", "FLOAT", 273.15)])
    lists("--hex --from cbor --path /9/0/1 --type /9/0/1=Time", "C074323031332D30332D32315432303A30343A30305A",
          [("/9/0/1", "TIME", 1363896240)])
    lists("--from opaque --path /9/0/1", b"\x00\xff", [("/9/0/1", "OPAQUE", "00ff")])
    lists("--hex --from tlv --path /9/0 --type /9/0/6=Objlnk", "8606 4400 00420000".replace(" ", ""),
          [("/9/0/6/0", "OBJLNK", "66:0")])


def check_failures():
    fails("--from senml-json", '[{"n":"/3/0/1","v":5}', 21)
    fails("--from senml-json", '[{"n":"/3/0/1","v":5}]x', 22)
    fails("--from senml-json", '[{"n":"/3/0/1","v":1},{"n":"/3/0/1","v":2}]', 40)
    fails("--from senml-json", '[{"n":"/3/0/1","v":1},{"n":"/3/0/1/0","v":2}]', 42)
    fails("--from senml-json --type /3/0/1=Integer", '[{"n":"/3/0/1","v":1.5}]', 19)
    fails("--hex --from tlv --path /3/0", "C101 0A C3 02", 3)
    fails("--hex --from tlv --path /3/0 --type /3/0/1=String", "C101FF", 2)
    fails("--hex --from tlv --path /3/0 --type /3/0/1=Float", "C401 7FC00000", 2)
    fails("--hex --from cbor --path /3/0/1", "1", 1)
    fails("--hex --from cbor --path /3/0/1", "0x", 1)
    fails("--hex --from lwm2m-cbor", "A0", 1)
    longest = 64 << 20  # more than an entry of TLV holds, whose length has 24 bits
    fails("--from tlv --path /3/0", bytes(longest + 1), longest)
    for arguments, problem in (
            ("", "no format"), ("--from yaml", "unknown format"), ("--from text", "a single value"),
            ("--from tlv", "--path"), ("--from tlv --path 3", "not a path"),
            ("--from json --to yaml", "unknown format"), ("--from json --type /3=Float", "PATH=TYPE"),
            ("--from json --type /3/0/1=Double", "PATH=TYPE"), ("--from json /nowhere.xml", "nowhere")):
        status, out, errors = run(arguments, "")
        expect(arguments, (status, out, problem in errors), (2, "", True))
    for arguments, data in (("--from senml-json --to tlv", '[{"n":"/3"}]'),
                            ("--from senml-json --to text", '[{"n":"/3/0/1","v":1},{"n":"/3/0/2","v":1}]'),
                            ("--from senml-json --to opaque", '[{"n":"/3/0/1","v":1}]'),
                            ("--from senml-json --to lwm2m-cbor", '[{"n":"/3/0/1","v":1,"t":5}]'),
                            ("--from senml-json --to tlv", '[{"n":"/3/0/1","v":1},{"n":"/4/0/1","v":1}]'),
                            ("--from 320 --to 110", '[{"n":"/3/0/7/1","v":null}]')):
        status, out, errors = run(arguments, data)
        expect(f"{arguments}: {errors}", (status, out, "error" in errors), (1, "", True))


def check_names():
    becomes(f"--from senml-json {MODELS}",
            '[{"bn":"/3/0/","n":"9","v":95},{"n":"0","vs":"a\\nb"},{"n":"99","vb":true,"t":-5}]',
            "/3/0/9  Device, Battery Level = 95 /100\n"
            '/3/0/0  Device, Manufacturer = "a\\nb"\n'
            "/3/0/99  Device = true at -5 s\n")
    becomes("--from senml-json", '[{"n":"/3/0"}]', "/3/0\n")
    becomes("--from senml-json --path /3/0/6", "[]", "/3/0/6 has no instances\n")
    becomes("--from 320", '[{"n":"/3/0/7/1","v":null}]', "/3/0/7/1 is deleted\n")
    status, out, _ = run("--version", "")
    expect("--version", (status, out.split(" ")[0]), (0, "loom-payload"))


check_device()
check_examples()
check_failures()
check_names()
sys.exit(1 if problems else 0)
