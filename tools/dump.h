/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Dumps of the kernel's other netlink families, collected into an array.  Nothing
 * here prints.
 */
#ifndef TSREWRITE_DUMP_H
#define TSREWRITE_DUMP_H

#include <stdbool.h>
#include <stddef.h>

#include <libmnl/libmnl.h>

#include "attr.h"

/* All of one dump; @row is the caller's to free */
struct dump {
	size_t row_size;
	char *row;
	size_t count;
};

/* A new row, zeroed, or NULL with errno */
void *dump_add(struct dump *dump);

/* As attr_decode(), from behind @nlh's own header of @skip bytes; errno */
int dump_decode(const struct nlmsghdr *nlh, size_t skip,
		const struct attr_table *table, void *out);

/*
 * Ask @bus, NETLINK_*; @row is called with @dump for each message.  What is
 * collected is of one moment.  0, or -1 with errno and without rows.
 */
int dump_collect(int bus, struct nlmsghdr *request, mnl_cb_t row,
		 struct dump *dump);

/* As dump_collect(), of what is no dump: one answer, and the ack that ends it */
int dump_ask(int bus, struct nlmsghdr *request, mnl_cb_t row, struct dump *dump);

/* Does errno say that netfilter lacks that part here, or that we may not ask? */
bool dump_has_no_netfilter(void);

#endif /* TSREWRITE_DUMP_H */
