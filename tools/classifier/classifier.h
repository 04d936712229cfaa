/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The nft table that puts connections into groups: "netdev tsrewrite".  Everything
 * about it is read from the kernel; there is no other memory of it.
 *
 *	device-IFINDEX	hook egress of an attached device, just before the module's:
 *			SYN and SYN-ACK go on to classify
 *	classify	counts and clears what the mark has of others in the mask, asks
 *			map ports by the service's port, then chain port-0
 *	port-N		asks the maps ip-N and ip6-N for the outside address
 *	group-ID	sets the mark, and that is all
 */
#ifndef TSREWRITE_CLASSIFIER_H
#define TSREWRITE_CLASSIFIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libnftnl/rule.h>

#include "../attr.h"
#include "../classes.h"

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

/* A chain that others have made, or changed, has its rules in words that differ */
struct classifier_chain {
	enum classifier_kind kind;
	uint32_t number;
	char name[ATTR_TEXT];
	bool hooked;			/* as a device's chain has to be */
	char device[ATTR_TEXT];		/* empty where it is gone */
	char rules[2048];
};

struct classifier_device {
	const char *name;
	uint32_t ifindex;
};

struct classifier_devices {
	struct classifier_device *device;
	size_t count;
};

struct classifier {
	int unreadable;		/* an errno: no nf_tables here, or no permission */
	bool exists;
	bool foreign;		/* somebody else's table by the same name */
	uint32_t mask;		/* of marks */
	uint32_t generation;
	uint64_t marked;	/* packets that came with a mark of others' */
	char wrong[3 * ATTR_TEXT];	/* what is not as it was written, or empty */
	struct classes classes;
	struct classifier_chain *chain;
	size_t chains;
};

/* 0, or -1 with errno */
int classifier_read(struct classifier *classifier, uint32_t mask);
void classifier_free(struct classifier *classifier);

/* The chain of a device if it is as it should be */
const struct classifier_chain *
classifier_chain_of(const struct classifier *classifier,
		    const struct classifier_device *device);

/*
 * From what was read to @after on @devices, by one transaction: what is wrong is made
 * anew.  0, or -1 with errno, ERESTART where the rules changed meanwhile, and in @why
 * the kernel's words.
 */
int classifier_write(const struct classifier *before,
		     const struct classes *after,
		     const struct classifier_devices *devices, char *why,
		     size_t size);

/* What chains consist of */
void classifier_chain_name(enum classifier_kind kind, uint32_t number,
			   char out[CLASSIFIER_NAME]);
void classifier_map_name(uint8_t family, uint32_t number,
			 char out[CLASSIFIER_NAME]);

/* Each rule in its order; 0, or -1 with errno, or what is not 0 of @take */
typedef int (*classifier_take)(const struct nftnl_rule *rule, void *arg);
int classifier_rules(enum classifier_kind kind, uint32_t number, uint32_t mask,
		     classifier_take take, void *arg);

/* In words, but for what counters have counted; at @out's end */
void classifier_words(const struct nftnl_rule *rule, char *out, size_t size);

#endif /* TSREWRITE_CLASSIFIER_H */
