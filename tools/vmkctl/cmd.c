// SPDX-License-Identifier: GPL-2.0
/* From the words on the command line to a command of the table. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "gen.h"
#include "login.h"

/**
 * struct cmd_words - words of a command, as far as they were given
 * @word: the words
 * @count: how many
 */
struct cmd_words {
	const char *word[CMD_WORDS_MAX];
	int count;
};

enum cmd_match { MATCH_NONE, MATCH_PART, MATCH_WHOLE };

static void cmd_vreport(const struct cmd *c, const char *fmt, va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) < 0)
		return;
	print_clean(text);
	if (c->def)
		fprintf(stderr, "%s: %s: %s\n", c->prog,
			c->esxcli && c->def->alias ? c->def->alias :
			c->def->path, text);
	else
		fprintf(stderr, "%s: %s\n", c->prog, text);
	free(text);
}

/**
 * cmd_fail() - say in one line why the command failed
 * @c: the invocation
 * @fmt: as of printf
 *
 * Return: the exit status of a failure.
 */
int cmd_fail(const struct cmd *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	cmd_vreport(c, fmt, ap);
	va_end(ap);
	return CMD_FAILED;
}

/**
 * cmd_fail_errno() - say that something failed with an errno
 * @c: the invocation
 * @what: the thing
 * @err: negative errno
 *
 * Return: the exit status of a failure.
 */
int cmd_fail_errno(const struct cmd *c, const char *what, int err)
{
	return cmd_fail(c, "%s: %s", what, strerror(-err));
}

/**
 * cmd_warn() - say something about a command that worked
 * @c: the invocation
 * @fmt: as of printf
 */
void cmd_warn(const struct cmd *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	cmd_vreport(c, fmt, ap);
	va_end(ap);
}

/**
 * cmd_usage() - say in one line what is wrong with the words given
 * @c: the invocation
 * @fmt: as of printf
 *
 * Return: the exit status of a usage error.
 */
int cmd_usage(const struct cmd *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	cmd_vreport(c, fmt, ap);
	va_end(ap);
	return CMD_USAGE;
}

/**
 * cmd_emit() - print records and let go of them
 * @c: the invocation
 * @records: an array, NULL meaning that memory ran out
 *
 * Return: an exit status.
 */
int cmd_emit(const struct cmd *c, json_t *records)
{
	struct layout layout = *c->def->layout;
	int err = records ? 0 : -ENOMEM;

	if (c->fields && !err)
		err = print_fields(&layout, c->fields);
	if (err == -ENOENT) {
		json_decref(records);
		return cmd_usage(c, "--format-param '%s': no such fields",
				 c->fields);
	}
	if (!err)
		err = print_records(stdout, &layout, c->format, records);
	if (layout.columns != c->def->layout->columns)
		free((void *)layout.columns);
	json_decref(records);
	return err ? cmd_fail_errno(c, "output", err) : CMD_OK;
}

/**
 * cmd_object() - what the command is about, for messages
 * @c: the invocation
 *
 * Return: the name as typed, or NULL where none was given.
 */
const char *cmd_object(const struct cmd *c)
{
	const struct opt_def *def = c->def->opts;
	size_t i;

	for (i = 0; def && def[i].name; i++)
		if (def[i].flags & OPT_OBJECT && c->vals[i].text)
			return c->vals[i].text;
	return NULL;
}

static enum cmd_match cmd_match(const char *path, const struct cmd_words *w)
{
	int i;

	if (!path)
		return MATCH_NONE;
	for (i = 0; i < w->count; i++) {
		size_t len = strcspn(path, " ");

		if (!len || strlen(w->word[i]) != len ||
		    memcmp(path, w->word[i], len))
			return MATCH_NONE;
		path += len + (path[len] == ' ');
	}
	return *path ? MATCH_PART : MATCH_WHOLE;
}

/* Sets the command where the words are all of one's. */
static bool cmd_lookup(struct cmd *c, const struct cmd_words *w)
{
	const struct command *def;
	bool part = false;

	for (def = commands; def->path; def++) {
		enum cmd_match path = cmd_match(def->path, w);
		enum cmd_match alias = cmd_match(def->alias, w);

		if (path == MATCH_WHOLE || alias == MATCH_WHOLE) {
			c->def = def;
			c->esxcli = path != MATCH_WHOLE;
			return true;
		}
		part |= path == MATCH_PART || alias == MATCH_PART;
	}
	return part;
}

/* How far a path, cut to as many words, is from the words typed. */
static unsigned int cmd_distance(const char *path, const char *typed,
				 char *cut, size_t size)
{
	size_t words = 1, len = 0;
	const char *p;

	for (p = typed; *p; p++)
		words += *p == ' ';
	for (; words && path[len] && len + 1 < size; len++)
		if (path[len] == ' ' && !--words)
			break;
	memcpy(cut, path, len);
	cut[len] = '\0';
	return value_distance(cut, typed);
}

static void cmd_consider(const char *path, const char *typed,
			 unsigned int *least, char *best, size_t size)
{
	size_t plen = strlen(path);
	size_t tlen = strlen(typed);
	char cut[128];
	unsigned int d;

	if (plen > tlen && plen < size && path[plen - tlen - 1] == ' ' &&
	    !strcmp(path + plen - tlen, typed)) {
		/* The end of a path: the words before it were left out. */
		strcpy(cut, path);
		d = 1;
	} else {
		d = cmd_distance(path, typed, cut, sizeof(cut));
	}
	if (d < *least) {
		*least = d;
		strcpy(best, cut);
	}
}

