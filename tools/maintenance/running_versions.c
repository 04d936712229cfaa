// SPDX-License-Identifier: GPL-2.0-only
#include "running_versions.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include "../client/module.h"
#include "../text/version.h"
#include "../text/whole_file.h"

static void read_os(char out[VERSION_TEXT])
{
	FILE *file = fopen("/etc/os-release", "re");
	const char *why;
	char *text;

	*out = '\0';
	if (!file)
		return;
	text = whole_file_read(file, &why);
	if (text)
		versions_os_release(text, "PRETTY_NAME", out);
	free(text);
	fclose(file);
}

void running_versions(struct versions *versions)
{
	struct module module;
	struct utsname name;

	*versions = (struct versions){ 0 };
	read_os(versions->text[VERSION_OS]);
	if (!uname(&name))
		snprintf(versions->text[VERSION_KERNEL], VERSION_TEXT, "%s", name.release);
	if (module_loaded(&module)) {
		snprintf(versions->text[VERSION_MODULE], VERSION_TEXT, "%s", module.version);
		snprintf(versions->text[VERSION_SRCVERSION], VERSION_TEXT, "%s",
			 module.srcversion);
	}
	snprintf(versions->text[VERSION_COMMAND], VERSION_TEXT, "%s", TSREWRITE_VERSION);
}
