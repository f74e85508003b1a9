// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes the generic netlink family of the YNL spec, from several processes
 * at once, with and without privilege; see usage().
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "nlfuzz.h"

#define SOLICITATIONS	\
	"/proc/sys/net/ipv6/conf/default/router_solicitations"

#define NOBODY		65534

static const char usage_text[] =
"usage: nlfuzz [OPTION ...]\n"
"\n"
"Sends valid and invalid requests of the netlink family that it was built\n"
"for, and checks what the kernel answers. Run it in a network namespace\n"
"that is not needed any more: interfaces in it are made and deleted.\n"
"\n"
"  --seed N          what the messages are made of (1)\n"
"  --messages N      how many to send, in all (100000)\n"
"  --threads N       senders with privilege (4)\n"
"  --unprivileged N  senders without; each second one has namespaces of its\n"
"                    own, where it has privilege (2)\n"
"  --netns PATH      a namespace to put things into; can be given again\n"
"  --links N         batches of rtnetlink among 1000, about interfaces (20)\n"
"  --rare COMMAND    send this command, which is slow, an eighth as often as\n"
"                    others of its kind; can be given again\n"
"  --log FILE        write there first what is sent, of each sender the last;\n"
"                    memory, if a machine offers some that outlives it\n"
"  --replay FILE     send what such a file holds, and nothing else; with the\n"
"                    same namespaces\n"
"  --sender N        of that what this sender sent (0)\n"
"\n"
"What a sender sends depends on the seed and on its number, and on what it\n"
"has learned from the kernel. Exit status 1 if there was a breach of what\n"
"netlink or the spec promises.\n";

/**
 * die() - give up
 * @what: what could not be done, for the reason in errno
 */
void die(const char *what)
{
	fprintf(stderr, "nlfuzz: %s: %s\n", what, strerror(errno));
	exit(2);
}

/**
 * now() - what time it is
 *
 * Return: seconds.
 */
double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static int add_netns(struct world *world, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		die(path);
	if (world->num_netns < NETNS_MAX)
		world->netns[world->num_netns++] = fd;
	return fd;
}

/*
 * Has the netdevs made in this namespace solicit no router: one that goes just
 * then is held for up to 16 s, as addrconf_rs_timer() starts its timer again.
 */
static void solicit_nothing(void)
{
	int fd = open(SOLICITATIONS, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "0", 1) != 1)
		die(SOLICITATIONS);
	close(fd);
}

/* Gives up the rights that a worker is not to have. */
static void take_rights(struct worker *w)
{
	if (w->rights == RIGHTS_ROOT)
		return;
	if (setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		die("setresuid");
	if (w->rights == RIGHTS_NONE)
		return;
	/* Without it, /proc/self is root's. */
	prctl(PR_SET_DUMPABLE, 1);
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		die("unshare");
	solicit_nothing();
	/* One to put things into, and one to stay in. */
	add_netns(&w->world, "/proc/self/ns/net");
	if (unshare(CLONE_NEWNET))
		die("unshare");
	solicit_nothing();
	errno = -link_material();
	if (errno)
		die("material");
}

static pid_t start_sender(struct run *run, unsigned int number)
{
	unsigned int senders = run->threads + run->unprivileged;
	struct worker w = {
		.seed = run->seed,
		.number = number,
		.messages = run->messages / senders +
			    (number < run->messages % senders),
		.rights = number < run->threads ? RIGHTS_ROOT :
			  (number - run->threads) % 2 ? RIGHTS_OWN :
							RIGHTS_NONE,
		.links = run->links,
		.family = run->family,
		.world = run->world,
		.stats = &run->stats[number],
	};
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid)
		return pid;
	if (run->log)
		log_open(&w, run);
	take_rights(&w);
	/* Not before: it is forgotten with the rights. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	worker_run(&w);
	exit(0);
}

/* Waits for the senders; returns whether one has died. */
static bool wait_senders(unsigned int senders, pid_t listener)
{
	bool died = false;
	int status;
	pid_t pid;

	while (senders) {
		pid = wait(&status);
		if (pid < 0)
			die("wait");
		if (pid != listener)
			senders--;
		if (!WIFEXITED(status) || WEXITSTATUS(status)) {
			fprintf(stderr, "nlfuzz: a process has died: %d\n",
				status);
			died = true;
		}
	}
	kill(listener, SIGTERM);
	while (wait(&status) > 0)
		;
	return died;
}

/* What messages, new or old, are about. */
static void prepare(struct run *run)
{
	add_netns(&run->world, "/proc/self/ns/net");
	errno = -link_material();
	if (errno)
		die("material");
}

static int fuzz(struct run *run)
{
	unsigned int i, senders = run->threads + run->unprivileged;
	double start = now();
	pid_t listener;
	bool died;

	run->stats = mmap(NULL, (LISTENER + 1) * sizeof(*run->stats),
			  PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			  -1, 0);
	if (run->stats == MAP_FAILED)
		die("mmap");
	printf("seed %llu\n", (unsigned long long)run->seed);
	fflush(stdout);
	listener = family_listen(run);
	for (i = 0; i < senders; i++)
		start_sender(run, i);
	died = wait_senders(senders, listener);
	return summary(run, now() - start) || died;
}

static uint64_t number_of(const char *text)
{
	char *end;
	uint64_t number;

	errno = 0;
	number = strtoull(text, &end, 0);
	if (errno || !*text || *end) {
		fprintf(stderr, "nlfuzz: not a number: %s\n", text);
		exit(2);
	}
	return number;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "messages", required_argument, NULL, 'm' },
		{ "threads", required_argument, NULL, 'p' },
		{ "unprivileged", required_argument, NULL, 'u' },
		{ "netns", required_argument, NULL, 'n' },
		{ "links", required_argument, NULL, 'L' },
		{ "rare", required_argument, NULL, 'R' },
		{ "log", required_argument, NULL, 'l' },
		{ "replay", required_argument, NULL, 'r' },
		{ "sender", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{}
	};
	static struct run run = {
		.seed = 1,
		.messages = 100000,
		.threads = 4,
		.unprivileged = 2,
		.links = 20,
	};
	const char *log = NULL;
	unsigned int sender = 0;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 's':
			run.seed = number_of(optarg);
			break;
		case 'm':
			run.messages = number_of(optarg);
			break;
		case 'p':
			run.threads = number_of(optarg);
			break;
		case 'u':
			run.unprivileged = number_of(optarg);
			break;
		case 'n':
			add_netns(&run.world, optarg);
			break;
		case 'L':
			run.links = number_of(optarg);
			break;
		case 'R':
			if (!message_set_rare(optarg)) {
				fprintf(stderr, "nlfuzz: no such command: %s\n",
					optarg);
				return 2;
			}
			break;
		case 'l':
			run.log = optarg;
			break;
		case 'r':
			log = optarg;
			break;
		case 'S':
			sender = number_of(optarg);
			break;
		case 'h':
			fputs(usage_text, stdout);
			return 0;
		default:
			fputs(usage_text, stderr);
			return 2;
		}
	}
	if (optind != argc || run.threads + run.unprivileged < 1 ||
	    run.threads + run.unprivileged > SENDERS) {
		fputs(usage_text, stderr);
		return 2;
	}
	family_resolve(&run);
	prepare(&run);
	return log ? replay(&run, log, sender) : fuzz(&run);
}
