// SPDX-License-Identifier: GPL-2.0
/* An interface becomes an uplink, and the host that it carried moves on. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_apply.h"
#include "config_file.h"
#include "config_plan.h"
#include "config_state.h"
#include "config_value.h"
#include "handlers.h"
#include "ip.h"
#include "login.h"
#include "migrate.h"
#include "netns.h"

#define UPLINK_CHECK	30	/* s that a host has to answer */

/**
 * struct uplink_move - a host that moves from an interface to an adapter
 * @g: what watches that
 * @m: what moves
 * @login: the caller's connection, if it is one
 * @nic: name of the interface, however it was called
 * @gateway: the gateway that is to answer, if it is one
 */
struct uplink_move {
	struct guard g;
	struct migrate m;
	struct login login;
	char nic[IF_NAMESIZE];
	char gateway[INET6_ADDRSTRLEN];
};

static char *uplink_reason(const char *reason, int err)
{
	return strdup(reason ?: strerror(-err));
}

static int uplink_run(struct cmd *c, struct plan *plan, char **why)
{
	int err = CMD_FAILED;

	if (plan->err)
		*why = uplink_reason(NULL, plan->err);
	else
		err = config_run(c, plan, false, why);
	plan_free(plan);
	return err;
}

static int uplink_join(struct uplink_move *u, char **why)
{
	struct plan plan = { .count = 0 };

	plan_begin(&plan, "vswitch uplink add");
	plan_opt(&plan, "uplink-name", u->m.nic);
	plan_opt(&plan, "vswitch-name", opt_text(u->g.cmd, "vswitch-name"));
	plan_begin(&plan, "interface set");
	plan_opt(&plan, "interface-name", u->m.vmk);
	plan_opt(&plan, "enabled", "true");
	return uplink_run(u->g.cmd, &plan, why);
}

/* An adapter with another address is another one, with the same settings. */
static int uplink_take_mac(struct uplink_move *u, char **why)
{
	struct config *now = NULL, *to = NULL;
	struct plan plan = { .count = 0 };
	struct cmd *c = u->g.cmd;
	const unsigned char *a = u->m.mac;
	char mac[sizeof("00:00:00:00:00:00")];
	int err;

	err = config_former(c, &now);
	if (!err)
		err = config_copy(c, "the running state", now, &to);
	if (err)
		goto out;
	snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x", a[0], a[1],
		 a[2], a[3], a[4], a[5]);
	err = config_set(adapter_fields, config_adapter(to, u->m.vmk),
			 "mac-address", mac);
	if (!err)
		err = config_plan(now, to, &plan);
	if (err) {
		*why = uplink_reason(NULL, err);
		plan_free(&plan);
		err = CMD_FAILED;
	} else {
		err = uplink_run(c, &plan, why);
	}
out:
	config_free(to);
	config_free(now);
	return err;
}

static int uplink_make(struct guard *g, char **why)
{
	struct uplink_move *u = (struct uplink_move *)g;
	const char *reason;
	int err;

	err = uplink_join(u, why);
	if (!err && opt_get(g->cmd, "migrate-mac")->num)
		err = uplink_take_mac(u, why);
	if (err)
		return err;
	err = migrate_move(&u->m, &reason);
	if (!err)
		return CMD_OK;
	*why = uplink_reason(reason, err);
	return CMD_FAILED;
}

static int uplink_undo(struct guard *g)
{
	struct uplink_move *u = (struct uplink_move *)g;
	int stuck;

	migrate_take_back(&u->m);
	stuck = guard_undo_config(g);
	return migrate_restore(&u->m) ? CMD_FAILED : stuck;
}

/*
 * Who is to tell that the host can be reached still? By what moves: by others
 * it may be reached whatever happens.
 */
static int uplink_terms(struct cmd *c, struct uplink_move *u)
{
	struct nl_addr *gw;
	size_t i;

	u->g.seconds = UPLINK_CHECK;
	u->g.by = u->m.vmk;
	if (login_find(c, &u->login) && !strcmp(u->login.dev, u->m.nic) &&
	    login_answers(u->login.client, u->m.nic)) {
		u->g.host = u->login.client;
		return CMD_OK;
	}
	for (i = 0; (gw = migrate_gateway(&u->m, i)); i++) {
		inet_ntop(nl_addr_get_family(gw), nl_addr_get_binary_addr(gw),
			  u->gateway, sizeof(u->gateway));
		if (login_answers(u->gateway, u->m.nic)) {
			u->g.host = u->gateway;
			return CMD_OK;
		}
	}
	return cmd_fail(c,
			"'%s': neither you nor a gateway answers who could tell whether it works; give --check HOST or --confirm SECONDS",
			cmd_object(c));
}

