"""Generated AWS config files: graphs of profiles, drawn from a seed, shrunk when they fail.

A graph is a plain value: {"ask": profile, "profiles": {name: {"config": {…}, "credentials": {…}}},
"environment": [feature, …]}. Its values hold placeholders such as `{id:0}`; `Graphs.write` puts
fresh keys, roles and files in their place, so that no run finds what another one cached.
"""

import copy
import json
import random
import re

from . import fakes
from .sts import ACCOUNT, Role

NAMES = ["a", "b", "c", "d"]
PLACEHOLDER = re.compile(r"{(\w+):([\w-]+)}")
PROCESSES = {  # what a credential_process prints
    "session": {},
    "key": {"SessionToken": None, "Expiration": None},
    "no-secret": {"SecretAccessKey": None},
    "no-version": {"Version": None},
    "version-2": {"Version": 2},
}


def draw(seed):
    """One graph."""
    dice = random.Random(seed)

    def chance(probability):
        return dice.random() < probability

    profiles = {}
    names = NAMES[:dice.choice([1, 2, 2, 3, 3, 3, 4, 4])]
    for number, name in enumerate(names):
        config, credentials = {"region": "eu-west-1"} if chance(0.3) else {}, {}
        leaf = number == len(names) - 1
        if chance(0.75 if leaf else 0.25):
            place = credentials if chance(0.6) else config
            place["aws_access_key_id"] = f"{{id:{number}}}"
            place["aws_secret_access_key"] = f"{{secret:{number}}}"
            if chance(0.1):
                del place[dice.choice(sorted(place.keys() & {
                    "aws_access_key_id", "aws_secret_access_key"}))]
        if chance(0.35 if leaf else 0.85):
            config["role_arn"] = f"{{role:{number}}}"
            if chance(0.25):
                source = dice.choice(["Environment", "EcsContainer", "Ec2InstanceMetadata"] * 4
                                     + ["environment", "Nonsense"])
                config["credential_source"] = source
            if "credential_source" not in config or chance(0.08):
                onward = names[number + 1:] * 8 or [name] * 6
                config["source_profile"] = dice.choice(onward + names + ["missing"])
            if chance(0.05):
                config.pop("source_profile", None)
            for setting, value in (("external_id", f"external-{number}"),
                                   ("duration_seconds", "1800"),
                                   ("role_session_name", f"session-{number}")):
                if chance(0.3):
                    config[setting] = value
        if chance(0.12):
            config["web_identity_token_file"] = f"{{token:{number if chance(0.8) else 'none'}}}"
            if chance(0.8):
                config.setdefault("role_arn", f"{{role:{number}}}")
        if chance(0.25 if leaf else 0.12):
            printed = dice.choice(["session", "key"] * 4 + sorted(PROCESSES))
            config["credential_process"] = f"{{process:{printed}}}"
        profiles[name] = {"config": config, "credentials": credentials}
    environment = [feature for feature, probability in (
        ("keys", 0.6), ("container", 0.35), ("metadata", 0.25)) if chance(probability)]
    ask = names[0] if chance(0.9) else dice.choice(names * 2 + ["nobody"])
    return {"ask": ask, "profiles": profiles, "environment": environment}


def smaller(graph):
    """Every graph with one thing less."""
    for name, profile in graph["profiles"].items():
        if name != graph["ask"]:
            less = copy.deepcopy(graph)
            del less["profiles"][name]
            yield less
        for place, settings in profile.items():
            for setting in settings:
                less = copy.deepcopy(graph)
                del less["profiles"][name][place][setting]
                yield less
    for feature in graph["environment"]:
        yield graph | {"environment": [other for other in graph["environment"]
                                       if other != feature]}


def shrink(graph, fails, most=80):
    """The smallest graph found that still fails."""
    tries = 0
    found = True
    while found and tries < most:
        found = False
        for less in smaller(graph):
            tries += 1
            if fails(less):
                graph, found = less, True
                break
    return graph


class Graphs:
    """Writes graphs into a world's home, with fresh identities each time."""

    def __init__(self, world):
        self.world, self.sts = world, world.sts
        self.container = world.keep_open(fakes.ContainerEndpoint(None))
        self.metadata = world.keep_open(fakes.InstanceMetadata(None))
        self.labels = {}  # key ID → what stood in the graph
        self.roles = {}  # ARN → what stood in the graph

    def write(self, graph):
        """Writes both files; gives the environment to run with."""
        self.labels.clear()
        self.roles.clear()
        self.sts.identities.clear()
        folder = self.world.scratch
        identities = {}

        def identity(label, token=None):
            if label not in identities:
                made = identities[label] = self.sts.stranger(
                    f"arn:aws:iam::{ACCOUNT}:user/{label}", token)
                self.labels[made.key_id] = label
            return identities[label]

        def value(match):
            what, which = match.groups()
            match what:
                case "id":
                    return identity(f"key-{which}").key_id
                case "secret":
                    return identity(f"key-{which}").secret
                case "role":
                    arn = f"arn:aws:iam::{ACCOUNT}:role/role-{which}"
                    self.sts.roles[arn] = Role(arn)
                    self.roles[arn] = f"role-{which}"
                    return arn
                case "token":
                    path = folder / f"token-{which}"
                    if which != "none":
                        path.write_text(self.sts.new_web_identity_token())
                    return str(path)
                case "process":
                    printed = fakes.process_json(
                        identity(f"process-{which}", None if which == "key" else True),
                        **PROCESSES[which])
                    path = folder / f"process-{which}"
                    fakes.script(path, f"echo '{json.dumps(printed)}'")
                    return str(path)

        for place, file in (("config", self.world.config_file),
                            ("credentials", self.world.credentials_file)):
            text = ""
            for name, profile in graph["profiles"].items():
                settings = "".join(
                    f"{setting} = {PLACEHOLDER.sub(value, written)}\n"
                    for setting, written in profile[place].items())
                if settings or place == "config":
                    text += f"[{'profile ' * (place == 'config')}{name}]\n{settings}\n"
            file.write_text(text)
        changes = {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"}
        if "keys" in graph["environment"]:
            changes |= identity("environment").variables()
        if "container" in graph["environment"]:
            self.container.identity = identity("container", True)
            changes["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = self.container.url + "/creds"
        if "metadata" in graph["environment"]:
            self.metadata.identity = identity("metadata", True)
            changes |= {"AWS_EC2_METADATA_DISABLED": None,
                        "AWS_EC2_METADATA_SERVICE_ENDPOINT": self.metadata.url}
        return self.world.variables(changes)

    def chain(self, calls):
        """The calls as (action, caller, what was asked), in the graph's own names."""
        return [(call.action, self.name(call.key_id), {
            "role": self.roles.get(call.params.get("RoleArn")),
            "external ID": call.params.get("ExternalId"),
            "duration": call.params.get("DurationSeconds", "3600"),
            "session name": _chosen(call.params.get("RoleSessionName", "")),
        }) for call in calls]

    def name(self, key_id):
        """Whose key it is, in the graph's own names."""
        if key_id is None or key_id in self.labels:
            return self.labels.get(key_id)
        made = self.sts.identities.get(key_id)
        return made.arn.split("/")[1] if made and made.is_role else f"unknown {key_id}"


def _chosen(name):
    """A session name that the config file names; None for each program's own default."""
    return name if name.startswith("session-") else None
