"""What is decided before anything is asked: partitions, limits of roles, a lost index, whoami."""

import json

import pytest

from rig import fakes
from rig.sts import ACCOUNT

BOX = f"arn:aws:sts::{ACCOUNT}:assumed-role/box/i-0123456789abcdef0"


class TestWhoami:
    @pytest.mark.parametrize("endpoint", ["nonsense", "http://127.0.0.1:1", "ftp://x"])
    def test_needs_no_iam(self, world, endpoint):
        key = world.add("work")
        result = world.credtool("whoami", "work", env={"AWS_ENDPOINT_URL_IAM": endpoint})
        assert result.code == 0 and key.user in result.stdout, result

    def test_nor_the_profiles_own(self, world):
        key = world.add("work")
        world.config("[profile work]\nservices = mine\n[services mine]\n"
                     "iam =\n  endpoint_url = nonsense\n")
        result = world.credtool("whoami", "work", env={"AWS_ENDPOINT_URL_IAM": None})
        assert result.code == 0 and key.user in result.stdout, result


class TestPlan:
    def test_with_a_lost_index_finds_what_exec_finds(self, world):
        world.add("work")
        (world.data / "index.tsv").unlink()
        result = world.credtool("plan", "work")
        assert world.session("work", "--no-session") is world.keys["work"]
        if result.code:
            result.fails("index")
        else:
            assert "stored-key" in result.stdout

    def test_with_a_lost_index_and_no_keyring_says_what_is_wrong(self, world):
        world.add("work")
        (world.data / "index.tsv").unlink()
        world.keyring.lock()
        result = world.credtool("plan", "work")
        assert "no profile" not in result.stderr, result
        result.fails(("index", "locked"))


class TestPartitions:
    """The policies of AWS's own are named in the caller's partition, known or not."""

    READ_ONLY = ["--federation-token", "me", "--read-only"]
    ROOT_OF = ["--root-of", "111122223333", "--task-policy", "IAMAuditRootUserCredentials"]

    @pytest.mark.parametrize("region, partition", [
        ("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn"), ("eu-west-1", "aws")])
    @pytest.mark.parametrize("source, flags", [
        ("unchecked key", READ_ONLY), ("unchecked key", ROOT_OF), ("process", ROOT_OF),
        ("process", ["--role", "{role}", "--read-only"])],
        ids=["key-read-only", "key-root-of", "process-root-of", "process-read-only"])
    def test_of_a_caller_that_is_not_known_yet(self, world, region, partition, flags, source):
        key = world.sts.stranger(f"arn:{partition}:iam::{ACCOUNT}:user/me")
        if source == "unchecked key":
            world.credtool("add", "work", "--env", "--no-verify", env=key.variables()).works()
        else:
            path, _ = fakes.credential_process(
                world.scratch, fakes.process_json(key, Expiration=None))
            world.config(f"[profile work]\ncredential_process = {path}\n")
        role = f"arn:{partition}:iam::{ACCOUNT}:role/deploy"
        flags = [flag.format(role=role) for flag in flags]
        world.credtool("exec", "work", "--region", region, *flags, "--", "true")
        said = [value for call in world.sts.calls for value in call.params.values()
                if ":policy/" in value]
        plan = world.credtool("plan", "work", "--region", region, *flags, "--json").works().stdout
        told = [word.strip('",') for word in plan.split() if ":policy/" in word]
        assert said and told
        assert {policy.split(":")[1] for policy in said + told} == {partition}


class TestChainedRoles:
    """A role that is assumed with a role's session lives an hour at most."""

    @pytest.mark.parametrize("source", ["instance", "container"])
    def test_from_the_machines_own_role(self, world, source):
        role = world.sts.new_role("deploy")
        box = world.sts.stranger(BOX, True)
        if source == "instance":
            server = world.keep_open(fakes.InstanceMetadata(box))
            env = {"AWS_EC2_METADATA_DISABLED": None,
                   "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url}
            name = "Ec2InstanceMetadata"
        else:
            server = world.keep_open(fakes.ContainerEndpoint(box))
            env = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/creds"}
            name = "EcsContainer"
        world.config(f"[profile work]\nrole_arn = {role}\ncredential_source = {name}\n"
                     "duration_seconds = 7200\n")
        assert world.session("work", env=env).is_role
        [call] = world.sts.asked("AssumeRole")
        assert call.params["DurationSeconds"] == "3600"
        assert "3600" in json.dumps(world.plan("work", env=env))
