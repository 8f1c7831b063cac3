# Setting up, building, testing, showing, installing. `make help` lists the targets.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

PREFIX ?= /usr/local
DESTDIR ?=
MAN := $(DESTDIR)$(PREFIX)/share/man
BASH_COMPLETIONS := $(DESTDIR)$(PREFIX)/share/bash-completion/completions
ZSH_FUNCTIONS ?= $(PREFIX)/share/zsh/site-functions
FISH_COMPLETIONS := $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
PACKAGES_TO ?= .build
BINARY := .build/release/credtool
PYTHON := .venv/bin/python
REQUIREMENTS := Tests/EndToEnd/requirements.txt
CONFORMANCE := $(wildcard ../shared/conformance)
# Each library that the dynamic linker maps, and each relocation that it works off, is paid for at
# every start: C++'s and GCC's runtimes are linked statically, relocations packed where the C library
# of this machine can read that. All symbols are bound at the start, since the lazy binder saves
# vector registers on the stack, with whatever secret is in them. What short runs call stands side by
# side, as the kernel maps text by 64 KiB around what is used: `make order` writes the list. A name
# that another compiler gives to no function is passed over.
STATIC_CXX := .build/static-cxx
PACKED_RELOCATIONS := $(shell getconf GNU_LIBC_VERSION 2>/dev/null \
	| awk '{split($$2, v, "."); if (v[1] > 2 || v[2] >= 36) print "-z pack-relative-relocs"}')
ORDER := Sources/link-order
STRIP := -Xlinker -s
LINK := -Xswiftc -use-ld=lld -Xswiftc -Xclang-linker -Xswiftc -static-libgcc \
	$(foreach option,-L$(CURDIR)/$(STATIC_CXX) -z now --no-export-dynamic \
	--export-dynamic-symbol=pthread_create --gc-sections \
	--symbol-ordering-file=$(CURDIR)/$(ORDER) --no-warn-symbol-ordering \
	$(PACKED_RELOCATIONS),-Xlinker $(option)) $(STRIP)
# Generic metadata is made at build time where that is possible: at run time it was a third of a hit.
# Each function is a section of its own, so that the linker can drop it or put it elsewhere.
COMPILE := $(foreach option,-disable-concrete-type-metadata-mangled-name-accessors \
	-prespecialize-generic-metadata -function-sections,-Xswiftc -Xfrontend -Xswiftc $(option))
SWIFT_BUILD := swift build -c release --static-swift-stdlib --disable-local-rpath $(COMPILE) $(LINK)
RIG := PYTHONPATH=Tests/Support Tests/Support/own-kernel-keyring $(PYTHON)
# As many workers as processors, each with a kernel keyring of its own.
WORKERS := --dist worksteal --tx \
	'$(shell nproc)*popen//python=$(CURDIR)/Tests/Support/own-kernel-keyring $(CURDIR)/$(PYTHON)'
END_TO_END := PYTHONPATH=Tests/Support $(PYTHON) -m pytest $(WORKERS) Tests/EndToEnd

# Headers and libraries to build with, programs to test with. All are in Debian and Ubuntu.
PACKAGES := ca-certificates build-essential pkg-config \
	libsecret-1-dev libssl-dev libcurl4-openssl-dev libexpat1-dev libbsd-dev \
	libmicrohttpd-dev libqrencode-dev \
	gnome-keyring dbus dbus-bin dbus-user-session systemd libsecret-tools keyutils util-linux \
	binutils python3 python3-venv bash-completion fish zsh man-db groff-base openssl time curl strace \
	pinentry-tty pinentry-curses dpkg-dev lintian chromium zbar-tools xmlsec1 wrk nginx-light \
	podman runc busybox-static \
	xvfb xdotool gcr pinentry-gnome3 zenity keepassxc libkf5wallet-bin libqca-qt5-2-plugins

# Every parser as often as this by libFuzzer, as many at once as there are processors. What is found
# lies in .build/fuzz, to be put into Tests/Fuzz/corpus once it is mended.
RUNS ?= 1000000
FUZZ_BUILD := swift build -c release --scratch-path .build/fuzz --product fuzz \
	$(foreach option,-enable-testing -DFUZZER -Xfrontend -sanitize=fuzzer,-Xswiftc $(option)) \
	-Xcc -fsanitize=fuzzer-no-link
