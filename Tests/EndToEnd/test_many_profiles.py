"""Thousands of profiles: every command that looks at all of them, and at the last one, is right.

Nothing is timed: what grows with the square of their number would not end before the runner's
patience does.
"""

import json

import pytest

COUNT = 20_000


@pytest.fixture
def crowd(world):
    """20,000 profiles, every tenth with a role; the last with a session."""
    world.add("work")
    role = world.sts.new_role("deploy")
    lines = []
    for number in range(COUNT):
        lines.append(f"[profile p{number}]")
        if number % 10 == 0:
            lines += [f"role_arn = {role}", "source_profile = work"]
        elif number % 10 == 1:
            lines += [f"role_arn = {role}-{number}", "source_profile = work"]
        else:
            lines.append("region = eu-west-1")
    lines += ["[profile last]", f"role_arn = {role}-last", "source_profile = work"]
    world.config("\n".join(lines) + "\n")
    world.sts.new_role("deploy-last")
    return role


def test_list(world, crowd, kernel_keyring):
    world.exec_env("last")
    rows = json.loads(world.credtool("list", "--json").works().stdout)["profiles"]
    assert [row["profile"] for row in rows] == [
        *(f"p{number}" for number in range(COUNT)), "last", "work"]
    assert [row["kind"] for row in rows[:3]] == ["role", "role", "settings"]
    assert [row["profile"] for row in rows if row["sessions"]] == ["last"]
    assert rows[-2]["sessions"][0]["subject"] == f"{crowd}-last"
    # Whoever shares the role shares its session.
    world.exec_env("p0")
    rows = json.loads(world.credtool("list", "--json").works().stdout)["profiles"]
    assert [row["profile"] for row in rows if row["sessions"]] == [
        *(f"p{number}" for number in range(0, COUNT, 10)), "last"]
    table = world.credtool("list").works().stdout.splitlines()
    assert len(table) == COUNT + 3 and table[1].startswith("p0 ")


def test_completion(world, crowd):
    names = world.credtool("__complete", "profiles").works().stdout.splitlines()
    assert names == [*(f"p{number}" for number in range(COUNT)), "last", "work"]
    roles = world.credtool("__complete", "roles").works().stdout.splitlines()
    assert roles == [
        *(f"p{number}" for number in range(COUNT) if number % 10 < 2), "last"]


def test_the_last_of_them(world, crowd):
    plan = world.plan("last")
    assert plan["steps"][-1]["roleArn"] == f"{crowd}-last"
    assert world.session("last").arn.split("/")[1] == "deploy-last"
    refused = world.credtool("exec", "p20000", "--", "true")
    assert refused.code == 125 and "p2000" in refused.stderr
