// SPDX-License-Identifier: GPL-2.0-only
/*
 * A restore does all or nothing: whichever of its steps is refused, all is as it was before,
 * and if none is, all is as the state has it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "classifier/prefix.h"
#include "state/apply.h"
#include "state/apply_rules.h"
#include "text/report.h"

#define MOST 8

/* What the module has */
static struct module {
	__u32 limit, inbound_limit, timeout_closing, timeout_closed, mark_mask;
	struct device device[MOST];
	size_t devices;
	struct group group[MOST];
	size_t groups;
	const struct state *rules;	/* whose prefixes and ports there are */
} module;

/* The request that is refused, and how many there were. What is undone is not refused. */
static int refused, requests;

static bool is_refused(struct genl *genl)
{
	if (++requests != refused)
		return false;
	genl_fail(genl, EPERM, "refused");
	return true;
}

int __wrap_config_set(struct genl *genl, const struct config *config)
{
	if (is_refused(genl))
		return -1;
	if (attr_present(config, TSREWRITE_A_CONFIG_LIMIT))
		module.limit = config->limit;
	if (attr_present(config, TSREWRITE_A_CONFIG_INBOUND_LIMIT))
		module.inbound_limit = config->inbound_limit;
	if (attr_present(config, TSREWRITE_A_CONFIG_TIMEOUT_CLOSING))
		module.timeout_closing = config->timeout_closing;
	if (attr_present(config, TSREWRITE_A_CONFIG_TIMEOUT_CLOSED))
		module.timeout_closed = config->timeout_closed;
	if (attr_present(config, TSREWRITE_A_CONFIG_MARK_MASK))
		module.mark_mask = config->mark_mask;
	return 0;
}

static struct device *find_device(const char *name)
{
	for (size_t i = 0; i < module.devices; i++) {
		if (!strcmp(module.device[i].name, name))
			return &module.device[i];
	}
	return NULL;
}

int __wrap_devices_get(struct genl *genl, struct devices *devices)
{
	devices->device = calloc(MOST, sizeof(*devices->device));
	memcpy(devices->device, module.device, sizeof(module.device));
	devices->count = module.devices;
	return 0;
}

int __wrap_device_attach(struct genl *genl, const struct device *device, bool absent)
{
	struct device *new = &module.device[module.devices];

	if (is_refused(genl) || find_device(device->name))
		return -1;
	*new = (struct device){
		.present = ATTR_BIT(TSREWRITE_A_DEVICE_IFINDEX), .zone = device->zone,
	};
	snprintf(new->name, sizeof(new->name), "%s", device->name);
	module.devices++;
	return 0;
}

int __wrap_device_detach(struct genl *genl, const char *name, bool force, struct device *answer)
{
	struct device *device = find_device(name);

	if (is_refused(genl) || !device)
		return -1;
	*device = module.device[--module.devices];
	return 0;
}

int __wrap_device_set_drain(struct genl *genl, const char *name, bool drain)
{
	find_device(name)->drain = drain;
	return 0;
}

int __wrap_apply_confirm(struct genl *genl, const char *name)
{
	find_device(name)->confirmed = true;
	return 0;
}

int __wrap_apply_whole_rules(struct genl *genl)
{
	return is_refused(genl) ? -1 : 0;
}

int __wrap_apply_rules(struct genl *genl, const struct state *from, const struct state *to)
{
	if (is_refused(genl))
		return -1;
	module.rules = to;
	return 0;
}

static struct group *find_group(const char *name)
{
	for (size_t i = 0; i < module.groups; i++) {
		if (!strcmp(module.group[i].name, name))
			return &module.group[i];
	}
	return NULL;
}

/* A mode that comes without it was not set by a trip */
static void change_group(struct group *group, const struct group *request)
{
	if (attr_present(request, TSREWRITE_A_GROUP_MODE)) {
		group->mode = request->mode;
		group->tripped = attr_present(request, TSREWRITE_A_GROUP_TRIPPED) &&
				 request->tripped;
	}
	if (attr_present(request, TSREWRITE_A_GROUP_CANARY))
		group->canary = request->canary;
	if (attr_present(request, TSREWRITE_A_GROUP_COUNT))
		group->count = request->count;
}

