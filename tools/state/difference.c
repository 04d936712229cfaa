// SPDX-License-Identifier: GPL-2.0-only
#include "difference.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../text/format.h"
#include "../text/macros.h"
#include "../text/parse.h"

/* Of a group's prefixes, so many are named, and the others are counted */
#define NAMED_MAX 20

struct comparison {
	difference_each each;
	void *arg;
	struct difference next;
	int ret;	/* of @each; once it is not 0, nothing more is told */
};

static void clear_next(struct comparison *comparison)
{
	memset(&comparison->next, 0, sizeof(comparison->next));
}

static __printf(2, 3) void put_text(char out[DIFFERENCE_TEXT], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(out, DIFFERENCE_TEXT, format, args);
	va_end(args);
}

static void tell_next(struct comparison *comparison)
{
	if (!comparison->ret)
		comparison->ret = comparison->each(&comparison->next, comparison->arg);
	clear_next(comparison);
}

bool state_config_differs(const struct config *now, const struct config *wanted,
			  const struct config_setting *setting)
{
	return attr_present(wanted, setting->attr) &&
	       config_value(now, setting->attr) != config_value(wanted, setting->attr);
}

static void compare_config(struct comparison *comparison, const struct config *now,
			   const struct config *wanted)
{
	const struct config_setting *setting = config_settings;
	struct difference *next = &comparison->next;

	for (; setting->word; setting++) {
		if (!state_config_differs(now, wanted, setting))
			continue;
		put_text(next->subject, "%s", setting->word);
		config_format_value(next->before, setting, now);
		config_format_value(next->after, setting, wanted);
		tell_next(comparison);
	}
}

static void put_device(char out[DIFFERENCE_TEXT], const char *name, const char *what)
{
	char text[FORMAT_SIZE];

	put_text(out, "device %s%s", format_safe(text, sizeof(text), name), what);
}

bool state_device_is_ineffective(const struct state_device *now)
{
	return now->unconfirmed || now->unruled;
}

static void put_zone(char out[DIFFERENCE_TEXT], const struct state_device *device)
{
	put_text(out, "zone %u", device->zone);
}

/* A device that stays may be without effect for groups: so it passes new connections untouched */
static void compare_confirmed(struct comparison *comparison, const struct state_device *now)
{
	struct difference *next = &comparison->next;

	if (!state_device_is_ineffective(now))
		return;
	put_device(next->subject, now->name, " rules");
	put_text(next->before, "%s", now->unconfirmed ? "unconfirmed" : "missing or modified");
	put_text(next->after, "confirmed");
	tell_next(comparison);
}

static void compare_device(struct comparison *comparison, const struct state_device *now,
			   const struct state_device *wanted)
{
	struct difference *next = &comparison->next;

	if (now && wanted && now->zone == wanted->zone)
		return;
	put_device(next->subject, now ? now->name : wanted->name, "");
	if (now)
		put_zone(next->before, now);
	if (wanted)
		put_zone(next->after, wanted);
	tell_next(comparison);
}

static void compare_devices(struct comparison *comparison, const struct state *now,
			    const struct state *wanted)
{
	for (size_t i = 0; i < now->devices; i++) {
		const struct state_device *device = &now->device[i];
		const struct state_device *same = state_find_device(wanted, device->name);

		compare_device(comparison, device, same);
		if (same && same->zone == device->zone && wanted->groups > 1)
			compare_confirmed(comparison, device);
	}
	for (size_t i = 0; i < wanted->devices; i++) {
		if (!state_find_device(now, wanted->device[i].name))
			compare_device(comparison, NULL, &wanted->device[i]);
	}
}

bool state_settings_differ(const struct group *now, const struct group *wanted)
{
	return now->mode != wanted->mode || now->canary != wanted->canary ||
	       now->count != wanted->count;
}

