/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Generic netlink: one socket that speaks with the family "tsrewrite".
 *
 * Functions that return an int return 0, or -1 with genl->error filled in.
 * Nothing here prints.
 */
#ifndef TSREWRITE_GENL_H
#define TSREWRITE_GENL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libmnl/libmnl.h>

#include "attr.h"
#include "macros.h"

#define GENL_REQUEST_SIZE 1024
#define GENL_ANSWER_SIZE  65536

struct genl_error {
	int code;	/* errno's, 0 where only the text tells */
	uint16_t attr;	/* the request's attribute that the kernel blames */
	char text[320];	/* the kernel's reason, or ours; may be empty */
};

struct genl {
	struct mnl_socket *nl;
	struct genl_error error;
	char warning[256];	/* the kernel's, beside an ack */
	uint32_t seq;
	uint16_t family;
	uint32_t events;	/* the multicast group */
	bool interrupted;	/* the dump is not one moment's picture */
	uint64_t request[GENL_REQUEST_SIZE / 8];
	uint64_t answer[GENL_ANSWER_SIZE / 8];
};

/* One message's attributes.  Returns 0 to go on; -1 ends the exchange. */
typedef int (*genl_row)(struct genl *genl, struct attrs attrs, void *arg);

int genl_open(struct genl *genl);
void genl_close(struct genl *genl);

/* Begin a request; add attributes to the header returned; then do or dump */
struct nlmsghdr *genl_request(struct genl *genl, uint8_t cmd);
int genl_do(struct genl *genl, genl_row row, void *arg);
int genl_dump(struct genl *genl, genl_row row, void *arg);

/* For family.c */
struct nlmsghdr *genl_put_header(struct genl *genl, uint16_t type, uint8_t cmd,
				 uint8_t version);
bool genl_whole(const struct nlmsghdr *nlh, int len);
int genl_receive(struct genl *genl);

int genl_decode(struct genl *genl, const struct attr_table *table,
		struct attrs attrs, void *out);

/* A small table whole, of one moment.  Only on success *rows is set, and the caller's to free. */
int genl_collect(struct genl *genl, uint8_t cmd, const struct attr_table *table,
		 size_t row_size, void **rows, size_t *count);

int genl_fail(struct genl *genl, int code, const char *format, ...)
	__printf(3, 4);
int genl_errno(struct genl *genl);

/* Hear the family's events.  The code ENOBUFS means that events were lost. */
int genl_listen(struct genl *genl);
int genl_events(struct genl *genl, genl_row row, void *arg);

#endif /* TSREWRITE_GENL_H */
