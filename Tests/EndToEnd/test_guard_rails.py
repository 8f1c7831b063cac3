"""Guard rails of profiles: who is asked what before credentials are handed over, and what scripts meet."""

import json

import pytest

from rig.world import BINARY, short_sleeps


@pytest.fixture
def prod(world):
    """A world with a role behind the profile `prod`, and a function that sets its guard rails."""
    world.add("work")
    role = world.sts.new_role("deploy")

    def guarded(*settings, more=""):
        lines = "".join(f"{setting}\n" for setting in settings)
        world.config(f"[profile prod]\nrole_arn = {role}\nsource_profile = work\n{lines}{more}\n")

    world.guarded = guarded
    return world


#: Every way in which credentials are handed over.
WAYS = {
    "exec": ["exec", "prod", "--", "true"],
    "exec --server": ["exec", "prod", "--server", "--", "true"],
    "export": ["export", "prod"],
    "use": ["use", "prod"],
    "console": ["console", "prod", "--print"],
    "serve": ["serve", "prod"],
    "each": ["each", "--profiles", "prod", "--", "true"],
    "sign": ["sign", "GET", "https://sqs.eu-west-1.amazonaws.com/", "prod"],
}
REFUSALS = {
    "credtool_confirm = true": ("after a person's yes", "on a terminal"),
    "credtool_confirm = I mean it": ("after a person's yes", "on a terminal"),
    "credtool_reason = required": ("for a reason", "--reason TEXT"),
    "credtool_allow_commands = aws": ("credtool_allow_commands", "plan prod"),
}


@pytest.mark.parametrize("setting", REFUSALS)
@pytest.mark.parametrize("way", WAYS)
def test_scripts_meet_a_refusal_however_they_ask(prod, setting, way):
    prod.guarded(setting)
    before = len(prod.sts.calls)
    result = prod.credtool(*WAYS[way], env={"CREDTOOL_SHELL": "bash"})
    assert result.code == (125 if way.startswith("exec") else 1), result
    result.says(*REFUSALS[setting])
    if way != "each":
        assert result.stdout == "", result
    assert len(prod.sts.calls) == before, "AWS was asked"
    logged = json.loads(prod.credtool("log", "--json").works().stdout.splitlines()[-1])
    assert (logged["event"], logged["command"]) == ("refused", WAYS[way][0])


@pytest.mark.parametrize("setting", REFUSALS)
@pytest.mark.parametrize("way", [way for way in WAYS if way != "serve"])
def test_no_other_profile_leads_around_them(prod, setting, way):
    """With --role, which all but serve know, where the profile that is asked for has weaker ones."""
    prod.guarded(setting, more="[profile work]\ncredtool_confirm = false\n"
                               "credtool_allow_commands = *")
    arguments = [{"prod": "work"}.get(word, word) for word in WAYS[way]]
    end = arguments.index("--") if "--" in arguments else len(arguments)
    arguments[end:end] = ["--role", "prod"]
    before = len(prod.sts.calls)
    result = prod.credtool(*arguments, env={"CREDTOOL_SHELL": "bash"})
    assert result.code == (125 if way.startswith("exec") else 1), result
    result.says("profile prod is", *REFUSALS[setting])
    assert len(prod.sts.calls) == before, "AWS was asked"


def test_a_role_is_had_by_the_stricter_of_two(prod):
    prod.guarded("credtool_confirm = I mean it", "credtool_max_duration = 15m",
                 "credtool_allow_commands = true echo",
                 more="[profile work]\ncredtool_confirm = true\ncredtool_max_duration = 8h\n"
                      "credtool_allow_commands = *")
    terminal = prod.terminal("exec", "work", "--role", "prod", "--", "echo", "do" + "ne")
    terminal.answers('type "I mean it" to use profile prod .* for echo', "I mean it")
    shown = terminal.finish()
    assert "done" in shown and "profile work" not in shown
    assert prod.sts.asked("AssumeRole")[0].params["DurationSeconds"] == "900"
    shown = prod.plan("work", "--role", "prod")["settings"]
    assert shown["allowCommands"]["value"] == "true,echo; *"
    prod.credtool("exec", "work", "--role", "prod", "--duration", "1h", "--", "true").fails(
        "profile prod allows 15m", "--duration 15m", code=125)


