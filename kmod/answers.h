/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_ANSWERS_H
#define TSRW_ANSWERS_H

#include "core/result.h"
#include "flow_key.h"
#include "net.h"

/**
 * enum tsrw_ip_version - the versions of IP
 * @TSRW_IPV4: IPv4
 * @TSRW_IPV6: IPv6
 * @TSRW_IP_VERSIONS: how many there are
 */
enum tsrw_ip_version {
	TSRW_IPV4,
	TSRW_IPV6,
	TSRW_IP_VERSIONS,
};

/**
 * struct tsrw_answers - whether answers to what leaves through a device are seen there
 * @first: jiffies of the first SYN that was rewritten; valid with @count
 * @count: how many SYNs were rewritten before any answer was seen, up to
 *	TSRW_ANSWERS_ENOUGH
 * @last: jiffies of the latest answer, or of one up to a quarter of a second before it;
 *	valid with @seen
 * @seen: an answer has been seen since the device was attached, or has come back
 * @missing: answers are not seen, so that SYNs lose their TSopt in place of being
 *	rewritten
 *
 * It is written when a SYN is rewritten before any answer was seen, for one answer in a
 * quarter of a second, and when @seen or @missing changes; without a lock, because a SYN
 * more or less does not matter.
 */
struct tsrw_answers {
	u32 first;
	u32 last;
	u8 count;
	bool seen;
	bool missing;
};

/**
 * struct tsrw_device_answers - answers to what leaves through a device
 * @by_version: by enum tsrw_ip_version
 */
struct tsrw_device_answers {
	struct tsrw_answers by_version[TSRW_IP_VERSIONS];
};

/**
 * tsrw_answers_ip_version - find out which version of IP a flow uses
 * @key: key of the flow
 */
static inline enum tsrw_ip_version
tsrw_answers_ip_version(const struct tsrw_flow_key *key)
{
	return ipv6_addr_v4mapped(&key->inside_addr) ? TSRW_IPV4 : TSRW_IPV6;
}

void tsrw_answers_update(struct tsrw_answers *answers,
			 const struct tsrw_result *result);
void tsrw_answers_forget(struct tsrw_device_answers *answers);
void tsrw_answers_expect_all(const struct tsrw_net *tn);
int tsrw_answers_alloc(struct tsrw_net *tn);
void tsrw_answers_free(struct tsrw_net *tn);

/**
 * tsrw_answers_note - note what a segment tells of the answers on a device
 * @answers: of the device by which the segment's flow leaves
 * @key: key of the segment's flow
 * @result: what the segment did to its flow
 *
 * Context: any.
 */
static inline void tsrw_answers_note(struct tsrw_device_answers *answers,
				     const struct tsrw_flow_key *key,
				     const struct tsrw_result *result)
{
	if (result->outcome)
		tsrw_answers_update(&answers->by_version[tsrw_answers_ip_version(key)],
				    result);
}

/**
 * tsrw_answers_are_missing - whether answers on a device are not seen
 * @answers: of the device
 * @key: key of the flow that would be answered
 *
 * Context: any.
 */
static inline bool tsrw_answers_are_missing(const struct tsrw_device_answers *answers,
					    const struct tsrw_flow_key *key)
{
	return READ_ONCE(answers->by_version[tsrw_answers_ip_version(key)].missing);
}

#endif /* TSRW_ANSWERS_H */
