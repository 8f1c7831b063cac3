"""`shell-init`, `use`, `unuse`: real shells on a terminal, their variables and their prompts."""

import datetime
import re
import shutil

import pytest

from rig.world import BINARY, parse_environment

SHELLS = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"],
          "fish": ["fish", "--no-config", "-i"]}
READY = {"bash": "PS1='ready $?> '",
         "zsh": "PS1='ready %?> '; unsetopt zle_bracketed_paste prompt_sp",
         "fish": "function fish_prompt; printf 'ready %s> ' $status; end"}
INIT = {"bash": 'eval "$(credtool shell-init bash)"', "zsh": 'eval "$(credtool shell-init zsh)"',
        "fish": "credtool shell-init fish | source"}
#: What stands in front of the prompt, and the status in it.
PROMPT = r"(\[[^\]\r\n]*\] )?ready (\d+)> "


class Interactive:
    """A shell that a person types in."""

    def __init__(self, world, name, env=None, before="", through=()):
        self.world, self.name = world, name
        assert shutil.which(name), f"{name} is not installed"
        path = f"{BINARY.parent}:{world.environment['PATH']}"
        self.terminal = world.on_terminal(
            [*through, *SHELLS[name]], {"PATH": path, "TERM": "dumb"} | (env or {}), timeout=30)
        for line in filter(None, [before, READY[name], INIT[name]]):
            self.terminal.sendline(line)

    def prompt(self, line=""):
        """What the prompt after a line has in front, without the brackets, and its status."""
        self.terminal.sendline("echo be''fore")
        self.terminal.expect("before\r?\n")
        self.terminal.expect(PROMPT)
        if line:
            self.terminal.sendline(line)
            self.terminal.expect(r"\r?\n")
            self.terminal.expect(PROMPT)
        prefix = self.terminal.match[1]
        return prefix and prefix[1:-2], int(self.terminal.match[2])

    def set(self, **variables):
        """Sets exported variables; None takes one away."""
        for name, value in variables.items():
            if self.name == "fish":
                line = f"set -e {name}" if value is None else f"set -gx {name} '{value}'"
            else:
                line = f"unset {name}" if value is None else f"export {name}='{value}'"
            self.prompt(line)

    def environment(self):
        """What a program gets that is run in it."""
        path = self.world.scratch / "environment"
        self.prompt(f"env -0 > {path}")
        return parse_environment(path.read_bytes())


@pytest.fixture(params=SHELLS)
def name(request):
    return request.param


def later(seconds):
    time = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_use_and_unuse(world, name):
    world.add("work", "--region", "eu-central-1")
    world.sts.new_role("deploy")
    shell = Interactive(world, name)
    assert shell.prompt() == (None, 0)
    shell.set(AWS_PROFILE="other", AWS_DEFAULT_REGION="eu-west-3", AWS_MAX_ATTEMPTS="7")
    before = shell.environment()

    shell.prompt("credtool use work --role deploy")
    prefix, _ = shell.prompt()
    assert re.fullmatch(r"work (59m|1h00m)", prefix)
    during = shell.environment()
    identity = world.sts.identities[during["AWS_ACCESS_KEY_ID"]]
    assert ":assumed-role/deploy/" in identity.arn
    assert during["AWS_SESSION_TOKEN"] == identity.token
    assert during["CREDTOOL_PROFILE"] == "work" and "AWS_PROFILE" not in during

    # Another one takes its place; what was there before the first comes back.
    shell.prompt("credtool -v use work")
    assert "CREDTOOL_ROLE" not in shell.environment()
    shell.prompt("credtool unuse")
    assert shell.prompt() == (None, 0)
    assert shell.environment() == before


def test_what_a_person_sets_in_between_stays(world, name):
    world.add("work", "--region", "eu-central-1")
    shell = Interactive(world, name)
    shell.set(AWS_REGION="eu-west-3")
    shell.prompt("credtool use work")
    shell.set(AWS_REGION="us-west-2")
    shell.prompt("credtool unuse")
    assert shell.environment()["AWS_REGION"] == "us-west-2"


def test_a_failure_changes_nothing(world, name):
    world.add()
    shell = Interactive(world, name)
    before = shell.environment()
    assert shell.prompt("credtool use nobody")[1] == 1
    assert shell.environment() == before
    assert "no profile \"nobody\"" in shell.terminal.shown()


