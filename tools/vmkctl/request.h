/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_REQUEST_H
#define VMKCTL_REQUEST_H

#include "cmd.h"
#include "model.h"

#define REQUEST_SIZE	65536

/**
 * struct request_mark - which option an attribute came from
 * @def: the option
 * @text: its value as typed
 * @start: where in the request its attributes begin
 * @end: where they end
 */
struct request_mark {
	const struct opt_def *def;
	const char *text;
	uint32_t start;
	uint32_t end;
};

/**
 * struct request - a request to the vswitch family
 * @cmd: the invocation that makes it
 * @msg: the message
 * @marks: which options its attributes came from
 * @nmarks: how many
 */
struct request {
	struct cmd *cmd;
	struct nl_msg *msg;
	struct request_mark marks[CMD_OPTS_MAX];
	size_t nmarks;
};

int request_begin(struct request *r, struct cmd *c, uint8_t genl, int flags);
int request_talk(struct request *r, const struct nlreply *reply);
int request_fail(const struct request *r, const struct nlerr *e);
void request_free(struct request *r);

int cmd_fetch(struct cmd *c, const struct model *model, json_t **rows);
int cmd_fetch_all(struct cmd *c, const struct model *model, json_t **rows);
int cmd_make(struct cmd *c, json_t **rows);
int cmd_vmks(struct cmd *c, json_t **rows);
int cmd_ports(struct cmd *c, const char *type, json_t **rows);

#endif
