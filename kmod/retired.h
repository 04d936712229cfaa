/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_RETIRED_H
#define TSRW_RETIRED_H

#include <linux/bitmap.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#define TSRW_IDS	256	/* ids of devices and of groups have eight bits */

/**
 * enum tsrw_id_kind - whose ids flows have
 * @TSRW_ID_DEVICE: attachments'
 * @TSRW_ID_GROUP: groups'
 * @TSRW_ID_KINDS: how many there are
 */
enum tsrw_id_kind {
	TSRW_ID_DEVICE,
	TSRW_ID_GROUP,
	TSRW_ID_KINDS,
};

/**
 * struct tsrw_retired - ids that flows may still have, though nothing has them any more
 * @lock: for all of it
 * @waiting: those that were retired since the round began
 * @leaving: those that are taken out of all flows in this round; the expiry alone changes
 *	them, and so reads them without @lock
 * @any: there are some
 *
 * Nothing else gets such an id. The expiry visits all chains in rounds; when it has begun
 * and ended a round since an id was retired, no flow has it.
 */
struct tsrw_retired {
	spinlock_t lock; /* for the ids */
	DECLARE_BITMAP(waiting[TSRW_ID_KINDS], TSRW_IDS);
	DECLARE_BITMAP(leaving[TSRW_ID_KINDS], TSRW_IDS);
	bool any;
};

void tsrw_retired_init(struct tsrw_retired *retired);
void tsrw_retired_add(struct tsrw_retired *retired, enum tsrw_id_kind kind, u8 id);
bool tsrw_retired_has(struct tsrw_retired *retired, enum tsrw_id_kind kind, u8 id);
void tsrw_retired_begin(struct tsrw_retired *retired);
void tsrw_retired_end(struct tsrw_retired *retired);

/**
 * tsrw_retired_any - whether there are ids to take out of flows
 * @retired: ids that flows may still have
 *
 * Context: any.
 */
static inline bool tsrw_retired_any(const struct tsrw_retired *retired)
{
	return READ_ONCE(retired->any);
}

/**
 * tsrw_retired_leaves - whether an id is to be taken out of flows in this round
 * @retired: ids that flows may still have
 * @kind: whose id it is
 * @id: the id
 *
 * Context: the expiry, from tsrw_retired_begin() to tsrw_retired_end().
 */
static inline bool tsrw_retired_leaves(const struct tsrw_retired *retired,
				       enum tsrw_id_kind kind, u8 id)
{
	return test_bit(id, retired->leaving[kind]);
}

#endif /* TSRW_RETIRED_H */
