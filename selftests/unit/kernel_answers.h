/* SPDX-License-Identifier: GPL-2.0-only */
/* Answers of a kernel, as a test wants them; what a command makes of them */
#ifndef TSRW_UNIT_KERNEL_ANSWERS_H
#define TSRW_UNIT_KERNEL_ANSWERS_H

#include <stdio.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>

#include "../fuzz/kernel.h"
#include "client/session.h"

/* Records as kernel.h has them, and the message that is being added to the last one */
static struct {
	__u8 data[16384];
	size_t size;
	struct nlmsghdr *nlh;
} input;

static void end_message(void)
{
	__u8 *record = input.data + input.size;
	size_t len;

	if (!input.nlh)
		return;
	len = (size_t)((__u8 *)mnl_nlmsg_get_payload_tail(input.nlh) - record) - KERNEL_RECORD;
	record[2] = len & 0xff;
	record[3] = len >> 8;
	input.size += KERNEL_RECORD + len;
	input.nlh = NULL;
}

/* Begins an answer of one message to @key; @header is how many bytes precede its attributes */
static struct nlmsghdr *add_answer(__u8 key, __u16 type, size_t header)
{
	__u8 *record;

	end_message();
	record = input.data + input.size;
	record[0] = key;
	record[1] = 0;
	input.nlh = mnl_nlmsg_put_header(record + KERNEL_RECORD);
	input.nlh->nlmsg_type = type;
	mnl_nlmsg_put_extra_header(input.nlh, header);
	return input.nlh;
}

static struct nlmsghdr *module_answers(__u8 cmd)
{
	return add_answer(cmd, KERNEL_ID, GENL_HDRLEN);
}

static void begin_answers(void)
{
	end_message();
	kernel_begin(input.data, input.size);
}

/* What a command prints while it runs, and its exit status */
static char *printed_by(int (*run)(const struct call *call), struct call *call, int *status)
{
	FILE *was = stdout;
	char *text = NULL;
	size_t size;

	stdout = open_memstream(&text, &size);
	*status = run(call);
	fclose(stdout);
	stdout = was;
	return text;
}

#endif /* TSRW_UNIT_KERNEL_ANSWERS_H */
