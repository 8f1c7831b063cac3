"""A throw-away home to run credtool in, what came out of each run, and a look for leaked secrets."""

import atexit
import base64
import functools
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pexpect

from . import kernelkeys
from .keyring import Keyring

ROOT = Path(__file__).resolve().parents[3]
SUPPORT = Path(__file__).resolve().parent
BINARY = Path(os.environ.get("CREDTOOL", ROOT / ".build/release/credtool"))

#: Root ignores file modes; credtool under test does not, whoever runs the tests.
BOUND_BY_MODES = (
    [shutil.which("setpriv"), "--bounding-set=-dac_override,-dac_read_search"]
    if os.geteuid() == 0 else [])

#: Launchers: the kernel's keyrings refused as in a container, or their quota used up; a disk that
#: fills up on writing.
_REFUSE = [sys.executable, "-S", "-E", str(SUPPORT / "refuse.py")]
WITHOUT_KERNEL_KEYS = [*_REFUSE, "EPERM", "add_key,request_key,keyctl"]
FULL_KERNEL_KEYRING = [*_REFUSE, "EDQUOT", "add_key"]
FULL_DISK = [*_REFUSE, "ENOSPC", "fsync,fdatasync"]
#: A network of its own with a container's credentials endpoint; the file it answers with follows.
TASK_HOST = ["unshare", "--user", "--map-root-user", "--net",
             sys.executable, "-S", "-E", str(SUPPORT / "taskhost.py")]


@functools.cache
def _preload(name):
    """A library of the rig's for LD_PRELOAD, built once."""
    folder = tempfile.mkdtemp(prefix="credtool-clock-")
    atexit.register(shutil.rmtree, folder)
    library = f"{folder}/{name}.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, SUPPORT / f"{name}.c"],
                   check=True)
    return library


def at(wall=0, uptime=0):
    """A launcher: the wall clock is so many seconds off, the machine runs so many longer."""
    launcher = []
    if uptime:
        launcher += ["unshare", "--user", "--map-current-user", "--time", "--fork",
                     f"--monotonic={uptime}", f"--boottime={uptime}"]
    if wall:
        launcher += ["env", f"LD_PRELOAD={_preload('wallclock')}", f"WALL_CLOCK_OFFSET={wall}"]
    return launcher


def fast(rate):
    """A launcher: time passes so many times as fast, for waiting and for limits of it."""
    return ["env", f"LD_PRELOAD={_preload('fastclock')}", f"CLOCK_RATE={rate}"]


def short_writes():
    """A launcher: each write to a file takes half of what it is given."""
    return ["sh", "-c", 'LD_PRELOAD=$0${LD_PRELOAD:+:$LD_PRELOAD} exec "$@"',
            _preload("shortwrite")]


def short_sleeps():
    """Variables: what a process waits by itself takes a hundredth; its limits stay as they are."""
    return {"LD_PRELOAD": _preload("shortsleep")}


def without_memory(thread):
    """Variables: threads of this name get no memory."""
    return {"LD_PRELOAD": _preload("nomemory"), "THREAD_WITHOUT_MEMORY": thread}


def in_no_container():
    """A launcher: whatever runs the tests, no file says that this is a container."""
    return ["env", f"LD_PRELOAD={_preload('outside')}"]


def on_a_desktop(browser):
    """A launcher: a display, no container, and this program as the browser."""
    return [*in_no_container(), "DISPLAY=:0", f"BROWSER={browser}"]


#: What a terminal acts on: C0 and C1 but line ends and tabs, and what turns the direction of
#: writing or ends a line without being seen.
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029"
                      "\u202a-\u202e\u2066-\u2069]")


_NUMBERS = itertools.count()


