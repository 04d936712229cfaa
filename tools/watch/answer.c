// SPDX-License-Identifier: GPL-2.0-only
#include "answer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* Abstract: it goes with the process */
#define NAME "tsrewrite-watch"

/* The service answers between two looks; so long it never takes */
#define PATIENCE 2

static socklen_t name(struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(address->sun_path + 1, NAME, sizeof(NAME) - 1);
	return offsetof(struct sockaddr_un, sun_path) + sizeof(NAME);
}

int answer_listen(void)
{
	struct sockaddr_un address;
	socklen_t len = name(&address);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&address, len) || listen(fd, 64)) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

static json_t *answer(const struct watcher *watcher)
{
	json_t *open = json_array();

	for (size_t i = 0; i < watcher->incidents.count; i++) {
		const struct incident *incident = &watcher->incidents.incident[i];
		char title[INCIDENT_TEXT];

		if (incident->closed)
			continue;
		incident_title(incident, title, sizeof(title));
		json_array_append_new(open,
				      json_pack("{s:s, s:s, s:s}", "verdict",
						incident_verdict(incident),
						"state", incident_state(incident),
						"title", title));
	}
	return json_pack("{s:I, s:o}", "time", (json_int_t)watcher->time,
			 "incidents", open);
}

/* Nobody is waited for: all that can be open fits into the socket at once */
void answer_all(int fd, const struct watcher *watcher)
{
	int one;

	while ((one = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
		json_t *json = answer(watcher);

		json_dumpfd(json, one, JSON_COMPACT);
		json_decref(json);
		close(one);
	}
}

static int ask(int fd)
{
	struct timeval patience = { .tv_sec = PATIENCE };
	struct sockaddr_un address;
	socklen_t len = name(&address);
	struct ucred peer;
	socklen_t size = sizeof(peer);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *)&address, len) ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size))
		return -1;
	if (!peer.uid || peer.uid == geteuid())
		return 0;
	errno = EACCES;
	return -1;
}

static const char *reason(void)
{
	switch (errno) {
	case ECONNREFUSED:
		return "tsrewrite watch does not run here";
	case EACCES:
		return "what answers as tsrewrite watch is not root's";
	default:
		return strerror(errno);
	}
}

json_t *answer_ask(char *why, size_t size)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	json_t *json = NULL;

	if (fd < 0 || ask(fd) < 0) {
		snprintf(why, size, "%s", reason());
	} else {
		json = json_loadfd(fd, 0, NULL);
		if (!json)
			snprintf(why, size, "tsrewrite watch does not answer");
	}
	if (fd >= 0)
		close(fd);
	return json;
}
