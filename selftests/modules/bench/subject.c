// SPDX-License-Identifier: GPL-2.0-only
/*
 * What packets may be given to: nothing, a device's hook, the same through
 * netfilter's entry.  Others have files of their own.
 */
#include <linux/netfilter_netdev.h>

#include "bench.h"

/* What a batch costs without a subject */
static noinline unsigned int run_nothing(struct bench_run *run,
					 struct sk_buff *skb)
{
	return NF_ACCEPT;
}

static struct nf_hook_entries *entries_of(const struct bench_run *run,
					  enum bench_kind kind)
{
	if (bench_arrives(kind))
		return rcu_dereference(run->dev->nf_hooks_ingress);
	return rcu_dereference(run->dev->nf_hooks_egress);
}

static void init_state(struct bench_run *run, enum bench_kind kind,
		       unsigned int hook)
{
	nf_hook_state_init(&run->state[bench_arrives(kind)], hook,
			   NFPROTO_NETDEV, run->dev, NULL, NULL, run->net,
			   NULL);
}

/* One hook each way, or another's is what is measured */
static int begin_hook(struct bench_run *run)
{
	struct nf_hook_entries *in, *out;
	int err = 0;

	rcu_read_lock();
	in = entries_of(run, BENCH_SYN_ACK);
	out = entries_of(run, BENCH_SYN);
	if (!in || in->num_hook_entries != 1 || !out ||
	    out->num_hook_entries != 1)
		err = -ENODEV;
	rcu_read_unlock();
	init_state(run, BENCH_SYN_ACK, NF_NETDEV_INGRESS);
	init_state(run, BENCH_SYN, NF_NETDEV_EGRESS);
	return err;
}

/* Called as netfilter's entry calls it, but without its loop */
static unsigned int run_hook(struct bench_run *run, struct sk_buff *skb)
{
	const struct nf_hook_entries *entries = entries_of(run, run->kind);

	return nf_hook_entry_hookfn(&entries->hooks[0], skb,
				    &run->state[bench_arrives(run->kind)]);
}

static unsigned int run_device(struct bench_run *run, struct sk_buff *skb)
{
	int err = 0;

	if (bench_arrives(run->kind))
		return nf_hook_ingress(skb) == 1 ? NF_ACCEPT : NF_DROP;
	return nf_hook_egress(skb, &err, run->dev) ? NF_ACCEPT : NF_DROP;
}

static const struct bench_subject nothing = {
	.name = "nothing", .from_link = true, .run = run_nothing,
};

static const struct bench_subject hook = {
	.name = "hook", .from_link = true, .begin = begin_hook, .run = run_hook,
};

static const struct bench_subject device = {
	.name = "device", .from_link = true, .run = run_device,
};

/**
 * bench_state_inet - where a packet is for an inet hook
 * @run: the packet's
 * @state: filled in: prerouting
 */
void bench_state_inet(const struct bench_run *run, struct nf_hook_state *state)
{
	*state = (struct nf_hook_state){
		.hook = NF_INET_PRE_ROUTING,
		.pf = run->ipv6 ? NFPROTO_IPV6 : NFPROTO_IPV4,
		.in = run->dev, .net = run->net,
	};
}

/**
 * bench_subject_find - by its name
 * @name: the name
 *
 * Return: it, or NULL.
 */
const struct bench_subject *bench_subject_find(const char *name)
{
	static const struct bench_subject * const subjects[] = {
		&nothing, &hook, &device, &bench_conntrack, &bench_synproxy,
		&bench_floor,
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(subjects); i++)
		if (!strcmp(subjects[i]->name, name))
			return subjects[i];
	return NULL;
}
