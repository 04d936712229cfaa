/* SPDX-License-Identifier: GPL-2.0-only */
/* The module's file: which one is loaded, and which one a kernel would load */
#ifndef TSREWRITE_CLIENT_MODULE_H
#define TSREWRITE_CLIENT_MODULE_H

#include <stdbool.h>

#define MODULE_TEXT 128

#define MODULE_NAME   "nf_tsrewrite"
#define MODULE_LABELS "nf_tsrewrite_ct"	/* which keeps offsets in the labels of conntrack */

#define MODULE_UNSIGNED \
	"Secure Boot: this kernel loads only signed modules, and it is unsigned: see nf_tsrewrite(7)"

/*
 * What identifies a build of nf_tsrewrite.  @srcversion is a sum of its sources; @vermagic
 * begins with the kernel that it was built for; @signer is the name of the key that has signed
 * it, and empty without a signature. Both are empty for the one that is loaded.
 */
struct module {
	char version[MODULE_TEXT];
	char srcversion[MODULE_TEXT];
	char vermagic[MODULE_TEXT];
	char signer[MODULE_TEXT];
};

/* Fills in the module that is loaded.  Returns false if none is, or it cannot be read. */
bool module_loaded(struct module *module);

/* Fills in the module that modprobe would load into @kernel.  Returns false if there is none. */
bool module_installed(const char *kernel, struct module *module);

/*
 * Whether the kernel that runs loads signed modules alone: as under Secure Boot, by its lockdown,
 * or with module.sig_enforce=1.
 */
bool module_must_be_signed(void);

/*
 * What to do so that the module is loaded into the kernel that runs, if it is there: "modprobe
 * nf_tsrewrite", or MODULE_UNSIGNED where that would be refused.
 */
const char *module_how_to_load(void);

/*
 * What has to be known of a module before it takes the place of the one that is loaded: @path
 * is its file, or NULL for what modprobe would load.  Returns NULL, or why the kernel that runs
 * would not take it.
 */
const char *module_unfit(const char *path);

/* How many hold on to the module of that name; -1 if it is not loaded */
int module_users(const char *name);

/*
 * Remove a module, and insert one: from the file @path, or as modprobe would if that is NULL.
 * Return 0, or -1 with errno.
 */
int module_remove(const char *name);
int module_insert(const char *name, const char *path);

/* Calls @take with each kernel that has modules on this machine, in the order of versions */
void module_kernels(void (*take)(void *arg, const char *kernel), void *arg);

#endif /* TSREWRITE_CLIENT_MODULE_H */
