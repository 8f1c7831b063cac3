"""Which STS is asked: regions, partitions, FIPS, dual stack, and addresses set by hand."""

import itertools

import botocore.endpoint_provider
import botocore.loaders
import pytest

OURS = "http://127.0.0.1:{}/{}"
#: Regions of every partition, an opt-in one among them.
REGIONS = ["us-east-1", "eu-central-1", "af-south-1", "il-central-1", "cn-north-1",
           "us-gov-west-1", "eusc-de-east-1", "us-iso-east-1", "us-isob-east-1",
           "eu-isoe-west-1", "us-isof-south-1"]


@pytest.fixture
def ready(world):
    world.add("work")
    world.environment |= {  # no request leaves the machine, whatever is asked
        "AWS_ENDPOINT_URL_STS": None, "HTTPS_PROXY": "http://127.0.0.1:1",
        "NO_PROXY": "127.0.0.1"}
    return world


LOADER = botocore.loaders.Loader()
RULES = botocore.endpoint_provider.EndpointProvider(
    LOADER.load_service_model("sts", "endpoint-rule-set-1"), LOADER.load_data("partitions"))


def of_botocore(region, fips, dual):
    """What AWS's own rules in botocore say."""
    return RULES.resolve_endpoint(
        Region=region, UseFIPS=fips, UseDualStack=dual, UseGlobalEndpoint=False).url


@pytest.mark.parametrize("region", REGIONS)
def test_the_url_in_the_plan_is_botocores(ready, region):
    for fips, dual in itertools.product((False, True), repeat=2):
        ready.config(f"[profile work]\nregion = {region}\nuse_fips_endpoint = {fips}\n"
                     f"use_dualstack_endpoint = {dual}\n".lower())
        assert of_botocore(region, fips, dual) in ready.plan("work").said()


@pytest.mark.parametrize("settings, env, host, region", [
    ("", {"AWS_USE_FIPS_ENDPOINT": "true"}, "sts-fips.eu-west-1.amazonaws.com", "eu-west-1"),
    ("use_fips_endpoint = true", {"AWS_USE_FIPS_ENDPOINT": "false"}, "sts.eu-west-1.amazonaws.com",
     "eu-west-1"),
    ("", {"AWS_USE_DUALSTACK_ENDPOINT": "true"}, "sts.eu-west-1.api.aws", "eu-west-1"),
    ("sts_regional_endpoints = legacy", {}, "sts.amazonaws.com", "us-east-1"),
    ("sts_regional_endpoints = legacy", {"AWS_STS_REGIONAL_ENDPOINTS": "regional"},
     "sts.eu-west-1.amazonaws.com", "eu-west-1"),
    ("", {"AWS_STS_REGIONAL_ENDPOINTS": "legacy"}, "sts.amazonaws.com", "us-east-1"),
    ("", {}, "sts.eu-west-1.amazonaws.com", "eu-west-1"),
], ids=["FIPS", "variable beats setting", "dual stack", "legacy", "legacy beaten",
        "legacy by variable", "regional"])
def test_the_host_that_is_asked(ready, proxy, certificates, settings, env, host, region):
    ready.config(f"[profile work]\nregion = eu-west-1\n{settings}\n")
    ready.credtool("exec", "work", "--", "true", env=env | {
        "HTTPS_PROXY": proxy.url, "AWS_CA_BUNDLE": str(certificates[0])}).works()
    assert [line.split()[1] for line in proxy.asked] == [f"{host}:443"]
    assert ready.sts.asked("GetSessionToken")[-1].region == region


@pytest.mark.parametrize("region", ["af-south-1", "eu-south-1", "ap-east-1"])
def test_opt_in_regions_stay_regional(ready, region):
    """A legacy token would not be valid in them."""
    ready.config(f"[profile work]\nregion = {region}\nsts_regional_endpoints = legacy\n")
    assert f"https://sts.{region}.amazonaws.com" in ready.plan("work").said()


