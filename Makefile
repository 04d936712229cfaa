# SPDX-License-Identifier: GPL-2.0-only
#
#	make			the module for the running kernel, and the command
#	make demo		the outage reproduced and healed, in a guest
#	make check		the tests, on each kernel of KERNELS; those of the command and
#				the service on the last, which is the newest
#	make test		what tests there are, a line each
#	make test T=group_marks.sh [K=6.1] [CASE=NAME]
#				one of these programs, or one case of it
#	make test K=rt		the whole suite on one kernel: here that with PREEMPT_RT
#	make check-all		check, what it leaves out on other kernels, all kinds of
#				devices, the suite with PREEMPT_RT and on Debian sid's kernel,
#				appliance on Debian 12 and 13, the packages by piuparts,
#				check-archs and check-debug
#	make check-archs	the module compiled for i386 and s390x, 32 bits and big endian,
#				and the unit tests of its core run as them
#	make appliance		install, run, reboot and kernel upgrade on a Debian machine with
#				systemd, in a guest [SUITE=trixie] [STEPS="10-boot.sh ..."]
#	make check-debug	the suite but for what tries the tools alone, a stress, failing
#				allocations and fuzzing, on a kernel that checks itself (KASAN, lockdep ...)
#	make fuzz		parsers, files, answers of the kernel and captures with libFuzzer and
#				its like, ten minutes each; selftests/fuzz/corpus is what they begin
#				with [SECONDS=600] [SEED=N] [TARGETS="handshake capture"]
#	make coverage		lines and branches of module and command that no test comes by
#				[PROGRAMS="echo_restore.sh ..."]
#	make fuzz-kernel	netlink messages, packets and sequences of segments of any kind,
#				on a kernel that checks itself and to real sockets
#				[SEED=N] [COUNT=1000000]
#	make mutants		one bug at a time, and which test notices: ends with a table
#				[M="kmod/flush tools/"] [JOBS=2]
#	make demo-upgrade	an upgrade of the system that brings the outage, with a maintenance
#				around it: who knew what, and when
#	make screens		the pictures of Documentation/screens, made anew from what the
#				command shows in a guest
#	make replay PCAP=FILE	a capture of your own, played both ways through the module
#				in a guest: does anything leak or break? [MODE=MODE]
#				[INSIDE=PREFIX,...] [REPLAY_OPTIONS="-v -j"]
#	make judge DUT=COMMAND	does another device that changes timestamps break anything? GO or NO-GO,
#				and why: build/judge/report.html [K=6.1]
#	make upgrade-check FROM=debian12 TO=debian13
#				does an upgrade break anything? GO or NO-GO, and why:
#				build/upgrade/report.html [FROM_REV=REVISION] [TO_REV=REVISION]
#				[PCAP="FILE..."] [QUICK=1] [FAULT=NAME]
#	make bench		what a packet costs, in instructions, beside conntrack and others
#	make bench-compare BASE=REVISION
#				is a path slower than it was there?
#	make bench-native	what it costs in time, among up to 4,000,000 flows
#	make bench-nat		what TIME-WAIT behind NAT costs, without and with
#	make bench-flows	how long a million flows take to save and to load [COUNT=1000000]
#	make bench-attack	what floods and forged segments do to honest connections
#	make run_tests		the suite on this machine, with the module loaded
#	make style		checkpatch, sparse, warnings, shellcheck, kernel-doc ...
#	make shell		a shell in a guest, with module and hosts
#	make install		command, services, manual and module [PREFIX=/usr/local] [DESTDIR=]
#	make install-tools	all of these but the module, which needs kernel headers
#	make install-module	the module alone, for the running kernel or that of KDIR
#	make reload		the module, built and installed for the running kernel, takes the place of
#				the one that is loaded; connections go on
#	make uninstall		what these have installed
#	make deb		packages of Debian, into build/deb: command and services, module by
#				DKMS, tests
#
# All but the first install what they need, as root, on Debian 12. What they build is in
# build/; the module's own build leaves its objects in kmod/.

