// SPDX-License-Identifier: GPL-2.0-only
#include "status_socket.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* A name in the abstract namespace, so that it is free again when the process ends */
#define NAME "tsrewrite-watch"

/* Room for the largest answer, several times; the kernel gives less if its limit is lower */
#define ROOM (1024 * 1024)

/* As many are answered at once; the others have to wait, and not the service for them */
#define MOST 64

/* Seconds to wait for the service, which answers between two runs of its checks */
#define PATIENCE 2

static socklen_t fill_address(struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(address->sun_path + 1, NAME, sizeof(NAME) - 1);
	return offsetof(struct sockaddr_un, sun_path) + sizeof(NAME);
}

int status_socket_listen(void)
{
	struct sockaddr_un address;
	socklen_t len = fill_address(&address);
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

/*
 * Answers those who have connected, without waiting for any to read: the largest status, with
 * all incidents open that can be, fits into a socket's buffer if it is sent at once.  Written
 * word by word it would not, as each write takes some of the buffer beside its text.
 */
void status_socket_answer(int fd, const json_t *status)
{
	char *text = json_dumps(status, JSON_COMPACT);
	int one, room = ROOM;

	for (int i = 0; i < MOST; i++) {
		one = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (one < 0)
			break;
		setsockopt(one, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
		if (text)
			send(one, text, strlen(text), MSG_NOSIGNAL);
		close(one);
	}
	free(text);
}

/* Who has the name, if it takes connections at once */
static bool find_owner(struct ucred *owner)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	socklen_t size = sizeof(*owner);
	struct sockaddr_un address;
	socklen_t len = fill_address(&address);
	bool found;

	found = fd >= 0 && !connect(fd, (struct sockaddr *)&address, len) &&
		!getsockopt(fd, SOL_SOCKET, SO_PEERCRED, owner, &size);
	if (fd >= 0)
		close(fd);
	return found;
}

const char *status_socket_owner(char *text, size_t size)
{
	struct ucred owner;

	if (find_owner(&owner))
		snprintf(text, size, "uid %u, pid %d", owner.uid, owner.pid);
	else
		snprintf(text, size, "it does not answer");
	return text;
}

static int connect_to_service(int fd)
{
	struct timeval patience = { .tv_sec = PATIENCE };
	struct sockaddr_un address;
	socklen_t len = fill_address(&address);
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

static const char *describe_failure(void)
{
	switch (errno) {
	case ECONNREFUSED:
		return "tsrewrite watch is not running in this network namespace";
	case EACCES:
		return "what answers as tsrewrite watch is not run by root, and is not believed";
	default:
		return strerror(errno);
	}
}

json_t *status_socket_ask(char *why, size_t size)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	json_t *json = NULL;

	if (fd < 0 || connect_to_service(fd) < 0) {
		snprintf(why, size, "%s", describe_failure());
	} else {
		json = json_loadfd(fd, 0, NULL);
		if (!json)
			snprintf(why, size, "tsrewrite watch does not answer");
	}
	if (fd >= 0)
		close(fd);
	return json;
}
