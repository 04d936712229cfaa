// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages that the spec allows: any command, with any of its attributes, and values
 * within their limits.  What the spec does not say is here: which devices and groups there
 * may be, which attributes need others, and what could break a connection.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>

#include <linux/genetlink.h>
#include <linux/tsrewrite.h>

#include "message.h"
#include "spec_table.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

const struct spec_op *const message_ops = spec_ops;
const unsigned int message_op_count = ARRAY_SIZE(spec_ops);

/* A device that goes, and a group that does, makes the kernel wait */
static unsigned int op_weight(const struct spec_op *op)
{
	switch (op->cmd) {
	case TSREWRITE_CMD_DEVICE_ATTACH:
	case TSREWRITE_CMD_DEVICE_DETACH:
	case TSREWRITE_CMD_DEVICE_GET:
	case TSREWRITE_CMD_FLOW_GET:
	case TSREWRITE_CMD_GROUP_GET:
		return 2;
	case TSREWRITE_CMD_GROUP_ADD:
	case TSREWRITE_CMD_GROUP_DEL:
		return 3;
	default:
		return 8;
	}
}

static const struct spec_op *choose_op(struct random *random)
{
	unsigned int all = 0, at;

	for (size_t i = 0; i < message_op_count; i++)
		all += op_weight(&spec_ops[i]);
	at = random_below(random, all);
	for (size_t i = 0; i < message_op_count; i++) {
		if (at < op_weight(&spec_ops[i]))
			return &spec_ops[i];
		at -= op_weight(&spec_ops[i]);
	}
	return &spec_ops[0];
}

/* Values */

static void name_device(char *name, const struct message *message, struct random *random,
			const struct scene *scene)
{
	bool goes = message->op->cmd == TSREWRITE_CMD_DEVICE_DETACH;

	if (one_in(random, 8))
		sprintf(name, "absent%u", random_below(random, 3));
	else if (one_in(random, 3) && !(scene->gentle && goes))
		sprintf(name, "%s", scene->gentle ? "fw1" : "lo");
	else
		sprintf(name, "spare%u", random_below(random, 4));
}

static void name_group(char *name, const struct message *message, struct random *random)
{
	if (message->op->cmd != TSREWRITE_CMD_GROUP_ADD &&
	    message->op->cmd != TSREWRITE_CMD_GROUP_DEL && one_in(random, 2))
		sprintf(name, "%s", TSREWRITE_GROUP_DEFAULT);
	else
		sprintf(name, "group-%u", random_below(random, 5));
}

static __u32 choose_mask(struct random *random, const struct scene *scene)
{
	unsigned int bits = one_in(random, 4) ? 1 + random_below(random, 8) : 8;

	if (scene->mark_mask && !one_in(random, 3))
		return scene->mark_mask;
	return ((1u << bits) - 1) << random_below(random, 33 - bits);
}

static bool is_timeout(const struct spec_attr *attr)
{
	return !strncmp(attr->name, "timeout-", strlen("timeout-"));
}

static bool is_limit(const struct spec_attr *attr)
{
	return strstr(attr->name, "limit");
}

static __u32 choose_number(struct message *message, const struct spec_attr *attr,
			   struct random *random, const struct scene *scene)
{
	__u32 min = attr->min, max = attr->max;

	if (!strcmp(attr->name, "mark-mask"))
		return message->mark_mask = choose_mask(random, scene);
	/* The module that others need is not loaded */
	if (!strcmp(attr->name, "label-bit"))
		return one_in(random, 8) ? random_between(random, min, max) : 0;
	/* A table of 67 million chains takes half a gigabyte */
	if (is_limit(attr) && max > 100000)
		max = 100000;
	if (scene->gentle && is_timeout(attr))
		min = 600;
	if (scene->gentle && !strcmp(attr->name, "mode") &&
	    message->op->cmd != TSREWRITE_CMD_FLOW_FLUSH)
		for (;;) {
			__u32 mode = random_between(random, min, max);

			if (mode != TSREWRITE_MODE_BUG)
				return mode;
		}
	return random_between(random, min, max);
}

/* Composing */

static void *put_attr(struct message *message, __u16 type, const void *data, __u16 len)
{
	struct nlattr *attr = (void *)(message->bytes + message->len);

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memset(attr + 1, 0, NLA_ALIGN(len));
	if (len)
		memcpy(attr + 1, data, len);
	message->len += NLA_HDRLEN + NLA_ALIGN(len);
	return attr + 1;
}

