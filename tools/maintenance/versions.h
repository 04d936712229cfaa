/* SPDX-License-Identifier: GPL-2.0-only */
/* What runs on this machine: what an upgrade changes */
#ifndef TSREWRITE_MAINTENANCE_VERSIONS_H
#define TSREWRITE_MAINTENANCE_VERSIONS_H

#include <stddef.h>

#include <jansson.h>

#define VERSION_TEXT 128

enum version {
	VERSION_OS,		/* PRETTY_NAME of /etc/os-release */
	VERSION_KERNEL,		/* its release */
	VERSION_MODULE,		/* of the module that is loaded, */
	VERSION_SRCVERSION,	/* and the sum of its sources */
	VERSION_COMMAND,
	VERSIONS
};

/* By enum version; one that is not known, as of a module that is not loaded, is empty */
struct versions {
	char text[VERSIONS][VERSION_TEXT];
};

/* By enum version, as JSON has them */
extern const char *const version_names[VERSIONS];

/* Writes to @out the value of @key in @text, which is as os-release(5) has it, or an empty one */
void versions_os_release(const char *text, const char *key, char out[VERSION_TEXT]);

/* An object with a string for each, or null; a new reference */
json_t *versions_json(const struct versions *versions);

/* What is missing, or no string, is empty */
void versions_parse(const json_t *json, struct versions *versions);

/*
 * Writes to @out what is known, as in "Debian GNU/Linux 12 (bookworm), kernel 6.1.0-32-amd64,
 * module 1.4, srcversion 9A..., command 1.4", and returns it.
 */
char *versions_format(char *out, size_t size, const struct versions *versions);

/*
 * Writes to @out what differs, as in "kernel 6.1.0-32-amd64 -> 6.12.38-amd64", or an empty text
 * if nothing does, and returns it.
 */
char *versions_difference(char *out, size_t size, const struct versions *before,
			  const struct versions *now);

#endif /* TSREWRITE_MAINTENANCE_VERSIONS_H */
