// What credtool does for its user's safety, each statement with the tests that show it.

/// The statements of credtool-security(7), by the part of the page that they stand in.
enum SecurityClaims {
    static let all = [
        ("KEYS AT REST", atRest), ("SESSIONS", sessions), ("SIGN-INS", signIns),
        ("IN MEMORY AND ON THE WAY", onTheWay),
        ("OTHER USERS", otherUsers), ("HOSTILE INPUT", hostile), ("MISTAKES", mistakes),
    ]

    private static let atRest = [
        Claim(
            """
            Keys lie on disk only encrypted: by the keyring under the login password, or in the \
            file vault under a passphrase. A stolen disk, a backup or a home directory shared by \
            mistake gives no key away.
            """,
            .init("VaultTests", "theFileIsPrivateAndShowsNoSecret"),
            .init("test_rig", "test_leaks_are_found")),
        Claim(
            "A file vault that was changed by so much as a bit isn't opened.",
            .init("VaultTests", "everyFlippedBitIsNoticed"),
            .init("test_vaults", "test_a_changed_byte")),
        Claim(
            "A secret is never taken from the command line, and is not shown as it is typed.",
            .init("test_usage", "test_a_secret_in_the_wrong_place_is_not_repeated"),
            .init("test_add", "test_asks_on_the_terminal_and_hides_the_secret")),
        Claim(
            """
            The password that `credtool unlock` asks for, or a command that meets a locked keyring, \
            goes to the keyring's daemon alone, encrypted on the bus, and is neither kept nor shown.
            """,
            .init("test_unlock", "test_the_password_crosses_the_bus_encrypted"),
            .init("test_unlock", "test_on_a_terminal"),
            .init("test_unlock", "test_the_password_opens_it_for_the_command")),
        Claim(
            """
            The private key of a certificate, once it is in the vault, rests there in the same way. \
            It signs, and is never sent.
            """,
            .init("test_roles_anywhere", "test_the_key_in_the_vault"),
            .init("test_roles_anywhere", "test_no_key_stays_in_memory_after_add")),
        Claim(
            """
            A backup is sealed as the file vault is, for its owner alone, and counts only once it \
            was read back; without its passphrase it gives no key away.
            """,
            .init("VaultTests", "whatIsWrittenOpensAgain"),
            .init("test_vault", "test_and_back")),
        Claim(
            """
            `credtool vault restore` and `move` take no key away before another vault gave it back, \
            and leave another key of a profile as it is unless `--force` is said. Killed at any \
            write, each profile has its key.
            """,
            .init("test_vault", "test_another_key_stays"),
            .init("test_faults_vault", "test_the_old_or_the_new")),
        Claim(
            """
            Whoever changes the passphrase of the file vault has to know the present one, even where \
            its key is held; afterwards only the new one opens it.
            """,
            .init("VaultTests", "theOldOneIsWantedEvenWhereItsKeyIsHeld"),
            .init("test_vault", "test_on_a_terminal")),
        Claim(
            """
            After `credtool lock` no stored key is used without the keyring's password or the file \
            vault's passphrase.
            """,
            .init("test_lock", "test_the_keyring_and_the_file_vault")),
        Claim(
            """
            At every moment of `credtool rotate`, each profile that has the key has one that works; \
            killed at any point and run again, it goes on. A key that it has not seen is left alone.
            """,
            .init("test_rotate", "test_killed_at_a_call"),
            .init("test_rotate", "test_killed_between_the_two_it_goes_on_under_either_name"),
            .init("test_rotate", "test_a_key_that_changes_while_aws_is_waited_for"),
            .init("test_faults_commands", "test_the_old_or_the_new")),
        Claim(
            """
            `credtool import` takes no key away from where it was before the vault was read back. \
            Killed at any write, the key is in one place at least.
            """,
            .init("test_faults_import", "test_the_old_or_the_new")),
        Claim(
            """
            `credtool scan` shows four characters of a secret, keeps none, and sends nothing. The log \
            of `credtool log` has no secret, and no argument of a program unless the profile says so.
            """,
            .init("test_scan", "test_finds_them_where_people_leave_them"),
            .init("test_log", "test_arguments_only_where_the_profile_says_so")),
        Claim(
            "`credtool remove` takes the key and every session made from it away.",
            .init("test_remove_clear", "test_remove_takes_the_key_and_its_sessions")),
    ]