KERNELS ?= linux-image-cloud-amd64 linux-image-6.12-cloud-amd64
KDIR ?= /lib/modules/$(shell uname -r)/build
BUILD := $(CURDIR)/build
SOURCE := $(BUILD)/linux-source-6.12
KSELFTEST := $(SOURCE)/tools/testing/selftests
export KSELFTEST

MODULES := $(KERNELS:%=$(BUILD)/kmod/%.built) $(KERNELS:%=$(BUILD)/modules/%.built)
DEMO_MODULE := $(BUILD)/kmod/linux-image-6.12-cloud-amd64.built

# The kernel that figures are made on, and what the command is run on by coverage
BENCH_KERNEL ?= linux-image-6.12-cloud-amd64

.PHONY: all module tools install install-tools install-module uninstall deps build-deps source modules programs check \
	check-all check-archs check-debug coverage fuzz fuzz-kernel mutants appliance deb test demo demo-upgrade screens replay judge \
	upgrade-check bench \
	bench-compare bench-native bench-nat bench-flows bench-attack run_tests style shell reload clean
.DELETE_ON_ERROR:

all: tools module

module:
	$(MAKE) -C kmod KDIR=$(KDIR)

tools:
	@$(MAKE) --no-print-directory -C tools O=$(BUILD)/tools

# The command is installed even where no module can be built, and why is the last word
install: install-tools
	@[ -e $(KDIR)/Makefile ] || { echo "the command is installed, but the module is not:" \
		"there are no kernel headers in $(KDIR). Install" \
		"linux-headers-$$(uname -r) and run make install-module;" \
		"for another kernel, add KDIR=/path/to/its/headers" >&2; exit 1; }
	@$(MAKE) --no-print-directory install-module

install-tools:
	@$(MAKE) --no-print-directory -C tools O=$(BUILD)/tools install

install-module: module
	@$(MAKE) --no-print-directory -C kmod KDIR=$(KDIR) install

reload: tools install-module
	@$(BUILD)/tools/tsrewrite reload

uninstall:
	@$(MAKE) --no-print-directory -C tools O=$(BUILD)/tools uninstall
	@$(MAKE) --no-print-directory -C kmod uninstall

# What installs those that are missing. Where packages are built, nothing may be.
INSTALL_PACKAGES ?= .ci/install

# Packages of Debian 12: to build, to run the suite, to boot guests, for figures, for style

BUILD_PACKAGES := build-essential pkg-config libmnl-dev libnftnl-dev libjansson-dev \
	libinih-dev libsystemd-dev libncurses-dev libkmod-dev zlib1g-dev
SUITE_PACKAGES := $(BUILD_PACKAGES) linux-source-6.12 xz-utils kmod \
	iproute2 procps ethtool nftables tcpdump socat strace jq gojq conntrack \
	systemd python3 python3-dpkt python3-scapy python3-prometheus-client \
	python3-feedparser python3-jsonschema python3-pyte python3-yaml bind9-dnsutils \
	wireguard-tools libteam-utils zsh
GUEST_PACKAGES := bc libelf-dev pahole rsync zstd cpio busybox-static \
	qemu-system-x86 qemu-system-common keepalived \
	prometheus prometheus-node-exporter ovmf sbsigntool openssl
# conntrackd's service starts when it is installed: only where two firewalls are tried
PAIR_PACKAGES := conntrackd
APPLIANCE_PACKAGES := debootstrap e2fsprogs piuparts
DEB_PACKAGES := $(BUILD_PACKAGES) dpkg-dev debhelper dh-dkms linux-source-6.12 xz-utils rsync
# qemu-user runs programs of s390x; those of i386 this machine runs
ARCH_PACKAGES := gcc-i686-linux-gnu libc6-dev-i386-cross gcc-s390x-linux-gnu \
	libc6-dev-s390x-cross qemu-user sparse
BENCH_PACKAGES := nginx-light apache2-utils
# What is at fault is told by name with llvm-symbolizer
FUZZ_PACKAGES := $(BUILD_PACKAGES) clang libclang-rt-dev llvm python3 python3-yaml \
	python3-scapy
