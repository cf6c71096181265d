#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""When a server is notified, and how: stories of a device whose clock runs as the story says, told by attributes, values
and hours. Real time passes as well, but margins are 100 s of it: no timing decides.

usage: notification_times.py LOOM_CLIENT RELEASE
"""

import sys

from coap_device import ACK, CON, GET, OBSERVE, PUT, RST, Device, Message, code, name

PROGRAM, RELEASE = sys.argv[1:3]
SENML_JSON, TEXT = 110, 0
LATITUDE, LONGITUDE = "/6/0/0", "/6/0/1"
ALL, SINCE_1_1, SINCE_1_2 = ("1.0", "1.1", "1.2"), ("1.1", "1.2"), ("1.2",)

# Each story begins with a device of its own, where nothing is attached. What happens in it:
#   attach PATH QUERY   Write-Attributes        observe PATH [QUERY]     in text      cancel PATH
#   write PATH TEXT     by the server           set PATH TEXT            by the device
#   pass SECONDS                                silent | speaking        notifications are acknowledged or not
#   told N [TEXT] [con] so many notifications have come since the last look, the last with that value, confirmable
STORIES = [
    ("every change is told at once", ALL,
     "observe L; told 0; set L 1; told 1 1; set L 2; told 1 2; set L 2; told 0; pass 9000; told 0"),
    ("pmin holds back, and what comes is the newest", ALL,
     "attach L pmin=1000; observe L; set L 1; pass 400; set L 2; pass 500; told 0; pass 100; told 1 2; pass 5000; told 0;"
     "set L 3; told 1 3; set L 4; pass 900; told 0; pass 100; told 1 4"),
    ("what is again as it was when pmin ends is told once at most", ALL,
     "attach L pmin=1000; observe L; set L 1; set L 0; pass 1000; told 0-1; ask L; pass 4000; told 0"),
    ("pmax tells what has not changed, and begins anew with each", ALL,
     "attach L pmax=1000; observe L; pass 900; told 0; pass 100; told 1 0; pass 900; told 0; set L 5; told 1 5;"
     "pass 900; told 0; pass 100; told 1 5"),
    ("between pmin and pmax", ALL,
     "attach L pmin=1000&pmax=3000; observe L; set L 1; pass 900; told 0; pass 100; told 1 1; pass 2900; told 0; pass 100;"
     "told 1 1"),
    ("pmax below pmin does not count", ALL,
     "attach L pmin=1000&pmax=500; observe L; pass 9000; told 0; set L 1; told 1 1; set L 2; pass 900; told 0; pass 100;"
     "told 1 2; pass 9000; told 0"),
    ("pmax 0 is none", ALL, "attach L pmax=0; observe L; pass 9000; told 0; set L 1; told 1 1"),
    ("an attribute that is unset holds no more", ALL,
     "attach L pmin=1000; observe L; set L 1; attach L pmin; told 1 1; set L 2; told 1 2"),
    ("an attribute that comes later counts from the last notification", ALL,
     "observe L; pass 2000; attach L pmin=3000; set L 1; pass 900; told 0; pass 100; told 1 1"),
    ("gt tells of each crossing", ALL,
     "attach L gt=50; observe L; set L 45; told 0; set L 60; told 1 60; set L 70; told 0; set L 50; told 1 50; set L 51;"
     "told 1 51"),
    ("lt tells of each crossing", ALL,
     "attach L lt=-10; observe L; set L -10; told 0; set L -11; told 1 -11; set L -20; told 0; set L 0; told 1 0"),
    ("st tells of steps since the last notification", ALL,
     "attach L st=5; observe L; set L 3; told 0; set L 4; told 0; set L 5; told 1 5; set L 1; told 0; set L 0; told 1 0"),
    ("a condition and pmin", ALL,
     "attach L gt=50&pmin=1000; observe L; set L 60; pass 900; told 0; pass 100; told 1 60; set L 40; set L 60;"
     "pass 1000; told 0-1; ask L; pass 1000; told 0"),
    ("a condition and pmax", ALL,
     "attach L gt=50&pmax=1000; observe L; set L 10; pass 900; told 0; pass 100; told 1 10"),
    ("the nearer level holds", ALL,
     "attach /6 pmin=5000; attach /6/0 pmin=3000; attach L pmin=1000; observe L; set L 1; pass 900; told 0; pass 100;"
     "told 1 1; attach L pmin; set L 2; pass 2900; told 0; pass 100; told 1 2; attach /6/0 pmin; set L 3; pass 4900; told 0;"
     "pass 100; told 1 3"),
    ("what is below does not hold for what is above", ALL,
     "attach L pmin=5000; observe /6/0; set L 1; told 1"),
    ("the Server object holds where no attribute does", ALL,
     "write /1/0/2 1000; observe L; set L 1; pass 900; told 0; pass 100; told 1 1; write /1/0/3 3000; pass 2900; told 0;"
     "pass 100; told 1 1; attach L pmin=0&pmax=0; set L 2; told 1 2; pass 9000; told 0"),
    ("each observation has its own time", ALL,
     "attach L pmin=1000; attach M pmin=2000; observe L; observe M; set L 1; set M 2; pass 900; told 0; pass 100; told 1 1;"
     "pass 900; told 0; pass 100; told 1 2"),
    ("what is cancelled is told no more", ALL,
     "attach L pmax=1000; observe L; set L 1; told 1 1; cancel L; set L 2; pass 9000; told 0"),
    ("a Reset cancels as well", ALL,
     "observe L; refusing; set L 1; told 1 1; speaking; ask L; set L 2; pass 9000; told 0"),
    ("epmin holds back the look", SINCE_1_1,
     "attach L epmin=1000; observe L; set L 1; pass 900; told 0; pass 100; told 1 1"),
    ("epmax looks, and tells only what is new", SINCE_1_1,
     "attach L epmax=1000; observe L; pass 9000; told 0; set L 1; told 1 1"),
    ("con asks for an acknowledgement, and what comes meanwhile waits", SINCE_1_2,
     "attach L con=1; observe L; set L 1; told 1 1 con; silent; set L 2; told 1 2 con; set L 3; set L 4; told 0; speaking;"
     "acknowledge; told 1 4 con"),
    ("the notification mode holds where con does not", SINCE_1_2,
     "write /1/0/26 1; observe L; set L 1; told 1 1 con; attach L con=0; set L 2; told 1 2; write /1/0/26 0; attach L con;"
     "set L 3; told 1 3"),
    ("attributes of the Observe come before what is attached", SINCE_1_2,
     "attach L pmin=9000&pmax=20000; observe L pmin=1000&pmax=3000; set L 1; pass 900; told 0; pass 100; told 1 1; pass 2900;"
     "told 0; pass 100; told 1 1"),
    ("once a day somebody has to acknowledge", ALL,
     "attach L pmax=36000; observe L; pass 36000; told 1 0 con; pass 35900; told 0; pass 100; told 1 0 con"),
]


class Story:
    def __init__(self, title, device):
        self.title, self.device, self.problems, self.tokens, self.last = title, device, 0, {}, None
        self.confirmable = 0  # notifications that were so, though the story does not say it

    def check(self, good, what):
        if not good:
            self.problems += 1
            print(f"error: {RELEASE}: {self.title}: {what}")

    def answered(self, answer, wanted, what):
        self.check(name(answer.code) == wanted, f"{what} was answered {name(answer.code)}, not {wanted}")
        return answer

    def attach(self, path, query):
        self.answered(self.device.ask(PUT, path, query=query), "2.04", f"attach {path} {query}")
        self.happens(0)

    def observe(self, path, query=""):
        self.tokens[path] = self.device.next_token()
        answer = self.device.ask(GET, path, query=query, observe=0, accept=None if path == "/6/0" else TEXT,
                                 token=self.tokens[path])
        self.check(self.answered(answer, "2.05", f"observe {path}").values(OBSERVE), f"{path} is not observed")

    def cancel(self, path):
        self.answered(self.device.ask(GET, path, observe=1, accept=TEXT, token=self.tokens[path]), "2.05", f"cancel {path}")

    def ask(self, path):
        self.answered(self.device.ask(GET, path, accept=TEXT), "2.05", f"read {path}")

    def write(self, path, text):
        self.answered(self.device.ask(PUT, path, content_format=TEXT, payload=text.encode()), "2.04", f"write {path}")
        self.happens(0)

    def set(self, path, text):
        self.device.command(f"set {path} {text}")
        self.happens(0)

    def happens(self, seconds):
        self.device.command(f"advance {seconds}")

    def silent(self):
        self.device.answers_notifications = None

    def speaking(self):
        self.device.answers_notifications = ACK

    def refusing(self):
        self.device.answers_notifications = RST

    def acknowledge(self):
        self.device.send(Message(ACK, 0, self.last.mid).pack())
        self.ask(LATITUDE)  # when this is answered, that has been heard
        self.happens(0)

    def told(self, count, text=None, kind=None):
        self.device.drain()
        heard, self.device.notifications = self.device.notifications, []
        least, most = (count.split("-") * 2)[:2]
        self.check(int(least) <= len(heard) <= int(most), f"told {len(heard)} times, not {count}")
        if not heard:
            return
        self.last = heard[-1]
        self.check(self.last.code == code("2.05"), f"told {name(self.last.code)}")
        if text is not None:
            self.check(float(self.last.payload) == float(text), f"told {self.last.payload}, not {text}")
            self.check(self.last.kind == CON or kind is None, "told, and not confirmable")
        self.confirmable += sum(message.kind == CON for message in heard) if kind is None else 0
        numbers = [message.number(OBSERVE) for message in heard]
        self.check(numbers == sorted(set(numbers)), f"numbers {numbers}")


def run(title, steps):
    device = Device(PROGRAM, RELEASE)
    story = Story(title, device)
    try:
        for step in steps.split(";"):
            verb, *words = step.replace(" L", f" {LATITUDE}").replace(" M", f" {LONGITUDE}").split()
            getattr(story, "happens" if verb == "pass" else verb)(*words)
        # RFC 7641 section 4.5: for each observation one is, where a new part of the day begins.
        story.check(story.confirmable <= len(story.tokens), f"{story.confirmable} confirmable without a reason")
    finally:
        device.close()
    return story.problems


problems = sum(run(title, steps) for title, releases, steps in STORIES if RELEASE in releases)
print(f"{problems} problems")
sys.exit(1 if problems else 0)
