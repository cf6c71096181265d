#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The operator's page in a real browser, used as a person would: looking for a device, reading and writing, observing,
giving a command to a device that sleeps; by mouse and keyboard, on a phone, with devices whose names are hostile.

usage: test_page.py LOOM_SERVER LOOM_BOOTSTRAP_SERVER LOOM_CLIENT [SCREENSHOTS]
"""

import contextlib
import hashlib
import json
import os
import random
import sqlite3
import sys
import tempfile
import time

import browser

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "support"))
from waiting import PATIENCE_S, Failure, Program

SERVER, BOOTSTRAP, CLIENT = sys.argv[1:4]
SCREENSHOTS = sys.argv[4] if len(sys.argv) > 4 else None
HOSTILE = "<img src=x onerror=document.title='owned'>"
problems = 0


def check(good, what):
    global problems
    if not good:
        problems += 1
        print(f"error: {what}")


def shoot(page, name):
    if SCREENSHOTS:
        page.screenshot(f"{SCREENSHOTS}/{name}.png")


def part(page, name):
    """The object of a device's page, opened."""
    def found():
        for one in page.find("details.object"):
            if one.find("summary")[0].text.startswith(name):
                if one.attribute("open") is None:
                    one.find("summary")[0].click()
                return one
        return None
    return page.wait(f"the object {name}", found)


def resource(page, path):
    return page.wait(f"the resource {path}", lambda: next(
        (one for one in page.find(".resource") if path in [small.text for small in one.find(".label small")]), None))


def press(page, where, text):
    page.wait(f"the button {text}", lambda: next(
        (one for one in where().find("button") if one.text == text), None)).click()


def value(page, path, text):
    page.wait(f"{path} is {text!r}", lambda: text in resource(page, path).find(".value")[0].text)


def fleet(page):
    page.wait_for(".row-line .endpoint", "greenhouse-1")
    page.wait_for("h1 + span", "3 clients")
    page.wait_for(".live", "live")
    check(any(HOSTILE in one.text for one in page.find(".row-line .endpoint")), "a hostile name is shown as it is")
    shoot(page, "fleet")
    search = page.find("input[type=search]")[0]
    search.type("GREENHOUSE")
    page.wait_for("h1 + span", "1 client")
    check("search=GREENHOUSE" in page.run("return location.hash"), "the search is in the address")
    search.clear()
    search.type("zzz")
    page.wait_for(".long .empty", "No client is like that.")
    page.run("location.hash = '#/clients'; location.reload()")
    page.wait_for("h1 + span", "3 clients")


def keyboard(page):
    """To the table, down, and into a device."""
    page.run("document.querySelector('.long').focus()")
    page.press("ArrowDown", "Home", "Enter")
    page.wait_for(".tabs")
    page.run("document.querySelector('[role=tab]').focus()")
    page.press("ArrowRight")
    page.wait_for("[role=tab][aria-selected=true]", "Timeline")
    page.run("history.go(-1)")
    page.run("location.hash = '#/clients'")


def device(page):
    page.wait_for(".row-line .endpoint a", "greenhouse-1").click()
    page.wait_for("h1", "greenhouse-1")
    press(page, lambda: part(page, "Device"), "Read all")
    value(page, "/3/0/0", "Loom")
    press(page, lambda: resource(page, "/3/0/14"), "Write")
    field = page.wait_for("dialog input")
    field.clear()
    field.type("+05:30")
    page.press("Enter")
    value(page, "/3/0/14", "+05:30")
    shoot(page, "device")
    press(page, lambda: page.find("main")[0], "Bootstrap now")
    page.wait_for(".notice", "The device refuses it: 4.05")  # it has no bootstrap account
    page.find(".notice button")[0].click()


def observed(page):
    """A sensor that is to say something every second."""
    part(page, "Temperature")
    press(page, lambda: resource(page, "/3303/0/5700"), "Sensor Value")
    press(page, lambda: resource(page, "/3303/0/5700"), "Attributes …")
    page.wait_for("dialog h2", "Attributes of /3303/0/5700")
    next(one for one in page.find("dialog label") if "pmax" in one.text).find("input")[0].type("1")
    page.press("Enter")
    page.wait_gone("dialog")
    press(page, lambda: resource(page, "/3303/0/5700"), "Observe")
    page.wait("it is observed", lambda: "Observing" in resource(page, "/3303/0/5700").text)
    page.wait_for(".plot canvas")
    page.wait("values come", lambda: "3 values" in page.find(".plot")[0].attribute("aria-label") or
              "4 values" in page.find(".plot")[0].attribute("aria-label"))
    shoot(page, "observed")
    press(page, lambda: resource(page, "/3303/0/5700"), "● Observing")
    page.wait("it is not observed", lambda: "Observing" not in resource(page, "/3303/0/5700").text)


