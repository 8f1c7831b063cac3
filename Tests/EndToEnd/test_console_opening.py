"""Opening the console: what AWS is asked for, the address, and how it gets into the browser."""

import http.cookiejar
import json
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

import pytest

from rig import chromium, seconduser
from rig.federation import Federation
from rig.keyring import eventually
from rig.world import BINARY, ROOT, in_no_container, on_a_desktop

MFA = "arn:aws:iam::123456789012:mfa/alice"


@pytest.fixture
def desk(world):
    """A home whose sign-in service is the local one, with a key and a role."""
    server = world.keep_open(Federation(world.sts))
    world.environment["AWS_ENDPOINT_URL_SIGNIN"] = server.url
    world.federation = server
    world.key = world.add("work")
    world.role = world.sts.new_role("deploy")
    world.config(f"[profile work]\nregion = eu-west-1\n"
                 f"[profile deploy]\nrole_arn = {world.role}\nsource_profile = work\n"
                 "region = eu-central-1\n")
    yield world
    world.more_secrets |= server.secrets()


def printed(world, *arguments, env=None, through=()):
    """The address that `--print` prints."""
    result = world.credtool("console", *arguments, "--print", env=env, through=through,
                            secret_output=True).works().is_silent()
    address, = result.stdout.splitlines()
    return address


def fields(address):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query,
                                       keep_blank_values=True))


def visit(address, opener=None):
    """What a browser shows at an address."""
    with (opener or urllib.request.build_opener()).open(address, timeout=20) as answer:
        return answer.read().decode()


class TestTheSession:
    def test_a_role(self, desk):
        address = printed(desk, "deploy")
        assert address.startswith(f"{desk.federation.url}/federation?Action=login&Issuer=credtool&")
        assert fields(address)["Destination"] == (
            "https://eu-central-1.console.aws.amazon.com/console/home?region=eu-central-1")
        (method, asked), = desk.federation.requests
        # In the body: queries are what proxies log. The whole time, however old the session is.
        assert method == "POST" and asked["SessionDuration"] == "3600"
        assert "Signed in" in visit(address)
        (identity, _, issuer), = desk.federation.visits
        assert identity is desk.session("deploy") and issuer == "credtool"
        assert ":assumed-role/deploy/" in identity.arn

    def test_the_key_of_a_user(self, desk):
        """It is traded for the session of a federated user of that name, who may do the same."""
        assert "Signed in" in visit(printed(desk, "work"))
        (identity, _, _), = desk.federation.visits
        assert identity.arn.endswith(f":federated-user/{desk.key.user}")
        call, = desk.sts.asked("GetFederationToken")
        assert json.loads(call.params["Policy"])["Statement"] == [
            {"Effect": "Allow", "Action": "*", "Resource": "*"}]
        assert "SessionDuration" not in desk.federation.requests[0][1]
        assert not desk.sts.count("GetSessionToken")
        printed(desk, "work")
        assert desk.sts.count("GetFederationToken") == 1, "a session of the cache would have done"

    @pytest.mark.parametrize("flags, policy", [
        (["--read-only"], "arn:aws:iam::aws:policy/ReadOnlyAccess"),
        (["--policy-arns", "arn:aws:iam::aws:policy/Mine"], "arn:aws:iam::aws:policy/Mine")])
    def test_policies_of_a_user(self, desk, flags, policy):
        printed(desk, "work", *flags)
        call, = desk.sts.asked("GetFederationToken")
        assert call.params["PolicyArns.member.1.arn"] == policy and "Policy" not in call.params

    def test_a_user_who_is_to_read_alone(self, desk):
        desk.config("[profile work]\nregion = eu-west-1\ncredtool_read_only = true\n")
        printed(desk, "work")
        call, = desk.sts.asked("GetFederationToken")
        assert call.params["PolicyArns.member.1.arn"].endswith(":policy/ReadOnlyAccess")
        assert "Policy" not in call.params

    def test_a_session_that_reads_alone(self, desk):
        desk.config(desk.config_file.read_text() + "credtool_read_only = true\n")
        result = desk.credtool("exec", "deploy", "--", BINARY, "console", "--print",
                               secret_output=True).works()
        assert "Signed in" in visit(result.stdout.strip())

    def test_a_key_whose_owner_is_not_known(self, desk):
        desk.add("unknown", "--no-verify")
        assert "Signed in" in visit(printed(desk, "unknown"))
        assert ":federated-user/" in desk.federation.visits[0][0].arn

    def test_no_code_is_asked_for_where_it_would_not_count(self, desk):
        desk.config(f"[profile work]\nregion = eu-west-1\nmfa_serial = {desk.key.mfa_serial}\n")
        result = desk.credtool("console", "work", "--print", secret_output=True).works()
        result.says("opens the console for no session with a code", desk.key.mfa_serial)
        assert "Signed in" in visit(result.stdout.strip())

    def test_a_role_behind_a_session_takes_no_duration(self, desk):
        """By an MFA session, or by another role: AWS would refuse SessionDuration."""
        desk.config(
            f"[profile work]\n[profile guarded]\nrole_arn = {desk.role}\nsource_profile = work\n"
            f"mfa_serial = {desk.key.mfa_serial}\n"
            f"[profile second]\nrole_arn = {desk.sts.new_role('second')}\nsource_profile = deploy\n"
            f"[profile deploy]\nrole_arn = {desk.role}\nsource_profile = work\n")
        printed(desk, "guarded", "--mfa-token", "123456")
        printed(desk, "second")
        assert [asked.get("SessionDuration") for _, asked in desk.federation.requests] == [None] * 2

    @pytest.mark.parametrize("flags, session, console", [
        (["deploy", "--duration", "8h"], "3600", "28800"),
        (["deploy", "--duration", "15m"], "3600", "900"),
        (["work", "--duration", "8h"], "28800", None)])
    def test_how_long(self, desk, flags, session, console):
        """The role's session stays as it is; that of a federated user is the console's."""
        printed(desk, *flags)
        assert desk.federation.requests[0][1].get("SessionDuration") == console
        call = [call for call in desk.sts.calls if "DurationSeconds" in call.params][-1]
        assert call.params["DurationSeconds"] == session

    def test_a_duration_out_of_bounds(self, desk):
        desk.credtool("console", "deploy", "--duration", "13h", "--print").fails("13h", "12h")
        assert not desk.federation.requests

    def test_a_duration_that_is_not_taken_after_all(self, desk):
        desk.federation.faults = [(400, "no")]
        desk.credtool("console", "deploy", "--duration", "2h", "--print", secret_output=True
                      ).works().says("takes no --duration")
        assert [asked.get("SessionDuration") for _, asked in desk.federation.requests] == [
            "7200", None]

    def test_an_endpoint_that_takes_no_posts(self, desk):
        desk.federation.takes_posts = False
        assert "Signed in" in visit(printed(desk, "deploy"))
        assert [method for method, _ in desk.federation.requests] == ["POST", "GET"]

    def test_identity_center(self, sso_world):
        world = sso_world
        server = world.keep_open(Federation(world.sts))
        world.environment["AWS_ENDPOINT_URL_SIGNIN"] = server.url
        world.center.person = "allow"
        world.config(world.center.config())
        world.credtool("login", "dev", "--device").works()
        assert "Signed in" in visit(printed(world, "dev", "--duration", "4h"))
        assert server.requests[0][1]["SessionDuration"] == "14400"
        world.more_secrets |= server.secrets()


