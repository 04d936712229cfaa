/* SPDX-License-Identifier: GPL-2.0-only */
/* What the build has made part of the command */
#ifndef TSREWRITE_BUILT_H
#define TSREWRITE_BUILT_H

/* As git describes the tree, or "unknown" */
extern const char built_commit[];

/* The file CHANGES, which changes_read() reads */
extern const char built_changes[];

/* The sample watch.conf, in which each setting has its default behind a "#" */
extern const char built_settings[];

#endif /* TSREWRITE_BUILT_H */