def processes(mark, program=None):
    """The IDs of the processes that have a mark; with `program` of those that run it."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "status").read_text(errors="replace")
            limits = (folder / "limits").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has just ended
        name, state = re.match(r"Name:\t(.*)\n(?:.*\n)*?State:\t(.)", status).groups()
        if state != "Z" and re.search(rf"^Max resident set +{mark} ", limits, re.MULTILINE) \
                and (not program or name == program.name[:15]):
            found.append(int(folder.name))
    return found


class Result:
    """What a run gave: exit code, standard output, standard error."""

    def __init__(self, argv, code, stdout, stderr):
        self.argv, self.code, self.raw = argv, code, stdout
        self.stdout = (stdout or b"").decode("utf-8", "surrogateescape")
        self.stderr = stderr.decode("utf-8", "surrogateescape")

    def __repr__(self):
        return (f"{self.argv} gave {self.code}\n--- stdout\n{self.stdout[:2000]}"
                f"\n--- stderr\n{self.stderr[:4000]}")

    def works(self):
        """It ended with 0, and spoke in the house's manner if it spoke at all."""
        assert self.code == 0, self
        self.speaks_well()
        return self

    def fails(self, *words, code=None, hint=True):
        """It failed with this code (else with 1, or 125 as `plan` does), put nothing on stdout, and
        said these words on stderr."""
        if code is None:
            command = self.argv[self.argv.index(str(BINARY)) + 1:][:1]
            code = 125 if command == ["plan"] else 1
        assert self.code == code, self
        assert self.stdout == "", self
        self.speaks_well()
        assert self.stderr.startswith("credtool: "), self
        assert "\nhint: " in self.stderr or not hint, f"no hint in {self}"
        return self.says(*words)

    def says(self, *words):
        """Every word, or one of a tuple of words, stands in stderr, whatever its case."""
        text = " ".join(self.stderr.split()).lower()
        for word in words:
            choices = (word,) if isinstance(word, str) else word
            assert any(choice.lower() in text for choice in choices), f"no {word!r} in {self}"
        return self

    def speaks_well(self):
        """stderr is `credtool: lowercase sentence without a full stop` and `hint: …` lines."""
        for line in self.stderr.splitlines():
            message = re.match(r"(credtool: |hint: |  )(.*)", line)
            assert message, f"{line!r} has neither `credtool:` nor `hint:`: {self}"
            if line.startswith("credtool: "):
                text = message[2]
                capital = text[:1].isupper() and not text[1:2].isupper()  # acronyms may
                assert not capital, f"{line!r} begins with a capital"
                assert not re.search(r"[^.]\.$", text), f"{line!r} ends with a full stop"
        return self

    def is_plain(self):
        """There is nothing in it that a terminal would act on."""
        for text in (self.stdout, self.stderr):
            found = CONTROLS.search(text)
            assert not found, f"{found[0]!r} in {text[:2000]!r}"
        return self

    def is_silent(self):
        assert self.stderr == "", self
        return self


class Terminal(pexpect.spawn):
    """A run on a terminal of its own, for prompts on /dev/tty."""

    def finish(self, code=0):
        """Waits for the end; the exit code must be this. Gives what was shown after the last
        expected text."""
        self.expect(pexpect.EOF)
        self.close()
        assert self.signalstatus is None, f"killed by signal {self.signalstatus}: {self.shown()}"
        assert self.exitstatus == code, f"exit {self.exitstatus}: {self.shown()}"
        return self.before

    def answers(self, prompt, answer):
        """Waits for a prompt (a pattern in any case) and types a line. What is typed before the
        prompt's end stands there is dropped by it; and a message may have the same words."""
        self.expect(rf"(?i){prompt}[^\r\n]*(?<=[:\])] )\Z")
        self.sendline(answer)

    def shown(self):
        return self.transcript.text


class Transcript:
    def __init__(self):
        self.text = ""

    def write(self, text):
        self.text += text

    def flush(self):
        pass