/* An id counts if the file has one, and if that of the other is known */
bool state_ids_differ(const struct group *now, const struct group *wanted)
{
	return attr_present(wanted, TSREWRITE_A_GROUP_ID) && now->id && now->id != wanted->id;
}

/* By what they have, and whether the module knows that: if rules were lost, both tell */
bool state_rules_differ(const struct state_group *now, const struct state_group *wanted)
{
	return now->sum.prefix_count != wanted->sum.prefix_count ||
	       now->sum.fingerprint != wanted->sum.fingerprint ||
	       !classes_sum_is(wanted->sum, now->given);
}

static void name_setting(struct comparison *comparison, const struct group *group,
			 const char *what)
{
	put_text(comparison->next.subject, "group %s %s", group->name, what);
}

static void compare_settings(struct comparison *comparison, const struct group *now,
			     const struct group *wanted)
{
	struct difference *next = &comparison->next;
	char mode[FORMAT_SIZE];

	if (state_ids_differ(now, wanted)) {
		name_setting(comparison, now, "id");
		put_text(next->before, "%u", now->id);
		put_text(next->after, "%u", wanted->id);
		tell_next(comparison);
	}
	if (now->mode != wanted->mode) {
		name_setting(comparison, now, "mode");
		put_text(next->before, "%s%s", format_word(mode, mode_words, now->mode),
			 now->tripped ? " (tripped)" : "");
		put_text(next->after, "%s", format_word(mode, mode_words, wanted->mode));
		tell_next(comparison);
	}
	if (now->canary != wanted->canary) {
		name_setting(comparison, now, "canary");
		put_text(next->before, "%u", now->canary);
		put_text(next->after, "%u", wanted->canary);
		tell_next(comparison);
	}
	if (now->count != wanted->count) {
		name_setting(comparison, now, "count");
		put_text(next->before, "%s", now->count ? "on" : "off");
		put_text(next->after, "%s", wanted->count ? "on" : "off");
		tell_next(comparison);
	}
}

static void put_ports(char out[DIFFERENCE_TEXT], const struct ports *ports)
{
	char text[PORTS_TEXT];

	put_text(out, "%s", ports->count ? ports_format(text, ports) : "any");
}

static void compare_ports(struct comparison *comparison, const struct state_group *now,
			  const struct state_group *wanted)
{
	if (ports_equal(&now->ports, &wanted->ports))
		return;
	name_setting(comparison, &now->settings, "port");
	put_ports(comparison->next.before, &now->ports);
	put_ports(comparison->next.after, &wanted->ports);
	tell_next(comparison);
}

/* Names the prefixes of @a that @b lacks, up to a number of them, and returns how many it lacks */
static size_t name_prefixes(struct comparison *comparison, const struct group *group,
			    const struct ranges *a, const struct ranges *b, bool after)
{
	struct difference *next = &comparison->next;
	size_t lacks = 0, j = 0;
	char text[PREFIX_SIZE];

	for (size_t i = 0; i < a->count; i++) {
		while (j < b->count && range_compare(&b->range[j], &a->range[i]) < 0)
			j++;
		if (j < b->count && !range_compare(&b->range[j], &a->range[i]))
			continue;
		if (lacks++ >= NAMED_MAX)
			continue;
		name_setting(comparison, group, "to");
		put_text(after ? next->after : next->before, "%s",
			 prefix_format(text, &a->range[i]));
		tell_next(comparison);
	}
	return lacks;
}

static void count_prefixes(struct comparison *comparison, const struct group *group,
			   size_t lacks, bool after)
{
	struct difference *next = &comparison->next;

	if (lacks <= NAMED_MAX)
		return;
	name_setting(comparison, group, "to");
	put_text(after ? next->after : next->before, "%zu more prefixes", lacks - NAMED_MAX);
	tell_next(comparison);
}

static void put_sum(char out[DIFFERENCE_TEXT], const struct classes_sum *sum)
{
	put_text(out, "%u prefix%s, fingerprint %08x", sum->prefix_count,
		 sum->prefix_count == 1 ? "" : "es", sum->fingerprint);
}

