// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages that no spec allows: one that it does allow, with something wrong in it.
 */
#include <string.h>

#include <linux/genetlink.h>
#include <linux/tsrewrite.h>

#include "message.h"

#define HEADERS (NLMSG_HDRLEN + GENL_HDRLEN)
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

struct mutation {
	struct message *message;
	struct random *random;
	struct nlmsghdr *nlh;
};

static __u32 draw_below(struct mutation *mutation, __u32 n)
{
	return random_below(mutation->random, n);
}

static __u32 any_number(struct mutation *mutation)
{
	static const __u32 edges[] = {
		0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 0x7f, 0x80, 0xff, 0x100, 0x7fff,
		0x8000, 0xfffc, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff,
	};

	return draw_below(mutation, 3) ? edges[draw_below(mutation, ARRAY_SIZE(edges))] :
				   random_u32(mutation->random);
}

/* Return: an attribute of the message, or NULL if it has none */
static struct nlattr *any_attr(struct mutation *mutation)
{
	unsigned int at = HEADERS, count = 0, wanted;
	struct nlattr *attr;

	for (wanted = draw_below(mutation, 16); at + NLA_HDRLEN <= mutation->message->len;) {
		attr = (void *)(mutation->message->bytes + at);
		if (count++ == wanted || attr->nla_len < NLA_HDRLEN)
			return attr;
		at += NLA_ALIGN(attr->nla_len);
		if (at + NLA_HDRLEN > mutation->message->len)
			return attr;
	}
	return NULL;
}

static bool has_room(const struct mutation *mutation, unsigned int bytes)
{
	return mutation->message->len + bytes <= MESSAGE_MAX;
}

static void append_attr(struct mutation *mutation, __u16 type, const void *data, __u16 len)
{
	struct message *message = mutation->message;
	struct nlattr *attr = (void *)(message->bytes + message->len);

	if (!has_room(mutation, NLA_HDRLEN + NLA_ALIGN(len)))
		return;
	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memset(attr + 1, 0, NLA_ALIGN(len));
	if (len)
		memcpy(attr + 1, data, len);
	message->len += NLA_HDRLEN + NLA_ALIGN(len);
	mutation->nlh->nlmsg_len = message->len;
}

static void change_message_len(struct mutation *mutation)
{
	mutation->nlh->nlmsg_len = draw_below(mutation, 2) ? any_number(mutation) :
		mutation->nlh->nlmsg_len + draw_below(mutation, 17) - 8;
}

static void truncate_message(struct mutation *mutation)
{
	mutation->message->len = draw_below(mutation, mutation->message->len + 1);
	if (draw_below(mutation, 2))
		mutation->nlh->nlmsg_len = mutation->message->len;
}

static void change_flags(struct mutation *mutation)
{
	mutation->nlh->nlmsg_flags ^= 1u << draw_below(mutation, 16);
}

static void change_command(struct mutation *mutation)
{
	struct genlmsghdr *genlh = NLMSG_DATA(mutation->nlh);

	genlh->cmd = draw_below(mutation, 4) ?
		message_ops[draw_below(mutation, message_op_count)].cmd :
		any_number(mutation);
}

static void change_header(struct mutation *mutation)
{
	struct genlmsghdr *genlh = NLMSG_DATA(mutation->nlh);

	if (draw_below(mutation, 2))
		genlh->version = any_number(mutation);
	else
		genlh->reserved = any_number(mutation);
}

static void change_attr_len(struct mutation *mutation)
{
	struct nlattr *attr = any_attr(mutation);

	if (attr)
		attr->nla_len = draw_below(mutation, 2) ? any_number(mutation) :
			attr->nla_len + draw_below(mutation, 9) - 4;
}

/* The numbers of all sets lie close together */
static void change_attr_type(struct mutation *mutation)
{
	struct nlattr *attr = any_attr(mutation);

	if (attr)
		attr->nla_type = draw_below(mutation, 2) ? draw_below(mutation, 24) :
			any_number(mutation);
}

static void change_attr_flags(struct mutation *mutation)
{
	struct nlattr *attr = any_attr(mutation);

	if (attr)
		attr->nla_type ^= draw_below(mutation, 2) ? NLA_F_NESTED : NLA_F_NET_BYTEORDER;
}

static void change_payload(struct mutation *mutation)
{
	struct message *message = mutation->message;

	if (message->len > HEADERS)
		message->bytes[HEADERS + draw_below(mutation, message->len - HEADERS)] =
			any_number(mutation);
}

static void duplicate_attr(struct mutation *mutation)
{
	struct nlattr *attr = any_attr(mutation);
	char copy[64];

	if (!attr || attr->nla_len < NLA_HDRLEN || attr->nla_len - NLA_HDRLEN > 64)
		return;
	memcpy(copy, attr + 1, attr->nla_len - NLA_HDRLEN);
	append_attr(mutation, attr->nla_type, copy, attr->nla_len - NLA_HDRLEN);
}

static void append_random(struct mutation *mutation)
{
	__u32 data[64];
	__u16 type;

	for (size_t i = 0; i < ARRAY_SIZE(data); i++)
		data[i] = random_u32(mutation->random);
	type = draw_below(mutation, 2) ? draw_below(mutation, 24) : any_number(mutation);
	append_attr(mutation, type, data, draw_below(mutation, sizeof(data)));
}

/* All attributes become the payload of one. Of none it would be a flag, such as force. */
static void nest_attrs(struct mutation *mutation)
{
	struct message *message = mutation->message;
	unsigned int len = message->len - HEADERS;
	struct nlattr *nest = (void *)(message->bytes + HEADERS);

	if (message->len <= HEADERS || !has_room(mutation, NLA_HDRLEN))
		return;
	memmove(nest + 1, nest, len);
	nest->nla_len = NLA_HDRLEN + len;
	nest->nla_type = draw_below(mutation, 24) | (draw_below(mutation, 2) ? NLA_F_NESTED : 0);
	message->len += NLA_HDRLEN;
	mutation->nlh->nlmsg_len = message->len;
}

static void append_garbage(struct mutation *mutation)
{
	unsigned int len = 1 + draw_below(mutation, 31);

	if (!has_room(mutation, len))
		return;
	for (unsigned int i = 0; i < len; i++)
		mutation->message->bytes[mutation->message->len++] =
			random_u32(mutation->random);
	if (draw_below(mutation, 2))
		mutation->nlh->nlmsg_len = mutation->message->len;
}

static void (*const mutations[])(struct mutation *mutation) = {
	/* What cannot turn the message into another one that would be accepted */
	truncate_message, change_attr_flags, duplicate_attr, nest_attrs, append_garbage,
	change_header, change_message_len,
	/* What can */
	change_flags, change_command, change_attr_len, change_attr_type, change_payload,
	append_random,
};

#define HARMLESS 7

/**
 * message_mutate - put something wrong into a message, once or several times
 * @message: the message
 * @random: numbers
 * @scene: where it will go
 */
void message_mutate(struct message *message, struct random *random,
		    const struct scene *scene)
{
	struct mutation mutation = {
		.message = message, .random = random, .nlh = (void *)message->bytes,
	};
	unsigned int kinds = scene->gentle ? HARMLESS : ARRAY_SIZE(mutations);

	message->mutated = true;
	do
		mutations[draw_below(&mutation, kinds)](&mutation);
	while (one_in(random, 3) && message->len >= HEADERS);
}
