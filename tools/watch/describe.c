// SPDX-License-Identifier: GPL-2.0-only
#include "describe.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../macros.h"
#include "look.h"

static __printf(3, 4) void add(char *out, size_t size, const char *format, ...)
{
	size_t used = strlen(out);
	va_list args;

	va_start(args, format);
	vsnprintf(out + used, size - used, format, args);
	va_end(args);
}

static unsigned long long count(const struct finding *finding, enum arm arm,
				enum count what)
{
	return look_count(&finding->counted, arm, what);
}

static const char *origin_of(const struct finding *finding)
{
	return finding->origin == ORIGIN_INSIDE ? "inside" : "outside";
}

/* ", 3 refused by the peer"; none is not worth a word */
static void add_some(char *out, size_t size, unsigned long long number,
		     const char *what)
{
	if (number)
		add(out, size, ", %llu %s", number, what);
}

static void describe_arm(const struct finding *finding, enum arm arm, char *out,
			 size_t size)
{
	add(out, size, "%llu of %llu came up",
	    count(finding, arm, COUNT_ESTABLISHED),
	    count(finding, arm, COUNT_ATTEMPTS));
	add_some(out, size, count(finding, arm, COUNT_REFUSED_BY_US),
		 "answers refused inside");
	add_some(out, size, count(finding, arm, COUNT_IMPOSSIBLE),
		 "impossible echoes");
	add_some(out, size, count(finding, arm, COUNT_REFUSED_BY_PEER),
		 "refused by the peer");
}

static void describe_success(const struct finding *finding, char *out, size_t size)
{
	bool control = count(finding, ARM_CONTROL, COUNT_ATTEMPTS);
	bool treated = count(finding, ARM_TREATED, COUNT_ATTEMPTS) || !control;

	add(out, size, "begun %s in %u s: ", origin_of(finding), finding->seconds);
	if (treated)
		describe_arm(finding, ARM_TREATED, out, size);
	if (control) {
		add(out, size, treated ? "; of the control " : "observed, ");
		describe_arm(finding, ARM_CONTROL, out, size);
	}
	add(out, size, "; usual: %.0f %%", finding->usual * 100);
}

static void describe_echoes(const struct finding *finding, char *out, size_t size)
{
	add(out, size, "begun %s, in %u s: %llu impossible, %llu verified",
	    origin_of(finding), finding->seconds,
	    count(finding, ARM_TREATED, COUNT_IMPOSSIBLE),
	    count(finding, ARM_TREATED, COUNT_VERIFIED));
	add(out, size, "; of the control %llu impossible, %llu verified",
	    count(finding, ARM_CONTROL, COUNT_IMPOSSIBLE),
	    count(finding, ARM_CONTROL, COUNT_VERIFIED));
}

char *describe_finding(const struct finding *finding, char *out, size_t size)
{
	*out = '\0';
	switch (finding->kind) {
	case FINDING_ATTEMPTS:
		add(out, size, "begun %s in %u s: %llu; never fewer than %llu in the last %d min",
		    origin_of(finding), finding->seconds,
		    (unsigned long long)look_both(&finding->counted,
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
