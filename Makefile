# SPDX-License-Identifier: GPL-2.0-only
#
#	make			the module for the running kernel, and the command
#	make demo		the firewall at its main job; the outage, and it healed
#	make check		the tests, on each kernel of KERNELS
#	make style		checkpatch, sparse, warnings, shellcheck, kernel-doc
#	make shell		a shell in a guest, with module and hosts
#	make install		command, manual and module
#
# demo, check, style and shell install what they need, as root, on Debian 12.

KERNELS ?= linux-image-cloud-amd64 linux-image-6.12-cloud-amd64
KDIR ?= /lib/modules/$(shell uname -r)/build
BUILD := $(CURDIR)/build
SOURCE := $(BUILD)/linux-source-6.12
KSELFTEST := $(SOURCE)/tools/testing/selftests
export KSELFTEST

MODULES := $(KERNELS:%=$(BUILD)/kmod/%.built)

.PHONY: all module tools install deps source modules check demo style shell clean
.DELETE_ON_ERROR:

all: module tools

module:
	$(MAKE) -C kmod KDIR=$(KDIR)

tools:
	@$(MAKE) --no-print-directory -C tools O=$(BUILD)/tools

install: all
	$(MAKE) -C kmod KDIR=$(KDIR) install
	$(MAKE) -C tools O=$(BUILD)/tools install

# What Debian 12 has ready

PACKAGES := build-essential pkg-config bc libelf-dev rsync \
	libmnl-dev libjansson-dev \
	linux-source-6.12 xz-utils zstd kmod cpio busybox-static \
	qemu-system-x86 qemu-system-common \
	iproute2 ethtool nftables tcpdump socat iperf3 jq conntrack iputils-ping \
	bind9-dnsutils python3 python3-dpkt python3-scapy python3-yaml

STYLE_PACKAGES := clang sparse shellcheck codespell mandoc perl

deps:
	@.ci/install $(PACKAGES) $(STYLE_PACKAGES)

source: $(SOURCE)/.unpacked

$(SOURCE)/.unpacked: | deps
	@echo "unpacking kselftest and checkpatch from linux-source-6.12"
	@mkdir -p $(BUILD)
	@tar -C $(BUILD) -xf /usr/src/linux-source-6.12.tar.xz \
		$(addprefix linux-source-6.12/,scripts tools/testing/selftests/lib.mk \
			tools/testing/selftests/kselftest.h \
			tools/testing/selftests/kselftest_harness.h \
			tools/testing/selftests/kselftest \
			tools/testing/selftests/net/lib.sh)
	@touch $@

modules: $(MODULES)

# kbuild leaves its objects beside the sources: each kernel gets a copy
$(BUILD)/kmod/%.built: $(shell find kmod -name '*.[ch]') kmod/Makefile | deps
	@dir=$$(selftests/vm/kernel $*) && out=$(BUILD)/kmod/$$(basename $$dir) && \
	echo "building nf_tsrewrite.ko for $$(basename $$dir)" && \
	mkdir -p $$out && rsync -a --delete --exclude='*.o' --exclude='.*.cmd' \
		--exclude='*.ko' --exclude='*.mod*' kmod/ $$out/ && \
	$(MAKE) -s -C $$dir/headers M=$$out W=1 modules && touch $@

check: source modules tools
	@KERNELS="$(KERNELS)" selftests/check $(KERNELS)

style: source
	@KERNELS="$(KERNELS)" .ci/style

demo: deps source tools $(BUILD)/kmod/linux-image-6.12-cloud-amd64.built
	@selftests/demo/run

shell: source modules tools
	@selftests/vm/shell

clean:
	rm -rf $(BUILD)
