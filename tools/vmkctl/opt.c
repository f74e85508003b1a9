// SPDX-License-Identifier: GPL-2.0
/* Options, in every way of writing them that esxcli's scripts use. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"

#define OPT_NET4_FORM	"a network such as 10.1.0.0/16, or default"
#define OPT_NET6_FORM	"a network such as fd00::/64, or default"

#define OPT_FIELDS	"fields="

/**
 * struct opt_arg - an option as it stands on the command line
 * @def: what it is
 * @spelled: as which it was written, with its dashes
 * @value: the value that came with it, or NULL
 * @rest: further letters of a cluster, or NULL
 */
struct opt_arg {
	const struct opt_def *def;
	char spelled[64];
	const char *value;
	const char *rest;
};

static const struct word words_format[] = {
	{ "text", PRINT_TEXT },
	{ "json", PRINT_JSON },
	{ "csv", PRINT_CSV },
	{ "xml", PRINT_XML },
	{ "keyvalue", PRINT_KEYVALUE },
	{ }
};

/* Options of every command; a command's own of the same letter go first. */
const struct opt_def opts_global[] = {
	{ .letter = 'j', .name = "json", .type = OPT_FLAG },
	{ .name = "formatter", .arg = "FORMAT", .type = OPT_WORD,
	  .words = words_format },
	{ .name = "format-param", .arg = "PARAM", .type = OPT_STRING },
	{ .name = "no-guard", .type = OPT_FLAG },
	{ .letter = 'h', .name = "help", .type = OPT_FLAG },
	{ }
};

static const struct opt_def *opt_by_name(const struct opt_def *opts,
					 const char *name, size_t len)
{
	for (; opts && opts->name; opts++)
		if (strlen(opts->name) == len && !memcmp(opts->name, name, len))
			return opts;
	return NULL;
}

static const struct opt_def *opt_by_letter(const struct opt_def *opts,
					   char letter)
{
	for (; opts && opts->name; opts++)
		if (opts->letter == letter)
			return opts;
	return NULL;
}

static void opt_nearest(const struct opt_def *opts, const char *name,
			const char **best, unsigned int *least)
{
	for (; opts && opts->name; opts++) {
		unsigned int d = value_distance(name, opts->name);

		if (d < *least) {
			*least = d;
			*best = opts->name;
		}
	}
}

/* One letter is near to no other, so tell them all. */
static int opt_unknown_letter(const struct cmd *c, char letter)
{
	const struct opt_def *opts = c->def ? c->def->opts : NULL;
	char list[128] = "";
	size_t len = 0;

	for (; opts && opts->name && len + 8 < sizeof(list); opts++)
		if (opts->letter)
			len += sprintf(list + len, "-%c, ", opts->letter);
	return cmd_usage(c, "unknown option '-%c'; there are %s-j and --help",
			 letter, list);
}

static int opt_unknown_name(const struct cmd *c, const char *word)
{
	const char *name = word + strspn(word, "-+");
	const char *best = "help";
	unsigned int least = 1000;
	char bare[64] = "";

	strncpy(bare, name, sizeof(bare) - 1);
	bare[strcspn(bare, "=")] = '\0';
	if (c->def)
		opt_nearest(c->def->opts, bare, &best, &least);
	opt_nearest(opts_global, bare, &best, &least);
	return cmd_usage(c, "unknown option '%.*s'; the nearest is '--%s'",
			 (int)strcspn(word, "="), word, best);
}

/* vmkping writes long options as ++netstack=NAME. */
static bool opt_is_long(const char *word)
{
	return !strncmp(word, "--", 2) || !strncmp(word, "++", 2);
}

/* Splits "name" and "name=value", as they stand behind the dashes. */
static bool opt_split_name(const struct opt_def *opts, const char *text,
			   struct opt_arg *arg)
{
	size_t len = strcspn(text, "=");

	memset(arg, 0, sizeof(*arg));
	arg->def = opt_by_name(opts, text, len);
	if (!arg->def)
		return false;
	arg->value = text[len] ? text + len + 1 : NULL;
	strcpy(arg->spelled, "--");
	strncat(arg->spelled, arg->def->name, sizeof(arg->spelled) - 3);
	return true;
}

