// SPDX-License-Identifier: GPL-2.0-only
/*
 * The same on several CPUs at once: does one make another wait?
 */
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/slab.h>

#include "bench.h"

/**
 * struct worker - what one CPU does
 * @run: its packets
 * @go: for all at once
 * @done: it has measured
 * @batches: how many
 * @median: of them
 * @err: what bench_run_measure() said
 */
struct worker {
	struct bench_run run;
	struct completion *go;
	struct completion done;
	u32 batches;
	u64 median;
	int err;
};

static int run_worker(void *arg)
{
	struct worker *worker = arg;
	u64 worst;

	wait_for_completion(worker->go);
	worker->err = bench_run_measure(&worker->run, "egress",
					worker->batches, &worker->median,
					&worst);
	complete(&worker->done);
	return 0;
}

/* Connections of its own, or the first of all: there, what one CPU makes another may
 * have overtaken, and timestamps are not compared
 */
static int start_worker(struct worker *worker, const struct bench_run *run,
			u32 cpu, u32 cpus, bool shared)
{
	struct task_struct *task;
	int err = bench_run_fork(run, &worker->run);

	if (err)
		return err;
	worker->run.used = shared ? 1 : run->used / cpus;
	worker->run.expect = shared ? BENCH_ANY : run->expect;
	worker->run.first = shared ? 0 : cpu * worker->run.used;
	init_completion(&worker->done);
	task = kthread_create(run_worker, worker, "bench/%u", cpu);
	if (IS_ERR(task)) {
		bench_run_join(&worker->run);
		return PTR_ERR(task);
	}
	kthread_bind(task, cpu);
	wake_up_process(task);
	return 0;
}

/* The slowest */
static int collect_workers(struct worker *workers, u32 started, u64 *median)
{
	int err = 0;
	u32 i;

	*median = 0;
	for (i = 0; i < started; i++) {
		wait_for_completion(&workers[i].done);
		err = err ?: workers[i].err;
		*median = max(*median, workers[i].median);
		bench_run_join(&workers[i].run);
	}
	return err;
}

/**
 * bench_parallel_measure - what leaves, on several CPUs at once
 * @run: begun
 * @cpus: how many, from the first one
 * @shared: all packets are of one connection; else each CPU has its own
 * @batches: how many batches for each
 * @median: filled in: of a batch, on the CPU where that is most
 * @packets: filled in: how many packets there were
 *
 * Return: 0, -EINVAL for CPUs that there are not, or as bench_run_measure().
 */
int bench_parallel_measure(const struct bench_run *run, u32 cpus, u32 shared,
			   u32 batches, u64 *median, u64 *packets)
{
	DECLARE_COMPLETION_ONSTACK(go);
	struct worker *workers;
	u32 started = 0;
	int err = 0, said;

	if (!cpus || cpus > num_online_cpus() || run->used < cpus)
		return -EINVAL;
	workers = kcalloc(cpus, sizeof(*workers), GFP_KERNEL);
	if (!workers)
		return -ENOMEM;
	while (!err && started < cpus) {
		workers[started].go = &go;
		workers[started].batches = batches;
		err = start_worker(&workers[started], run, started, cpus,
				   shared);
		started += !err;
	}
	complete_all(&go);
	said = collect_workers(workers, started, median);
	*packets = (u64)cpus * batches * BENCH_BATCH;
	kfree(workers);
	return err ?: said;
}
