#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Credentials and bootstrap configurations in the shapes of Leshan's demo servers, from the first request of a script to a device
that has been bootstrapped and is registered.

usage: leshan_accounts.py LOOM_SERVER LOOM_BOOTSTRAP_SERVER LOOM_CLIENT
"""

import json
import os
import sys
import tempfile

from loom import Program, Server
from peer import Connection, equal

SERVER, BOOTSTRAP, CLIENT = sys.argv[1:4]
BOOTSTRAP_KEY, KEY, OTHER_KEY = b"abcdefghijklmnop", b"ponmlkjihgfedcba", b"0123456789abcdef"
PASSWORD = "correct horse battery"


def credentials(endpoint, key, identity=None):
    return {"endpoint": endpoint, "tls": {"mode": "psk", "details": {"identity": identity or endpoint, "key": key.hex()}}}


def config(identity, uri, key=KEY, **more):
    """As the page of Leshan's bootstrap server makes it."""
    return {"servers": {"0": {"binding": "U", "defaultMinPeriod": 1, "lifetime": 300, "notifIfDisabled": False, "shortId": 1}},
            "security": {"1": {"bootstrapServer": False, "clientOldOffTime": 1, "publicKeyOrId": [*identity.encode()],
                               "secretKey": [*key], "securityMode": "PSK", "serverId": 1, "serverSmsNumber": "",
                               "smsBindingKeyParam": [], "smsBindingKeySecret": [], "smsSecurityMode": "NO_SEC", "uri": uri}},
            "oscore": {}, "toDelete": ["/0", "/1"], **more}


def ask(server, method, path, body=None, status=200, **fields):
    answer = server.ask(method, f"/api/{path}", body, **fields)
    equal(answer.status, status, f"{method} {path} {body}: {answer}")
    return answer


def listed(server):
    return {one["endpoint"]: one["tls"] for one in ask(server, "GET", "security/clients?timeout=10&format=TLV").json}


def start_device(endpoint, *options, key=None):
    words = []
    if key is not None:
        name = f"{folder}/{endpoint}.key"
        with open(name, "w", encoding="ascii") as file:
            file.write(key.hex())
        words = ["--identity", endpoint, "--key", f"@{name}"]
    return Program(CLIENT, "--endpoint", endpoint, *options, *words)


def whole(bootstrap, server):
    """What a suite does: credentials at both servers, a configuration, a device, and all of it away again."""
    ask(bootstrap, "PUT", "security/clients/?timeout=10&format=SENML_CBOR", credentials("dev", BOOTSTRAP_KEY))
    equal(ask(bootstrap, "GET", "bootstrap").json, {}, "there is no configuration yet")
    ask(bootstrap, "POST", "bootstrap/dev?timeout=10", config("dev-dm", server.uris["coaps"]))
    ask(server, "PUT", "security/clients/", credentials("dev", KEY, "dev-dm"))
    details = listed(bootstrap)["dev"]["details"]
    equal((details["identity"], "key" in details, len(details["fingerprint"])), ("dev", False, 16), "keys are not given back")
    with Connection(bootstrap.address) as stream:
        stream.send("GET /api/event?ep=dev HTTP/1.1\r\nHost: localhost\r\n\r\n")
        equal(stream.head()[0], 200, "the stream of sessions")
        device = start_device("dev", "--bootstrap", bootstrap.uris["coaps"], key=BOOTSTRAP_KEY)
        try:
            session(stream)
            server.wait_for("registered", endpoint="dev")
            shown = ask(server, "GET", "clients/dev").json
            equal((shown["secure"], shown["lifetime"], shown["registrationId"] != ""), (True, 300, True), f"{shown}")
        finally:
            device.stop()


def session(stream):
    names = []
    while names[-1:] not in (["finished"], ["failed"]):
        _, kind, data = stream.events(1)[0]
        event = json.loads(data)
        equal((kind, event["endpoint"], event["time"] > 1600000000000), ("BSSESSION", "dev", True), data)
        names.append(event["name"])
    equal(names[:3], ["new session", "authorized", "send discover"], "a session begins")
    equal((names[-3:], "send write" in names, "send delete" in names),
          (["send request", "receive success response", "finished"], True, True), f"its parts: {names}")


