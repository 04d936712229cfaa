// SPDX-License-Identifier: GPL-2.0-only
#include "two_cpus.h"

#include <stddef.h>
#include <ucontext.h>

struct cpu {
	ucontext_t context;
	void (*call)(void);
	bool over, waits;
	unsigned int steps;		/* left of its turn */
	unsigned int *late, value;	/* a store in its buffer */
	char stack[65536] __attribute__((aligned(16)));
};

static struct cpu cpus[2];
static struct cpu *now;			/* NULL outside of two_cpus_run() */
static ucontext_t scheduler;

static void lose_turn(void)
{
	struct cpu *cpu = now;

	now = NULL;
	swapcontext(&cpu->context, &scheduler);
}

void two_cpus_step(void)
{
	if (now && !now->steps--)
		lose_turn();
}

void two_cpus_wait(void)
{
	if (!now)
		__builtin_trap(); /* nobody else can act */
	now->waits = true;
	lose_turn();
}

void two_cpus_flush(void)
{
	if (now && now->late)
		*now->late = now->value;
	if (now)
		now->late = NULL;
}

void two_cpus_store_late(unsigned int *to, unsigned int value)
{
	two_cpus_flush();
	if (!now) {
		*to = value;
		return;
	}
	now->late = to;
	now->value = value;
}

static void run_cpu(void)
{
	now->call();
	two_cpus_flush();
	now->over = true;
	lose_turn();
}

static void start_cpu(struct cpu *cpu, void (*call)(void))
{
	cpu->call = call;
	cpu->over = false;
	cpu->late = NULL;
	getcontext(&cpu->context);
	cpu->context.uc_stack.ss_sp = cpu->stack;
	cpu->context.uc_stack.ss_size = sizeof(cpu->stack);
	makecontext(&cpu->context, run_cpu, 0);
}

/* Returns true if the CPU has lost its turn because of the steps that it has taken */
static bool let_step(struct cpu *cpu, unsigned int steps)
{
	if (cpu->over)
		return false;
	cpu->waits = false;
	cpu->steps = steps;
	now = cpu;
	swapcontext(&scheduler, &cpu->context);
	now = NULL;
	return !cpu->over && !cpu->waits;
}

/* The longest turn that made a difference is followed by a longer one before it */
static bool go_to_next(struct turns *turns, unsigned int whole)
{
	unsigned int i = whole < TURNS ? whole : TURNS - 1;

	if (whole < TURNS && !i)
		return false;
	if (whole < TURNS)
		i--;
	turns->turn[i]++;
	while (++i < TURNS)
		turns->turn[i] = 0;
	return true;
}

bool two_cpus_run(void (*first)(void), void (*second)(void), struct turns *turns)
{
	unsigned int whole = 0;
	bool cut = false;

	start_cpu(&cpus[0], first);
	start_cpu(&cpus[1], second);
	for (unsigned int i = 0; i < TURNS; i++) {
		cut |= !let_step(&cpus[i % 2], turns->turn[i]);
		whole += !cut;
	}
	for (unsigned int i = 1; !cpus[0].over || !cpus[1].over; i++)
		let_step(&cpus[i % 2], -1u);
	return go_to_next(turns, whole);
}

/* What a CPU writes to its own stack, the other one does not see: it may go on without
 * having shown what it stored before
 */
static void show_store(const void *to)
{
	const char *at = to;

	two_cpus_step();
	if (now && (at < now->stack || at >= now->stack + sizeof(now->stack)))
		two_cpus_flush();
}

/* What -fsanitize=thread calls */

#define ACCESSES(size)							\
void __tsan_read##size(void *at) { (void)at; two_cpus_step(); }		\
void __tsan_write##size(void *at) { show_store(at); }

ACCESSES(1)
ACCESSES(2)
ACCESSES(4)
ACCESSES(8)
ACCESSES(16)

void __tsan_read_range(void *at, long len)
{
	(void)at;
	(void)len;
	two_cpus_step();
}

void __tsan_write_range(void *at, long len)
{
	(void)len;
	show_store(at);
}

void __tsan_init(void)
{
}

void __tsan_func_entry(void *caller)
{
	(void)caller;
}

void __tsan_func_exit(void *caller)
{
	(void)caller;
}
