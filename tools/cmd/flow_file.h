/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The file of `flows save`: compressed by gzip, whose checksum tells whether it is whole; a line
 * of JSON that says what it is of, and a netlink attribute for each flow.
 */
#ifndef TSREWRITE_CMD_FLOW_FILE_H
#define TSREWRITE_CMD_FLOW_FILE_H

#include <jansson.h>

#include "../client/device.h"
#include "../client/flow_saved.h"
#include "../client/group.h"

/* What the file was read into, to be freed by flow_file_free() */
struct flow_file {
	json_t *head;
	char *text;
	size_t len;
	struct attrs flows;	/* what lies behind the head, in @text */
	uint64_t saved;		/* nanoseconds since the epoch */
};

/* One that is written */
struct flow_file_to;

/*
 * Begins to write to a copy of @fd, with the names of groups and devices.  Returns NULL with errno
 * if that fails.
 */
struct flow_file_to *flow_file_begin(int fd, const struct groups *groups,
				     const struct devices *devices);

/* Return 0, or -1 with errno.  flow_file_end() frees @to in any case. */
int flow_file_write(struct flow_file_to *to, struct attrs flow);
int flow_file_end(struct flow_file_to *to);

/*
 * Reads @fd to its end, and checks what it is.  Returns NULL, or why it cannot be loaded, to be
 * read after its name.
 */
const char *flow_file_read(int fd, struct flow_file *file);

/*
 * Finds out which groups and devices have the names now that those of the file had, and calls
 * @missing for each name that none has.
 */
void flow_file_ids(const struct flow_file *file, const struct groups *groups,
		   const struct devices *devices, struct flow_saved_ids *ids,
		   void (*missing)(const char *kind, const char *name));

void flow_file_free(struct flow_file *file);

#endif /* TSREWRITE_CMD_FLOW_FILE_H */
