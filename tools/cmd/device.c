// SPDX-License-Identifier: GPL-2.0-only
#include "device.h"

#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/tsrewrite.h>

#include "../parse.h"
#include "../print.h"
#include "../report.h"
#include "cmd.h"
#include "flowtable.h"
#include "group.h"
#include "group_rules.h"

static const struct attr_field fields[] = {
	[TSREWRITE_A_DEVICE_NAME] =
		ATTR_FIELD(ATTR_STRING, "name", device, name),
	[TSREWRITE_A_DEVICE_IFINDEX] =
		ATTR_FIELD(ATTR_U32, "ifindex", device, ifindex),
	[TSREWRITE_A_DEVICE_ZONE] = ATTR_FIELD(ATTR_U8, "zone", device, zone),
	[TSREWRITE_A_DEVICE_FLOWS] =
		ATTR_FIELD(ATTR_U32, "flows", device, flows),
	[TSREWRITE_A_DEVICE_DRAIN] =
		ATTR_FIELD(ATTR_U8, "drain", device, drain),
	[TSREWRITE_A_DEVICE_CONFIRMED] =
		ATTR_FIELD(ATTR_U8, "confirmed", device, confirmed),
};

const struct attr_table device_table = {
	"device", fields, TSREWRITE_A_DEVICE_CONFIRMED,
	ATTR_BIT(TSREWRITE_A_DEVICE_NAME) | ATTR_BIT(TSREWRITE_A_DEVICE_ZONE) |
	ATTR_BIT(TSREWRITE_A_DEVICE_FLOWS) | ATTR_BIT(TSREWRITE_A_DEVICE_DRAIN) |
	ATTR_BIT(TSREWRITE_A_DEVICE_CONFIRMED),
};

const struct attr_table device_named_table = {
	"device", fields, TSREWRITE_A_DEVICE_CONFIRMED,
	ATTR_BIT(TSREWRITE_A_DEVICE_NAME),
};

int devices_get(struct genl *genl, struct devices *devices)
{
	return genl_collect(genl, TSREWRITE_CMD_DEVICE_GET, &device_table,
			    sizeof(*devices->device),
			    (void **)&devices->device, &devices->count);
}

const struct device *devices_find(const struct devices *devices,
				  const char *name)
{
	for (size_t i = 0; i < devices->count; i++) {
		if (!strcmp(devices->device[i].name, name))
			return &devices->device[i];
	}
	return NULL;
}

json_t *device_json(const struct device *device)
{
	json_t *json = json_object();

	json_object_set_new(json, "name", json_text(device->name));
	if (attr_present(device, TSREWRITE_A_DEVICE_IFINDEX))
		json_object_set_new(json, "ifindex", json_u64(device->ifindex));
	if (attr_present(device, TSREWRITE_A_DEVICE_ZONE))
		json_object_set_new(json, "zone", json_u64(device->zone));
	if (attr_present(device, TSREWRITE_A_DEVICE_FLOWS))
		json_object_set_new(json, "flows", json_u64(device->flows));
	if (attr_present(device, TSREWRITE_A_DEVICE_DRAIN))
		json_object_set_new(json, "drain", json_boolean(device->drain));
	if (attr_present(device, TSREWRITE_A_DEVICE_CONFIRMED))
		json_object_set_new(json, "confirmed",
				    json_boolean(device->confirmed));
	return json;
}

json_t *devices_json(const struct devices *devices)
{
	json_t *json = json_array();

	for (size_t i = 0; i < devices->count; i++)
		json_array_append_new(json, device_json(&devices->device[i]));
	return json;
}

int device_read_name(const struct call *call, struct device *device,
		     char ***rest)
{
	char *name = call->words[0];
	const char *why;

	if (!name)
		return report_usage("%s: name a device", call->name);
	why = parse_device(name);
	if (why)
		return report_usage("%s: \"%s\" %s", call->name, name, why);
	snprintf(device->name, sizeof(device->name), "%s", name);
	device->present = ATTR_BIT(TSREWRITE_A_DEVICE_NAME);
	*rest = call->words + 1;
	return EXIT_DONE;
}

static int read_zone(const struct call *call, struct device *device,
		     char **words)
{
	static const char *const known[] = { "zone", NULL };
	const char *why;

	if (!words[0])
		return EXIT_DONE;
	if (word_index(words[0], known) < 0)
		return report_word("word", words[0], known);
	if (!words[1])
		return report_usage("%s: zone needs a number in 0..255",
				    call->name);
	why = parse_zone(words[1], &device->zone);
	if (why)
		return report_usage("%s: zone \"%s\" %s", call->name, words[1],
				    why);
	if (words[2])
		return report_surplus(call->name, words[2]);
	device->present |= ATTR_BIT(TSREWRITE_A_DEVICE_ZONE);
	return EXIT_DONE;
}

