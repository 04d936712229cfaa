/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_DEVICE_H
#define TSREWRITE_CMD_DEVICE_H

#include <jansson.h>

#include "../genl.h"
#include "../session.h"

struct device {
	uint64_t present;
	char name[ATTR_TEXT];
	uint32_t ifindex;
	uint8_t zone;
	uint32_t flows;
	uint8_t drain;
	uint8_t confirmed;
};

struct devices {
	struct device *device;
	size_t count;
};

/* As a dump has it; events and answers promise only a name */
extern const struct attr_table device_table;
extern const struct attr_table device_named_table;

/* @devices->device is the caller's to free */
int devices_get(struct genl *genl, struct devices *devices);
const struct device *devices_find(const struct devices *devices,
				  const char *name);

/* The word DEV, then what the caller reads at *rest; an exit status */
int device_read_name(const struct call *call, struct device *device,
		     char ***rest);

json_t *device_json(const struct device *device);
json_t *devices_json(const struct devices *devices);

#endif /* TSREWRITE_CMD_DEVICE_H */
