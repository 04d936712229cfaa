// SPDX-License-Identifier: GPL-2.0-only
/*
 * Module and namespace init and exit.
 */
#include <linux/module.h>
#include <linux/rtnetlink.h>

#include "anchor.h"
#include "answers.h"
#include "defaults.h"
#include "device.h"
#include "expiry.h"
#include "net.h"
#include "nl/ops.h"
#include "notifier.h"

unsigned int tsrw_net_id __read_mostly;

static int __net_init net_init(struct net *net)
{
	struct tsrw_owner *owner = tsrw_owner_get(net->user_ns);
	struct tsrw_net *tn = tsrw_net(net);

	if (IS_ERR(owner))
		return PTR_ERR(owner);
	tn->net = net;
	tn->stats = tsrw_stats_alloc();
	if (!tn->stats)
		goto no_stats;
	if (tsrw_groups_init(&tn->groups))
		goto no_groups;
	tsrw_table_init(&tn->table, tn->stats, &tn->groups, owner);
	tsrw_expiry_init(&tn->table);
	INIT_LIST_HEAD(&tn->devices);
	return 0;

no_groups:
	tsrw_stats_free(tn->stats);
no_stats:
	tsrw_owner_put(owner);
	return -ENOMEM;
}

static void __net_exit net_exit(struct net *net)
{
	struct tsrw_net *tn = tsrw_net(net);

	rtnl_lock();
	tsrw_device_detach_all(tn);
	rtnl_unlock();
	tsrw_expiry_stop(&tn->table);
	tsrw_table_destroy(&tn->table);
	tsrw_answers_free(tn);
	tsrw_groups_free(&tn->groups);
	tsrw_stats_free(tn->stats);
}

static struct pernet_operations net_ops = {
	.init = net_init,
	.exit = net_exit,
	.id = &tsrw_net_id,
	.size = sizeof(struct tsrw_net),
};

static int __init tsrw_init(void)
{
	int err;

	tsrw_anchor_init();
	err = register_pernet_subsys(&net_ops);
	if (err)
		return err;
	err = tsrw_notifier_init();
	if (err)
		goto no_notifier;
	err = tsrw_nl_ops_init();
	if (err)
		goto no_ops;
	return 0;

no_ops:
	tsrw_notifier_exit();
no_notifier:
	unregister_pernet_subsys(&net_ops);
	return err;
}

static void __exit tsrw_exit(void)
{
	tsrw_nl_ops_exit();
	tsrw_notifier_exit();
	unregister_pernet_subsys(&net_ops);
}

module_init(tsrw_init);
module_exit(tsrw_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The tsrewrite developers");
MODULE_DESCRIPTION("Hides inside hosts' TCP timestamps from the outside of a firewall");
MODULE_VERSION(TSREWRITE_VERSION);