def test_what_draws_from_it_asks_each_time(prod, kernel_keyring):
    """The profile that setup-process writes: the AWS CLI runs its command each time, and so does exec."""
    prod.guarded("credtool_confirm = true")
    prod.credtool("setup-process", "prod").works()
    for _ in range(2):
        terminal = prod.terminal("exec", "prod-auto", "--", "echo", "do" + "ne")
        terminal.answers("use profile prod .* for export", "y")
        assert "done" in terminal.finish()
    assert len(prod.sts.asked("AssumeRole")) == 1
    prod.credtool("exec", "prod-auto", "--", "true").fails("after a person's yes", code=125)


def test_looking_is_free(prod):
    prod.guarded("credtool_confirm = true", "credtool_reason = required",
                 "credtool_allow_commands = aws")
    for command in "whoami", "login", "plan":
        prod.credtool(command, "prod").works()


def test_a_key_that_is_only_looked_at_or_replaced_need_not_read_alone(world):
    """A key's own session cannot be limited, and nobody is to get it."""
    world.environment |= short_sleeps()
    world.add("work")
    world.config("[profile work]\ncredtool_read_only = true\ncredtool_max_duration = 1h\n")
    for command in "whoami", "login", "rotate":
        world.credtool(command, "work").works()
    world.credtool("exec", "work", "--", "true").fails("profile work is for reading alone", code=125)


def test_a_yes_each_time(prod, kernel_keyring):
    prod.guarded("credtool_confirm = true")
    for _ in range(2):
        terminal = prod.terminal("exec", "prod", "--", "echo", "do" + "ne")
        terminal.answers("use profile prod .* for echo", "y")
        assert "done" in terminal.finish()
    terminal = prod.terminal("exec", "prod", "--", "echo", "do" + "ne")
    terminal.answers("use profile prod", "")
    assert "nobody said yes" in terminal.finish(125)


def test_a_phrase(prod):
    prod.guarded("credtool_confirm = I mean it")
    terminal = prod.terminal("export", "prod", "--show-secrets", secret_output=True)
    terminal.answers('type "I mean it" to use profile prod .* for export', "I mean it")
    assert "AWS_ACCESS_KEY_ID" in terminal.finish()
    terminal = prod.terminal("export", "prod", "--show-secrets")
    terminal.answers("type", "yes")
    assert "to go on, type I mean it" in terminal.finish(1)


def test_a_reason_is_passed_on(prod, kernel_keyring):
    prod.guarded("credtool_reason = required")
    terminal = prod.terminal("exec", "prod", "--", "true")
    terminal.answers("reason to use profile prod", "fix the pipeline")
    terminal.finish()
    prod.credtool("exec", "prod", "--reason", "TICKET-1", "--", "true").works()
    prod.credtool("exec", "prod", "--reason", "TICKET-1", "--", "true").works()
    given = [call.params["SourceIdentity"] for call in prod.sts.asked("AssumeRole")]
    assert given == ["fix-the-pipeline", "TICKET-1"]
    used = [json.loads(line) for line in prod.credtool("log", "--json").stdout.splitlines()]
    assert [entry["reason"] for entry in used if entry["event"] == "used"] == [
        "fix the pipeline", "TICKET-1", "TICKET-1"]
    assert "because: fix the pipeline" in prod.credtool("log").stdout


def test_a_reason_that_aws_takes_none_of(world):
    token = world.scratch / "token"
    token.write_text(world.sts.new_web_identity_token())
    world.config(f"[profile web]\nrole_arn = {world.sts.new_role('deploy')}\n"
                 f"web_identity_token_file = {token}\ncredtool_reason = required\n")
    world.credtool("exec", "web", "--reason", "TICKET-1", "--", "true").works()
    [call] = world.sts.asked("AssumeRoleWithWebIdentity")
    assert not {"SourceIdentity", "Tags.member.1.Key"} & call.params.keys()
    plan = world.plan("web", "--reason", "TICKET-1")
    assert "TICKET" not in json.dumps(plan["steps"])
    assert "only the log has the reason: AssumeRoleWithWebIdentity takes none" in plan["reasons"]
    assert "because: TICKET-1" in world.credtool("log").stdout
    world.credtool("exec", "web", "--reason", "x", "--source-identity", "me", "--", "true").fails(
        "--source-identity is nothing that AssumeRoleWithWebIdentity takes", code=125)


def test_each_asks_for_each_profile_before_anything_runs(prod):
    prod.guarded("credtool_confirm = true", more="[profile two]\ninclude_profile = prod\n")
    terminal = prod.terminal("each", "--profiles", "prod,two,work", "--", "echo", "ran")
    terminal.answers("use profile prod", "y")
    assert "ran" not in terminal.shown()
    terminal.answers("use profile two", "n")
    shown = terminal.finish(1)
    ran = {line.rsplit("\x1b[K", 1)[-1] for line in shown.splitlines() if line.endswith("ran")}
    assert ran == {"prod | ran", "work | ran"} and "nobody said yes" in shown, shown