def echoed(bootstrap):
    """What was put is what is got, but for the keys."""
    uri = "coaps://127.0.0.1:5684"
    put = config("echo-dm", uri, OTHER_KEY, acls={"0": {"objectId": 3, "objectInstanceId": 0, "acls": {"1": 15},
                                                         "AccessControlOwner": 1}}, autoIdForSecurityObject=True)
    put["servers"]["0"].update({"defaultMaxPeriod": 60, "disableTimeout": 5, "registrationPriority": 2, "initialDelay": 3,
                                "registrationFailure": True, "bootstrapOnRegistrationFailure": False,
                                "communicationRetryCount": 4, "CommunicationRetryTimer": 5, "SequenceDelayTimer": 6,
                                "SequenceRetryCount": 7, "trigger": True, "preferredTransport": "U", "muteSend": False})
    ask(bootstrap, "PUT", "security/clients", credentials("echo", b"echo-echo-echo-1"))
    ask(bootstrap, "POST", "bootstrap/echo", put)
    got = ask(bootstrap, "GET", "bootstrap").json["echo"]
    equal(got["servers"], put["servers"], "servers")
    equal((got["toDelete"], got["acls"], got["oscore"], got["autoIdForSecurityObject"]),
          (put["toDelete"], put["acls"], {}, True), "the rest")
    security, wanted = got["security"]["1"], put["security"]["1"]
    fingerprint = security.pop("secretKeyFingerprint")
    equal({name: value for name, value in wanted.items() if name != "secretKey"},
          {name: security[name] for name in wanted if name != "secretKey"}, f"security: {security}")
    equal("secretKey" in security, False, "no key")
    # Put back as it was got, the key stays; numbers of bytes may have a sign.
    ask(bootstrap, "POST", "bootstrap/echo", got)
    again = ask(bootstrap, "GET", "bootstrap").json["echo"]
    equal(again["security"]["1"]["secretKeyFingerprint"], fingerprint, "the key is kept")
    put["security"]["1"]["secretKey"] = [-1 if byte == 48 else byte for byte in OTHER_KEY]
    ask(bootstrap, "POST", "bootstrap/echo", put)
    equal(ask(bootstrap, "GET", "bootstrap").json["echo"]["security"]["1"]["secretKeyFingerprint"] != fingerprint, True,
          "another key")


def apart(bootstrap):
    """Credentials and configurations come and go by themselves, and nobody is admitted by one of the two that is left alone."""
    uri = "coap://127.0.0.1:5683"
    nosec = {"servers": {"0": {"shortId": 7}}, "security": {"1": {"serverId": 7, "uri": uri, "securityMode": "NO_SEC"}}}
    ask(bootstrap, "PUT", "security/clients", credentials("apart", OTHER_KEY))
    equal(bootstrap.ask("GET", "/v1/accounts/apart").json["enabled"], False, "credentials alone")
    refused("apart", bootstrap, "coaps", OTHER_KEY)
    ask(bootstrap, "POST", "bootstrap/apart", nosec)
    equal("enabled" in bootstrap.ask("GET", "/v1/accounts/apart").json, False, "both")
    ask(bootstrap, "DELETE", "security/clients/apart")
    equal("apart" in listed(bootstrap), False, "the credentials are away")
    equal(ask(bootstrap, "GET", "bootstrap").json["apart"]["security"]["1"]["securityMode"], "NO_SEC", "the other is there")
    refused("apart", bootstrap, "coap", None)
    equal(ask(bootstrap, "DELETE", "security/clients/apart").json, {"message": "not_found"}, "twice")
    ask(bootstrap, "PUT", "security/clients", credentials("apart", OTHER_KEY))
    ask(bootstrap, "DELETE", "bootstrap/apart", status=204)
    ask(bootstrap, "DELETE", "bootstrap/apart", status=404)
    equal("apart" in listed(bootstrap), True, "credentials outlast a configuration")
    ask(bootstrap, "DELETE", "security/clients/apart")
    equal(bootstrap.ask("GET", "/v1/accounts/apart").status, 404, "nothing is left")
    # A configuration without credentials is that of a device without security.
    ask(bootstrap, "POST", "bootstrap/open", nosec)
    device = start_device("open", "--bootstrap", bootstrap.uris["coap"])
    try:
        bootstrap.wait_for("finished", endpoint="open")
    finally:
        device.stop()
    ask(bootstrap, "DELETE", "bootstrap/open", status=204)


