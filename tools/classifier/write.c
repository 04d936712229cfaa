// SPDX-License-Identifier: GPL-2.0-only
#include "write.h"

#include <errno.h>

#include <linux/netfilter/nf_tables.h>

#include "elements.h"
#include "messages.h"
#include "name.h"
#include "note.h"
#include "verify.h"

struct writing {
	const struct classifier *before;
	const struct classes *from;	/* what the table has; nothing if it is new */
	const struct classes *to;
	const struct classifier_devices *devices;
	bool anew;			/* the table is deleted, if it exists, and written new */
	struct messages messages;
};

static int take_range(const struct class *class, void *messages)
{
	messages_range(messages, NFT_MSG_DELSETELEM, class);
	return 0;
}

static int give_range(const struct class *class, void *messages)
{
	messages_range(messages, NFT_MSG_NEWSETELEM, class);
	return 0;
}

/* Writes messages for the ports of @a that lead to another chain in @b, or to none */
static void write_ports(struct messages *messages, uint16_t type,
			const struct classes *a, const struct classes *b)
{
	for (size_t i = 0; i < a->maps; i++) {
		uint16_t map = ports_lowest(&a->ports[i]);
		const struct ports *same = classes_ports(b, map);

		for (size_t n = 0; n < a->ports[i].count; n++) {
			struct port_range range = a->ports[i].range[n];

			if (!same || !ports_have_range(same, range))
				messages_port_range(messages, type, range, map);
		}
	}
	messages_flush(messages);
}

static void mark_groups(const struct classes *classes, bool in[CLASSES_GROUPS])
{
	for (size_t i = 0; i < classes->count; i++)
		in[classes->class[i].group] = true;
}

/* Stores the groups that have classes in @a and none in @b, and returns their number */
static size_t groups_beyond(const struct classes *a, const struct classes *b,
			    uint8_t groups[CLASSES_GROUPS])
{
	bool in_a[CLASSES_GROUPS] = { false }, in_b[CLASSES_GROUPS] = { false };
	size_t count = 0;

	mark_groups(a, in_a);
	mark_groups(b, in_b);
	for (unsigned int id = 1; id < CLASSES_GROUPS; id++) {
		if (in_a[id] && !in_b[id])
			groups[count++] = (uint8_t)id;
	}
	return count;
}

/* Removes what refers to chains before the chains, as the kernel refuses to otherwise */
static void remove_unwanted(struct writing *writing)
{
	const struct classes *from = writing->from, *to = writing->to;
	struct messages *messages = &writing->messages;
	uint8_t groups[CLASSES_GROUPS];
	size_t count = groups_beyond(from, to, groups);
	char name[CLASSIFIER_NAME];

	classes_beyond(from, to, take_range, messages);
	messages_flush(messages);
	write_ports(messages, NFT_MSG_DELSETELEM, from, to);
	for (size_t i = 0; i < count; i++) {
		classifier_chain_name(CHAIN_GROUP, groups[i], name);
		messages_chain(messages, NFT_MSG_DELCHAIN, name, NULL);
	}
	for (size_t i = 0; i < from->maps; i++) {
		uint16_t map = ports_lowest(&from->ports[i]);

		if (classes_ports(to, map))
			continue;
		classifier_chain_name(CHAIN_PORT, map, name);
		messages_chain(messages, NFT_MSG_DELCHAIN, name, NULL);
		messages_maps(messages, NFT_MSG_DELSET, map);
	}
}

/* Notes what has changed of groups whose chains were there before */
static void renew_notes(struct messages *messages, const struct classes *from,
			const struct classes *to)
{
	bool in_from[CLASSES_GROUPS] = { false }, in_to[CLASSES_GROUPS] = { false };

	mark_groups(from, in_from);
	mark_groups(to, in_to);
	for (unsigned int id = 1; id < CLASSES_GROUPS; id++) {
		if (in_from[id] && in_to[id] &&
		    !class_note_equal(&from->note[id], &to->note[id]))
			messages_renew_group(messages, (uint8_t)id, &to->note[id]);
	}
}

static void add_map(struct messages *messages, uint16_t map)
{
	messages_maps(messages, NFT_MSG_NEWSET, map);
	messages_make_chain(messages, CHAIN_PORT, map, NULL);
}

static void add_wanted(struct writing *writing)
{
	const struct classes *from = writing->from, *to = writing->to;
	struct messages *messages = &writing->messages;
	uint8_t groups[CLASSES_GROUPS];
	size_t count = groups_beyond(to, from, groups);

	for (size_t i = 0; i < count; i++)
		messages_make_group(messages, groups[i], &to->note[groups[i]]);
	for (size_t i = 0; i < to->maps; i++) {
		uint16_t map = ports_lowest(&to->ports[i]);

		if (!classes_ports(from, map))
			add_map(messages, map);
	}
	write_ports(messages, NFT_MSG_NEWSETELEM, to, from);
	classes_beyond(to, from, give_range, messages);
	messages_flush(messages);
	renew_notes(messages, from, to);
}

static bool is_wanted(const struct writing *writing,
		      const struct classifier_chain *chain)
{
	for (size_t i = 0; i < writing->devices->count; i++) {
		if (classifier_chain_of(writing->before,
					&writing->devices->device[i]) == chain)
			return true;
	}
	return false;
}

static void write_devices(struct writing *writing)
{
	const struct classifier *before = writing->before;
	const struct classifier_device *device = writing->devices->device;
	struct messages *messages = &writing->messages;

	for (size_t i = 0; !writing->anew && i < before->chains; i++) {
		const struct classifier_chain *chain = &before->chain[i];

		if (chain->kind == CHAIN_DEVICE && !is_wanted(writing, chain))
			messages_chain(messages, NFT_MSG_DELCHAIN, chain->name,
				       NULL);
	}
	for (size_t i = 0; i < writing->devices->count; i++) {
		if (!writing->anew && classifier_chain_of(before, &device[i]))
			continue;
		messages_make_chain(messages, CHAIN_DEVICE, device[i].ifindex,
				    device[i].name);
	}
}

static void begin_anew(struct messages *messages)
{
	messages_table(messages, NFT_MSG_NEWTABLE);
	messages_make_ports(messages);
	add_map(messages, 0);
	messages_make_chain(messages, CHAIN_CLASSIFY, 0, NULL);
}

static void write_all(struct writing *writing)
{
	const struct classifier *before = writing->before;
	struct messages *messages = &writing->messages;

	/* A table without classes may be somebody else's: leave it alone */
	if (!before->classes.count && !writing->to->count)
		return;
	if (before->exists && (writing->anew || !writing->to->count))
		messages_table(messages, NFT_MSG_DELTABLE);
	if (!writing->to->count)
		return;
	if (writing->anew)
		begin_anew(messages);
	remove_unwanted(writing);
	add_wanted(writing);
	write_devices(writing);
}

int classifier_write(const struct classifier *before,
		     const struct classes *after,
		     const struct classifier_devices *devices, char *why,
		     size_t size)
{
	const struct classes none = { 0 };
	struct writing writing = {
		.before = before, .to = after, .devices = devices,
		.anew = !before->exists || *before->wrong || before->single_ports,
		.messages.mask = before->mask,
	};
	struct nft_batch *batch = &writing.messages.batch;
	int ret = 0, error;

	writing.from = writing.anew ? &none : &before->classes;
	nft_batch_begin(batch, before->generation);
	write_all(&writing);
	if (batch->messages || batch->failed)
		ret = nft_batch_commit(batch, why, size) < 0 ? -1 : 1;
	error = errno;
	nft_batch_free(batch);
	errno = error;
	return ret;
}
