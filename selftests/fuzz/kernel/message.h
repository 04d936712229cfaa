/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FUZZ_MESSAGE_H
#define TSRW_FUZZ_MESSAGE_H

#include <linux/netlink.h>

#include "random.h"
#include "spec.h"

#define MESSAGE_MAX	1024

/**
 * struct scene - where messages go
 * @family: number of the netlink family
 * @gentle: nothing may break a connection: no force, no mode bug, no device that goes away
 *	but spare ones, no timeout that an idle connection could feel
 * @mark_mask: the mask that the kernel has, as long as it is known
 */
struct scene {
	__u16 family;
	bool gentle;
	__u32 mark_mask;
};

/**
 * struct message - one message to the kernel
 * @op: its command
 * @attrs: those of @op->attrs that it has, a bit each
 * @mark_mask: the mask that it asks for, if it does
 * @mutated: it may be anything, so that nothing follows from an answer
 * @len: bytes, which may differ from what its header says
 */
struct message {
	const struct spec_op *op;
	__u32 attrs;
	__u32 mark_mask;
	bool mutated;
	unsigned int len;	/* so that what follows is aligned */
	char bytes[MESSAGE_MAX];
};

extern const struct spec_op *const message_ops;
extern const unsigned int message_op_count;

void message_make(struct message *message, struct random *random,
		  const struct scene *scene, __u32 seq);
void message_mutate(struct message *message, struct random *random,
		    const struct scene *scene);

#endif /* TSRW_FUZZ_MESSAGE_H */
