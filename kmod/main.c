// SPDX-License-Identifier: GPL-2.0-only
/*
 * Module and namespace init and exit.
 */
#include <linux/module.h>
#include <linux/rtnetlink.h>

#include "answers.h"
#include "defaults.h"
#include "device.h"
#include "expiry.h"
#include "labels.h"
#include "net.h"
#include "nl/ops.h"
#include "notifier.h"
#include "rekey.h"

unsigned int tsrw_net_id __read_mostly;

static int __net_init net_init(struct net *net)
{
	struct tsrw_owner *owner = tsrw_owner_get(net->user_ns);
	struct tsrw_net *tn = tsrw_net(net);

	if (IS_ERR(owner))
		return PTR_ERR(owner);
	tn->net = net;
	mutex_init(&tn->lock);
	tn->stats = tsrw_stats_alloc();
	if (!tn->stats)
		goto no_stats;
	if (tsrw_groups_init(&tn->groups))
		goto no_groups;
	tsrw_table_init(&tn->table, tn->stats, &tn->groups, owner);
	if (tsrw_rekey_init(tn))
		goto no_key;
	tsrw_expiry_init(&tn->table);
	INIT_LIST_HEAD(&tn->devices);
	INIT_LIST_HEAD(&tn->ended);
	return 0;

no_key:
	tsrw_groups_free(&tn->groups);
no_groups:
	tsrw_stats_free(tn->stats);
no_stats:
	tsrw_owner_put(owner);
	return -ENOMEM;
}

/* After it comes one grace period for all hooks, for which the kernel waits */
static void __net_exit net_pre_exit(struct net *net)
{
	tsrw_visit_begin();
	rtnl_lock();
	tsrw_device_unhook_all(tsrw_net(net));
	rtnl_unlock();
}

/* Those who remove namespaces wait for each other: what takes long is left to workers */
static void __net_exit net_exit(struct net *net)
{
	struct tsrw_net *tn = tsrw_net(net);

	tsrw_visit_begin();
	tsrw_device_free_all(tn);
	tsrw_labels_exit(tn);
	tsrw_expiry_stop(&tn->table);
	tsrw_table_destroy(&tn->table);
	tsrw_answers_free(tn);
	tsrw_rekey_exit(tn);
	tsrw_groups_free(&tn->groups);
	tsrw_stats_free(tn->stats);
}

static struct pernet_operations net_ops = {
	.init = net_init,
	.pre_exit = net_pre_exit,
	.exit = net_exit,
	.id = &tsrw_net_id,
	.size = sizeof(struct tsrw_net),
};

static int __init tsrw_init(void)
{
	int err;

	err = tsrw_table_module_init();
	if (err)
		return err;
	err = register_pernet_subsys(&net_ops);
	if (err)
		goto no_net;
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
no_net:
	tsrw_table_module_exit();
	return err;
}

static void __exit tsrw_exit(void)
{
	tsrw_nl_ops_exit();
	tsrw_notifier_exit();
	unregister_pernet_subsys(&net_ops);
	tsrw_table_module_exit();
}

module_init(tsrw_init);
module_exit(tsrw_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The tsrewrite developers");
MODULE_DESCRIPTION("Hides inside hosts' TCP timestamps from the outside of a firewall");
MODULE_VERSION(TSREWRITE_VERSION);
