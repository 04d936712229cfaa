// SPDX-License-Identifier: GPL-2.0-only
#include "key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../text/report.h"

#define KEY_TEXT (2 * KEY_SIZE + 1)	/* with the newline */

static int draw_key(char text[KEY_TEXT + 1])
{
	uint8_t secret[KEY_SIZE];

	if (getrandom(secret, sizeof(secret), 0) != sizeof(secret))
		return -1;
	for (size_t i = 0; i < KEY_SIZE; i++)
		snprintf(text + 2 * i, 3, "%02x", secret[i]);
	text[KEY_TEXT - 1] = '\n';
	explicit_bzero(secret, sizeof(secret));
	return 0;
}

/* Closes @fd.  Returns 0, or -1 with errno. */
static int write_key(int fd)
{
	char text[KEY_TEXT + 1];
	int err = 0;

	if (draw_key(text))
		err = errno;
	else if (write(fd, text, KEY_TEXT) != KEY_TEXT)
		err = errno ? errno : ENOSPC;
	else if (fsync(fd) && errno != EINVAL)	/* as of a pipe */
		err = errno;
	explicit_bzero(text, sizeof(text));
	if (close(fd) && !err)
		err = errno;
	errno = err;
	return err ? -1 : 0;
}

int key_file_new(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0 && errno == EEXIST)
		return report_refused("key new: %s exists: remove it, or name another file",
				      path);
	errno = fd < 0 ? errno : 0;
	if (fd >= 0 && !write_key(fd))
		return EXIT_DONE;
	if (fd >= 0) {
		int err = errno;

		unlink(path);
		errno = err;
	}
	return report_refused("key new: %s: %s", path, strerror(errno));
}

/* Returns NULL, or what is wrong with who may read or write the file */
static const char *find_exposure(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return strerror(errno);
	if (S_ISDIR(st.st_mode))
		return strerror(EISDIR);
	if (st.st_uid && st.st_uid != geteuid())
		return "it belongs to another user, who can read and change it";
	if (st.st_mode & 077)
		return "others can read or write it (chmod 600, or make a new key)";
	return NULL;
}

/* Returns NULL, or what is wrong with the text */
static const char *read_text(int fd, uint8_t secret[KEY_SIZE])
{
	char text[KEY_TEXT + 2];
	const char *why;
	size_t len = 0;
	ssize_t n;

	do {
		n = read(fd, text + len, KEY_TEXT + 1 - len);
		len += n > 0 ? (size_t)n : 0;
	} while ((n > 0 && len <= KEY_TEXT) || (n < 0 && errno == EINTR));
	if (n < 0)
		return strerror(errno);
	text[len] = '\0';
	if (len == KEY_TEXT && text[len - 1] == '\n')
		text[len - 1] = '\0';
	why = strlen(text) + 1 < len ? KEY_WRONG : parse_key(text, secret);
	explicit_bzero(text, sizeof(text));
	return why;
}

int key_file_read(const char *path, uint8_t secret[KEY_SIZE])
{
	bool is_stdin = !strcmp(path, "-");
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	const char *why;

	if (fd < 0)
		return report_refused("key load: %s: %s", path, strerror(errno));
	why = is_stdin ? NULL : find_exposure(fd);
	if (!why)
		why = read_text(fd, secret);
	if (!is_stdin)
		close(fd);
	return why ? report_refused("key load: %s: %s", is_stdin ? "stdin" : path, why) :
		     EXIT_DONE;
}
