/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_GUARD_H
#define VMKCTL_GUARD_H

#include "cmd.h"
#include "config_schema.h"

/**
 * struct guard - a change that is watched
 * @cmd: the invocation
 * @make: makes the change; returns an exit status, and in @why, to be freed,
 *	what went wrong
 * @undo: brings the former state back, however far the change has come;
 *	returns an exit status. It may run in another process than @make
 * @former: the state to return to
 * @tried: the state to be reached
 * @seconds: how long a confirmation is waited for, or 0
 * @host: whose answer is a confirmation, or NULL
 * @by: interface by which it has to answer, or NULL for any
 * @moves: @undo knows more than @former tells, and no other process can do it
 * @dir: the folder that guards have
 * @lock: the one change at a time
 * @line: to the guard
 */
struct guard {
	struct cmd *cmd;
	int (*make)(struct guard *g, char **why);
	int (*undo)(struct guard *g);
	const struct config *former;
	const struct config *tried;
	uint32_t seconds;
	const char *host;
	const char *by;
	bool moves;
	int dir;
	int lock;
	int line;
};

/**
 * enum guard_word - what is said on a guard's line
 * @GUARD_WAIT: the change is made, and waits to be confirmed
 * @GUARD_KEEP: the change is to be kept
 * @GUARD_BACK: the former state is to come back
 * @GUARD_KEPT: the change is kept
 * @GUARD_RETURNED: the former state is back
 * @GUARD_STUCK: it is not, or not wholly
 * @GUARD_BUSY: the change is not yet made
 */
enum guard_word {
	GUARD_WAIT = 'w',
	GUARD_KEEP = 'k',
	GUARD_BACK = 'b',
	GUARD_KEPT = 'K',
	GUARD_RETURNED = 'R',
	GUARD_STUCK = 'S',
	GUARD_BUSY = 'B',
};

#define GUARD_PING_WORDS	12

int guard_open(struct guard *g, struct cmd *c);
void guard_close(struct guard *g);
int guard_start(struct guard *g);
void guard_keep(struct guard *g);
int guard_wait(struct guard *g, char *verdict);
int guard_ask(enum guard_word what, char *answer);
bool guard_is_left(const struct guard *g);
bool guard_is_lost(const struct guard *g);
int guard_load_former(const struct guard *g, struct config **former);
void guard_forget(const struct guard *g);

/* guard_change.c */
void guard_ping(const char *words[GUARD_PING_WORDS], const char *host,
		const char *by);
int guard_terms(const struct cmd *c, struct guard *g);
int guard_undo_config(struct guard *g);
int guard_make(struct guard *g);
int guard_await(struct guard *g);

/* guard_watch.c */
void guard_watch(struct guard *g, int listener) __attribute__((noreturn));

#endif
