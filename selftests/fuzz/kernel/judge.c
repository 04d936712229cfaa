// SPDX-License-Identifier: GPL-2.0-only
/*
 * What has to become of a frame, and complaints if it has not.
 */
#include <stdio.h>
#include <string.h>

#include "fuzzer.h"
#include "judge.h"

static void complain_of(const struct shot *shot, const __u8 *bytes, int len, const char *what)
{
	if (fuzzer.complaints++ >= COMPLAINTS_MAX)
		return;
	printf("# %s: %s: frame %u, connection %d, variant %d, step %u of %u, fate %d%s\n",
	       fuzzer.phase->name, what, frame_id(shot->frame.bytes),
	       (int)(shot->flow - fuzzer.flows), shot->flow->variant, shot->flow->step,
	       shot->flow->last, shot->flow->fate, shot->bent ? ", bent" : "");
	printf("#   sent ");
	for (unsigned int i = 0; i < shot->frame.len && i < 140; i++)
		printf("%02x", shot->frame.bytes[i]);
	printf("\n#   came ");
	for (int i = 0; i < len && i < 140; i++)
		printf("%02x", bytes[i]);
	printf("\n");
}

/* A VLAN tag is kept beside the packet, and not in what is received */
static unsigned int tag_len(const struct shot *shot, int len)
{
	return len + 4 == (int)shot->frame.len ? 4 : 0;
}

static void judge_any(const struct shot *shot, const __u8 *bytes, int len)
{
	const struct frame *frame = &shot->frame;
	unsigned int tag = tag_len(shot, len), rest = frame->len - 12 - tag;
	__u16 before, after;

	if (len != (int)(frame->len - tag)) {
		if (!shot->partial && !shot->vanishes)
			complain_of(shot, bytes, len, "another length");
		return;
	}
	if (shot->partial || !memcmp(frame->bytes + 12 + tag, bytes + 12, rest))
		return;
	before = frame_sum(frame->bytes + 12 + tag, rest);
	after = frame_sum(bytes + 12, rest);
	if (before % 0xffff != after % 0xffff)
		complain_of(shot, bytes, len, "another sum");
	if (!shot->bent && memcmp(frame->bytes + 12 + tag, bytes + 12,
				  frame->tcp_at - 12 - tag))
		complain_of(shot, bytes, len, "another IP header");
}

static bool is_stripped(const __u8 *tsval)
{
	return tsval[-2] == 1 && tsval[-1] == 1;
}

static void learn_fate(const struct shot *shot, const __u8 *bytes, int len, __u32 tsval)
{
	struct flow *flow = shot->flow;

	flow->offset = tsval - shot->segment.tsval;
	flow->fate = flow->offset ? FATE_REWRITTEN : FATE_UNCHANGED;
	if (fuzzer.phase->strict && !flow->offset && !flow->tainted)
		complain_of(shot, bytes, len, "the inside TSval is seen outside");
	fuzzer.hidden += !!flow->offset;
}

static void judge_leaving(const struct shot *shot, const __u8 *bytes, int len, __u32 tsval,
			  __u32 tsecr)
{
	struct flow *flow = shot->flow;
	__u32 wanted;

	/* A SYN may find no memory, and pass, and find some when it is sent again */
	if (shot->segment.flags & SYN &&
	    (flow->fate == FATE_OPEN || (flow->fate == FATE_UNCHANGED && fuzzer.phase->faults)))
		learn_fate(shot, bytes, len, tsval);
	wanted = shot->segment.tsval + (flow->fate == FATE_REWRITTEN ? flow->offset : 0);
	if (flow->fate == FATE_REWRITTEN && !wanted)
		wanted = 1;
	if (!flow->tainted && flow->fate != FATE_OPEN && tsval != wanted)
		complain_of(shot, bytes, len, "not its TSval plus the offset");
	if (!flow->tainted && tsecr != shot->segment.tsecr)
		complain_of(shot, bytes, len, "another TSecr leaves");
	flow->heard[OUTSIDE] = tsval;
	flow->raw = shot->segment.tsval;
}

static void judge_arriving(const struct shot *shot, const __u8 *bytes, int len, __u32 tsval,
			   __u32 tsecr)
{
	struct flow *flow = shot->flow;
	bool odd = shot->segment.flags & SYN &&
		   (flow->variant == WRONG_ECHO || flow->variant == RAW_ECHO);
	__u32 wanted = shot->segment.tsecr;

	if (flow->fate == FATE_REWRITTEN && flow->restores && wanted)
		wanted = flow->raw;
	if (!flow->tainted && tsval != shot->segment.tsval)
		complain_of(shot, bytes, len, "another TSval arrives");
	if (fuzzer.phase->mode == MODE_ANY && tsecr == shot->segment.tsecr)
		wanted = tsecr;
	if (!flow->tainted && !odd && flow->fate != FATE_OPEN && tsecr != wanted)
		complain_of(shot, bytes, len, "not the TSval that was echoed");
	flow->heard[INSIDE] = shot->segment.tsval;
}

static void judge_segment(const struct shot *shot, const __u8 *bytes, int len)
{
	unsigned int at = shot->frame.ts_at - tag_len(shot, len);
	struct flow *flow = shot->flow;

	/* A merged one has a tag, too, or has none */
	if (flow->ends.vlan)
		at = shot->frame.ts_at - 4;
	if (!shot->frame.ts_at || at + 8 > (unsigned int)len || shot->merges)
		return;
	fuzzer.checked++;
	if (is_stripped(bytes + at)) {
		if (shot->segment.flags & SYN)
			flow->fate = FATE_STRIPPED;
		else if (!flow->tainted && !(shot->segment.flags & RST) &&
			 fuzzer.phase->strict)
			complain_of(shot, bytes, len, "stripped");
		return;
	}
	if (shot->from == INSIDE)
		judge_leaving(shot, bytes, len, get_u32(bytes + at), get_u32(bytes + at + 4));
	else
		judge_arriving(shot, bytes, len, get_u32(bytes + at), get_u32(bytes + at + 4));
}

static struct shot *find_shot(const __u8 *bytes)
{
	__u32 first = fuzzer.id - fuzzer.count + 1, id = frame_id(bytes);

	return id - first < fuzzer.count ? &fuzzer.shots[id - first] : NULL;
}

/**
 * judge_frame - is what came what the module should have made of what was sent?
 * @bytes: the frame
 * @len: how many
 */
void judge_frame(const __u8 *bytes, int len)
{
	struct shot *shot = find_shot(bytes);
	struct shot *next = shot + 1;

	if (!shot || shot->came)
		return;
	shot->came = true;
	if (next < fuzzer.shots + fuzzer.count && next->merges)
		shot->partial = true;
	if (shot->merges)
		shot->partial = true;
	judge_any(shot, bytes, len);
	if (!shot->bent)
		judge_segment(shot, bytes, len);
}
