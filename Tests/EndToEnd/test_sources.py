"""Where credentials come from: every source, obtained by `exec` and told beforehand by `plan`."""

import json
import os
from dataclasses import dataclass, field

import pytest

from rig import fakes
from rig.sts import ACCOUNT
from rig.world import TASK_HOST, parse_environment

BOX = f"arn:aws:sts::{ACCOUNT}:assumed-role/box/i-0123456789abcdef0"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/deploy"
ASSUMED = ":assumed-role/deploy/"


@dataclass
class Case:
    """A world that is set up: what to ask it, and what should come of it."""

    kinds: list
    arn: str  # in the ARN of whom the child acts as
    arguments: list = field(default_factory=lambda: ["work"])
    env: dict = field(default_factory=dict)
    servers: list = field(default_factory=list)


def plain(key, section="[work]"):
    """A section with a key in plain."""
    token = f"aws_session_token = {key.token}\n" if key.token else ""
    return (f"{section}\naws_access_key_id = {key.key_id}\n"
            f"aws_secret_access_key = {key.secret}\n{token}")


def metadata(world, **options):
    """EC2's metadata service, the server and the variables to find it."""
    server = world.keep_open(fakes.InstanceMetadata(world.sts.stranger(BOX, True), **options))
    return server, {"AWS_EC2_METADATA_DISABLED": None,
                    "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url}


def container(world, **options):
    """A container's endpoint, the server and the variable to find it."""
    server = world.keep_open(fakes.ContainerEndpoint(world.sts.stranger(BOX, True), **options))
    return server, {"AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/creds"}


def process(world, printed, arguments="", **options):
    """A profile `work` with a credential_process; gives the log of its calls."""
    path, log = fakes.credential_process(world.scratch, printed, **options)
    world.config(f"[profile work]\ncredential_process = {path} {arguments}\n")
    return log


def stored_key(world):
    return Case(["stored-key", "session-token"], world.add("work").arn)


def stored_key_before_a_plain_one(world):
    key = world.add("work")
    world.credentials_file.write_text(plain(world.sts.stranger()))
    return Case(["stored-key", "session-token"], key.arn)


def key_in_the_credentials_file(world):
    world.credentials_file.write_text(plain(world.sts.new_key("plain")))
    return Case(["static-key"], ":user/plain-")


def key_in_the_config_file(world):
    world.config(plain(world.sts.new_key("plain"), "[profile work]"))
    return Case(["static-key"], ":user/plain-")


def session_in_the_credentials_file(world):
    world.credentials_file.write_text(plain(world.sts.stranger(token=True)))
    return Case(["static-key"], ":user/stranger")


def variables(world):
    return Case(["environment"], ":user/bob-", [], world.sts.new_key("bob").variables())


def variables_with_a_session(world):
    return Case(["environment"], BOX, [], world.sts.stranger(BOX, True).variables())


def role_behind(world, setting, kinds, env=None, servers=(), before=""):
    world.sts.new_role("deploy")
    world.config(f"{before}[profile work]\nrole_arn = {ROLE}\n{setting}\n")
    return Case([*kinds, "assume-role"], ASSUMED, env=env or {}, servers=list(servers))


def role_from_the_environment(world):
    return role_behind(world, "credential_source = Environment", ["environment"],
                       world.sts.new_key().variables())


def role_from_the_instance(world):
    server, env = metadata(world)
    return role_behind(world, "credential_source = Ec2InstanceMetadata", ["instance-metadata"],
                       env, [server])


def role_from_the_container(world):
    server, env = container(world)
    return role_behind(world, "credential_source = EcsContainer", ["container"], env, [server])


def role_of_itself(world):
    world.credentials_file.write_text(plain(world.sts.new_key()))
    return role_behind(world, "source_profile = work", ["static-key"])


def role_behind_a_process(world):
    path, _ = fakes.credential_process(
        world.scratch, fakes.process_json(world.sts.stranger(BOX, True)))
    return role_behind(world, "source_profile = base", ["credential-process"],
                       before=f"[profile base]\ncredential_process = {path}\n")


def role_behind_a_web_identity(world):
    base = world.sts.new_role("base")
    token = token_file(world)
    return role_behind(world, "source_profile = base", ["web-identity"],
                       before=f"[profile base]\nrole_arn = {base}\n"
                       f"web_identity_token_file = {token}\n")


def roles_behind_roles(world):
    world.add("base")
    text = ""
    for number in range(3):
        arn = world.sts.new_role(f"r{number}")
        source = f"p{number - 1}" if number else "base"
        text += f"[profile p{number}]\nrole_arn = {arn}\nsource_profile = {source}\n"
    case = role_behind(world, "source_profile = p2", ["assume-role"] * 3, before=text)
    case.kinds.insert(0, "stored-key")
    return case


def token_file(world):
    path = world.scratch / "token"
    path.write_text(world.sts.new_web_identity_token())
    return path


def web_identity(world):
    world.sts.new_role("deploy")
    world.config(f"[profile work]\nrole_arn = {ROLE}\n"
                 f"web_identity_token_file = {token_file(world)}\nrole_session_name = me\n")
    return Case(["web-identity"], ASSUMED + "me")


def web_identity_by_a_process(world):
    world.sts.new_role("deploy")
    world.config(f"[profile work]\nrole_arn = {ROLE}\n"
                 f"web_identity_token_process = cat {token_file(world)}\n")
    return Case(["web-identity"], ASSUMED)


def web_identity_by_variables(world):
    world.sts.new_role("deploy")
    return Case(["web-identity"], ASSUMED + "me", [], {
        "AWS_ROLE_ARN": ROLE, "AWS_WEB_IDENTITY_TOKEN_FILE": str(token_file(world)),
        "AWS_ROLE_SESSION_NAME": "me"})


def a_process_with_a_session(world):
    process(world, fakes.process_json(world.sts.stranger(BOX, True)))
    return Case(["credential-process"], BOX)


def a_process_with_a_key(world):
    process(world, fakes.process_json(world.sts.new_key("bob"), Expiration=None))
    return Case(["credential-process"], ":user/bob-")


def instance(world):
    server, env = metadata(world)
    return Case(["instance-metadata"], BOX, [], env, [server])


def instance_by_ipv6(world):
    server, env = metadata(world, host="::1")
    return Case(["instance-metadata"], BOX, [], env, [server])


def container_by_its_full_uri(world):
    server, env = container(world)
    return Case(["container"], BOX, [], env, [server])


EVERY = [
    stored_key, stored_key_before_a_plain_one, key_in_the_credentials_file, key_in_the_config_file,
    session_in_the_credentials_file, variables, variables_with_a_session,
    role_from_the_environment, role_from_the_instance, role_from_the_container, role_of_itself,
    role_behind_a_process, role_behind_a_web_identity, roles_behind_roles,
    web_identity, web_identity_by_a_process, web_identity_by_variables,
    a_process_with_a_session, a_process_with_a_key,
    instance, instance_by_ipv6, container_by_its_full_uri,
]


@pytest.mark.parametrize("source", EVERY, ids=lambda source: source.__name__)
class TestEverySource:
    def test_exec(self, world, source):
        case = source(world)
        assert case.arn in world.session(*case.arguments, env=case.env).arn

    def test_plan(self, world, source):
        case = source(world)
        world.sts.calls.clear()
        kinds = world.plan(*case.arguments, env=case.env).kinds()
        if "session-token" not in case.kinds:  # a plain key may be given one, too
            kinds = [kind for kind in kinds if kind != "session-token"]
        assert kinds == case.kinds
        assert world.sts.calls == [] and [server.asked for server in case.servers] in ([], [[]])


def run(world, *flags, env=None, **more):
    return world.credtool("exec", *(flags or ["work"]), "--", "true", env=env, **more)


def machine(world, env, **more):
    """`exec` without a profile, which leaves what the machine gives."""
    return world.credtool("exec", "--", "true", env=env, **more)


class TestPlainKeys:
    @pytest.fixture
    def plain_key(self, world):
        key = world.sts.new_key("plain")
        world.credentials_file.write_text(plain(key))
        return key

    def test_one_line_says_how_to_move_it(self, world, plain_key):
        result = run(world).works().says("~/.aws/credentials", "credtool add work")
        assert sum(line.startswith("credtool: ") for line in result.stderr.splitlines()) == 1

    def test_it_is_the_last_resort(self, world, plain_key):
        key = world.add("work")
        run(world).works().is_silent()
        assert world.session("work").user == key.user

    def test_as_it_is(self, world, plain_key):
        assert world.session("work", "--no-session") is plain_key

    @pytest.mark.parametrize("missing", ["aws_access_key_id", "aws_secret_access_key"])
    def test_half_a_key_is_named(self, world, plain_key, missing):
        lines = world.credentials_file.read_text().splitlines()
        world.credentials_file.write_text(
            "\n".join(line for line in lines if not line.startswith(missing)))
        run(world).fails(missing, code=125)


class TestVariables:
    def test_a_profile_named_on_the_command_line_is_stronger(self, world):
        key = world.add("work")
        assert world.session("work", env=world.sts.new_key().variables()).user == key.user

    def test_half_a_key_is_named(self, world):
        env = world.sts.new_key().variables() | {"AWS_SECRET_ACCESS_KEY": None}
        world.config(f"[profile work]\nrole_arn = {ROLE}\ncredential_source = Environment\n")
        run(world, env=env).fails("AWS_SECRET_ACCESS_KEY", code=125)

    def test_nothing_set(self, world):
        world.config(f"[profile work]\nrole_arn = {ROLE}\ncredential_source = Environment\n")
        run(world).fails("AWS_ACCESS_KEY_ID", code=125)

    @pytest.mark.parametrize("variables, named", [
        ({"AWS_PROFILE": "work"}, "work"), ({"AWS_DEFAULT_PROFILE": "work"}, "work"),
        ({"AWS_PROFILE": "work", "AWS_DEFAULT_PROFILE": "other"}, "work"),
        ({"AWS_PROFILE": " ", "AWS_DEFAULT_PROFILE": "work"}, "work"),
        ({"AWS_PROFILE": "\t", "AWS_DEFAULT_PROFILE": " \n"}, "default"),
    ], ids=["AWS_PROFILE", "the older one", "both", "one blank", "both blank"])
    def test_the_profile(self, world, variables, named):
        for profile in ("work", "other", "default"):
            world.add(profile)
        assert world.exec_env(env=variables)["CREDTOOL_PROFILE"] == named

    def test_the_older_name_of_the_token(self, world):
        box = world.sts.stranger(BOX, True)
        env = box.variables()
        env["AWS_SECURITY_TOKEN"] = env.pop("AWS_SESSION_TOKEN")
        assert world.session(env=env) is box
        assert world.session(env=env | {"AWS_SESSION_TOKEN": "\v"}) is box
        other = {"AWS_SECURITY_TOKEN": "stale", "AWS_SESSION_TOKEN": box.token}
        assert world.session(env=env | other) is box

    def test_their_end_is_handed_on(self, world):
        env = world.sts.stranger(BOX, True).variables()
        env["AWS_CREDENTIAL_EXPIRATION"] = "2099-01-01T02:00:00+02:00"
        assert world.exec_env(env=env)["AWS_CREDENTIAL_EXPIRATION"] == "2099-01-01T00:00:00Z"

    @pytest.mark.parametrize("end", ["2001-01-01T00:00:00Z", "soon"])
    def test_an_end_that_has_passed_or_is_none(self, world, end):
        env = world.sts.stranger(BOX, True).variables() | {"AWS_CREDENTIAL_EXPIRATION": end}
        machine(world, env).fails("AWS_CREDENTIAL_EXPIRATION", end, code=125)

    #: Every variable of AWS's that is read, less the rig's own addresses.
    NAMES = [
        "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME",
        "AWS_MFA_SERIAL", "AWS_SOURCE_IDENTITY", "AWS_SESSION_TAGS", "AWS_TRANSITIVE_TAGS",
        "AWS_ASSUME_ROLE_TTL", "AWS_SESSION_TOKEN_TTL", "AWS_CHAINED_SESSION_TOKEN_TTL",
        "AWS_FEDERATION_TOKEN_TTL", "AWS_MIN_TTL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_CREDENTIAL_EXPIRATION", "AWS_ACCOUNT_ID",
        "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_EC2_METADATA_DISABLED",
        "AWS_EC2_METADATA_V1_DISABLED", "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "AWS_METADATA_SERVICE_TIMEOUT",
        "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "AWS_CA_BUNDLE", "AWS_STS_REGIONAL_ENDPOINTS",
        "AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT", "AWS_ENDPOINT_URL",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]

    @pytest.mark.parametrize("blank", ["", " ", "\t \n"], ids=repr)
    def test_blank_ones_are_unset(self, world, blank):
        world.add()
        world.config("[profile work]\nregion = eu-west-3\n")
        env = dict.fromkeys(self.NAMES, blank)
        for arguments in (["plan"], ["list"], ["exec", "--", "true"]):
            world.credtool(*arguments, env=env).works().is_silent()
        child = world.exec_env(env=env)
        assert child["AWS_REGION"] == "eu-west-3" and child["CREDTOOL_PROFILE"] == "work"
        assert [name for name in self.NAMES[:2] if name in child] == []

    def test_the_child_does_not_inherit_them_beside_its_own(self, world):
        case = role_from_the_environment(world)
        child = world.exec_env("work", env=case.env)
        assert child["AWS_ACCESS_KEY_ID"] == world.sts.issued[-1].key_id


class TestNamesOfSources:
    @pytest.mark.parametrize("name", ["Ec2", "Nonsense"])
    def test_an_unknown_one_is_told_with_file_and_line(self, world, name):
        world.config(f"[profile work]\nrole_arn = {ROLE}\ncredential_source = {name}\n")
        run(world).fails(name, "~/.aws/config:3", "Ec2InstanceMetadata", code=125)

    def test_two_sources_are_an_error(self, world):
        world.add("base")
        world.config(f"[profile work]\nrole_arn = {ROLE}\ncredential_source = Environment\n"
                     "source_profile = base\n")
        run(world).fails("source_profile", "credential_source", code=125)

    def test_nothing_is_inherited_from_default(self, world):
        world.add("default")
        world.config("[default]\nsource_profile = default\nexternal_id = x\n"
                     f"[profile work]\nrole_arn = {ROLE}\n")
        run(world).fails("source_profile", code=125)


class TestCredentialProcess:
    @pytest.fixture
    def printed(self, world):
        return fakes.process_json(world.sts.stranger(BOX, True))

    @pytest.mark.parametrize("written, given", [
        ('a "b c" d', ["a", "b c", "d"]),
        ("'single $HOME'", ["single $HOME"]),
        ("$HOME; echo x | cat > y", ["$HOME;", "echo", "x", "|", "cat", ">", "y"]),
        (r"a\ b", ["a b"]),
        ('""', [""]),
    ])
    def test_it_is_split_but_no_shell_sees_it(self, world, printed, written, given):
        log = process(world, printed, written)
        assert world.session("work").arn == BOX
        assert [json.loads(line) for line in log.read_text().splitlines()] == [given]

    def test_an_open_quote_is_an_error(self, world, printed):
        process(world, printed, '"open')
        run(world).fails("quote", "~/.aws/config:2", code=125)

    def test_its_stderr_is_passed_on(self, world, printed):
        process(world, printed, stderr="Touch your token now\n")
        result = run(world)
        assert result.code == 0 and "Touch your token now\n" in result.stderr

    @pytest.mark.parametrize("missing", ["Version", "AccessKeyId", "SecretAccessKey"])
    def test_each_missing_field_is_named(self, world, printed, missing):
        del printed[missing]
        process(world, printed)
        run(world).fails(missing, code=125)

    def test_all_missing_fields_are_named_at_once(self, world):
        process(world, {"Version": 1})
        run(world).fails("AccessKeyId", "SecretAccessKey", code=125)

    @pytest.mark.parametrize("output, words", [
        ("not JSON", "JSON"), ("", ("JSON", "nothing", "no output")), ("[]", ()), ("{", "JSON"),
        ('{"Version": 2}', "Version"), ('{"Version": "1"}', "Version"),
    ], ids=["text", "nothing", "a list", "half", "version 2", "version as text"])
    def test_what_is_no_answer(self, world, output, words):
        process(world, output)
        run(world).fails(*([words] if words else []), code=125)

    def test_its_exit_code_is_told(self, world, printed):
        process(world, printed, code=7, stderr="no can do\n")
        result = run(world)
        assert result.code == 125 and "no can do" in result.stderr
        result.says("credential_process", "7")

    def test_a_command_that_is_not_there(self, world):
        world.config("[profile work]\ncredential_process = /nowhere/helper x\n")
        run(world).fails("/nowhere/helper", code=125)

    @pytest.mark.parametrize("hours", [-1, 0])
    def test_an_expired_session_is_refused(self, world, hours):
        process(world, fakes.process_json(world.sts.stranger(BOX, True), hours))
        run(world).fails("expire", code=125)

    def test_a_wrong_date_is_refused(self, world):
        process(world, fakes.process_json(world.sts.stranger(BOX, True), Expiration="soon"))
        run(world).fails("Expiration", code=125)

    def test_a_session_is_cached(self, world, printed):
        log = process(world, printed)
        assert world.session("work") is world.session("work")
        assert len(log.read_text().splitlines()) == 1
        world.session("work", "--fresh")
        assert len(log.read_text().splitlines()) == 2

    def test_a_key_is_not(self, world):
        log = process(world, fakes.process_json(world.sts.new_key(), Expiration=None))
        for _ in range(2):
            world.exec_env("work", "--no-session")
        assert len(log.read_text().splitlines()) == 2

    def test_a_key_that_ends_is_cached(self, world):
        """As a program gives it that makes keys and deletes them."""
        key = world.sts.new_key()
        log = process(world, fakes.process_json(key))
        for _ in range(2):
            assert world.session("work") is key
        assert len(log.read_text().splitlines()) == 1

    def test_another_command_is_a_miss(self, world, printed):
        process(world, printed)
        first = world.session("work")
        other = fakes.process_json(world.sts.stranger(BOX, True))
        process(world, other, name="other")
        assert world.session("work") is not first

    def test_one_that_calls_itself_is_detected(self, world):
        line = " ".join(world.command("export", "work", "--format", "process"))
        world.config(f"[profile work]\ncredential_process = {line}\n")
        result = run(world, timeout=15)
        assert result.code == 125
        result.says("credential_process", ("itself", "back"))

    def test_a_circle_of_two_is_detected(self, world):
        world.config("".join(
            f"[profile {name}]\ncredential_process = "
            f"{' '.join(world.command('export', other, '--format', 'process'))}\n"
            for name, other in (("work", "home"), ("home", "work"))))
        assert run(world, timeout=15).code == 125

    def test_two_profiles_with_the_command_that_runs_the_other(self, world):
        line = " ".join(world.command("export", "home", "--format", "process"))
        world.config("".join(f"[profile {name}]\ncredential_process = {line}\n"
                             for name in ("work", "home")))
        result = run(world, timeout=15)
        assert result.code == 125
        result.says("credential_process of profile home", "itself")

    def test_a_role_behind_a_command_that_asks_for_the_role(self, world):
        line = " ".join(world.command("export", "work", "--format", "process"))
        world.config(f"[profile base]\ncredential_process = {line}\n"
                     f"[profile work]\nrole_arn = {ROLE}\nsource_profile = base\n")
        result = run(world, timeout=15)
        assert result.code == 125
        result.says("itself")

    def test_another_profile_of_credtool_is_none(self, world):
        key = world.add("base")
        line = " ".join(world.command("export", "base", "--format", "process"))
        world.config(f"[profile work]\ncredential_process = {line}\n")
        assert world.session("work").user == key.user


class TestWebIdentity:
    def test_the_call_is_unsigned(self, world):
        web_identity(world)
        world.session("work")
        [call] = world.sts.calls
        assert call.action == "AssumeRoleWithWebIdentity"
        assert "authorization" not in call.headers and call.key_id is None
        assert call.params["WebIdentityToken"] == (world.scratch / "token").read_text()
        assert call.params["RoleArn"] == ROLE and call.params["RoleSessionName"] == "me"

    def test_its_settings(self, world):
        web_identity(world)
        world.config(world.config_file.read_text() + "duration_seconds = 1800\n")
        world.session("work")
        assert world.sts.calls[0].params["DurationSeconds"] == "1800"

    def test_a_token_that_is_not_there_is_named(self, world):
        web_identity(world)
        os.unlink(world.scratch / "token")
        run(world).fails(str(world.scratch / "token"), "~/.aws/config:3", code=125)

    def test_an_empty_token(self, world):
        web_identity(world)
        (world.scratch / "token").write_text("")
        run(world).fails(str(world.scratch / "token"), "empty", code=125)

    def test_a_process_that_fails(self, world):
        world.config(f"[profile work]\nrole_arn = {ROLE}\nweb_identity_token_process = false\n")
        run(world).fails("web_identity_token_process", code=125)

    def test_a_shell_runs_the_process(self, world):
        """As it runs `mfa_process`."""
        world.sts.new_role("deploy")
        path = token_file(world)
        world.config(f"[profile work]\nrole_arn = {ROLE}\n"
                     f"web_identity_token_process = cd {path.parent} && cat '{path.name}' | cat\n")
        assert world.session("work").is_role

    def test_a_refused_token(self, world):
        web_identity(world)
        world.sts.web_identity_tokens.clear()
        run(world).fails("InvalidIdentityToken", code=125)

    def test_without_a_role(self, world):
        world.config(f"[profile work]\nweb_identity_token_file = {token_file(world)}\n")
        run(world).fails("role_arn", code=125)

    def test_it_is_stronger_than_a_source_profile(self, world):
        """As in the SDKs."""
        world.add("base")
        web_identity(world)
        world.config(world.config_file.read_text() + "source_profile = base\n")
        assert world.plan("work").kinds() == ["web-identity"]

    def test_the_token_is_told_by_nothing(self, world):
        """Neither plan nor --verbose nor the cache shows it."""
        case = web_identity(world)
        world.more_secrets |= world.sts.web_identity_tokens
        world.plan(*case.arguments)
        run(world, "work", "--verbose")


class TestKeyInPlain:
    @pytest.mark.parametrize("flags", [[], ["--verbose"]], ids=["quiet", "verbose"])
    def test_it_is_warned_of_once(self, world, flags):
        world.credentials_file.write_text(plain(world.sts.new_key()))
        result = run(world, "work", *flags).works()
        assert result.stderr.count("stands in plain text") == 1
        assert "credtool add work" in result.stderr


class TestInstanceMetadata:
    FOLDER = "/latest/meta-data/iam/security-credentials/"

    def test_version_2(self, world):
        server, env = metadata(world)
        world.session(env=env)
        assert server.paths()[0] == "PUT /latest/api/token"
        assert server.paths()[-1] == f"GET {self.FOLDER}{server.role}"
        assert all(headers["x-aws-ec2-metadata-token"] == server.token
                   for method, _, headers in server.asked if method == "GET")

    @pytest.mark.parametrize("status", [403, 404, 405, None], ids=str)
    def test_falls_back_to_version_1(self, world, status):
        server, env = metadata(world, token_status=status, version_1=True)
        assert world.session(env=env).arn == BOX
        assert all("x-aws-ec2-metadata-token" not in headers for _, _, headers in server.asked)

    @pytest.mark.parametrize("status", [403, 404, None], ids=str)
    @pytest.mark.parametrize("switch", ["variable", "setting"])
    def test_but_not_where_that_is_switched_off(self, world, status, switch):
        server, env = metadata(world, token_status=status, version_1=True)
        if switch == "variable":
            env["AWS_EC2_METADATA_V1_DISABLED"] = "true"
        else:
            world.config("[default]\nec2_metadata_v1_disabled = true\n")
        machine(world, env=env).fails(code=125)
        assert {method for method, _, _ in server.asked} == {"PUT"}

    def test_a_token_refused_with_400_is_an_error(self, world):
        server, env = metadata(world, token_status=400, version_1=True)
        machine(world, env=env).fails("400", code=125)
        assert {method for method, _, _ in server.asked} == {"PUT"}

    def test_switched_off(self, world):
        server, env = metadata(world)
        machine(world, env=env | {"AWS_EC2_METADATA_DISABLED": "true"}).fails(
            "AWS_EC2_METADATA_DISABLED", "hint: unset AWS_EC2_METADATA_DISABLED", code=125)
        role_behind(world, "credential_source = Ec2InstanceMetadata", [])
        for command in (["exec", "work", "--", "true"], ["plan", "work"]):
            world.credtool(*command, env=env | {"AWS_EC2_METADATA_DISABLED": "TRUE"}).fails(
                "AWS_EC2_METADATA_DISABLED", "~/.aws/config:3",
                "hint: unset AWS_EC2_METADATA_DISABLED", code=125)
        assert server.asked == []

    @pytest.mark.parametrize("value", ["false", "0", "yes", "maybe", "\xff", "a b"])
    def test_no_other_value_switches_it_off_or_is_in_the_way(self, world, value):
        key = world.add("work")
        server, env = metadata(world)
        env |= {"AWS_EC2_METADATA_DISABLED": value}
        assert world.session("work", env=env).user == key.user
        world.credtool("list", env=env).works().is_silent()
        world.config("[default]\nregion = eu-west-3\n")
        assert world.session(env=env).arn == BOX

    TOKEN, LIST = "/latest/api/token", "security-credentials/"
    EXTENDED = "security-credentials-extended/"

    @pytest.mark.parametrize("path, fault", [
        (path, fault)
        for path in (TOKEN, LIST, "instance-role")
        for fault in ((500, "down"), (503, ""), (429, "slow"), (200, ""), (200, " \n"),
                      fakes.HANG_UP)
    ] + [("instance-role", (200, '{"Code": "Succ')), ("instance-role", (200, "<html>")),
         (LIST, None), ("instance-role", None), (EXTENDED, (500, "")), (EXTENDED, (200, "")),
         (EXTENDED, fakes.HANG_UP)],
        ids=str)
    def test_what_answers_badly_is_asked_again(self, world, path, fault):
        server, env = metadata(world)
        server.faults[path] = [fault, fault]
        assert world.session(env=env).arn == BOX
        assert server.faults[path] in ([], [fault])

    @pytest.mark.parametrize("path", [TOKEN, LIST, "instance-role"])
    def test_but_not_for_ever(self, world, path):
        server, env = metadata(world)
        server.faults[path] = [(500, "")] * 20
        machine(world, env=env).fails("500", code=125)
        assert len(server.faults[path]) == 17
        server.asked.clear()
        machine(world, env=env | {"AWS_METADATA_SERVICE_NUM_ATTEMPTS": "1"}).fails(
            "500", code=125)
        assert len(server.faults[path]) == 16

    def ended(self, world):
        """As in an outage: the service gives what has ended, and AWS takes it."""
        return metadata(world, document=json.dumps(
            fakes.credentials_json(world.sts.stranger(BOX, True), Expiration=self.ENDED)
            | {"Code": "Success"}))

    ENDED = "2001-01-01T00:00:00Z"

    def test_what_has_ended_is_used_and_warned_of(self, world):
        server, env = self.ended(world)
        for _ in range(2):
            result = world.credtool("exec", "--", "env", "-0", env=env, secret_output=True)
            result.works().says("ended at " + self.ENDED)
            child = parse_environment(result.raw)
            assert world.sts.identities[child["AWS_ACCESS_KEY_ID"]].arn == BOX
            assert "AWS_CREDENTIAL_EXPIRATION" not in child  # a false one would be made up
        # The next command asks anew: the outage may be over.
        assert server.paths().count("PUT /latest/api/token") == 2
        server.document = None
        world.credtool("exec", "--", "true", env=env).works().is_silent()

    def test_what_has_ended_for_an_sdk(self, world):
        _, env = self.ended(world)
        result = world.credtool("export", "--format", "process", env=env, secret_output=True)
        assert "Expiration" not in json.loads(result.works().stdout)

    def test_a_role_behind_what_has_ended(self, world):
        _, env = self.ended(world)
        role_behind(world, "credential_source = Ec2InstanceMetadata", [])
        child = world.exec_env("work", env=env)
        assert child["AWS_CREDENTIAL_EXPIRATION"] > "2026"

    def test_the_endpoint_as_a_setting(self, world):
        server, _ = metadata(world)
        world.sts.new_role("deploy")
        world.config(f"[profile work]\nrole_arn = {ROLE}\n"
                     "credential_source = Ec2InstanceMetadata\n"
                     f"ec2_metadata_service_endpoint = {server.url}\n")
        assert world.session("work", env={"AWS_EC2_METADATA_DISABLED": None}).is_role
        assert server.asked

    @pytest.mark.parametrize("how", ["variable", "setting"])
    def test_the_endpoint_of_ipv6(self, world, how):
        mode = "ec2_metadata_service_endpoint_mode = IPv6" if how == "setting" else ""
        role_behind(world, f"credential_source = Ec2InstanceMetadata\n{mode}", [])
        env = {"AWS_EC2_METADATA_DISABLED": None}
        if how == "variable":
            env["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"] = "IPv6"
        assert "fd00:ec2::254" in world.plan("work", env=env).said()

    @pytest.mark.parametrize("options", [
        {"role": None}, {"document": "not JSON"}, {"document": "{}"},
        {"document": '{"Code": "AssumeRoleUnauthorizedAccess", "Message": "EC2 cannot assume it"}'},
    ], ids=["no role", "not JSON", "no fields", "an error"])
    def test_what_is_no_answer(self, world, options):
        _, env = metadata(world, **options)
        result = machine(world, env=env).fails("metadata", code=125)
        if "Code" in str(options):
            result.says("EC2 cannot assume it")

    def test_nobody_there_is_given_up_on_soon(self, world):
        server, env = metadata(world, token_status=None)
        machine(world, env=env, timeout=8).fails("metadata", code=125)
        assert len(server.asked) <= 3

    def test_it_is_cached(self, world):
        server, env = metadata(world)
        assert world.session(env=env) is world.session(env=env)
        assert server.paths().count(f"GET {self.FOLDER}{server.role}") == 1


class TestContainer:
    def test_the_relative_uri(self, world):
        """On 169.254.170.2, and before the full one."""
        box = world.sts.stranger(BOX, True)
        answer = world.scratch / "answer"
        answer.write_text(json.dumps(fakes.credentials_json(box)))
        found = world.session(through=[*TASK_HOST, str(answer)], env={
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/made-up?id=1",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/other"})
        assert found is box
        assert (world.scratch / "answer.asked").read_text() == "/v2/credentials/made-up?id=1\n"

    def test_the_relative_uri_in_the_plan(self, world):
        plan = world.plan(env={"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"})
        assert plan.kinds() == ["container"] and "/v2/x" in plan.said()

    @pytest.mark.parametrize("url", [
        "http://example.com/creds", "http://169.254.170.3/creds", "http://10.0.0.1/",
        "http://127.0.0.1.example.com/", "http://user@example.com/", "ftp://127.0.0.1/",
        "http://[fd00:ec2::24]/", "nonsense"])
    def test_other_hosts_are_refused(self, world, url):
        machine(world, env={"AWS_CONTAINER_CREDENTIALS_FULL_URI": url}, timeout=5).fails(
            "AWS_CONTAINER_CREDENTIALS_FULL_URI", code=125)

    @pytest.mark.parametrize("url", [
        "http://169.254.170.23/v1/credentials", "http://[fd00:ec2::23]/v1/credentials",
        "http://localhost:99/", "http://127.0.0.2/", "http://[::1]/", "https://example.com/creds"])
    def test_these_are_allowed(self, world, url):
        plan = world.plan(env={"AWS_CONTAINER_CREDENTIALS_FULL_URI": url})
        assert plan.kinds() == ["container"] and url in plan.said()

    def test_the_token(self, world):
        server, env = container(world, authorization="Basic bWFkZSB1cA==")
        world.more_secrets.add(server.authorization)
        env["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = server.authorization
        assert world.session(env=env).arn == BOX

    def test_the_token_file_is_stronger(self, world):
        server, env = container(world, authorization="from-the-file-made-up")
        world.more_secrets.add(server.authorization)
        path = world.scratch / "authorization"
        path.write_text(server.authorization)
        assert world.session(env=env | {
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "from-the-variable",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(path)}).arn == BOX

    @pytest.mark.parametrize("end", ["\n", "\r\n", "a\r\nX-Other: b"])
    def test_line_ends_in_the_token_are_refused(self, world, end):
        server, env = container(world)
        path = world.scratch / "authorization"
        path.write_text("made-up-token" + end)
        machine(world, env=env | {
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(path)}).fails(str(path), code=125)
        machine(world, env=env | {
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "made-up-token" + end}).fails(
            "AWS_CONTAINER_AUTHORIZATION_TOKEN", code=125)
        assert server.asked == []

    def test_a_token_file_that_is_not_there(self, world):
        server, env = container(world)
        machine(world, env=env | {
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/nowhere/token"}).fails(
            "/nowhere/token", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "EKS Pod Identity",
            code=125)
        assert server.asked == []

    @pytest.mark.parametrize("fault", [(500, ""), (200, ""), (200, '{"AccessK'), fakes.HANG_UP],
                             ids=str)
    def test_what_answers_badly_is_asked_again(self, world, fault):
        server, env = container(world)
        server.faults["/creds"] = [fault, fault]
        assert world.session(env=env).arn == BOX
        assert len(server.asked) == 3

    def test_three_tries(self, world):
        server, env = container(world, statuses=[500, 503])
        assert world.session(env=env).arn == BOX
        assert len(server.asked) == 3

    def test_a_refusal(self, world):
        _, env = container(world, authorization="something else")
        machine(world, env=env).fails("401", code=125)

    @pytest.mark.parametrize("document", ["not JSON", "{}", "[]"])
    def test_what_is_no_answer(self, world, document):
        _, env = container(world, document=document)
        machine(world, env=env).fails("container", code=125)

    def test_it_is_stronger_than_the_instance(self, world):
        server, env = metadata(world)
        assert world.plan(env=env | container(world)[1]).kinds() == ["container"]

    def test_it_is_cached(self, world):
        server, env = container(world)
        assert world.session(env=env) is world.session(env=env)
        assert len(server.asked) == 1

    def test_with_a_token_it_is_not(self, world):
        """Every pod of a node has the same address: only the token tells whose credentials."""
        server, env = container(world, authorization="made-up-token")
        world.more_secrets.add(server.authorization)
        for _ in range(2):
            world.session(env=env | {"AWS_CONTAINER_AUTHORIZATION_TOKEN": server.authorization})
        assert len(server.asked) == 2

    def test_a_default_without_credentials_is_in_nobodys_way(self, world):
        world.config("[default]\nregion = eu-west-3\n")
        _, env = container(world)
        child = world.exec_env(env=env)
        assert child["AWS_REGION"] == "eu-west-3"
        assert ":assumed-role/box/" in world.sts.identities[child["AWS_ACCESS_KEY_ID"]].arn
