// SPDX-License-Identifier: GPL-2.0-only
#include "group_rules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/tsrewrite.h>

#include "config.h"
#include "device.h"
#include "group.h"

#define TRIES 10

struct picture {
	struct groups groups;
	struct devices devices;
	struct classifier classifier;
	struct classifier_devices there;
};

static int unreadable(struct genl *genl, int error)
{
	if (error == EPERM)
		return genl_fail(genl, EPERM, "%s", "");
	return genl_fail(genl, error, "the kernel has no nf_tables here (%s)",
			 strerror(error));
}

int group_rules_get(struct genl *genl, struct classifier *classifier)
{
	struct config config;

	memset(classifier, 0, sizeof(*classifier));
	if (config_get(genl, &config) < 0)
		return -1;
	if (!config.mark_mask)
		return genl_fail(genl, 0, "the module has no mark-mask");
	if (!classifier_read(classifier, config.mark_mask))
		return 0;
	return genl_fail(genl, errno, "the rules of groups cannot be read: %s",
			 strerror(errno));
}

void group_rules_forget(struct picture *picture)
{
	if (!picture)
		return;
	classifier_free(&picture->classifier);
	free(picture->groups.group);
	free(picture->devices.device);
	free(picture->there.device);
	free(picture);
}

static int list_devices(struct genl *genl, struct picture *picture)
{
	struct classifier_devices *there = &picture->there;

	there->device = calloc(picture->devices.count + 1, sizeof(*there->device));
	if (!there->device)
		return genl_errno(genl);
	for (size_t i = 0; i < picture->devices.count; i++) {
		const struct device *device = &picture->devices.device[i];

		if (attr_present(device, TSREWRITE_A_DEVICE_IFINDEX))
			there->device[there->count++] = (struct classifier_device){
				device->name, device->ifindex
			};
	}
	return 0;
}

/* NULL with @genl's error filled in */
static struct picture *look(struct genl *genl)
{
	struct picture *picture = calloc(1, sizeof(*picture));

	if (!picture) {
		genl_errno(genl);
		return NULL;
	}
	if (!groups_get(genl, &picture->groups) &&
	    !devices_get(genl, &picture->devices) &&
	    !list_devices(genl, picture) &&
	    !group_rules_get(genl, &picture->classifier))
		return picture;
	group_rules_forget(picture);
	return NULL;
}

static const char *name_of(const struct groups *groups, uint8_t id)
{
	for (size_t i = 0; i < groups->count; i++) {
		if (groups->group[i].id == id)
			return groups->group[i].name;
	}
	return "nobody";
}

static int refuse(struct genl *genl, const struct picture *picture,
		  const struct class_conflict *conflict)
{
	const char *name = name_of(&picture->groups, conflict->group);
	char ours[PREFIX_SIZE], theirs[PREFIX_SIZE];

	if (conflict->port)
		return genl_fail(genl, 0,
				 "port %u is one of group %s, which has other ports beside: two sets of ports are the same, or have none in common",
				 conflict->port, name);
	return genl_fail(genl, 0, "%s overlaps %s of group %s",
			 prefix_format(ours, &conflict->ours),
			 prefix_format(theirs, &conflict->theirs), name);
}

/* Ports alone are those of every address */
static int fill(const struct classes *classes, uint8_t id,
		const struct group_rules *rules, struct ports *ports,
		struct ranges *ranges)
{
	const struct range everywhere[] = {
		range_of_all(AF_INET), range_of_all(AF_INET6),
	};

	if (classes_of(classes, id, ports, ranges) < 0)
		return -1;
	if (rules->has_port)
		*ports = rules->ports;
	if (rules->has_to)
		ranges->count = 0;
	for (size_t i = 0; rules->has_to && i < rules->to.count; i++) {
		if (ranges_add(ranges, &rules->to.range[i]) < 0)
			return -1;
	}
	if (rules->has_to || !rules->has_port || ranges->count)
		return 0;
	if (ranges_add(ranges, &everywhere[0]) < 0)
		return -1;
	return ranges_add(ranges, &everywhere[1]);
}

/* Which groups' rules are left as they are? Not those of groups that do not exist. */
static void choose_others(const struct picture *picture,
			  const struct group_rules_setting *settings, size_t count,
			  bool stay[CLASSES_GROUPS])
{
	memset(stay, false, CLASSES_GROUPS * sizeof(*stay));
	for (size_t i = 0; i < picture->groups.count; i++)
		stay[picture->groups.group[i].id] = true;
	stay[0] = false;
	for (size_t i = 0; i < count; i++)
		stay[settings[i].id] = false;
}

static int plan_one(struct genl *genl, const struct picture *picture,
		    struct group_rules_setting *setting, struct classes *after)
{
	const struct classes *before = &picture->classifier.classes;
	struct class_conflict conflict;
	struct ranges ranges = { 0 };
	struct ports ports;
	int ret = 0;

	if (fill(before, setting->id, setting->rules, &ports, &ranges) < 0)
		ret = genl_errno(genl);
	else if (classes_conflict(after, &ports, &ranges, &conflict))
		ret = refuse(genl, picture, &conflict);
	else if (classes_put(after, setting->id, &ports, &ranges) < 0)
		ret = genl_errno(genl);
	free(ranges.range);
	setting->given = classes_sum(after, setting->id);
	return ret;
}

