"""Every command that has a secret in its hands: at its last moment none is left in its memory, and
on the way none was in an argument, a helper's environment, a file, or in plain on the bus."""

import json
import os
import resource
import shutil
import signal
import sys
from pathlib import Path

import pytest

from rig import fakes, leaving, memory
from rig.keyring import PASSWORD
from rig.othervaults import AWSVaultFiles, KeyringItems, credentials
from rig.serving import Server, until
from rig.sts import ACCOUNT
from rig.world import BINARY, on_a_desktop, short_sleeps
from test_console_opening import browser, desk  # noqa: F401
from test_faults_sign_in_memory import desktop, kept, needles
from test_job_tokens import runner  # noqa: F401

BOX = f"arn:aws:sts::{ACCOUNT}:assumed-role/box/i-0123456789abcdef0"
#: Commands that come near no secret, or are tried with theirs in test_faults_memory alone.
WITHOUT = {"list", "clear", "remove", "logout", "plan", "version", "help", "shell-init", "unuse",
           "setup-process", "lock"}
USES = {}


class Use:
    """A command, and what is handed over by it on purpose."""

    def __init__(self, *arguments, env=None, input=None, given=(), to=(), sent=set):
        self.arguments, self.more = arguments, {"env": env, "input": input}
        #: Files, programs, and what a browser was sent: libmicrohttpd's copies are not wiped.
        self.given, self.to, self.sent = given, to, sent


def use(function):
    USES[function.__name__.removeprefix("_")] = function
    return function


def program(world):
    """A program of its own to run, so that no helper is taken for it."""
    path = world.scratch / "the-program"
    if not path.exists():
        shutil.copy(shutil.which("true"), path)
    return str(path)


def executing(world, *words, **more):
    """`exec` with the rest of its words."""
    return Use("exec", *words, "--", program(world), to=[program(world)], **more)


# Keys that come in.


@use
def add_from_variables(world):
    return Use("add", "work", "--env", env=world.sts.new_key().variables())


@use
def add_from_standard_input(world):
    key = world.sts.new_key()
    return Use("add", "work", "--stdin", input=f"{key.key_id}\n{key.secret}\n")


def plain(world, *names):
    text = ""
    for name in names:
        key = world.sts.new_key()
        text += (f"[{name}]\naws_access_key_id = {key.key_id}\n"
                 f"aws_secret_access_key = {key.secret}\n")
    world.credentials_file.write_text(text)


@use
def add_from_file(world):
    plain(world, "work", "other")
    return Use("add", "work", "--from-file")


@use
def add_in_anothers_place(world):
    world.add("work")
    world.session("work")
    return Use("add", "work", "--env", "--force", env=world.sts.new_key().variables())


@use
def import_from_files(world):
    plain(world, "work", "other")
    return Use("import", "work", "--remove", given=[world.credentials_file.parent])


@use
def import_all_from_files(world):
    plain(world, "work", "other")
    return Use("import", "--remove", given=[world.credentials_file.parent])


@use
def import_from_csv(world):
    key = world.sts.new_key()
    file = world.scratch / "alice_accessKeys.csv"
    file.write_text(f"Access key ID,Secret access key\n{key.key_id},{key.secret}\n")
    return Use("import", "--csv", str(file), "work", "--remove")


@use
def import_from_aws_vaults_files(world):
    files = AWSVaultFiles(world)
    files.put("work", credentials(world.sts.new_key()))
    return Use("import", "--from", "aws-vault", "--remove",
               env={"AWS_VAULT_FILE_PASSPHRASE": files.passphrase})


@use
def import_from_aws_vaults_keyring(world):
    KeyringItems(world).aws_vault("work", credentials(world.sts.new_key()))
    return Use("import", "--from", "aws-vault", "--remove")


@use
def import_from_envchain(world):
    key = world.sts.new_key()
    KeyringItems(world).envchain("work", **{
        name: value for name, value in key.variables().items() if value})
    return Use("import", "--from", "envchain", "--remove")


@use
def rotate(world):
    world.add("work")
    return Use("rotate", "work", env=short_sleeps())


