// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as answers of the module, of rtnetlink and of the service, and as events: whatever
 * is read is printed as text or JSON, and what cannot be read is refused.
 */
#include "cmd/config.h"
#include "cmd/device.h"
#include "cmd/flow.h"
#include "cmd/flow_flush.h"
#include "cmd/group.h"
#include "cmd/metrics.h"
#include "cmd/mode.h"
#include "cmd/monitor.h"
#include "cmd/stats.h"
#include "cmd/status.h"
#include "command.h"

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size);

/* The first byte of an input is an index; new ones come last, as the corpus has these */
static const struct fuzz_command commands[] = {
	{ .run = cmd_status, .words = { "status" } },
	{ .run = cmd_status, .words = { "status" }, .json = true },
	{ .run = cmd_flows, .words = { "flows" } },
	{ .run = cmd_flows, .words = { "flows", "inside", "10.0.0.0/8", "state",
				       "established" }, .json = true },
	{ .run = cmd_flush, .words = { "flush", "group", "a" } },
	{ .run = cmd_flush, .words = { "flush" }, .json = true, .force = true },
	{ .run = cmd_stats, .words = { "stats" } },
	{ .run = cmd_stats, .words = { "stats" }, .json = true },
	{ .run = cmd_metrics, .words = { "metrics" } },
	{ .run = cmd_config, .words = { "config" } },
	{ .run = cmd_config, .words = { "config" }, .json = true },
	{ .run = cmd_config, .words = { "config", "set", "limit", "7" } },
	{ .run = cmd_monitor, .words = { "monitor" } },
	{ .run = cmd_monitor, .words = { "monitor" }, .json = true, .lines = true },
	{ .run = cmd_group, .words = { "group" } },
	{ .run = cmd_group, .words = { "group", "set", "default", "mode", "rewrite" },
	  .json = true },
	{ .run = cmd_mode, .words = { "mode", "strip" }, .json = true },
	{ .run = cmd_detach, .words = { "detach", "eth0" }, .force = true },
	{ .run = cmd_attach, .words = { "attach", "eth0", "zone", "3" }, .json = true },
};

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	if (!size)
		return 0;
	fuzz_command_run(&commands[*data % (sizeof(commands) / sizeof(*commands))], data + 1,
			 size - 1);
	return 0;
}