def refused(page):
    """What the device refuses, and what the server knows to be wrong, is said."""
    press(page, lambda: resource(page, "/3303/0/5605"), "Execute")
    page.wait_for("dialog button.main").click()
    page.wait_gone("dialog")
    part(page, "LwM2M Server")
    press(page, lambda: part(page, "LwM2M Server"), "Read all")
    press(page, lambda: resource(page, "/1/0/1"), "Write")
    field = page.wait_for("dialog input")
    field.clear()
    field.type("for ever")
    page.press("Enter")
    page.wait_for(".notice.bad", "cannot be sent to a device")
    page.errors()  # the browser complains of 422, too
    page.find(".notice.bad button")[0].click()
    page.wait_gone(".notice.bad")


def history(page):
    page.wait_for("[role=tab]", "Timeline").click()
    page.wait_for(".timeline li", "notified")
    page.wait_for(".timeline li", "registered")
    shoot(page, "timeline")
    page.wait_for("[role=tab]", "Commands").click()
    page.wait_for("table td", "/3/0/14")
    shoot(page, "commands")


def models(page):
    page.run("location.hash = '#/models'")
    page.wait_for("table td", "Temperature")
    page.find("input[type=search]")[0].type("devic")
    page.wait_gone("a[href*='3303']")
    page.wait_for("table a", "Device").click()
    page.wait_for("h1", "Device")
    page.wait_for("table td", "Power Source Voltage")
    shoot(page, "model")


def wishes(page):
    """What is wished of all devices is observed at each; a mistake is told where it was made."""
    page.run("location.hash = '#/wishes'")
    page.wait_for(".empty", "Nothing is wished.")
    press(page, lambda: page.find("main")[0], "Observe …")
    dialog = page.wait_for("dialog")
    page.run("const scope = document.querySelector('dialog select'); scope.value = 'group';"
             "scope.dispatchEvent(new Event('change', {bubbles: true}));")
    page.wait_for("dialog label", "Group of accounts")
    name, path = page.find("dialog input[required]")
    name.type("north")
    path.type("/1/0/1")
    press(page, lambda: dialog, "Observe")
    page.wait_for("dialog .problem", "this server does not know such devices")
    page.errors()  # the browser complains of 422
    page.run("const scope = document.querySelector('dialog select'); scope.value = 'all';"
             "scope.dispatchEvent(new Event('change', {bubbles: true}));")
    page.wait("no name", lambda: len(page.find("dialog input[required]")) == 1)
    press(page, lambda: dialog, "Observe")
    page.wait_for("table .badge.good", "3 of 3")
    shoot(page, "wishes")
    press(page, lambda: page.wait_for("table tr", "/1/0/1"), "Remove")
    press(page, lambda: page.wait_for("dialog"), "Remove")
    page.wait_for(".empty", "Nothing is wished.")


def phone(page):
    page.resize(360, 740)
    for address in ("#/clients", "#/clients/greenhouse-1", "#/clients/greenhouse-1?tab=commands", "#/events", "#/models", "#/models/3", "#/wishes", "#/users"):
        page.run("location.hash = arguments[0]", address)
        page.wait_for("h1")
        time_to_settle = "return document.readyState === 'complete' && !document.body.innerText.includes('Loading')"
        page.wait(f"{address} is there", lambda: page.run(time_to_settle))
        wide = page.run("return document.documentElement.scrollWidth - innerWidth")
        check(wide <= 0, f"{address} is {wide} px wider than a phone")
        shoot(page, "phone" + address.replace("#/", "-").replace("/", "-").replace("?", "-"))
    page.resize(1280, 900)


def names(page):
    """Whatever can be used has a name for a screen reader."""
    for address in ("#/clients", "#/clients/greenhouse-1", "#/events", "#/wishes", "#/users"):
        page.run("location.hash = arguments[0]", address)
        page.wait_for("h1")
        for css in ("button", "input", "select", "a"):
            for one in (one for one in page.find(css) if one.is_shown):
                check(one.label.strip() != "", f"{address}: a {css} without a name")


