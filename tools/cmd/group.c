// SPDX-License-Identifier: GPL-2.0-only
#include "group.h"

#include <string.h>

#include "../text/report.h"
#include "../text/word.h"
#include "group_change.h"
#include "group_confirm.h"
#include "group_delete.h"
#include "group_load.h"
#include "group_show.h"
#include "group_watch.h"

int cmd_group(const struct call *call)
{
	static const char *const words[] = {
		"show", "add", "set", "del", "load", "confirm", NULL
	};
	int i = call->words[0] ? word_index(call->words[0], words) : 0;

	if (i < 0)
		return report_unknown_word("group", "word", call->words[0], words);
	if (!i)
		return call->watch ? group_watch(call) : group_show(call);
	if (call->watch)
		return report_usage("group %s: option --watch does not apply", words[i]);
	if (!strcmp(words[i], "confirm"))
		return group_confirm(call);
	if (!strcmp(words[i], "load"))
		return group_load(call);
	if (!strcmp(words[i], "del"))
		return group_delete(call);
	return group_change(call, words[i]);
}
