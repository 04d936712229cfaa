/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_SELFTESTS_GENL_H
#define TSRW_SELFTESTS_GENL_H

#include <stdbool.h>

#include <libmnl/libmnl.h>
#include <linux/types.h>

/* Small, so that dumps take several pieces: the kernel goes by what was read */
#define BUFFER 4096
#define NO_ATTR -1

struct genl {
	struct mnl_socket *nl;
	__u32 portid;
	__u16 family;
	__u32 events;	/* multicast group */

	char request[BUFFER];
	struct nlmsghdr *nlh;

	char reply[BUFFER];	/* the last answer, but for acks */
	char reason[256];	/* extack's message */
	int attr;		/* the attribute that extack points at */
};

struct dump {
	int messages;
	int malformed;
	bool interrupted;
	bool done;
	char bytes[BUFFER * 4];	/* attributes, as far as there is room */
	size_t size;
};

/*
 * request() begins, mnl_attr_put() adds, ask() sends and takes the answer.  All
 * that return int: 0 or a negative error, with reason and attr filled in.
 */
struct nlmsghdr *request(struct genl *genl, __u8 cmd, int flags);
int ask(struct genl *genl);
int dump_begin(struct genl *genl, __u8 cmd, struct dump *dump);
int dump_piece(struct genl *genl, struct dump *dump);
int dump_all(struct genl *genl, __u8 cmd, struct dump *dump);
int genl_open(struct genl *genl);
int attach(struct genl *genl, const char *name);
int detach(struct genl *genl, const char *name);
int drain(struct genl *genl, const char *name, __u8 on);
int confirm(struct genl *genl, const char *name);
int add_group(struct genl *genl, const char *name);
int remove_group(struct genl *genl, const char *name);
int flush(struct genl *genl, bool force);	/* all flows */
int set_default_group(struct genl *genl, __u16 attr, __u32 value);
int set_mode(struct genl *genl, __u32 mode);
int set_config(struct genl *genl, __u16 attr, __u32 value);

#endif /* TSRW_SELFTESTS_GENL_H */