    private static let sessions = [
        Claim(
            "A program gets a session, and not the key that it is made from.",
            .init("test_exec", "test_the_main_job")),
        Claim(
            """
            Under `credtool exec --server`, the environment holds no session, but an address and a \
            token that is made for this one run.
            """,
            .init(
                "test_exec_server", "test_the_endpoint_has_the_session_and_the_environment_does_not"
            ),
            .init("test_exec_server", "test_each_run_has_a_token_of_its_own"),
            .init("ServerTests", "aTokenAdmitsItself")),
        Claim(
            "Sessions rest in memory, in the kernel keyring, and the kernel deletes them in time.",
            .init("StoreTests", "theKernelKeepsARecordUntilItIsRemoved"),
            .init("StoreTests", "theKernelKeepsNothingForEver")),
        Claim(
            """
            Where `credtool_forget_on` says so, cached sessions are forgotten when the screen is \
            locked, before the machine sleeps, or at logout; the process that waits for that holds \
            no secrets, and of the system's bus hears systemd-logind alone.
            """,
            .init("test_watch", "test_sessions_are_forgotten"),
            .init("test_watch", "test_sleep_waits_until_they_are_forgotten"),
            .init("test_watch", "test_it_has_no_secrets"),
            .init("test_watch", "test_logind_alone_is_listened_to")),
        Claim(
            "The program inherits no other credentials: variables of other sessions are taken out.",
            .init("test_child", "test_are_gone"),
            .init("test_child", "test_nested_exec_replaces_the_environment")),
        Claim(
            """
            A session is used again only for the same key, roles, policies, tags, device, region \
            and endpoint; never one that has expired.
            """,
            .init("test_cache", "test_flags"),
            .init("test_cache", "test_config"),
            .init("test_cache", "test_min_ttl")),
        Claim(
            "No MFA code is written down, and none is sent twice.",
            .init("test_mfa_prompts", "test_no_code_is_written_down"),
            .init("test_mfa_prompts", "test_a_wrong_one_is_not_sent_again_either")),
        Claim(
            "`credtool plan` shows no secret, and runs and asks nothing.",
            .init("test_plan", "test_no_secret_whatever_is_in_the_files")),
    ]

    private static let signIns = [
        Claim(
            """
            Tokens of sign-ins rest where keys do, encrypted. One is written to the AWS CLI's cache, \
            in plain, only where it came from there or a setting asks for it.
            """,
            .init("test_sign_in", "test_the_file_vault_keeps_sign_ins"),
            .init("test_sign_in_cli", "test_nothing_is_shared_unasked"),
            .init("test_console_cli", "test_who_is_signed_in_there_is_signed_in_here")),
        Claim(
            """
            What a browser brings back is heard from this machine alone, and counts only for the \
            sign-in that sent it: with its state, and the proof that only credtool has. A SAML \
            response has neither; it counts where it offers the role of the identity provider \
            that is set.
            """,
            .init("LoopbackTests", "onlyThisMachineIsHeard"),
            .init("LoopbackTests", "whatIsNoCallbackIsRefusedAndWaitedPast"),
            .init("test_sign_in_browser", "test_only_the_own_state_counts"),
            .init("test_saml", "test_what_is_not_offered")),
        Claim(
            """
            The ID token of an OpenID provider is checked before AWS is given it: who issued it, for \
            which client, to which sign-in and when, and its signature, by a key that the provider \
            publishes now. None counts that is unsigned, or signed with a public key as the secret.
            """,
            .init("SignInTests", "theExampleOfRFC7515IsSigned"),
            .init("SignInTests", "claimsAreChecked"),
            .init("test_openid", "test_what_is_wrong_is_told"),
            .init("test_openid", "test_keys_that_the_provider_changes")),
        Claim(
            """
            Renewing a token never loses a sign-in, at whatever moment the program or the machine \
            ends.
            """,
            .init("test_sign_in_faults", "test_a_kill_at_any_write"),
            .init("test_console_faults", "test_a_fault_at_any_write")),
        Claim(
            "`credtool logout` ends a sign-in at IAM Identity Center, and forgets it here.",
            .init("test_sign_in", "test_logout")),
    ]

    private static let onTheWay = [
        Claim(
            "In credtool's own memory secrets are wiped after use; none is left as a run ends.",
            .init("ModelTests", "bytesAreWipedWithTheirOwner"),
            .init("test_faults_memory", "test_cold_and_warm"),
            .init("test_faults_memory", "test_the_prompt"),
            .init("test_faults_secret_uses", "test_nothing_stays_in_memory"),
            .init("test_faults_secret_uses", "test_serve")),
        Claim(
            """
            No argument of a program has one, no file that was not asked for, and no environment but \
            that of the program that they are for.
            """,
            .init("test_faults_secret_uses", "test_nothing_leaves_but_what_is_handed_over")),
        Claim(
            "They are left out of core dumps.",
            .init("ModelTests", "pagesAreLeftOutOfCoreDumps"),
            .init("test_faults_secret_uses", "test_a_server_leaves_none")),
        Claim(
            "Between credtool and the keyring, secrets cross the D-Bus encrypted.",
            .init("VaultTests", "noSecretCrossesTheBusInPlain")),
        Claim(
            """
            AWS is asked over TLS, and a certificate that isn't signed by a trusted authority is \
            refused. A URL without TLS is used only where a setting names it, and warned of unless \
            it is on this machine.
            """,
            .init("test_network", "test_an_unknown_ca_is_refused"),
            .init("test_wire", "test_another_machine_is_warned_of_once")),
        Claim(
            "Passwords in URLs of endpoints and proxies are not shown.",
            .init("test_faults_secrets", "test_are_not_shown")),
        Claim(
            "The keys of credtool's own TLS connections are not logged by SSLKEYLOGFILE.",
            .init("test_wire", "test_it_is_the_childs_alone")),
    ]

