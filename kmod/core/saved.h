/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_SAVED_H
#define TSRW_CORE_SAVED_H

#include "conn.h"

bool tsrw_saved_is_sound(const struct tsrw_conn *conn);

#endif /* TSRW_CORE_SAVED_H */
