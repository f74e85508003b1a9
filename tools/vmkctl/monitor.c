// SPDX-License-Identifier: GPL-2.0
/* What the lines of the monitor say. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor.h"
#include "print.h"

/* Text tells these in words of their own, or they follow from such. */
static const char *const monitor_told[] = {
	"uplink_port_id", "team_uplink", "state", "link_up", NULL
};

/* They go with changes of other objects, which are events of their own. */
static const char *const monitor_sums[] = {
	"used_ports", "active_clients", NULL
};

static bool monitor_is_one(const char *const *keys, const char *key)
{
	for (; *keys; keys++)
		if (!strcmp(*keys, key))
			return true;
	return false;
}

static bool monitor_differs(const json_t *rec, const json_t *old,
			    const char *key)
{
	const json_t *a = json_object_get(rec, key);
	const json_t *b = json_object_get(old, key);

	return (a || b) && !json_equal(a, b) &&
	       !monitor_is_one(monitor_sums, key);
}

static void monitor_subject(FILE *out, const struct model *model,
			    const json_t *rec)
{
	const char *on = model_str(rec, "virtual_switch") ?:
			 model_str(rec, "portset");
	const char *client = model_str(rec, "client");

	fputs(model->object, out);
	if (model == &model_port)
		fprintf(out, " %lld", model_int(rec, "port_id"));
	else
		fprintf(out, " %s", model_str(rec, "name") ?: "");
	if (client)
		fprintf(out, " (%s)", client);
	if (on)
		fprintf(out, " of %s", on);
}

static void monitor_value(FILE *out, const json_t *value)
{
	char *text = value ? print_text(value) : NULL;

	fputs(text && *text ? text : "none", out);
	free(text);
}

static void monitor_comma(FILE *out, bool *said)
{
	fputs(*said ? "; " : "", out);
	*said = true;
}

static void monitor_difference(FILE *out, const json_t *rec,
			       const json_t *old, const char *key, bool *said)
{
	if (monitor_is_one(monitor_told, key) ||
	    !monitor_differs(rec, old, key))
		return;
	monitor_comma(out, said);
	fprintf(out, "%s ", key);
	monitor_value(out, json_object_get(old, key));
	fputs(" -> ", out);
	monitor_value(out, json_object_get(rec, key));
}

static void monitor_team(FILE *out, const json_t *rec)
{
	const char *name = model_str(rec, "team_uplink");

	if (name)
		fputs(name, out);
	else
		fprintf(out, "port %lld", model_int(rec, "uplink_port_id"));
}

/* A port without an uplink has none, or one for each frame. */
static void monitor_move(FILE *out, const json_t *rec, const json_t *old)
{
	if (!json_object_get(old, "uplink_port_id")) {
		fputs("uses ", out);
		monitor_team(out, rec);
	} else if (!json_object_get(rec, "uplink_port_id")) {
		fputs("left ", out);
		monitor_team(out, old);
	} else {
		fputs("moved from ", out);
		monitor_team(out, old);
		fputs(" to ", out);
		monitor_team(out, rec);
	}
}

static void monitor_changes(FILE *out, const json_t *rec, const json_t *old)
{
	const char *state = model_str(rec, "state");
	const json_t *value;
	bool said = false;
	const char *key;

	if (state && monitor_differs(rec, old, "state")) {
		monitor_comma(out, &said);
		fputs(state, out);
	}
	if (old && monitor_differs(rec, old, "uplink_port_id")) {
		monitor_comma(out, &said);
		monitor_move(out, rec, old);
	}
	if (old) {
		json_object_foreach((json_t *)rec, key, value)
			monitor_difference(out, rec, old, key, &said);
		json_object_foreach((json_t *)old, key, value)
			if (!json_object_get(rec, key))
				monitor_difference(out, rec, old, key, &said);
	}
	if (!said)
		fputs("changed", out);
}

/**
 * monitor_text() - an event in words
 * @model: kind of the object
 * @event: what became of it
 * @rec: its record, as of the event
 * @old: its record before, or NULL where that is not known
 *
 * Return: the words, to be freed by the caller, or NULL without memory.
 */
char *monitor_text(const struct model *model, enum model_event event,
		   const json_t *rec, const json_t *old)
{
	const char *state = model_str(rec, "state");
	char *text = NULL;
	size_t size;
	FILE *out;

	out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	monitor_subject(out, model, rec);
	fputs(": ", out);
	if (event == MODEL_CHANGE)
		monitor_changes(out, rec, old);
	else
		fputs(event == MODEL_ADD ? "added" : "removed", out);
	if (event == MODEL_ADD && state)
		fprintf(out, ", %s", state);
	fclose(out);
	return text;
}

static json_t *monitor_was(const json_t *rec, const json_t *old)
{
	json_t *was = json_object();
	const json_t *value;
	const char *key;

	json_object_foreach((json_t *)old, key, value)
		if (monitor_differs(rec, old, key))
			json_object_set(was, key, (json_t *)value);
	json_object_foreach((json_t *)rec, key, value)
		if (!json_object_get(old, key) &&
		    monitor_differs(rec, old, key))
			json_object_set_new(was, key, json_null());
	return was;
}

/**
 * monitor_json() - an event as a record
 * @model: kind of the object
 * @event: what became of it
 * @rec: its record, as of the event
 * @old: its record before, or NULL where that is not known
 *
 * Return: the record, the caller's, or NULL without memory.
 */
json_t *monitor_json(const struct model *model, enum model_event event,
		     const json_t *rec, const json_t *old)
{
	static const char *const words[] = {
		[MODEL_ADD] = "add",
		[MODEL_CHANGE] = "change",
		[MODEL_REMOVE] = "remove",
	};
	json_t *obj;

	obj = json_pack("{s:s, s:s}", "event", words[event], "object",
			model->object);
	json_object_update(obj, (json_t *)rec);
	if (old && event == MODEL_CHANGE)
		json_object_set_new(obj, "was", monitor_was(rec, old));
	return obj;
}
