// SPDX-License-Identifier: GPL-2.0
/*
 * libvirt's hook: the taps of a virtual machine join the port groups that the
 * metadata of its domain names, each with the machine's own address.
 *
 *	vmkctl-libvirt-hook DOMAIN OPERATION ... <domain.xml
 *
 * It must not call libvirt, which waits for it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#define PORTS_URI	"urn:vswitch:ports:1"
#define PORTS_XPATH	"/domain/metadata/v:ports/*[local-name() = 'port']"
#define TAPS_XPATH	"/domain/devices/interface[@type = 'ethernet']"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof(*(a)))

/**
 * struct port - one port that the metadata asks for
 * @mac: address of the machine's interface, or NULL
 * @portgroup: name of the port group, or NULL
 * @tap: the interface's end on the host, or NULL: libvirt no longer tells its
 *	name when it has stopped a machine whose tap it made
 */
struct port {
	char *mac;
	char *portgroup;
	char *tap;
};

/**
 * struct operation - what is done when libvirt tells of something
 * @name: libvirt's word for it
 * @run: does it with all the ports; 0, or -1 when libvirt is to give up
 */
struct operation {
	const char *name;
	int (*run)(const struct port *ports, int n);
};

/* One line, which libvirt makes part of its own error. */
static int __attribute__((format(printf, 1, 2))) fail(const char *fmt, ...)
{
	va_list args;

	fputs("vswitch: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	return -1;
}

/* What vmkctl has to say goes to the same place. */
static int vmkctl(char *const *args)
{
	pid_t pid;
	int status;
	int err;

	err = posix_spawnp(&pid, args[0], NULL, NULL, args, environ);
	if (err)
		return fail("%s: %s", args[0], strerror(err));
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return fail("%s: %s", args[0], strerror(errno));
	return status ? -1 : 0;
}

static int join(const struct port *port)
{
	char *portgroup;
	int err;

	/* One word, as the name may look like an option. */
	if (asprintf(&portgroup, "--portgroup-name=%s", port->portgroup) < 0)
		return fail("%s", strerror(ENOMEM));
	err = vmkctl((char *const []){
		"vmkctl", "vmport", "add", "--nic-name", port->tap,
		"--mac-address", port->mac, portgroup, NULL
	});
	free(portgroup);
	return err;
}

static int leave(const struct port *port)
{
	return vmkctl((char *const []){
		"vmkctl", "vmport", "remove", "--nic-name", port->tap, NULL
	});
}

static FILE *open_sysfs(const char *ifname, const char *attribute)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/class/net/%s/%s", ifname,
		 attribute);
	return fopen(path, "r");
}

static bool has_master(const char *ifname)
{
	FILE *file = open_sysfs(ifname, "master/ifindex");

	if (!file)
		return false;
	fclose(file);
	return true;
}

/* A tap has carrier while some process has it open. */
static bool is_open(const char *tap)
{
	FILE *file = open_sysfs(tap, "carrier");
	bool open;

	if (!file)
		return false;
	open = fgetc(file) == '1';
	fclose(file);
	return open;
}

static int check(const struct port *port)
{
	if (!port->mac || !port->portgroup)
		return fail("a port in the metadata lacks its %s",
			    port->mac ? "portgroup" : "mac");
	if (!port->tap)
		return fail("no ethernet interface has a tap and the MAC '%s'",
			    port->mac);
	return 0;
}

static int join_all(const struct port *ports, int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (check(&ports[i]))
			return -1;
	for (i = 0; i < n; i++)
		if (join(&ports[i]))
			goto err_leave;
	return 0;

err_leave:
	while (i--)
		leave(&ports[i]);
	return -1;
}

/*
 * The daemon came back to a machine that runs on. Its ports are there, unless
 * the switch was made anew. Failing would kill the machine.
 */
static int rejoin_all(const struct port *ports, int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (!check(&ports[i]) && !has_master(ports[i].tap))
			join(&ports[i]);
	return 0;
}

/*
 * With its tap a port goes by itself. Left are those of taps that stay when
 * nobody has them open; one that is open belongs to another machine by now.
 */
static int leave_all(const struct port *ports, int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (ports[i].tap && has_master(ports[i].tap) &&
		    !is_open(ports[i].tap))
			leave(&ports[i]);
	return 0;
}

