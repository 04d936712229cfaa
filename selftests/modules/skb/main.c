// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: packets as drivers and GRO may hand them up, which no device of
 * namespaces does, to nf_tsrewrite; and a look at what it makes of them.
 *
 *	watch DEVICE	look behind nf_tsrewrite: before it is attached
 *	force [HOW...]	change packets before it sees them: when it is attached
 *	off
 *
 * are written to /proc/net/tsrw_test_skb, which tells what came by. It is a file
 * and no parameter, since a device has a namespace.
 *
 * Of hooks with the same priority the one that was registered last comes first.
 * Should it ever be otherwise, nothing has changed between the hooks, and the
 * counter says so.
 */
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/rtnetlink.h>
#include <linux/seq_file_net.h>
#include <net/netns/generic.h>

#include "test_skb.h"

static unsigned int tsrw_test_net_id __read_mostly;

static const char * const names[TSRW_TEST_COUNTERS] = {
	[TSRW_TEST_NONE] = "none",
	[TSRW_TEST_UNNECESSARY] = "unnecessary",
	[TSRW_TEST_COMPLETE] = "complete",
	[TSRW_TEST_PARTIAL] = "partial",
	[TSRW_TEST_FRAGS] = "frags",
	[TSRW_TEST_CLONE] = "clone",
	[TSRW_TEST_FRAGLIST] = "fraglist",
	[TSRW_TEST_ODD] = "odd",
	[TSRW_TEST_GSO] = "gso",
	[TSRW_TEST_BIG] = "big",
	[TSRW_TEST_UNFORCED] = "unforced",
	[TSRW_TEST_CHANGED] = "changed",
	[TSRW_TEST_KEPT] = "kept",
	[TSRW_TEST_RIGHT] = "right",
	[TSRW_TEST_WRONG] = "wrong",
};

static void clear_slot(struct tsrw_test_slot *slot)
{
	consume_skb(slot->clone);
	slot->clone = NULL;
	slot->skb = NULL;
}

static enum tsrw_test_how state_of_checksum(const struct sk_buff *skb)
{
	switch (skb->ip_summed) {
	case CHECKSUM_UNNECESSARY:
		return TSRW_TEST_UNNECESSARY;
	case CHECKSUM_COMPLETE:
		return TSRW_TEST_COMPLETE;
	case CHECKSUM_PARTIAL:
		return TSRW_TEST_PARTIAL;
	default:
		return TSRW_TEST_NONE;
	}
}

static void count_kind(atomic_t *count, const struct sk_buff *skb,
		       const struct tsrw_test_segment *seg)
{
	bool gso = skb_is_gso(skb);

	atomic_inc(&count[state_of_checksum(skb)]);
	if (skb_headlen(skb) < seg->at + seg->size)
		atomic_inc(&count[TSRW_TEST_FRAGS]);
	if (skb_cloned(skb))
		atomic_inc(&count[TSRW_TEST_CLONE]);
	if (gso)
		atomic_inc(&count[TSRW_TEST_GSO]);
	if (tsrw_test_is_list(skb))
		atomic_inc(&count[TSRW_TEST_FRAGLIST]);
	if (skb->len - skb_network_offset(skb) > U16_MAX)
		atomic_inc(&count[TSRW_TEST_BIG]);
}

static unsigned int force_state(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state)
{
	int dir = tsrw_test_dir(state);
	struct tsrw_test *test = priv;
	unsigned long how = READ_ONCE(test->how);
	struct tsrw_test_slot *slot;

	slot = &this_cpu_ptr(test->slots)->dir[dir];
	clear_slot(slot);
	if (!tsrw_test_read(skb, &slot->before))
		return NF_ACCEPT;
	if (how && !tsrw_test_make(skb, &slot->before, how))
		atomic_inc(&test->count[dir][TSRW_TEST_UNFORCED]);
	if (!tsrw_test_read(skb, &slot->before))
		return NF_ACCEPT;
	if (how & BIT(TSRW_TEST_CLONE))
		slot->clone = skb_clone(skb, GFP_ATOMIC);
	slot->skb = skb;
	count_kind(test->count[dir], skb, &slot->before);
	return NF_ACCEPT;
}

