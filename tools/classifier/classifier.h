/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The nftables table "netdev tsrewrite", whose rules put connections into groups: they set
 * the bits of the module's mark-mask to the id of the group.  What the table holds is read
 * from the kernel, and kept nowhere else.
 *
 *	device-IFINDEX	base chain of hook egress on an attached device, which runs just
 *			before the module's hook; SYN and SYN-ACK go to classify
 *	classify	counts packets whose mark has bits of the mask set by other rules,
 *			and clears these bits; looks the server's port up in map ports, whose
 *			ranges lead to a chain port-N; what that does not decide goes to port-0
 *	port-N		looks the outside address up in map ip-N or ip6-N, whose elements
 *			lead to a chain group-ID
 *	group-ID	sets the mark to the group's id, and accepts the packet; the comment of
 *			this rule is for adding prefixes without reading the others, see note.h
 */
#ifndef TSREWRITE_CLASSIFIER_H
#define TSREWRITE_CLASSIFIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../client/attr.h"
#include "classes.h"

#define CLASSIFIER_TABLE "tsrewrite"
#define CLASSIFIER_PORTS "ports"
#define CLASSIFIER_NAME	 32

enum classifier_kind {
	CHAIN_DEVICE,
	CHAIN_CLASSIFY,
	CHAIN_PORT,
	CHAIN_GROUP,
	CHAIN_FOREIGN,
};

/*
 * A chain as it was read.  @rules is the text of its rules, by classifier_words(), and is
 * compared with the text of the rules that it should have.
 */
struct classifier_chain {
	enum classifier_kind kind;
	uint32_t number;		/* IFINDEX, N or ID of its name, or 0 */
	char name[ATTR_TEXT];
	bool hooked;			/* hook, priority and policy are those of one device's */
	char device[ATTR_TEXT];		/* where it is hooked; empty if that is gone */
	char rules[2048];
};

/* An attached device that exists */
struct classifier_device {
	const char *name;
	uint32_t ifindex;
};

struct classifier_devices {
	struct classifier_device *device;
	size_t count;
};

struct classifier {
	int unreadable;		/* errno if there is no nf_tables or no permission, or 0 */
	bool exists;		/* there is a table of that name */
	bool foreign;		/* that table was not written by this command */
	bool single_ports;	/* its map ports has no ranges, as an earlier version made it */
	uint32_t mask;		/* the module's mark-mask */
	uint32_t generation;	/* of nf_tables when the table was read */
	uint64_t marked;	/* packets whose mark had bits of the mask already */
	char wrong[3 * ATTR_TEXT];	/* how the table was modified, or empty */
	struct classes classes;
	struct classifier_chain *chain;
	size_t chains;
};

#endif /* TSREWRITE_CLASSIFIER_H */
