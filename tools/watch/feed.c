// SPDX-License-Identifier: GPL-2.0-only
#include "feed.h"

#include <string.h>
#include <unistd.h>

#include "../text/format.h"

/* Prints @text escaped for XML; bytes that XML cannot have become \xNN */
static void put_text(FILE *to, const char *text)
{
	char safe[4 * INCIDENT_TEXT];

	format_safe(safe, sizeof(safe), text);
	for (const char *c = safe; *c; c++) {
		switch (*c) {
		case '&':
			fputs("&amp;", to);
			break;
		case '<':
			fputs("&lt;", to);
			break;
		case '>':
			fputs("&gt;", to);
			break;
		default:
			fputc(*c, to);
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

static void put_line(FILE *to, const char *what, const char *text)
{
	if (!*text)
		return;
	fputs(what, to);
	fputs(": ", to);
	put_text(to, text);
	fputc('\n', to);
}

static void put_content(FILE *to, const struct incident *incident)
{
	char time[FORMAT_SIZE];

	fputs("<content type=\"text\">", to);
	put_line(to, "figures", incident->text);
	put_line(to, "estimated onset", format_time(time, incident->estimated));
	put_line(to, "confirmed onset", format_time(time, incident->confirmed));
	put_line(to, "nearest change before", incident->change);
	put_line(to, "new connections are in mode", incident->tripped);
	if (incident->closed)
		put_line(to, "closed", format_time(time, incident->closed));
	put_line(to, "end", incident->end);
	fputs("</content>\n", to);
}

static void put_entry(FILE *to, const struct incident *incident)
{
	char title[INCIDENT_TEXT];
	const char *state = incident_state(incident);

	fputs("<entry>\n", to);
	put_element(to, "id", incident->id);
	fprintf(to, "<title>%s: ", state);
	put_text(to, incident_title(incident, title, sizeof(title)));
	fputs("</title>\n", to);
	put_time(to, "published", incident->confirmed);
	put_time(to, "updated", incident->updated);
	fprintf(to, "<category term=\"%s\"/>\n", state);
	put_content(to, incident);
	fputs("</entry>\n", to);
}

static uint64_t last_update(const struct incidents *incidents, uint64_t now)
{
	uint64_t last = 0;

	for (size_t i = 0; i < incidents->count; i++) {
		if (incidents->incident[i].updated > last)
			last = incidents->incident[i].updated;
	}
	return last ? last : now;
}

void feed_write(const struct incidents *incidents, uint64_t now, FILE *to)
{
	char host[ATTR_TEXT] = "";

	gethostname(host, sizeof(host) - 1);
	fputs("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
	      "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n", to);
	put_element(to, "id", incidents->feed);
	fputs("<title>tsrewrite on ", to);
	put_text(to, host);
	fputs("</title>\n<author><name>tsrewrite watch</name></author>\n", to);
	put_time(to, "updated", last_update(incidents, now));
	for (size_t i = incidents->count; i > 0; i--)
		put_entry(to, &incidents->incident[i - 1]);
	fputs("</feed>\n", to);
}