static void put_string(struct message *message, const struct spec_attr *attr,
		       struct random *random, const struct scene *scene)
{
	char name[64];

	if (message->op->cmd == TSREWRITE_CMD_DEVICE_ATTACH ||
	    message->op->cmd == TSREWRITE_CMD_DEVICE_DETACH ||
	    message->op->cmd == TSREWRITE_CMD_DEVICE_SET)
		name_device(name, message, random, scene);
	else
		name_group(name, message, random);
	put_attr(message, attr->type, name, strlen(name) + 1);
}

/* Some are of the connections over lo */
static void put_binary(struct message *message, const struct spec_attr *attr,
		       struct random *random)
{
	__u16 len = one_in(random, 2) ? attr->min : attr->max;
	__u32 word[4];

	for (size_t i = 0; i < ARRAY_SIZE(word); i++)
		word[i] = random_u32(random);
	if (one_in(random, 2))
		word[0] = 0x0100007f;
	put_attr(message, attr->type, word, len);
}

static void put_number(struct message *message, const struct spec_attr *attr,
		       struct random *random, const struct scene *scene)
{
	__u64 value = choose_number(message, attr, random, scene);
	static const __u16 size[] = {
		[SPEC_U8] = 1, [SPEC_U16] = 2, [SPEC_U32] = 4, [SPEC_U64] = 8,
	};

	put_attr(message, attr->type, &value, size[attr->kind]);
}

static void put_u8(struct message *message, __u16 type, __u8 value)
{
	put_attr(message, type, &value, sizeof(value));
}

static void put_u32(struct message *message, __u16 type, __u32 value)
{
	put_attr(message, type, &value, sizeof(value));
}

static void put_span(struct message *message, __u16 type, struct random *random)
{
	struct nlattr *nest = (void *)(message->bytes + message->len);

	put_attr(message, type | NLA_F_NESTED, NULL, 0);
	for (__u16 attr = TSREWRITE_A_SPAN_OFFSET; attr <= TSREWRITE_A_SPAN_LAST; attr++)
		put_u32(message, attr, random_u32(random));
	nest->nla_len = message->bytes + message->len - (char *)nest;
}

static void put_ends(struct message *message, struct random *random)
{
	__u32 inside = htonl(0xc0000200 + random_below(random, 4));	/* 192.0.2.0/24 */
	__u32 outside = htonl(0xcb007100 + random_below(random, 4));	/* 203.0.113.0/24 */
	__u16 port = random_below(random, 64);

	put_attr(message, TSREWRITE_A_SAVED_INSIDE_ADDR, &inside, sizeof(inside));
	put_attr(message, TSREWRITE_A_SAVED_OUTSIDE_ADDR, &outside, sizeof(outside));
	put_attr(message, TSREWRITE_A_SAVED_INSIDE_PORT, &port, sizeof(port));
	put_attr(message, TSREWRITE_A_SAVED_OUTSIDE_PORT, &port, sizeof(port));
}

/* Of hosts that there are not. Where nothing may break, they take no room: they have expired. */
static void put_flow(struct message *message, const struct spec_attr *attr,
		     struct random *random, const struct scene *scene)
{
	struct nlattr *nest = (void *)(message->bytes + message->len);
	bool embryonic = one_in(random, 3);

