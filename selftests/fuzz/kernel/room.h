/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FUZZ_ROOM_H
#define TSRW_FUZZ_ROOM_H

/* Where a process sends messages: see ./netlink.c */
enum role { GENTLE, ROUGH, ROUGH_TOO, USER, ROLES };

void room_enter(enum role role, const char *netns);

#endif /* TSRW_FUZZ_ROOM_H */
