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
#include "handlers.h"
#include "login.h"

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

	err = config_state(c, NULL, true, &now);
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

	err = config_state(c, NULL, true, &now);
	if (err)
		return err;
	/* At the next boot it would be too late to hear of it. */
	err = config_check(c, "the running state cannot be saved", now);
	if (!err) {
		err = config_save(config_path(c), now);
		if (err)
			err = cmd_fail_errno(c, config_path(c), err);
	}
	config_free(now);
	return err;
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

	err = config_state(c, job->to, false, &now);
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
static int config_job(struct cmd *c, bool lenient, struct config_job *job)
{
	int err;

	memset(job, 0, sizeof(*job));
	err = config_load(c, config_path(c), false, &job->to);
	if (!err)
		err = config_resolve(c, job->to);
	if (!err && lenient)
		config_drop_absent(c, job->to);
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

	err = config_job(c, false, &job);
	if (!err)
		err = config_print_plan(c, &job.plan);
	if (err)
		err = DIFF_TROUBLE;
	else
		err = job.plan.count ? DIFF_DIFFERENT : DIFF_SAME;
	config_job_free(&job);
	return err;
}

/**
 * struct config_watched - a change to what a file says
 * @g: what watches it
 * @plan: its steps
 * @lenient: it leaves out what cannot be, as at boot
 * @login: the caller's connection, if it is one
 */
struct config_watched {
	struct guard g;
	const struct plan *plan;
	bool lenient;
	struct login login;
};

static int config_make(struct guard *g, char **why)
{
	const struct config_watched *w = (struct config_watched *)g;

	return config_run(g->cmd, w->plan, w->lenient, why);
}

/* The caller may be logged in by an interface that becomes an uplink. */
static void config_watch_nic(struct cmd *c, struct config_watched *w,
			     const struct config *to)
{
	if (login_find(c, &w->login) && config_has_uplink(to, w->login.dev))
		login_terms(&w->login, &w->g);
}

static int config_apply(struct cmd *c, struct config_watched *w)
{
	struct config_job job;
	int err;

	err = config_job(c, w->lenient, &job);
	if (!err)
		err = config_print_plan(c, &job.plan);
	if (!err && job.plan.count && !opt_get(c, "dry-run")->num) {
		if (!w->g.seconds)
			config_watch_nic(c, w, job.to);
		w->g.former = job.former;
		w->g.tried = job.to;
		w->plan = &job.plan;
		err = guard_make(&w->g);
	}
	config_job_free(&job);
	return err;
}

/**
 * cmd_config_apply() - make a file the running state
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_config_apply(struct cmd *c)
{
	struct config_watched w = {
		.g = { .make = config_make, .undo = guard_undo_config },
		.lenient = opt_get(c, "lenient")->num,
	};
	bool touched = false;
	int err;

	err = guard_terms(c, &w.g);
	if (err || opt_get(c, "dry-run")->num)
		return err ? err : config_apply(c, &w);
	if (!w.g.seconds)
		err = login_touched(c, &w.login, &touched);
	if (touched)
		login_terms(&w.login, &w.g);
	if (!err)
		err = guard_open(&w.g, c);
	if (err)
		return err;
	err = config_apply(c, &w);
	guard_close(&w.g);
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

/* The guard is gone, which is not its way; the change is there. */
static int config_keep(struct cmd *c)
{
	struct guard g = { .host = NULL };
	int err;

	err = guard_open(&g, c);
	if (err)
		return err;
	if (guard_is_left(&g))
		guard_forget(&g);
	else
		err = cmd_fail(c, "no change waits to be confirmed");
	guard_close(&g);
	return err;
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
		return config_keep(c);
	return err ? cmd_fail_errno(c, "guard", err) :
	       config_answer(c, answer);
}

/* The guard is gone here, too; what it was to do is left to us. */
static int config_revert(struct cmd *c)
{
	struct guard g = { .host = NULL };
	struct config *former;
	int err;

	err = guard_open(&g, c);
	if (err)
		return err;
	if (guard_is_lost(&g)) {
		err = cmd_fail(c,
			       "the guard of 'vswitch uplink add --migrate-to' is gone, and only it knew the addresses; move them back by hand, as with 'ip address'");
		guard_forget(&g);
		goto out_close;
	}
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
