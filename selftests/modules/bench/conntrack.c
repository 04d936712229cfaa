// SPDX-License-Identifier: GPL-2.0-only
/*
 * What users run already: connection tracking, and SYNPROXY's timestamps on a
 * connection of it.
 */
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_extend.h>
#include <net/netfilter/nf_conntrack_synproxy.h>
#include <net/netfilter/nf_conntrack_zones.h>
#include <net/netfilter/nf_synproxy.h>

#include "bench.h"

static void undress_conntrack(struct bench_run *run, struct sk_buff *skb)
{
	nf_reset_ct(skb);
}

static unsigned int run_conntrack(struct bench_run *run, struct sk_buff *skb)
{
	struct nf_hook_state state;
	unsigned int verdict;

	bench_state_inet(run, &state);
	verdict = nf_conntrack_in(skb, &state);
	if (run->kind == BENCH_SYN && verdict == NF_ACCEPT)
		verdict = nf_conntrack_confirm(skb);
	return verdict;
}

static int is_any(struct nf_conn *ct, void *data)
{
	return 1;
}

static void end_conntrack(struct bench_run *run)
{
	struct nf_ct_iter_data data = { .net = run->net };

	nf_ct_iterate_cleanup_net(is_any, &data);
}

const struct bench_subject bench_conntrack = {
	.name = "conntrack", .run = run_conntrack, .undress = undress_conntrack,
	.end = end_conntrack,
};

static struct nf_conn *connection;

static int begin_synproxy(struct bench_run *run)
{
	struct nf_conn_synproxy *synproxy;

	connection = nf_ct_tmpl_alloc(run->net, &nf_ct_zone_dflt, GFP_KERNEL);
	if (!connection)
		return -ENOMEM;
	synproxy = nfct_synproxy_ext_add(connection);
	if (!synproxy) {
		nf_ct_tmpl_free(connection);
		return -ENOMEM;
	}
	synproxy->tsoff = 123456789;
	connection->proto.tcp.state = TCP_CONNTRACK_ESTABLISHED;
	return 0;
}

static void dress_synproxy(struct bench_run *run, struct sk_buff *skb)
{
	refcount_inc(&connection->ct_general.use);
	nf_ct_set(skb, connection, IP_CT_ESTABLISHED);
}

/* The lookup of the connection is not in it */
static unsigned int run_synproxy(struct bench_run *run, struct sk_buff *skb)
{
	struct nf_hook_state state;

	bench_state_inet(run, &state);
	return run->ipv6 ? ipv6_synproxy_hook(NULL, skb, &state) :
			   ipv4_synproxy_hook(NULL, skb, &state);
}

static void end_synproxy(struct bench_run *run)
{
	nf_ct_put(connection);
}

const struct bench_subject bench_synproxy = {
	.name = "synproxy", .begin = begin_synproxy, .dress = dress_synproxy,
	.run = run_synproxy, .undress = undress_conntrack, .end = end_synproxy,
};
