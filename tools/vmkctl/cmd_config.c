// SPDX-License-Identifier: GPL-2.0
/* Commands on the configuration as a whole. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config_apply.h"
#include "config_file.h"
#include "config_plan.h"
#include "config_state.h"
#include "config_value.h"
#include "guard.h"
#include "handlers.h"

#define CHECK_SECONDS	30
#define CONFIRM_MAX	86400

/* What diff(1) returns. */
#define DIFF_SAME	0
#define DIFF_DIFFERENT	1
#define DIFF_TROUBLE	2

static const char *config_path(const struct cmd *c)
{
	return opt_text(c, "file") ?: CONFIG_FILE;
}

static int config_print(const struct cmd *c, const struct config *cfg)
{
	json_t *json;
	size_t len;
	char *text;
	int err;

	if (c->format == PRINT_JSON) {
		json = config_json(cfg);
		err = print_document(stdout, json);
		json_decref(json);
		return err ? cmd_fail_errno(c, "output", err) : CMD_OK;
	}
	text = config_yaml(cfg, &len);
	if (!text)
		return cmd_fail_errno(c, "output", -ENOMEM);
	fwrite(text, 1, len, stdout);
	free(text);
	return CMD_OK;
}

/**
 * cmd_config_show() - print the running state as a configuration
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_config_show(struct cmd *c)
{
	struct config *now;
	int err;

	err = config_state(c, NULL, &now);
	if (err)
		return err;
	err = config_print(c, now);
	config_free(now);
	return err;
}

/**
 * cmd_config_save() - write the running state to a file
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_config_save(struct cmd *c)
{
	struct config *now;
	int err;

	err = config_state(c, NULL, &now);
	if (err)
		return err;
	err = config_save(config_path(c), now);
	config_free(now);
	return err ? cmd_fail_errno(c, config_path(c), err) : CMD_OK;
}

static int config_print_plan(const struct cmd *c, const struct plan *plan)
{
	char *line;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < plan->count; i++) {
		line = plan_line(c->prog, &plan->steps[i]);
		err = line ? print_line(stdout, line) : -ENOMEM;
		free(line);
	}
	return err ? cmd_fail_errno(c, "output", err) : CMD_OK;
}

/**
 * struct config_job - a file that is to become the running state
 * @to: what the file says
 * @former: the running state
 * @plan: what leads from one to the other
 */
struct config_job {
	struct config *to;
	struct config *former;
	struct plan plan;
};

static void config_job_free(struct config_job *job)
{
	plan_free(&job->plan);
	config_free(job->former);
	config_free(job->to);
}

static int config_job_plan(struct cmd *c, struct config_job *job)
{
	struct config *now;
	int err;

	err = config_state(c, job->to, &now);
	if (err)
		return err;
	err = config_copy(c, "the running state", now, &job->former);
	if (!err) {
		config_keep_stacks(now, job->to);
		err = config_plan(now, job->to, &job->plan);
		if (err)
			err = cmd_fail_errno(c, "plan", err);
	}
	config_free(now);
	return err;
}

/* Set up even where it fails. */
static int config_job(struct cmd *c, struct config_job *job)
{
	int err;

	memset(job, 0, sizeof(*job));
	err = config_load(c, config_path(c), &job->to);
	if (!err)
		err = config_resolve(c, job->to);
	return err ? err : config_job_plan(c, job);
}

/**
 * cmd_config_diff() - print what would make a file the running state
 * @c: the invocation
 *
 * Return: as of diff(1).
 */
int cmd_config_diff(struct cmd *c)
{
	struct config_job job;
	int err;

	err = config_job(c, &job);
	if (!err)
		err = config_print_plan(c, &job.plan);
	if (err)
		err = DIFF_TROUBLE;
	else
		err = job.plan.count ? DIFF_DIFFERENT : DIFF_SAME;
	config_job_free(&job);
	return err;
}

static int config_fail_back(struct cmd *c, struct guard *g, const char *why)
{
	int stuck = config_go_back(c, g->former, g->tried);

	/* With the former state still to be read by "config revert". */
	if (!stuck)
		guard_keep(g);
	return cmd_fail(c, "%s; the former state is %s", why ?: "no memory",
			stuck ? "not wholly back" : "back");
}

