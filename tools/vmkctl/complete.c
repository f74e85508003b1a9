// SPDX-License-Identifier: GPL-2.0
/* What may come next on a command line, for the shell to choose from. */
#include <dirent.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include "complete.h"
#include "gen.h"
#include "netns.h"
#include "request.h"
#include "rtnl.h"

/* To ask for objects would load the module, which a tabulator must not. */
#define COMPLETE_MODULE	"/sys/module/vswitch"

/**
 * struct complete_names - where the names come from that an option takes
 * @option: the option
 * @model: kind of the objects
 * @member: of their records
 */
static const struct complete_names {
	const char *option;
	const struct model *model;
	const char *member;
} complete_names[] = {
	{ "vswitch-name", &model_switch, "name" },
	{ "portgroup-name", &model_portgroup, "name" },
	{ "interface-name", &model_vmk, "name" },
	{ "migrate-to", &model_vmk, "name" },
	{ "portid", &model_port, "port_id" },
	{ }
};

static const char *const complete_nics[] = {
	"uplink-name", "nic-name", "active-uplinks", "standby-uplinks", NULL
};

static void complete_path(FILE *out, const char *path, const char *level,
			  char *last, size_t size)
{
	size_t skip = strlen(level);
	size_t len;

	if (!gen_below(path, level))
		return;
	path += skip + (skip > 0);
	len = strcspn(path, " ");
	/* Commands of a level stand together in the table. */
	if (!len || len >= size ||
	    (strlen(last) == len && !strncmp(last, path, len)))
		return;
	memcpy(last, path, len);
	last[len] = '\0';
	fprintf(out, "%s\n", last);
}

static void complete_level(FILE *out, const char *level)
{
	const struct command *def;
	char last[64] = "";

	for (def = commands; def->path; def++)
		complete_path(out, def->path, level, last, sizeof(last));
	*last = '\0';
	for (def = commands; def->path; def++)
		complete_path(out, def->alias, level, last, sizeof(last));
}

static const struct command *complete_find(const char *path)
{
	const struct command *def;

	for (def = commands; def->path; def++)
		if (!strcmp(def->path, path) ||
		    (def->alias && !strcmp(def->alias, path)))
			return def;
	return NULL;
}

static void complete_options(FILE *out, const struct opt_def *opt)
{
	for (; opt && opt->name; opt++)
		fprintf(out, "--%s\n", opt->name);
}

static void complete_objects(FILE *out, const struct complete_names *names)
{
	struct cmd c = { .prog = "vmkctl" };
	json_t *rows;
	size_t i;

	if (access(COMPLETE_MODULE, F_OK) ||
	    cmd_fetch_all(&c, names->model, &rows))
		return;
	for (i = 0; i < json_array_size(rows); i++) {
		const json_t *value = json_object_get(json_array_get(rows, i),
						      names->member);

		if (json_is_string(value))
			fprintf(out, "%s\n", json_string_value(value));
		else if (json_is_integer(value))
			fprintf(out, "%lld\n",
				(long long)json_integer_value(value));
	}
	json_decref(rows);
	cmd_release(&c);
}

static void complete_altname(const char *name, void *arg)
{
	fprintf(arg, "%s\n", name);
}

static void complete_interfaces(FILE *out)
{
	struct if_nameindex *list = if_nameindex();
	struct if_nameindex *nic;
	struct rtnl rt;

	for (nic = list; nic && nic->if_index; nic++)
		if (strcmp(nic->if_name, "lo"))
			fprintf(out, "%s\n", nic->if_name);
	if (list)
		if_freenameindex(list);
	if (rtnl_open(&rt, NULL))
		return;
	rtnl_each_altname(&rt, complete_altname, out);
	rtnl_close(&rt);
}

static void complete_stacks(FILE *out)
{
	DIR *dir = opendir(NETNS_DIR);
	struct dirent *entry;

	fprintf(out, "%s\n", NETNS_DEFAULT);
	while (dir && (entry = readdir(dir)))
		if (*entry->d_name != '.')
			fprintf(out, "%s\n", entry->d_name);
	if (dir)
		closedir(dir);
}

static void complete_value(FILE *out, const struct opt_def *opt)
{
	const struct complete_names *names;
	const struct word *word = opt->words;
	const char *const *nic;

	for (; word && word->name; word++)
		fprintf(out, "%s\n", word->name);
	if (opt->type == OPT_BOOL)
		fprintf(out, "true\nfalse\n");
	if (!strcmp(opt->name, "netstack"))
		complete_stacks(out);
	for (nic = complete_nics; *nic; nic++)
		if (!strcmp(opt->name, *nic))
			complete_interfaces(out);
	for (names = complete_names; names->option; names++)
		if (!strcmp(opt->name, names->option))
			complete_objects(out, names);
}

/* The words are those after the command's. A shell may take "=" for one. */
static void complete_command(FILE *out, const struct command *def, int argc,
			     char **argv)
{
	const struct opt_def *opt = NULL;

	if (argc && !strcmp(argv[argc - 1], "="))
		argc--;
	if (argc && argv[argc - 1][0] == '-')
		opt = opt_find(def, argv[argc - 1]);
	if (opt && opt->type != OPT_FLAG) {
		complete_value(out, opt);
		return;
	}
	complete_options(out, def->opts);
	complete_options(out, opts_global);
}

/* Returns where the words of an option before the command end. */
static int complete_global(const struct opt_def *opt, int argc, char **argv,
			   int i)
{
	if (!opt || opt->type == OPT_FLAG)
		return i;
	if (i + 1 < argc && !strcmp(argv[i + 1], "="))
		i++;
	return i + 1;
}

/**
 * complete_words() - print what may come after words, one in a line
 * @out: where to
 * @argc: number of words
 * @argv: the words, without the program's name
 *
 * Return: an exit status.
 */
int complete_words(FILE *out, int argc, char **argv)
{
	const struct command *def;
	const struct opt_def *opt;
	char level[256] = "";
	int i;

	for (i = 0; i < argc; i++) {
		if (argv[i][0] == '-') {
			opt = opt_find(NULL, argv[i]);
			i = complete_global(opt, argc, argv, i);
			if (i < argc)
				continue;
			complete_value(out, opt);
			return CMD_OK;
		}
		if (strlen(level) + strlen(argv[i]) + 2 > sizeof(level))
			return CMD_OK;
		if (*level)
			strcat(level, " ");
		strcat(level, argv[i]);
		def = complete_find(level);
		if (def) {
			complete_command(out, def, argc - i - 1, argv + i + 1);
			return CMD_OK;
		}
	}
	complete_level(out, level);
	if (!*level)
		complete_options(out, opts_global);
	return CMD_OK;
}
