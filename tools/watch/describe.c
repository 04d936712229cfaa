// SPDX-License-Identifier: GPL-2.0-only
#include "describe.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../text/macros.h"

static __printf(3, 4) void add_text(char *out, size_t size, const char *format, ...)
{
	size_t used = strlen(out);
	va_list args;

	va_start(args, format);
	vsnprintf(out + used, size - used, format, args);
	va_end(args);
}

static unsigned long long count_of(const struct finding *finding, enum arm arm,
				   enum count what)
{
	return arms_count(&finding->counted, arm, what);
}

static const char *origin_of(const struct finding *finding)
{
	return finding->origin == ORIGIN_INSIDE ? "inside" : "outside";
}

/* Appends a number, as in ", 3 refused by the peer", unless it is 0 */
static void add_some(char *out, size_t size, unsigned long long number,
		     const char *what)
{
	if (number)
		add_text(out, size, ", %llu %s", number, what);
}

static void describe_arm(const struct finding *finding, enum arm arm, char *out,
			 size_t size)
{
	add_text(out, size, "%llu of %llu came up",
		 count_of(finding, arm, COUNT_ESTABLISHED),
		 count_of(finding, arm, COUNT_ATTEMPTS));
	add_some(out, size, count_of(finding, arm, COUNT_REFUSED_BY_US),
		 "answers refused by inside hosts");
	add_some(out, size, count_of(finding, arm, COUNT_UNSEEN),
		 "answers that did not pass here refused by inside hosts");
	add_some(out, size, count_of(finding, arm, COUNT_IMPOSSIBLE),
		 "impossible echoes");
	add_some(out, size, count_of(finding, arm, COUNT_REFUSED_BY_PEER),
		 "refused by the peer");
}

static void describe_success(const struct finding *finding, char *out, size_t size)
{
	bool control = count_of(finding, ARM_CONTROL, COUNT_ATTEMPTS);
	bool treated = count_of(finding, ARM_TREATED, COUNT_ATTEMPTS) || !control;

	add_text(out, size, "connections from %s in %u s: ", origin_of(finding),
		 finding->seconds);
	if (treated)
		describe_arm(finding, ARM_TREATED, out, size);
	if (control) {
		add_text(out, size, treated ? "; of the control, " :
			 finding->untouched ? "untouched, " : "only observed, ");
		describe_arm(finding, ARM_CONTROL, out, size);
	}
	if (finding->usual_known)
		add_text(out, size, "; usual: %.0f %%", finding->usual * 100);
	else
		add_text(out, size, "; usual: not known yet");
}

static void describe_echoes(const struct finding *finding, char *out, size_t size)
{
	add_text(out, size, "echoes in connections from %s in %u s: %llu impossible, %llu verified",
		 origin_of(finding), finding->seconds,
		 count_of(finding, ARM_TREATED, COUNT_IMPOSSIBLE),
		 count_of(finding, ARM_TREATED, COUNT_VERIFIED));
	add_text(out, size, "; of the control, %llu impossible, %llu verified",
		 count_of(finding, ARM_CONTROL, COUNT_IMPOSSIBLE),
		 count_of(finding, ARM_CONTROL, COUNT_VERIFIED));
}

char *describe_finding(const struct finding *finding, char *out, size_t size)
{
	*out = '\0';
	switch (finding->kind) {
	case FINDING_ATTEMPTS:
		add_text(out, size,
			 "attempts from %s in %u s: %llu; never fewer than %llu in the last %d min",
			 origin_of(finding), finding->seconds,
			 (unsigned long long)arms_total(&finding->counted,
							COUNT_ATTEMPTS),
			 (unsigned long long)finding->fewest,
			 SPANS * SPAN_SECONDS / 60);
		break;
	case FINDING_ECHOES:
		describe_echoes(finding, out, size);
		break;
	default:
		describe_success(finding, out, size);
	}
	return out;
}