def sleeping(page, server, uri):
    """A command to a device that is not there waits, and can be cancelled."""
    page.run("location.hash = '#/clients/greenhouse-1?tab=commands'")
    answer = page.run("return fetch('/v1/clients/greenhouse-1/commands', {method: 'POST', headers: {'Content-Type': "
                      "'application/json', 'X-Loom-Request': '1'}, body: JSON.stringify({operation: 'execute', path: "
                      "'/3/0/4'})}).then((answer) => answer.status)")
    check(answer == 202, f"a command for a device that is not awake is taken: {answer}")
    page.wait_for("table tr", "queued")
    press(page, lambda: page.wait_for("table tr", "queued"), "Cancel")
    page.wait_for("table tr", "cancelled")
    shoot(page, "waiting")


def write(page, text):
    page.run("""const area = document.querySelector('textarea'); area.value = arguments[0];
             area.dispatchEvent(new Event('input', {bubbles: true}))""", text)


def save(page, address, document):
    page.run("location.hash = arguments[0]", f"#/accounts/{address}")
    page.wait_for("h1 ~ .badge.warn", "new")
    write(page, json.dumps(document))
    press(page, lambda: page.find("main")[0], "Save")
    page.wait(f"{address} is saved", lambda: not page.find("h1 ~ .badge.warn"))


def accounts(page):
    """A profile, its group, and an account that has a mistake at first."""
    page.wait_for("h1", "Accounts")
    page.wait_for(".empty", "There is nothing here yet.")
    save(page, "profiles/green", {"delete": ["/"], "servers": {"101": {"uri": "coaps://127.0.0.1:5684", "key": "generate"}}})
    save(page, "groups/house", {"profile": "green"})
    page.run("location.hash = '#/accounts/accounts/dev-1'")
    page.wait_for("h1", "dev-1")
    write(page, json.dumps({"group": "hous", "identity": "dev-1"}))
    press(page, lambda: page.find("main")[0], "Check")
    page.wait_for(".problem", "/group")
    shoot(page, "mistake")
    page.errors()  # the browser complains of 422
    write(page, "{")
    press(page, lambda: page.find("main")[0], "Save")
    page.wait_for(".problem", "This is no JSON")
    document = {"group": "house", "identity": "dev-1", "key": "000102030405060708090a0b0c0d0e0f",
                "servers": {"101": {"identity": "dev-1-dm"}}}
    write(page, json.dumps(document))
    press(page, lambda: page.find("main")[0], "Check")
    page.wait_for("main [role=status]", "No mistake was found")
    press(page, lambda: page.find("main")[0], "Save")
    page.wait("the key is a fingerprint", lambda: "fingerprint" in page.run("return document.querySelector('textarea').value"))
    press(page, lambda: page.find("main")[0], "Show with group and profile")
    page.wait_for("pre", "coaps://127.0.0.1:5684")
    shoot(page, "account")
    press(page, lambda: page.find("section")[0], "Bootstrap now")
    page.wait_for(".notice", "the device is not connected")
    page.errors()  # the browser complains of 409
    page.run("location.hash = '#/bootstraps'")
    page.wait_for(".empty", "No bootstrap is in progress.")
    page.run("location.hash = '#/accounts/groups'")
    page.wait_for("table td", "house")
    page.run("location.hash = '#/accounts'")
    page.wait_for("table a", "dev-1").click()
    page.wait_for("h1", "dev-1")
    press(page, lambda: page.find("main")[0], "Remove")
    press(page, lambda: page.wait_for("dialog"), "Remove")
    page.wait_for(".empty", "There is nothing here yet.")


def bootstrap_server():
    with tempfile.TemporaryDirectory(prefix="loom-page-") as folder:
        server = Program(BOOTSTRAP, "--store", f"sqlite:{folder}/store.db", "--store-key", f"{folder}/key", "--listen",
                         "coap://127.0.0.1:0", "--http", "http://127.0.0.1:0")
        try:
            uris = [server.wait_for("listening")["uri"] for _ in range(2)]
            with browser.Browser() as page:
                page.open(next(one for one in uris if one.startswith("http:")))
                accounts(page)
                errors = [error for error in page.errors() if "Failed to load resource" not in error]
                check(not errors, f"the page complains: {errors}")
        except (browser.Failure, Failure) as failure:
            check(False, f"{type(failure).__name__}: {failure}")
        finally:
            server.stop()


