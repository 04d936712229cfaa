// SPDX-License-Identifier: GPL-2.0-only
#include "flow_file.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#include "../client/tick.h"
#include "../text/print.h"
#include "../text/version.h"
#include "json.h"

#define FORMAT	"tsrewrite flows"
#define VERSION 1

/* As fast as the kernel gives flows, and a third of their size */
#define GZIP_MODE "wb1"

/* The head of 254 groups and as many devices has 20,000 characters */
#define HEAD_MAX 65536

#if __BYTE_ORDER == __LITTLE_ENDIAN
#define BYTE_ORDER_WORD "little-endian"
#else
#define BYTE_ORDER_WORD "big-endian"
#endif

static json_t *named_id(const char *name, uint8_t id)
{
	return json_pack("{s:o, s:i}", "name", json_text(name), "id", id);
}

static json_t *groups_ids(const struct groups *groups)
{
	json_t *list = json_array();

	for (size_t i = 0; i < groups->count; i++)
		json_array_append_new(list, named_id(groups->group[i].name,
						     groups->group[i].id));
	return list;
}

static json_t *devices_ids(const struct devices *devices)
{
	json_t *list = json_array();

	for (size_t i = 0; i < devices->count; i++)
		json_array_append_new(list, named_id(devices->device[i].name,
						     devices->device[i].id));
	return list;
}

static char *head_text(const struct groups *groups, const struct devices *devices)
{
	json_t *head = json_pack("{s:s, s:i, s:s, s:s, s:o, s:o, s:o}", "format", FORMAT,
				 "version", VERSION, "byte_order", BYTE_ORDER_WORD, "by",
				 TSREWRITE_VERSION, "saved", json_u64(tick_time_now()), "groups",
				 groups_ids(groups), "devices", devices_ids(devices));
	char *text = head ? json_dumps(head, JSON_COMPACT) : NULL;

	json_decref(head);
	return text;
}

struct flow_file_to {
	gzFile packed;
};

/* zlib does not always say why */
static int with_errno(bool done)
{
	if (!done && !errno)
		errno = EIO;
	return done ? 0 : -1;
}

static gzFile open_copy(int fd)
{
	int copy = dup(fd);
	gzFile packed = copy < 0 ? NULL : gzdopen(copy, GZIP_MODE);

	if (!packed && copy >= 0) {
		close(copy);
		errno = ENOMEM;
	}
	return packed;
}

struct flow_file_to *flow_file_begin(int fd, const struct groups *groups,
				     const struct devices *devices)
{
	struct flow_file_to *to = malloc(sizeof(*to));
	char *text = head_text(groups, devices);

	if (to)
		to->packed = open_copy(fd);
	errno = to && text ? errno : ENOMEM;
	if (!to || !to->packed) {
		free(to);
		to = NULL;
	} else if (!text || gzputs(to->packed, text) < 0 || gzputc(to->packed, '\n') < 0) {
		flow_file_end(to);
		to = NULL;
	}
	free(text);
	return to;
}

int flow_file_write(struct flow_file_to *to, struct attrs flow)
{
	errno = 0;
	return with_errno(gzwrite(to->packed, flow.data, (unsigned int)flow.len) ==
			  (int)flow.len);
}

int flow_file_end(struct flow_file_to *to)
{
	int ret;

	errno = 0;
	ret = with_errno(gzclose_w(to->packed) == Z_OK);
	free(to);
	return ret;
}

/* Returns NULL, or what went wrong when it was read */
static const char *read_error(gzFile from)
{
	int code, error = errno;

	gzerror(from, &code);
	switch (code) {
	case Z_OK:
		return NULL;
	case Z_ERRNO:
		return strerror(error);
	case Z_BUF_ERROR:
		return "the file is cut short";
	default:
		return "the file is damaged";
	}
}

static const char *read_all(gzFile from, struct flow_file *file)
{
	const char *why;
	size_t size = 0;
	int n;

	do {
		if (size - file->len < 65536) {
			char *text = realloc(file->text, size = 2 * size + 131072);

			if (!text)
				return strerror(ENOMEM);
			file->text = text;
		}
		n = gzread(from, file->text + file->len, 65536);
		file->len += n > 0 ? (size_t)n : 0;
	} while (n > 0);
	why = read_error(from);
	if (!why && gzdirect(from))
		return "it is no file of tsrewrite flows save";
	return why;
}

/* At the end of the file, its checksum is compared */
static const char *read_compressed(int fd, struct flow_file *file)
{
	gzFile from = gzdopen(fd, "rb");
	const char *why;

	if (!from)
		return strerror(ENOMEM);
	gzbuffer(from, 131072);
	why = read_all(from, file);
	if (!why && gzclose_r(from) != Z_OK)
		return "the file is cut short";
	if (why)
		gzclose_r(from);
	return why;
}

static const char *check_head(const json_t *head)
{
	const char *format = json_string_value(json_object_get(head, "format"));
	const char *order = json_string_value(json_object_get(head, "byte_order"));

	if (!format || strcmp(format, FORMAT))
		return "it is no file of tsrewrite flows save";
	if (json_integer_value(json_object_get(head, "version")) != VERSION)
		return "another version of tsrewrite has saved it";
	if (!order || strcmp(order, BYTE_ORDER_WORD))
		return "it was saved on a machine of another byte order than " BYTE_ORDER_WORD;
	return NULL;
}

/* Attributes are read where they lie: behind the head, at a multiple of four */
static const char *split_head(struct flow_file *file)
{
	char *end = file->len ? memchr(file->text, '\n', file->len < HEAD_MAX ? file->len :
				       HEAD_MAX) : NULL;
	size_t head;

	if (!end)
		return "it is no file of tsrewrite flows save";
	head = (size_t)(end + 1 - file->text);
	file->head = json_loadb(file->text, head, 0, NULL);
	file->len -= head;
	memmove(file->text, end + 1, file->len);
	file->flows = (struct attrs){ file->text, file->len };
	file->saved = (uint64_t)json_integer_value(json_object_get(file->head, "saved"));
	return check_head(file->head);
}

const char *flow_file_read(int fd, struct flow_file *file)
{
	const char *why;

	*file = (struct flow_file){ 0 };
	why = read_compressed(fd, file);
	return why ? why : split_head(file);
}

static uint8_t id_of(const json_t *entry)
{
	json_int_t id = json_integer_value(json_object_get(entry, "id"));

	return id >= 0 && id <= 255 ? (uint8_t)id : 0;
}

void flow_file_ids(const struct flow_file *file, const struct groups *groups,
		   const struct devices *devices, struct flow_saved_ids *ids,
		   void (*missing)(const char *kind, const char *name))
{
	json_t *entry;
	size_t i;

	*ids = (struct flow_saved_ids){ 0 };
	json_array_foreach(json_object_get(file->head, "groups"), i, entry) {
		const char *name = json_string_value(json_object_get(entry, "name"));
		const struct group *group = name ? groups_find(groups, name) : NULL;

		if (group)
			ids->group[id_of(entry)] = group->id;
		else if (name)
			missing("group", name);
	}
	json_array_foreach(json_object_get(file->head, "devices"), i, entry) {
		const char *name = json_string_value(json_object_get(entry, "name"));
		const struct device *device = name ? devices_find(devices, name) : NULL;

		if (device)
			ids->device[id_of(entry)] = device->id;
		else if (name)
			missing("device", name);
	}
}

void flow_file_free(struct flow_file *file)
{
	json_decref(file->head);
	free(file->text);
}
