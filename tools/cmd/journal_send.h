/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_JOURNAL_SEND_H
#define TSREWRITE_CMD_JOURNAL_SEND_H

#include <stddef.h>
#include <sys/uio.h>

/*
 * Sends the fields of an entry to systemd's journal.  Returns 0, also if there is no journal, or a
 * negative errno.
 */
int journal_send(const struct iovec *field, size_t count);

#endif /* TSREWRITE_CMD_JOURNAL_SEND_H */
