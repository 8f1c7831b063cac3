"""`include_profile`: settings from another section, told with where they stand."""

import pytest

from rig.sts import ACCOUNT

ROLE = f"arn:aws:iam::{ACCOUNT}:role/deploy"


@pytest.fixture
def ready(world):
    world.add("work")
    world.sts.new_role("deploy")
    return world


def asked(world):
    return world.sts.asked("AssumeRole")[-1].params


def test_settings_of_the_other_section(ready):
    ready.config("[profile common]\nregion = eu-west-3\nsource_profile = work\n"
                 "external_id = abc\nrole_session_name = shared\n"
                 f"[profile prod]\ninclude_profile = common\nrole_arn = {ROLE}\n")
    assert ready.exec_env("prod")["AWS_REGION"] == "eu-west-3"
    assert (asked(ready)["ExternalId"], asked(ready)["RoleSessionName"]) == ("abc", "shared")


def test_its_own_win(ready):
    ready.config("[profile common]\nregion = eu-west-3\nexternal_id = theirs\n"
                 f"[profile prod]\ninclude_profile = common\nrole_arn = {ROLE}\n"
                 "source_profile = work\nexternal_id = own\n")
    assert ready.exec_env("prod")["AWS_REGION"] == "eu-west-3"
    assert asked(ready)["ExternalId"] == "own"


def test_variable_own_section_included_section(ready):
    ready.config("[profile common]\nregion = eu-west-3\n"
                 "[profile work]\ninclude_profile = common\n")
    assert ready.exec_env("work", env={"AWS_REGION": "eu-west-2"})["AWS_REGION"] == "eu-west-2"
    assert ready.exec_env("work")["AWS_REGION"] == "eu-west-3"


def test_through_several(ready):
    ready.config("[profile a]\nregion = eu-west-3\nexternal_id = aa\n"
                 "[profile b]\ninclude_profile = a\nexternal_id = bb\n"
                 f"[profile prod]\ninclude_profile = b\nrole_arn = {ROLE}\nsource_profile = work\n")
    assert ready.exec_env("prod")["AWS_REGION"] == "eu-west-3"
    assert asked(ready)["ExternalId"] == "bb"


def test_a_source_profile_has_its_own(ready):
    """What is included counts for each profile of a chain by itself."""
    other = ready.sts.new_role("other")
    ready.config("[profile common]\nexternal_id = abc\n"
                 f"[profile base]\ninclude_profile = common\nrole_arn = {other}\n"
                 "source_profile = work\n"
                 f"[profile prod]\nrole_arn = {ROLE}\nsource_profile = base\n")
    ready.session("prod")
    inner, outer = [call.params for call in ready.sts.asked("AssumeRole")]
    assert inner["ExternalId"] == "abc" and "ExternalId" not in outer


def test_the_plan_tells_the_line_of_the_included_section(ready):
    ready.config("[profile common]\nexternal_id = abc\n\n"
                 f"[profile prod]\ninclude_profile = common\nrole_arn = {ROLE}\n"
                 "source_profile = work\n")
    said = ready.plan("prod").said()
    assert "~/.aws/config:2" in said and "~/.aws/config:6" in said


def test_default_is_not_included_by_itself(ready):
    ready.config(f"[default]\nexternal_id = abc\nregion = eu-west-3\n"
                 f"[profile prod]\nrole_arn = {ROLE}\nsource_profile = work\n")
    assert "AWS_REGION" not in ready.exec_env("prod")
    assert "ExternalId" not in asked(ready)


def test_default_can_be_included(ready):
    ready.config(f"[default]\nregion = eu-west-3\n[profile work]\ninclude_profile = default\n")
    assert ready.exec_env("work")["AWS_REGION"] == "eu-west-3"


def test_one_that_is_not_there(ready):
    ready.config("[profile common]\n[profile work]\ninclude_profile = comon\n")
    ready.credtool("exec", "work", "--", "true").fails(
        "comon", "common", "~/.aws/config:3", code=125)


@pytest.mark.parametrize("links", [["work"], ["a", "work"], ["a", "b", "a"]], ids="-".join)
def test_a_circle_is_an_error(ready, links):
    text, name = "", "work"
    for other in links:
        text += f"[profile {name}]\ninclude_profile = {other}\n"
        name = other
    ready.config(text)
    ready.credtool("exec", "work", "--", "true", timeout=5).fails("include_profile", code=125)
