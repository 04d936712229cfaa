/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exchanges generic netlink messages with the family "tsrewrite" on a socket that
 * genl_open() of family.h has opened.
 *
 * Functions that return an int return 0, or -1 with genl->error filled in, unless their
 * comment says otherwise.  Nothing here prints.
 */
#ifndef TSREWRITE_CLIENT_GENL_H
#define TSREWRITE_CLIENT_GENL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libmnl/libmnl.h>

#include "../text/macros.h"
#include "attr.h"

#define GENL_REQUEST_SIZE 1024
#define GENL_ANSWER_SIZE  65536

/* Why something failed; at least one of @code and @text is set */
struct genl_error {
	int code;	/* an errno, or 0 if only @text says why */
	uint16_t attr;	/* type of the request's attribute that the kernel blames, or 0 */
	char text[320];	/* the reason, by the kernel or by this command; may be empty */
};

struct genl {
	struct mnl_socket *nl;
	struct genl_error error;
	char warning[256];	/* the kernel's, sent with an acknowledgment; may be empty */
	uint32_t seq;		/* of the last request */
	uint16_t family;	/* its number */
	uint32_t events;	/* number of the multicast group of events, or 0 */
	bool interrupted;	/* the data changed during the dump: it may be inconsistent */
	struct nlmsghdr *sent;	/* the last request, which is in @request unless it is a long one */
	uint64_t request[GENL_REQUEST_SIZE / 8];
	uint64_t answer[GENL_ANSWER_SIZE / 8];
};

/* Called with a message's attributes.  Returns 0 to go on; -1 ends the exchange. */
typedef int (*genl_row)(struct genl *genl, struct attrs attrs, void *arg);

/*
 * A request: genl_request() begins it and returns its header, to which attributes are added.
 * genl_do() then sends it and waits for the acknowledgment; genl_dump() sends it as a dump.
 * What the kernel refuses for the moment (EAGAIN), genl_do() sends again, for ten seconds.
 * Both call @row for each message of the answer, unless it is NULL.
 */
struct nlmsghdr *genl_request(struct genl *genl, uint8_t cmd);

/* The same for one that is longer than GENL_REQUEST_SIZE, in the caller's @buffer */
struct nlmsghdr *genl_long_request(struct genl *genl, uint64_t *buffer, uint8_t cmd);
int genl_do(struct genl *genl, genl_row row, void *arg);
int genl_dump(struct genl *genl, genl_row row, void *arg);

/*
 * For family.c, and who else reads messages.  genl_put_header() begins a request to any
 * family.  genl_whole() is stricter than mnl_nlmsg_ok(), which takes lengths above 2^31
 * for negative ones.  genl_receive() returns the length of what it received into
 * genl->answer, or -1.
 */
struct nlmsghdr *genl_put_header(struct genl *genl, uint16_t type, uint8_t cmd,
				 uint8_t version);
bool genl_whole(const struct nlmsghdr *nlh, int len);
int genl_receive(struct genl *genl);

/* As attr_decode() */
int genl_decode(struct genl *genl, const struct attr_table *table,
		struct attrs attrs, void *out);

/*
 * Dumps a small list whole, into an array of structs of @row_size bytes.  The dump is
 * repeated, up to ten times, if the list changed meanwhile.  *rows and *count are set only on
 * success; the caller frees *rows.
 */
int genl_collect(struct genl *genl, uint8_t cmd, const struct attr_table *table,
		 size_t row_size, void **rows, size_t *count);

/* Fill in genl->error, the second with errno and without a text, and return -1 */
int genl_fail(struct genl *genl, int code, const char *format, ...)
	__printf(3, 4);
int genl_errno(struct genl *genl);

#endif /* TSREWRITE_CLIENT_GENL_H */
