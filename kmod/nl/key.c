// SPDX-License-Identifier: GPL-2.0-only
/*
 * The key over netlink.  Nothing that is sent tells the secret.
 */
#include <linux/ktime.h>
#include <linux/string.h>

#include "../key.h"
#include "../rekey.h"
#include "family.h"
#include "key.h"

const struct nla_policy tsrw_key_policy[TSREWRITE_A_KEY_MAX + 1] = {
	[TSREWRITE_A_KEY_SECRET] = NLA_POLICY_EXACT_LEN(TSRW_KEY_SIZE),
	[TSREWRITE_A_KEY_FINGERPRINT] = { .type = NLA_REJECT },
	[TSREWRITE_A_KEY_LOADED] = { .type = NLA_REJECT },
	[TSREWRITE_A_KEY_TIME] = { .type = NLA_REJECT },
	[TSREWRITE_A_KEY_BEFORE] = { .type = NLA_REJECT },
};

static u64 read_time(const struct tsrw_key *key)
{
	s64 ms = ktime_to_ms(ktime_get_boottime()) + key->boot_to_wall;

	return (u64)ms * NSEC_PER_MSEC;
}

/**
 * tsrw_nl_put_key - put what may be known of a key into a message
 * @msg: the message
 * @key: the key
 *
 * Return: 0 or -EMSGSIZE. Context: under the namespace's lock.
 */
int tsrw_nl_put_key(struct sk_buff *msg, const struct tsrw_key *key)
{
	if (nla_put_u64_64bit(msg, TSREWRITE_A_KEY_FINGERPRINT, key->fingerprint,
			      TSREWRITE_A_KEY_PAD) ||
	    nla_put_u8(msg, TSREWRITE_A_KEY_LOADED, key->loaded) ||
	    nla_put_u64_64bit(msg, TSREWRITE_A_KEY_TIME, read_time(key),
			      TSREWRITE_A_KEY_PAD))
		return -EMSGSIZE;
	if (!tsrw_key_before_counts(key))
		return 0;
	return nla_put_u64_64bit(msg, TSREWRITE_A_KEY_BEFORE, key->fingerprint_before,
				 TSREWRITE_A_KEY_PAD);
}

int tsrw_nl_key_get(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *msg;
	void *header;

	msg = tsrw_nl_answer(info, TSREWRITE_CMD_KEY_GET, &header);
	if (!msg)
		return -ENOMEM;
	if (tsrw_nl_put_key(msg, tsrw_rekey_now(tsrw_net(genl_info_net(info))))) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	return tsrw_nl_send_answer(info, msg, header);
}

int tsrw_nl_key_set(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[TSREWRITE_A_KEY_SECRET];
	int err;

	if (!attr) {
		NL_SET_ERR_MSG(info->extack, "nothing to set: no secret is given");
		return -EINVAL;
	}
	err = tsrw_rekey(tsrw_net(genl_info_net(info)), nla_data(attr));
	/* An error would have the request sent back, and memory is not cleared when freed */
	memzero_explicit(nla_data(attr), TSRW_KEY_SIZE);
	return err;
}
