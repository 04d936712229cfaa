/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_SEQLOCK_H
#define TSRW_UNIT_KERNEL_SEQLOCK_H

#include <linux/atomic.h>

typedef struct {
	unsigned int sequence;
} seqcount_spinlock_t;

static inline unsigned int read_seqcount_begin(const seqcount_spinlock_t *seq)
{
	unsigned int start;

	while ((start = READ_ONCE(seq->sequence)) & 1)
		two_cpus_wait();
	return start;
}

static inline bool read_seqcount_retry(const seqcount_spinlock_t *seq, unsigned int start)
{
	return READ_ONCE(seq->sequence) != start;
}

/* As the kernel's, it orders stores alone: a load may come before the store */
static inline void write_seqcount_begin(seqcount_spinlock_t *seq)
{
	two_cpus_store_late(&seq->sequence, seq->sequence + 1);
}

static inline void write_seqcount_end(seqcount_spinlock_t *seq)
{
	two_cpus_flush();
	seq->sequence++;
}

#endif
