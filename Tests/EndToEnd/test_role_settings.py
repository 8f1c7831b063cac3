"""What a role's session is asked for: its settings, the flags for each, and what beats what."""

import json

import pytest

from rig.sts import ACCOUNT

ROLE = f"arn:aws:iam::{ACCOUNT}:role/deploy"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
POLICY = {"Version": "2012-10-17",
          "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
INLINE = json.dumps(POLICY)
ARNS = ["arn:aws:iam::aws:policy/ReadOnlyAccess", f"arn:aws:iam::{ACCOUNT}:policy/mine"]

#: setting, value, exec's flag, what AWS is asked, and its name in the JSON of `plan` where the
#: name is part of the agreement.
SETTINGS = [
    ("external_id", "abc-1", "--external-id", {"ExternalId": "abc-1"}, "externalId"),
    ("role_session_name", "me@work", "--session-name", {"RoleSessionName": "me@work"},
     "roleSessionName"),
    ("duration_seconds", "1800", "--duration", {"DurationSeconds": "1800"}, "durationSeconds"),
    ("source_identity", "alice", "--source-identity", {"SourceIdentity": "alice"},
     "sourceIdentity"),
    ("session_tags", "team = red,cost-center=12", "--session-tags", {
        "Tags.member.1.Key": "team", "Tags.member.1.Value": "red",
        "Tags.member.2.Key": "cost-center", "Tags.member.2.Value": "12"}, "tags"),
    ("transitive_session_tags", "team,,cost-center,", "--transitive-tags", {
        "TransitiveTagKeys.member.1": "team", "TransitiveTagKeys.member.2": "cost-center"},
     "transitiveTagKeys"),
    ("policy", INLINE, "--policy", {"Policy": INLINE}, None),
    ("policy_arns", ",".join(ARNS), "--policy-arns", {
        "PolicyArns.member.1.arn": ARNS[0], "PolicyArns.member.2.arn": ARNS[1]}, None),
]
NAMES = [setting[0] for setting in SETTINGS]
#: What a setting needs beside it to make sense.
TAGS = "team=red,cost-center=12"
BESIDE = {"transitive_session_tags": f"session_tags = {TAGS}"}
BESIDE_FLAG = {"transitive_session_tags": ["--session-tags", TAGS]}


def profile(world, *lines):
    world.sts.new_role("deploy")
    world.config(f"[profile prod]\nrole_arn = {ROLE}\nsource_profile = work\n"
                 + "".join(f"{line.strip()}\n" for line in lines))


@pytest.fixture
def ready(world):
    world.add("work")
    return world


def asked(world, action="AssumeRole"):
    return world.sts.asked(action)[-1].params


@pytest.mark.parametrize("setting, value, flag, params, name", SETTINGS, ids=NAMES)
class TestEverySetting:
    def test_as_a_setting(self, ready, setting, value, flag, params, name):
        profile(ready, f"{setting} = {value}", BESIDE.get(setting, ""))
        assert ready.session("prod").is_role
        assert params.items() <= asked(ready).items()

    def test_as_a_flag(self, ready, setting, value, flag, params, name):
        profile(ready, BESIDE.get(setting, ""))
        assert ready.session("prod", flag, value).is_role
        assert params.items() <= asked(ready).items()

    def test_with_a_role_flag(self, ready, setting, value, flag, params, name):
        profile(ready)
        more = BESIDE_FLAG.get(setting, [])
        assert ready.session("work", "--role", ROLE, flag, value, *more).is_role
        assert params.items() <= asked(ready).items()

    def test_a_flag_beats_the_setting(self, ready, setting, value, flag, params, name):
        other = {"duration_seconds": "900", "session_tags": "team=blue", "policy": "{}",
                 "policy_arns": ARNS[1], "transitive_session_tags": "team"}.get(setting, "other")
        profile(ready, f"{setting} = {other}", BESIDE.get(setting, ""))
        ready.session("prod", flag, value)
        assert params.items() <= asked(ready).items()

    def test_in_the_plan(self, ready, setting, value, flag, params, name):
        profile(ready, f"{setting} = {value}", BESIDE.get(setting, ""))
        plan = ready.plan("prod")
        told = plan.step("assume-role")
        told = told[name] if name else told
        for wanted in params.values():
            assert wanted.replace(" ", "") in json.dumps(told).replace("\\", "").replace(" ", "")
        assert "~/.aws/config:4" in plan.said()

    def test_another_value_is_another_session(self, ready, setting, value, flag, params, name):
        profile(ready, BESIDE.get(setting, ""))
        without = ready.session("prod")
        with_it = ready.session("prod", flag, value)
        assert with_it is not without
        assert ready.session("prod", flag, value) is with_it
        assert ready.session("prod") is without


class TestTags:
    @pytest.mark.parametrize("value", ["team", "a=1,,b=2", "a=1,", "=x", ",", "a=1,b"])
    def test_a_wrong_list_is_an_error(self, ready, value):
        """As in aws-vault: an empty part, or one without `=`."""
        profile(ready, f"session_tags = {value}")
        ready.sts.calls.clear()
        ready.credtool("exec", "prod", "--", "true").fails("session_tags", code=125)
        assert ready.sts.calls == []

    def test_a_value_may_hold_an_equals_sign(self, ready):
        profile(ready, "session_tags = a=b=c")
        ready.session("prod")
        assert asked(ready)["Tags.member.1.Value"] == "b=c"

    def test_more_than_fifty_are_refused_before_aws_is_asked(self, ready):
        profile(ready, "session_tags = " + ",".join(f"k{n}=v" for n in range(51)))
        ready.credtool("exec", "prod", "--", "true").fails("50", code=125)
        assert ready.sts.count("AssumeRole") == 0

    def test_each_link_has_its_own(self, ready):
        first, second = ready.sts.new_role("first"), ready.sts.new_role("second")
        ready.config(
            f"[profile a]\nrole_arn={first}\nsource_profile=work\nsession_tags=x=1\n"
            "transitive_session_tags=x\nsource_identity=alice\n"
            f"[profile b]\nrole_arn={second}\nsource_profile=a\nsession_tags=y=2\n")
        ready.session("b")
        inner, outer = [call.params for call in ready.sts.asked("AssumeRole")]
        assert inner["Tags.member.1.Key"] == "x" and inner["SourceIdentity"] == "alice"
        assert outer["Tags.member.1.Key"] == "y" and "SourceIdentity" not in outer


class TestPolicies:
    def test_a_file(self, ready):
        profile(ready)
        path = ready.home / "policy.json"
        path.write_text(json.dumps(POLICY, indent=4))
        ready.session("prod", "--policy", str(path))
        assert json.loads(asked(ready)["Policy"]) == POLICY

    def test_a_changed_file_is_another_session(self, ready):
        path = ready.home / "policy.json"
        path.write_text(INLINE)
        profile(ready, f"policy = {path}")
        first = ready.session("prod")
        assert ready.session("prod") is first
        path.write_text(INLINE.replace("Get", "List"))
        assert ready.session("prod") is not first

    def test_a_file_that_is_not_there(self, ready):
        profile(ready)
        ready.credtool("exec", "prod", "--policy", "/nowhere/p.json", "--", "true").fails(
            "/nowhere/p.json", code=125)

    def test_what_is_no_json(self, ready):
        profile(ready)
        ready.credtool("exec", "prod", "--policy", '{"Version":', "--", "true").fails(
            "policy", "JSON", code=125)
        assert ready.sts.count("AssumeRole") == 0


class TestReadOnly:
    def test_aws_s_own_policy(self, ready):
        profile(ready)
        ready.session("prod", "--read-only")
        assert asked(ready)["PolicyArns.member.1.arn"] == READ_ONLY

    def test_of_the_partition(self, ready):
        role = "arn:aws-cn:iam::123456789012:role/deploy"
        ready.config(f"[profile prod]\nrole_arn = {role}\ncredential_source = Environment\n")
        ready.environment |= ready.sts.new_key().variables()
        assert "arn:aws-cn:iam::aws:policy/ReadOnlyAccess" in ready.plan(
            "prod", "--read-only").said()

    def test_only_the_last_role_of_a_chain(self, ready):
        """The ones before must still be able to assume the next."""
        first = ready.sts.new_role("first")
        ready.config(f"[profile a]\nrole_arn = {first}\nsource_profile = work\n")
        ready.sts.new_role("deploy")
        ready.session("a", "--role", ROLE, "--read-only")
        inner, outer = [call.params for call in ready.sts.asked("AssumeRole")]
        assert "PolicyArns.member.1.arn" not in inner
        assert outer["PolicyArns.member.1.arn"] == READ_ONLY

    def test_is_another_session(self, ready):
        profile(ready)
        assert ready.session("prod") is not ready.session("prod", "--read-only")

    def test_without_a_role_it_cannot_be_promised(self, ready):
        """GetSessionToken takes no policy."""
        ready.sts.calls.clear()
        ready.credtool("exec", "work", "--read-only", "--", "true").fails(
            "--read-only", "role", code=125)
        assert ready.sts.calls == []

    def test_in_the_plan(self, ready):
        profile(ready)
        plan = ready.plan("prod", "--read-only")
        assert READ_ONLY in json.dumps(plan.step("assume-role"))
        assert "--read-only" in plan.said()


class TestFederationToken:
    def test_a_federated_user(self, ready):
        session = ready.session("work", "--federation-token", "bob")
        assert session.arn.endswith(":federated-user/bob")
        [call] = ready.sts.asked("GetFederationToken")
        assert call.params["Name"] == "bob" and call.key_id == ready.keys["work"].key_id
        assert ready.sts.count("GetSessionToken") == 0

    def test_policies_and_duration(self, ready):
        ready.session("work", "--federation-token", "bob", "--policy", INLINE,
                      "--policy-arns", ARNS[0], "--duration", "2h")
        params = asked(ready, "GetFederationToken")
        assert (params["Policy"], params["PolicyArns.member.1.arn"], params["DurationSeconds"]) == (
            INLINE, ARNS[0], "7200")

    def test_read_only(self, ready):
        ready.session("work", "--federation-token", "bob", "--read-only")
        assert asked(ready, "GetFederationToken")["PolicyArns.member.1.arn"] == READ_ONLY

    def test_is_cached(self, ready):
        first = ready.session("work", "--federation-token", "bob")
        assert ready.session("work", "--federation-token", "bob") is first
        assert ready.session("work", "--federation-token", "eve") is not first

    def test_in_the_plan(self, ready):
        plan = ready.plan("work", "--federation-token", "bob")
        assert plan.kinds() == ["stored-key", "federation-token"]
        assert plan.calls() == ["GetFederationToken"] and "bob" in plan.said()

    @pytest.mark.parametrize("name", ["", "x", "x" * 33, "two words"])
    def test_a_wrong_name_is_refused_before_aws_is_asked(self, ready, name):
        ready.credtool("exec", "work", f"--federation-token={name}", "--", "true").fails(code=125)
        assert ready.sts.count("GetFederationToken") == 0

    def test_not_from_a_role(self, ready):
        profile(ready)
        ready.credtool("exec", "prod", "--federation-token", "bob", "--", "true").fails(
            "role", code=125)


class TestAssumeRoot:
    MEMBER = "210987654321"
    TASK = ("--task-policy", "IAMAuditRootUserCredentials")
    TASK_ARN = "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"

    def test_a_root_session(self, ready):
        session = ready.session("work", "--root-of", self.MEMBER, *self.TASK)
        assert session.arn == f"arn:aws:iam::{self.MEMBER}:root"
        params = asked(ready, "AssumeRoot")
        assert params["TargetPrincipal"] == self.MEMBER
        assert params["TaskPolicyArn.arn"] == self.TASK_ARN
        assert int(params.get("DurationSeconds", 900)) <= 900

    def test_from_a_role(self, ready):
        profile(ready)
        ready.session("prod", "--root-of", self.MEMBER, *self.TASK)
        assert [call.action for call in ready.sts.calls][-2:] == ["AssumeRole", "AssumeRoot"]

    def test_in_the_plan(self, ready):
        plan = ready.plan("work", "--root-of", self.MEMBER, *self.TASK)
        assert plan.kinds()[-1] == "assume-root" and "AssumeRoot" in plan.calls()
        assert self.MEMBER in json.dumps(plan.step("assume-root"))

    @pytest.mark.parametrize("flags, word", [
        (["--root-of", MEMBER], "--task-policy"),
        (["--task-policy", "IAMAuditRootUserCredentials"], "--root-of"),
        (["--root-of", "12345", *TASK], "12345"),
        (["--root-of", MEMBER, "--task-policy", "Nonsense"], "Nonsense"),
        (["--root-of", MEMBER, *TASK, "--duration", "1h"], ("15m", "900")),
    ], ids=["no task", "no account", "account", "task", "duration"])
    def test_what_aws_would_refuse_is_not_asked(self, ready, flags, word):
        ready.sts.calls.clear()
        ready.credtool("exec", "work", *flags, "--", "true").fails(word, code=125)
        assert ready.sts.calls == []


class TestVariables:
    """AWS's and aws-vault's variables count for the profile asked for only."""

    @pytest.fixture
    def chain(self, ready):
        """prod is assumed from a role that has nothing set, either."""
        first = ready.sts.new_role("first")
        ready.sts.new_role("deploy")
        ready.config(f"[profile base]\nrole_arn = {first}\nsource_profile = work\n"
                     f"[profile prod]\nrole_arn = {ROLE}\nsource_profile = base\n")
        return ready

    @pytest.mark.parametrize("variable, value, param", [
        ("AWS_ROLE_SESSION_NAME", "from-outside", "RoleSessionName"),
        ("AWS_SOURCE_IDENTITY", "alice", "SourceIdentity"),
        ("AWS_SESSION_TAGS", "k=alice", "Tags.member.1.Value"),
    ])
    def test_not_for_the_profile_behind_it(self, chain, variable, value, param):
        chain.session("prod", env={variable: value})
        inner, outer = [call.params for call in chain.sts.asked("AssumeRole")]
        assert value in outer[param] or outer[param] in value
        assert inner.get(param) != outer[param]

    def test_the_order(self, ready):
        """Flag, variable, the profile's own section."""
        profile(ready, "role_session_name = section")
        env = {"AWS_ROLE_SESSION_NAME": "variable"}

        def name(*flags, env=None):
            ready.session("prod", "--fresh", *flags, env=env)
            return asked(ready)["RoleSessionName"]

        assert name("--session-name", "flag", env=env) == "flag"
        assert name(env=env) == "variable"
        assert name() == "section"

    def test_the_role_of_the_asked_profile(self, ready):
        ready.sts.new_role("deploy")
        ready.config("[profile prod]\nsource_profile = work\n")
        assert ready.session("prod", env={"AWS_ROLE_ARN": ROLE}).is_role

    def test_the_duration_of_aws_vault(self, ready):
        profile(ready)
        ready.session("prod", env={"AWS_ASSUME_ROLE_TTL": "30m"})
        assert asked(ready)["DurationSeconds"] == "1800"

    def test_mfa_serial(self, ready):
        profile(ready)
        serial = ready.keys["work"].mfa_serial
        ready.session("prod", "--mfa-token", "123456", env={"AWS_MFA_SERIAL": serial})
        assert any(call.params.get("SerialNumber") == serial for call in ready.sts.calls)


class TestRefusals:
    def test_the_roles_own_maximum_is_explained(self, ready):
        ready.sts.new_role("deploy", max_duration=3600)
        ready.config("")
        ready.credtool("exec", "work", "--role", ROLE, "--duration", "2h", "--", "true").fails(
            "MaxSessionDuration", ("2h", "7200"), ("1h", "one hour", "3600", "--duration"), code=125)

    def test_an_external_id_or_mfa_as_a_likely_cause(self, ready):
        ready.sts.new_role("deploy", external_id="abc")
        ready.credtool("exec", "work", "--role", ROLE, "--", "true").fails(
            "AccessDenied", "external ID", "MFA", code=125)

    def test_what_was_given_is_no_likely_cause(self, ready):
        ready.sts.new_role("deploy", external_id="abc")
        result = ready.credtool(
            "exec", "work", "--role", ROLE, "--external-id", "xyz", "--mfa-serial",
            ready.keys["work"].mfa_serial, "--mfa-token", "123456", "--", "true")
        assert result.code == 125 and "AccessDenied" in result.stderr

    @pytest.mark.parametrize("path, words", [
        ("aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
         "service-linked"),
        ("aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef", "SSO"),
        ("service-role/my-lambda", "service role"),
    ], ids=["service-linked", "Identity Center", "service role"])
    @pytest.mark.parametrize("how", ["flag", "setting"])
    def test_roles_that_people_cannot_assume(self, ready, path, words, how):
        arn = f"arn:aws:iam::{ACCOUNT}:role/{path}"
        ready.config(f"[profile prod]\nrole_arn = {arn}\nsource_profile = work\n")
        ready.sts.calls.clear()
        arguments = ["work", "--role", arn] if how == "flag" else ["prod"]
        ready.credtool("exec", *arguments, "--", "true").fails(words, code=125)
        # The trust policy of a service role can be changed, so AWS has the last word on it.
        assert len(ready.sts.calls) == (1 if words == "service role" else 0)


def test_a_role_of_another_partition_is_named_before_aws_is_asked(world):
    world.add()
    world.sts.calls.clear()
    world.credtool("exec", "work", "--role", "arn:aws-cn:iam::123456789012:role/deploy", "--",
                   "true").fails("partition aws-cn", "a key or profile of aws-cn", code=125)
    assert world.sts.calls == []
