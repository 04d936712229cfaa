/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Detectors of what is out of line.  Each is given a sample of the last seconds, says whether
 * it is, and fills in @finding's kind and what is usual; verdict.h finds the cause.  Pure
 * functions.
 */
#ifndef TSREWRITE_WATCH_DETECTOR_H
#define TSREWRITE_WATCH_DETECTOR_H

#include "sample.h"

typedef bool (*detector)(const struct sample *sample, struct finding *finding);

/*
 * Inside hosts have refused answers that did not pass here, and since that second none has
 * passed.  That takes no figures of what is usual.
 */
bool detector_bypassed(const struct sample *sample, struct finding *finding);

/*
 * Inside hosts answer SYN-ACKs with RST more than usual, as they do if the TSecr in these was
 * not restored.
 */
bool detector_refused(const struct sample *sample, struct finding *finding);

/* Fewer connections come up than usual, of the treated or of the control */
bool detector_failing(const struct sample *sample, struct finding *finding);

/* More TSecr than usual are values that no inside host has sent */
bool detector_echoes(const struct sample *sample, struct finding *finding);

/*
 * The last @spans spans have far fewer attempts than any before that are remembered.  Fills in
 * @finding's seconds and counts as well.
 */
bool detector_attempts(const struct side *side, const struct thresholds *thresholds,
		       unsigned int spans, struct finding *finding);

#endif /* TSREWRITE_WATCH_DETECTOR_H */