def server_accounts():
    """loom-server has the same view, with a document of its own kind."""
    with tempfile.TemporaryDirectory(prefix="loom-page-") as folder:
        server = Program(SERVER, "--store", f"sqlite:{folder}/store.db", "--store-key", f"{folder}/key", "--listen",
                         "coap://127.0.0.1:0", "--http", "http://127.0.0.1:0")
        try:
            uris = [server.wait_for("listening")["uri"] for _ in range(2)]
            with browser.Browser() as page:
                page.open(next(one for one in uris if one.startswith("http:")) + "/#/accounts/profiles/psk")
                page.wait("an example", lambda: "{endpoint}" in page.run("return document.querySelector('textarea')?.value ?? ''"))
                write(page, json.dumps({"identity": "{endpoint}", "servers": {}}))
                press(page, lambda: page.find("main")[0], "Check")
                page.wait_for(".problem", "only a bootstrap server has this")
                page.errors()  # the browser complains of 422
                write(page, json.dumps({"identity": "{endpoint}"}))
                press(page, lambda: page.find("main")[0], "Save")
                page.wait_for(".notice", "psk is saved")
                shoot(page, "server-account")
                check(not page.errors(), "the page complains")
        except (browser.Failure, Failure) as failure:
            check(False, f"{type(failure).__name__}: {failure}")
        finally:
            server.stop()


def campaign(page, image, version):
    """An image is uploaded and brought to three devices, of which one does not accept it."""
    page.wait_for(".empty", "There is no campaign yet.")
    shoot(page, "firmware-empty")
    press(page, lambda: page.find("section[aria-label=Images]")[0], "Upload …")
    page.wait_for("dialog input[type=file]").type(image)
    name = next(one for one in page.find("dialog label") if "Name:" in one.text).find("input")[0]
    page.wait("a name without blanks", lambda: name.ask("GET", "/property/value") == "app-1.0.bin")
    next(one for one in page.find("dialog label") if "Version" in one.text).find("input")[0].type(version)
    shoot(page, "firmware-upload")
    press(page, lambda: page.find("dialog")[0], "Upload")
    page.wait_for(".notice", "app-1.0.bin is uploaded")
    page.wait_for("section[aria-label=Images] td", "app-1.0.bin")
    start = next(one for one in page.find("section[aria-label=Images] button") if one.text == "Campaign …")
    check(start.label == "Campaign with app-1.0.bin", f"what a screen reader says of a button: {start.label}")
    start.click()
    page.wait_for("dialog h2", "New campaign with app-1.0.bin")
    field = page.find("dialog input[name=stop]")[0]
    field.clear()
    field.type("0")
    shoot(page, "firmware-new")
    page.press("Enter")
    page.wait_for(".reach", "It will reach 3 devices")
    shoot(page, "firmware-draft")
    press(page, lambda: page.find("main")[0], "Start")
    page.wait_for("main .badge", "finished")
    page.wait_for(".shares + small", "2 updated, 1 failed")
    check(page.find(".shares")[0].label == "2 updated, 1 failed", "what a screen reader says of the bar")
    page.wait_for("td", "Integrity check failed")
    check(page.find("[role=tabpanel] td a")[0].text == HOSTILE, "the device that has failed")
    shoot(page, "firmware-finished")
    page.run("document.querySelector('[role=tab][aria-selected=true]').focus()")
    for title in ("0 updating", "0 waiting", "2 updated"):
        page.press("ArrowRight")
        page.wait_for("[role=tab][aria-selected=true]", title)
    page.wait_for("[role=tabpanel] td a", "device-1")
    page.resize(390, 800)
    check(page.run("return document.documentElement.scrollWidth <= 390"), "a campaign fits a phone")
    shoot(page, "firmware-phone")
    page.run("location.hash = '#/firmware'")
    page.wait_for("td .badge", "finished")
    check(page.run("return document.documentElement.scrollWidth <= 390"), "the list fits a phone")
    shoot(page, "firmware-list-phone")
    page.resize(1280, 900)
    page.color_scheme("dark")
    shoot(page, "firmware-dark")
    page.find("td a")[0].click()
    press(page, lambda: page.find("main")[0], "Remove")
    press(page, lambda: page.find("dialog .row")[0], "Remove")
    page.wait_for(".empty", "There is no campaign yet.")
    page.find("section[aria-label=Images] button.danger")[0].click()
    press(page, lambda: page.find("dialog .row")[0], "Remove")
    page.wait_for(".empty", "There is no image yet.")


