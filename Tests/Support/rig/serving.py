"""Servers that run, and profiles whose sessions end soon."""

import http.client
import json
import signal
import subprocess
import sys
import time
import urllib.parse


class Server:
    """A `credtool serve` that runs."""

    def __init__(self, world, *arguments, env=None, through=()):
        self.world = world
        self.process = world.start("serve", *arguments, env=env, through=through)
        self.variables = {}
        self.uris = []
        self.comments = []
        expected = "AWS_EC2" if "--imds" in arguments else "AWS_CONTAINER_AUTHORIZATION_TOKEN"
        while True:
            line = self.process.stdout.readline().decode()
            if not line:
                raise AssertionError(world.finish(self.process))
            name, _, value = line.strip().partition("=")
            self.variables[name] = value
            if name.endswith("_URI"):
                self.uris.append(value)
            if name.startswith(expected):
                break
        if "--container" in arguments:
            self.comments = [self.process.stdout.readline().decode() for _ in range(2)]

    @property
    def token(self):
        return self.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"]

    def ask(self, uri, method="GET", **headers):
        """Status and body of an answer."""
        parts = urllib.parse.urlsplit(uri)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
        try:
            connection.request(method, parts.path, headers={
                name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            self.headers = answer.headers
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def credentials(self, uri):
        status, body = self.ask(uri, Authorization=self.token)
        assert status == 200, body
        return json.loads(body)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        result = self.world.finish(self.process, secret_output=True)
        assert result.code == -signal.SIGTERM
        return result.speaks_well()


class Asker:
    """A program under `exec --server`, which asks for its credentials when it is told to."""

    ASK = """
import json, os, sys, urllib.request
for line in sys.stdin:
    request = urllib.request.Request(
        os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"],
        headers={"Authorization": os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN"]})
    with urllib.request.urlopen(request, timeout=30) as answer:
        print(json.load(answer)["AccessKeyId"], flush=True)
"""

    def __init__(self, world, *arguments):
        self._process = world.start(
            "exec", "--server", *arguments, "--", sys.executable, "-uc", self.ASK,
            stdin=subprocess.PIPE)
        world.keep_open(self)

    def begin(self):
        """Has it ask; the answer is read by `answer`."""
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()

    def answer(self):
        """The ID of the key that it was given."""
        line = self._process.stdout.readline().decode().strip()
        assert line, self._process.stderr.read().decode()
        return line

    def ask(self):
        self.begin()
        return self.answer()

    def close(self):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._process.stderr.close()


def until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


def short_sessions(world, seconds):
    """A profile whose sessions, each under an ID of its own, end so soon.

    Beside its script, whose runs `count` counts, `mute` makes it fail, and `held` wait.
    """
    script = world.scratch / "short.py"
    script.write_text(
        "import datetime, json, os, pathlib, time\n"
        "count = pathlib.Path(__file__).with_name('count')\n"
        "if count.with_name('mute').exists(): raise SystemExit(1)\n"
        "number = int(count.read_text()) + 1 if count.exists() else 1\n"
        "count.write_text(str(number))\n"
        "while count.with_name('held').exists(): time.sleep(0.02)\n"
        "end = datetime.datetime.now(datetime.timezone.utc)"
        f" + datetime.timedelta(seconds={seconds})\n"
        "print(json.dumps({'Version': 1, 'AccessKeyId': f'ASIASHORT{number:011}',\n"
        "  'SecretAccessKey': 'short-lived', 'SessionToken': 'short-token',\n"
        "  'Expiration': end.strftime('%Y-%m-%dT%H:%M:%SZ')}))\n")
    world.config(f"[profile short]\ncredential_process = {sys.executable} {script}\n")
    return "short"
