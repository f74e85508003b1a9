/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_MODEL_H
#define VMKCTL_MODEL_H

#include <jansson.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>

/**
 * enum model_event - what became of an object
 * @MODEL_ADD: it was made
 * @MODEL_CHANGE: it was changed
 * @MODEL_REMOVE: it was removed
 */
enum model_event {
	MODEL_ADD,
	MODEL_CHANGE,
	MODEL_REMOVE,
};

/**
 * struct model - how objects of a kind are decoded
 * @object: what users call one
 * @key: member of the record that tells it from others of its kind
 * @get: command of the family that gets or dumps them
 * @add: command that makes one, whose reply is one too
 * @ntf: its first notification; the others follow as in enum model_event
 * @fields: members of the record, and the attributes they are made of
 * @max: highest attribute
 * @finish: adds what follows from several attributes, or NULL
 */
struct model {
	const char *object;
	const char *key;
	uint8_t get;
	uint8_t add;
	uint8_t ntf;
	const struct model_field *fields;
	int max;
	void (*finish)(json_t *rec);
};

/**
 * struct model_take - objects as they come in
 * @model: their kind
 * @rows: array to which their records are added
 */
struct model_take {
	const struct model *model;
	json_t *rows;
};

extern const struct model model_switch;
extern const struct model model_portgroup;
extern const struct model model_uplink;
extern const struct model model_port;
extern const struct model model_vmk;

/* All of them, each after those that its records refer to; then NULL. */
extern const struct model *const models[];

const struct model *model_of(uint8_t genl);
const struct model *model_of_event(uint8_t genl, enum model_event *event);
int model_take(struct nlmsghdr *nlh, void *arg);
void model_again(void *arg);
void model_strip_counters(json_t *rec);
json_t *model_find(const json_t *rows, const char *name, const json_t *value);
json_t *model_names(const json_t *rows, const char *name, const json_t *value,
		    const char *want);
const char *model_str(const json_t *rec, const char *name);
long long model_int(const json_t *rec, const char *name);
void model_sort(json_t *rows, const char *name);

#endif
