// SPDX-License-Identifier: GPL-2.0
/* Lists of commands that are yet to be run. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

#define PLAN_PLAIN \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" \
	"0123456789_-=+:,./@%"

static void plan_word(struct plan *plan, char *word)
{
	struct plan_step *step;
	char **argv;

	if (!word || plan->err) {
		if (!plan->err)
			plan->err = -ENOMEM;
		free(word);
		return;
	}
	step = &plan->steps[plan->count - 1];
	argv = reallocarray(step->argv, step->argc + 2, sizeof(*argv));
	if (!argv) {
		plan->err = -ENOMEM;
		free(word);
		return;
	}
	step->argv = argv;
	argv[step->argc++] = word;
	argv[step->argc] = NULL;
}

/**
 * plan_words() - give the last command further words
 * @plan: the plan
 * @words: the words, with blanks between
 */
void plan_words(struct plan *plan, const char *words)
{
	size_t len;

	for (; *words; words += len + (words[len] == ' ')) {
		len = strcspn(words, " ");
		plan_word(plan, strndup(words, len));
	}
}

/**
 * plan_begin() - add a command
 * @plan: the plan
 * @path: words of the command, with blanks between
 */
void plan_begin(struct plan *plan, const char *path)
{
	struct plan_step *steps;

	if (plan->err)
		return;
	steps = reallocarray(plan->steps, plan->count + 1, sizeof(*steps));
	if (!steps) {
		plan->err = -ENOMEM;
		return;
	}
	plan->steps = steps;
	steps[plan->count++] = (struct plan_step){ .argv = NULL };
	plan_words(plan, path);
}

/**
 * plan_opt() - give the last command an option
 * @plan: the plan
 * @name: long form of the option
 * @value: its value
 *
 * As one word, for a value that looks like an option is none then.
 */
void plan_opt(struct plan *plan, const char *name, const char *value)
{
	char *word;

	if (asprintf(&word, "--%s=%s", name, value) < 0)
		word = NULL;
	plan_word(plan, word);
}

/**
 * plan_flag() - give the last command an option that has no value
 * @plan: the plan
 * @name: long form of the option
 */
void plan_flag(struct plan *plan, const char *name)
{
	char *word;

	if (asprintf(&word, "--%s", name) < 0)
		word = NULL;
	plan_word(plan, word);
}

static void plan_step_free(struct plan_step *step)
{
	size_t i;

	for (i = 0; i < step->argc; i++)
		free(step->argv[i]);
	free(step->argv);
}

/**
 * plan_drop_bare() - take the last command back if it has nothing to do
 * @plan: the plan
 * @argc: words that it has then
 */
void plan_drop_bare(struct plan *plan, size_t argc)
{
	if (plan->err || plan->steps[plan->count - 1].argc > argc)
		return;
	plan_step_free(&plan->steps[--plan->count]);
}

static void plan_quote(FILE *out, const char *word)
{
	if (*word && !word[strspn(word, PLAN_PLAIN)]) {
		fputs(word, out);
		return;
	}
	fputc('\'', out);
	for (; *word; word++) {
		if (*word == '\'')
			fputs("'\\''", out);
		else
			fputc(*word, out);
	}
	fputc('\'', out);
}

/* Of an option only the value is quoted, as one would type it. */
static void plan_print_word(FILE *out, const char *word)
{
	const char *eq = strchr(word, '=');
	size_t len = eq ? eq - word + 1 : 0;

	if (strncmp(word, "--", 2) || !eq) {
		plan_quote(out, word);
		return;
	}
	fwrite(word, 1, len, out);
	plan_quote(out, word + len);
}

/**
 * plan_line() - a command as a line for a shell
 * @prog: name of the program
 * @step: the command
 *
 * Return: the line, to be freed, or NULL.
 */
char *plan_line(const char *prog, const struct plan_step *step)
{
	char *line = NULL;
	size_t size, i;
	FILE *out;

	out = open_memstream(&line, &size);
	if (!out)
		return NULL;
	fputs(prog, out);
	for (i = 0; i < step->argc; i++) {
		fputc(' ', out);
		plan_print_word(out, step->argv[i]);
	}
	return fclose(out) ? NULL : line;
}

/**
 * plan_free() - let go of a plan
 * @plan: the plan
 */
void plan_free(struct plan *plan)
{
	size_t i;

	for (i = 0; i < plan->count; i++)
		plan_step_free(&plan->steps[i]);
	free(plan->steps);
	memset(plan, 0, sizeof(*plan));
}
