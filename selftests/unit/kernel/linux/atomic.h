/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * As much of the kernel's atomics as the tested parts of kmod need: those of flow.h for the CPUs
 * of two_cpus.h, atomic_t for one CPU.
 */
#ifndef TSRW_UNIT_KERNEL_ATOMIC_H
#define TSRW_UNIT_KERNEL_ATOMIC_H

#include <assert.h>
#include <stddef.h>

#include "core/serial.h"
#include "two_cpus.h"

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)

#define READ_ONCE(x) ({							\
	two_cpus_step();						\
	*(const volatile __typeof__(x) *)&(x);				\
})

#define WRITE_ONCE(x, value) do {					\
	two_cpus_step();						\
	two_cpus_flush();						\
	*(volatile __typeof__(x) *)&(x) = (value);			\
} while (0)

/* Not instrumented, so that nothing comes between the comparison and the exchange */
__attribute__((__noinline__, __unused__, no_sanitize("thread")))
static bool exchange_if_equal(u32 *at, u32 *old, u32 new)
{
	bool equal = *at == *old;

	if (equal)
		*at = new;
	else
		*old = *at;
	return equal;
}

#define try_cmpxchg(at, old, new) ({					\
	two_cpus_step();						\
	two_cpus_flush();						\
	exchange_if_equal((at), (old), (new));				\
})

#define cmpxchg(at, old, new) ({					\
	u32 __seen = (old);						\
									\
	try_cmpxchg(at, &__seen, new);					\
	__seen;								\
})

#define xchg(at, new) ({						\
	__typeof__(*(at)) __before = READ_ONCE(*(at));			\
									\
	*(at) = (new);							\
	__before;							\
})

#define smp_mb()	two_cpus_flush()
#define smp_store_release(at, value)	WRITE_ONCE(*(at), value)
#define smp_load_acquire(at)	READ_ONCE(*(at))

typedef struct {
	int counter;
} atomic_t;

#define ATOMIC_INIT(value)	{ (value) }
#define __force

static inline int atomic_read(const atomic_t *v)
{
	return v->counter;
}

static inline void atomic_inc(atomic_t *v)
{
	v->counter++;
}

static inline void atomic_dec(atomic_t *v)
{
	v->counter--;
}

static inline int atomic_inc_return(atomic_t *v)
{
	return ++v->counter;
}

static inline void atomic_sub(int n, atomic_t *v)
{
	v->counter -= n;
}

static inline bool atomic_try_cmpxchg(atomic_t *v, int *old, int new)
{
	bool equal = v->counter == *old;

	if (equal)
		v->counter = new;
	else
		*old = v->counter;
	return equal;
}

#endif
