// SPDX-License-Identifier: GPL-2.0-only
#include "witness.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "event.h"
#include "family.h"

static void close_witness(struct witness *witness)
{
	if (witness->genl.nl)
		genl_close(&witness->genl);
}

void witness_begin(struct witness *witness, const struct genl *genl, uint32_t type)
{
	struct genl *own = &witness->genl;

	memset(own, 0, offsetof(struct genl, request));
	witness->type = type;
	witness->saw = false;
	own->family = genl->family;
	own->events = genl->events;
	own->nl = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (own->nl && (mnl_socket_bind(own->nl, 0, MNL_SOCKET_AUTOPID) < 0 ||
			genl_listen(own) < 0))
		close_witness(witness);
}

static int event_row(struct genl *genl, struct attrs attrs, void *arg)
{
	struct witness *witness = arg;
	struct event event = { 0 };

	if (event_decode(genl, attrs, &event) < 0)
		return -1;
	witness->saw |= event.type == witness->type;
	return 0;
}

/* The kernel queues an event before it acknowledges the request that caused it */
bool witness_saw_change(struct witness *witness)
{
	bool read = false;

	if (!witness->genl.nl)
		return true;
	while (!genl_events(&witness->genl, event_row, witness))
		;
	read = witness->genl.error.code == EAGAIN;
	close_witness(witness);
	return witness->saw || !read;
}