def firmware():
    data = random.Random(1).randbytes(30000)
    with tempfile.TemporaryDirectory() as folder:
        image = os.path.join(folder, "app 1.0.bin")
        with open(image, "wb") as out:
            out.write(data)
        os.mkdir(f"{folder}/files")
        server = Program(SERVER, "--nosec-any", "--store", f"sqlite:{folder}/store.db", "--files", f"{folder}/files", "--listen",
                         "coap://127.0.0.1:0", "--http", "http://127.0.0.1:0")
        uris = [server.wait_for("listening")["uri"] for _ in range(2)]
        uri = next(one for one in uris if one.startswith("coap:"))
        devices = []
        for number, (name, *options) in enumerate((("device-1",), ("device-2",), (HOSTILE, "--firmware-sha256", "00" * 32))):
            os.mkdir(f"{folder}/{number}")
            devices.append(Program(CLIENT, "--endpoint", name, "--server", uri, "--state", f"{folder}/{number}", "--firmware",
                                   f"{folder}/{number}/firmware", *options))
            server.wait_for("registered")
        try:
            with browser.Browser() as page:
                page.open(next(one for one in uris if one.startswith("http:")) + "/#/firmware")
                campaign(page, image, hashlib.sha256(data).hexdigest()[:16])
                check(page.run("return document.title") != "owned", "a name was run as a program")
                errors = [error for error in page.errors() if "404" not in error]
                check(not errors, f"the page complains: {errors}")
        except (browser.Failure, Failure) as failure:
            check(False, f"{type(failure).__name__}: {failure}")
        finally:
            for program in (*devices, server):
                program.stop()


def traced(page):
    """The messages of a device, as they come."""
    page.run("location.hash = '#/clients/meter?tab=trace'")
    page.wait_for("[role=tabpanel]", "not traced")
    press(page, lambda: page.find("main")[0], "Trace for 10 minutes")
    page.wait_for("[role=tabpanel]", "The device is traced")
    page.run("fetch('/v1/clients/meter/commands?wait=9', {method: 'POST', headers: {'Content-Type': 'application/json', 'X-Loom-Request': '1'},"
             " body: JSON.stringify({operation: 'read', path: '/3/0/0'})})")
    page.wait_for(".trace li", "/3/0/0 = Loom")
    page.wait_for(".trace li", "GET")
    shoot(page, "trace")
    press(page, lambda: page.find("main")[0], "Stop")
    page.wait_for("[role=tabpanel]", "not traced")


def audited(page):
    page.run("location.hash = '#/audit'")
    page.wait_for("table td", "beginTrace")
    page.wait_for("table td", "/v1/clients/meter/trace")
    shoot(page, "audit")
    page.run("location.hash = '#/audit?user=nobody'")
    page.wait_for("main", "Nothing was changed")
    page.run("location.hash = '#/audit?from=2020-01-01&to=2020-01-02'")
    page.wait_for("main", "Nothing was changed")


def choose(page, css, value):
    page.wait_for(css)
    page.run("const list = document.querySelector(arguments[0]); list.value = arguments[1];"
             " list.dispatchEvent(new Event('change', { bubbles: true }))", css, value)


def looked_back(page):
    """What was there before the page was opened: numbers, events, commands."""
    page.run("location.hash = '#/clients/meter'")
    part(page, "Temperature")
    press(page, lambda: resource(page, "/3303/0/5700"), "Sensor Value")
    page.wait("a plot", lambda: "200 values" in (page.find(".plot") and page.find(".plot")[0].label or ""))
    choose(page, ".history select", "3600")
    page.wait_for(".history", "Less than two values")
    choose(page, ".history select", "604800")
    page.wait_for(".plot")  # thinned: fewer values
    page.wait_gone(".history .weak")
    page.run("document.querySelector('.history').scrollIntoView()")
    shoot(page, "history")
    page.run("location.hash = '#/clients/meter?tab=timeline'")
    page.wait("a hundred events", lambda: len(page.find(".timeline li")) >= 100)
    press(page, lambda: page.find("main")[0], "Earlier")
    page.wait("more of them", lambda: len(page.find(".timeline li")) >= 200)
    choose(page, "[role=tabpanel] select", "registered,updated,deregistered,expired")
    page.wait_gone(".timeline li .badge.plain")
    page.wait_for(".timeline li", "registered")
    page.run("location.hash = '#/clients/meter?tab=commands'")
    page.wait_for("table td", "/3/0/0")
    press(page, lambda: page.find("main")[0], "Earlier")
    page.wait("an old command", lambda: any("/3/0/13" in cell.text for cell in page.find("table td")))
    shoot(page, "commands-stored")


