// SPDX-License-Identifier: GPL-2.0-only
#include "journal_text.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/tsrewrite.h>

#include "../text/format.h"
#include "../text/parse.h"

/* Prints a user's name, if there is one, and number, such as alice (uid 1000) */
static void print_user(FILE *to, uint32_t uid)
{
	const struct passwd *user = getpwuid(uid);
	char name[2 * FORMAT_SIZE];

	if (user)
		fprintf(to, "%s (uid %u)",
			format_safe(name, sizeof(name), user->pw_name), uid);
	else
		fprintf(to, "uid %u", uid);
}

static void print_author(FILE *to, const struct event *event)
{
	char comm[2 * FORMAT_SIZE];

	if (!attr_present(event, TSREWRITE_A_EVENT_UID))
		return;
	fputs(", by ", to);
	print_user(to, event->uid);
	if (attr_present(event, TSREWRITE_A_EVENT_LOGINUID)) {
		fputs(", logged in as ", to);
		print_user(to, event->loginuid);
	} else {
		fputs(", not logged in", to);
	}
	if (attr_present(event, TSREWRITE_A_EVENT_COMM))
		fprintf(to, ", with %s", format_safe(comm, sizeof(comm), event->comm));
	if (attr_present(event, TSREWRITE_A_EVENT_PID))
		fprintf(to, " (pid %u)", event->pid);
}

char *journal_text_event(const struct event *event)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	event_print_change(event, to);
	print_author(to, event);
	fclose(to);
	return text;
}

static void print_device(FILE *to, const struct device *device)
{
	char name[FORMAT_SIZE];

	fprintf(to, "\ndevice %s zone %u",
		format_safe(name, sizeof(name), device->name), device->zone);
	if (!attr_present(device, TSREWRITE_A_DEVICE_IFINDEX))
		fputs(" absent", to);
	if (device->drain)
		fputs(" draining", to);
	if (!device->confirmed)
		fputs(" unconfirmed", to);
}

static void print_group(FILE *to, const struct group *group)
{
	char name[2 * FORMAT_SIZE], mode[FORMAT_SIZE];

	fprintf(to, "\ngroup %s mode %s canary %u %%",
		format_safe(name, sizeof(name), group->name),
		format_word(mode, mode_words, group->mode), group->canary);
	if (group->prefix_count)
		fprintf(to, " prefixes %u", group->prefix_count);
	if (group->count)
		fputs(" count on", to);
	if (group->tripped)
		fputs(" tripped", to);
}

char *journal_text_state(const struct devices *devices, const struct groups *groups,
			 const struct config *config)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	fputs("changes are written from now on; the state is:", to);
	for (size_t i = 0; i < devices->count; i++)
		print_device(to, &devices->device[i]);
	if (!devices->count)
		fputs("\nno device is attached", to);
	for (size_t i = 0; i < groups->count; i++)
		print_group(to, &groups->group[i]);
	fputs("\nconfig", to);
	config_print_words(to, config);
	fclose(to);
	return text;
}