	put_attr(message, attr->type | NLA_F_NESTED, NULL, 0);
	put_ends(message, random);
	put_u8(message, TSREWRITE_A_SAVED_ZONE, random_below(random, 2));
	put_u8(message, TSREWRITE_A_SAVED_GROUP, random_below(random, 4));
	put_u8(message, TSREWRITE_A_SAVED_EGRESS_DEVICE, random_below(random, 4));
	put_u32(message, TSREWRITE_A_SAVED_IDLE,
		scene->gentle ? 1000000 : random_below(random, 300));
	put_u8(message, TSREWRITE_A_SAVED_STATE, embryonic ? 0 : 1 + random_below(random, 2));
	put_u32(message, TSREWRITE_A_SAVED_FLAGS, (random_u32(random) & 0xfffc) |
		(embryonic ? TSREWRITE_SAVED_CANDIDATE :
			     TSREWRITE_SAVED_COMMITTED | random_below(random, 2) << 1));
	put_u8(message, TSREWRITE_A_SAVED_MODE, random_below(random, TSREWRITE_MODE_MAX + 1));
	put_u8(message, TSREWRITE_A_SAVED_CANDIDATE_MODE,
	       random_below(random, TSREWRITE_MODE_MAX + 1));
	put_u8(message, TSREWRITE_A_SAVED_ANSWER, random_below(random, 4));
	put_span(message, TSREWRITE_A_SAVED_SPAN, random);
	put_span(message, TSREWRITE_A_SAVED_CANDIDATE_SPAN, random);
	for (__u16 type = TSREWRITE_A_SAVED_ISN; type <= TSREWRITE_A_SAVED_INGRESS_END; type++)
		put_u32(message, type, random_u32(random));
	nest->nla_len = message->bytes + message->len - (char *)nest;
}

static void put_value(struct message *message, const struct spec_attr *attr,
		      struct random *random, const struct scene *scene)
{
	switch (attr->kind) {
	case SPEC_U8 ... SPEC_U64:
		put_number(message, attr, random, scene);
		break;
	case SPEC_STRING:
		put_string(message, attr, random, scene);
		break;
	case SPEC_BINARY:
		put_binary(message, attr, random);
		break;
	case SPEC_NEST:
		put_flow(message, attr, random, scene);
		break;
	default:
		put_attr(message, attr->type, NULL, 0);
	}
}

static __u32 attr_bit(const struct spec_op *op, const char *name)
{
	for (unsigned int i = 0; i < op->count; i++)
		if (!strcmp(op->attrs[i].name, name))
			return 1u << i;
	return 0;
}

/* An attribute that says nothing without another */
static const struct {
	const char *attr, *needs;
} needs[] = {
	{ "inside-prefix-len", "inside-addr" },
	{ "outside-prefix-len", "outside-addr" },
	{ "tripped", "mode" },
};

static __u32 choose_attrs(const struct spec_op *op, struct random *random,
			  const struct scene *scene)
{
	__u32 all = (1u << op->count) - 1, attrs = random_u32(random);

	/* Often just one, as operators have it */
	if (op->count && one_in(random, 3))
		attrs = 1u << random_below(random, op->count);
	else if (one_in(random, 3))
		attrs &= random_u32(random);
	attrs &= all;
	if (scene->gentle)
		attrs &= ~attr_bit(op, "force");
	for (size_t i = 0; i < ARRAY_SIZE(needs); i++)
		if (attrs & attr_bit(op, needs[i].attr))
			attrs |= attr_bit(op, needs[i].needs);
	return attrs | attr_bit(op, "name");
}

/* Some are refused all the same, as the prefix of an IPv4 address that is 100 bits long */
static void put_attrs(struct message *message, struct random *random,
		      const struct scene *scene)
{
	unsigned int first = random_below(random, message->op->count ?: 1);

	for (unsigned int i = 0; i < message->op->count; i++) {
		unsigned int at = (first + i) % message->op->count;

		if (message->attrs & 1u << at)
			put_value(message, &message->op->attrs[at], random, scene);
	}
}

/**
 * message_make - make a message that the spec allows
 * @message: filled in
 * @random: numbers
 * @scene: where it will go
 * @seq: its number
 */
void message_make(struct message *message, struct random *random,
		  const struct scene *scene, __u32 seq)
{
	struct nlmsghdr *nlh = (void *)message->bytes;
	struct genlmsghdr *genlh = NLMSG_DATA(nlh);

	memset(message, 0, offsetof(struct message, bytes) + NLMSG_HDRLEN + GENL_HDRLEN);
	message->op = choose_op(random);
	message->attrs = choose_attrs(message->op, random, scene);
	message->len = NLMSG_HDRLEN + GENL_HDRLEN;
	nlh->nlmsg_type = scene->family;
	nlh->nlmsg_flags = NLM_F_REQUEST | (message->op->dumps ? NLM_F_DUMP : NLM_F_ACK);
	nlh->nlmsg_seq = seq;
	genlh->cmd = message->op->cmd;
	genlh->version = TSREWRITE_GENL_VERSION;
	put_attrs(message, random, scene);
	nlh->nlmsg_len = message->len;
}
