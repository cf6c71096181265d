#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The page of `--format html` as its readers see it: what a search finds first, what addresses lead to, the
keyboard, narrow screens and contrast.

usage: page.py LOOMC SOURCE_DIR

All of it runs in Chromium; without that the ranking alone runs in Node; without both it is skipped.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import chromium

# Object, version, name, description and resources {id: name}. The ids ascend while the names fit ever worse
# or better, so that an order by ids is not the order wanted.
OBJECTS = (
    (26241, "1.0", "Lamp Group", "Several of them.", {0: "Level", 7: "Delay"}),
    (26242, "1.0", "Counter", "Counts the hours of a lamp.", {0: "Hours", 1: "Reset of a lamp"}),
    (26243, "1.0", "Street", "Its light.", {0: "Lamp", 1: "Level of Light"}),
    (26244, "1.0", "Lamp", "It shines.", {0: "Level", 5: "Colour"}),
    (26244, "1.1", "Lamp", "It shines.", {0: "Level", 5: "Colour", 9: "Street"}),
    (26245, "1.0", "LWM2M Meter", "A street.", {26244: "Level"}),
)

# What is searched, the objects found in order, and where Enter leads.
SEARCHES = (
    ("lamp", ("26244-1.0", "26244-1.1", "26243-1.0", "26241-1.0", "26242-1.0"), "26244-1.0"),
    ("LAMP  group", ("26241-1.0",), "26241-1.0"),
    ("meter", ("26245-1.0",), "26245-1.0"),
    ("street", ("26243-1.0", "26244-1.1", "26245-1.0"), "26243-1.0"),
    ("colour", ("26244-1.0", "26244-1.1"), "26244-1.0-5"),
    ("level of", ("26243-1.0",), "26243-1.0-1"),
    ("street lamp", ("26243-1.0", "26244-1.1"), "26243-1.0-0"),
    ("26244", ("26244-1.0", "26244-1.1", "26245-1.0"), "26244-1.0"),
    ("#26244", ("26244-1.0", "26244-1.1", "26245-1.0"), "26244-1.0"),
    ("2624", tuple(f"{thing[0]}-{thing[1]}" for thing in OBJECTS), "26241-1.0"),
    ("/26244", ("26244-1.0", "26244-1.1"), "26244-1.0"),
    ("26244/9", ("26244-1.1",), "26244-1.1-9"),
    ("#26244/9", ("26244-1.1",), "26244-1.1-9"),
    ("/26244/0/5", ("26244-1.0", "26244-1.1"), "26244-1.0-5"),
    ("zebra", (), ""),
)

# What follows `#` in an address, and what it leads to.
ADDRESSES = (("26244", "26244-1.1"), ("26244/5", "26244-1.1-5"), ("/26241/0/7", "26241-1.0-7"),
             ("26244-1.0", "26244-1.0"))


def model(thing):
    number, version, name, text, resources = thing
    items = "".join(
        f'<Item ID="{at}"><Name>{called}</Name><Operations>R</Operations>'
        "<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory><Type>Integer</Type>"
        "<RangeEnumeration/><Units/><Description/></Item>" for at, called in resources.items())
    return (f'<LWM2M><Object ObjectType="MODefinition"><Name>{name}</Name><Description1>{text}</Description1>'
            f"<ObjectID>{number}</ObjectID><ObjectURN>urn:oma:lwm2m:x:{number}</ObjectURN>"
            f"<LWM2MVersion>1.0</LWM2MVersion><ObjectVersion>{version}</ObjectVersion>"
            "<MultipleInstances>Multiple</MultipleInstances><Mandatory>Optional</Mandatory>"
            f"<Resources>{items}</Resources><Description2/></Object></LWM2M>")


class Report:
    def __init__(self):
        self.checks = 0
        self.problems = 0

    def same(self, what, got, wanted):
        self.checks += 1
        if got != wanted:
            self.problems += 1
            print(f"error: {what}\n  got    {got}\n  wanted {wanted}")


def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def check_colours(text, report):
    """WCAG 2.1, 1.4.3: text has a contrast of 4.5 to what is behind it, in both palettes."""
    palettes = re.findall(r":root \{([^}]*)\}", text)
    report.same("palettes", len(palettes), 2)
    for palette in palettes:
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", palette))
        for front in ("text", "soft", "accent", "warm"):
            for back in ("page", "raised", "tint"):
                value = contrast(colours[front], colours[back])
                report.same(f"contrast of {front} on {back}, {value:.2f}", value >= 4.5, True)
        report.same("contrast of what is marked", contrast(colours["text"], colours["mark"]) >= 4.5, True)


def rank_in_node(node, text, report):
    """The functions of the ranking, cut out of the page, over the same objects."""
    functions = text.split("/* ---- ranking")[1].split("*/", 1)[1].split("/* ---- end of ranking")[0]
    entries = [{
        "id": str(number), "key": f"{number}-{version}", "name": name.lower(),
        "text": f"{name}\n{number}\nurn:oma:lwm2m:x:{number}\n{words}".lower(),
        "rows": [{"id": str(at), "name": called.lower(), "text": f"{at}\n{called}".lower()}
                 for at, called in resources.items()]
    } for number, version, name, words, resources in OBJECTS]
    script = functions + f"""
    const entries = {json.dumps(entries)};
    const queries = {json.dumps([query.lower().split() for query, _, _ in SEARCHES])};
    console.log(JSON.stringify(queries.map(function (words) {{
        const ranks = entries.map((entry, at) => [rank(entry, words.join(" ")), at, entry.key]);
        return ranks.filter(one => one[0] < 9).sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(one => one[2]);
    }})));"""
    result = subprocess.run([node, "-e", script], capture_output=True, text=True, check=True)
    for (query, wanted, _), got in zip(SEARCHES, json.loads(result.stdout)):
        report.same(f"search for {query!r}, in Node", tuple(got), wanted)