FUZZER_LIBRARY = $(shell swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p' \
	)/clang/lib/linux/libclang_rt.fuzzer_no_main-$(shell uname -m).a

.PHONY: help setup build test fuzz soak faults sanitize demo generate order bench install uninstall deb lint clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

setup: .venv/ready ## install what is missing: packages through apt, test tools through pip
	@command -v swift >/dev/null || { echo 'make: Swift 6.2 or later is needed:' \
		'https://www.swift.org/install/linux' >&2; exit 1; }

.PHONY: packages
packages:
	@missing=$$(for package in $(PACKAGES); do \
		dpkg-query -W -f '$${Status}' "$$package" 2>/dev/null | grep -q 'ok installed' \
			|| echo "$$package"; done); \
	if python3 -c 'import ensurepip, venv' 2>/dev/null; then \
		missing=$$(grep -vE '^python3(-venv)?$$' <<<"$$missing" || true); fi; \
	if [ -n "$$missing" ]; then \
		echo "make: installing" $$missing; \
		sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
		$$sudo apt-get update -q; \
		$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $$missing; \
	fi

.venv/ready: $(REQUIREMENTS) | packages
	rm -rf .venv
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check -r $(REQUIREMENTS)
	touch $@

build: ## build the release binary, .build/release/credtool
	@mkdir -p $(STATIC_CXX)
	@ln -sf "$$($(CXX) -print-file-name=libstdc++.a)" $(STATIC_CXX)/
	@[ ! $(ORDER) -nt $(BINARY) ] || rm -f $(BINARY) # swift build does not look at it
	$(SWIFT_BUILD) --product credtool

# Both runners run to their end; their closing lines stand last.
test: setup build ## run every test
	@unit=0; end=0; \
	$(if $(CONFORMANCE),CREDTOOL_CONFORMANCE=$(abspath $(CONFORMANCE))) swift test 2>&1 \
		| tee .build/swift-test.log || unit=$$?; \
	$(END_TO_END) 2>&1 | tee .build/pytest.log || end=$$?; \
	echo; echo 'swift test:'; \
	grep -E 'Test run with|(^|: )error: |Executed [0-9]+ test' .build/swift-test.log | tail -n 3; \
	echo 'pytest:'; tail -n 1 .build/pytest.log; \
	[ $$unit = 0 ] && [ $$end = 0 ]

fuzz: ## read hostile bytes with every parser, a million times each
	$(FUZZ_BUILD) -Xlinker -u -Xlinker LLVMFuzzerRunDriver -Xlinker $(FUZZER_LIBRARY) \
		-Xlinker -lstdc++
	@.build/fuzz/release/fuzz --list | xargs -P "$$(nproc)" -I PARSER sh -c ' \
		mkdir -p .build/fuzz/corpus/PARSER; \
		SWIFT_BACKTRACE=enable=no .build/fuzz/release/fuzz PARSER .build/fuzz/corpus/PARSER Tests/Fuzz/corpus/PARSER \
			-runs=$(RUNS) -seed=20260717 -timeout=10 -verbosity=0 -print_final_stats=0 \
			-artifact_prefix=.build/fuzz/found-PARSER- >.build/fuzz/PARSER.log 2>&1 \
			&& echo "$(RUNS) runs of PARSER" \
			|| { echo "PARSER: found something: .build/fuzz/PARSER.log"; exit 1; }'

soak: setup build ## run exec 100,000 times while the keyring comes and goes
	@$(RIG) Tests/Support/soak.py $(SOAK)

faults: setup build ## fail every system call that writes, one at a time, and print the table
	@CREDTOOL_FAULT_POINTS=0 $(END_TO_END) \
		-k 'the_old_or_the_new or test_a_kill or test_a_fault_at_any_write'

# LeakSanitizer is off: it has to trace the process, which the tests of secrets forbid. The shadows of
# the other two are terabytes of memory, which no test can look through for secrets. Swift and
# AddressSanitizer each take the alternate stack of signals for their own.
KINDS ?= address thread
SEARCHES := NoTrace|TraceTests|StaysInMemory
sanitize: setup ## run the Swift tests and the server under load with AddressSanitizer and ThreadSanitizer
	@export ASAN_OPTIONS=detect_leaks=0:use_sigaltstack=0 \
		TSAN_OPTIONS=suppressions=$(CURDIR)/Tests/Support/thread-sanitizer.supp; \
	for kind in $(KINDS); do \
		swift test --sanitize $$kind --scratch-path .build/$$kind --skip '$(SEARCHES)'; \
		CREDTOOL=$(CURDIR)/.build/$$kind/debug/credtool $(RIG) Tests/Support/load_server.py; \
	done

demo: setup build ## show the main job, with a keyring and an STS of its own
	@$(RIG) Tests/Support/demo

generate: ## write man/ and completions/ from the tables
	swift run generate

order: setup build ## write Sources/link-order, after the code of short runs has changed
	$(subst $(STRIP),,$(SWIFT_BUILD)) --product credtool
	@$(RIG) Tests/Support/link_order.py $(BINARY)
	@$(MAKE) build

bench: setup build ## measure a warm exec, the server and a scan beside other programs
	@$(RIG) Tests/Support/bench.py
	@$(RIG) Tests/Support/bench_serve.py
	@$(RIG) Tests/Support/bench_scan.py

install: ## install the built binary, man pages and completions under PREFIX
	@[ -x $(BINARY) ] || { echo 'make: run `make build` first' >&2; exit 1; }
	install -D -m 755 $(BINARY) '$(DESTDIR)$(PREFIX)/bin/credtool'
	for page in man/*.?; do install -D -m 644 "$$page" '$(MAN)'"/man$${page##*.}/$${page#man/}"; done
	install -D -m 644 completions/credtool.bash '$(BASH_COMPLETIONS)/credtool'
	install -D -m 644 completions/_credtool '$(DESTDIR)$(ZSH_FUNCTIONS)/_credtool'
	install -D -m 644 completions/credtool.fish '$(FISH_COMPLETIONS)/credtool.fish'

uninstall: ## take away what install put there
	rm -f '$(DESTDIR)$(PREFIX)/bin/credtool' '$(BASH_COMPLETIONS)/credtool' \
		'$(DESTDIR)$(ZSH_FUNCTIONS)/_credtool' '$(FISH_COMPLETIONS)/credtool.fish'
	for page in man/*.?; do rm -f '$(MAN)'"/man$${page##*.}/$${page#man/}"; done

deb: build ## build a Debian package in .build
	rm -f $(PACKAGES_TO)/credtool_*.deb
	debian/package $(PACKAGES_TO)

lint: ## check the style of the Swift sources
	swift format lint --strict -r Sources Tests Package.swift

clean: ## take away everything that was built
	rm -rf .build .venv
	find Tests -name __pycache__ -prune -exec rm -rf {} +