/* A clone's owner must not see what was changed later */
static bool is_clone_unchanged(const struct tsrw_test_slot *slot)
{
	struct tsrw_test_segment now;

	return !slot->clone ||
		(tsrw_test_read(slot->clone, &now) &&
		 !memcmp(now.tcp, slot->before.tcp, slot->before.size) &&
		 (!tsrw_test_is_list(slot->clone) ||
		  tsrw_test_is_list_even(slot->clone, &slot->before)));
}

static unsigned int watch_segment(void *priv, struct sk_buff *skb,
				  const struct nf_hook_state *state)
{
	int dir = tsrw_test_dir(state);
	struct tsrw_test_segment seg;
	struct tsrw_test *test = priv;
	struct tsrw_test_slot *slot;
	bool right;

	slot = &this_cpu_ptr(test->slots)->dir[dir];
	if (!tsrw_test_read(skb, &seg))
		return NF_ACCEPT;
	right = tsrw_test_is_right(skb, &seg);
	if (slot->skb == skb) {
		right &= is_clone_unchanged(slot);
		if (memcmp(seg.tcp + sizeof(seg.th),
			   slot->before.tcp + sizeof(seg.th),
			   seg.size - sizeof(seg.th)))
			atomic_inc(&test->count[dir][TSRW_TEST_CHANGED]);
	}
	if (tsrw_test_is_list(skb))
		atomic_inc(&test->count[dir][TSRW_TEST_KEPT]);
	clear_slot(slot);
	atomic_inc(&test->count[dir][right ? TSRW_TEST_RIGHT :
					     TSRW_TEST_WRONG]);
	/* Others do not expect PARTIAL with a header out of reach */
	return pskb_may_pull(skb, seg.at + seg.size) ? NF_ACCEPT : NF_DROP;
}

static struct nf_hook_ops make_hook(struct tsrw_test *test, nf_hookfn *function,
				    unsigned int hooknum, int priority)
{
	return (struct nf_hook_ops){
		.hook = function, .pf = NFPROTO_NETDEV, .hooknum = hooknum,
		.priority = priority, .dev = test->dev, .priv = test,
	};
}

static void stop_test(struct tsrw_test *test, struct net *net)
{
	unsigned int cpu;

	ASSERT_RTNL();
	if (!test->dev)
		return;
	if (test->forces)
		nf_unregister_net_hooks(net, test->force, TSRW_TEST_DIRS);
	nf_unregister_net_hooks(net, test->watch, TSRW_TEST_DIRS);
	synchronize_net();
	for_each_possible_cpu(cpu)
		for (int dir = 0; dir < TSRW_TEST_DIRS; dir++)
			clear_slot(&per_cpu_ptr(test->slots, cpu)->dir[dir]);
	test->dev = NULL;
	test->forces = false;
}

static int start_watching(struct tsrw_test *test, struct net *net,
			  const char *name)
{
	struct net_device *dev = __dev_get_by_name(net, name);
	int err;

	if (!dev)
		return -ENODEV;
	stop_test(test, net);
	test->dev = dev;
	test->watch[TSRW_TEST_INGRESS] = make_hook(test, watch_segment, NF_NETDEV_INGRESS,
						   INT_MIN + 1);
	test->watch[TSRW_TEST_EGRESS] = make_hook(test, watch_segment, NF_NETDEV_EGRESS,
						  INT_MAX);
	err = nf_register_net_hooks(net, test->watch, TSRW_TEST_DIRS);
	if (err)
		test->dev = NULL;
	return err;
}

static int parse_how(char *words, unsigned long *how)
{
	char *word;
	int i;

	*how = 0;
	while ((word = strsep(&words, " ")) != NULL) {
		for (i = 0; i < TSRW_TEST_HOWS; i++)
			if (!strcmp(word, names[i]))
				break;
		if (i == TSRW_TEST_HOWS)
			return -EINVAL;
		*how |= BIT(i);
	}
	return 0;
}