static int write_failed(struct genl *genl, int error, const char *why)
{
	switch (error) {
	case EPERM:
		return genl_fail(genl, error,
				 "another process owns nft's table netdev " CLASSIFIER_TABLE);
	case ERESTART:
		return genl_fail(genl, error,
				 "somebody else keeps changing nft's rules; try again");
	case EMSGSIZE:
		return genl_fail(genl, error,
				 "so many rules do not fit into what a socket may send here (sysctl net.core.wmem_max)");
	case EOPNOTSUPP:
		return genl_fail(genl, error,
				 "the kernel's nf_tables has no hook egress of netdev, or no interval maps");
	default:
		return genl_fail(genl, error, "nf_tables refuses the rules: %s",
				 *why ? why : strerror(error));
	}
}

/* With errno ERESTART it is to be tried again */
static int write_rules(struct genl *genl, const struct picture *picture,
		       const struct classes *after)
{
	char why[ATTR_TEXT];
	int error;

	if (picture->classifier.foreign && after->count) {
		errno = EEXIST;
		return genl_fail(genl, EEXIST,
				 "nft's table netdev " CLASSIFIER_TABLE
				 " is somebody else's: delete or rename it");
	}
	if (!classifier_write(&picture->classifier, after, &picture->there, why,
			      sizeof(why)))
		return 0;
	error = errno;
	write_failed(genl, error, why);
	errno = error;
	return -1;
}

/* What becomes of the picture's classes, and is then written */
typedef int (*planner)(struct genl *genl, const struct picture *picture,
		       struct classes *after, void *arg);

/* Somebody else may change rules between our reading, of @seen or now, and writing */
static int change_rules(struct genl *genl, struct picture *seen,
			planner make_plan, void *arg)
{
	int tries = TRIES, ret = -1;
	bool again = true;

	while (again && tries--) {
		struct picture *picture = seen ? seen : look(genl);
		struct classes after = { 0 };

		seen = NULL;
		again = false;
		if (!picture)
			return -1;
		ret = make_plan(genl, picture, &after, arg);
		if (!ret && !picture->classifier.unreadable) {
			ret = write_rules(genl, picture, &after);
			again = ret < 0 && errno == ERESTART;
		}
		classes_free(&after);
		group_rules_forget(picture);
	}
	return ret;
}

struct settings {
	struct group_rules_setting *setting;
	size_t count;
};

static bool wants_rules(const struct settings *settings)
{
	for (size_t i = 0; i < settings->count; i++) {
		const struct group_rules *rules = settings->setting[i].rules;

		if (rules->has_port || rules->to.count)
			return true;
	}
	return false;
}

static int plan(struct genl *genl, const struct picture *picture,
		struct classes *after, void *arg)
{
	struct settings *settings = arg;
	bool stay[CLASSES_GROUPS];

	if (picture->classifier.unreadable && wants_rules(settings))
		return unreadable(genl, picture->classifier.unreadable);
	choose_others(picture, settings->setting, settings->count, stay);
	if (classes_copy(&picture->classifier.classes, stay, after) < 0)
		return genl_errno(genl);
	for (size_t i = 0; i < settings->count; i++) {
		if (plan_one(genl, picture, &settings->setting[i], after) < 0)
			return -1;
	}
	return 0;
}

struct picture *group_rules_check(struct genl *genl,
				  const struct group_rules *rules)
{
	struct group_rules_setting setting = { .rules = rules };
	struct settings settings = { &setting, 1 };
	struct picture *picture = look(genl);
	struct classes after = { 0 };

	if (picture && plan(genl, picture, &after, &settings) < 0) {
		group_rules_forget(picture);
		picture = NULL;
	}
	classes_free(&after);
	return picture;
}

int group_rules_set(struct genl *genl, struct group_rules_setting *settings,
		    size_t count, struct picture *seen)
{
	struct settings all = { settings, count };

	return change_rules(genl, seen, plan, &all);
}

static int keep(struct genl *genl, const struct picture *picture,
		struct classes *after, void *unused)
{
	bool stay[CLASSES_GROUPS];

	(void)unused;
	memset(stay, true, sizeof(stay));
	return classes_copy(&picture->classifier.classes, stay, after) < 0 ?
	       genl_errno(genl) : 0;
}

int group_rules_follow_devices(struct genl *genl)
{
	return change_rules(genl, NULL, keep, NULL);
}

/* Connections of a group without its rules would begin in the default one */
static int keep_complete(struct genl *genl, const struct picture *picture,
			 struct classes *after, void *device)
{
	const struct groups *groups = &picture->groups;
	const struct device *found = devices_find(&picture->devices, device);

	if (!found)
		return genl_fail(genl, ENODEV, "not attached");
	if (!attr_present(found, TSREWRITE_A_DEVICE_IFINDEX))
		return genl_fail(genl, ENODEV, "attached, but not there");
	for (size_t i = 0; i < groups->count; i++) {
		const struct group *group = &groups->group[i];

		if (!classes_sum_is(classes_sum(&picture->classifier.classes,
						group->id),
				    group_given(group)))
			return genl_fail(genl, 0,
					 "rules of group %s are missing, or others (tsrewrite status tells)",
					 group->name);
	}
	return keep(genl, picture, after, NULL);
}

int group_rules_confirm(struct genl *genl, const char *device)
{
	struct nlmsghdr *nlh;

	if (change_rules(genl, NULL, keep_complete, (void *)device) < 0)
		return -1;
	nlh = genl_request(genl, TSREWRITE_CMD_DEVICE_SET);
	mnl_attr_put_strz(nlh, TSREWRITE_A_DEVICE_NAME, device);
	mnl_attr_put_u8(nlh, TSREWRITE_A_DEVICE_CONFIRMED, 1);
	return genl_do(genl, NULL, NULL);
}
