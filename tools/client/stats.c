// SPDX-License-Identifier: GPL-2.0-only
#include "stats.h"

#include <string.h>

#define COUNTER(attr, name)						\
	[TSREWRITE_A_STATS_##attr] =					\
		ATTR_FIELD(ATTR_U64, name, stats, value[TSREWRITE_A_STATS_##attr])

static const struct attr_field fields[] = {
	COUNTER(EGRESS_NOT_IP, "egress_not_ip"),
	COUNTER(EGRESS_NOT_TCP, "egress_not_tcp"),
	COUNTER(EGRESS_FRAGMENT, "egress_fragment"),
	COUNTER(EGRESS_MALFORMED, "egress_malformed"),
	COUNTER(EGRESS_UNTRACKED, "egress_untracked"),
	COUNTER(EGRESS_TCP_AO, "egress_tcp_ao"),
	COUNTER(EGRESS_BAD_OPTION, "egress_bad_option"),
	COUNTER(EGRESS_NO_TSOPT, "egress_no_tsopt"),
	COUNTER(EGRESS_NO_FLOW, "egress_no_flow"),
	COUNTER(EGRESS_MODE_OFF, "egress_mode_off"),
	COUNTER(EGRESS_TABLE_FULL, "egress_table_full"),
	COUNTER(EGRESS_INBOUND_LIMIT, "egress_inbound_limit"),
	COUNTER(EGRESS_NO_MEMORY, "egress_no_memory"),
	COUNTER(EGRESS_REWRITTEN, "egress_rewritten"),
	COUNTER(EGRESS_OBSERVED, "egress_observed"),
	COUNTER(EGRESS_STRIPPED, "egress_stripped"),
	COUNTER(EGRESS_QUOTE_REWRITTEN, "egress_quote_rewritten"),
	COUNTER(EGRESS_DROPPED_FRAGMENT, "egress_dropped_fragment"),
	COUNTER(EGRESS_DROPPED_NO_MEMORY, "egress_dropped_no_memory"),
	COUNTER(INGRESS_NOT_IP, "ingress_not_ip"),
	COUNTER(INGRESS_NOT_TCP, "ingress_not_tcp"),
	COUNTER(INGRESS_FRAGMENT, "ingress_fragment"),
	COUNTER(INGRESS_MALFORMED, "ingress_malformed"),
	COUNTER(INGRESS_UNTRACKED, "ingress_untracked"),
	COUNTER(INGRESS_TCP_AO, "ingress_tcp_ao"),
	COUNTER(INGRESS_BAD_OPTION, "ingress_bad_option"),
	COUNTER(INGRESS_NO_TSOPT, "ingress_no_tsopt"),
	COUNTER(INGRESS_NO_FLOW, "ingress_no_flow"),
	COUNTER(INGRESS_NO_ACK, "ingress_no_ack"),
	COUNTER(INGRESS_ECHO_ZERO, "ingress_echo_zero"),
	COUNTER(INGRESS_RESTORED, "ingress_restored"),
	COUNTER(INGRESS_ZEROED, "ingress_zeroed"),
	COUNTER(INGRESS_OBSERVED, "ingress_observed"),
	COUNTER(INGRESS_STRIPPED, "ingress_stripped"),
	COUNTER(INGRESS_QUOTE_RESTORED, "ingress_quote_restored"),
	COUNTER(INGRESS_UNRESTORED, "ingress_unrestored"),
	COUNTER(INGRESS_FOREIGN, "ingress_foreign"),
	COUNTER(INGRESS_DROPPED_FRAGMENT, "ingress_dropped_fragment"),
	COUNTER(INGRESS_DROPPED_NO_MEMORY, "ingress_dropped_no_memory"),
	COUNTER(ECHO_VERIFIED, "echo_verified"),
	COUNTER(ECHO_IMPOSSIBLE, "echo_impossible"),
	COUNTER(ECHO_FUTURE, "echo_future"),
	COUNTER(ECHO_PAST, "echo_past"),
	COUNTER(DUPLICATE_TSOPT, "duplicate_tsopt"),
	COUNTER(SYN_RETRANSMITTED, "syn_retransmitted"),
	COUNTER(FLOW_CREATED, "flow_created"),
	COUNTER(FLOW_REUSED, "flow_reused"),
	COUNTER(FLOW_ESTABLISHED, "flow_established"),
	COUNTER(FLOW_NO_TSOPT, "flow_no_tsopt"),
	COUNTER(FLOW_REFUSED, "flow_refused"),
	COUNTER(FLOW_CLOSED, "flow_closed"),
	COUNTER(FLOW_EXPIRED, "flow_expired"),
	COUNTER(FLOW_EXPIRED_EARLY, "flow_expired_early"),
	COUNTER(FLOW_FLUSHED, "flow_flushed"),
	COUNTER(FLOW_ASYMMETRIC, "flow_asymmetric"),
	COUNTER(INGRESS_OTHER_CONNECTION, "ingress_other_connection"),
	COUNTER(EGRESS_STRIPPED_NO_ROOM, "egress_stripped_no_room"),
	COUNTER(EGRESS_DROPPED_NO_ROOM, "egress_dropped_no_room"),
	COUNTER(INGRESS_STRIPPED_NO_ROOM, "ingress_stripped_no_room"),
	COUNTER(FLOW_EVICTED, "flow_evicted"),
	COUNTER(FLOW_COUNTED, "flow_counted"),
	COUNTER(FLOW_RESUMED, "flow_resumed"),
	COUNTER(FLOW_WITHOUT_LABEL, "flow_without_label"),
	COUNTER(FLOW_LABEL_TAKEN, "flow_label_taken"),
	COUNTER(FLOW_LOADED, "flow_loaded"),
	COUNTER(FLOW_CONFIRMED, "flow_confirmed"),
};

/* An older module may lack counters, but not those that say whether it works correctly */
const struct attr_table stats_table = {
	"stats", fields, TSREWRITE_A_STATS_MAX,
	ATTR_BIT(TSREWRITE_A_STATS_EGRESS_REWRITTEN) |
	ATTR_BIT(TSREWRITE_A_STATS_INGRESS_RESTORED) |
	ATTR_BIT(TSREWRITE_A_STATS_INGRESS_UNRESTORED) |
	ATTR_BIT(TSREWRITE_A_STATS_ECHO_VERIFIED) |
	ATTR_BIT(TSREWRITE_A_STATS_ECHO_IMPOSSIBLE),
};

const char *stats_name(uint16_t attr)
{
	return fields[attr].kind == ATTR_U64 ? fields[attr].name : NULL;
}

static int stats_row(struct genl *genl, struct attrs attrs, void *stats)
{
	return genl_decode(genl, &stats_table, attrs, stats);
}

int stats_get(struct genl *genl, struct stats *stats)
{
	memset(stats, 0, sizeof(*stats));
	genl_request(genl, TSREWRITE_CMD_STATS_GET);
	if (genl_do(genl, stats_row, stats) < 0)
		return -1;
	if (stats->present[0])
		return 0;
	return genl_fail(genl, 0, "the module's answer is empty");
}