def test_a_question_reaches_the_person(world, name):
    key = world.add()
    world.config(f"[profile work]\nmfa_serial = {key.mfa_serial}\n")
    shell = Interactive(world, name)
    shell.prompt()
    shell.terminal.sendline("credtool use work")
    shell.terminal.answers("mfa[^\n]*:", "123456")
    assert shell.prompt()[0] in ("work 11h59m", "work 12h00m")


def test_the_rest_of_credtool_is_as_it_was(world, name):
    shell = Interactive(world, name)
    shell.prompt("credtool use --help")
    assert "Usage: credtool use [PROFILE]" in shell.terminal.shown()
    shell.prompt("credtool version")
    assert re.search(r"credtool \d+\.\d+", shell.terminal.shown())
    assert shell.prompt("credtool frobnicate")[1] == 2


@pytest.mark.parametrize("seconds, shown", [
    (5430, "work 1h30m"), (36 * 3600 + 30, "work 36h00m"), (3590, "work 59m"), (330, "work 5m"),
    (250, "work 4m"), (50, "work <1m"), (-5, "work expired"), (-10**8, "work expired")])
def test_the_time_left(bare_world, name, seconds, shown):
    shell = Interactive(bare_world, name)
    shell.set(AWS_CREDENTIAL_EXPIRATION=later(seconds), CREDTOOL_PROFILE="work")
    assert shell.prompt() == (shown, 0)
    assert shell.environment()["CREDTOOL_PROMPT"] == shown


@pytest.mark.parametrize("end", [
    "2048-02-28T23:59:59Z", "2048-02-29T00:00:00Z", "2048-03-01T08:09:08Z", "2047-12-31T23:59:59Z",
    "2048-01-01T00:00:00Z", "2047-05-01T00:00:00Z", "2047-08-31T00:00:00Z", "2100-02-28T12:00:00Z",
    "2100-03-01T12:00:00Z", "2400-02-29T01:02:03Z"])
