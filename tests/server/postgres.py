# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server of one's own: in a directory that goes with it, on a socket there, for nobody else.

PostgreSQL does not run as root; then it gets another user. It ends with the process that made it, also
if that is killed.
"""

import contextlib
import ctypes
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile

# What a test may wait for on a busy machine.
PATIENCE = 60

PR_SET_PDEATHSIG = 1


def find(program):
    """The path of a program of PostgreSQL's server, or None."""
    found = shutil.which(program)
    if found:
        return found
    versions = sorted(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{program}"),
                      key=lambda path: int(path.parts[4]) if path.parts[4].isdigit() else 0)
    return str(versions[-1]) if versions else None


def other_user():
    """Arguments of subprocess for whom the server runs as, if it must not be us."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise RuntimeError("no user to run PostgreSQL as")


def why_not():
    """Why there is no PostgreSQL here, or None."""
    return None if find("postgres") and find("initdb") else "no PostgreSQL server"


def end_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


class Cluster:
    """A server with a database `loom` and a user `loom`. With a network, others reach it from there without a password."""

    def __init__(self, durable=False, network=None):
        self.user = other_user()
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="loom-pg-"))
        self.data = self.directory / "data"
        self.server = None
        if self.user:
            os.chown(self.directory, self.user["user"], self.user["group"])
        self.run("initdb", "--pgdata", str(self.data), "--username", "loom", "--auth", "trust",
                 "--encoding", "UTF8", "--locale", "C", "--no-sync")
        settings = [f"listen_addresses = '{'*' if network else ''}'", f"unix_socket_directories = '{self.directory}'",
                    "max_connections = 40", "shared_buffers = 16MB", "log_min_messages = fatal",
                    f"fsync = {'on' if durable else 'off'}"]
        with open(self.data / "postgresql.conf", "a", encoding="utf-8") as file:
            file.write("\n".join(settings) + "\n")
        if network:
            with open(self.data / "pg_hba.conf", "a", encoding="utf-8") as file:
                file.write(f"host loom loom {network} trust\n")
        self.start()
        self.sql("postgres", "CREATE DATABASE loom")

    def run(self, program, *arguments):
        result = subprocess.run([find(program), *arguments], stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, check=False, cwd=self.directory,
                                timeout=PATIENCE, **self.user)
        if result.returncode != 0:
            raise RuntimeError(f"{program}: {result.stdout.decode(errors='replace')}")
        return result.stdout.decode()

    def start(self):
        """Starts the server and waits until it can be asked."""
        with open(self.directory / "log", "ab") as log:
            self.server = subprocess.Popen([find("postgres"), "-D", str(self.data)], stdout=log,
                                           stderr=log, stdin=subprocess.DEVNULL,
                                           preexec_fn=end_with_parent, cwd=self.directory,
                                           start_new_session=True, **self.user)
        self.await_ready()

    def await_ready(self):
        """pg_isready waits for nothing, so it is asked again."""
        for _ in range(PATIENCE * 20):
            ready = subprocess.run([find("pg_isready"), "--host", str(self.directory), "--timeout=1"],
                                   stdout=subprocess.DEVNULL, check=False)
            if ready.returncode == 0:
                return
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.server.wait(0.05)
                raise RuntimeError((self.directory / "log").read_text(encoding="utf-8"))
        raise RuntimeError("PostgreSQL does not start")

    def uri(self, database="loom"):
        return f"postgresql:///{database}?host={self.directory}&user=loom"

    def sql(self, database, text):
        return self.run("psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align",
                        "--set", "ON_ERROR_STOP=1", "--command", text, self.uri(database))

    def kill(self):
        """All of its processes at once."""
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()

    def stop(self):
        if self.server is not None and self.server.poll() is None:
            self.server.send_signal(signal.SIGQUIT)
            self.server.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)
