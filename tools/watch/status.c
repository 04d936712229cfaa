// SPDX-License-Identifier: GPL-2.0-only
#include "status.h"

#include <stdio.h>

#include <jansson.h>
#include <systemd/sd-daemon.h>

#include "../client/status_socket.h"
#include "../text/print.h"
#include "group.h"
#include "incident_json.h"
#include "maintenance.h"

void status_tell_systemd(const struct watcher *watcher)
{
	bool failed = *watcher->reload_error;
	char text[64] = "waiting for the module nf_tsrewrite";
	size_t open = 0;

	for (size_t i = 0; i < watcher->incidents.count; i++)
		open += !watcher->incidents.incident[i].closed;
	if (watcher->connected)
		snprintf(text, sizeof(text), "%zu open incident%s", open,
			 open == 1 ? "" : "s");
	sd_notifyf(0, "WATCHDOG=1\nSTATUS=%s%s%s", text,
		   failed ? "; old settings in force, as those of now are wrong: " : "",
		   watcher->reload_error);
}

void status_answer(const struct watcher *watcher, int fd)
{
	json_t *open = incidents_json_open(&watcher->incidents);
	json_t *status = json_pack("{s:o, s:o, s:o, s:o, s:o}", "time", json_time(watcher->time),
				   "state", json_text(watcher->settings.state),
				   "maintenance", maintenance_json(watcher),
				   "incidents", open,
				   "groups", watched_groups_json(watcher));

	if (!watcher->connected)
		json_object_set_new(status, "waiting",
				    json_string("the module nf_tsrewrite is not loaded"));
	status_socket_answer(fd, status);
	json_decref(status);
}