def in_groups(bootstrap, server):
    """What a profile says of a device counts: its credentials are taken away, too, and new ones leave it what it gets."""
    profile = {"identity": "{endpoint}", "servers": {"5": {"uri": "coaps://127.0.0.1:5684", "identity": "{endpoint}-dm", "key": "generate"}}}
    for one, whole in ((bootstrap, profile), (server, {"identity": "{endpoint}"})):
        equal(one.ask("PUT", "/v1/profiles/shared", whole).status, 201, "a profile")
        equal(one.ask("PUT", "/v1/groups/house", {"profile": "shared"}).status, 201, "a group")
        equal(one.ask("PUT", "/v1/accounts/member", {"group": "house", "key": "generate"}).status, 201, "an account")
        equal(listed(one)["member"]["details"]["identity"], "member", "what its profile says")
    ask(bootstrap, "PUT", "security/clients", credentials("member", OTHER_KEY, "renamed"))
    shown = bootstrap.ask("GET", "/v1/accounts/member").json
    equal(("enabled" in shown, shown["group"], listed(bootstrap)["member"]["details"]["identity"]), (False, "house", "renamed"), f"{shown}")
    for one in (bootstrap, server):
        ask(one, "DELETE", "security/clients/member")
        equal("member" in listed(one), False, "taken away")
        equal(ask(one, "DELETE", "security/clients/member").json, {"message": "not_found"}, "twice")
    equal(server.ask("GET", "/v1/accounts/member").status, 404, "nothing is left of it")
    equal(bootstrap.ask("GET", "/v1/accounts/member").json["enabled"], False, "it keeps what it gets, and is refused")
    refused("member", bootstrap, "coap", None)
    refused("member", bootstrap, "coaps", OTHER_KEY)
    etag = bootstrap.ask("GET", "/v1/accounts/member").fields["etag"]
    equal(bootstrap.ask("DELETE", "/v1/accounts/member", If_Match=etag).status, 204, "away")


def refused(endpoint, bootstrap, scheme, key):
    device = start_device(endpoint, "--bootstrap", bootstrap.uris[scheme], key=key)
    try:
        if scheme == "coap":
            bootstrap.wait_for("refused", endpoint=endpoint)
        else:
            bootstrap.wait_for("handshake-failed")
    finally:
        device.stop()