class World:
    """HOME, XDG directories, runtime directory, keyring and environment of one test."""

    def __init__(self, sts, keyring=True):
        self.sts = sts
        self.root = Path(tempfile.mkdtemp(prefix="credtool-"))
        self.home = self.root / "home"
        self.runtime = self.root / "run"
        self.data = self.home / ".local/share/credtool"
        #: For what tests write themselves, secrets included; not searched for leaks.
        self.scratch = self.root / "scratch"
        self.config_file = self.home / ".aws/config"
        self.credentials_file = self.home / ".aws/credentials"
        for folder in (self.home, self.runtime, self.scratch, self.config_file.parent):
            folder.mkdir(mode=0o700)
        #: What tells the processes that are started here from all others: their limit of resident
        #: memory, which Linux does not heed. It is inherited, and everybody may read it, also of
        #: processes whose environment is hidden from their own user, as that of credtool is.
        self.mark = (1 << 40) + (os.getpid() << 16) + next(_NUMBERS)
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "USER": "alice", "LOGNAME": "alice",
            "SHELL": "/bin/sh",
            "LANG": "C.UTF-8",
            "TERM": "xterm",
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "XDG_DATA_HOME": str(self.home / ".local/share"),
            "XDG_STATE_HOME": str(self.home / ".local/state"),
            "XDG_CACHE_HOME": str(self.home / ".cache"),
            "XDG_RUNTIME_DIR": str(self.runtime),
            "AWS_ENDPOINT_URL_STS": sts.endpoint,
            "AWS_ENDPOINT_URL_IAM": sts.endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",  # nobody asks the machine's own
        }
        self.keys = {}  # profile → the identity added under it
        self.more_secrets = set()
        #: Folders whose files may hold secrets: those that other programs keep theirs in.
        self.open_folders = [self.scratch]
        self._written = []  # by tests into the config file: a secret there is no leak
        self._heard = []  # (argv, text) that must hold no secret
        self._kernel_keys = kernelkeys.present()
        self._open = []
        self.keyring = None
        if keyring:
            self.keyring = Keyring(self.home, str(self.runtime), self.environment)
            self._open.append(self.keyring)
            try:
                self.keyring.start()
            except BaseException:
                self.close()
                raise
            self.environment["DBUS_SESSION_BUS_ADDRESS"] = self.keyring.address

    # Running.

    def variables(self, changes=None):
        """The environment with changes; None takes a variable away."""
        both = self.environment | (changes or {})
        return {name: value for name, value in both.items() if value is not None}

    def command(self, *arguments, through=()):
        """The argv that runs credtool here; `through` is a launcher to put before it."""
        return [*self.marked(), *BOUND_BY_MODES, *through, str(BINARY), *arguments]

    def marked(self):
        """A launcher: `processes` finds what it starts."""
        return [shutil.which("prlimit"), f"--rss={self.mark}:"]

    def start(self, *arguments, env=None, through=(), **more):
        """credtool as a running process without a terminal."""
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE,
                   "stderr": subprocess.PIPE, "start_new_session": True, "cwd": self.home}
        return subprocess.Popen(
            self.command(*arguments, through=through), env=self.variables(env), **options | more)

    def finish(self, process, secret_output=False, timeout=40, input=None):
        """Waits for a started process."""
        try:
            stdout, stderr = process.communicate(input, timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            stdout, stderr = process.communicate()
            raise AssertionError(
                f"{process.args} did not end within {timeout} s: {stderr.decode()!r}") from None
        result = Result(process.args, process.returncode, stdout or b"", stderr)
        self._heard.append((process.args, result.stderr))
        if not secret_output:
            self._heard.append((process.args, result.stdout))
        return result

    def credtool(self, *arguments, env=None, input=None, through=(), secret_output=False,
                 timeout=40, **more):
        """Runs credtool to its end, without a terminal."""
        if isinstance(input, str):
            input = input.encode()
        if input is not None:
            more["stdin"] = subprocess.PIPE
        process = self.start(*arguments, env=env, through=through, **more)
        return self.finish(process, secret_output, timeout, input)

    def outside(self, *argv, env=None, timeout=60):
        """Runs another program here to its end, without a terminal."""
        process = subprocess.Popen(
            [*self.marked(), *argv], env=self.variables(env), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, cwd=self.home)
        return self.finish(process, timeout=timeout)

    def terminal(self, *arguments, env=None, through=(), secret_output=False, timeout=15):
        """Runs credtool on a terminal of its own."""
        return self.on_terminal(
            self.command(*arguments, through=through), env, secret_output, timeout)

    def on_terminal(self, argv, env=None, secret_output=False, timeout=15):
        """Runs any command on a terminal of its own."""
        spawned = Terminal(
            argv[0], list(argv[1:]), env=self.variables(env), cwd=str(self.home),
            timeout=timeout, encoding="utf-8", codec_errors="surrogateescape",
            dimensions=(50, 200))
        spawned.transcript = spawned.logfile_read = Transcript()
        self._open.append(spawned)
        if not secret_output:
            self._heard.append((argv, spawned.transcript))
        return spawned

    # The usual steps.

    def add(self, profile="work", *flags, key=None, env=None, through=()):
        """Stores a key (a fresh one, if none is given) under a profile."""
        key = key or self.sts.new_key()
        self.credtool("add", profile, "--env", *flags, env=key.variables() | (env or {}),
                      through=through).works()
        self.keys[profile] = key
        return key

    def exec_env(self, *arguments, env=None, through=()):
        """The environment a child of `exec` gets."""
        result = self.credtool("exec", *arguments, "--", "env", "-0", env=env, through=through,
                               secret_output=True)
        assert result.code == 0, result
        return parse_environment(result.raw)

    def session(self, *arguments, env=None, through=()):
        """The identity whose credentials a child of `exec` gets."""
        child = self.exec_env(*arguments, env=env, through=through)
        identity = self.sts.identities[child["AWS_ACCESS_KEY_ID"]]
        assert child["AWS_SECRET_ACCESS_KEY"] == identity.secret
        assert child.get("AWS_SESSION_TOKEN") == identity.token
        return identity

    def plan(self, *arguments, env=None):
        """What `plan --json` tells."""
        return Plan(json.loads(
            self.credtool("plan", *arguments, "--json", env=env).works().stdout))

    def only_on_path(self, *programs):
        """A folder of its own as PATH: a few plain tools and what the test puts there."""
        folder = self.scratch / "bin"
        folder.mkdir(exist_ok=True)
        for name in ("sh", "env", "true", "false", "cat", "echo", *programs):
            link = folder / name
            if not link.exists():
                link.symlink_to(shutil.which(name))
        self.environment["PATH"] = str(folder)
        return folder

    def processes(self, program=None):
        """The IDs of the processes that credtool is or has started here; with `program` of those
        that run it."""
        return processes(self.mark, program)

    def config(self, text):
        """Writes the AWS config file."""
        text = text if isinstance(text, bytes) else text.encode()
        self._written.append(text)
        self.config_file.write_bytes(text)

    # Looking for leaks.

    def secrets(self):
        known = set(self.more_secrets)
        for identity in list(self.sts.identities.values()):
            known |= {identity.secret, identity.token}
        return {secret for secret in known if secret}

    def assert_nothing_leaked(self):
        """No secret in what was said or in a file, plain or in base64."""
        needles = {}
        for secret in self.secrets():
            plain = secret.encode()
            needles[plain] = secret
            # Base64 of the secret wherever it starts in a longer text, less the uneven edges.
            for shift in range(3):
                coded = base64.b64encode(b"\0" * shift + plain)[4 if shift else 0:-4]
                needles[coded] = secret

        def look(where, content, known=()):
            for needle, secret in needles.items():
                if not any(needle in text for text in known):
                    assert needle not in content, f"{secret[:6]}… leaked into {where}"

        for argv, text in self._heard:
            text = getattr(text, "text", text)
            look(f"the output of {argv}: {text[:500]!r}", text.encode("utf-8", "surrogateescape"))
        for path in self.root.rglob("*"):
            if path.is_file() and not set(self.open_folders) & set(path.parents) \
                    and path != self.credentials_file:
                look(path, path.read_bytes(), self._written if path == self.config_file else ())

    def close(self):
        for thing in reversed(self._open):
            if isinstance(thing, pexpect.spawn):
                thing.close(force=True)
            else:
                thing.close()
        kernelkeys.purge(self._kernel_keys)
        for folder, _, _ in os.walk(self.root):
            os.chmod(folder, 0o700)
        shutil.rmtree(self.root, ignore_errors=True)

    def keep_open(self, thing):
        """Closes a thing with the world."""
        self._open.append(thing)
        return thing


class Plan(dict):
    """The JSON of `plan`, and short ways to what tests ask of it."""

    ACTIONS = re.compile(r"\b(GetSessionToken|GetFederationToken|AssumeRo(?:le|ot)\w*)\b")

    def kinds(self):
        return [step["kind"] for step in self["steps"]]

    def step(self, kind):
        """The last step of a kind."""
        return [step for step in self["steps"] if step["kind"] == kind][-1]

    def calls(self):
        """The actions of STS that will be called, in order."""
        return [self.ACTIONS.search("\n".join(strings(call)))[1] for call in self["calls"]]

    def said(self):
        """Every name and value in it, as one text."""
        return "\n".join(strings(self))


def strings(value):
    """Every name and plain value in a JSON value, in order."""
    if isinstance(value, dict):
        return [text for name, inner in value.items() for text in (name, *strings(inner))]
    if isinstance(value, list):
        return [text for inner in value for text in strings(inner)]
    return [str(value)]


def parse_environment(raw):
    """`env -0` as a dictionary; a name that stands twice is an error."""
    pairs = [entry.split(b"=", 1) for entry in raw.split(b"\0") if entry]
    names = [os.fsdecode(name) for name, _ in pairs]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice, f"twice in the child's environment: {twice}"
    return {os.fsdecode(name): os.fsdecode(value) for name, value in pairs}
