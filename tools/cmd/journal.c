// SPDX-License-Identifier: GPL-2.0-only
#include "journal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <syslog.h>

#include <linux/tsrewrite.h>
#include <systemd/sd-daemon.h>

#include "../client/event.h"
#include "../client/family.h"
#include "../client/report_genl.h"
#include "journal_entry.h"
#include "journal_text.h"
#include "json.h"

/* Seconds after which it looks whether its namespace is still the one of that name */
#define LOOK_UP 10

struct journal {
	const struct call *call;
	struct genl events;
	struct genl state;	/* another socket: a request would discard events */
};

/* An entry that cannot be written does not end the service: the next one may */
static void write_entry(const struct journal *journal, struct journal_entry *entry,
			int priority, const char *message)
{
	int ret;

	if (journal->call->netns)
		journal_entry_add(entry, "TSREWRITE_NETNS", "%s", journal->call->netns);
	ret = journal_entry_send(entry, priority, message ? message : "no memory for the text");
	if (ret < 0)
		report_warning("monitor: an entry could not be written to the journal: %s",
			       strerror(-ret));
}

/* Writes what no event of the module says, such as "module_unloaded" */
static void write_own(const struct journal *journal, const char *what, int priority,
		      const char *message)
{
	struct journal_entry entry = { 0 };

	journal_entry_add(&entry, "TSREWRITE_EVENT", "%s", what);
	write_entry(journal, &entry, priority, message);
}

/* With OBJECT_PID, the journal adds what it still finds of the process */
static int event_row(struct genl *genl, struct attrs attrs, void *journal)
{
	struct journal_entry entry = { 0 };
	struct event event = { 0 };
	json_t *json;
	char *text;

	if (event_decode(genl, attrs, &event) < 0)
		return -1;
	json = event_json(&event);
	journal_entry_add_json(&entry, "TSREWRITE", json);
	json_decref(json);
	if (attr_present(&event, TSREWRITE_A_EVENT_PID))
		journal_entry_add(&entry, "OBJECT_PID", "%u", event.pid);
	text = journal_text_event(&event);
	write_entry(journal, &entry, LOG_NOTICE, text);
	free(text);
	return 0;
}

static int read_state(struct genl *genl, struct devices *devices, struct groups *groups,
		      struct config *config)
{
	if (devices_get(genl, devices) < 0 || groups_get(genl, groups) < 0)
		return -1;
	return config_get(genl, config);
}

/* Changes that nobody has heard of show as differences between two such entries */
static int write_state(struct journal *journal)
{
	struct devices devices = { 0 };
	struct groups groups = { 0 };
	struct config config = { 0 };
	char *text = NULL;
	int ret;

	if (genl_open(&journal->state) < 0)
		return -1;
	ret = read_state(&journal->state, &devices, &groups, &config);
	if (!ret) {
		text = journal_text_state(&devices, &groups, &config);
		write_own(journal, "state", LOG_NOTICE, text);
	}
	free(text);
	free(devices.device);
	free(groups.group);
	genl_close(&journal->state);
	return ret;
}

/* If the module is unloaded meanwhile, this is told by the events' socket, too */
static void tell_state(struct journal *journal)
{
	if (write_state(journal) < 0)
		report_genl(&journal->state, "reading the state", "monitor");
}

static void tell_lost(struct journal *journal)
{
	write_own(journal, "events_lost", LOG_WARNING,
		  "events lost: they came faster than they were read, or memory was short, and some are not in the journal");
	tell_state(journal);
}

/* Each so often, genl_events() fails with EAGAIN if there was none */
static void look_up_sometimes(struct genl *events)
{
	struct timeval pause = { .tv_sec = LOOK_UP };

	setsockopt(mnl_socket_get_fd(events->nl), SOL_SOCKET, SO_RCVTIMEO, &pause, sizeof(pause));
}

/* Returns once the module is unloaded or the namespace is stale, or when there is an error */
static void hear_events(struct journal *journal)
{
	const int *code = &journal->events.error.code;

	for (;;) {
		if (!genl_events(&journal->events, event_row, journal))
			continue;
		if (*code == ENOBUFS)
			tell_lost(journal);
		else if (*code != EAGAIN || session_is_stale(journal->call->netns))
			return;
	}
}

static void tell_waiting(void *journal)
{
	write_own(journal, "module_absent", LOG_NOTICE,
		  "kernel module nf_tsrewrite is not loaded: nothing is rewritten");
	sd_notify(0, "READY=1\nSTATUS=waiting for the module");
}

static int hear_module(struct journal *journal)
{
	struct genl *events = &journal->events;

	if (genl_open_loaded(events, tell_waiting, journal) < 0)
		return report_genl(events, "hearing events", "monitor");
	if (genl_listen(events) < 0)
		return report_genl(events, "hearing events", "monitor");
	look_up_sometimes(events);
	tell_state(journal);
	sd_notify(0, "READY=1\nSTATUS=writing changes to the journal");
	hear_events(journal);
	genl_close(events);
	if (events->error.code == EAGAIN)
		return report_refused("monitor: " SESSION_STALE, journal->call->netns);
	/* That the module was unloaded is no failure: it is waited for */
	return events->error.code == ENOENT ? EXIT_DONE :
					      report_genl(events, "hearing events", "monitor");
}

int journal_run(const struct call *call)
{
	struct journal *journal = calloc(1, sizeof(*journal));
	int ret;

	if (!journal)
		return report_refused("monitor: out of memory");
	journal->call = call;
	ret = session_enter(call);
	while (!ret)
		ret = hear_module(journal);
	free(journal);
	return ret;
}
