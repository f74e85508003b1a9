// SPDX-License-Identifier: GPL-2.0
/* What a run has come to, as text. */
#include <string.h>

#include "nlfuzz.h"

/**
 * count_text() - count a reason of a refusal
 * @stats: where to count
 * @text: the reason
 * @count: how often
 */
void count_text(struct stats *stats, const char *text, uint64_t count)
{
	struct text *t;

	for (t = stats->texts; t < stats->texts + TEXTS; t++) {
		if (!t->count)
			snprintf(t->text, sizeof(t->text), "%s", text);
		if (strncmp(t->text, text, sizeof(t->text) - 1))
			continue;
		t->count += count;
		return;
	}
}

static void add_texts(struct stats *to, const struct stats *from)
{
	const struct text *t;

	for (t = from->texts; t < from->texts + TEXTS && t->count; t++)
		count_text(to, t->text, t->count);
}

static void add_row(struct row *to, const struct row *from)
{
	int err, set, attr;

	to->sent += from->sent;
	to->accepted += from->accepted;
	for (set = 0; set < SETS; set++)
		for (attr = 0; attr < ATTRS; attr++)
			to->attrs[set][attr] += from->attrs[set][attr];
	for (err = 0; err <= ERRNO_MAX; err++) {
		to->refused[err] += from->refused[err];
		to->silent[err] += from->silent[err];
	}
}

static void print_row(const char *name, const char *mode,
		      const struct row *row)
{
	const char *text;
	int err;

	if (!row->sent)
		return;
	printf("%-14s %-4s %9llu %9llu  ", name, mode,
	       (unsigned long long)row->sent,
	       (unsigned long long)row->accepted);
	for (err = 0; err <= ERRNO_MAX; err++) {
		if (!row->refused[err])
			continue;
		text = strerrorname_np(err);
		printf(" %s %llu", text ? text : "?",
		       (unsigned long long)row->refused[err]);
		if (row->silent[err])
			printf(" (%llu unexplained)",
			       (unsigned long long)row->silent[err]);
	}
	printf("\n");
}

/* With those in its nest, if it is one. */
static void print_attr(const struct row *row, int set, int number)
{
	const struct spec_attr *attr = spec_attr(set, number);
	int i;

	printf(" %s %llu", attr->name,
	       (unsigned long long)row->attrs[set][number]);
	if (attr->type != SPEC_NEST)
		return;
	printf(" (");
	for (i = 0; i < spec_sets[attr->nested].num; i++)
		print_attr(row, attr->nested,
			   spec_sets[attr->nested].attrs[i].number);
	printf(" )");
}

static void print_attrs(const struct spec_command *cmd, const char *mode,
			const unsigned short *number, const struct row *row)
{
	if (!row->sent || !*number)
		return;
	printf("accepted %s %s:", cmd->name, mode);
	for (; *number; number++)
		print_attr(row, cmd->set, *number);
	printf("\n");
}

static void print_rows(const struct stats *total)
{
	const struct text *t;
	int i;

	printf("%-14s %-4s %9s %9s   refused\n", "command", "mode", "sent",
	       "accepted");
	for (i = 0; i < spec_num_commands; i++) {
		print_row(spec_commands[i].name, "do", &total->commands[i]);
		print_row(spec_commands[i].name, "dump", &total->dumps[i]);
	}
	print_row("no command", "do", &total->commands[ROW_OTHER]);
	print_row("no command", "dump", &total->dumps[ROW_OTHER]);
	print_row("links", "", &total->commands[ROW_LINK]);
	for (i = 0; i < spec_num_commands; i++) {
		const struct spec_command *cmd = &spec_commands[i];

		print_attrs(cmd, "do", cmd->request, &total->commands[i]);
		print_attrs(cmd, "dump", cmd->dump_request, &total->dumps[i]);
	}
	for (i = 0; i < spec_num_notifications; i++)
		printf("%-24s %9llu\n", spec_notifications[i].name,
		       (unsigned long long)total->notifications[i]);
	for (t = total->texts; t < total->texts + TEXTS && t->count; t++)
		printf("%9llu  %s\n", (unsigned long long)t->count, t->text);
}

/**
 * summary() - print what was seen
 * @run: the run
 * @took: seconds that it took
 *
 * Return: how often it was a breach.
 */
uint64_t summary(const struct run *run, double took)
{
	static struct stats total;
	uint64_t accepted = 0;
	int i, s;

	for (s = 0; s <= LISTENER; s++) {
		const struct stats *stats = &run->stats[s];

		for (i = 0; i < COMMANDS; i++) {
			add_row(&total.commands[i], &stats->commands[i]);
			add_row(&total.dumps[i], &stats->dumps[i]);
			total.notifications[i] += stats->notifications[i];
			accepted += stats->commands[i].accepted +
				    stats->dumps[i].accepted;
		}
		add_texts(&total, stats);
		total.sent += stats->sent;
		total.sick += stats->sick;
		total.objects += stats->objects;
		total.overruns += stats->overruns;
		total.interrupted += stats->interrupted;
		total.closed += stats->closed;
		if (stats->longest > total.longest)
			total.longest = stats->longest;
		total.breaches += stats->breaches;
	}
	print_rows(&total);
	printf("%llu messages in %.1f s, %.0f a second\n",
	       (unsigned long long)total.sent, took, total.sent / took);
	printf("the longest batch took %.1f s\n", total.longest);
	printf("%llu made wrong, %llu accepted, %llu objects read\n",
	       (unsigned long long)total.sick, (unsigned long long)accepted,
	       (unsigned long long)total.objects);
	printf("%llu parts of dumps interrupted, %llu dumps closed midway\n",
	       (unsigned long long)total.interrupted,
	       (unsigned long long)total.closed);
	printf("%llu receive buffers overrun\n",
	       (unsigned long long)total.overruns);
	printf("%llu breaches\n", (unsigned long long)total.breaches);
	return total.breaches;
}