SHOWN = "Array.from(document.querySelectorAll('{}')).filter(node => !node.hidden).map(node => {})"


def search(browser, query):
    browser.run(f"(function () {{ var box = document.getElementById('search'); box.value = {json.dumps(query)};"
                "box.dispatchEvent(new Event('input')); }())")


def check_searches(browser, url, report):
    browser.show(url, 1440)
    for query, wanted, best in SEARCHES:
        browser.run("window.scrollTo(0, 600)")
        search(browser, query)
        report.same(f"search for {query!r}", tuple(browser.run(SHOWN.format(".object", "node.id"))), wanted)
        links = SHOWN.format("#contents li", "node.firstElementChild.getAttribute('href').slice(1)")
        report.same(f"contents for {query!r}", tuple(browser.run(links)), wanted)
        report.same(f"place after {query!r}", browser.run("window.scrollY"), 0)
        report.same(f"nothing found for {query!r}", browser.run("!document.getElementById('nothing').hidden"),
                    wanted == ())
        if best:
            browser.run("document.getElementById('search').focus()")
            browser.press("Enter", "\r")
            report.same(f"Enter after {query!r}", browser.run("location.hash"), "#" + best)
    search(browser, "")
    report.same("all objects again", len(browser.run(SHOWN.format(".object", "node.id"))), len(OBJECTS))
    search(browser, "lamp group")
    address = browser.run("location.href")
    browser.show(address, 1440)
    report.same("the query in the address", browser.run("document.getElementById('search').value"), "lamp group")
    report.same("its result", tuple(browser.run(SHOWN.format(".object", "node.id"))), ("26241-1.0",))


def check_addresses(browser, url, report):
    target = "(document.querySelector(':target') || {}).id"
    for place, wanted in ADDRESSES:
        browser.show(f"{url}#{place}", 1440)
        report.same(f"address #{place}", browser.run(target), wanted)
    search(browser, "counter")
    browser.run("location.hash = '26244/9'")
    report.same("an address that the search hides", browser.run(target), "26244-1.1-9")
    report.same("its search", browser.run("document.getElementById('search').value"), "")
    report.same("its place in the contents",
                browser.run("document.querySelector('#contents [aria-current]').getAttribute('href')"),
                "#26244-1.1")


def check_keyboard(browser, url, report):
    focus = "document.activeElement.id || document.activeElement.getAttribute('href')"
    browser.show(url, 1440)
    browser.press("/", "/")
    report.same("the key /", browser.run(focus), "search")
    browser.call("Input.insertText", text="street")
    browser.run("0")
    browser.press("ArrowDown")
    report.same("the arrow down", browser.run(focus), "#26243-1.0")
    browser.press("ArrowDown")
    report.same("the arrow down again", browser.run(focus), "#26244-1.1")
    browser.press("ArrowUp")
    browser.press("ArrowUp")
    report.same("the arrow up twice", browser.run(focus), "search")
    browser.press("Escape")
    report.same("Escape", browser.run("document.getElementById('search').value"), "")


def check_widths(browser, url, report):
    """No page is wider than its screen, and what is in its head is all there."""
    for width in (360, 768, 1440):
        for dark in (False, True):
            browser.show(url, width, dark=dark)
            report.same(f"overflow at {width}", browser.run("document.documentElement.scrollWidth"), width)
            report.same(f"cut off at {width}", browser.run(
                "Array.from(document.querySelectorAll('.top *')).filter(node => node.scrollWidth > node.clientWidth"
                " && getComputedStyle(node).overflow !== 'visible' && node.id !== 'search').length"), 0)
            report.same(f"colours at {width}", browser.run("getComputedStyle(document.body).backgroundColor"),
                        "rgb(20, 24, 27)" if dark else "rgb(251, 251, 250)")
    browser.show(url, 360)
    report.same("the contents on a phone", browser.run("document.querySelector('nav').offsetParent === null && "
                                                       "getComputedStyle(document.querySelector('nav')).display"), "none")
    browser.run("document.getElementById('menu').click()")
    report.same("the contents when opened", browser.run("getComputedStyle(document.querySelector('nav')).display"),
                "block")
    browser.run("document.getElementById('menu').focus()")
    browser.press("Escape")
    report.same("the contents after Escape", browser.run("getComputedStyle(document.querySelector('nav')).display"),
                "none")


def make(loomc, out, models):
    subprocess.run([loomc, "-o", out, "--format", "html", *models], check=True, capture_output=True)
    return pathlib.Path(out) / "objects.html"


def main(loomc, source):
    browser_path = chromium.find()
    node = shutil.which("node") or shutil.which("nodejs")
    report = Report()
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        models = []
        for thing in OBJECTS:
            models.append(work / f"{thing[0]}-{thing[1]}.xml")
            models[-1].write_text(model(thing))
        page = make(loomc, work / "few", models)
        text = page.read_text("utf-8")
        check_colours(text, report)
        if node:
            rank_in_node(node, text, report)
        if browser_path:
            many = make(loomc, work / "many", sorted(pathlib.Path(source, "models").glob("*.xml")))
            with chromium.Chromium(browser_path) as browser:
                check_searches(browser, page.as_uri(), report)
                check_addresses(browser, page.as_uri(), report)
                check_keyboard(browser, page.as_uri(), report)
                check_widths(browser, many.as_uri(), report)
    print(f"{report.checks} checks, {report.problems} problems")
    if report.problems == 0 and not browser_path:
        print("skipped: no chromium: the page is not looked at" + ("" if node else ", and no node: nor is its search"))
        return 77
    return 0 if report.problems == 0 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
