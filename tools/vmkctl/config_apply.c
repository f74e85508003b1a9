// SPDX-License-Identifier: GPL-2.0
/* Plans are run, and what has been done of one is taken back. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "config_apply.h"
#include "config_file.h"
#include "config_plan.h"
#include "config_state.h"
#include "config_value.h"

#define GO_BACK_ROUNDS	3
#define APPLY_PATIENCE	30	/* s that steps wait in all */
#define APPLY_TICK	200	/* ms between tries */

static int apply_argv(const struct cmd *c, const struct plan_step *step)
{
	size_t i;
	char **argv;
	int err;

	argv = calloc(step->argc + 3, sizeof(*argv));
	if (!argv)
		return cmd_fail_errno(c, "command", -ENOMEM);
	argv[0] = (char *)c->prog;
	/* Who runs the plan sees to that. */
	argv[1] = (char *)"--no-guard";
	for (i = 0; i < step->argc; i++)
		argv[i + 2] = step->argv[i];
	err = cmd_main(step->argc + 2, argv);
	free(argv);
	return err;
}

/* What a command says is kept, so that a failure can be told in one line. */
static int apply_step(const struct cmd *c, const struct plan_step *step,
		      char **said)
{
	FILE *real = stderr;
	FILE *quiet;
	size_t size;
	int err;

	*said = NULL;
	quiet = open_memstream(said, &size);
	if (!quiet)
		return cmd_fail_errno(c, "command", -ENOMEM);
	stderr = quiet;
	err = apply_argv(c, step);
	stderr = real;
	fclose(quiet);
	return err;
}

static time_t apply_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* Tries a step that may have to wait; all that do have one deadline. */
static int apply_waiting(const struct cmd *c, const struct plan_step *step,
			 time_t *deadline, char **said)
{
	const struct timespec tick = { .tv_nsec = APPLY_TICK * 1000000l };
	int err;

	while ((err = apply_step(c, step, said)) && step->waits) {
		if (!*deadline)
			*deadline = apply_now() + APPLY_PATIENCE;
		if (apply_now() >= *deadline)
			break;
		free(*said);
		nanosleep(&tick, NULL);
	}
	return err;
}

/* Without "vmkctl: " before it and the end of its line. */
static const char *apply_reason(const struct cmd *c, char *said)
{
	size_t len = strlen(c->prog);

	if (!said)
		return "no memory";
	said[strcspn(said, "\n")] = '\0';
	if (!strncmp(said, c->prog, len) && !strncmp(said + len, ": ", 2))
		return said + len + 2;
	return said;
}

/**
 * config_run() - run the commands of a plan until one fails
 * @c: the invocation
 * @plan: the plan
 * @lenient: go on after one that has waited in vain
 * @why: set to what the one that failed said, to be freed
 *
 * Return: an exit status.
 */
int config_run(const struct cmd *c, const struct plan *plan, bool lenient,
	       char **why)
{
	time_t deadline = 0;
	char *said;
	size_t i;
	int err;

	*why = NULL;
	for (i = 0; i < plan->count; i++) {
		const struct plan_step *step = &plan->steps[i];

		err = apply_waiting(c, step, &deadline, &said);
		if (err && !(lenient && step->waits)) {
			*why = strdup(apply_reason(c, said));
			free(said);
			return err;
		}
		if (said)
			fputs(said, stderr);
		free(said);
	}
	return CMD_OK;
}

/* Does what can be done. */
static void apply_all(const struct cmd *c, const struct plan *plan)
{
	time_t deadline = 0;
	char *said;
	size_t i;

	for (i = 0; i < plan->count; i++) {
		apply_waiting(c, &plan->steps[i], &deadline, &said);
		free(said);
	}
}

/* Returns the number of steps that were left to do, or a negative status. */
static int apply_round(struct cmd *c, const struct config *former,
		       const struct config *stacks)
{
	struct config *now;
	struct plan plan;
	int left, err;

	err = config_state(c, stacks, false, &now);
	if (err)
		return -err;
	err = config_plan(now, former, &plan);
	left = err ? -cmd_fail_errno(c, "plan", err) : (int)plan.count;
	if (left > 0)
		apply_all(c, &plan);
	plan_free(&plan);
	config_free(now);
	return left;
}

/**
 * config_former() - the running state, to return to
 * @c: the invocation
 * @former: set to the state, the caller's
 *
 * Return: an exit status.
 */
int config_former(struct cmd *c, struct config **former)
{
	struct config *now;
	int err;

	err = config_state(c, NULL, false, &now);
	if (err)
		return err;
	err = config_copy(c, "the running state", now, former);
	config_free(now);
	return err;
}

/**
 * config_go_back() - return to a former state, as far as can be
 * @c: the invocation
 * @former: the state, complete
 * @tried: what was tried instead, whose TCP/IP stacks may have been made
 *
 * What one step cannot do yet, for another has to come before it, a further
 * round does.
 *
 * Return: an exit status, %CMD_OK when the former state is back.
 */
int config_go_back(struct cmd *c, const struct config *former,
		   const struct config *tried)
{
	int left = 1;
	int i;

	for (i = 0; i <= GO_BACK_ROUNDS && left > 0; i++)
		left = apply_round(c, former, tried);
	return left ? CMD_FAILED : CMD_OK;
}
