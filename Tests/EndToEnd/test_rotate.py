"""`rotate`: at every moment each profile has a key that works, and the same command goes on."""

import json
import os
import re
import shutil
import signal

import pytest

from rig import injection
from rig import sts as faults
from rig.keyring import eventually
from rig.sts import Refusal
from rig.world import fast, short_sleeps

PASSPHRASE = {"CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}
CHANGES = ["CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey"]
DAY = 24 * 3600


@pytest.fixture(autouse=True)
def without_waiting(world):
    """The pauses between questions to AWS pass in a moment."""
    world.environment |= short_sleeps()


@pytest.fixture
def ready(world):
    world.old = world.add("work")
    world.sts.calls.clear()
    return world


def stored(world, profile="work"):
    """The key in the vault; it works, or the test fails."""
    found = world.exec_env(profile, "--no-session")
    key_id = found["AWS_ACCESS_KEY_ID"]
    assert world.sts.works(key_id, found["AWS_SECRET_ACCESS_KEY"]), f"{key_id} does not work"
    return world.sts.identities[key_id]


def listed(world):
    """The user's keys at IAM: ID → status."""
    keys = world.sts.iam.list_access_keys(UserName=world.old.user)["AccessKeyMetadata"]
    return {key["AccessKeyId"]: key["Status"] for key in keys}


def is_done(world):
    """One key is left: the one that is stored, and no longer the old one."""
    key = stored(world)
    assert key is not world.old and listed(world) == {key.key_id: "Active"}
    assert records(world) == []
    return key


def records(world):
    """What of rotations the keyring still has."""
    return [item for item in world.keyring.items()
            if any("rotation" in value for value in world.keyring.attributes(item).values())]


def goes_on(world):
    world.sts.forget_faults()
    world.credtool("rotate", "work").works()
    return is_done(world)


@pytest.mark.parametrize("vault", ["secret-service", "file"])
def test_a_new_key_takes_the_old_ones_place(world, vault):
    world.environment |= PASSPHRASE
    world.more_secrets.update(PASSPHRASE.values())
    world.old = world.add("work", "--vault", vault)
    session = world.session("work")
    world.sts.calls.clear()
    told = world.credtool("rotate", "work").works().says("rotated", world.old.key_id[-4:])
    asked = [call.action for call in world.sts.calls]
    assert [name for name in asked if name in CHANGES] == CHANGES
    for earlier, later in (CHANGES[:2], CHANGES[1:]):
        between = asked[asked.index(earlier):asked.index(later)]
        assert between.count("GetCallerIdentity") >= 3, asked
    new = is_done(world)
    signed = {call.action: call.key_id for call in world.sts.calls if call.action in CHANGES}
    assert signed == {"CreateAccessKey": world.old.key_id, "UpdateAccessKey": new.key_id,
                      "DeleteAccessKey": new.key_id}
    assert new.key_id not in told.stderr, "shown whole"
    assert world.session("work") is not session, "a session of the old key is handed out"
    assert world.credtool("remove", "work", "--force").works()


def test_a_key_that_flaps_is_waited_for(ready):
    ready.sts.new_keys_flap = "xxx.x..x...x...x"
    ready.credtool("rotate", "work").works().says("does not know key")
    is_done(ready)
    assert ready.sts.count("CreateAccessKey") == 1


def test_a_key_that_aws_never_knows_changes_nothing(ready):
    ready.sts.new_keys_flap = "x" * 100_000
    ready.environment.pop("LD_PRELOAD")
    ready.credtool("rotate", "work", through=fast(10)).fails(
        "does not know the new key", "credtool rotate work")
    assert stored(ready) is ready.old
    assert set(listed(ready).values()) == {"Active"}, "the old one was deactivated"
    for identity in ready.sts.identities.values():
        identity.refusals.clear()
    goes_on(ready)
    assert ready.sts.count("CreateAccessKey") == 1, "the key that was made is used"


# Ended or failing at each call.


def ended(world, when, holder):
    """A fault: the call ends credtool, before AWS has looked at it or after it has done it."""
    def fault(handler):
        eventually(lambda: holder, "the process that asks")
        if when == "after":
            identity = world.sts.identities[handler.call.key_id]
            world.sts.answer(handler, b"", identity)
        os.kill(holder[0].pid, signal.SIGKILL)
        return faults.closed()(handler)
    return fault


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("action", CHANGES + ["ListAccessKeys"])
def test_killed_at_a_call(ready, action, when):
    holder = []
    ready.sts.inject(action, ended(ready, when, holder))
    holder.append(ready.start("rotate", "work"))
    assert ready.finish(holder[0]).code == -signal.SIGKILL
    stored(ready)
    goes_on(ready)


@pytest.mark.parametrize("nth", range(7))
def test_killed_while_it_asks_who_it_is(ready, nth):
    """Before anything is done, after the key is made, and after the old one is deactivated."""
    holder = []
    ready.sts.inject("GetCallerIdentity", lambda handler: False, times=nth)
    ready.sts.inject("GetCallerIdentity", ended(ready, "before", holder))
    holder.append(ready.start("rotate", "work"))
    assert ready.finish(holder[0]).code == -signal.SIGKILL
    stored(ready)
    goes_on(ready)


FAULTS = {
    "down": (faults.error(503, "ServiceUnavailable", "Down."), 3),
    "throttled": (faults.throttled(), 3),
    "denied": (faults.error(403, "AccessDenied", "No."), 1),
    "closed": (faults.closed(), 3),
    "nonsense": (faults.raw(b"<html>captive portal</html>"), 3),
}


@pytest.mark.parametrize("action", CHANGES + ["ListAccessKeys", "GetCallerIdentity"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_a_call(ready, action, fault):
    fault, times = FAULTS[fault]
    ready.sts.inject(action, fault, times)
    result = ready.credtool("rotate", "work")
    if result.code:
        result.fails()
    stored(ready)
    goes_on(ready)


def test_an_answer_that_is_lost_leaves_no_key_behind(ready):
    """AWS makes the key, and nobody hears of it: the next run deletes it."""
    def lost(handler):
        ready.sts.answer(handler, b"", ready.sts.identities[handler.call.key_id])
        return faults.closed()(handler)

    ready.sts.inject("CreateAccessKey", lost)
    ready.credtool("rotate", "work").fails("credtool rotate work")
    assert stored(ready) is ready.old and len(listed(ready)) == 2
    result = ready.credtool("rotate", "work").works()
    result.says("an earlier run made and could not store")
    is_done(ready)


def test_a_key_of_somebody_else_is_left_alone(ready):
    """Made at the same moment, but in use: it is not the one whose secret was lost."""
    def lost(handler):
        return faults.closed()(handler)

    ready.sts.inject("CreateAccessKey", lost)
    ready.credtool("rotate", "work").fails()
    made = ready.sts.iam.create_access_key(UserName=ready.old.user)["AccessKey"]
    ready.more_secrets.add(made["SecretAccessKey"])
    ready.sts.inject("GetAccessKeyLastUsed", faults.raw(
        b"<GetAccessKeyLastUsedResponse><GetAccessKeyLastUsedResult><UserName>x</UserName>"
        b"<AccessKeyLastUsed><Region>eu-west-1</Region><ServiceName>s3</ServiceName>"
        b"<LastUsedDate>2026-01-01T00:00:00Z</LastUsedDate></AccessKeyLastUsed>"
        b"</GetAccessKeyLastUsedResult></GetAccessKeyLastUsedResponse>"), times=9)
    ready.credtool("rotate", "work").fails("two keys", "for s3 in eu-west-1")
    assert made["AccessKeyId"] in listed(ready)


def test_a_new_key_that_was_deactivated_is_taken_back(ready):
    ready.sts.inject("GetCallerIdentity", lambda handler: False)
    ready.sts.inject("GetCallerIdentity", faults.error(503, "ServiceUnavailable"), times=3)
    ready.credtool("rotate", "work").fails()
    [first] = set(listed(ready)) - {ready.old.key_id}
    ready.sts.iam.update_access_key(
        UserName=ready.old.user, AccessKeyId=first, Status="Inactive")
    ready.sts.inactive_keys.add(first)
    assert goes_on(ready).key_id != first


def test_no_room_for_the_new_key_takes_it_back(world):
    """It is deleted at once: nobody else has its secret."""
    world.environment |= PASSPHRASE | {"CREDTOOL_VAULT": "file"}
    world.more_secrets.update(PASSPHRASE.values())
    world.old = world.add("work")

    def fills_up(handler):
        os.chmod(world.data, 0o500)
        return False

    world.sts.inject("CreateAccessKey", fills_up)
    try:
        world.credtool("rotate", "work").fails("nothing was changed")
    finally:
        os.chmod(world.data, 0o700)
    assert listed(world) == {world.old.key_id: "Active"} and stored(world) is world.old
    world.credtool("rotate", "work").works()
    assert list(listed(world)) == [stored(world).key_id]


# What IAM wants, and what it says.


def test_with_mfa_where_a_policy_wants_it(ready):
    ready.sts.key_changes_need_mfa = True
    codes = ready.scratch / "codes"
    codes.write_text("123456\n654321\n")
    ready.config(f"[profile work]\nmfa_serial = {ready.old.mfa_serial}\n"
                 f"mfa_process = head -1 {codes}; sed -i 1d {codes}\n")
    ready.sts.inject("GetSessionToken", lambda handler: False)
    ready.sts.inject("GetSessionToken", lambda handler: ready.sts.mfa_codes.update(
        {ready.old.mfa_serial: "654321"}))
    ready.credtool("rotate", "work").works()
    made = ready.sts.asked("GetSessionToken")
    assert [call.params["TokenCode"] for call in made] == ["123456", "654321"], "one a key"
    assert [call.key_id for call in made] == [ready.old.key_id, is_done(ready).key_id]


def test_without_a_device_the_way_to_mfa_is_told(ready):
    ready.sts.key_changes_need_mfa = True
    ready.credtool("rotate", "work").fails("AccessDenied", "mfa-serial", "iam:CreateAccessKey")
    assert stored(ready) is ready.old and listed(ready) == {ready.old.key_id: "Active"}
    assert records(ready) == [], "nothing was begun"


def test_two_keys_are_told_and_left_alone(ready):
    made = ready.sts.iam.create_access_key(UserName=ready.old.user)["AccessKey"]
    ready.more_secrets.add(made["SecretAccessKey"])
    ready.sts.iam.update_access_key(
        UserName=ready.old.user, AccessKeyId=made["AccessKeyId"], Status="Inactive")
    result = ready.credtool("rotate", "work").fails(
        "two keys", "the stored one", "inactive", "never used", "last used",
        f"delete-access-key --user-name {ready.old.user} --access-key-id {made['AccessKeyId']}")
    assert made["SecretAccessKey"] not in result.stderr
    assert ready.sts.count("CreateAccessKey") == 0 and len(listed(ready)) == 2


def test_the_root_users_key_is_refused(world):
    world.add("work", "--allow-root", key=world.sts.new_key(root=True))
    world.credtool("rotate", "work").fails("root user")
    assert world.sts.count("CreateAccessKey") == 0


def test_a_profile_on_anothers_key_names_that_one(ready):
    ready.config("[profile deploy]\nsource_profile = work\n"
                 f"role_arn = {ready.sts.new_role('deploy')}\n")
    ready.credtool("rotate", "deploy").fails("credtool rotate work")
    ready.credtool("rotate", "nobody").fails("nobody")
    assert ready.sts.count("CreateAccessKey") == 0


def test_a_session_with_mfa_of_a_key_that_flaps_is_waited_for(ready):
    ready.sts.key_changes_need_mfa = True
    codes = ready.scratch / "codes"
    codes.write_text("123456\n654321\n234567\n")
    ready.config(f"[profile work]\nmfa_serial = {ready.old.mfa_serial}\n"
                 f"mfa_process = head -1 {codes}; sed -i 1d {codes}\n")
    ready.sts.inject("GetSessionToken", lambda handler: ready.sts.mfa_codes.update(
        {ready.old.mfa_serial: handler.call.params["TokenCode"]}), times=9)
    # Known four times, then not: that is the call by which the session is made.
    ready.sts.new_keys_flap = "....x...."
    ready.credtool("rotate", "work").works().says("does not know key")
    is_done(ready)


def test_a_stored_key_that_is_none_any_more(ready):
    ready.sts.iam.update_access_key(
        UserName=ready.old.user, AccessKeyId=ready.old.key_id, Status="Inactive")
    ready.sts.inactive_keys.add(ready.old.key_id)
    result = ready.credtool("rotate", "work").fails("credtool add work --force")
    assert "works as before" not in result.stderr


# A key under several names, in several vaults, and other keys that come in between.


@pytest.fixture
def shared(world):
    """A key that two profiles have, each in a vault of its own."""
    world.environment |= PASSPHRASE
    world.more_secrets.update(PASSPHRASE.values())
    world.old = world.add("work")
    world.add("other", "--vault", "file", key=world.old)
    return world


def stopped(world, action="UpdateAccessKey"):
    """A rotation of `work` that AWS has not let go on."""
    world.sts.inject(action, faults.error(503, "ServiceUnavailable"), times=3)
    world.credtool("rotate", "work").fails()
    world.sts.forget_faults()


def stopped_before_the_new_key_works(world):
    world.sts.inject("GetCallerIdentity", lambda handler: False)
    stopped(world, "GetCallerIdentity")


def test_a_key_under_two_names_is_replaced_under_both(shared):
    shared.credtool("rotate", "work").works()
    assert stored(shared, "other") is is_done(shared)


@pytest.mark.parametrize("name", ["work", "other"])
def test_killed_between_the_two_it_goes_on_under_either_name(shared, name):
    def writes_the_vault(point):
        return point.call.startswith("rename") and point.on.endswith("/vault")

    point, = filter(writes_the_vault, injection.points(shared, "rotate", "work"))
    shared.old = stored(shared)
    log = shared.scratch / "injected"
    killed = shared.credtool("rotate", "work", through=point.through("signal=KILL", log=log))
    assert killed.code in (-signal.SIGKILL, 128 + signal.SIGKILL), killed
    assert stored(shared) is stored(shared, "other") is shared.old
    # As a run that was killed a moment later leaves it.
    made, = set(listed(shared)) - {shared.old.key_id}
    shared.add("other", "--force", "--vault", "file", key=shared.sts.identities[made])
    assert stored(shared, "other") is not stored(shared)
    shared.credtool("vault", "move", "--to", "secret-service", "other").fails("credtool rotate")
    shared.credtool("rotate", name).works().says("going on")
    assert stored(shared, "other") is is_done(shared)


def test_a_profile_that_has_got_another_key_keeps_it(shared):
    stopped_before_the_new_key_works(shared)
    other = shared.add("other", "--force", key=shared.sts.new_key("bob"))
    shared.credtool("rotate", "work").works()
    assert stored(shared, "other") is other and is_done(shared) is not other


def test_the_rotation_of_anothers_key_is_left_alone(shared):
    stopped_before_the_new_key_works(shared)
    other = shared.add("other", "--force", key=shared.sts.new_key("bob"))
    shared.credtool("rotate", "other").works()
    assert stored(shared, "other") is not other and records(shared) != []
    shared.credtool("rotate", "work").works().says("going on")
    is_done(shared)


@pytest.mark.parametrize("change", ["replaced", "removed"])
def test_a_key_that_changes_while_aws_is_waited_for(ready, change):
    ready.sts.inject("GetCallerIdentity", lambda handler: False)
    ready.sts.inject("GetCallerIdentity", faults.late(30))
    process = ready.start("rotate", "work")
    eventually(lambda: ready.sts.count("GetCallerIdentity") == 2, "the question", 30)
    if change == "replaced":
        other = ready.add("work", "--force", key=ready.sts.new_key("bob"))
    else:
        ready.credtool("remove", "work", "--force").works()
    ready.sts.released.set()
    result = ready.finish(process)
    if change == "replaced":
        result.fails("another key", "credtool rotate work")
        assert stored(ready) is other
    else:
        result.fails("work")
        ready.credtool("exec", "work", "--", "true").fails("work", code=125)
    assert listed(ready)[ready.old.key_id] == "Active"


def test_the_old_key_comes_back_from_a_backup_into_another_vault(world):
    world.environment |= PASSPHRASE | {"CREDTOOL_BACKUP_PASSPHRASE": "made-up backup"}
    world.more_secrets |= set(PASSPHRASE.values()) | {"made-up backup"}
    world.old = world.add("work", "--vault", "file")
    backup = world.home / "backup"
    world.credtool("vault", "backup", str(backup)).works()
    stopped(world, "DeleteAccessKey")
    world.credtool("vault", "restore", str(backup), "--force").works()
    world.credtool("rotate", "work").works().says("going on")
    is_done(world)
    assert b"rotation:" not in (world.data / "vault").read_bytes()


def test_what_cannot_be_read_stands_in_nobody_elses_way(ready):
    ready.add("second")
    stopped(ready)
    record, = records(ready)
    ready.keyring.overwrite(record, b"credtool-rotation 2\n")
    ready.credtool("rotate", "second").works()
    key = stored(ready)
    ready.credtool("remove", "work", "--force").works()
    assert records(ready) != [], "the key that it tells of is not known"
    assert key.key_id in listed(ready)


def test_another_key_that_was_stored_meanwhile_stays(ready):
    ready.sts.inject("UpdateAccessKey", faults.error(503, "ServiceUnavailable"), times=3)
    ready.credtool("rotate", "work").fails("before the old key was deactivated")
    other = ready.add("work", "--force", key=ready.sts.new_key("bob"))
    ready.old = other
    ready.credtool("rotate", "work").works().says("forgotten")
    assert is_done(ready) is not other


def test_doctor_tells_of_what_was_not_ended(ready):
    stopped_before_the_new_key_works(ready)
    result = ready.credtool("doctor")
    assert result.code == 1 and "under a rotation" in result.stdout, result
    assert "hint: credtool rotate work goes on" in result.stdout, result
    made, = set(listed(ready)) - {ready.old.key_id}
    ready.add("work", "--force", key=ready.sts.new_key("bob"))
    told = ready.credtool("doctor").works().stdout
    assert "of an unfinished rotation" in told and "doctor --fix forgets them" in told, told
    assert records(ready) != []
    ready.credtool("doctor", "--fix").works().says(
        "unfinished rotation", f"--access-key-id {made}")
    assert records(ready) == []


def test_doctor_takes_no_rotation_for_nobodys_where_the_index_is_gone(ready):
    stopped_before_the_new_key_works(ready)
    shutil.rmtree(ready.data)
    assert "no profile has" not in ready.credtool("doctor").stdout
    ready.credtool("doctor", "--fix")
    assert records(ready) != []


def test_removing_the_key_takes_what_was_unfinished_along(ready):
    ready.sts.inject("UpdateAccessKey", faults.error(503, "ServiceUnavailable"), times=3)
    ready.credtool("rotate", "work").fails()
    assert records(ready) != []
    ready.credtool("remove", "work", "--force").works()
    assert records(ready) == []


def test_one_at_a_time(ready):
    ready.sts.inject("CreateAccessKey", faults.late(3))
    first = ready.start("rotate", "work")
    while not ready.sts.count("CreateAccessKey"):
        assert first.poll() is None
    ready.credtool("rotate", "work").fails("another credtool")
    ready.sts.released.set()
    ready.finish(first).works()
    is_done(ready)


# Ages.


def age(world, profile, days):
    """The index says that a key was added so long ago."""
    path = world.data / "index.tsv"
    lines = [re.sub(r"\t(\d{9,})\t", lambda match: f"\t{int(match[1]) - days * DAY}\t", line)
             if line.startswith(f"{profile}\t") else line
             for line in path.read_text().splitlines(keepends=True)]
    path.write_text("".join(lines))


def test_list_shows_ages_and_what_is_due(ready):
    ready.add("young")
    ready.config("[profile work]\ncredtool_rotate_after = 90d\n"
                 "[profile young]\ncredtool_rotate_after = 90d\n")
    age(ready, "work", 91)
    result = ready.credtool("list").works()
    assert re.search(r"^work .* 91d due ", result.stdout, re.M), result
    assert re.search(r"^young .* 0d ", result.stdout, re.M), result
    result.says("due to be rotated: work", "credtool rotate work")
    rows = {row["profile"]: row for row in json.loads(
        ready.credtool("list", "--json").works().is_silent().stdout)["profiles"]}
    assert (rows["work"]["keyAgeDays"], rows["work"]["rotationDue"]) == (91, True)
    assert (rows["young"]["keyAgeDays"], rows["young"]["rotationDue"]) == (0, False)
    ready.credtool("rotate", "work").works()
    assert "due" not in ready.credtool("list").works().is_silent().stdout


def test_all_that_are_older(ready):
    """AWS's own date counts: it is the key that grows old, not its place in the vault."""
    young = ready.add("young")
    moto = [key for key in moto_keys(ready) if key.access_key_id == ready.old.key_id]
    moto[0].create_date = moto[0].create_date.replace(year=2020)
    result = ready.credtool("rotate", "--all", "--older-than", "90d").works()
    result.says("young is less than a day old, and stays")
    is_done(ready)
    assert stored(ready, "young") is young
    ready.credtool("rotate", "work", "--older-than", "1d").works().says("stays")


def moto_keys(world):
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.iam.models import iam_backends

    backend = iam_backends[DEFAULT_ACCOUNT_ID]["aws"]
    return [key for user in backend.users.values() for key in user.access_keys]


def test_all_goes_on_where_one_fails(ready):
    second = ready.add("second")
    ready.sts.inject("CreateAccessKey", faults.error(403, "AccessDenied", "No."))
    ready.credtool("rotate", "--all").fails("1 of 2 keys was", "AccessDenied")
    assert stored(ready) is ready.old and stored(ready, "second") is not second
    ready.credtool("rotate", "--all", "work").fails(code=2)
