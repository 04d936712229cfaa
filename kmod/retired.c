// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ids of attachments and groups that are gone, until no flow has them.
 */
#include "retired.h"

/**
 * tsrw_retired_init - initialize retired ids
 * @retired: zeroed
 */
void tsrw_retired_init(struct tsrw_retired *retired)
{
	spin_lock_init(&retired->lock);
}

/**
 * tsrw_retired_add - retire an id
 * @retired: ids that flows may still have
 * @kind: whose id it was
 * @id: the id, which no flow gets any more: a grace period has passed since it was in use
 *
 * Context: process. The caller then has the expiry run.
 */
void tsrw_retired_add(struct tsrw_retired *retired, enum tsrw_id_kind kind, u8 id)
{
	spin_lock(&retired->lock);
	__set_bit(id, retired->waiting[kind]);
	WRITE_ONCE(retired->any, true);
	spin_unlock(&retired->lock);
}

/**
 * tsrw_retired_has - whether flows may have an id
 * @retired: ids that flows may still have
 * @kind: whose id it was
 * @id: the id
 *
 * Return: true if so: nothing may get the id now. Context: process.
 */
bool tsrw_retired_has(struct tsrw_retired *retired, enum tsrw_id_kind kind, u8 id)
{
	bool has;

	spin_lock(&retired->lock);
	has = test_bit(id, retired->waiting[kind]) ||
	      test_bit(id, retired->leaving[kind]);
	spin_unlock(&retired->lock);
	return has;
}

/**
 * tsrw_retired_begin - begin a round, which takes all ids out of flows that are retired now
 * @retired: ids that flows may still have
 *
 * Context: the expiry.
 */
void tsrw_retired_begin(struct tsrw_retired *retired)
{
	spin_lock(&retired->lock);
	for (int kind = 0; kind < TSRW_ID_KINDS; kind++) {
		bitmap_copy(retired->leaving[kind], retired->waiting[kind], TSRW_IDS);
		bitmap_zero(retired->waiting[kind], TSRW_IDS);
	}
	spin_unlock(&retired->lock);
}

/**
 * tsrw_retired_end - end a round: no flow has the ids any more that were retired before it
 * @retired: ids that flows may still have
 *
 * Context: the expiry.
 */
void tsrw_retired_end(struct tsrw_retired *retired)
{
	bool any = false;

	spin_lock(&retired->lock);
	for (int kind = 0; kind < TSRW_ID_KINDS; kind++) {
		bitmap_zero(retired->leaving[kind], TSRW_IDS);
		any |= !bitmap_empty(retired->waiting[kind], TSRW_IDS);
	}
	WRITE_ONCE(retired->any, any);
	spin_unlock(&retired->lock);
}