static int config_await(const struct cmd *c, struct guard *g)
{
	char verdict;
	int err;

	if (!g->host) {
		err = guard_wait(g, NULL);
		if (err)
			return err;
		printf("%s config confirm  # within %u s, or all is undone\n",
		       c->prog, g->seconds);
		return CMD_OK;
	}
	err = guard_wait(g, &verdict);
	if (err || verdict == GUARD_KEPT)
		return err;
	return cmd_fail(c,
			"--check '%s': not kept within %u seconds; the former state is %s",
			g->host, g->seconds,
			verdict == GUARD_RETURNED ? "back" : "not wholly back");
}

static int config_make(struct cmd *c, const struct plan *plan,
		       struct guard *g)
{
	char *why;
	int err;

	err = guard_start(g);
	if (err)
		return err;
	if (config_run(c, plan, &why)) {
		err = config_fail_back(c, g, why);
		free(why);
		return err;
	}
	if (g->seconds)
		return config_await(c, g);
	guard_keep(g);
	return CMD_OK;
}

static int config_apply(struct cmd *c, struct guard *g)
{
	struct config_job job;
	int err;

	err = config_job(c, &job);
	if (!err)
		err = config_print_plan(c, &job.plan);
	if (!err && job.plan.count && !opt_get(c, "dry-run")->num) {
		g->former = job.former;
		g->tried = job.to;
		err = config_make(c, &job.plan, g);
	}
	config_job_free(&job);
	return err;
}

static int config_terms(const struct cmd *c, struct guard *g)
{
	const struct opt_val *confirm = opt_get(c, "confirm");

	g->host = opt_text(c, "check");
	if (g->host && !*g->host)
		return cmd_usage(c, "--check '': not a host");
	if (!confirm->text) {
		g->seconds = g->host ? CHECK_SECONDS : 0;
		return CMD_OK;
	}
	g->seconds = confirm->num;
	if (!g->seconds || g->seconds > CONFIRM_MAX)
		return cmd_usage(c, "--confirm '%s': not 1 to %u seconds",
				 confirm->text, CONFIRM_MAX);
	return CMD_OK;
}

/**
 * cmd_config_apply() - make a file the running state
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_config_apply(struct cmd *c)
{
	struct guard g = { .host = NULL };
	int err;

	err = config_terms(c, &g);
	if (err || opt_get(c, "dry-run")->num)
		return err ? err : config_apply(c, &g);
	err = guard_open(&g, c);
	if (err)
		return err;
	err = config_apply(c, &g);
	guard_close(&g);
	return err;
}

static int config_answer(const struct cmd *c, char answer)
{
	switch (answer) {
	case GUARD_BUSY:
		return cmd_fail(c, "the change is still being made");
	case GUARD_STUCK:
		return cmd_fail(c, "the former state is not wholly back");
	default:
		return CMD_OK;
	}
}

/**
 * cmd_config_confirm() - keep a change that waits for it
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_config_confirm(struct cmd *c)
{
	char answer;
	int err;

	err = guard_ask(GUARD_KEEP, &answer);
	if (err == -ENOENT)
		return cmd_fail(c, "no change waits to be confirmed");
	return err ? cmd_fail_errno(c, "guard", err) :
	       config_answer(c, answer);
}

/* The guard is gone, which is not its way; what it was to do is left to us. */
static int config_revert(struct cmd *c)
{
	struct guard g = { .host = NULL };
	struct config *former;
	int err;

	err = guard_open(&g, c);
	if (err)
		return err;
	err = guard_load_former(&g, &former);
	if (err)
		goto out_close;
	if (config_go_back(c, former, former))
		err = config_answer(c, GUARD_STUCK);
	else
		guard_forget(&g);
	config_free(former);
out_close:
	guard_close(&g);
	return err;
}

/**
 * cmd_config_revert() - bring the state before a change back at once
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_config_revert(struct cmd *c)
{
	char answer;
	int err;

	err = guard_ask(GUARD_BACK, &answer);
	if (err == -ENOENT)
		return config_revert(c);
	return err ? cmd_fail_errno(c, "guard", err) :
	       config_answer(c, answer);
}