def test_only_for_these_programs(prod):
    prod.guarded("credtool_allow_commands = tru?, export")
    prod.credtool("exec", "prod", "--", "true").works()
    prod.credtool("exec", "prod", "--", "/bin/true").works()
    prod.credtool("export", "prod", secret_output=True).works()
    prod.credtool("exec", "prod", "--", "env").fails('not for "env"', "tru?, export", code=125)
    prod.credtool("exec", "prod").fails('not for "/bin/sh"', code=125)


def test_reading_alone(prod):
    prod.guarded("credtool_read_only = true")
    prod.credtool("exec", "prod", "--", "true").works()
    [call] = prod.sts.asked("AssumeRole")
    assert call.params["PolicyArns.member.1.arn"].endswith(":policy/ReadOnlyAccess")
    prod.credtool("exec", "prod", "--policy-arns", "arn:aws:iam::aws:policy/AdministratorAccess",
                  "--", "true").fails("for reading alone", "would allow more", code=125)


@pytest.mark.parametrize("server", [[], ["--server"]], ids=["variables", "server"])
@pytest.mark.parametrize("inside", [
    ["whoami"], ["plan"], ["export", "--format", "process"], ["exec", "--", "true"]], ids=lambda inside: inside[0])
def test_a_session_that_reads_alone_is_taken_inside_it(prod, inside, server):
    prod.guarded("credtool_read_only = true")
    prod.credtool("exec", "prod", *server, "--", BINARY, *inside, secret_output=True).works()


def test_a_session_need_not_outlive_its_end(prod):
    prod.guarded("credtool_max_duration = 20m")
    prod.credtool("exec", "prod", "--min-ttl", "30m", "--", "true").fails(
        "profile prod allows 20m (credtool_max_duration, ~/.aws/config:4)", "--min-ttl 10m",
        code=125)
    prod.credtool("exec", "prod", "--min-ttl", "10m", "--", "true").works()


def test_no_longer_than(prod):
    prod.guarded("credtool_max_duration = 30m")
    prod.credtool("exec", "prod", "--", "true").works()
    assert prod.sts.asked("AssumeRole")[0].params["DurationSeconds"] == "1800"
    prod.credtool("exec", "prod", "--duration", "1h", "--", "true").fails(
        "--duration is 1h", "--duration 30m", code=125)


def test_sessions_of_others_are_refused_where_they_live_too_long(world):
    end = "2099-01-01T00:00:00Z"
    document = json.dumps({"Version": 1, "AccessKeyId": "ASIAMADEUP0000000001",
                           "SecretAccessKey": "made-up", "SessionToken": "made-up",
                           "Expiration": end})
    (world.scratch / "document").write_text(document)
    world.config(f"[profile p]\ncredential_process = cat {world.scratch}/document\n"
                 "credtool_max_duration = 1h\n")
    for _ in range(2):
        world.credtool("exec", "p", "--", "true").fails("live for", "allows 1h", code=125)
    world.credtool("serve", "p").fails("live for", "allows 1h")


def test_the_plan_shows_them(prod):
    prod.guarded("credtool_confirm = I mean it", "credtool_reason = required",
                 "credtool_allow_commands = aws terraform", "credtool_max_duration = 30m",
                 "credtool_read_only = true", "credtool_title = PRODUCTION")
    settings = prod.plan("prod")["settings"]
    shown = {name: settings[name]["value"] for name in (
        "confirm", "reason", "allowCommands", "maxDuration", "readOnly", "title")}
    assert shown == {"confirm": "I mean it", "reason": "required",
                     "allowCommands": "aws,terraform", "maxDuration": "30m", "readOnly": "true",
                     "title": "PRODUCTION"}
    assert settings["confirm"]["origin"].endswith("config:4")


def test_the_title_of_the_terminal(prod):
    prod.guarded("credtool_title = PRODUCTION")
    terminal = prod.terminal("exec", "prod", "--", "echo", "ran")
    assert "\x1b]2;PRODUCTION\x07" in terminal.finish()
    terminal = prod.terminal("exec", "prod", "--", "echo", "ran", env={"TERM": "dumb"})
    assert "\x1b" not in terminal.finish()
