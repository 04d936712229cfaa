// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as what nf_tables has: rules that another program left in the table of groups, its
 * chains, maps and elements, and flowtables.
 */
#include "cmd/device.h"
#include "cmd/group.h"
#include "cmd/save.h"
#include "cmd/status.h"
#include "command.h"

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size);

/* The first byte of an input is an index; new ones come last, as the corpus has these */
static const struct fuzz_command commands[] = {
	{ .run = cmd_status, .words = { "status" } },
	{ .run = cmd_group, .words = { "group", "show", "a" } },
	{ .run = cmd_group, .words = { "group", "show" }, .json = true },
	{ .run = cmd_save, .words = { "save" } },
	{ .run = cmd_group, .words = { "group", "set", "a", "to", "10.0.0.0/8,2001:db8::/32" } },
	{ .run = cmd_group, .words = { "group", "set", "a", "port", "80,443-450" } },
	{ .run = cmd_group, .words = { "group", "set", "a", "to", "add", "192.0.2.0/24" } },
	{ .run = cmd_group, .words = { "group", "set", "a", "to", "del", "10.0.0.0/8" } },
	{ .run = cmd_group, .words = { "group", "add", "b", "to", "203.0.113.1", "port",
				       "53" } },
	{ .run = cmd_group, .words = { "group", "del", "a" } },
	{ .run = cmd_group, .words = { "group", "confirm", "eth0" } },
	{ .run = cmd_attach, .words = { "attach", "eth0" } },
};

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	if (!size)
		return 0;
	fuzz_command_run(&commands[*data % (sizeof(commands) / sizeof(*commands))], data + 1,
			 size - 1);
	return 0;
}
