/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_CMD_H
#define VMKCTL_CMD_H

#include <stdbool.h>
#include <stdint.h>

#include "nl.h"
#include "print.h"
#include "value.h"

#define CMD_OPTS_MAX	16
#define CMD_WORDS_MAX	8

/* Exit statuses. */
#define CMD_OK		0
#define CMD_FAILED	1
#define CMD_USAGE	2

/**
 * enum opt_type - what an option's value must look like
 * @OPT_STRING: any text
 * @OPT_U32: a decimal number; its range is the kernel's to check
 * @OPT_DECIMAL: a number that may have a fraction
 * @OPT_BOOL: true or false, in all spellings
 * @OPT_FLAG: no value; being given is true
 * @OPT_MAC: an Ethernet address
 * @OPT_WORD: one word of a table
 * @OPT_WORDS: a comma list of them, for bits of a mask
 * @OPT_NAMES: a comma list of interfaces, in order; may be empty
 * @OPT_RANGES: VLAN ids and ranges
 * @OPT_IP4: an IPv4 address
 * @OPT_NETMASK: an IPv4 netmask
 * @OPT_IP6: an IPv6 address
 * @OPT_PREFIX6: an IPv6 address with the length of its prefix
 * @OPT_NET4: an IPv4 network with the length of its prefix, or "default"
 * @OPT_NET6: an IPv6 network with the length of its prefix, or "default"
 */
enum opt_type {
	OPT_STRING,
	OPT_U32,
	OPT_DECIMAL,
	OPT_BOOL,
	OPT_FLAG,
	OPT_MAC,
	OPT_WORD,
	OPT_WORDS,
	OPT_NAMES,
	OPT_RANGES,
	OPT_IP4,
	OPT_NETMASK,
	OPT_IP6,
	OPT_PREFIX6,
	OPT_NET4,
	OPT_NET6,
};

/* Flags of struct opt_def. */
#define OPT_REQUIRED	0x01	/* the command is nothing without it */
#define OPT_OBJECT	0x02	/* names the object, in errors too */
#define OPT_KEY		0x04	/* asks for one object instead of a dump */
#define OPT_CHANGE	0x08	/* one of these at least must be given */
#define OPT_EITHER	0x10	/* not together with another of these */
#define OPT_BARE	0x20	/* may be given as a bare word */

/**
 * struct opt_def - an option of a command
 * @letter: its short form, or 0
 * @name: its long form; a table of options ends in an entry without one
 * @arg: what help calls its value
 * @help: what it is, in a line
 * @type: what its value must look like
 * @flags: of the list above
 * @attr: attribute of the command's request that it sets, or 0
 * @nest: attribute of the request that @attr is in, or 0
 * @bits: for %OPT_FLAG, value that @attr gets; without it, @attr has none
 * @words: for %OPT_WORD and %OPT_WORDS
 */
struct opt_def {
	char letter;
	const char *name;
	const char *arg;
	const char *help;
	enum opt_type type;
	unsigned int flags;
	uint16_t attr;
	uint16_t nest;
	uint32_t bits;
	const struct word *words;
};

/**
 * struct opt_val - an option as given
 * @text: its value as typed; NULL when it was not given
 * @num: number, bool, word or bits
 * @mac: Ethernet address
 * @ranges: VLAN ranges
 * @count: how many of them
 * @ip4: IPv4 address or netmask
 * @ip6: IPv6 address
 * @len: length of a prefix
 */
struct opt_val {
	const char *text;
	uint32_t num;
	unsigned char mac[ETH_ALEN];
	struct vlan_range *ranges;
	size_t count;
	struct in_addr ip4;
	struct in6_addr ip6;
	uint8_t len;
};

struct cmd;

/* Whom a command may cut off that is logged in by an adapter. */
#define CUTS_NAMED	0x01	/* if it names adapter, port group or switch */
#define CUTS_ANY	0x02	/* in any case */
#define CUTS_SELF	0x04	/* it is the command that sees to that */

/**
 * struct command - one command, as data
 * @path: its words
 * @alias: its words in esxcli's tree, or NULL
 * @help: what it does, in a line
 * @note: more for its help and the man page, or NULL
 * @opts: its options
 * @layout: how it prints, or NULL
 * @genl: command of the vswitch family that it sends, or 0
 * @cuts: whom it may cut off, of the list above
 * @run: does the work; returns the exit status
 */
struct command {
	const char *path;
	const char *alias;
	const char *help;
	const char *note;
	const struct opt_def *opts;
	const struct layout *layout;
	uint8_t genl;
	unsigned int cuts;
	int (*run)(struct cmd *c);
};

/* The table; it ends in an entry without a path. */
extern const struct command commands[];

/**
 * struct cmd - an invocation
 * @prog: the name it was called by
 * @esxcli: the command was given in esxcli's form
 * @def: the command
 * @vals: the options given, by their place in the table of options
 * @format: the format asked for
 * @fields: columns asked for, with commas between; NULL for all
 * @help: --help was given
 * @unguarded: --no-guard was given
 * @nl: socket of the vswitch family, once open
 */
struct cmd {
	const char *prog;
	bool esxcli;
	const struct command *def;
	struct opt_val vals[CMD_OPTS_MAX];
	enum print_format format;
	const char *fields;
	bool help;
	bool unguarded;
	struct nlsock nl;
};

/* cmd.c */
int cmd_main(int argc, char **argv);
int cmd_parse(struct cmd *c, int argc, char **argv);
void cmd_release(struct cmd *c);
const char *cmd_object(const struct cmd *c);
int cmd_fail(const struct cmd *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int cmd_fail_errno(const struct cmd *c, const char *what, int err);
void cmd_warn(const struct cmd *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int cmd_usage(const struct cmd *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int cmd_emit(const struct cmd *c, json_t *records);

/* opt.c */
extern const struct opt_def opts_global[];
int opt_global(struct cmd *c, int argc, char **argv);
int opt_parse(struct cmd *c, int argc, char **argv);
const struct opt_def *opt_find(const struct command *def, const char *word);
const struct opt_val *opt_get(const struct cmd *c, const char *name);
bool opt_given(const struct cmd *c, const char *name);
const char *opt_text(const struct cmd *c, const char *name);

/* request.c */
int cmd_send(struct cmd *c);
int cmd_list(struct cmd *c);
int cmd_open(struct cmd *c);

#endif