class TestRefusals:
    @pytest.mark.parametrize("status, words", [
        (400, "does not open the console"), (403, "does not open the console"),
        (302, "did not answer as AWS"), (200, "did not answer as AWS")])
    def test_nothing_of_the_answer_is_told(self, desk, status, words):
        """It may quote the request; the leak search of the fixture looks, too."""
        session = desk.session("deploy")
        quoted = f"bad request {session.secret} {session.token} <SigninToken>"
        desk.federation.faults = [(status, quoted)] * 2
        result = desk.credtool("console", "deploy", "--print", "-v").fails(words, str(status))
        assert "bad request" not in result.stderr

    def test_a_server_that_has_trouble_is_asked_again(self, desk):
        desk.federation.faults = [(503, "busy")]
        assert "Signed in" in visit(printed(desk, "deploy"))

    def test_a_session_of_a_user_from_elsewhere(self, desk):
        """GetSessionToken's, which nothing tells from another's beforehand."""
        stranger = desk.sts.stranger(token=True)
        result = desk.credtool("console", "--print", env=stranger.variables())
        result.fails("does not open the console", "GetSessionToken")

    def test_in_a_shell_of_exec(self, desk):
        """The session at hand is one of GetSessionToken; one of a role would do."""
        inside = desk.exec_env("work")
        result = desk.credtool("console", "--print", env=inside)
        result.fails("does not open the console", "credtool console work, with the name")
        assert "Signed in" in visit(printed(desk, "work", env=inside))
        assert "Signed in" in visit(printed(desk, env=desk.exec_env("deploy")))

    @pytest.mark.parametrize("flags, words", [
        (["--service", "EC2 "], "no service of the console"),
        (["--service", "http://x"], "no service of the console"),
        (["--region", "us-iso-east-1"], "aws-iso"),
        (["--portal"], "no role of IAM Identity Center"),
        (["--region", "no region"], "region")])
    def test_what_makes_no_sense(self, desk, flags, words):
        desk.credtool("console", "deploy", "--print", *flags).fails(words)
        assert not desk.federation.requests

    def test_no_one_there(self, desk):
        desk.credtool("console", "deploy", "--print", env={
            "AWS_ENDPOINT_URL_SIGNIN": "http://127.0.0.1:1"}).fails("cannot be reached")