STYLE_PACKAGES := git clang sparse shellcheck pyflakes3 codespell mandoc perl \
	python3-jsonschema

deps:
	@$(INSTALL_PACKAGES) $(SUITE_PACKAGES) $(GUEST_PACKAGES)

# Another marker when another part is unpacked
source: $(SOURCE)/.unpacked-with-ynl

$(SOURCE)/.unpacked-with-ynl:
	@$(INSTALL_PACKAGES) $(SUITE_PACKAGES)
	@echo "unpacking kselftest, YNL and checkpatch from linux-source-6.12"
	@mkdir -p $(BUILD)
	@tar -C $(BUILD) -xf /usr/src/linux-source-6.12.tar.xz \
		$(addprefix linux-source-6.12/,scripts tools/testing/selftests/lib.mk \
			tools/testing/selftests/kselftest.h \
			tools/testing/selftests/kselftest_harness.h \
			tools/testing/selftests/kselftest \
			tools/testing/selftests/net/lib.sh \
			tools/net/ynl/lib Documentation/netlink)
	@touch $@

modules: $(MODULES)

# User Mode Linux is built here, which needs flex and bison
UML_BUILT := $(foreach kernel,uml uml-bench,$(BUILD)/kmod/$(kernel).built \
	$(BUILD)/modules/$(kernel).built)
$(UML_BUILT): | build-deps
build-deps:
	@$(INSTALL_PACKAGES) flex bison

$(BUILD)/kmod/%.built: $(shell find kmod -name '*.[ch]') kmod/Makefile | deps
	+@dir=$$(selftests/vm/kernel $*) && release=$$(basename $$dir) && \
	echo "building nf_tsrewrite.ko for $$release" && \
	selftests/vm/build-module $$dir kmod $(BUILD)/kmod/$$release W=1
	@mkdir -p $(@D) && touch $@

$(BUILD)/modules/%.built: $(shell find selftests/modules -name '*.[ch]') \
		selftests/modules/Makefile | deps
	+@dir=$$(selftests/vm/kernel $*) && release=$$(basename $$dir) && \
	echo "building test modules for $$release" && \
	selftests/vm/build-module $$dir selftests/modules $(BUILD)/modules/$$release \
		W=1 BENCH=m
	@mkdir -p $(@D) && touch $@

# What guests do not build or fetch themselves: programs of the suite, and a DNS server
programs: source
	@$(MAKE) -s -C selftests all
	@$(MAKE) -s -C selftests/fuzz/kernel all
	@selftests/demo/nsd >/dev/null

# One make builds modules and command side by side, so that they share its job server
check: deps source programs
	@$(INSTALL_PACKAGES) $(STYLE_PACKAGES)
	@$(MAKE) -s -j $(shell nproc) modules tools $(DEMO_MODULE)
	@KERNELS="$(KERNELS)" selftests/runner/check $(KERNELS)

