// SPDX-License-Identifier: GPL-2.0
/* Help, completion and the man page, made from the table of commands. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "complete.h"
#include "gen.h"

#define GEN_COLUMN	28

/* Not whole, so that nobody takes it for a licence of this file. */
#define GEN_LICENSE	"License-Identifier: GPL-2.0"

/**
 * gen_below() - does a command stand below a level?
 * @path: words of the command, or NULL
 * @level: words that it would begin with
 *
 * Return: true if it does.
 */
bool gen_below(const char *path, const char *level)
{
	size_t len = strlen(level);

	return path && !strncmp(path, level, len) &&
	       (!len || path[len] == ' ');
}

/* The form of a command's words that is shown at a level, or NULL. */
static const char *gen_path(const struct command *def, const char *level,
			    bool esxcli)
{
	if (!(esxcli && !*level) && gen_below(def->path, level))
		return def->path;
	if ((*level || esxcli) && gen_below(def->alias, level))
		return def->alias;
	return NULL;
}

/**
 * gen_level() - the commands of a level, a line each
 * @out: where to
 * @prog: name of the program
 * @level: words that the commands begin with
 */
void gen_level(FILE *out, const char *prog, const char *level)
{
	bool esxcli = !strcmp(prog, "esxcli");
	const struct command *def;
	const char *path;
	size_t width = 0;

	for (def = commands; def->path; def++) {
		path = gen_path(def, level, esxcli);
		if (path && strlen(path) > width)
			width = strlen(path);
	}
	fprintf(out, "usage: %s [-j | --formatter FORMAT] %s%s", prog, level,
		*level ? " " : "");
	fprintf(out, "COMMAND [OPTION ...]\n\ncommands:\n");
	for (def = commands; def->path; def++) {
		path = gen_path(def, level, esxcli);
		if (path)
			fprintf(out, "  %-*s  %s\n", (int)width, path,
				def->help);
	}
	fprintf(out, "\n'%s COMMAND --help' tells the options of a command.\n",
		prog);
	fputs("What shows something does so in JSON by -j.\n"
	      "Guarded if you are logged in by ssh; not with --no-guard.\n",
	      out);
}

static void gen_option_name(const struct opt_def *opt, char *text,
			    size_t size)
{
	bool value = opt->type != OPT_FLAG;

	if (opt->letter)
		snprintf(text, size, "-%c, --%s%s%s", opt->letter, opt->name,
			 value ? " " : "", value ? opt->arg : "");
	else
		snprintf(text, size, "    --%s%s%s", opt->name,
			 value ? " " : "", value ? opt->arg : "");
}

static void gen_words(FILE *out, const struct opt_def *opt, const char *sep)
{
	const struct word *w;

	if (!opt->words)
		return;
	fprintf(out, "%s", sep);
	for (w = opt->words; w->name; w++)
		fprintf(out, "%s%s", w == opt->words ? "" : ", ", w->name);
}

static void gen_usage(FILE *out, const struct command *def)
{
	const struct opt_def *opt;

	for (opt = def->opts; opt && opt->name; opt++) {
		bool must = opt->flags & OPT_REQUIRED;
		char name[64];

		if (opt->letter)
			snprintf(name, sizeof(name), "-%c", opt->letter);
		else
			snprintf(name, sizeof(name), "--%s", opt->name);
		fprintf(out, " %s%s%s%s%s", must ? "" : "[", name,
			opt->type == OPT_FLAG ? "" : " ",
			opt->type == OPT_FLAG ? "" : opt->arg,
			must ? "" : "]");
	}
}

/**
 * gen_command() - help for a command
 * @out: where to
 * @prog: name of the program
 * @def: the command
 * @esxcli: tell its words in esxcli's tree
 */
