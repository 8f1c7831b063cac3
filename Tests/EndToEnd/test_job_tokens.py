"""The token that a CI service gives a job, traded for a role."""

import http.server
import json
import threading
import urllib.parse

import pytest

BEARER = "made-up-bearer-of-a-github-job"


class Runner(http.server.ThreadingHTTPServer):
    """What answers on GitHub's runners."""

    def __init__(self, sts):
        self.sts, self.asked, self.status, self.tokens = sts, [], 200, []

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(handler):
                self.asked.append(urllib.parse.urlsplit(handler.path))
                body, status = {"message": "Resource not accessible"}, self.status
                if handler.headers["Authorization"] != f"bearer {BEARER}":
                    status = 401
                if status == 200:
                    self.tokens.append(sts.new_web_identity_token())
                    body = {"count": 1, "value": self.tokens[-1]}
                handler.send_response(status)
                handler.end_headers()
                handler.wfile.write(json.dumps(body).encode())

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def variables(self, job=1):
        url = f"http://127.0.0.1:{self.server_port}/jobs/{job}/idtoken?api-version=2.0"
        return {"GITHUB_ACTIONS": "true", "ACTIONS_ID_TOKEN_REQUEST_URL": url,
                "ACTIONS_ID_TOKEN_REQUEST_TOKEN": BEARER}

    def close(self):
        self.shutdown()
        self.server_close()


@pytest.fixture
def runner(world):
    """A job of GitHub Actions, and a role for it."""
    runner = world.keep_open(Runner(world.sts))
    runner.role = world.sts.new_role("deploy")
    world.more_secrets.add(BEARER)
    yield runner
    world.more_secrets |= set(runner.tokens)


def test_github_actions(world, runner):
    world.config(f"[profile ci]\nrole_arn = {runner.role}\n"
                 "web_identity_token_source = github-actions\n")
    env = runner.variables()
    for _ in range(2):
        world.credtool("exec", "ci", "--", "true", env=env).works().is_silent()
    # The second one had the session of the first.
    asked, = runner.asked
    assert asked.query == "api-version=2.0&audience=sts.amazonaws.com"
    # Another job has rights of its own.
    world.credtool("exec", "ci", "--", "true", env=runner.variables(job=2)).works()
    assert len(runner.asked) == 2


def test_a_role_and_nothing_else(world, runner):
    env = runner.variables() | {"AWS_ROLE_ARN": runner.role}
    world.credtool("exec", "--", "true", env=env).works().is_silent()
    world.config(f"[profile ci]\nrole_arn = {runner.role}\n")
    world.credtool("exec", "ci", "--", "true", env=runner.variables()).works()
    world.credtool("exec", "--role", runner.role, "--", "true", env=runner.variables()).works()
    plan = world.credtool("plan", "ci", env=runner.variables()).works().stdout
    assert "github-actions" in plan and BEARER not in plan
    world.credtool("exec", "ci", "--", "true").fails("nobody to assume it", code=125)
    for asked in (["ci"], ["--role", runner.role]):
        world.credtool("exec", *asked, "--", "true", env={"GITHUB_ACTIONS": "true"}).fails(
            "this is a job of GitHub Actions (GITHUB_ACTIONS), and ACTIONS_ID_TOKEN_REQUEST_TOKEN",
            "id-token: write", code=125)


def test_a_job_without_leave(world, runner):
    world.config(f"[profile ci]\nrole_arn = {runner.role}\n"
                 "web_identity_token_source = github-actions\n")
    world.credtool("exec", "ci", "--", "true").fails(
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN is not set", "id-token: write", code=125)
    runner.status = 403
    world.credtool("exec", "ci", "--", "true", env=runner.variables()).fails(
        "no token for this job of GitHub Actions: status 403, Resource not accessible", code=125)
    away = runner.variables() | {"ACTIONS_ID_TOKEN_REQUEST_URL": "http://a.example/?x=1"}
    world.credtool("exec", "ci", "--", "true", env=away).fails(
        "neither https nor this machine", code=125)


@pytest.mark.parametrize("source, variable, marks", [
    ("gitlab", "GITLAB_OIDC_TOKEN", {"GITLAB_CI": "true", "CI_JOB_ID": "1"}),
    ("circleci", "CIRCLE_OIDC_TOKEN_V2", {"CIRCLECI": "true", "CIRCLE_WORKFLOW_JOB_ID": "1"}),
    ("bitbucket", "BITBUCKET_STEP_OIDC_TOKEN",
     {"BITBUCKET_BUILD_NUMBER": "1", "BITBUCKET_STEP_UUID": "{1}"}),
    ("terraform-cloud", "TFC_WORKLOAD_IDENTITY_TOKEN", {})])
def test_a_token_in_a_variable(world, source, variable, marks):
    role, token = world.sts.new_role("deploy"), world.sts.new_web_identity_token()
    world.more_secrets.add(token)
    world.config(f"[profile ci]\nrole_arn = {role}\nweb_identity_token_source = {source}\n")
    world.credtool("exec", "ci", "--", "true", env={variable: token}).works().is_silent()
    call, = [call for call in world.sts.calls if call.action == "AssumeRoleWithWebIdentity"]
    assert call.params["WebIdentityToken"] == token
    world.credtool("exec", "ci", "--fresh", "--", "true").fails(
        f"{variable} is not set", code=125)
    world.credtool("exec", "ci", "--fresh", "--", "true", env={variable: "x" + token}).fails(
        "InvalidIdentityToken", "identity provider", code=125)
    # By itself, where a role and nothing else is named.
    world.credtool("exec", "--role", role, "--", "true", env=marks | {variable: token}).works()
    calls = [call for call in world.sts.calls if call.action == "AssumeRoleWithWebIdentity"]
    assert calls[-1].params["WebIdentityToken"] == token


def test_gitlabs_variable_has_any_name(world):
    role, token = world.sts.new_role("deploy"), world.sts.new_web_identity_token()
    world.config(f"[profile ci]\nrole_arn = {role}\nweb_identity_token_source = gitlab\n"
                 "web_identity_token_variable = MY_TOKEN\n")
    world.credtool("exec", "ci", "--", "true", env={"MY_TOKEN": token}).works()


def test_buildkite_asks_its_agent(world):
    role, token = world.sts.new_role("deploy"), world.sts.new_web_identity_token()
    folder = world.scratch / "bin"
    folder.mkdir()
    agent = folder / "buildkite-agent"
    agent.write_text('#!/bin/sh\n[ "$*" = "oidc request-token --audience sts.amazonaws.com" ] '
                     '&& echo "$TEST_TOKEN"\n')
    agent.chmod(0o755)
    world.config(f"[profile ci]\nrole_arn = {role}\nweb_identity_token_source = buildkite\n")
    path = f"{folder}:{world.environment['PATH']}"
    env = {"PATH": path, "BUILDKITE_JOB_ID": "1", "BUILDKITE_AGENT_ACCESS_TOKEN": "made-up"}
    world.credtool("exec", "ci", "--", "true", env=env | {"TEST_TOKEN": token}).works().is_silent()
    world.credtool("exec", "ci", "--fresh", "--", "true", env=env | {"TEST_TOKEN": ""}).fails(
        "printed no token", code=125)
    world.credtool("exec", "--role", role, "--", "true", env=env | {"TEST_TOKEN": token}).works()