static int report_bypassed(const char *name,
			   const struct nft_flowtable *flowtable)
{
	const char *lower = flowtable->device;

	return report_refused("attach %s: %s is above %s, which is in flowtable %s/%s: attach %s",
			      name, name, lower, flowtable->table,
			      flowtable->name, lower);
}

/* The kernel would take it, and rewrite what it could not restore */
static int refuse_bypassed(struct genl *genl, const char *name)
{
	const struct nft_flowtable *flowtable;
	struct flowtables flowtables;
	int ret = EXIT_DONE;

	if (flowtables_get(genl, &flowtables) < 0)
		return report_genl(genl, "reading flowtables", "attach %s",
				   name);
	flowtable = flowtables_below(&flowtables, if_nametoindex(name));
	if (flowtable)
		ret = report_bypassed(name, flowtable);
	flowtables_free(&flowtables);
	return ret;
}

/* By its index: the word may be another name that it has */
static int confirm_index(struct genl *genl, uint32_t ifindex)
{
	struct devices devices = { 0 };
	int ret = 0;

	if (devices_get(genl, &devices) < 0)
		return -1;
	for (size_t i = 0; i < devices.count && !ret; i++) {
		if (devices.device[i].ifindex == ifindex &&
		    !devices.device[i].confirmed)
			ret = group_rules_confirm(genl, devices.device[i].name);
	}
	free(devices.device);
	return ret;
}

static int send_detach(struct genl *genl, const char *name, bool force,
		       genl_row row, void *answer)
{
	struct nlmsghdr *nlh = genl_request(genl, TSREWRITE_CMD_DEVICE_DETACH);

	mnl_attr_put_strz(nlh, TSREWRITE_A_DEVICE_NAME, name);
	if (force)
		mnl_attr_put(nlh, TSREWRITE_A_DEVICE_FORCE, 0, NULL);
	return genl_do(genl, row, answer);
}

/* Where there are groups, it waits for its rules; nothing crosses it yet */
static int give_rules(struct genl *genl, const char *name)
{
	struct genl_error error;

	if (!confirm_index(genl, if_nametoindex(name)))
		return EXIT_DONE;
	error = genl->error;
	if (send_detach(genl, name, true, NULL, NULL) < 0)
		report_warning("attach %s: without rules for groups, it is attached",
			       name);
	genl->error = error;
	return report_genl(genl, "writing rules", "attach %s", name);
}

static int attach(struct genl *genl, const struct call *call, void *arg)
{
	const struct device *device = arg;
	struct nlmsghdr *nlh;

	if (refuse_bypassed(genl, device->name))
		return EXIT_REFUSED;
	nlh = genl_request(genl, TSREWRITE_CMD_DEVICE_ATTACH);
	mnl_attr_put_strz(nlh, TSREWRITE_A_DEVICE_NAME, device->name);
	if (attr_present(device, TSREWRITE_A_DEVICE_ZONE))
		mnl_attr_put_u8(nlh, TSREWRITE_A_DEVICE_ZONE, device->zone);
	if (genl_do(genl, NULL, NULL) < 0)
		return report_genl(genl, "attaching a device", "attach %s",
				   device->name);
	if (give_rules(genl, device->name))
		return EXIT_REFUSED;
	if (call->json)
		print_json(device_json(device));
	return EXIT_DONE;
}

int cmd_attach(const struct call *call)
{
	struct device device = { 0 };
	char **rest;
	int ret;

	ret = device_read_name(call, &device, &rest);
	if (!ret)
		ret = read_zone(call, &device, rest);
	return ret ? ret : session(call, attach, &device);
}

static int detached_row(struct genl *genl, struct attrs attrs, void *device)
{
	return genl_decode(genl, &device_named_table, attrs, device);
}

static void print_detached(const struct call *call, const struct device *device)
{
	if (call->json)
		print_json(device_json(device));
	else if (device->flows)
		printf("detached %s: %u rewritten connection%s\n",
		       device->name, device->flows,
		       device->flows == 1 ? " breaks" : "s break");
}

static int detach_refused(const struct genl *genl, const struct call *call,
			  const struct device *device)
{
	return report_breaking(genl, call->force, "detaching a device",
			       "detach %s", device->name);
}

static int detach(struct genl *genl, const struct call *call, void *arg)
{
	struct device *device = arg;
	struct device answer = { 0 };

	if (send_detach(genl, device->name, call->force, detached_row,
			&answer) < 0)
		return detach_refused(genl, call, device);
	if (group_rules_follow_devices(genl) < 0)
		report_warning("%s: its rules for groups are there still: %s",
			       device->name, genl->error.text);
	print_detached(call, answer.present ? &answer : device);
	return EXIT_DONE;
}

int cmd_detach(const struct call *call)
{
	struct device device = { 0 };
	char **rest;
	int ret;

	ret = device_read_name(call, &device, &rest);
	if (!ret && *rest)
		ret = report_surplus("detach", *rest);
	return ret ? ret : session(call, detach, &device);
}
