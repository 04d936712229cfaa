/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_RESUME_H
#define TSRW_CORE_RESUME_H

#include "conn.h"

void tsrw_resume(struct tsrw_conn *conn, const struct tsrw_segment *seg, u32 offset);

#endif /* TSRW_CORE_RESUME_H */