def put_in_store(path):
    """What a server had stored before: numbers of a day, and a command."""
    now = int(time.time() * 1000)
    with contextlib.closing(sqlite3.connect(path)) as database:
        for i in range(200):
            at = now - 7200000 - (200 - i) * 300000
            text = {"id": str(at << 21), "time": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(at // 1000)), "event": "notified",
                    "endpoint": "meter", "values": [{"path": "/3303/0/5700", "type": "Float", "value": 20 + i % 40 / 10}]}
            database.execute("INSERT INTO events VALUES (?, ?, 'notified', 'meter', ?)", (at << 21, at, json.dumps(text)))
        database.execute("INSERT INTO commands (id, endpoint, operation, body, who, priority, state, code, attempts, created, expires,"
                         " changed, ended) VALUES (7, 'meter', 'read', '{\"operation\":\"read\",\"path\":\"/3/0/13\"}', 'local', 5,"
                         " 'cancelled', 0, 0, ?, ?, ?, 1)", (now - 9000000, now, now - 8000000))
        database.commit()


def stored():
    """A server with a store, after a restart."""
    with tempfile.TemporaryDirectory(prefix="loom-page-") as folder:
        command = [SERVER, "--store", f"sqlite:{folder}/store.db", "--nosec-any", "--listen", "coap://127.0.0.1:0", "--http",
                   "http://127.0.0.1:0"]
        first = Program(*command)
        first.wait_for("listening")
        first.stop()
        put_in_store(f"{folder}/store.db")
        server = Program(*command)
        uris = [server.wait_for("listening")["uri"] for _ in range(2)]
        client = Program(CLIENT, "--endpoint", "meter", "--server", next(one for one in uris if one.startswith("coap:")))
        try:
            server.wait_for("registered")
            with browser.Browser() as page:
                page.open(next(one for one in uris if one.startswith("http:")))
                page.wait_for("h1", "Clients")
                for story in (traced, audited, looked_back):
                    story(page)
                page.resize(360, 740)
                for address in ("#/audit", "#/clients/meter?tab=trace"):
                    page.run("location.hash = arguments[0]", address)
                    page.wait_for("main")
                    wide = page.run("return document.documentElement.scrollWidth - innerWidth")
                    check(wide <= 0, f"{address} is {wide} px wider than a phone")
                    shoot(page, "phone" + address.replace("#/", "-").replace("/", "-").replace("?", "-"))
                check(not page.errors(), "the page complains")
        except (browser.Failure, Failure) as failure:
            check(False, f"{type(failure).__name__}: {failure}")
        finally:
            client.stop()
            server.stop()


if not browser.is_there():
    print("skipped: no chromedriver here")
    sys.exit(77)

server = Program(SERVER, "--nosec-any", "--listen", "coap://127.0.0.1:0", "--http", "http://127.0.0.1:0")
bound = [server.wait_for("listening")["uri"] for _ in range(2)]
uri = next(one for one in bound if one.startswith("coap:"))
url = next(one for one in bound if one.startswith("http:"))
clients = [Program(CLIENT, "--endpoint", name, "--server", uri, "--lwm2m", "1.2")
           for name in ("greenhouse-1", "urn:dev:os:pump", HOSTILE)]
try:
    for _ in clients:
        server.wait_for("registered")
    with browser.Browser() as page:
        page.open(url)
        for story in (fleet, keyboard, device, observed, refused, history, models, wishes, phone, names):
            story(page)
        page.color_scheme("dark")
        page.run("location.hash = '#/clients/greenhouse-1'")
        page.wait_for("h1", "greenhouse-1")
        shoot(page, "dark")
        clients[0].stop()
        server.wait_for("deregistered")
        sleeping(page, server, uri)
        check(page.run("return document.title") != "owned", "a name was run as a program")
        # That a device is not registered is an answer, which the browser counts as an error.
        errors = [error for error in page.errors() if "Failed to load resource" not in error]
        check(not errors, f"the page complains: {errors}")
except (browser.Failure, Failure) as failure:
    check(False, f"{type(failure).__name__}: {failure}")
finally:
    for program in (*clients, server):
        program.stop()
bootstrap_server()
server_accounts()
firmware()
stored()
print(f"{problems} problems")
sys.exit(1 if problems else 0)
