// SPDX-License-Identifier: GPL-2.0-only
#include "module.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <libkmod.h>

#define KERNELS "/lib/modules"

#define LOCKDOWN     "/sys/kernel/security/lockdown"
#define SIG_ENFORCE  "/sys/module/module/parameters/sig_enforce"

static bool read_line(const char *path, char *text, int size)
{
	FILE *file = fopen(path, "re");
	bool read = file && fgets(text, size, file);

	if (file)
		fclose(file);
	if (read)
		text[strcspn(text, "\n")] = '\0';
	return read;
}

static void read_sysfs(const char *attribute, char text[MODULE_TEXT])
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/module/" MODULE_NAME "/%s", attribute);
	read_line(path, text, MODULE_TEXT);
}

bool module_loaded(struct module *module)
{
	*module = (struct module){ 0 };
	read_sysfs("version", module->version);
	read_sysfs("srcversion", module->srcversion);
	return *module->version;
}

static void keep_info(struct module *module, const char *key, const char *value)
{
	char *text = !strcmp(key, "version") ? module->version :
		     !strcmp(key, "srcversion") ? module->srcversion :
		     !strcmp(key, "vermagic") ? module->vermagic :
		     !strcmp(key, "signer") ? module->signer : NULL;

	/* vermagic ends with a blank */
	if (text)
		snprintf(text, MODULE_TEXT, "%.*s",
			 (int)strlen(value) - (*value && value[strlen(value) - 1] == ' '), value);
}

static bool read_info(struct kmod_module *file, struct module *module)
{
	struct kmod_list *info = NULL, *item;

	if (kmod_module_get_info(file, &info) < 0)
		return false;
	kmod_list_foreach(item, info) {
		keep_info(module, kmod_module_info_get_key(item),
			  kmod_module_info_get_value(item));
	}
	kmod_module_info_free_list(info);
	return true;
}

static void keep_quiet(void *data, int priority, const char *file, int line,
		       const char *function, const char *format, va_list args)
{
	(void)data, (void)priority, (void)file, (void)line;
	(void)function, (void)format, (void)args;
}

bool module_installed(const char *kernel, struct module *module)
{
	struct kmod_list *found = NULL;
	struct kmod_module *file;
	struct kmod_ctx *context;
	char directory[512];
	bool good = false;

	*module = (struct module){ 0 };
	snprintf(directory, sizeof(directory), KERNELS "/%s", kernel);
	context = kmod_new(directory, NULL);
	if (!context)
		return false;
	kmod_set_log_fn(context, keep_quiet, NULL);
	if (kmod_module_new_from_lookup(context, MODULE_NAME, &found) >= 0 && found) {
		file = kmod_module_get_module(found);
		good = read_info(file, module);
		kmod_module_unref(file);
	}
	kmod_module_unref_list(found);
	kmod_unref(context);
	return good;
}

bool module_must_be_signed(void)
{
	char text[MODULE_TEXT];

	/* The lockdown that holds is in brackets: "none [integrity] confidentiality" */
	if (read_line(LOCKDOWN, text, sizeof(text)) && strchr(text, '[') &&
	    !strstr(text, "[none]"))
		return true;
	return read_line(SIG_ENFORCE, text, sizeof(text)) && *text == 'Y';
}

const char *module_how_to_load(void)
{
	struct utsname system;
	struct module module;

	if (module_must_be_signed() && !uname(&system) &&
	    module_installed(system.release, &module) && !*module.signer)
		return MODULE_UNSIGNED;
	return "modprobe nf_tsrewrite";
}

static struct kmod_ctx *quiet_context(void)
{
	struct kmod_ctx *context = kmod_new(NULL, NULL);

	if (context)
		kmod_set_log_fn(context, keep_quiet, NULL);
	return context;
}

static bool read_file_info(const char *path, struct module *module)
{
	struct kmod_ctx *context = quiet_context();
	struct kmod_module *file = NULL;
	bool good;

	*module = (struct module){ 0 };
	good = context && !kmod_module_new_from_path(context, path, &file) &&
	       !strcmp(kmod_module_get_name(file), MODULE_NAME) && read_info(file, module);
	kmod_module_unref(file);
	kmod_unref(context);
	return good;
}

const char *module_unfit(const char *path)
{
	struct module module;
	struct utsname system;
	size_t len;

	if (uname(&system))
		return strerror(errno);
	if (path ? !read_file_info(path, &module) : !module_installed(system.release, &module))
		return path ? "it is no file of " MODULE_NAME : "none is installed for this kernel";
	len = strlen(system.release);
	if (strncmp(module.vermagic, system.release, len) || module.vermagic[len] != ' ')
		return "it was built for another kernel";
	if (module_must_be_signed() && !*module.signer)
		return MODULE_UNSIGNED;
	return NULL;
}

int module_users(const char *name)
{
	char path[128], text[MODULE_TEXT];

	snprintf(path, sizeof(path), "/sys/module/%s/refcnt", name);
	return read_line(path, text, sizeof(text)) ? atoi(text) : -1;
}

/* libkmod returns errors of the kernel, and some of its own */
static int with_errno(int ret)
{
	if (ret < 0)
		errno = -ret;
	else if (ret > 0)
		errno = EIO;
	return ret ? -1 : 0;
}

int module_remove(const char *name)
{
	struct kmod_ctx *context = quiet_context();
	struct kmod_module *module = NULL;
	int ret = context ? kmod_module_new_from_name(context, name, &module) : -ENOMEM;

	if (!ret)
		ret = kmod_module_remove_module(module, O_NONBLOCK);
	kmod_module_unref(module);
	kmod_unref(context);
	return with_errno(ret);
}

static int insert_file(struct kmod_ctx *context, const char *path)
{
	struct kmod_module *module = NULL;
	int ret = kmod_module_new_from_path(context, path, &module);

	if (!ret)
		ret = kmod_module_insert_module(module, 0, NULL);
	kmod_module_unref(module);
	return ret;
}

static int probe_name(struct kmod_ctx *context, const char *name)
{
	struct kmod_list *found = NULL;
	struct kmod_module *module;
	int ret = kmod_module_new_from_lookup(context, name, &found);

	if (ret < 0)
		return ret;
	if (!found)
		return -ENOENT;
	module = kmod_module_get_module(found);
	ret = kmod_module_probe_insert_module(module, 0, NULL, NULL, NULL, NULL);
	kmod_module_unref(module);
	kmod_module_unref_list(found);
	return ret;
}

int module_insert(const char *name, const char *path)
{
	struct kmod_ctx *context = quiet_context();
	int ret = !context ? -ENOMEM : path ? insert_file(context, path) :
					      probe_name(context, name);

	kmod_unref(context);
	return with_errno(ret);
}

/* A kernel that was removed may leave its directory behind, but not this file */
static int has_modules(const struct dirent *entry)
{
	char path[sizeof(entry->d_name) + 64];

	snprintf(path, sizeof(path), KERNELS "/%s/modules.builtin", entry->d_name);
	return *entry->d_name != '.' && !access(path, F_OK);
}

void module_kernels(void (*take)(void *arg, const char *kernel), void *arg)
{
	struct dirent **entry;
	int count = scandir(KERNELS, &entry, has_modules, versionsort);

	if (count < 0)
		return;
	for (int i = 0; i < count; i++) {
		take(arg, entry[i]->d_name);
		free(entry[i]);
	}
	free(entry);
}