class TestDestinations:
    @pytest.mark.parametrize("flags, destination", [
        (["--service", "ec2"],
         "https://eu-central-1.console.aws.amazon.com/ec2/home?region=eu-central-1"),
        (["--service", "logs", "--region", "us-east-1"],
         "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1"
         "#logsV2:log-groups"),
        (["--service", "https://x.console.aws.amazon.com/a?b=c&d=e%20#f:g=h"],
         "https://x.console.aws.amazon.com/a?b=c&d=e%20#f:g=h")])
    def test_services(self, desk, flags, destination):
        assert fields(printed(desk, "deploy", *flags))["Destination"] == destination

    def test_the_link_that_switches_to_a_role(self, desk):
        calls = len(desk.sts.calls)
        result = desk.credtool("console", "deploy", "--switch-role").works().is_silent()
        address, = result.stdout.splitlines()
        assert address.startswith(f"{desk.federation.url}/switchrole?")
        found = fields(address)
        assert re.fullmatch("[0-9a-f]{6}", found.pop("color"))
        assert found == {"account": desk.role.split(":")[4], "roleName": "deploy",
                         "displayName": "deploy"}
        assert len(desk.sts.calls) == calls and not desk.federation.requests
        desk.credtool("console", "work", "--switch-role").fails("no role")

    def test_the_link_of_the_portal(self, sso_world):
        world = sso_world
        world.config(world.center.config())
        result = world.credtool("console", "dev", "--portal", "--print").works().is_silent()
        address, = result.stdout.splitlines()
        start, _, rest = address.partition("/#/console?")
        assert start == world.center.start_url.rstrip("/").removesuffix("/#")
        assert set(dict(urllib.parse.parse_qsl(rest))) == {"account_id", "role_name"}
        placed = world.credtool("console", "dev", "--portal", "--print", "--service", "s3",
                                "--region", "eu-west-1").works().stdout
        assert dict(urllib.parse.parse_qsl(placed.strip().partition("?")[2]))["destination"] == (
            "https://eu-west-1.console.aws.amazon.com/s3/home?region=eu-west-1")


def browser(world, name="browser", more=""):
    """A program that visits the address at the end of its arguments, and notes these."""
    program = world.scratch / name
    program.write_text(
        f"#!{sys.executable}\nimport json, sys, urllib.parse, urllib.request\n"
        f"json.dump(sys.argv[1:], open({str(world.scratch / 'arguments')!r}, 'w'))\n"
        "address = sys.argv[-1]\n"
        "if address.startswith('ext+'):\n"
        "    address = dict(urllib.parse.parse_qsl(address.partition(':')[2]))['url']\n"
        f"{more}\n"
        "shown = urllib.request.urlopen(address, timeout=20).read()\n"
        f"open({str(world.scratch / 'shown')!r}, 'wb').write(shown)\n")
    program.chmod(0o755)
    return str(program)


def arguments(world):
    return json.loads((world.scratch / "arguments").read_text())


def is_visited(world):
    """The browser has followed the way to the console, which it may do when credtool has ended."""
    eventually(lambda: world.federation.visits, "a visit")
    assert len(world.federation.visits) == 1


