/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_PERCPU_H
#define TSRW_UNIT_KERNEL_PERCPU_H

#include <stdlib.h>

#include <linux/minmax.h>

/* Two CPUs, of which kernel_cpu is that which runs */
#define KERNEL_CPUS	2
#define KERNEL_PERCPU	4096

extern int kernel_cpu;

#define __percpu
#define GFP_KERNEL_ACCOUNT	0
#define per_cpu_ptr(ptr, cpu) \
	((__typeof__(ptr))((char *)(ptr) + (cpu) * KERNEL_PERCPU))
#define this_cpu_ptr(ptr)	per_cpu_ptr(ptr, kernel_cpu)
#define this_cpu_add(var, n)	(*per_cpu_ptr(&(var), kernel_cpu) += (n))
#define for_each_possible_cpu(cpu)	for ((cpu) = 0; (cpu) < KERNEL_CPUS; (cpu)++)

static inline void *__alloc_percpu_gfp(size_t size, size_t align, int gfp)
{
	return size <= KERNEL_PERCPU ? calloc(KERNEL_CPUS, KERNEL_PERCPU) : NULL;
}

#define free_percpu(ptr)	free((void *)(ptr))

#endif
