# SPDX-License-Identifier: GPL-2.0-only
# Where each file of the tools goes: `install` and `uninstall` go by the same lists.
#
#	make -C tools install [DESTDIR=] [PREFIX=/usr/local]
#	make -C tools uninstall [DESTDIR=] [PREFIX=/usr/local]
#
# With DESTDIR, as packages are made, nothing outside of it is changed.

PREFIX ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
INCLUDEDIR ?= $(PREFIX)/include
MANDIR ?= $(PREFIX)/share/man
DOCDIR ?= $(PREFIX)/share/doc/tsrewrite
UNITDIR ?= $(PREFIX)/lib/systemd/system
DATADIR ?= $(PREFIX)/share/tsrewrite
COMPLETIONDIR ?= $(PREFIX)/share/bash-completion/completions
# Debian's zsh looks into site-functions of /usr/local only
ZSHDIR ?= $(PREFIX)/share/zsh/$(if $(filter /usr,$(PREFIX)),vendor-completions,site-functions)
# The command knows these two by name: see maintenance/directory.h
CONFDIR := /etc/tsrewrite
STATEDIR := /var/lib/tsrewrite
INSTALL ?= install

COMMAND := $(SBINDIR)/tsrewrite
UNITS := $(wildcard $(TOOLS)/systemd/tsrewrite*.*)
ifdef WITHOUT_SYSTEMD
UNITS := $(foreach unit,$(UNITS),$(if $(filter tsrewrite-watch% tsrewrite-run% \
	tsrewrite-journal%,$(notdir $(unit))),,$(unit)))
endif
SAMPLE := $(TOOLS)/watch.conf

# give FILES,PATH: if there are such files, FILE=PATH
give = $(foreach file,$(wildcard $(1)),$(file)=$(2))

PAGES := $(wildcard $(TOP)/Documentation/man/*.[578])

DATA := $(foreach page,$(PAGES),$(page)=$(MANDIR)/man$(patsubst .%,%,$(suffix $(page)))/$(notdir $(page))) \
	$(call give,$(TOP)/Documentation/json/tsrewrite.schema.json,$(DATADIR)/tsrewrite.schema.json) \
	$(call give,$(TOP)/Documentation/netlink/specs/tsrewrite.yaml,$(DATADIR)/tsrewrite.yaml) \
	$(call give,$(TOP)/COPYING,$(DOCDIR)/COPYING) \
	$(call give,$(TOP)/kmod/include/uapi/linux/tsrewrite.h,$(INCLUDEDIR)/linux/tsrewrite.h) \
	$(call give,$(TOOLS)/grafana/tsrewrite.json,$(DATADIR)/grafana.json) \
	$(call give,$(TOOLS)/prometheus/tsrewrite.rules.yml,$(DATADIR)/prometheus.rules.yml) \
	$(call give,$(TOOLS)/keepalived/tsrewrite.conf,$(DATADIR)/keepalived.conf) \
	$(call give,$(TOOLS)/conntrackd/conntrackd.conf,$(DATADIR)/conntrackd.conf) \
	$(call give,$(TOOLS)/conntrackd/conntrackd.notify,$(DATADIR)/conntrackd.notify) \
	$(call give,$(SAMPLE),$(DATADIR)/watch.conf) \
	$(call give,$(TOOLS)/completion/tsrewrite.bash,$(COMPLETIONDIR)/tsrewrite) \
	$(call give,$(TOOLS)/completion/_tsrewrite,$(ZSHDIR)/_tsrewrite)
# A role of Ansible, and how it is used
ANSIBLE := $(wildcard $(TOOLS)/ansible/*.yml $(TOOLS)/ansible/*/*/*.yml)
DATA += $(foreach file,$(ANSIBLE),$(file)=$(DATADIR)/$(file:$(TOOLS)/%=%))
UNIT_FILES := $(UNITS:$(TOOLS)/systemd/%=$(UNITDIR)/%)
INSTALLED := $(COMMAND) $(UNIT_FILES) $(foreach pair,$(DATA),$(lastword $(subst =, ,$(pair))))

# A unit calls the command by its name alone, wherever a command may stand
name_command := /^[;\#]/!s,(^Exec[A-Za-z]+=[-@:+!|]*|['"] *|(if|then|else|do|exec|!|;|&&|\|\|?) +)tsrewrite ,\1$(COMMAND) ,g

install: all
	@echo "  INSTALL tsrewrite, in $(DESTDIR)$(PREFIX)"
	$(Q)$(INSTALL) -D -m 0755 $(OUT)/tsrewrite $(DESTDIR)$(COMMAND)
	$(Q)set -e; for pair in $(DATA); do mode=0644; [ ! -x "$${pair%%=*}" ] || mode=0755; \
		$(INSTALL) -D -m $$mode "$${pair%%=*}" "$(DESTDIR)$${pair#*=}"; done
	$(Q)$(INSTALL) -D -m 0644 -t $(DESTDIR)$(UNITDIR) $(UNITS)
	$(Q)sed -E -i $(call quote,$(name_command)) $(UNIT_FILES:%=$(DESTDIR)%)
	$(Q)$(INSTALL) -d -m 0755 $(DESTDIR)$(CONFDIR)
	$(Q)if [ -e $(DESTDIR)$(CONFDIR)/watch.conf ]; then \
		cmp -s $(SAMPLE) $(DESTDIR)$(CONFDIR)/watch.conf || \
		echo "kept $(DESTDIR)$(CONFDIR)/watch.conf as it is: what is new is in $(DATADIR)/watch.conf"; \
	else $(INSTALL) -m 0644 $(SAMPLE) $(DESTDIR)$(CONFDIR)/watch.conf; fi
	$(Q)[ "$(DESTDIR)" ] || [ ! -d /run/systemd/system ] || \
		echo "units are in $(UNITDIR): systemctl daemon-reload makes systemd see them"

# A unit that is enabled would leave links behind, one that runs its process.  The exit status
# of systemctl is-enabled is 0 for units that cannot be enabled, too; a template is "indirect" if
# an instance is enabled.
uninstall:
	$(Q)[ "$(DESTDIR)" ] || [ ! -d /run/systemd/system ] || \
	for unit in $(notdir $(UNITS)) $$(systemctl list-units --plain --no-legend \
			'tsrewrite*@*' 2>/dev/null | cut -d ' ' -f 1); do \
		case $$unit in *@.*) active= ;; \
		*) active=$$(systemctl is-active $$unit 2>/dev/null) ;; esac; \
		case $$(systemctl is-enabled $$unit 2>/dev/null)/$$active in \
		enabled*/* | indirect/* | */active | */reloading | */activating | */deactivating) \
			echo "$$unit is in use: systemctl disable --now $$unit, then uninstall" >&2; \
			exit 1 ;; \
		esac; done
	$(Q)for file in $(INSTALLED); do rm -f "$(DESTDIR)$$file"; done
	$(Q)if cmp -s $(SAMPLE) $(DESTDIR)$(CONFDIR)/watch.conf; then \
		rm -f $(DESTDIR)$(CONFDIR)/watch.conf; fi
	$(Q)for directory in $(DATADIR) $(DOCDIR) $(CONFDIR); do \
		[ ! -d "$(DESTDIR)$$directory" ] || \
		find "$(DESTDIR)$$directory" -depth -type d -empty -delete; done
	$(Q)for directory in $(CONFDIR) $(STATEDIR); do [ ! -d "$(DESTDIR)$$directory" ] || \
		echo "left $(DESTDIR)$$directory: it has what you or the service have written"; done

quote = '$(subst ','\'',$(1))'

.PHONY: install uninstall
