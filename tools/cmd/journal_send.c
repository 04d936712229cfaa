// SPDX-License-Identifier: GPL-2.0-only
#include "journal_send.h"

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

int journal_send(const struct iovec *field, size_t count)
{
	return sd_journal_sendv(field, (int)count);
}
