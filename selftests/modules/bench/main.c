// SPDX-License-Identifier: GPL-2.0-only
/*
 * For benchmarks only: packets straight to what is to be measured.
 *
 *	reserve FLOWS				room for connections
 *	begin SUBJECT DEVICE 4|6 FLOWS EXPECT	let it know so many
 *	measure SEQUENCE BATCHES
 *	parallel CPUS 0|1 BATCHES		1: all CPUs on one connection
 *	end
 *	latency on|off				how long softirqs wait
 *
 * are written to /proc/net/tsrw_bench. SUBJECT is nothing, hook, device, conntrack,
 * synproxy or floor; EXPECT what must become of timestamps: any, kept, rewritten;
 * SEQUENCE as run.c has them. After begin and measure the file says two numbers:
 * what the SYNs cost in all, and how many; of a batch the median, and the dearest;
 * after parallel the largest of the CPUs' medians, and how many packets there were;
 * after "latency off" the longest wait in ns, and how many there were.
 */
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/vmalloc.h>
#include <net/net_namespace.h>

#include "bench.h"

static DEFINE_MUTEX(lock);
static struct bench_run run;
static bool latency_is_on;
static u64 results[2];

static void stop_run(void)
{
	if (!run.subject)
		return;
	bench_run_end(&run);
	dev_put(run.dev);
	put_net(run.net);
}

static int reserve_flows(char *words)
{
	u32 flows;
	int err = kstrtou32(words, 10, &flows);

	if (err)
		return err;
	if (!flows || flows > BENCH_FLOWS_MAX)
		return -ERANGE;
	stop_run();
	vfree(run.flows);
	run.reserved = 0;
	run.flows = vzalloc(array_size(flows, sizeof(*run.flows)));
	if (!run.flows)
		return -ENOMEM;
	run.reserved = flows;
	return 0;
}

static int parse_expect(const char *word)
{
	static const char * const words[] = {
		[BENCH_ANY] = "any", [BENCH_KEPT] = "kept",
		[BENCH_REWRITTEN] = "rewritten",
	};

	return match_string(words, ARRAY_SIZE(words), word);
}

static int begin_run(const char *subject, const char *device, int family, u32 flows,
		     int expect)
{
	const struct bench_subject *found = bench_subject_find(subject);
	int err;

	if (!found || expect < 0 || (family != 4 && family != 6))
		return -EINVAL;
	stop_run();
	run.net = get_net(current->nsproxy->net_ns);
	run.dev = dev_get_by_name(run.net, device);
	run.subject = found;
	run.ipv6 = family == 6;
	run.expect = expect;
	err = run.dev ? bench_run_begin(&run, flows, &results[0]) : -ENODEV;
	results[1] = run.known;
	if (err) {
		run.subject = NULL;
		dev_put(run.dev);
		put_net(run.net);
	}
	return err;
}

static int look_at_latency(const char *word)
{
	bool on = !strcmp(word, "on");

	if (!on && strcmp(word, "off"))
		return -EINVAL;
	if (on == latency_is_on)
		return -EALREADY;
	latency_is_on = on;
	if (on)
		bench_latency_start();
	else
		bench_latency_stop(&results[0], &results[1]);
	return 0;
}

static int obey_command(char *words)
{
	char subject[16], device[IFNAMSIZ], expect[16], sequence[16];
	u32 flows, batches, cpus, shared;
	int family;

	if (sscanf(words, "begin %15s %15s %d %u %15s", subject, device,
		   &family, &flows, expect) == 5)
		return begin_run(subject, device, family, flows,
				 parse_expect(expect));
	if (sscanf(words, "measure %15s %u", sequence, &batches) == 2)
		return run.subject ? bench_run_measure(&run, sequence, batches,
						       &results[0],
						       &results[1]) : -ENODATA;
	if (sscanf(words, "parallel %u %u %u", &cpus, &shared, &batches) == 3)
		return run.subject ? bench_parallel_measure(&run, cpus, shared,
							    batches,
							    &results[0],
							    &results[1]) : -ENODATA;
	if (!strncmp(words, "reserve ", 8))
		return reserve_flows(words + 8);
	if (!strncmp(words, "latency ", 8))
		return look_at_latency(words + 8);
	if (strcmp(words, "end"))
		return -EINVAL;
	stop_run();
	return 0;
}

static int proc_write(struct file *file, char *buf, size_t size)
{
	int err;

	mutex_lock(&lock);
	err = obey_command(strim(buf));
	mutex_unlock(&lock);
	return err;
}

static int proc_show(struct seq_file *seq, void *unused)
{
	mutex_lock(&lock);
	seq_printf(seq, "%llu %llu\n", results[0], results[1]);
	mutex_unlock(&lock);
	return 0;
}

static int __init bench_init(void)
{
	if (!proc_create_net_single_write("tsrw_bench", 0600,
					  init_net.proc_net, proc_show,
					  proc_write, NULL))
		return -ENOMEM;
	return 0;
}

static void __exit bench_exit(void)
{
	remove_proc_entry("tsrw_bench", init_net.proc_net);
	look_at_latency("off");
	stop_run();
	vfree(run.flows);
}

module_init(bench_init);
module_exit(bench_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The tsrewrite developers");
MODULE_DESCRIPTION("Benchmarks of nf_tsrewrite");