/* Splits "l", "lvalue" and "l=value", as they stand behind a dash. */
static bool opt_split_letter(const struct opt_def *opts, const char *text,
			     struct opt_arg *arg)
{
	memset(arg, 0, sizeof(*arg));
	arg->def = opt_by_letter(opts, text[0]);
	if (!arg->def)
		return false;
	arg->spelled[0] = '-';
	arg->spelled[1] = text[0];
	if (text[1] == '=')
		arg->value = text + 2;
	else if (text[1] && arg->def->type == OPT_FLAG)
		arg->rest = text + 1;
	else if (text[1])
		arg->value = text + 1;
	return true;
}

static bool opt_split(const struct opt_def *opts, const char *word,
		      struct opt_arg *arg)
{
	return opt_is_long(word) ? opt_split_name(opts, word + 2, arg) :
				   opt_split_letter(opts, word + 1, arg);
}

static bool opt_is_known(const struct cmd *c, const char *word)
{
	struct opt_arg arg;

	if (word[0] != '-' || !word[1])
		return false;
	return opt_split(c->def ? c->def->opts : NULL, word, &arg) ||
	       opt_split(opts_global, word, &arg);
}

static int opt_bad(const struct cmd *c, const struct opt_arg *arg,
		   const char *want)
{
	return cmd_usage(c, "%s '%s': not %s", arg->spelled, arg->value, want);
}

static int opt_bad_word(const struct cmd *c, const struct opt_arg *arg,
			const char *word, size_t len)
{
	const struct word *w = arg->def->words;
	const char *best = w->name;
	unsigned int least = 1000;
	char typed[64] = "";

	memcpy(typed, word, len < sizeof(typed) ? len : sizeof(typed) - 1);
	for (; w->name; w++) {
		unsigned int d = value_distance(typed, w->name);

		if (d < least) {
			least = d;
			best = w->name;
		}
	}
	return cmd_usage(c, "%s '%s': unknown; the nearest is '%s'",
			 arg->spelled, typed, best);
}

static int opt_words(const struct cmd *c, const struct opt_arg *arg,
		     struct opt_val *val)
{
	const char *word = arg->value;
	const struct word *w;
	size_t len;

	for (;;) {
		len = strcspn(word, ",");
		w = word_find(arg->def->words, word, len);
		if (!w)
			return opt_bad_word(c, arg, word, len);
		val->num |= w->value;
		if (!word[len])
			return CMD_OK;
		word += len + 1;
	}
}

static int opt_word(const struct cmd *c, const struct opt_arg *arg,
		    struct opt_val *val)
{
	size_t len = strlen(arg->value);
	const struct word *w = word_find(arg->def->words, arg->value, len);

	if (!w)
		return opt_bad_word(c, arg, arg->value, len);
	val->num = w->value;
	return CMD_OK;
}

static int opt_value(const struct cmd *c, const struct opt_arg *arg,
		     struct opt_val *val)
{
	const char *v = arg->value;

	switch (arg->def->type) {
	case OPT_STRING:
		return CMD_OK;
	case OPT_U32:
		return value_u32(v, &val->num) ?
		       opt_bad(c, arg, "a number of 0 to 4294967295") : CMD_OK;
	case OPT_DECIMAL:
		return value_decimal(v) ?
		       opt_bad(c, arg, "a positive number") : CMD_OK;
	case OPT_BOOL:
	case OPT_FLAG:
		return value_bool(v, &val->num) ?
		       opt_bad(c, arg, "true or false") : CMD_OK;
	case OPT_MAC:
		return value_mac(v, val->mac) ?
		       opt_bad(c, arg, "a MAC address") : CMD_OK;
	case OPT_WORD:
		return opt_word(c, arg, val);
	case OPT_WORDS:
		return opt_words(c, arg, val);
	case OPT_NAMES:
		return value_names(v) ?
		       opt_bad(c, arg, "a list such as eth0,eth1") : CMD_OK;
	case OPT_RANGES:
		return value_ranges(v, &val->ranges, &val->count) ?
		       opt_bad(c, arg, "a list such as 10-20,30") : CMD_OK;
	case OPT_IP4:
		return value_ip4(v, &val->ip4) ?
		       opt_bad(c, arg, "an IPv4 address") : CMD_OK;
	case OPT_NETMASK:
		return value_netmask(v, &val->ip4, &val->len) ?
		       opt_bad(c, arg, "an IPv4 netmask") : CMD_OK;
	case OPT_IP6:
		return value_ip6(v, &val->ip6) ?
		       opt_bad(c, arg, "an IPv6 address") : CMD_OK;
	case OPT_PREFIX6:
		return value_prefix6(v, &val->ip6, &val->len) ?
		       opt_bad(c, arg, "an IPv6 address such as fd00::1/64") :
		       CMD_OK;
	case OPT_NET4:
		return value_network(AF_INET, v, &val->ip4, &val->len) ?
		       opt_bad(c, arg, OPT_NET4_FORM) : CMD_OK;
	case OPT_NET6:
		return value_network(AF_INET6, v, &val->ip6, &val->len) ?
		       opt_bad(c, arg, OPT_NET6_FORM) : CMD_OK;
	}
	return CMD_USAGE;
}

