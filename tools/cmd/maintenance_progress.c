// SPDX-License-Identifier: GPL-2.0-only
#include "maintenance_progress.h"

#include <stdio.h>
#include <unistd.h>

#include "../text/format.h"
#include "maintenance_table.h"

#define CLEAR "\r\033[K"

struct counted_rows {
	size_t known;		/* of which something is known from before */
	size_t worse;
	const struct judgement_row *waiting;	/* the first that is waited for, or NULL */
};

static struct counted_rows count_rows(const struct judgement *judgement, unsigned int wait)
{
	struct counted_rows rows = { 0 };

	for (size_t i = 0; i < judgement->count; i++) {
		const struct judgement_row *row = &judgement->row[i];

		rows.known += row->verdict != COMPARISON_NEW;
		rows.worse += row->verdict == COMPARISON_WORSE;
		if (!rows.waiting && row->verdict == COMPARISON_TOO_FEW &&
		    !comparison_is_hopeless(&row->before, wait))
			rows.waiting = row;
	}
	return rows;
}

void progress_show(struct progress *progress, const struct judgement *judgement,
		   unsigned int wait)
{
	struct counted_rows rows = count_rows(judgement, wait);
	size_t waiting = judgement_waits_for(judgement, wait);
	char of[FORMAT_SIZE], name[5 * ATTR_TEXT] = "";

	if (!progress->begun)
		progress->terminal = isatty(STDERR_FILENO);
	if (!progress->terminal && progress->begun && progress->waiting == waiting &&
	    progress->worse == rows.worse)
		return;
	progress->begun = true;
	progress->waiting = waiting;
	progress->worse = rows.worse;
	if (rows.waiting)
		maintenance_row_name(rows.waiting, name, sizeof(name));
	fprintf(stderr, "%s%us of %s: %zu of %zu judged, %zu worse%s%s%s",
		progress->terminal ? CLEAR : "", judgement->seconds, format_duration(of, wait),
		rows.known - (waiting < rows.known ? waiting : rows.known), rows.known, rows.worse,
		*name ? "; waiting for " : "", name, progress->terminal ? "" : "\n");
}

void progress_end(const struct progress *progress)
{
	if (progress->begun && progress->terminal)
		fputs(CLEAR, stderr);
}
