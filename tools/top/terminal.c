// SPDX-License-Identifier: GPL-2.0-only
#include "terminal.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <curses.h>
#include <term.h>

#include "../text/format.h"
#include "../text/report.h"

int terminal_refuse(const char *why)
{
	return report_refused("top: %s (tsrewrite group -w prints the same without a terminal)",
			      why);
}

/* initscr() would exit if it did not know the terminal */
int terminal_check(void)
{
	const char *term = getenv("TERM");
	char why[128], safe[64];
	int found;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return terminal_refuse("this is no terminal");
	if (!term || !*term)
		return terminal_refuse("TERM does not say which terminal this is");
	if (setupterm(term, STDOUT_FILENO, &found) != OK) {
		snprintf(why, sizeof(why), "the terminal \"%s\" of TERM is not known",
			 format_safe(safe, sizeof(safe), term));
		return terminal_refuse(why);
	}
	if (!cursor_address || !clear_screen)
		return terminal_refuse("this terminal cannot move its cursor");
	return 0;
}

/* The console's own fonts lack most of them */
bool terminal_shows_blocks(void)
{
	const char *term = getenv("TERM");

	setlocale(LC_CTYPE, "");
	return !strcmp(nl_langinfo(CODESET), "UTF-8") && term && strncmp(term, "linux", 5);
}
