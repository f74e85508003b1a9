// SPDX-License-Identifier: GPL-2.0
/* A change under guard: on which terms it is kept, made, kept or undone. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_apply.h"
#include "guard.h"

#define CHECK_SECONDS	30
#define CONFIRM_MAX	86400

/**
 * guard_ping() - the words that ask a host whether it is there
 * @words: set to them, ended by NULL
 * @host: the host
 * @by: interface by which it has to answer, or NULL for any
 */
void guard_ping(const char *words[GUARD_PING_WORDS], const char *host,
		const char *by)
{
	static const char *const begin[] = {
		"ping", "-n", "-q", "-c", "1", "-W", "1",
	};
	size_t i = sizeof(begin) / sizeof(*begin);

	memcpy(words, begin, sizeof(begin));
	if (by) {
		words[i++] = "-I";
		words[i++] = by;
	}
	words[i++] = "--";
	words[i++] = host;
	words[i] = NULL;
}

/**
 * guard_terms() - on which terms a change is kept, by --confirm and --check
 * @c: the invocation
 * @g: its seconds and host are set
 *
 * Return: an exit status.
 */
int guard_terms(const struct cmd *c, struct guard *g)
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
 * guard_undo_config() - undo a change of nothing but the configuration
 * @g: the change
 *
 * Return: an exit status.
 */
int guard_undo_config(struct guard *g)
{
	return config_go_back(g->cmd, g->former, g->tried);
}

static int guard_fail_back(struct guard *g, const char *why)
{
	int stuck = g->undo(g);

	/* With the former state still to be read by "config revert". */
	if (!stuck)
		guard_keep(g);
	return cmd_fail(g->cmd, "%s; the former state is %s",
			why ?: "no memory", stuck ? "not wholly back" : "back");
}

/**
 * guard_await() - have a change that is made kept on its terms
 * @g: the change
 *
 * Waits for a host's answer, but not for a confirmation.
 *
 * Return: an exit status.
 */
int guard_await(struct guard *g)
{
	char verdict;
	int err;

	if (!g->host) {
		err = guard_wait(g, NULL);
		if (err)
			return err;
		printf("%s config confirm  # within %u s, or all is undone\n",
		       g->cmd->prog, g->seconds);
		return CMD_OK;
	}
	err = guard_wait(g, &verdict);
	if (err || verdict == GUARD_KEPT)
		return err;
	return cmd_fail(g->cmd,
			"--check '%s': not kept within %u seconds; the former state is %s",
			g->host, g->seconds,
			verdict == GUARD_RETURNED ? "back" : "not wholly back");
}

/**
 * guard_make() - make a change, all of it or nothing
 * @g: the change, which guard_open() opened
 *
 * Where it is kept on terms only, as guard_await().
 *
 * Return: an exit status.
 */
int guard_make(struct guard *g)
{
	char *why = NULL;
	int err;

	err = guard_start(g);
	if (err)
		return err;
	if (g->make(g, &why)) {
		err = guard_fail_back(g, why);
		free(why);
		return err;
	}
	if (g->seconds)
		return guard_await(g);
	guard_keep(g);
	return CMD_OK;
}