@use
def rotate_with_a_session(world):
    world.sts.key_changes_need_mfa = True
    key = world.add("work")
    codes = world.scratch / "codes"
    codes.write_text("123456\n654321\n")
    world.config(f"[profile work]\nmfa_serial = {key.mfa_serial}\n"
                 f"mfa_process = head -1 {codes}; sed -i 1d {codes}\n")
    world.sts.inject("GetSessionToken", lambda handler: False)
    world.sts.inject("GetSessionToken", lambda handler: world.sts.mfa_codes.update(
        {key.mfa_serial: "654321"}))
    return Use("rotate", "work", env=short_sleeps())


# Sessions that go out.


@use
def exec_a_key(world):
    world.add("work")
    return executing(world, "work", "--no-session")


@use
def exec_a_session_from_the_cache(world):
    world.add("work")
    world.session("work")
    return executing(world, "work")


@use
def exec_a_role_with_mfa(world):
    key = world.add("work")
    world.sts.new_role("admin", needs_mfa=True)
    folder = world.scratch / "prompters"
    folder.mkdir()
    fakes.prompter(folder, "pinentry", "123456")
    world.config(f"[profile work]\nmfa_serial = {key.mfa_serial}\nmfa_prompt = pinentry\n")
    return executing(world, "work", "--role", "admin", env={
        "PATH": f"{folder}:{os.environ['PATH']}", "DISPLAY": ":99"})


@use
def exec_a_federated_user(world):
    world.add("work")
    return executing(world, "work", "--federation-token", "bob")


@use
def exec_variables(world):
    """A role on top of what the environment has."""
    world.config(f"[profile work]\nrole_arn = {world.sts.new_role('deploy')}\n"
                 "credential_source = Environment\n")
    return executing(world, "work", env=world.sts.new_key().variables())


@use
def exec_a_credential_process(world):
    box = world.sts.stranger(BOX, True)
    path, _ = fakes.credential_process(world.scratch, fakes.process_json(box))
    world.config(f"[profile work]\ncredential_process = {path}\n")
    return executing(world, "work")


@use
def exec_a_job(world, request):
    job = request.getfixturevalue("runner")
    world.config(f"[profile ci]\nrole_arn = {job.role}\n"
                 "web_identity_token_source = github-actions\n")
    return executing(world, "ci", env=job.variables())


@use
def each(world):
    world.add("work")
    text = ""
    for name in ("one", "two"):
        text += (f"[profile {name}]\nrole_arn = {world.sts.new_role(name)}\n"
                 "source_profile = work\n")
    world.config(text)
    return Use("each", "--profiles", "one,two", "--", program(world), to=[program(world)])


def exporting(form):
    def row(world):
        world.add("work")
        file = world.scratch / "github"
        file.touch()
        return Use("export", "work", "--format", form, env={"GITHUB_ENV": str(file)})

    row.__name__ = f"export_{form}"
    use(row)


for _form in ("shell", "fish", "powershell", "dotenv", "docker", "systemd", "github"):
    exporting(_form)


@use
def use_in_a_shell(world):
    world.add("work")
    return Use("use", "work", env={"CREDTOOL_SHELL": "bash"})


@use
def sign_with_a_body(world):
    world.add("work")
    return Use("sign", "POST", "https://sqs.eu-west-1.amazonaws.com/", "work", "--data", "x=1")


@use
def sign_and_send(world):
    world.add("work")
    return Use("sign", "POST", world.sts.endpoint, "work", "--service", "sts", "--region",
               "us-east-1", "--send", "--data", "Action=GetCallerIdentity&Version=2011-06-15")


@use
def console_printed(world, request):
    request.getfixturevalue("desk")
    return Use("console", "deploy", "--print")


@use
def console_in_a_browser(world, request):
    request.getfixturevalue("desk")
    variables = on_a_desktop(browser(world))[1:]
    return Use("console", "deploy", env=dict(word.split("=", 1) for word in variables),
               sent=world.federation.secrets)


@use
def whoami(world):
    world.add("work")
    return Use("whoami", "work")


# Signing in.