int __wrap_group_set(struct genl *genl, const struct group *request)
{
	if (is_refused(genl))
		return -1;
	change_group(find_group(request->name), request);
	return 0;
}

int __wrap_group_add(struct genl *genl, const struct group *request, __u8 *id)
{
	struct group *group = &module.group[module.groups];

	if (is_refused(genl) || find_group(request->name))
		return -1;
	*group = (struct group){ .canary = 100 };
	snprintf(group->name, sizeof(group->name), "%s", request->name);
	module.groups++;
	change_group(group, request);
	*id = 1;
	return 0;
}

/* The last that a restore does, and what undoes an addition */
int __wrap_group_remove(struct genl *genl, const char *name)
{
	struct group *group = find_group(name);

	if (!group)
		return genl_fail(genl, ENOENT, "no such group");
	*group = module.group[--module.groups];
	return 0;
}

static void add_device(struct state *state, const char *name, __u8 zone, bool drain)
{
	struct state_device *device = state_add_device(state);

	snprintf(device->name, sizeof(device->name), "%s", name);
	device->zone = zone;
	device->drain = drain;
	device->confirmed = true;
}

static struct state_group *add_group(struct state *state, const char *name, __u32 mode,
				     __u8 canary)
{
	struct state_group *group = state_add_group(state);

	snprintf(group->settings.name, sizeof(group->settings.name), "%s", name);
	group->settings.mode = mode;
	group->settings.canary = canary;
	return group;
}

static void set_config(struct state *state, __u32 number)
{
	state->config = (struct config){
		.present = ATTR_BIT(TSREWRITE_A_CONFIG_LIMIT) |
			   ATTR_BIT(TSREWRITE_A_CONFIG_INBOUND_LIMIT) |
			   ATTR_BIT(TSREWRITE_A_CONFIG_TIMEOUT_CLOSING) |
			   ATTR_BIT(TSREWRITE_A_CONFIG_TIMEOUT_CLOSED) |
			   ATTR_BIT(TSREWRITE_A_CONFIG_MARK_MASK),
		.mark_mask = 0xff << number % 7, .limit = number + 1, .inbound_limit = number + 2,
		.timeout_closing = number + 3, .timeout_closed = number + 4,
	};
}

FIXTURE(applied)
{
	struct genl genl;
	struct state now;
	struct state wanted;
};

/* Devices and groups that stay, change, go and come */
FIXTURE_SETUP(applied)
{
	struct state *now = &self->now, *wanted = &self->wanted;
	static char caught[4096];

	report_catch(caught, sizeof(caught));
	memset(now, 0, sizeof(*now));
	memset(wanted, 0, sizeof(*wanted));
	set_config(now, 1000);
	add_device(now, "stays", 1, true);
	add_device(now, "moves", 2, true);
	add_device(now, "goes", 3, false);
	add_group(now, "default", TSREWRITE_MODE_OFF, 100);
	add_group(now, "alpha", TSREWRITE_MODE_OFF, 70)->settings.tripped = true;
	add_group(now, "beta", TSREWRITE_MODE_REWRITE, 100)->settings.count = true;
	add_group(now, "old", TSREWRITE_MODE_STRIP, 60);

	set_config(wanted, 2000);
	add_device(wanted, "stays", 1, false);
	add_device(wanted, "moves", 5, false);
	add_device(wanted, "comes", 7, false);
	add_group(wanted, "default", TSREWRITE_MODE_OBSERVE, 40);
	add_group(wanted, "alpha", TSREWRITE_MODE_REWRITE, 80);
	add_group(wanted, "beta", TSREWRITE_MODE_OFF, 100);
	add_group(wanted, "new", TSREWRITE_MODE_STRIP, 30)->sum.prefix_count = 1;
}

