# SPDX-License-Identifier: Apache-2.0
"""Programs of this project whose events are lines of JSON."""

from peer import Connection
from waiting import Program


class Server(Program):
    """One that listens at `http`, and at `schemes` for devices."""

    def __init__(self, program, *options, schemes=("coap",), at=None):
        places = [at] if at else [f"{scheme}://127.0.0.1:0" for scheme in schemes]
        listen = [word for place in places for word in ("--listen", place)]
        super().__init__(program, *listen, "--http", "http://127.0.0.1:0", *options)
        uris = [self.wait_for("listening")["uri"] for _ in range(len(places) + 1)]
        self.uris = {uri.partition(":")[0]: uri for uri in uris}
        self.address = ("127.0.0.1", int(self.uris["http"].rsplit(":", 1)[1]))

    def ask(self, method, path, body=None, **fields):
        with Connection(self.address) as connection:
            return connection.ask(method, path, body, **fields)