static void cmd_join(const struct cmd_words *w, char *text, size_t size)
{
	size_t len = 0;
	int i;

	*text = '\0';
	for (i = 0; i < w->count && len < size; i++)
		len += snprintf(text + len, size - len, "%s%.40s",
				i ? " " : "", w->word[i]);
}

/* What ESXi has below network, and this has not. */
static const char *const cmd_not_here[] = {
	"network ens", "network firewall", "network ip connection",
	"network ip dns", "network ip get", "network ip hosts",
	"network ip ipsec", "network ip set", "network multicast",
	"network nic attachment", "network nic coalesce", "network nic cso",
	"network nic dcb", "network nic eeprom", "network nic hwCap",
	"network nic negotiate", "network nic pauseParams",
	"network nic permanentMac", "network nic queue",
	"network nic register", "network nic ring", "network nic selftest",
	"network nic set", "network nic sg", "network nic software",
	"network nic tso", "network nic vlan", "network port filter",
	"network port ring", "network sriovnic", "network vswitch dvs",
	NULL
};

/*
 * The part of the words that is a namespace or command of ESXi's which is not
 * here; NULL if there is none. Of esxcli, all that is not of the network.
 */
static const char *cmd_only_esxi(const struct cmd *c,
				 const struct cmd_words *w)
{
	const char *const *path = cmd_not_here;
	char typed[128];

	if (!strcmp(c->prog, "esxcli") && strcmp(w->word[0], "network"))
		return w->word[0];
	cmd_join(w, typed, sizeof(typed));
	while (*path && strcmp(*path, typed))
		path++;
	return *path;
}

static int cmd_unknown(struct cmd *c, const struct cmd_words *w, int argc,
		       char **argv)
{
	const struct command *def;
	unsigned int least = 1000;
	char best[128] = "";
	char typed[128];

	if (cmd_only_esxi(c, w))
		return cmd_fail(c, "'%s': ESXi has this, this host has not",
				cmd_only_esxi(c, w));
	cmd_join(w, typed, sizeof(typed));
	/* A verb that follows helps to find what was meant. */
	if (argc && argv[0][0] != '-' && strlen(argv[0]) < 16 &&
	    strlen(typed) < 100) {
		strcat(typed, " ");
		strcat(typed, argv[0]);
	}
	for (def = commands; def->path; def++) {
		cmd_consider(def->path, typed, &least, best, sizeof(best));
		if (def->alias && !strcmp(w->word[0], "network"))
			cmd_consider(def->alias, typed, &least, best,
				     sizeof(best));
	}
	return cmd_usage(c, "unknown command '%s'; the nearest is '%s'",
			 typed, best);
}

/*
 * The words are the beginning of commands: list these, as esxcli does, but
 * let no script take that for a success unless it has asked for help.
 */
static int cmd_browse(struct cmd *c, const struct cmd_words *w)
{
	char level[128];

	cmd_join(w, level, sizeof(level));
	gen_level(stdout, c->prog, level);
	if (c->help || !w->count)
		return CMD_OK;
	return cmd_usage(c, "'%s' is not a whole command", level);
}

/**
 * cmd_parse() - find out what is to be done
 * @c: the invocation, set up by this
 * @argc: number of words, the program's name among them
 * @argv: the words
 *
 * Where @c->def is not set on success, all that was asked for was help, and
 * that has been given.
 *
 * Return: an exit status.
 */
int cmd_parse(struct cmd *c, int argc, char **argv)
{
	struct cmd_words w = { .count = 0 };
	const char *slash = strrchr(argv[0], '/');
	int i = 1;
	int used;

	memset(c, 0, sizeof(*c));
	c->prog = slash ? slash + 1 : argv[0];
	if (!strcmp(c->prog, "vmkping")) {
		w.word[w.count++] = "ping";
		cmd_lookup(c, &w);
		return opt_parse(c, argc - 1, argv + 1);
	}
	while (!c->def && i < argc) {
		if (argv[i][0] == '-' && argv[i][1]) {
			used = opt_global(c, argc - i, argv + i);
			if (used < 0)
				return -used;
			i += used;
			continue;
		}
		/* No path is longer, so the lookup has failed by then. */
		w.word[w.count++] = argv[i++];
		if (!cmd_lookup(c, &w))
			return cmd_unknown(c, &w, argc - i, argv + i);
	}
	if (!c->def)
		return cmd_browse(c, &w);
	return opt_parse(c, argc - i, argv + i);
}

/**
 * cmd_release() - let go of what an invocation holds
 * @c: the invocation
 */
void cmd_release(struct cmd *c)
{
	size_t i;

	for (i = 0; i < CMD_OPTS_MAX; i++)
		free(c->vals[i].ranges);
	nlsock_close(&c->nl);
}

/**
 * cmd_main() - do what the words say
 * @argc: number of words, the program's name among them
 * @argv: the words
 *
 * Return: an exit status.
 */
int cmd_main(int argc, char **argv)
{
	struct cmd c;
	int err = cmd_parse(&c, argc, argv);

	if (!err && c.def && c.help)
		gen_command(stdout, c.prog, c.def, c.esxcli);
	else if (!err && c.def)
		err = login_guard(&c);
	cmd_release(&c);
	if (!err && (fflush(stdout) || ferror(stdout))) {
		fprintf(stderr, "%s: output: %s\n", c.prog, strerror(errno));
		err = CMD_FAILED;
	}
	return err;
}
