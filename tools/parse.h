/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From words to values.  Pure functions: no I/O, no allocation, no state.
 * Each parser returns NULL, or why the word is no good, to be read after the
 * quoted word: "300" is not in 0..255.
 */
#ifndef TSREWRITE_PARSE_H
#define TSREWRITE_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A family of AF_UNSPEC matches every address, without has_port every port */
struct endpoint_match {
	uint8_t family;
	uint8_t len;
	bool has_port;
	uint16_t port;
	uint8_t addr[16];
};

extern const char *const mode_words[];
extern const char *const state_words[];

const char *parse_number(const char *word, uint32_t *out);
const char *parse_zone(const char *word, uint8_t *out);
const char *parse_port(const char *word, uint16_t *out);
const char *parse_mask(const char *word, uint32_t *mask);
const char *parse_duration(const char *word, uint32_t *seconds);
const char *parse_device(const char *word);
const char *parse_netns(const char *word);
const char *parse_endpoint(const char *word, struct endpoint_match *out);

bool endpoint_matches(const struct endpoint_match *match, uint8_t family,
		      const uint8_t *addr, uint16_t port);

int word_index(const char *word, const char *const *words);
const char *word_nearest(const char *word, const char *const *words);
char *word_list(const char *const *words, char *out, size_t size);

#endif /* TSREWRITE_PARSE_H */
