// SPDX-License-Identifier: GPL-2.0-only
#include "extack.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <linux/netlink.h>

struct tlvs {
	uint64_t present;
	char text[ATTR_TEXT];
	uint32_t offset;
	uint32_t missing;
	struct attrs policy;
};

/* The range that the kernel's policy allows for the attribute that it blames */
struct range {
	uint64_t present;
	uint64_t min;
	uint64_t max;
};

static const struct attr_field fields[] = {
	[NLMSGERR_ATTR_MSG] = ATTR_FIELD(ATTR_STRING, "text", tlvs, text),
	[NLMSGERR_ATTR_OFFS] = ATTR_FIELD(ATTR_U32, "offset", tlvs, offset),
	[NLMSGERR_ATTR_MISS_TYPE] =
		ATTR_FIELD(ATTR_U32, "missing", tlvs, missing),
	[NLMSGERR_ATTR_POLICY] = ATTR_FIELD(ATTR_NEST, "policy", tlvs, policy),
};

static const struct attr_table table = {
	"reason", fields, NLMSGERR_ATTR_MISS_TYPE, 0,
};

static const struct attr_field range_fields[] = {
	[NL_POLICY_TYPE_ATTR_MIN_VALUE_U] =
		ATTR_FIELD(ATTR_U64, "min", range, min),
	[NL_POLICY_TYPE_ATTR_MAX_VALUE_U] =
		ATTR_FIELD(ATTR_U64, "max", range, max),
};

static const struct attr_table range_table = {
	"policy", range_fields, NL_POLICY_TYPE_ATTR_MAX_VALUE_U,
	ATTR_BIT(NL_POLICY_TYPE_ATTR_MIN_VALUE_U) |
	ATTR_BIT(NL_POLICY_TYPE_ATTR_MAX_VALUE_U),
};

/* The type of the attribute that is @offset bytes into the request; 0 if none can be there */
static uint16_t attr_at(const struct nlmsghdr *request, uint32_t offset)
{
	const struct nlattr *attr;

	if (offset < sizeof(*request) || offset % NLA_ALIGNTO ||
	    offset > request->nlmsg_len - sizeof(*attr))
		return 0;
	attr = (const struct nlattr *)((const char *)request + offset);
	return mnl_attr_get_type(attr);
}

/*
 * How many bytes of the payload come before the attributes.  NLMSG_ERROR has an error code
 * and the request, of which only the header is there if NLM_F_CAPPED is set; NLMSG_DONE has
 * only the code.
 */
static size_t fixed_part(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);

	if (nlh->nlmsg_type == NLMSG_DONE)
		return sizeof(int);
	if (nlh->nlmsg_flags & NLM_F_CAPPED ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(*err))
		return sizeof(*err);
	return sizeof(err->error) + MNL_ALIGN(err->msg.nlmsg_len);
}

/* Appends the range that is allowed, as the kernel's text says "out of range" only */
static void add_range(const struct tlvs *tlvs, struct extack *extack)
{
	size_t used = strlen(extack->text);
	struct range range = { 0 };
	char why[64];

	if (!attr_present(tlvs, NLMSGERR_ATTR_POLICY) || !used ||
	    attr_decode(&range_table, tlvs->policy, &range, why, sizeof(why)))
		return;
	snprintf(extack->text + used, sizeof(extack->text) - used,
		 " (%llu..%llu)", (unsigned long long)range.min,
		 (unsigned long long)range.max);
}

int extack_parse(const struct nlmsghdr *nlh, struct extack *extack)
{
	size_t len = mnl_nlmsg_get_payload_len(nlh);
	size_t fixed = fixed_part(nlh);
	struct tlvs tlvs = { 0 };
	char why[64];
	int code;

	if (len < sizeof(code))
		return -1;
	memcpy(&code, mnl_nlmsg_get_payload(nlh), sizeof(code));
	extack->code = code == INT_MIN ? INT_MAX : code < 0 ? -code : code;
	extack->attr = 0;
	extack->text[0] = '\0';
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) || fixed > len)
		return 0;
	attr_decode(&table,
		    (struct attrs){ mnl_nlmsg_get_payload_offset(nlh, fixed),
				    len - fixed },
		    &tlvs, why, sizeof(why));
	snprintf(extack->text, sizeof(extack->text), "%s", tlvs.text);
	add_range(&tlvs, extack);
	if (attr_present(&tlvs, NLMSGERR_ATTR_OFFS))
		extack->attr = attr_at(extack->request, tlvs.offset);
	else if (attr_present(&tlvs, NLMSGERR_ATTR_MISS_TYPE))
		extack->attr = (uint16_t)tlvs.missing;
	return 0;
}
