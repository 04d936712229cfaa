// SPDX-License-Identifier: GPL-2.0-only
#include "host.h"

#include <stdio.h>
#include <string.h>

bool host_differs(const char *before, const char *now)
{
	return *before && *now && strcmp(before, now);
}

char *host_describe_boot(const struct host *before, const struct host *now, char *out,
			 size_t size)
{
	if (host_differs(before->kernel, now->kernel))
		snprintf(out, size, "booted with kernel %s instead of %s", now->kernel,
			 before->kernel);
	else
		snprintf(out, size, "booted with kernel %s, as before", now->kernel);
	return out;
}

char *host_describe_module(const struct host *before, const struct host *now, char *out,
			   size_t size)
{
	if (host_differs(before->version, now->version))
		snprintf(out, size, "module nf_tsrewrite %s instead of %s", now->version,
			 before->version);
	else
		snprintf(out, size,
			 "another build of module nf_tsrewrite %s: srcversion %s instead of %s",
			 now->version, now->srcversion, before->srcversion);
	return out;
}

static struct host_change *find_change(struct host *host, uint64_t time, const char *kind)
{
	for (size_t i = 0; i < host->count; i++) {
		if (host->change[i].time == time && !strcmp(host->change[i].kind, kind))
			return &host->change[i];
	}
	return NULL;
}

static struct host_change *new_change(struct host *host)
{
	if (host->count == HOST_CHANGES)
		memmove(host->change, host->change + 1,
			--host->count * sizeof(*host->change));
	return &host->change[host->count++];
}

bool host_add(struct host *host, uint64_t time, const char *kind, const char *text)
{
	struct host_change *change = find_change(host, time, kind);

	if (change && !strcmp(change->text, text))
		return false;
	if (!change)
		change = new_change(host);
	change->time = time;
	snprintf(change->kind, sizeof(change->kind), "%s", kind);
	snprintf(change->text, sizeof(change->text), "%s", text);
	return true;
}
