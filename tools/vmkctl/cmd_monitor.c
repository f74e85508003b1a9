// SPDX-License-Identifier: GPL-2.0
/* The monitor: what the kernel tells of changes, a line for each. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/vswitch.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "handlers.h"
#include "join.h"
#include "monitor.h"
#include "request.h"

/**
 * struct monitor - a monitor at work
 * @cmd: the invocation; its socket is for dumps
 * @events: socket of the family's events
 * @known: by the name of the kind, an array of all records, as last heard of
 * @lost: events were lost, so what is known is to be read anew
 * @stamped: lines of text begin with the time
 * @count: how many events to show, 0 for all that come
 * @shown: how many have been
 * @err: why they cannot be shown, a negative errno
 */
struct monitor {
	struct cmd *cmd;
	struct nlsock events;
	json_t *known;
	bool lost;
	bool stamped;
	uint32_t count;
	uint32_t shown;
	int err;
};

/* Every line is out when a signal comes, so there is nothing to finish. */
static void monitor_end(int sig)
{
	(void)sig;
	_exit(CMD_OK);
}

static void monitor_catch(void)
{
	const struct sigaction end = { .sa_handler = monitor_end };

	sigaction(SIGINT, &end, NULL);
	sigaction(SIGTERM, &end, NULL);
	sigaction(SIGPIPE, &end, NULL);
}

/* Waits for events, or only looks; false when nobody reads them any more. */
static bool monitor_wait(const struct monitor *m, int timeout)
{
	struct pollfd fds[] = {
		{ .fd = STDOUT_FILENO },
		{ .fd = -1, .events = POLLIN },
	};

	if (m->events.sk)
		fds[1].fd = nl_socket_get_fd(m->events.sk);
	return poll(fds, 2, timeout) < 0 || !fds[0].revents;
}

static void monitor_time(char *text, size_t size)
{
	struct timespec now;
	struct tm tm;
	char day[32];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text, size, "%s.%03ldZ", day, now.tv_nsec / 1000000);
}

static int monitor_print_text(const struct monitor *m, const char *text)
{
	char now[48];
	char *line;
	int err;

	if (!m->stamped)
		return print_line(stdout, text);
	monitor_time(now, sizeof(now));
	if (asprintf(&line, "%s %s", now, text) < 0)
		return -ENOMEM;
	err = print_line(stdout, line);
	free(line);
	return err;
}

static int monitor_print_json(const json_t *obj)
{
	json_t *line;
	char now[48];
	int err;

	monitor_time(now, sizeof(now));
	line = json_pack("{s:s}", "time", now);
	json_object_update(line, (json_t *)obj);
	err = print_object(stdout, line);
	json_decref(line);
	return err;
}

static int monitor_print(const struct monitor *m, const struct model *model,
			 enum model_event event, const json_t *rec,
			 const json_t *old)
{
	json_t *obj;
	char *text;
	int err;

	if (m->cmd->format == PRINT_JSON) {
		obj = monitor_json(model, event, rec, old);
		err = obj ? monitor_print_json(obj) : -ENOMEM;
		json_decref(obj);
		return err;
	}
	text = monitor_text(model, event, rec, old);
	err = text ? monitor_print_text(m, text) : -ENOMEM;
	free(text);
	return err;
}

static void monitor_overrun(struct monitor *m)
{
	json_t *obj;

	if (m->lost)
		return;
	m->lost = true;
	if (m->cmd->format != PRINT_JSON) {
		m->err = monitor_print_text(m,
					    "overrun: too many events at once, some are lost");
		return;
	}
	obj = json_pack("{s:s}", "event", "overrun");
	m->err = monitor_print_json(obj);
	json_decref(obj);
}

static void monitor_prepare(const struct monitor *m, const struct model *model,
			    json_t *rec)
{
	model_strip_counters(rec);
	if (model == &model_port)
		join_port(rec, json_object_get(m->known, model_uplink.object),
			  NULL);
}

static void monitor_forget(json_t *rows, const json_t *old)
{
	size_t i;

	for (i = 0; i < json_array_size(rows); i++) {
		if (json_array_get(rows, i) == old) {
			json_array_remove(rows, i);
			return;
		}
	}
}