class TestTheBrowser:
    def test_it_is_sent_there_by_way_of_this_machine(self, desk):
        """Its command line can be read by every user, and the address signs anybody in."""
        result = desk.credtool("console", "deploy", through=on_a_desktop(browser(desk))).works()
        result.says("the console opens in the browser, with profile deploy")
        assert result.stdout == ""
        address, = arguments(desk)
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{22}", address)
        is_visited(desk)
        with pytest.raises(urllib.error.URLError):
            visit(address)

    def test_a_browser_of_ones_own(self, desk):
        """Also where none would be opened by itself."""
        desk.credtool("console", "deploy", "--browser", f"{browser(desk)} --new-window").works()
        assert arguments(desk)[0] == "--new-window"
        is_visited(desk)

    @pytest.mark.parametrize("name", ["firefox-esr", "librewolf"])
    def test_a_firefox_container(self, desk, name):
        desk.credtool("console", "deploy", "--browser", browser(desk, name),
                      "--container", "Kunde & Söhne").works()
        address, = arguments(desk)
        scheme, _, rest = address.partition(":")
        found = dict(urllib.parse.parse_qsl(rest))
        assert scheme == "ext+granted-containers" and found["name"] == "Kunde & Söhne"
        assert found["color"] in {"blue", "turquoise", "green", "yellow", "orange", "red", "pink",
                                  "purple"} and found["icon"] == "fingerprint"
        is_visited(desk)

    def test_a_chromium_profile(self, desk):
        desk.credtool("console", "deploy", "--browser", browser(desk, "chromium"),
                      "--container", "../../Kunde").works()
        profile, color, _ = arguments(desk)
        assert profile == "--profile-directory=------Kunde"
        assert re.fullmatch(r"--install-autogenerated-theme=\d+,\d+,\d+", color)
        is_visited(desk)

    def test_the_container_of_the_desktops_own_browser(self, desk):
        folder = desk.only_on_path()
        shutil.copy(browser(desk, "firefox"), folder / "firefox")
        settings = folder / "xdg-settings"
        settings.write_text("#!/bin/sh\n[ \"$*\" = 'get default-web-browser' ] || exit 1\n"
                            "echo firefox.desktop\n")
        settings.chmod(0o755)
        desk.credtool("console", "deploy", "--container", "x", env={"DISPLAY": ":0"},
                      through=in_no_container()).works()
        assert arguments(desk)[0].startswith("ext+granted-containers:name=x&")

    @pytest.mark.parametrize("flags, words", [
        (["--browser", "lynx", "--container", "x"], "keep accounts apart"),
        (["--browser", "/no/such/browser"], "no browser was opened")])
    def test_what_was_asked_for_is_not_something_else(self, desk, flags, words):
        desk.credtool("console", "deploy", *flags).fails(words, "--print")

    @pytest.mark.parametrize("variables", [{}, {"DISPLAY": ":0", "SSH_CONNECTION": "a 1 b 2"}])
    def test_without_a_browser_the_address_is_shown(self, desk, variables):
        result = desk.credtool("console", "deploy", env=variables, through=in_no_container(),
                               secret_output=True).works()
        result.says("open this in a browser", "15 minutes")
        assert "Signed in" in visit(result.stdout.strip())

    def test_a_code_for_a_telephone(self, sso_world):
        """Where the address is short enough to fit on the terminal."""
        world = sso_world
        world.config(world.center.config())
        terminal = world.terminal("console", "dev", "--portal", env={"DISPLAY": None},
                                  through=in_no_container())
        terminal.expect(r"open this in a browser:\s+(\S+)")
        assert "#/console?account_id=" in terminal.match[1]
        terminal.expect("[█▀▄]{10}")
        terminal.finish()

    def test_no_desktop_browser(self, desk):
        desk.only_on_path()
        result = desk.credtool("console", "deploy", env={"DISPLAY": ":0"},
                               through=in_no_container(), secret_output=True).works()
        result.says("no browser was opened", "xdg-open")
        assert "Signed in" in visit(result.stdout.strip())

    def test_other_users_get_nothing(self, desk, kernel_keyring):
        """Who reads the address off the command line, and is there first."""
        if not seconduser.UID:
            pytest.skip("no second user ID: run this through Tests/Support/own-kernel-keyring")
        thief = (
            "import subprocess\n"
            f"stolen = subprocess.run({seconduser.AS_SECOND!r} + ['curl', '-s', '-D', '-', address],"
            " capture_output=True, text=True).stdout\n"
            f"open({str(desk.scratch / 'stolen')!r}, 'w').write(stolen)\n")
        result = desk.credtool(
            "console", "deploy", "--browser", browser(desk, more=thief)).works()
        result.says("of other users", "refused")
        stolen = (desk.scratch / "stolen").read_text()
        assert stolen.startswith("HTTP/1.1 403") and "Location" not in stolen
        is_visited(desk)


class TestSignedInAsSomebodyElse:
    def person(self):
        jar = http.cookiejar.CookieJar()
        return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def test_fresh_signs_out_first(self, desk):
        person = self.person()
        visit(printed(desk, "work"), person)
        with pytest.raises(urllib.error.HTTPError):
            visit(printed(desk, "deploy"), person)
        address = printed(desk, "deploy", "--fresh")
        assert address.startswith(f"{desk.federation.url}/oauth?Action=logout&redirect_uri=")
        assert "Signed in" in visit(address, person)
        assert desk.federation.logouts == 1
        # The browser is to be fresh, not the session.
        assert desk.sts.count("AssumeRole") == 1


def test_chromium_is_signed_in(desk):
    """The printed address in a real browser; its picture stays in .build."""
    address = printed(desk, "deploy", "--service", "s3")
    shown = chromium.show(desk, address, "console-opened.png")
    assert "Signed in" in shown and ":assumed-role/deploy/" in shown
    assert "eu-central-1.console.aws.amazon.com/s3/home?region=eu-central-1" in shown
