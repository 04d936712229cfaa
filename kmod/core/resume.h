/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_RESUME_H
#define TSRW_CORE_RESUME_H

#include "conn.h"

/* What arrives echoes a TSval that the inside host has sent some time ago. Until it is heard
 * itself, it may have sent later ones: what a clock of 1 kHz says in the 18 hours to come, and
 * one of 1 MHz in a minute.
 */
#define TSRW_LATER_MAX	0x4000000u

void tsrw_resume(struct tsrw_conn *conn, const struct tsrw_segment *seg,
		 enum tsrw_direction dir, u32 offset);

#endif /* TSRW_CORE_RESUME_H */