/*
 * Gives the option its value, from the next word where none came with it.
 * Returns how many words were used, or a negative exit status.
 */
static int opt_take(const struct cmd *c, struct opt_arg *arg,
		    struct opt_val *val, const char *next)
{
	int used = 1;
	int err;

	if (!arg->value && arg->def->type == OPT_FLAG) {
		arg->value = "true";
	} else if (!arg->value) {
		if (!next)
			return -cmd_usage(c, "%s needs a value", arg->spelled);
		if (opt_is_known(c, next))
			return -cmd_usage(c,
					  "%s needs a value, and '%s' is an option",
					  arg->spelled, next);
		arg->value = next;
		used = 2;
	}
	if (val->text)
		return -cmd_usage(c, "%s is given twice", arg->spelled);
	err = opt_value(c, arg, val);
	if (err)
		return -err;
	val->text = arg->value;
	return used;
}

static int opt_format_param(struct cmd *c, const char *text)
{
	if (strncmp(text, OPT_FIELDS, strlen(OPT_FIELDS)))
		return -cmd_usage(c, "--format-param '%s': not " OPT_FIELDS
				  "NAME,...", text);
	c->fields = text + strlen(OPT_FIELDS);
	return 0;
}

static int opt_take_global(struct cmd *c, struct opt_arg *arg,
			   const char *next)
{
	struct opt_val val = { 0 };
	int used = opt_take(c, arg, &val, next);

	if (used < 0)
		return used;
	if (!strcmp(arg->def->name, "help"))
		c->help = val.num;
	else if (!strcmp(arg->def->name, "format-param"))
		return opt_format_param(c, val.text) ?: used;
	else if (!strcmp(arg->def->name, "no-guard"))
		c->unguarded = val.num;
	else if (!strcmp(arg->def->name, "json"))
		c->format = val.num ? PRINT_JSON : PRINT_TEXT;
	else
		c->format = (enum print_format)val.num;
	return used;
}

static int opt_one_name(struct cmd *c, const char *word, const char *next)
{
	const struct opt_def *own = c->def ? c->def->opts : NULL;
	struct opt_arg arg;

	if (opt_split_name(own, word + 2, &arg))
		return opt_take(c, &arg, &c->vals[arg.def - own], next);
	if (opt_split_name(opts_global, word + 2, &arg))
		return opt_take_global(c, &arg, next);
	return -opt_unknown_name(c, word);
}

/* One letter, or flags and after them one that may have a value. */
static int opt_one_cluster(struct cmd *c, const char *text, const char *next)
{
	const struct opt_def *own = c->def ? c->def->opts : NULL;
	struct opt_arg arg;
	int used;

	do {
		if (opt_split_letter(own, text, &arg))
			used = opt_take(c, &arg, &c->vals[arg.def - own],
					next);
		else if (opt_split_letter(opts_global, text, &arg))
			used = opt_take_global(c, &arg, next);
		else
			used = -opt_unknown_letter(c, *text);
		text = arg.rest;
	} while (used > 0 && text);
	return used;
}

/* Returns how many words were used, or a negative exit status. */
static int opt_one(struct cmd *c, const char *word, const char *next)
{
	return opt_is_long(word) ? opt_one_name(c, word, next) :
				   opt_one_cluster(c, word + 1, next);
}

/**
 * opt_global() - an option before the words of the command
 * @c: the invocation
 * @argc: number of words left, one at least
 * @argv: the words
 *
 * Return: how many words were used, or a negative exit status.
 */