/*
 * The taps exist from "start" on, and what fails there is refused before the
 * machine has run.
 */
static const struct operation operations[] = {
	{ "start", join_all },
	{ "reconnect", rejoin_all },
	{ "stopped", leave_all },
};

static const struct operation *find_operation(const char *name)
{
	const struct operation *op = operations;
	size_t left = ARRAY_SIZE(operations);

	for (; left; left--, op++)
		if (!strcmp(op->name, name))
			return op;
	return NULL;
}

static char *attribute(xmlNode *node, const char *name)
{
	return (char *)xmlGetNoNsProp(node, (const xmlChar *)name);
}

/* An attribute of a child element. */
static char *child_attribute(xmlNode *node, const char *child,
			     const char *name)
{
	for (node = node->children; node; node = node->next)
		if (node->type == XML_ELEMENT_NODE &&
		    !strcmp((const char *)node->name, child))
			return attribute(node, name);
	return NULL;
}

static bool has_mac(xmlNode *interface, const char *wanted)
{
	char *mac = child_attribute(interface, "mac", "address");
	bool same = mac && !strcasecmp(mac, wanted);

	xmlFree(mac);
	return same;
}

/* The tap of the interface with that address. */
static char *find_tap(const xmlNodeSet *interfaces, const char *mac)
{
	int i;

	for (i = 0; i < xmlXPathNodeSetGetLength(interfaces); i++)
		if (has_mac(interfaces->nodeTab[i], mac))
			return child_attribute(interfaces->nodeTab[i],
					       "target", "dev");
	return NULL;
}

static void read_port(struct port *port, xmlNode *node,
		      const xmlNodeSet *interfaces)
{
	port->mac = attribute(node, "mac");
	port->portgroup = attribute(node, "portgroup");
	if (port->mac)
		port->tap = find_tap(interfaces, port->mac);
}

static void free_ports(struct port *ports, int n)
{
	while (n--) {
		xmlFree(ports[n].mac);
		xmlFree(ports[n].portgroup);
		xmlFree(ports[n].tap);
	}
	free(ports);
}

static int run_on(const struct operation *op, const xmlNodeSet *nodes,
		  const xmlNodeSet *interfaces)
{
	int n = xmlXPathNodeSetGetLength(nodes);
	struct port *ports;
	int err;
	int i;

	ports = calloc(n ? n : 1, sizeof(*ports));
	if (!ports)
		return fail("%s", strerror(ENOMEM));
	for (i = 0; i < n; i++)
		read_port(&ports[i], nodes->nodeTab[i], interfaces);
	err = op->run(ports, n);
	free_ports(ports, n);
	return err;
}

static int run(const struct operation *op, xmlDoc *domain)
{
	xmlXPathObject *interfaces = NULL;
	xmlXPathObject *nodes = NULL;
	xmlXPathContext *context;
	int err = -1;

	context = xmlXPathNewContext(domain);
	if (!context || xmlXPathRegisterNs(context, BAD_CAST "v",
					   BAD_CAST PORTS_URI)) {
		fail("%s", strerror(ENOMEM));
		goto out;
	}
	nodes = xmlXPathEvalExpression(BAD_CAST PORTS_XPATH, context);
	interfaces = xmlXPathEvalExpression(BAD_CAST TAPS_XPATH, context);
	if (!nodes || !interfaces) {
		fail("%s", strerror(ENOMEM));
		goto out;
	}
	err = run_on(op, nodes->nodesetval, interfaces->nodesetval);
out:
	xmlXPathFreeObject(interfaces);
	xmlXPathFreeObject(nodes);
	xmlXPathFreeContext(context);
	return err;
}

int main(int argc, char **argv)
{
	const struct operation *op;
	xmlDoc *domain;
	int err;

	if (argc < 3) {
		fprintf(stderr, "usage: %s DOMAIN OPERATION <domain.xml\n",
			argv[0]);
		return 2;
	}
	op = find_operation(argv[2]);
	if (!op)
		return 0;
	domain = xmlReadFd(STDIN_FILENO, NULL, NULL, XML_PARSE_NONET |
			   XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (!domain) {
		fail("the description of domain '%s' is no XML", argv[1]);
		return 1;
	}
	err = run(op, domain);
	xmlFreeDoc(domain);
	return err ? 1 : 0;
}
