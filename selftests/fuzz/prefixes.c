// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a file of prefixes: what is taken is sorted, and each prefix is read back as it
 * was; what is refused names the file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "classifier/prefix_list.h"
#include "target.h"

static const char *put_file(const __u8 *data, size_t size)
{
	static char word[64];
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("prefixes", 0);
		snprintf(word, sizeof(word), "@/proc/self/fd/%d", fd);
	}
	trap_unless(!ftruncate(fd, 0));
	trap_unless(pwrite(fd, data, size, 0) == (ssize_t)size);
	return word;
}

static void read_back(const struct ranges *ranges)
{
	char *text = NULL, prefix[PREFIX_SIZE], why[512];
	struct ranges again = { 0 };
	size_t size;
	FILE *file = open_memstream(&text, &size);

	for (size_t i = 0; i < ranges->count; i++) {
		struct range one = ranges->range[i];

		trap_unless(memcmp(one.first, one.last, sizeof(one.first)) <= 0);
		fprintf(file, "%s%s", i ? "," : "", prefix_format(prefix, &one));
		trap_unless(!range_rest(&one));
	}
	fclose(file);
	trap_unless(!prefix_list_read(text, &again, why, sizeof(why)));
	trap_unless(again.count == ranges->count);
	for (size_t i = 0; i < again.count; i++)
		trap_unless(!range_compare(&again.range[i], &ranges->range[i]));
	free(again.range);
	free(text);
}

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	const char *word = put_file(data, size);
	struct ranges ranges = { 0 };
	char why[512];

	if (prefix_list_read(word, &ranges, why, sizeof(why)) < 0) {
		trap_unless(!strncmp(why, word + 1, strlen(word + 1)));
	} else {
		/* It is no text to a reader of lines that is told of its end only */
		trap_unless(!memchr(data, '\0', size));
		trap_unless(ranges.count);
		for (size_t i = 1; i < ranges.count; i++) {
			trap_unless(range_compare(&ranges.range[i - 1], &ranges.range[i]) < 0);
			trap_unless(!range_holds(&ranges.range[i - 1], &ranges.range[i]));
		}
		read_back(&ranges);
	}
	free(ranges.range);
	return 0;
}