FIXTURE_TEARDOWN(applied)
{
	report_catch(NULL, 0);
	state_free(&self->now);
	state_free(&self->wanted);
}

static void load_module(const struct state *state)
{
	memset(&module, 0, sizeof(module));
	module.limit = state->config.limit;
	module.inbound_limit = state->config.inbound_limit;
	module.timeout_closing = state->config.timeout_closing;
	module.timeout_closed = state->config.timeout_closed;
	module.mark_mask = state->config.mark_mask;
	module.rules = state;
	for (size_t i = 0; i < state->devices; i++) {
		struct device *device = &module.device[module.devices++];

		device->present = ATTR_BIT(TSREWRITE_A_DEVICE_IFINDEX);
		memcpy(device->name, state->device[i].name, sizeof(state->device[i].name));
		device->zone = state->device[i].zone;
		device->drain = state->device[i].drain;
		device->confirmed = state->device[i].confirmed;
	}
	for (size_t i = 0; i < state->groups; i++)
		module.group[module.groups++] = state->group[i].settings;
}

static bool has_devices(const struct state *state, bool drain)
{
	for (size_t i = 0; i < state->devices; i++) {
		const struct state_device *wanted = &state->device[i];
		const struct device *device = find_device(wanted->name);

		if (!device || device->zone != wanted->zone || !device->confirmed ||
		    (drain && device->drain != wanted->drain))
			return false;
	}
	return module.devices == state->devices;
}

static bool has_groups(const struct state *state)
{
	for (size_t i = 0; i < state->groups; i++) {
		const struct group *wanted = &state->group[i].settings;
		const struct group *group = find_group(wanted->name);

		if (!group || group->mode != wanted->mode || group->canary != wanted->canary ||
		    group->count != wanted->count || group->tripped != wanted->tripped)
			return false;
	}
	return module.groups == state->groups;
}

static bool has_config(const struct state *state)
{
	return module.limit == state->config.limit &&
	       module.inbound_limit == state->config.inbound_limit &&
	       module.timeout_closing == state->config.timeout_closing &&
	       module.timeout_closed == state->config.timeout_closed &&
	       module.mark_mask == state->config.mark_mask;
}

/* Restores the wanted state, with a request refused, or none if that is 0 */
static int apply_refused(struct genl *genl, const struct state *now, const struct state *wanted,
			 int number)
{
	load_module(now);
	refused = number;
	requests = 0;
	return state_apply(genl, now, wanted, false);
}

TEST_F(applied, whole)
{
	ASSERT_EQ(0, apply_refused(&self->genl, &self->now, &self->wanted, 0));
	EXPECT_TRUE(has_config(&self->wanted));
	EXPECT_TRUE(has_devices(&self->wanted, false));
	EXPECT_TRUE(has_groups(&self->wanted));
	EXPECT_EQ(&self->wanted, module.rules);
}

TEST_F(applied, or_not_at_all)
{
	int number = 0, ret;

	do {
		ret = apply_refused(&self->genl, &self->now, &self->wanted, ++number);
		if (!ret)
			break;
		EXPECT_TRUE(has_config(&self->now)) {
			TH_LOG("limits and timeouts, request %d", number);
		}
		EXPECT_TRUE(has_devices(&self->now, true)) {
			TH_LOG("devices, request %d", number);
		}
		EXPECT_TRUE(has_groups(&self->now)) {
			TH_LOG("groups, request %d", number);
		}
		EXPECT_EQ(&self->now, module.rules) {
			TH_LOG("rules, request %d", number);
		}
	} while (number < 100);
	/* Limits, three modes before and after, a group, rules, four devices */
	EXPECT_LE(10, number);
	EXPECT_GT(100, number);
}

TEST_F(applied, again_changes_nothing)
{
	ASSERT_EQ(0, apply_refused(&self->genl, &self->wanted, &self->wanted, 0));
	EXPECT_TRUE(has_devices(&self->wanted, true));
	EXPECT_TRUE(has_groups(&self->wanted));
}

TEST_HARNESS_MAIN
