// SPDX-License-Identifier: GPL-2.0-only
#include "flow_saved.h"

#include <string.h>

#include <linux/tsrewrite.h>

/* What a request may have: the socket's buffer is larger than that */
#define LOAD_SIZE 65536

static const struct attr_field loaded_fields[] = {
	[TSREWRITE_A_LOAD_LOADED] = ATTR_FIELD(ATTR_U32, "loaded", flow_loaded, loaded),
	[TSREWRITE_A_LOAD_EXISTING] = ATTR_FIELD(ATTR_U32, "existing", flow_loaded, existing),
	[TSREWRITE_A_LOAD_EXPIRED] = ATTR_FIELD(ATTR_U32, "expired", flow_loaded, expired),
	[TSREWRITE_A_LOAD_NO_ROOM] = ATTR_FIELD(ATTR_U32, "no_room", flow_loaded, no_room),
};

const struct attr_table flow_loaded_table = {
	"load", loaded_fields, TSREWRITE_A_LOAD_MAX,
	ATTR_BIT(TSREWRITE_A_LOAD_LOADED) | ATTR_BIT(TSREWRITE_A_LOAD_EXISTING) |
		ATTR_BIT(TSREWRITE_A_LOAD_EXPIRED) | ATTR_BIT(TSREWRITE_A_LOAD_NO_ROOM),
};

struct saving {
	flow_saved_each each;
	void *arg;
};

static int save_row(struct genl *genl, struct attrs attrs, void *arg)
{
	const struct saving *saving = arg;

	return saving->each(genl, attrs, saving->arg);
}

int flows_save(struct genl *genl, flow_saved_each each, void *arg)
{
	struct saving saving = { each, arg };

	genl_request(genl, TSREWRITE_CMD_FLOW_SAVE);
	return genl_dump(genl, save_row, &saving);
}

static void map_byte(struct nlattr *attr, const uint8_t ids[256])
{
	uint8_t *id = mnl_attr_get_payload(attr);

	*id = ids[*id];
}

static bool map_flow(struct nlattr *flow, const struct flow_saved_ids *ids)
{
	struct nlattr *attr;

	mnl_attr_for_each_nested(attr, flow) {
		bool is_byte = mnl_attr_get_payload_len(attr) == 1;

		switch (mnl_attr_get_type(attr)) {
		case TSREWRITE_A_SAVED_GROUP:
			if (!is_byte)
				return false;
			map_byte(attr, ids->group);
			break;
		case TSREWRITE_A_SAVED_EGRESS_DEVICE:
		case TSREWRITE_A_SAVED_INGRESS_DEVICE:
			if (!is_byte)
				return false;
			map_byte(attr, ids->device);
			break;
		default:
			break;
		}
	}
	return true;
}

ssize_t flows_saved_map(void *flows, size_t len, const struct flow_saved_ids *ids)
{
	ssize_t count = 0;
	size_t at = 0;

	while (at < len) {
		struct nlattr *flow = (struct nlattr *)((char *)flows + at);

		if (len - at < sizeof(*flow) || flow->nla_len < sizeof(*flow) ||
		    (size_t)MNL_ALIGN(flow->nla_len) > len - at ||
		    mnl_attr_get_type(flow) != TSREWRITE_A_LOAD_FLOW || !map_flow(flow, ids))
			return -1;
		at += MNL_ALIGN(flow->nla_len);
		count++;
	}
	return count;
}

/* How many bytes of flows, from the first on, fit into a request */
static size_t fit_request(struct attrs flows)
{
	size_t at = 0, count = 0;

	while (at < flows.len && count++ < TSREWRITE_LOAD_MAX) {
		const struct nlattr *flow = (const struct nlattr *)
			((const char *)flows.data + at);

		if (at + (size_t)MNL_ALIGN(flow->nla_len) > LOAD_SIZE)
			break;
		at += MNL_ALIGN(flow->nla_len);
	}
	return at;
}

static int decode_loaded(struct genl *genl, struct attrs attrs, void *loaded)
{
	*(struct flow_loaded *)loaded = (struct flow_loaded){ 0 };
	return genl_decode(genl, &flow_loaded_table, attrs, loaded);
}

/* Without flows it ends the load */
static int load_some(struct genl *genl, struct attrs flows, uint32_t elapsed,
		     struct flow_loaded *loaded)
{
	static uint64_t buffer[(LOAD_SIZE + GENL_REQUEST_SIZE) / 8];
	struct nlmsghdr *nlh = genl_long_request(genl, buffer, TSREWRITE_CMD_FLOW_LOAD);

	mnl_attr_put_u32(nlh, TSREWRITE_A_LOAD_ELAPSED, elapsed);
	memcpy(mnl_nlmsg_get_payload_tail(nlh), flows.data, flows.len);
	nlh->nlmsg_len += flows.len;
	return genl_do(genl, decode_loaded, loaded);
}

int flows_load(struct genl *genl, struct attrs flows, uint32_t elapsed,
	       struct flow_loaded *loaded)
{
	struct genl_error error;
	int ret = 0;

	while (!ret && flows.len) {
		struct attrs some = { flows.data, fit_request(flows) };

		ret = load_some(genl, some, elapsed, loaded);
		flows.data = (const char *)flows.data + some.len;
		flows.len -= some.len;
	}
	error = genl->error;
	if (!load_some(genl, (struct attrs){ "", 0 }, 0, loaded) && ret)
		genl->error = error;
	return ret;
}
