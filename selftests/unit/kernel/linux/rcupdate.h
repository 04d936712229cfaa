/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_RCUPDATE_H
#define TSRW_UNIT_KERNEL_RCUPDATE_H

#include <linux/atomic.h>

/* How many grace periods were waited for */
extern int kernel_grace_periods;

#define __rcu
#define rcu_dereference(pointer)	READ_ONCE(pointer)
#define rcu_dereference_protected(pointer, condition)	((void)(condition), (pointer))
#define rcu_assign_pointer(pointer, value)	WRITE_ONCE(pointer, value)
#define RCU_INIT_POINTER(pointer, value)	WRITE_ONCE(pointer, value)
#define rcu_read_lock()
#define rcu_read_unlock()
#define synchronize_rcu()	(kernel_grace_periods++)

#endif
