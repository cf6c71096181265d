# SPDX-License-Identifier: Apache-2.0
"""What bench/scale/scale.py simulates with: a server with a socket, a loop and a writer, and the message layer of CoAP. Times
are seconds. What a server spends is what `make bench-fleet` has measured. Each device of the simulation stands for CROWD
devices: a message of it costs as much as theirs do, and takes as much of the socket."""

import collections
import heapq
import itertools

CROWD = 20

# CPU of the loop for a message, and of the writer of the store for a row.
REGISTER_S, UPDATE_S, REQUEST_S, REFUSAL_S = 26e-6, 20e-6, 20e-6, 15e-6
HANDSHAKE_S = 1.3e-3  # DTLS 1.2, ECDHE-PSK
WRITE_S = {"SQLite": 17e-6, "PostgreSQL": 110e-6}
COMMIT_S = 5e-3
WRITER_ROOM = 58982

# Datagrams that wait for the loop: Linux counts 768 bytes for a small one.
SOCKET_USUAL, SOCKET_LARGE = 212992 // 768, 4194304 // 768

ACK_TIMEOUT_S, ACK_RANDOM, RETRANSMITS = 2.0, 1.5, 4  # RFC 7252, 4.8
MAX_AGE_S = 10


class World:
    """Events in the order of their times."""

    def __init__(self):
        self.now, self.queue, self.number = 0.0, [], itertools.count()

    def at(self, time, what, *arguments):
        heapq.heappush(self.queue, (time, next(self.number), what, arguments))

    def after(self, seconds, what, *arguments):
        self.at(self.now + seconds, what, *arguments)

    def run(self, until=float("inf")):
        while self.queue and self.queue[0][0] <= until:
            self.now, _, what, arguments = heapq.heappop(self.queue)
            what(*arguments)


class Server:
    """Takes datagrams from a socket with an end; the loop serves them one after the other."""

    def __init__(self, world, room=SOCKET_USUAL, store="SQLite"):
        self.world, self.room, self.write = world, room // CROWD, WRITE_S[store] * CROWD
        self.waiting = collections.deque()  # when each that is in the socket is done
        self.writing = collections.deque()
        self.up, self.store_up = True, True
        self.taken = self.dropped = self.refused = 0
        self.seconds = collections.Counter()

    @staticmethod
    def leave(queue, now):
        while queue and queue[0] <= now:
            queue.popleft()

    def take(self, cost):
        """A datagram has come. @return when the loop is done with it; None: it is lost"""
        now = self.world.now
        self.leave(self.waiting, now)
        if not self.up or len(self.waiting) >= self.room:
            self.dropped += 1
            return None
        end = (self.waiting[-1] if self.waiting else now) + cost * CROWD
        self.waiting.append(end)
        self.taken += 1
        self.seconds[int(now)] += CROWD
        return end

    def store(self, when):
        """A row that has to be stored from then on. @return when it is; None: the writer cannot"""
        self.leave(self.writing, when)
        if not self.store_up or len(self.writing) * CROWD >= WRITER_ROOM:
            self.refused += 1
            return None
        begin = max(self.writing[-1] if self.writing else when, when)
        self.writing.append(begin + self.write)
        return begin + self.write + COMMIT_S

    def busiest(self):
        return max(self.seconds.values(), default=0)


def exchange(world, chance, server, cost, done, stored=False, rtt=0.1):
    """A confirmable request with its repetitions. done(answer) is told once: True, None (nobody answers), or "5.03"."""
    answered = [None, True]  # when, and how; what comes again then is answered from memory

    def serve():
        when = server.take(cost)
        if when is not None and stored:
            answered[1] = (stored_at := server.store(when)) is not None or "5.03"
            when = stored_at or when
        if when is not None:
            answered[0] = when + rtt / 2
            world.at(answered[0], done, answered[1])

    def arrive(tries, timeout, sent):
        if answered[0] is None:
            serve()
        else:
            server.take(REFUSAL_S)
        if answered[0] is None or answered[0] > sent + timeout:
            world.at(sent + timeout, send, tries + 1, 2 * timeout)

    def send(tries, timeout):
        if tries <= RETRANSMITS:
            world.after(rtt / 2, arrive, tries, timeout, world.now)
        elif answered[0] is None:
            done(None)

    send(0, ACK_TIMEOUT_S * chance.uniform(1, ACK_RANDOM))
