/* SPDX-License-Identifier: GPL-2.0-only */
/* What is counted of a group's connections, and of which of them */
#ifndef TSREWRITE_USUAL_COUNTS_H
#define TSREWRITE_USUAL_COUNTS_H

/* Which of a group's connections: what is usual of one kind says nothing of another */
enum usual_kind {
	USUAL_TRIAL,		/* those that its mode is for, treated and control together */
	USUAL_UNTOUCHED,	/* those without TSopt, while the mode is not off */
	USUAL_OFF,		/* all, which pass untouched, while the mode is off */
	USUAL_KINDS
};

/* Which end has sent the SYN */
enum usual_origin { USUAL_INSIDE, USUAL_OUTSIDE, USUAL_ORIGINS };

/* The module's counters, but for USUAL_REFUSED */
enum usual_count {
	USUAL_ATTEMPTS,
	USUAL_ANSWERED,
	USUAL_ESTABLISHED,
	USUAL_REFUSED_BY_US,	/* RSTs of inside hosts to answers: several of one connection */
	USUAL_REFUSED,		/* connections that these have refused, at most those that failed */
	USUAL_VERIFIED,
	USUAL_IMPOSSIBLE,
	USUAL_COUNTS
};

/* What was counted in some seconds, of one kind and origin */
struct usual_counts {
	double seconds;
	double n[USUAL_COUNTS];
};

#endif /* TSREWRITE_USUAL_COUNTS_H */
