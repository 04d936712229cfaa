/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Collects dumps of rtnetlink and nfnetlink into arrays.  The module's own family is asked
 * by genl.h.
 */
#ifndef TSREWRITE_CLIENT_DUMP_H
#define TSREWRITE_CLIENT_DUMP_H

#include <stdbool.h>
#include <stddef.h>

#include <libmnl/libmnl.h>

#include "attr.h"

/*
 * The rows of a dump, @count of them, @row_size bytes each.  The caller sets @row_size,
 * leaves the rest zeroed, and frees @row.
 */
struct dump {
	size_t row_size;
	char *row;
	size_t count;
};

/* Adds a row, zeroed, and returns it; NULL with errno if there is no memory */
void *dump_add(struct dump *dump);

/*
 * Decodes the attributes of @nlh, which follow a header of the family's own, @skip bytes
 * long.  Returns 0, or -1 with errno EBADMSG.
 */
int dump_decode(const struct nlmsghdr *nlh, size_t skip,
		const struct attr_table *table, void *out);

/*
 * Sends @request as a dump to the netlink protocol @bus, such as NETLINK_ROUTE, and calls
 * @row with @dump for each message of the answer; it adds rows by dump_add().  The dump is
 * repeated, up to ten times, if the kernel says that it was interrupted by a change.
 * Returns 0, or -1 with errno and no rows.
 */
int dump_collect(int bus, struct nlmsghdr *request, mnl_cb_t row,
		 struct dump *dump);

/* The same for a request that is answered by one message and an acknowledgment */
int dump_ask(int bus, struct nlmsghdr *request, mnl_cb_t row, struct dump *dump);

/*
 * Whether errno, as an nfnetlink request left it, means that this kernel lacks the part of
 * netfilter that was asked, or that this process may not ask it.
 */
bool dump_has_no_netfilter(void);

#endif /* TSREWRITE_CLIENT_DUMP_H */