def test_the_calendar(bare_world, name, end):
    def hours(ahead=0):
        left = datetime.datetime.fromisoformat(end.replace("Z", "+00:00")) \
            - datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        minutes = int((left.total_seconds() - ahead) // 60)
        return f"work {minutes // 60}h{minutes % 60:02}m"

    shell = Interactive(bare_world, name)
    shell.set(AWS_CREDENTIAL_EXPIRATION=end, CREDTOOL_PROFILE="work")
    first = hours()
    # fish counts from a moment that it learned of a process, and is ahead by the start of that.
    assert shell.prompt()[0] in (first, hours(), hours(ahead=5))


@pytest.mark.parametrize("end", [
    None, "soon", "2027-01-15T08:00:00+01:00", "2027-01-15T08:00:00Zx",
    "x[$(touch pwned)]-01-15T08:00:00Z", "2027-1-1T0:0:0Z"], ids=str)
def test_an_end_that_is_none(bare_world, name, end):
    shell = Interactive(bare_world, name)
    shell.set(AWS_CREDENTIAL_EXPIRATION=end, CREDTOOL_PROFILE="work")
    assert shell.prompt() == ("work", 0)
    assert not list(bare_world.root.rglob("pwned"))


@pytest.mark.parametrize("profile", ["$(touch pwned)", "`touch pwned`", "%n%% \\u\\w", "a b;c"])
def test_a_profiles_name_is_only_shown(bare_world, name, profile):
    shell = Interactive(bare_world, name)
    shell.set(CREDTOOL_PROFILE=profile)
    assert shell.prompt()[0] == profile
    assert not list(bare_world.root.rglob("pwned"))


def test_the_warning_comes_once(bare_world, name):
    shell = Interactive(bare_world, name)
    shell.set(AWS_CREDENTIAL_EXPIRATION=later(330), CREDTOOL_PROFILE="my place")
    shell.prompt()
    assert "ends in" not in shell.terminal.shown()
    shell.set(AWS_CREDENTIAL_EXPIRATION=later(250))
    for _ in range(3):
        shell.prompt()
    shown = shell.terminal.shown()
    assert shown.count("credtool: the session of my place ends in 4m") == 1
    assert re.search(r"hint: credtool use ('my place'|my\\ place)", shown)
    shell.set(AWS_CREDENTIAL_EXPIRATION=later(240))
    shell.prompt()
    assert shell.terminal.shown().count("ends in") == 2


def test_the_warning_says_what_was_typed(world, name):
    world.add()
    world.sts.new_role("deploy")
    shell = Interactive(world, name)
    shell.prompt("credtool use work --role deploy")
    shell.set(AWS_CREDENTIAL_EXPIRATION=later(100))
    shell.prompt()
    assert "hint: credtool use work --role deploy" in shell.terminal.shown()


def test_the_status_of_the_last_command_is_shown(bare_world, name):
    shell = Interactive(bare_world, name)
    for profile in (None, "work"):
        shell.set(CREDTOOL_PROFILE=profile, AWS_CREDENTIAL_EXPIRATION=later(250))
        assert shell.prompt("sh -c 'exit 7'")[1] == 7
        assert shell.prompt("true")[1] == 0


def test_the_prompt_costs_no_process(bare_world, name):
    trace = bare_world.scratch / "trace"
    shell = Interactive(
        bare_world, name,
        through=["strace", "-f", "-qq", "-o", str(trace), "-e",
                 "trace=clone,clone3,fork,vfork,execve"])
    shell.set(AWS_CREDENTIAL_EXPIRATION=later(250), CREDTOOL_PROFILE="work")
    shell.prompt("/bin/true first")
    for _ in range(5):
        assert shell.prompt()[0] == "work 4m"
    shell.prompt("/bin/true second")
    shell.terminal.sendline("exit")
    shell.terminal.finish()
    lines = trace.read_text().splitlines()
    marks = [index for index, line in enumerate(lines)
             if "execve(" in line and '"/bin/true"' in line and " = 0" in line]
    assert len(marks) == 2, lines
    # Threads are none; the last one is the mark's own.
    made = [line for line in lines[marks[0] + 1:marks[1]]
            if re.search(r"\b(clone3?|v?fork)\(", line) and "CLONE_THREAD" not in line]
    assert len(made) == 1, made


def test_twice_is_once(bare_world, name):
    shell = Interactive(bare_world, name)
    shell.prompt(INIT[name])
    shell.set(CREDTOOL_PROFILE="work", AWS_CREDENTIAL_EXPIRATION=later(250))
    assert shell.prompt() == ("work 4m", 0)
    assert shell.terminal.shown().count("ends in") == 1


def test_starship_has_the_prompt_for_itself(bare_world, name):
    """It puts its own together, of CREDTOOL_PROMPT too: `[env_var.CREDTOOL_PROMPT]`."""
    shell = Interactive(bare_world, name, env={"STARSHIP_SHELL": name})
    shell.set(CREDTOOL_PROFILE="work")
    assert shell.prompt() == (None, 0)
    assert shell.environment()["CREDTOOL_PROMPT"] == "work"


def test_a_prompt_that_has_it_already(bare_world):
    shell = Interactive(bare_world, "bash")
    shell.prompt("PS1='<$CREDTOOL_PROMPT> ready $?> '")
    shell.prompt(INIT["bash"])
    shell.set(CREDTOOL_PROFILE="work")
    assert shell.prompt() == (None, 0)
    assert "<work> ready 0> " in shell.terminal.shown() and "[work] " not in shell.terminal.shown()


def test_a_segment_of_powerlevel10k(bare_world):
    """`p10k segment -t TEXT`, in which a per cent sign stands for two."""
    shell = Interactive(
        bare_world, "zsh", before="p10k() { printf '{%s}' \"$@\"; echo }")
    shell.prompt("prompt_credtool; echo empty")
    assert "{segment}" not in shell.terminal.shown()
    shell.set(CREDTOOL_PROFILE="50%")
    assert shell.prompt() == (None, 0)
    shell.prompt("prompt_credtool")
    assert "{segment}{-t}{50%%}" in shell.terminal.shown()
    # It is set before p10k looks at it.
    shell.prompt("echo first:$precmd_functions[1]")
    assert "first:_credtool_prompt" in shell.terminal.shown()


@pytest.mark.parametrize("command", ["use", "unuse"])
def test_without_the_functions(bare_world, command):
    for shell, line in (("/usr/bin/fish", "credtool shell-init fish | source"),
                        ("/bin/zsh", 'eval "$(credtool shell-init zsh)"'),
                        ("/bin/sh", "shell-init bash")):
        bare_world.credtool(command, env={"SHELL": shell}).fails("cannot change the shell", line)


def test_of_other_shells(bare_world):
    bare_world.credtool("shell-init", "tcsh").fails("tcsh", "bash", code=2)
    bare_world.credtool("shell-init").fails("SHELL", code=2)


def test_secrets_are_not_shown_on_a_terminal(world):
    world.add()
    terminal = world.terminal("use", "work", env={"CREDTOOL_SHELL": "bash"})
    assert "would stand on the terminal" in terminal.finish(code=1)