static int uplink_check(struct cmd *c, const struct uplink_move *u,
			const struct config *now)
{
	const struct config_adapter *vmk = config_adapter(now, u->m.vmk);
	const char *name = opt_text(c, "vswitch-name");
	const struct config_switch *sw;

	if (config_has_uplink(now, u->m.nic))
		return cmd_fail(c, "'%s': already an uplink", u->m.nic);
	if (!vmk)
		return cmd_fail(c, "--migrate-to '%s': no such adapter",
				u->m.vmk);
	sw = config_switch_of(now, vmk->portgroup);
	if (!sw || strcmp(sw->name, name))
		return cmd_fail(c,
				"--migrate-to '%s': not an adapter of switch '%s'",
				u->m.vmk, name);
	if (!netns_is_default(vmk->stack))
		return cmd_fail(c,
				"--migrate-to '%s': in another TCP/IP stack than '%s'",
				u->m.vmk, u->m.nic);
	if (vmk->ipv4 && *vmk->ipv4->type == VALUE_IP_DHCP)
		return cmd_fail(c,
				"--migrate-to '%s': it has its address from DHCP",
				u->m.vmk);
	if (*vmk->mtu < u->m.mtu)
		return cmd_fail(c,
				"--migrate-to '%s': its MTU of %u is below that of '%s', %u; set one of them first",
				u->m.vmk, *vmk->mtu, u->m.nic, u->m.mtu);
	return CMD_OK;
}

static bool uplink_is_leased(struct nl_cache *addrs)
{
	struct nl_object *obj;

	for (obj = nl_cache_get_first(addrs); obj; obj = nl_cache_get_next(obj))
		if (!(rtnl_addr_get_flags((struct rtnl_addr *)obj) &
		      IFA_F_PERMANENT))
			return true;
	return false;
}

static int uplink_move(struct cmd *c, struct uplink_move *u)
{
	struct config *former;
	const char *why;
	int err;

	err = migrate_read(&u->m, &why);
	if (err)
		return cmd_fail(c, "'%s': %s", u->m.nic, why ?: strerror(-err));
	err = config_former(c, &former);
	if (err)
		return err;
	err = uplink_check(c, u, former);
	if (!err && !u->g.seconds)
		err = uplink_terms(c, u);
	u->g.former = former;
	u->g.tried = former;
	u->g.moves = true;
	if (!err)
		err = guard_make(&u->g);
	if (!err && uplink_is_leased(u->m.addrs[0]))
		cmd_warn(c,
			 "'%s': an address is from DHCP, and nobody renews it now; see 'interface ipv4 set --type dhcp'",
			 u->m.vmk);
	if (!err && uplink_is_leased(u->m.addrs[1]))
		cmd_warn(c,
			 "'%s': an IPv6 address has a lifetime, and nobody renews it now; see 'interface ipv6 set'",
			 u->m.vmk);
	config_free(former);
	return err;
}

/* Alternative names are for people, as those of "nic alias". */
static void uplink_name(struct uplink_move *u)
{
	unsigned int ifindex = if_nametoindex(u->m.nic);

	if (ifindex && if_indextoname(ifindex, u->nic))
		u->m.nic = u->nic;
}

static int uplink_check_options(const struct cmd *c)
{
	static const char *const options[] = {
		"migrate-mac", "confirm", "check",
	};
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (opt_given(c, options[i]))
			return cmd_usage(c, "--%s goes with --migrate-to only",
					 options[i]);
	return CMD_OK;
}

/**
 * cmd_uplink_add() - make an interface an uplink
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_uplink_add(struct cmd *c)
{
	struct uplink_move u = {
		.g = { .make = uplink_make, .undo = uplink_undo },
		.m = { .nic = opt_text(c, "uplink-name"),
		       .vmk = opt_text(c, "migrate-to") },
	};
	int err;

	if (!u.m.vmk) {
		err = uplink_check_options(c);
		return err ? err : login_run(c, cmd_send);
	}
	uplink_name(&u);
	err = guard_terms(c, &u.g);
	if (!err)
		err = guard_open(&u.g, c);
	if (err)
		return err;
	err = uplink_move(c, &u);
	migrate_free(&u.m);
	guard_close(&u.g);
	return err;
}
