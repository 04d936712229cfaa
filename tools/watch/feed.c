// SPDX-License-Identifier: GPL-2.0-only
#include "feed.h"

#include <string.h>
#include <unistd.h>

#include "../text/format.h"

/* Prints @text, printable ASCII and line ends, escaped for XML */
static void put_text(FILE *to, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", to);
			break;
		case '<':
			fputs("&lt;", to);
			break;
		case '>':
			fputs("&gt;", to);
			break;
		case '"':
			fputs("&quot;", to);
			break;
		default:
			fputc(*text, to);
		}
	}
}

static void put_element(FILE *to, const char *name, const char *text)
{
	fprintf(to, "<%s>", name);
	put_text(to, text);
	fprintf(to, "</%s>\n", name);
}

static void put_time(FILE *to, const char *name, uint64_t time)
{
	char text[FORMAT_SIZE];

	put_element(to, name, format_time(text, time));
}

static void put_item(FILE *to, const struct news_item *item)
{
	fputs("<entry>\n", to);
	put_element(to, "id", item->id);
	put_element(to, "title", item->title);
	put_time(to, "published", item->time);
	put_time(to, "updated", item->time);
	fputs("<category term=\"", to);
	put_text(to, item->what);
	fputs("\"/>\n<content type=\"text\">", to);
	put_text(to, item->text);
	fputs("</content>\n</entry>\n", to);
}

static void put_title(FILE *to, const struct feed *feed)
{
	char host[ATTR_TEXT] = "", title[3 * ATTR_TEXT], safe[4 * sizeof(title)];

	gethostname(host, sizeof(host) - 1);
	if (*feed->name)
		snprintf(title, sizeof(title), "Connections of group %s through %s",
			 feed->group, host);
	else
		snprintf(title, sizeof(title), "Connections through %s", host);
	put_element(to, "title", format_safe(safe, sizeof(safe), title));
}

void feed_write(const struct feed *feed, const struct news *news, const char *url,
		uint64_t now, FILE *to)
{
	fputs("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
	      "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n", to);
	put_element(to, "id", feed->id);
	put_title(to, feed);
	fputs("<author><name>tsrewrite</name></author>\n", to);
	put_time(to, "updated", now);
	if (url) {
		fputs("<link rel=\"self\" type=\"application/atom+xml\" href=\"", to);
		put_text(to, url);
		fputs("\"/>\n", to);
	}
	for (size_t i = news->count; i > 0; i--) {
		const struct news_item *item = &news->item[i - 1];

		if (!*feed->name || !strcmp(item->feed, feed->name))
			put_item(to, item);
	}
	fputs("</feed>\n", to);
}
