/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_REKEY_H
#define TSRW_REKEY_H

#include "net.h"

int tsrw_rekey_init(struct tsrw_net *tn);
void tsrw_rekey_exit(struct tsrw_net *tn);
const struct tsrw_key *tsrw_rekey_now(const struct tsrw_net *tn);
int tsrw_rekey(struct tsrw_net *tn, const u8 *secret);

#endif /* TSRW_REKEY_H */