int opt_global(struct cmd *c, int argc, char **argv)
{
	return opt_one(c, argv[0], argc > 1 ? argv[1] : NULL);
}

static int opt_bare(struct cmd *c, const char *word)
{
	const struct opt_def *def = c->def->opts;
	struct opt_arg arg = { .value = word };
	int used;

	for (; def && def->name; def++)
		if (def->flags & OPT_BARE)
			break;
	if (!def || !def->name)
		return cmd_usage(c, "unexpected word '%s'", word);
	arg.def = def;
	strcpy(arg.spelled, "--");
	strncat(arg.spelled, def->name, sizeof(arg.spelled) - 3);
	used = opt_take(c, &arg, &c->vals[def - c->def->opts], NULL);
	return used < 0 ? -used : CMD_OK;
}

static void opt_append(char *names, size_t size, const char *name)
{
	size_t len = strlen(names);

	if (len + strlen(name) + 8 < size)
		sprintf(names + len, "%s--%s", len ? ", " : "", name);
}

static int opt_check(const struct cmd *c)
{
	const struct opt_def *def = c->def->opts;
	const struct opt_def *either = NULL;
	bool can_change = false;
	bool changes = false;
	char names[256] = "";
	size_t i;

	for (i = 0; def && def[i].name; i++) {
		bool given = c->vals[i].text;

		if (!given && def[i].flags & OPT_REQUIRED)
			return cmd_usage(c, "--%s is required", def[i].name);
		if (def[i].flags & OPT_CHANGE) {
			can_change = true;
			changes |= given && (def[i].type != OPT_FLAG ||
					     c->vals[i].num);
			opt_append(names, sizeof(names), def[i].name);
		}
		if (!given || !(def[i].flags & OPT_EITHER))
			continue;
		if (either)
			return cmd_usage(c, "--%s and --%s exclude each other",
					 either->name, def[i].name);
		either = &def[i];
	}
	if (can_change && !changes)
		return cmd_usage(c, "nothing to change; give one of %s",
				 names);
	return CMD_OK;
}

/**
 * opt_parse() - the words after those of the command
 * @c: the invocation, its command known
 * @argc: how many
 * @argv: the words
 *
 * Return: an exit status.
 */
int opt_parse(struct cmd *c, int argc, char **argv)
{
	bool words_only = false;
	int err = CMD_OK;
	int i = 0;

	while (i < argc) {
		const char *word = argv[i];
		bool plus = !strncmp(word, "++", 2) && word[2];

		if (!words_only && !strcmp(word, "--")) {
			words_only = true;
			i++;
		} else if (words_only ||
			   (!plus && (word[0] != '-' || !word[1]))) {
			err = opt_bare(c, word);
			if (err)
				return err;
			i++;
		} else {
			int used = opt_one(c, word,
					   i + 1 < argc ? argv[i + 1] : NULL);

			if (used < 0)
				return -used;
			i += used;
		}
	}
	return c->help ? CMD_OK : opt_check(c);
}

/**
 * opt_find() - the option that a word is
 * @def: the command, or NULL where there is none yet
 * @word: the word, with its dashes
 *
 * Return: the option, or NULL where there is none, or it has its value.
 */
const struct opt_def *opt_find(const struct command *def, const char *word)
{
	struct opt_arg arg;

	if (!word[1] || (!opt_split(def ? def->opts : NULL, word, &arg) &&
			 !opt_split(opts_global, word, &arg)))
		return NULL;
	return arg.value ? NULL : arg.def;
}

/**
 * opt_get() - an option of the command
 * @c: the invocation
 * @name: its long form, which the command must have
 *
 * Return: the option as given.
 */
const struct opt_val *opt_get(const struct cmd *c, const char *name)
{
	const struct opt_def *def;

	def = opt_by_name(c->def->opts, name, strlen(name));
	assert(def);
	return &c->vals[def - c->def->opts];
}

/**
 * opt_given() - was an option given?
 * @c: the invocation
 * @name: its long form
 *
 * Return: true if it was.
 */
bool opt_given(const struct cmd *c, const char *name)
{
	return opt_get(c, name)->text;
}

/**
 * opt_text() - the value of an option as it was typed
 * @c: the invocation
 * @name: its long form
 *
 * Return: the value, or NULL where it was not given.
 */
const char *opt_text(const struct cmd *c, const char *name)
{
	return opt_get(c, name)->text;
}
