// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the parts of ./packets.c share.
 */
#include "fuzzer.h"

struct fuzzer fuzzer;

/**
 * draw_below - the next of the numbers that the seed tells
 * @n: how many there may be
 *
 * Return: 0 to @n - 1.
 */
__u32 draw_below(__u32 n)
{
	return random_below(&fuzzer.random, n);
}
