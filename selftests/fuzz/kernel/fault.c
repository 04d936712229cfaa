// SPDX-License-Identifier: GPL-2.0-only
/*
 * Allocations that fail.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"

#define FAILSLAB "/sys/kernel/debug/failslab/"

static void fail_at(const char *path)
{
	perror(path);
	exit(2);
}

static void write_fault(const char *name, const char *value)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), FAILSLAB "%s", name);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		fail_at(path);
	close(fd);
}

static unsigned long read_number(const char *path, int base)
{
	char text[64] = "";
	FILE *file = fopen(path, "r");

	if (file) {
		if (!fgets(text, sizeof(text), file))
			text[0] = '\0';
		fclose(file);
	}
	return strtoul(text, NULL, base);
}

/**
 * fault_begin - from now on, one allocation in ten fails that the module makes, or has made
 */
void fault_begin(void)
{
	unsigned long start, size;
	char text[32];

	start = read_number("/sys/module/nf_tsrewrite/sections/.text", 16);
	size = read_number("/sys/module/nf_tsrewrite/coresize", 10);
	write_fault("verbose", "0");
	write_fault("task-filter", "N");
	write_fault("ignore-gfp-wait", "N");
	write_fault("stacktrace-depth", "32");
	write_fault("interval", "1");
	write_fault("times", "-1");
	snprintf(text, sizeof(text), "0x%lx", start);
	write_fault("require-start", text);
	snprintf(text, sizeof(text), "0x%lx", start + size);
	write_fault("require-end", text);
	write_fault("probability", "10");
}

/**
 * fault_end - allocations do not fail any more
 */
void fault_end(void)
{
	write_fault("probability", "0");
}

/* Return: whether this kernel can let those of a module fail */
bool fault_can_inject(void)
{
	return !access(FAILSLAB "probability", W_OK) && !access(FAILSLAB "require-start", W_OK);
}
