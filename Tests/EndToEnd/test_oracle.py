"""botocore as an oracle: the same files and variables, the same calls and credentials, or an
error from both, over generated graphs of profiles."""

import errno
import json
import os
from unittest import mock

import botocore.loaders
import botocore.session
import pytest

from rig import profilegraphs, refuse
from rig.world import World

PARTS, OF_EACH = 12, 40
#: Every run is a cold one: neither kernel keyring nor D-Bus, so nothing is cached.
UNCACHED = refuse.program(["add_key", "request_key", "keyctl"], errno.EPERM)
LOADER = botocore.loaders.Loader()
ERROR = "an error"


def reached(graph):
    """The profiles that the asked one is built from, itself included."""
    found, name = [], graph["ask"]
    while name in graph["profiles"] and name not in found:
        found.append(name)
        name = graph["profiles"][name]["config"].get("source_profile")
    return [graph["profiles"][name] for name in found]


def has(profile, *settings):
    return any(setting in part for setting in settings for part in profile.values())


#: Where credtool is rightly not botocore: the reason, and what the graph and both answers
#: (of botocore, of credtool) look like then.
DIFFERENCES = {
    "botocore goes on to the container and the instance where a profile that was asked for by name "
    "gives nothing; the SDKs' shared tests call that an error":
        lambda graph, theirs, ours: ours == ERROR and theirs in (
            ([], "container"), ([], "metadata")),
    "botocore leaves duration_seconds out where a role is assumed with a web identity":
        lambda graph, theirs, ours: ERROR not in (theirs, ours) and theirs == (
            [(action, caller, asked | {"duration": "3600"} if caller is None else asked)
             for action, caller, asked in ours[0]], ours[1]),
    "the letters' case in credential_source counts for botocore, not for the SDKs of Java and Go":
        lambda graph, theirs, ours: theirs == ERROR and any(
            profile["config"].get("credential_source") == "environment"
            for profile in reached(graph)),
    "half a key is an error in the SDKs' shared tests; botocore overlooks a secret without its ID":
        lambda graph, theirs, ours: ours == ERROR and any(
            has(profile, "aws_secret_access_key") and not has(profile, "aws_access_key_id")
            for profile in reached(graph)),
    "a credential_source that nobody knows is an error in every profile that is passed; botocore "
    "overlooks it beside a key":
        lambda graph, theirs, ours: ours == ERROR and any(
            profile["config"].get("credential_source") == "Nonsense"
            for profile in reached(graph)),
    "a profile that is its own source_profile is that profile without its role, as in the SDKs of "
    "Go and Rust; botocore wants a key in plain there":
        lambda graph, theirs, ours: theirs == ERROR != ours and any(
            profile["config"].get("source_profile") == name
            for name, profile in graph["profiles"].items() if profile in reached(graph)),
    "a source_profile without a role gives the source's credentials, as in aws-vault; the SDKs "
    "overlook it":
        lambda graph, theirs, ours: ours != ERROR and theirs in (
            ERROR, ([], "container"), ([], "metadata")) and any(
            has(profile, "source_profile") and not has(profile, "role_arn")
            for profile in reached(graph)),
}


class Oracle:
    def __init__(self, world):
        self.world = world
        self.graphs = profilegraphs.Graphs(world)
        self.heard = {}

    def compare(self, graph):
        """None where both agree or rightly differ, else both answers."""
        self.heard.clear()
        environment = self.graphs.write(graph)
        theirs = self.watched(self.ask_botocore, graph, environment)
        ours = self.watched(self.ask_credtool, graph, environment)
        if theirs == ours or any(rightly(graph, theirs, ours) for rightly in DIFFERENCES.values()):
            return None
        return theirs, ours

    def watched(self, run, graph, environment):
        """The calls made and whose credentials came out, or that it failed."""
        self.world.sts.calls.clear()
        key_id = run(graph["ask"], environment)
        if key_id is None:
            return ERROR
        return self.graphs.chain(self.world.sts.calls), self.graphs.name(key_id)

    def ask_botocore(self, profile, environment):
        with mock.patch.dict(os.environ, environment, clear=True):
            session = botocore.session.Session(profile=profile)
            session.register_component("data_loader", LOADER)
            try:
                return session.get_credentials().get_frozen_credentials().access_key
            except Exception as error:  # whatever it is, it is no credentials
                self.heard["botocore"] = repr(error)
                return None

    def ask_credtool(self, profile, environment):
        result = self.world.credtool(
            "export", profile, "--no-session", "--format", "json", secret_output=True,
            env=environment | {name: None for name in self.world.environment
                               if name not in environment},
            preexec_fn=lambda: refuse.install(UNCACHED))
        self.heard["credtool"] = result.stderr
        if result.code == 0:
            return json.loads(result.stdout)["AWS_ACCESS_KEY_ID"]
        result.fails(hint=False)
        return None


@pytest.fixture(scope="module")
def oracle(shared_sts):
    shared_sts.reset()
    world = World(shared_sts, keyring=False)
    yield Oracle(world)
    world.close()


def test_the_oracle_answers(oracle):
    """A chain by hand, so that agreement is not two errors all along."""
    graph = {"ask": "a", "environment": [], "profiles": {
        "a": {"config": {"role_arn": "{role:0}", "source_profile": "b",
                         "external_id": "external-0"}, "credentials": {}},
        "b": {"config": {}, "credentials": {"aws_access_key_id": "{id:1}",
                                            "aws_secret_access_key": "{secret:1}"}}}}
    environment = oracle.graphs.write(graph)
    chain, whose = oracle.watched(oracle.ask_botocore, graph, environment)
    assert whose == "role-0"
    [(action, caller, asked)] = chain
    assert (action, caller, asked["external ID"]) == ("AssumeRole", "key-1", "external-0")


def test_the_graphs_are_worth_asking(oracle):
    """Most of them give credentials, and by many ways."""
    given, ways = 0, set()
    for seed in range(0, PARTS * OF_EACH, 2):
        graph = profilegraphs.draw(seed)
        answer = oracle.watched(oracle.ask_botocore, graph, oracle.graphs.write(graph))
        if answer != ERROR:
            given += 1
            ways.add((len(answer[0]), answer[1].rstrip("0123456789")))
    assert given > PARTS * OF_EACH / 2 / 3, "nearly all of them are errors"
    assert len(ways) >= 8, ways


@pytest.mark.parametrize("part", range(PARTS))
def test_the_same_as_botocore(oracle, part):
    for seed in range(part * OF_EACH, (part + 1) * OF_EACH):
        graph = profilegraphs.draw(seed)
        if oracle.compare(graph):
            smallest = profilegraphs.shrink(graph, lambda less: oracle.compare(less) is not None)
            theirs, ours = oracle.compare(smallest)
            pytest.fail("\n".join([
                f"graph {seed}, shrunk: {json.dumps(smallest, indent=1)}",
                f"botocore gives {theirs}  ({oracle.heard.get('botocore')})",
                f"credtool gives {ours}  ({oracle.heard.get('credtool')})",
                oracle.world.config_file.read_text()]), pytrace=False)
