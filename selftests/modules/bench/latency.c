// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long does a softirq have to wait?  As long as somebody holds a lock with
 * bottom halves off, or another softirq runs.
 */
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/ktime.h>

#include "bench.h"

#define PERIOD_NS	100000

static struct hrtimer timer;
static struct tasklet_struct tasklet;
static u64 raised, longest, taken;

static void take_time(struct tasklet_struct *unused)
{
	u64 since = READ_ONCE(raised);

	taken++;
	longest = max(longest, ktime_get_ns() - since);
}

/* A tasklet that still waits has not been raised again */
static enum hrtimer_restart raise_tasklet(struct hrtimer *unused)
{
	if (!test_bit(TASKLET_STATE_SCHED, &tasklet.state)) {
		WRITE_ONCE(raised, ktime_get_ns());
		tasklet_schedule(&tasklet);
	}
	hrtimer_forward_now(&timer, PERIOD_NS);
	return HRTIMER_RESTART;
}

#ifdef HRTIMER_INIT
/* Until 6.13: 908a1d775422 "hrtimers: Introduce hrtimer_setup() to replace hrtimer_init()" */
static void hrtimer_setup(struct hrtimer *timer,
			  enum hrtimer_restart (*function)(struct hrtimer *timer),
			  clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = function;
}
#endif

/**
 * bench_latency_start - begin to look
 *
 * Context: process; not started yet.
 */
void bench_latency_start(void)
{
	longest = 0;
	taken = 0;
	tasklet_setup(&tasklet, take_time);
	hrtimer_setup(&timer, raise_tasklet, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	hrtimer_start(&timer, PERIOD_NS, HRTIMER_MODE_REL_HARD);
}

/**
 * bench_latency_stop - look no more
 * @worst: filled in with the longest wait, in ns
 * @count: filled in with how many there were
 *
 * Context: process; started.
 */
void bench_latency_stop(u64 *worst, u64 *count)
{
	hrtimer_cancel(&timer);
	tasklet_kill(&tasklet);
	*worst = longest;
	*count = taken;
}