void gen_command(FILE *out, const char *prog, const struct command *def,
		 bool esxcli)
{
	const char *path = esxcli && def->alias ? def->alias : def->path;
	const char *other = esxcli ? def->path : def->alias;
	const struct opt_def *opt;
	int width = GEN_COLUMN;
	char name[80];

	fprintf(out, "usage: %s %s", prog, path);
	gen_usage(out, def);
	fprintf(out, "\n\n%s.\n", def->help);
	if (def->note)
		fprintf(out, "%s\n", def->note);
	if (other)
		fprintf(out, "The same as '%s'.\n", other);
	if (def->opts && def->opts->name)
		fprintf(out, "\noptions:\n");
	for (opt = def->opts; opt && opt->name; opt++) {
		gen_option_name(opt, name, sizeof(name));
		if ((int)strlen(name) > width)
			width = strlen(name);
	}
	for (opt = def->opts; opt && opt->name; opt++) {
		gen_option_name(opt, name, sizeof(name));
		fprintf(out, "  %-*s %s%s", width, name, opt->help,
			opt->flags & OPT_REQUIRED ? " (required)" : "");
		gen_words(out, opt, ": ");
		fputc('\n', out);
	}
}

/* Text for roff: no line may begin with a control character. */
static void gen_roff(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\\')
			fputs("\\e", out);
		else if (*text == '-')
			fputs("\\-", out);
		else if (*text == '\'')
			fputs("\\(aq", out);
		else
			fputc(*text, out);
	}
}

static void gen_man_option(FILE *out, const struct opt_def *opt)
{
	char name[80];

	gen_option_name(opt, name, sizeof(name));
	fputs(".TP\n", out);
	gen_roff(out, name + strspn(name, " "));
	fputc('\n', out);
	gen_roff(out, opt->help);
	if (opt->flags & OPT_REQUIRED)
		fputs(" (required)", out);
	gen_words(out, opt, ": ");
	fputs(".\n", out);
}

static void gen_man_command(FILE *out, const struct command *def)
{
	const struct opt_def *opt;

	fputs(".SS ", out);
	gen_roff(out, def->path);
	fputc('\n', out);
	gen_roff(out, def->help);
	fputs(".\n", out);
	if (def->note) {
		gen_roff(out, def->note);
		fputc('\n', out);
	}
	if (def->alias) {
		fputs("In esxcli's form: ", out);
		gen_roff(out, def->alias);
		fputs(".\n", out);
	}
	for (opt = def->opts; opt && opt->name; opt++)
		gen_man_option(out, opt);
}

