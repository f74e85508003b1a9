// SPDX-License-Identifier: GPL-2.0
/* Commands on virtual machines, as far as their taps are ports. */
#include <stdio.h>
#include <string.h>

#include "handlers.h"
#include "request.h"
#include "world.h"

/* The virtual machines' ports, each with the world that holds its tap. */
static int vm_ports(struct cmd *c, json_t **rows)
{
	json_t *taps, *port, *world;
	size_t i;
	int err;

	err = cmd_ports(c, "vm", rows);
	if (err)
		return err;
	taps = world_find_taps();
	for (i = 0; i < json_array_size(*rows); i++) {
		port = json_array_get(*rows, i);
		world = json_object_get(taps, model_str(port, "client") ?: "");
		if (world)
			json_object_set(port, "world_id", world);
	}
	json_decref(taps);
	return CMD_OK;
}

static json_t *vm_of(json_t *vms, const json_t *world)
{
	json_t *vm = model_find(vms, "world_id", world);
	char pid[32];

	if (vm)
		return vm;
	snprintf(pid, sizeof(pid), "%lld", json_integer_value(world));
	vm = json_pack("{s:O, s:o, s:i, s:[]}", "world_id", world,
		       "name", world_name(pid), "num_ports", 0, "networks");
	json_array_append_new(vms, vm);
	return vm;
}

static bool vm_has_network(const json_t *networks, const json_t *name)
{
	size_t i;

	for (i = 0; i < json_array_size(networks); i++)
		if (json_equal(json_array_get(networks, i), name))
			return true;
	return false;
}

static void vm_add_port(json_t *vms, const json_t *port)
{
	json_t *world = json_object_get(port, "world_id");
	json_t *networks, *name, *vm;

	if (!world)
		return;
	vm = vm_of(vms, world);
	networks = json_object_get(vm, "networks");
	name = json_object_get(port, "portgroup");
	json_object_set_new(vm, "num_ports",
			    json_integer(model_int(vm, "num_ports") + 1));
	if (name && !vm_has_network(networks, name))
		json_array_append(networks, name);
}

/**
 * cmd_vm_list() - print virtual machines that have ports
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_vm_list(struct cmd *c)
{
	json_t *ports, *vms;
	size_t i;
	int err;

	err = vm_ports(c, &ports);
	if (err)
		return err;
	vms = json_array();
	for (i = 0; i < json_array_size(ports); i++)
		vm_add_port(vms, json_array_get(ports, i));
	json_decref(ports);
	model_sort(vms, "name");
	return cmd_emit(c, vms);
}

static int vm_keep_world(const struct cmd *c, json_t *rows)
{
	const struct opt_val *world = opt_get(c, "world-id");
	size_t i = 0;

	if (!world->text)
		return CMD_OK;
	while (i < json_array_size(rows)) {
		if (model_int(json_array_get(rows, i), "world_id") ==
		    world->num)
			i++;
		else
			json_array_remove(rows, i);
	}
	return i ? CMD_OK : cmd_fail(c, "'%s': no such world has a port",
				     world->text);
}

/**
 * cmd_vm_port_list() - print the ports of virtual machines
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_vm_port_list(struct cmd *c)
{
	json_t *rows;
	int err;

	err = vm_ports(c, &rows);
	if (err)
		return err;
	err = vm_keep_world(c, rows);
	if (!err)
		return cmd_emit(c, rows);
	json_decref(rows);
	return err;
}