@pytest.mark.parametrize("settings", [
    "sts_regional_endpoints = nonsense", "use_fips_endpoint = maybe",
    "use_dualstack_endpoint = 1", "endpoint_url = nonsense"])
def test_a_wrong_value_is_told_with_file_and_line(ready, settings):
    ready.config(f"[profile work]\nregion = eu-west-1\n{settings}\n")
    ready.credtool("exec", "work", "--", "true").fails(
        settings.split()[0], "~/.aws/config:3", code=125)


class TestSetByHand:
    """AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL, the `services` section, `endpoint_url`."""

    LAYERS = ["variable-of-sts", "variable", "services", "profile"]

    def set_up(self, world, layers):
        """Each layer points to a path of its own."""
        port = world.sts.front.server_port
        urls = {layer: OURS.format(port, layer) for layer in self.LAYERS}
        env = {}
        if "variable-of-sts" in layers:
            env["AWS_ENDPOINT_URL_STS"] = urls["variable-of-sts"]
        if "variable" in layers:
            env["AWS_ENDPOINT_URL"] = urls["variable"]
        text = "[profile work]\nregion = eu-west-1\n"
        if "profile" in layers:
            text += f"endpoint_url = {urls['profile']}\n"
        if "services" in layers:
            text += (f"services = local\n\n[services local]\niam =\n  endpoint_url = http://other\n"
                     f"sts =\n  endpoint_url = {urls['services']}\n")
        world.config(text)
        return env, urls

    @pytest.mark.parametrize("first", range(4), ids=LAYERS)
    def test_the_order(self, ready, first):
        env, urls = self.set_up(ready, self.LAYERS[first:])
        asked = ready.plan("work", env=env)["settings"]["endpointUrl"]["value"]
        assert asked == urls[self.LAYERS[first]]

    @pytest.mark.parametrize("layer", LAYERS)
    def test_each_is_asked(self, ready, layer):
        """The front does not mind the path."""
        env, _ = self.set_up(ready, [layer])
        assert ready.session("work", env=env).arn == ready.keys["work"].arn

    @pytest.mark.parametrize("how", ["variable", "setting"])
    def test_they_can_be_ignored(self, ready, how):
        """What the files say is, and what the variables say too."""
        env, _ = self.set_up(ready, self.LAYERS)
        if how == "variable":
            env["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"
        else:
            ready.config(ready.config_file.read_text().replace(
                "region", "ignore_configured_endpoint_urls = true\nregion"))
        assert "https://sts.eu-west-1.amazonaws.com" in ready.plan("work", env=env).said()

    def test_a_services_section_that_is_not_there(self, ready):
        ready.config("[profile work]\nservices = nowhere\n")
        ready.credtool("exec", "work", "--", "true").fails(
            "nowhere", "~/.aws/config:2", code=125)

    def test_of_the_profile_asked_for(self, ready):
        """A role's calls go where its own profile says."""
        env, urls = self.set_up(ready, ["profile"])
        arn = ready.sts.new_role("deploy")
        ready.config(ready.config_file.read_text()
                     + f"[profile prod]\nrole_arn = {arn}\nsource_profile = work\n"
                     f"endpoint_url = {OURS.format(ready.sts.front.server_port, 'prod')}\n")
        assert ready.session("prod", env=env).is_role
        assert "/prod" in ready.plan("prod", env=env).said()


class TestCABundle:
    @pytest.fixture
    def https(self, ready, certificates):
        ready.environment["AWS_ENDPOINT_URL_STS"] = f"https://127.0.0.1:{certificates[1]}"
        return ready

    def test_as_a_setting(self, https, certificates):
        https.config(f"[profile work]\nca_bundle = {certificates[0]}\n")
        https.session("work")

    def test_the_variable_beats_it(self, https, certificates):
        https.config("[profile work]\nca_bundle = /nowhere/ca.pem\n")
        https.session("work", env={"AWS_CA_BUNDLE": str(certificates[0])})
        https.credtool("exec", "work", "--fresh", "--", "true").fails(
            "/nowhere/ca.pem", "~/.aws/config:2", code=125)
