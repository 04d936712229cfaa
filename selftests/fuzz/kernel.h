/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A kernel, and a service, whose answers are records of an input, in place of libmnl's sockets:
 * linked with --wrap for what wrapped.mk names.
 *
 * A record is its key, flags, a length of 16 bits, and as many bytes of netlink messages, or of
 * JSON.  A request is answered by the next record with its key, and by the first one again when
 * there is no other; without any by an acknowledgment alone.
 */
#ifndef TSRW_FUZZ_KERNEL_H
#define TSRW_FUZZ_KERNEL_H

#include <stddef.h>

#include <linux/types.h>

enum kernel_key {
	KERNEL_GENL = 0,	/* and the number of a command of the module */
	KERNEL_NFT = 0x40,	/* and the number of a message of nf_tables */
	KERNEL_HOOK = 0x80,
	KERNEL_LINK,
	KERNEL_FILTER,
	KERNEL_EVENT,		/* what comes without a request */
	KERNEL_WATCH,		/* what the status socket answers, JSON */
	KERNEL_COMMIT,		/* what follows a transaction of nf_tables */
	KERNEL_FAMILY,
};

enum kernel_flag {
	KERNEL_ENDLESS = 1,	/* no acknowledgment follows */
	KERNEL_RAW = 2,		/* lengths and addresses stay as they are */
	KERNEL_REFUSES = 4,	/* what follows is a refusal */
};

#define KERNEL_RECORD	4	/* the bytes before those of the messages */
#define KERNEL_ID	0x20	/* the number of the module's family */

void kernel_begin(const __u8 *data, size_t size);

#endif /* TSRW_FUZZ_KERNEL_H */
