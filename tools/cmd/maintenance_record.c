// SPDX-License-Identifier: GPL-2.0-only
#include "maintenance_record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "../maintenance/directory.h"
#include "../text/report.h"
#include "journal_entry.h"

int maintenance_find(const struct call *call, char directory[PATH_MAX], bool write)
{
	char why[RECORD_WHY];
	int ret;

	if (write && geteuid())
		return report_refused("%s %s: this needs root", call->name, call->words[0]);
	ret = session_enter(call);
	if (ret)
		return ret;
	if (directory_find(directory, call->netns, why, sizeof(why)))
		return report_refused("%s: %s", call->name, why);
	if (write)
		directory_make(directory);
	return EXIT_DONE;
}

int maintenance_lock(const char *directory, int *lock)
{
	*lock = directory_lock(directory);
	return *lock >= 0 ? EXIT_DONE :
	       report_refused("maintenance: %s: %s (it is the setting state of watch.conf)",
			      directory, strerror(errno));
}

int maintenance_load(const char *directory, struct record *record)
{
	char why[RECORD_WHY];

	return record_load(directory, record, why) ?
	       report_refused("maintenance: %s", why) : EXIT_DONE;
}

/* As what the service writes: a journal that is not there is no failure */
void maintenance_log(const struct call *call, const struct record *record, const char *event,
		     uint64_t now)
{
	struct journal_entry entry = { 0 };
	char text[RECORD_TEXT], message[RECORD_TEXT + 64];
	json_t *json = record_json(record, now);
	int ret;

	snprintf(message, sizeof(message), "maintenance %s: %s", strchr(event, '_') + 1,
		 record_format(text, record, now));
	journal_entry_add(&entry, "TSREWRITE_EVENT", "%s", event);
	journal_entry_add_json(&entry, "TSREWRITE_MAINTENANCE", json);
	json_decref(json);
	if (call->netns)
		journal_entry_add(&entry, "TSREWRITE_NETNS", "%s", call->netns);
	ret = journal_entry_send(&entry, LOG_NOTICE, message);
	if (ret < 0)
		report_warning("maintenance: this could not be written to the journal: %s",
			       strerror(-ret));
}
