"""`credtool serve` under load, in a build with a sanitizer: `load_server.py [SECONDS]`.

Asked by wrk and by a crowd with right and wrong tokens, methods, paths and requests that break off,
while sessions end and are renewed; then told to stop. What a sanitizer has to say stands on stderr.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse

from rig.serving import Server, short_sessions
from rig.sts import LocalSTS
from rig.world import World

SECONDS = int(sys.argv[1]) if len(sys.argv) > 1 else 15
CROWD = 8
#: The sanitizers' options come from the Makefile.
OPTIONS = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}


class Crowd:
    """Clients that ask until they are told to stop."""

    def __init__(self, server):
        self.server, self.answers = server, {}
        self.parts = urllib.parse.urlsplit(server.uris[0] if server.uris else next(
            value for value in server.variables.values() if value.startswith("http")))
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.ask, args=(number,))
                        for number in range(CROWD)]
        for thread in self.threads:
            thread.start()

    def ask(self, number):
        chance = random.Random(number)
        token = self.server.variables.get("AWS_CONTAINER_AUTHORIZATION_TOKEN", "x")
        while not self.over.is_set():
            method = chance.choice(["GET", "GET", "GET", "PUT", "POST"])
            path = chance.choice([self.parts.path, self.parts.path, "/short", "/nowhere", "/%zz",
                                  "/latest/api/token", "/latest/meta-data/iam/info"])
            word = chance.choice([token, token, token[:-1] + "x", ""])
            text = (f"{method} {path} HTTP/1.1\r\nHost: {self.parts.netloc}\r\n"
                    f"Connection: close\r\nAuthorization: {word}\r\n"
                    "X-aws-ec2-metadata-token-ttl-seconds: 60\r\n\r\n").encode()
            most = len(text) if chance.random() < 0.9 else chance.randrange(len(text))
            status = self.send(text, most)
            with self.lock:
                self.answers[status] = self.answers.get(status, 0) + 1

    def send(self, text, most):
        """The status of the answer; None where there is none, as for a request that breaks off after
        so many bytes: its sender goes at once."""
        try:
            with socket.create_connection((self.parts.hostname, self.parts.port), 20) as client:
                client.sendall(text[:most])
                answer = client.recv(4096) if most == len(text) else b""
        except OSError:
            return None
        return answer[9:12].decode() or None

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join()
        return self.answers


def load(world, *arguments):
    """Starts a server, asks it, stops it; gives what went wrong."""
    server = Server(world, *arguments)
    heard = []  # read while it runs: a sanitizer has much to say
    reader = threading.Thread(target=lambda: heard.append(server.process.stderr.read()))
    reader.start()
    crowd = Crowd(server)
    if server.uris:
        subprocess.run(["wrk", "-t1", "-c32", f"-d{SECONDS}", "-H",
                        f"Authorization: {server.token}", server.uris[0]],
                       stdout=subprocess.DEVNULL, check=True)
    else:
        time.sleep(SECONDS)
    answers = crowd.stop()
    server.process.send_signal(signal.SIGTERM)
    code = server.process.wait(60)
    reader.join()
    said = heard[0].decode(errors="replace")
    print(f"{' '.join(arguments)}: {answers}, ended with {code}")
    faults = []
    if "Sanitizer" in said or code not in (-signal.SIGTERM, 0):
        faults.append(said[:20_000])
    if not answers.get("200"):
        faults.append("not one good answer")
    return faults


def main():
    sts = LocalSTS()
    world = World(sts)
    try:
        world.environment |= OPTIONS
        world.add("work")
        short_sessions(world, 3)
        faults = load(world, "--min-ttl", "1s", "work", "short") + load(world, "--imds", "work")
    finally:
        world.close()
        sts.stop()
    if faults:
        raise SystemExit("\n".join(["load_server: the server is at fault", *faults]))
    print(f"nothing found under {os.environ.get('CREDTOOL', 'the release build')}")


main()