static void compare_rules(struct comparison *comparison, const struct state_group *now,
			  const struct state_group *wanted)
{
	const struct group *group = &wanted->settings;
	size_t gone, come;

	if (!state_rules_differ(now, wanted))
		return;
	if (now->sum.prefix_count != now->ranges.count) {
		/* Only the summary was read */
		name_setting(comparison, group, "rules");
		put_sum(comparison->next.before, &now->sum);
		put_sum(comparison->next.after, &wanted->sum);
		tell_next(comparison);
		return;
	}
	gone = name_prefixes(comparison, group, &now->ranges, &wanted->ranges, false);
	count_prefixes(comparison, group, gone, false);
	come = name_prefixes(comparison, group, &wanted->ranges, &now->ranges, true);
	count_prefixes(comparison, group, come, true);
	compare_ports(comparison, now, wanted);
	if (gone || come || !ports_equal(&now->ports, &wanted->ports))
		return;
	name_setting(comparison, group, "fingerprint");
	put_text(comparison->next.before, "%08x", now->given.fingerprint);
	put_text(comparison->next.after, "%08x", wanted->sum.fingerprint);
	tell_next(comparison);
}

static void put_group(char out[DIFFERENCE_TEXT], const struct state_group *group)
{
	char mode[FORMAT_SIZE], ports[PORTS_TEXT];
	uint32_t count = group->sum.prefix_count;

	put_text(out, "mode %s, canary %u%s, %u prefix%s%s%s",
		 format_word(mode, mode_words, group->settings.mode), group->settings.canary,
		 group->settings.count ? ", count on" : "", count, count == 1 ? "" : "es",
		 group->ports.count ? ", port " : "", ports_format(ports, &group->ports));
}

/* The group is in one of the states alone */
static void tell_group(struct comparison *comparison, const struct state_group *group,
		       bool after)
{
	struct difference *next = &comparison->next;

	put_text(next->subject, "group %s", group->settings.name);
	put_group(after ? next->after : next->before, group);
	tell_next(comparison);
}

static void compare_groups(struct comparison *comparison, const struct state *now,
			   const struct state *wanted)
{
	for (size_t i = 0; i < now->groups; i++) {
		const struct state_group *group = &now->group[i];
		const struct state_group *same =
			state_find_group(wanted, group->settings.name);

		if (!same) {
			tell_group(comparison, group, false);
			continue;
		}
		compare_settings(comparison, &group->settings, &same->settings);
		compare_rules(comparison, group, same);
	}
	for (size_t i = 0; i < wanted->groups; i++) {
		const struct state_group *group = &wanted->group[i];

		if (!state_find_group(now, group->settings.name))
			tell_group(comparison, group, true);
	}
}

static void compare_table(struct comparison *comparison, const struct state *now,
			  const struct state *wanted)
{
	struct difference *next = &comparison->next;

	if (!*now->wrong || wanted->groups < 2)
		return;
	put_text(next->subject, "rules of groups");
	put_text(next->before, "modified: %s", now->wrong);
	put_text(next->after, "as they were written");
	tell_next(comparison);
}

int state_differences(const struct state *now, const struct state *wanted,
		      difference_each each, void *arg)
{
	struct comparison comparison = { .each = each, .arg = arg };

	compare_config(&comparison, &now->config, &wanted->config);
	compare_devices(&comparison, now, wanted);
	compare_groups(&comparison, now, wanted);
	compare_table(&comparison, now, wanted);
	return comparison.ret;
}

/* For state_differences() */
static int stop_at_first(const struct difference *unused, void *unused_too)
{
	(void)unused;
	(void)unused_too;
	return 1;
}

bool state_differs(const struct state *now, const struct state *wanted)
{
	return state_differences(now, wanted, stop_at_first, NULL);
}