def hostile(bootstrap, server):
    good = config("bad-dm", "coaps://127.0.0.1:5684")
    security = good["security"]["1"]
    for body in (b"", b"{", b"[]", b"null", b'{"a":1}' * 2, b"[" * 4000, {"unknown": 1}, {**good, "servers": []},
                 {**good, "toDelete": "/0"}, {**good, "toDelete": ["x"]}, {**good, "toDelete": [{}]},
                 {**good, "oscore": {"0": {}}}, {**good, "security": {}}, {**good, "servers": {}},
                 {**good, "servers": {"0": {}}}, {**good, "servers": {"0": 1}}, {**good, "servers": {"0": {"shortId": 65535}}},
                 {**good, "servers": {"0": {"shortId": 1}, "1": {"shortId": 1}}},
                 {**good, "servers": {"0": {"shortId": 1, "lifetime": "long"}}},
                 {**good, "servers": {"0": {"shortId": 1, "trigger": 1}}},
                 {**good, "servers": {"0": {"shortId": 1, "unknown": 1}}},
                 {**good, "security": {"1": 7}}, {**good, "security": {"1": {**security, "uri": 5}}},
                 {**good, "security": {"1": {**security, "uri": "http://x"}}},
                 {**good, "security": {"1": {**security, "securityMode": "NONE"}}},
                 {**good, "security": {"1": {**security, "secretKey": [256] * 16}}},
                 {**good, "security": {"1": {**security, "secretKey": [1.5] * 16}}},
                 {**good, "security": {"1": {**security, "secretKey": [0] * 5000}}},
                 {**good, "security": {"1": {**security, "secretKey": "00112233445566778899aabbccddeeff"}}},
                 {**good, "security": {"1": {**security, "secretKey": []}}},
                 {**good, "security": {"1": {**security, "publicKeyOrId": [255, 254]}}},
                 {**good, "security": {"1": {**security, "smsSecurityMode": "SPS_DEVICE"}}},
                 {**good, "security": {"1": {**security, "serverSmsNumber": "+1"}}},
                 {**good, "security": {"1": {**security, "matchingType": "SHA1"}}},
                 {**good, "acls": {"x": {}}}, {**good, "acls": {"0": 1}}, {**good, "acls": {"0": {"objectId": "a"}}},
                 {**good, "contentFormat": "TLV"}):
        answer = ask(bootstrap, "POST", "bootstrap/bad", body, 400)
        equal(answer.fields["content-type"].startswith("text/plain") and answer.body != b"", True, f"an error is text: {answer}")
    for body in (b"", b"[]", b"7", {}, {"endpoint": 1}, {"endpoint": "bad"}, {"endpoint": "bad", "tls": 1},
                 {"endpoint": "bad", "tls": {"mode": "x509"}}, {"endpoint": "bad", "oscore": {"sid": "00"}},
                 {"endpoint": "bad", "tls": {"mode": "psk", "details": {"identity": "bad"}}},
                 {"endpoint": "bad", "tls": {"mode": "psk", "details": {"identity": 1, "key": KEY.hex()}}},
                 {"endpoint": "bad", "tls": {"mode": "psk", "details": {"identity": "bad", "key": "0"}}},
                 {"endpoint": "bad", "tls": {"mode": "psk", "details": {"identity": "bad", "key": "xx" * 16}}},
                 credentials("", KEY), credentials("x" * 253, KEY), credentials("bad", OTHER_KEY, "x" * 129)):
        for one in (bootstrap, server):
            ask(one, "PUT", "security/clients", body, 400)
    # An identity, and a key, are of one endpoint.
    ask(bootstrap, "PUT", "security/clients", credentials("bad", OTHER_KEY, "dev"), 400)
    ask(bootstrap, "PUT", "security/clients", credentials("bad", BOOTSTRAP_KEY), 400)
    equal("bad" in listed(bootstrap) or "bad" in listed(server) or "bad" in ask(bootstrap, "GET", "bootstrap").json, False,
          "nothing of it is kept")
    for method, path in (("POST", "bootstrap"), ("PUT", "bootstrap/dev"), ("DELETE", "bootstrap"), ("POST", "security/clients")):
        equal(bootstrap.ask(method, f"/api/{path}", {}).status in (404, 405), True, f"{method} {path}")
    ask(server, "GET", "bootstrap", status=404)
    ask(bootstrap, "PUT", "security/clients", credentials("bad", OTHER_KEY), 403, Origin="https://elsewhere.example")


def itself(server, bootstrap):
    for one in (server, bootstrap):
        endpoints = {shown["uri"]["scheme"]: shown for shown in ask(one, "GET", "server/endpoint").json}
        equal(sorted(endpoints), ["coap", "coaps"], "where it listens")
        uri = endpoints["coaps"]["uri"]
        equal((uri["full"], uri["host"], uri["port"]),
              (one.uris["coaps"], "127.0.0.1", int(one.uris["coaps"].rsplit(":", 1)[1])), f"{endpoints}")
        equal((ask(one, "GET", "server/security").json, ask(one, "GET", "security/server").json), ({}, {}), "no certificate")


