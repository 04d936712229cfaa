/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_WORKQUEUE_H
#define TSRW_UNIT_KERNEL_WORKQUEUE_H

#include <stdbool.h>

#include <linux/list.h>

/* Queued work waits until a test has it run; what queue_work() gets is done at once */
struct work_struct {
	void (*function)(struct work_struct *work);
};

struct delayed_work {
	struct work_struct work;
	bool pending;
	unsigned long delay;	/* jiffies */
};

struct workqueue_struct;

#define WQ_UNBOUND	0
#define system_power_efficient_wq	NULL
#define alloc_workqueue(name, flags, active) \
	((void)(flags), (void)(active), (struct workqueue_struct *)(name))
#define destroy_workqueue(queue)	((void)(queue))
#define to_delayed_work(pointer)	container_of(pointer, struct delayed_work, work)
#define INIT_WORK(pointer, call)	((pointer)->function = (call))
#define INIT_DELAYED_WORK(pointer, call)	INIT_WORK(&(pointer)->work, call)
#define queue_work(queue, pointer)	((void)(queue), (pointer)->function(pointer))
#define delayed_work_pending(delayed)	((delayed)->pending)
#define cancel_delayed_work_sync(delayed)	((delayed)->pending = false)

static inline void mod_delayed_work(struct workqueue_struct *queue,
				    struct delayed_work *delayed, unsigned long delay)
{
	delayed->delay = delay;
	delayed->pending = true;
}

static inline void queue_delayed_work(struct workqueue_struct *queue,
				      struct delayed_work *delayed, unsigned long delay)
{
	if (!delayed->pending)
		mod_delayed_work(queue, delayed, delay);
}

/* Returns whether there was anything to run */
static inline bool kernel_run_work(struct delayed_work *delayed)
{
	if (!delayed->pending)
		return false;
	delayed->pending = false;
	delayed->work.function(&delayed->work);
	return true;
}

#endif