# In a copy of the tree, so that nothing of another build gets into them
deb:
	@$(INSTALL_PACKAGES) $(DEB_PACKAGES)
	@rm -rf $(BUILD)/deb && mkdir -p $(BUILD)/deb/tree
	@rsync -a --exclude=/build --exclude=.git --exclude-from=.gitignore ./ $(BUILD)/deb/tree/
	@cd $(BUILD)/deb/tree && dpkg-buildpackage -b -us -uc >../log 2>&1 || \
		{ tail -n 30 ../log >&2; exit 1; }
	@ls $(BUILD)/deb/*.deb

# T=PROGRAM [K=KERNEL] [CASE=NAME], or K=KERNEL for the whole suite
export T K CASE
test: $(if $(filter-out unit/%,$(or $(T),$(K))),deps tools programs) source
	@[ "$$K" != sid ] || $(INSTALL_PACKAGES) debootstrap
	@case $$K in debug | uml) $(INSTALL_PACKAGES) flex bison ;; esac
	@selftests/runner/test "$$T" "$$K" "$$CASE"

check-all: check
	@$(INSTALL_PACKAGES) flex bison $(APPLIANCE_PACKAGES) $(ARCH_PACKAGES) $(PAIR_PACKAGES)
	@selftests/runner/check-all $(KERNELS)

check-archs: deps build-deps source
	@$(INSTALL_PACKAGES) $(ARCH_PACKAGES)
	@selftests/runner/check-archs

check-debug: deps build-deps source tools programs
	@selftests/runner/check-debug

fuzz:
	@$(INSTALL_PACKAGES) $(FUZZ_PACKAGES)
	@$(MAKE) -s -j $(shell nproc) -C selftests/fuzz run

# PROGRAMS: of the suite, instead of all
coverage: deps build-deps source tools programs $(BUILD)/kmod/$(BENCH_KERNEL).built \
		$(BUILD)/modules/$(BENCH_KERNEL).built
	@selftests/coverage/run $(BENCH_KERNEL) $(PROGRAMS)

# SEED=N: what that seed makes; COUNT=N: so many messages, and packets
export SEED COUNT
fuzz-kernel: deps build-deps source tools programs $(MODULES)
	@selftests/runner/fuzz-kernel $(KERNELS)

# M: those with these words in their names; MUTANTS_OPTIONS: see selftests/mutants/run --help
mutants: deps source tools programs $(BUILD)/modules/linux-image-6.12-cloud-amd64.built
	@selftests/mutants/run -j $(or $(JOBS),$(shell nproc)) $(MUTANTS_OPTIONS) $(M)

# Its own packages are in selftests/appliance/packages
SUITE ?= bookworm
appliance: deps source tools
	@$(INSTALL_PACKAGES) $(APPLIANCE_PACKAGES)
	@selftests/appliance/run -s $(SUITE) $(STEPS)
	@[ "$(STEPS)" ] || selftests/appliance/run -s $(SUITE) -d packaged

demo: deps source tools $(DEMO_MODULE)
	@selftests/demo/run

demo-upgrade: deps source tools $(MODULES)
	@selftests/demo/upgrade

screens: deps source tools $(DEMO_MODULE)
	@selftests/screens/run

# PCAP=FILE, or several: pcap or pcapng. What is wrong is told before anything is built
REPLAY_6.1 := linux-image-cloud-amd64
REPLAY_6.12 := linux-image-6.12-cloud-amd64
REPLAY_KERNEL := $(REPLAY_$(or $(K),6.12))
ifneq ($(filter replay judge,$(MAKECMDGOALS)),)
$(if $(REPLAY_KERNEL),,$(error K is 6.1 or 6.12, not $(K)))
endif
ifneq ($(filter replay,$(MAKECMDGOALS)),)
$(if $(strip $(PCAP)),,$(error make replay PCAP=FILE: name a capture, or several))
$(foreach file,$(PCAP),$(if $(wildcard $(file)),,$(error make replay: no file $(file))))
endif
replay: deps source tools $(BUILD)/kmod/$(REPLAY_KERNEL).built
	@selftests/replay/run -k $(REPLAY_KERNEL) $(if $(MODE),--mode $(MODE)) \
		$(if $(INSIDE),--inside $(INSIDE)) $(REPLAY_OPTIONS) $(PCAP)

# DUT=COMMAND: sets up the device that is judged, in the namespace that routes between the
# hosts. make exits with 2 for any verdict but GO; selftests/judge/run tells them apart
ifneq ($(filter judge,$(MAKECMDGOALS)),)
$(if $(value DUT),,$(error make judge DUT=COMMAND: say what sets the device up))
endif
judge: export JUDGED_DEVICE = $(value DUT)
judge: deps source tools $(BUILD)/kmod/$(REPLAY_KERNEL).built
	@selftests/demo/nsd >/dev/null
	@selftests/judge/run -k $(REPLAY_KERNEL) "$$JUDGED_DEVICE"

# FROM and TO are systems, see selftests/upgrade/side; FROM_REV and TO_REV revisions of this
# tree; FAULT a patch of selftests/mutants; PCAP captures; QUICK=1 a few programs of the suite.
# make exits with 2 for any verdict but GO; selftests/upgrade/run tells them apart
ifneq ($(filter upgrade-check,$(MAKECMDGOALS)),)
$(if $(and $(FROM),$(TO)),,$(error make upgrade-check FROM=debian12 TO=debian13: name two systems))
endif
upgrade-check: deps source
	@$(INSTALL_PACKAGES) debootstrap
	@selftests/demo/nsd >/dev/null
	@selftests/upgrade/run $(if $(QUICK),-q) $(if $(FROM_REV),-F $(FROM_REV)) \
		$(if $(TO_REV),-T $(TO_REV)) $(if $(FAULT),-f $(FAULT)) $(if $(JOBS),-j $(JOBS)) \
		$(foreach file,$(PCAP),-p $(file)) $(FROM) $(TO)

# Guests take instructions for time, so that a busy machine does not change the figures
bench: deps source tools $(MODULES)
	@$(INSTALL_PACKAGES) gnuplot-nox
	@status=0; for kernel in $(KERNELS); do \
		selftests/bench/run $$kernel packets || status=1; echo; done; \
		selftests/bench/run $(BENCH_KERNEL) holds || status=1; \
		selftests/bench/run $(BENCH_KERNEL) cpus || status=1; \
		selftests/bench/report; exit $$status

# Time, in User Mode Linux on this machine
bench-native: deps source tools $(BUILD)/kmod/uml-bench.built \
		$(BUILD)/modules/uml-bench.built
	@$(INSTALL_PACKAGES) gnuplot-nox iperf3 $(BENCH_PACKAGES)
	@selftests/bench/native
	@selftests/bench/report

# BASE=REVISION: what to compare with
bench-compare: deps source tools $(BUILD)/kmod/$(BENCH_KERNEL).built \
		$(BUILD)/modules/$(BENCH_KERNEL).built
	@selftests/bench/compare $(BENCH_KERNEL) "$(BASE)"

# One emulated CPU that takes instructions for time, so that rates can be compared
bench-nat: deps source tools $(BUILD)/kmod/$(BENCH_KERNEL).built
	@$(INSTALL_PACKAGES) $(BENCH_PACKAGES)
	@selftests/vm/run -k $(BENCH_KERNEL) -c 1 --icount 3 -o $(BUILD)/bench -- sh -c '\
		modprobe -a nf_tables nft_nat veth && \
		insmod build/kmod/$$(uname -r)/nf_tsrewrite.ko && \
		PATH=$$PWD/build/tools:$$PATH selftests/bench/nat-reuse'

bench-flows: deps source tools $(BUILD)/kmod/$(BENCH_KERNEL).built
	@selftests/vm/run -k $(BENCH_KERNEL) -c 1 -m 4096 -o $(BUILD)/bench -- sh -c '\
		modprobe -a nf_tables veth && \
		insmod build/kmod/$$(uname -r)/nf_tsrewrite.ko && \
		PATH=$$PWD/build/tools:$$PATH selftests/bench/flow-files $(COUNT)'

bench-attack: deps source tools $(BUILD)/kmod/$(BENCH_KERNEL).built
	@selftests/vm/run -k $(BENCH_KERNEL) -c 1 -m 2048 -t 3600 --icount 1 \
		-o $(BUILD)/bench -- sh -c '\
		modprobe -a nf_tables veth && \
		insmod build/kmod/$$(uname -r)/nf_tsrewrite.ko && \
		PATH=$$PWD/build/tools:$$PATH selftests/bench/attack'

run_tests: source tools
	@selftests/demo/nsd >/dev/null
	@$(MAKE) -s -C selftests run_tests

style: deps source
	@$(INSTALL_PACKAGES) $(STYLE_PACKAGES)
	@KERNELS="$(KERNELS)" .ci/style

shell: deps source tools $(DEMO_MODULE)
	@selftests/vm/shell

clean:
	rm -rf $(BUILD)