def bounded(server):
    """A list without pages ends where making it would keep devices waiting."""
    lines = "".join(json.dumps({"endpoint": f"bulk-{number}", "nosec": True}) + "\n" for number in range(2000))
    equal(server.ask("POST", "/v1/import", lines.encode(), Content_Type="application/x-ndjson").json["good"], 2000, "accounts")
    equal(ask(server, "GET", "security/clients").json, [], "none of them has credentials")
    ask(server, "PUT", "security/clients", credentials("one-more", OTHER_KEY))
    equal(b"/v1/accounts" in ask(server, "GET", "security/clients", status=400).body, True, "one more")
    ask(server, "DELETE", "security/clients/one-more")


def roles(server, bootstrap):
    """A viewer looks, and changes nothing; who has not logged in does not even look."""
    for one in (server, bootstrap):
        cookies = {}
        for name, role in (("root", "administrator"), ("eye", "viewer"), ("hand", "operator")):
            equal(one.ask("PUT", f"/v1/users/{name}", {"role": role, "password": PASSWORD}, **cookies.get("root", {})).status, 201,
                  f"a user {name}")
            answer = one.ask("POST", "/v1/session", {"name": name, "password": PASSWORD})
            cookies[name] = {"Cookie": answer.fields["set-cookie"].partition(";")[0]}
        body = credentials("who", OTHER_KEY)
        ask(one, "GET", "security/clients", status=401)
        ask(one, "PUT", "security/clients", body, 401)
        ask(one, "GET", "security/clients", **cookies["eye"])
        ask(one, "PUT", "security/clients", body, 403, **cookies["eye"])
        ask(one, "DELETE", "security/clients/dev", status=403, **cookies["eye"])
        ask(one, "PUT", "security/clients", body, **cookies["hand"])
        ask(one, "DELETE", "security/clients/who", **cookies["hand"])
        if one is bootstrap:
            ask(one, "GET", "bootstrap", **cookies["eye"])
            ask(one, "POST", "bootstrap/who", {}, 403, **cookies["eye"])
            ask(one, "DELETE", "bootstrap/dev", status=403, **cookies["eye"])
            # A form of another site has no such field, and no JSON.
            ask(one, "POST", "bootstrap/who", b"{}", 403, Content_Type="text/plain", **cookies["hand"])


def start(program, name):
    return Server(program, "--store", f"sqlite:{folder}/{name}.db", "--store-key", f"{folder}/{name}.key", schemes=("coap", "coaps"))


text = ""
with tempfile.TemporaryDirectory(prefix="loom-leshan-") as folder:
    os.chmod(folder, 0o700)
    bootstrap, server = start(BOOTSTRAP, "bootstrap"), start(SERVER, "server")
    try:
        itself(server, bootstrap)
        whole(bootstrap, server)
        echoed(bootstrap)
        apart(bootstrap)
        in_groups(bootstrap, server)
        hostile(bootstrap, server)
        text = bootstrap.stop() + server.stop()
        bootstrap, server = start(BOOTSTRAP, "bootstrap"), start(SERVER, "server")
        equal((sorted(listed(bootstrap)), sorted(listed(server)), sorted(ask(bootstrap, "GET", "bootstrap").json)),
              (["dev", "echo"], ["dev"], ["dev", "echo"]), "after a restart")
        ask(bootstrap, "DELETE", "security/clients/dev")
        ask(bootstrap, "DELETE", "bootstrap/dev", status=204)
        ask(server, "DELETE", "security/clients/dev")
        equal((sorted(listed(bootstrap)), listed(server)), (["echo"], {}), "away again")
        bounded(server)
        roles(server, bootstrap)
    finally:
        text += bootstrap.stop() + server.stop()
    for key in (BOOTSTRAP_KEY, KEY, OTHER_KEY):
        equal(key.hex() in text or str([*key])[1:-1] in text, False, "a key is printed")
print("0 problems")