@use
def login_by_device(world, request):
    center = request.getfixturevalue("sso_world").center
    center.person = "allow"
    world.config(center.config())
    return Use("login", "dev", "--device")


@use
def login_by_browser(world, request):
    center = request.getfixturevalue("sso_world").center
    center.person = "allow"
    world.config(center.config())
    return Use("login", "dev", env=desktop(world))


@use
def login_at_the_console(world, request):
    console = request.getfixturevalue("console_world").console
    world.config(console.config())
    return Use("login", "me", env=desktop(world))


@use
def sso_sync(world, request):
    center = request.getfixturevalue("sso_world").center
    center.person = "allow"
    world.config(center.config())
    world.credtool("login", "dev", "--device").works()
    return Use("sso", "sync", "--force")


# What looks around.


@use
def unlock(world):
    world.more_secrets.add(PASSWORD)
    world.add("work")
    world.keyring.lock()
    return Use("unlock", "--stdin", input=PASSWORD + "\n")


@use
def doctor(world):
    world.add("work")
    world.session("work")
    plain(world, "other")
    return Use("doctor", "--fix")


@use
def scan(world):
    plain(world, "other")
    return Use("scan", str(world.credentials_file.parent))


@use
def log(world):
    world.add("work")
    world.session("work")
    return Use("log")


def vault_of(world, *arguments):
    """A `vault` command with a key in each vault; its passphrases are secrets, too."""
    words = {"CREDTOOL_FILE_PASSPHRASE": "made-up words of the file vault",
             "CREDTOOL_BACKUP_PASSPHRASE": "made-up words of the backup",
             "CREDTOOL_NEW_FILE_PASSPHRASE": "made-up words to come"}
    world.environment |= words
    world.more_secrets |= set(words.values())
    world.add("work")
    world.add("home", "--vault", "file")
    world.credtool("vault", "backup", "before").works()
    return Use("vault", *arguments)


@use
def vault_backup(world):
    return vault_of(world, "backup", "keys")


@use
def vault_restore(world):
    row = vault_of(world, "restore", "before")
    world.credtool("remove", "work", "--force").works()
    return row


@use
def vault_passphrase(world):
    return vault_of(world, "passphrase")


@use
def vault_move(world):
    return vault_of(world, "move", "--to", "file", "work")


@use
def vault_move_back(world):
    return vault_of(world, "move", "--to", "secret-service", "home")


@use
def serve_units(world):
    world.add("work")
    return Use("serve", "work", "--install")


@pytest.fixture(params=USES)
def used(request, world):
    row = USES[request.param]
    return row(world, request) if row.__code__.co_argcount > 1 else row(world)


def known(world):
    """Also the secrets of services, which grow with each call."""
    services = [getattr(world, name, None) for name in ("center", "console", "federation")]
    return (world.secrets() | kept(world)).union(
        *(service.secrets() for service in services if service))


def test_nothing_stays_in_memory(world, used):
    held, process = memory.at_the_end(world, *used.arguments, **used.more)
    try:
        forms = {form for secret in known(world) - used.sent()
                 for form in needles(secret)}
        assert forms and held.places(forms) == []
        assert held.executes == (used.arguments[0] == "exec")
    finally:
        held.close()
        process.communicate()


def test_nothing_leaves_but_what_is_handed_over(world, used):
    result = leaving.run(world, *used.arguments, **used.more)
    assert result.code in (0, 1) if used.arguments[0] in ("scan", "doctor") else result.code == 0, \
        result
    world.more_secrets |= known(world)
    assert leaving.leaks(world, used.to, used.given) == []
    if used.to:
        assert used.to[0] in leaving.programs(world)


def test_every_command_is_tried(bare_world):
    """A new one has to be put into one of the two lists."""
    text = bare_world.credtool("--help").works().stdout
    commands = {line.split()[0] for line in
                text.partition("\nCommands:\n")[2].partition("\n\n")[0].splitlines()}
    tried = {name.split("_")[0] for name in USES} | {"serve"}
    assert len(commands) > 20 and commands - WITHOUT == tried, commands ^ WITHOUT ^ tried