static void gen_man(FILE *out)
{
	const struct command *def;

	fprintf(out, ".\\\" SPDX-%s\n", GEN_LICENSE);
	fputs(".TH VMKCTL 8 \"\" \"vmkctl " VMKCTL_VERSION "\"\n"
	      ".SH NAME\n"
	      "vmkctl \\- virtual switches and VMkernel adapters\n"
	      ".SH SYNOPSIS\n"
	      ".B vmkctl\n"
	      "[\\-j | \\-\\-formatter text|json|csv|xml|keyvalue]\n"
	      "[\\-\\-format\\-param fields=NAME,...] COMMAND [OPTION ...]\n"
	      ".br\n"
	      ".B esxcli\n"
	      "[\\-\\-formatter text|json|csv|xml|keyvalue] network COMMAND [OPTION ...]\n"
	      ".br\n"
	      ".B vmkping\n"
	      "[OPTION ...] HOST\n"
	      ".SH DESCRIPTION\n"
	      "Manages the switches of the vswitch module in the network\n"
	      "namespace of the caller. Success is silent. An error is one\n"
	      "line; nothing has been changed then.\n"
	      "Options may be written \\-v NAME, \\-v=NAME, \\-vNAME,\n"
	      "\\-\\-long NAME or \\-\\-long=NAME, in any order.\n"
	      ".PP\n"
	      "Where root is logged in by ssh through an adapter, a command that\n"
	      "changes this adapter, its port group, its switch or a route is\n"
	      "guarded: unless the other end answers a ping within 30 seconds\n"
	      "afterwards, the former state comes back, even if the connection\n"
	      "has gone. An other end that answered none before has to run\n"
	      ".B config confirm\n"
	      "within 60 seconds.\n"
	      ".B \\-\\-no\\-guard\n"
	      "does without.\n"
	      ".SH COMMANDS\n", out);
	for (def = commands; def->path; def++)
		gen_man_command(out, def);
	fputs(".SH PRIVILEGES\n"
	      "What shows something needs none. What changes something\n"
	      "needs CAP_NET_ADMIN in the user namespace that owns the\n"
	      "network namespace. To make, remove or enter a TCP/IP stack other\n"
	      "than the default one, as commands do for the adapters there,\n"
	      "takes CAP_SYS_ADMIN in addition.\n"
	      ".B config apply\n"
	      "and the ways back from it are root\\(aqs.\n"
	      ".PP\n"
	      "Files are written by\n"
	      ".B config save\n"
	      "only, apart from settings below /proc/sys/net, from what is kept in\n"
	      "/run/vmkctl of each DHCP client and in /run/vswitch of the state\n"
	      "before a change of the configuration.\n"
	      "Programs of the system are run for\n"
	      ".BR ping ,\n"
	      "for TCP/IP stacks\n"
	      ".RB ( ip-netns (8))\n"
	      "and for DHCP.\n"
	      ".SH EXIT STATUS\n"
	      "0: done. 1: refused or failed. 2: the command line is wrong.\n"
	      ".B ping\n"
	      "exits with the status of the system's ping.\n"
	      ".SH SEE ALSO\n"
	      ".BR vswitch (4),\n"
	      ".BR vswitch-config (5),\n"
	      ".BR ip (8)\n", out);
}

/*
 * The words come from the program, each time they are needed. A name may be
 * anything, so that it is quoted, and never expanded as compgen -W would do.
 */
static void gen_completion(FILE *out)
{
	fprintf(out, "# SPDX-%s\n", GEN_LICENSE);
	fputs("_vmkctl()\n"
	      "{\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} word\n"
	      "\tlocal before=(\"${COMP_WORDS[@]:1:COMP_CWORD-1}\")\n"
	      "\n"
	      "\t[ \"${1##*/}\" != vmkping ] || before=(ping \"${before[@]}\")\n"
	      "\t[ \"$cur\" != = ] || { before+=(=); cur=; }\n"
	      "\tcur=${cur//\\\\/} cur=${cur#[\\\"\\']}\n"
	      "\tCOMPREPLY=()\n"
	      "\twhile IFS= read -r word; do\n"
	      "\t\t[[ $word != \"$cur\"* ]] ||\n"
	      "\t\t\tCOMPREPLY+=(\"$(printf %q \"$word\")\")\n"
	      "\tdone < <(vmkctl help --complete \"${before[@]}\" 2>/dev/null)\n"
	      "}\n"
	      "complete -o default -F _vmkctl vmkctl vmkping esxcli\n", out);
}

/**
 * gen_main() - "vmkctl help ..."
 * @argc: number of words
 * @argv: the words, the second being "help"
 *
 * Return: an exit status.
 */
int gen_main(int argc, char **argv)
{
	char help[] = "--help";
	char **words;
	int err;

	if (argc > 2 && !strcmp(argv[2], "--man")) {
		gen_man(stdout);
		return CMD_OK;
	}
	if (argc > 2 && !strcmp(argv[2], "--completion")) {
		gen_completion(stdout);
		return CMD_OK;
	}
	if (argc > 2 && !strcmp(argv[2], "--complete"))
		return complete_words(stdout, argc - 3, argv + 3);
	/* "help WORD ..." is "WORD ... --help". */
	words = calloc(argc + 1, sizeof(*words));
	if (!words)
		return CMD_FAILED;
	words[0] = argv[0];
	memcpy(words + 1, argv + 2, (argc - 2) * sizeof(*words));
	words[argc - 1] = help;
	err = cmd_main(argc, words);
	free(words);
	return err;
}