static void monitor_event(struct monitor *m, const struct model *model,
			  enum model_event event, json_t *rec)
{
	json_t *rows = json_object_get(m->known, model->object);
	json_t *old;

	monitor_prepare(m, model, rec);
	old = model_find(rows, model->key, json_object_get(rec, model->key));
	m->err = monitor_print(m, model, event, rec, old);
	if (old)
		monitor_forget(rows, old);
	if (event != MODEL_REMOVE)
		json_array_append(rows, rec);
	m->shown++;
}

static int monitor_take(struct nlmsghdr *nlh, void *arg)
{
	struct model_take take = { .rows = NULL };
	struct monitor *m = arg;
	enum model_event event;
	int err;

	if (!genlmsg_valid_hdr(nlh, 0))
		return 0;
	take.model = model_of_event(genlmsg_hdr(nlh)->cmd, &event);
	if (!take.model)
		return 0;
	take.rows = json_array();
	err = model_take(nlh, &take);
	if (!err)
		monitor_event(m, take.model, event,
			      json_array_get(take.rows, 0));
	json_decref(take.rows);
	return err;
}

/* Reads all there is; what changes meanwhile comes as an event as well. */
static int monitor_learn(struct monitor *m)
{
	json_t *rows;
	size_t i, j;
	int err;

	m->lost = false;
	for (i = 0; models[i]; i++) {
		err = cmd_fetch_all(m->cmd, models[i], &rows);
		if (err)
			return err;
		for (j = 0; j < json_array_size(rows); j++)
			monitor_prepare(m, models[i], json_array_get(rows, j));
		json_object_set_new(m->known, models[i]->object, rows);
	}
	return CMD_OK;
}

static int monitor_fail(const struct monitor *m, int err)
{
	if (err == -ENODEV)
		return cmd_fail(m->cmd, "the vswitch module was unloaded");
	return cmd_fail_errno(m->cmd, "events", err);
}

/* The queue is empty; returns an exit status, negative to go on. */
static int monitor_idle(struct monitor *m)
{
	int err;

	if (!m->lost)
		return monitor_wait(m, -1) ? -1 : CMD_OK;
	err = monitor_learn(m);
	return err ? err : -1;
}

static int monitor_run(struct monitor *m)
{
	const struct nlreply reply = { .take = monitor_take, .arg = m };
	int status = monitor_learn(m);
	int err;

	if (status)
		return status;
	while (!m->count || m->shown < m->count) {
		err = nlsock_hear(&m->events, &reply);
		if (err == -EAGAIN) {
			status = monitor_idle(m);
			if (status >= 0)
				return status;
		} else if (err == -ENOBUFS) {
			/* Those still in the queue are older than the loss. */
			monitor_overrun(m);
		} else if (err) {
			return monitor_fail(m, err);
		}
		if (m->err)
			return cmd_fail_errno(m->cmd, "output", m->err);
	}
	return CMD_OK;
}

/**
 * cmd_monitor() - print events until interrupted
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_monitor(struct cmd *c)
{
	struct monitor m = { .cmd = c };
	int err;

	if (c->format != PRINT_TEXT && c->format != PRINT_JSON)
		return cmd_usage(c, "events are printed as text or json only");
	if (opt_given(c, "count") && !opt_get(c, "count")->num)
		return cmd_usage(c, "--count '%s': not a positive number",
				 opt_text(c, "count"));
	m.count = opt_get(c, "count")->num;
	m.stamped = opt_get(c, "timestamp")->num;
	monitor_catch();
	/* Before a socket can get the number of a closed output. */
	if (!monitor_wait(&m, 0))
		return CMD_OK;
	err = cmd_open(c);
	if (err)
		return err;
	err = nlsock_listen(&m.events, VSWITCH_FAMILY_NAME,
			    VSWITCH_MCGRP_EVENTS);
	if (err)
		return monitor_fail(&m, err);
	m.known = json_object();
	err = monitor_run(&m);
	json_decref(m.known);
	nlsock_close(&m.events);
	return err;
}