    private static let otherUsers = [
        Claim(
            """
            What `credtool sign` prints holds no secret key, and its command for curl has neither \
            the signature nor the session token among the arguments, which everybody can read.
            """,
            .init("test_sign", "test_no_secret_is_in_the_arguments_of_curl"),
            .init("HandoverTests", "headerFieldsReachCurlThroughAPipe")),
        Claim(
            "They read neither sessions nor the file vault's derived key, even in a shared session.",
            .init("test_faults_second_user", "test_reads_neither_the_sessions_nor_the_derived_key")),
        Claim(
            "They can put no session and no key of theirs in the place of yours.",
            .init("test_faults_second_user", "test_cannot_put_a_session_of_theirs_in_place")),
        Claim(
            """
            The address by which `credtool console` signs the browser in stands on no command line, \
            and no process of theirs is sent there in the browser's place.
            """,
            .init("test_console_opening", "test_it_is_sent_there_by_way_of_this_machine"),
            .init("test_console_opening", "test_other_users_get_nothing"),
            .init("SystemTests", "theOwnerOfAConnection")),
        Claim(
            """
            `credtool serve` and `credtool exec --server` answer no program of theirs, whatever it \
            knows, over TCP as over a Unix socket.
            """,
            .init("test_serve_others", "test_over_tcp_with_the_right_token"),
            .init("test_serve_others", "test_the_metadata_service"),
            .init("test_serve_others", "test_over_a_unix_socket"),
            .init("test_serve_others", "test_the_server_of_exec")),
        Claim(
            "credtool's files are for their owner alone, whatever the umask is.",
            .init("test_vaults", "test_is_private_whatever_the_umask"),
            .init("VaultTests", "aFileOfAnotherUserIsRefused")),
        Claim(
            "A folder of the config files or of credtool's own that others may write to is mentioned.",
            .init("test_faults_secrets", "test_is_mentioned")),
    ]

    private static let mistakes = [
        Claim(
            """
            The guard rails of a profile hold for every command that hands its credentials over, also \
            where `--role` or the profile of `credtool setup-process` leads to it, and a script meets \
            a refusal, not a question.
            """,
            .init("test_guard_rails", "test_scripts_meet_a_refusal_however_they_ask"),
            .init("test_guard_rails", "test_no_other_profile_leads_around_them"),
            .init("test_guard_rails", "test_what_draws_from_it_asks_each_time"),
            .init(
                "test_guard_rails", "test_sessions_of_others_are_refused_where_they_live_too_long")),
        Claim(
            """
            With `credtool_read_only` a profile gives a session that can read, and no flag makes it \
            one that can do more.
            """,
            .init("test_guard_rails", "test_reading_alone")),
        Claim(
            "A key is not replaced by another one without a yes or a flag.",
            .init("test_import", "test_another_key_is_replaced_only_by_force"),
            .init("test_add", "test_only_after_a_yes")),
        Claim(
            "Who used which profile for which program stands in the log, and what was refused as well.",
            .init("test_log", "test_each_command_that_hands_over"),
            .init("test_log", "test_what_is_refused")),
        Claim(
            "Keys that stand in plain are found, also those that Git keeps.",
            .init("test_scan", "test_finds_them_where_people_leave_them"),
            .init("test_scan", "test_what_git_keeps")),
    ]

    private static let hostile = [
        Claim(
            """
            Files of the working directory decide nothing, nor do the settings of a Git repository \
            that is scanned.
            """,
            .init("test_faults_secrets", "test_nothing_is_read_there"),
            .init("test_scan", "test_git_runs_nothing_and_asks_nobody")),
        Claim(
            """
            A web page gets no session from `credtool serve` or `credtool exec --server`: what it \
            sends, and what is meant for another host, is refused.
            """,
            .init("ServerTests", "theGate"),
            .init("test_exec_server", "test_refusals_are_told")),
        Claim(
            "Whoever sends those nonsense, without end or nothing at all holds nobody else up.",
            .init("test_serve", "test_hostile_clients_hold_nobody_up")),
        Claim(
            "Servers that answer nonsense, without end or not at all do no harm, and are given up on.",
            .init("test_faults_servers", "test_answers_that_are_none"),
            .init("test_network", "test_100_megabytes_are_not_read"),
            .init("test_faults_servers", "test_redirects_are_not_followed")),
        Claim(
            "Control characters in texts of others don't reach the terminal.",
            .init("test_network", "test_control_characters_do_not_reach_the_terminal"),
            .init("test_wire", "test_marks_do_not_reach_the_terminal")),
        Claim(
            "Values are quoted so that a shell that evaluates the output runs nothing of them.",
            .init("test_export", "test_nothing_but_values_is_evaluated")),
        Claim(
            "Garbage in config files, caches, vaults and items of the keyring is told as that.",
            .init("FuzzTests", "nothingStopsTheParser"),
            .init("test_faults_fuzz", "test_config_files"),
            .init("test_faults_fuzz", "test_the_vault")),
    ]
}