static int start_forcing(struct tsrw_test *test, struct net *net, char *words)
{
	unsigned long how;
	int err;

	if (!test->dev)
		return -ENODEV;
	err = parse_how(words, &how);
	if (err)
		return err;
	WRITE_ONCE(test->how, how);
	memset(test->count, 0, sizeof(test->count));
	if (test->forces)
		return 0;
	test->force[TSRW_TEST_INGRESS] = make_hook(test, force_state, NF_NETDEV_INGRESS,
						   INT_MIN);
	test->force[TSRW_TEST_EGRESS] = make_hook(test, force_state, NF_NETDEV_EGRESS,
						  INT_MAX - 1);
	err = nf_register_net_hooks(net, test->force, TSRW_TEST_DIRS);
	test->forces = !err;
	return err;
}

static int obey_command(struct net *net, char *words)
{
	struct tsrw_test *test = net_generic(net, tsrw_test_net_id);
	const char *verb = strsep(&words, " ");

	if (!strcmp(verb, "watch") && words)
		return start_watching(test, net, words);
	if (!strcmp(verb, "force"))
		return start_forcing(test, net, words);
	if (strcmp(verb, "off"))
		return -EINVAL;
	stop_test(test, net);
	return 0;
}

static int proc_write(struct file *file, char *buf, size_t size)
{
	int err;

	rtnl_lock();
	err = obey_command(seq_file_single_net(file->private_data), strim(buf));
	rtnl_unlock();
	return err;
}

static int proc_show(struct seq_file *seq, void *unused)
{
	static const char * const dirs[] = { "ingress", "egress" };
	struct tsrw_test *test = net_generic(seq_file_single_net(seq),
					     tsrw_test_net_id);

	for (int dir = 0; dir < TSRW_TEST_DIRS; dir++)
		for (int i = 0; i < TSRW_TEST_COUNTERS; i++)
			seq_printf(seq, "%s_%s %d\n", dirs[dir], names[i],
				   atomic_read(&test->count[dir][i]));
	return 0;
}

static int __net_init net_init(struct net *net)
{
	struct tsrw_test *test = net_generic(net, tsrw_test_net_id);

	test->slots = alloc_percpu(struct tsrw_test_slots);
	if (!test->slots)
		return -ENOMEM;
	if (!proc_create_net_single_write("tsrw_test_skb", 0600, net->proc_net,
					  proc_show, proc_write, NULL)) {
		free_percpu(test->slots);
		return -ENOMEM;
	}
	return 0;
}

static void __net_exit net_exit(struct net *net)
{
	struct tsrw_test *test = net_generic(net, tsrw_test_net_id);

	remove_proc_entry("tsrw_test_skb", net->proc_net);
	rtnl_lock();
	stop_test(test, net);
	rtnl_unlock();
	free_percpu(test->slots);
}

static struct pernet_operations net_ops = {
	.init = net_init,
	.exit = net_exit,
	.id = &tsrw_test_net_id,
	.size = sizeof(struct tsrw_test),
};

static int notice_device(struct notifier_block *self, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct tsrw_test *test = net_generic(dev_net(dev), tsrw_test_net_id);

	if (event == NETDEV_UNREGISTER && test->dev == dev)
		stop_test(test, dev_net(dev));
	return NOTIFY_DONE;
}

static struct notifier_block notifier = {
	.notifier_call = notice_device,
};

static int __init tsrw_test_init(void)
{
	int err;

	/* Leaves a namespace before its devices do */
	err = register_pernet_device(&net_ops);
	if (err)
		return err;
	err = register_netdevice_notifier(&notifier);
	if (err)
		unregister_pernet_device(&net_ops);
	return err;
}

static void __exit tsrw_test_exit(void)
{
	unregister_netdevice_notifier(&notifier);
	unregister_pernet_device(&net_ops);
}

module_init(tsrw_test_init);
module_exit(tsrw_test_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The tsrewrite developers");
MODULE_DESCRIPTION("Tests of nf_tsrewrite: packets in every state of an skb");