class TestThatItIsSeen:
    """A secret in an argument, in a helper's environment, in a file, and on a socket."""

    @pytest.mark.parametrize("helper", [
        "exec true $SECRET", "OTHER=$SECRET exec true", "echo $SECRET >$HOME/file",
        "echo $SECRET | exec python3 -c 'import socket; a, b = socket.socketpair(); "
        "a.sendall(input().encode())'"], ids=["argument", "environment", "file", "socket"])
    def test(self, world, helper):
        secret = "made-up-secret-of-a-helper-that-talks"
        process = fakes.script(world.scratch / "process", (
            f"SECRET={secret}\n({helper})\nrm -f $HOME/file\nexit 1"))
        world.config(f"[profile work]\ncredential_process = {process}\n")
        leaving.run(world, "exec", "work", "--", "true")
        assert leaving.leaks(world) == []
        world.more_secrets.add(secret)
        assert leaving.leaks(world)


# While it serves.


def served(world, pid):
    """Nothing is left of what was served, but where secrets are kept."""
    look = memory.Memory(pid)
    try:
        needles = set(memory.forms(*world.secrets()))
        until(lambda: look.places(needles) == [], 5)
    except AssertionError:
        assert look.places(needles) == []
    finally:
        look.close()


class TestAServer:
    @pytest.mark.parametrize("kind", ["container", "instance"])
    def test_serve(self, world, kind):
        key = world.add("work")
        world.sts.new_role("deploy")
        server = Server(world, "work", *(["--imds"] if kind == "instance" else []),
                        through=memory.READABLE)
        if kind == "container":
            for _ in range(3):
                server.credentials(server.uris[0])
        else:
            address = server.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"].rstrip("/")
            _, token = server.ask(f"{address}/latest/api/token", "PUT", **{
                "X_aws_ec2_metadata_token_ttl_seconds": "60"})
            folder = f"{address}/latest/meta-data/iam/security-credentials/"
            _, name = server.ask(folder, X_aws_ec2_metadata_token=token)
            status, body = server.ask(folder + name, X_aws_ec2_metadata_token=token)
            assert status == 200 and json.loads(body)["SecretAccessKey"]
        served(world, server.process.pid)
        server.stop()

    def test_exec_server(self, world):
        world.add("work")
        ask = ("import os, sys, urllib.request as r\n"
               "q = r.Request(os.environ['AWS_CONTAINER_CREDENTIALS_FULL_URI'], headers={"
               "'Authorization': os.environ['AWS_CONTAINER_AUTHORIZATION_TOKEN']})\n"
               "assert b'SecretAccessKey' in r.urlopen(q).read()\n"
               "print('asked', flush=True)\nsys.stdin.read()\n")
        run = world.start("exec", "--server", "work", "--", sys.executable, "-c", ask,
                          through=memory.READABLE, stdin=-1)
        assert run.stdout.readline() == b"asked\n"
        companion, = world.processes(BINARY)
        served(world, companion)
        world.finish(run).works()


class TestCoreDumps:
    """With cores allowed, and a folder that takes them."""

    def ends_with_a_core(self, process, number):
        process.send_signal(number)
        _, status = os.waitpid(process.pid, 0)
        process.returncode = status
        return os.WCOREDUMP(status)

    def start(self, world, *arguments):
        return world.start(*arguments, preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2))

    def test_a_server_leaves_none(self, world):
        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        if hard != resource.RLIM_INFINITY and os.geteuid() != 0:
            pytest.skip("no core may be as large as it likes here")
        world.add("work")
        child = self.start(world, "exec", "work", "--", "sleep", "60")
        until(lambda: Path(f"/proc/{child.pid}/comm").read_text() == "sleep\n")
        if not self.ends_with_a_core(child, signal.SIGXCPU):
            pytest.skip("the kernel keeps no cores here, of no program")
        for core in world.home.glob("core*"):  # that of a program which was given a session
            core.unlink()
        for number in (signal.SIGXCPU, signal.SIGSEGV):
            server = self.start(world, "serve", "work")
            assert b"=" in server.stdout.readline()
            assert not self.ends_with_a_core(server, number)
        assert list(world.home.glob("core*")) == []
