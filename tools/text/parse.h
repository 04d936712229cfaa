/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parses words of a command line into values.  Pure functions: no I/O, no allocation, no
 * state.  Each parser returns NULL, or why the word is invalid, to be read after the
 * quoted word: "300" is not in 0..255.
 */
#ifndef TSREWRITE_TEXT_PARSE_H
#define TSREWRITE_TEXT_PARSE_H

#include <stdint.h>

/* By enum tsrewrite_mode and enum tsrewrite_flow_state; both end with NULL */
extern const char *const mode_words[];
extern const char *const state_words[];

/* By enum tsrewrite_when_full; ends with NULL */
extern const char *const when_full_words[];

const char *parse_number(const char *word, uint32_t *out);
const char *parse_zone(const char *word, uint8_t *out);
const char *parse_port(const char *word, uint16_t *out);

/* 0x and one to eight hexadecimal digits */
const char *parse_mask(const char *word, uint32_t *mask);

/* A key: 32 hexadecimal digits */
#define KEY_SIZE  16
#define KEY_WRONG "is no key, which has 32 hexadecimal digits"
const char *parse_key(const char *word, uint8_t key[KEY_SIZE]);

/* One of when_full_words */
const char *parse_when_full(const char *word, uint32_t *when_full);

/* 32, 64, or 0 for none */
const char *parse_label_bit(const char *word, uint32_t *bit);

/* A number of seconds, or one with a unit: 30s, 5m, 2h, 5d */
const char *parse_duration(const char *word, uint32_t *seconds);

/* Check the name of a device, and of a network namespace as ip netns has it */
const char *parse_device(const char *word);
const char *parse_netns(const char *word);

#endif /* TSREWRITE_TEXT_PARSE_H */
