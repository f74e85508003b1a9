#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
What vmkctl does beside the switch: TCP/IP stacks, routes, neighbors, addresses
from DHCP, NICs, virtual machines, and the formats for programs.

     vmk0  vmk1 (in a stack)   tap0
       |     |                   |
    +--+-----+-------------------+--+
    |            vSwitch0           |
    +--------------+----------------+
                  up1 ---- w1: 10.0.0.2, a DHCP server
"""

import csv
import io
import json
import os
import xml.etree.ElementTree

from ctl.host import ping, spawn
from ctl.ktap import check, defer, equal, main, run, wait_for
from ctl.net import netns_path
from ctl.site import SWITCH, Site
from ctl.tap import open_tap

CLIENTS = {"dhcpcd": "/usr/sbin/dhcpcd", "dhclient": "/usr/sbin/dhclient",
           "udhcpc": "/usr/sbin/udhcpc"}
STACK = f"vsw{os.getpid()}-vmotion"


def topology():
    """See the top of the file."""
    run("modprobe", "tun")
    # The first one makes the folder one that mounts are made visible through.
    run("ip", "netns", "add", STACK)
    run("ip", "netns", "delete", STACK)
    site = Site("", ipv6=True)
    site.portgroup("kernel")
    site.portgroup("vms")
    site.out.ip("addr add 10.0.0.2/24 dev w1\n"
                "addr add fd00::2/64 dev w1 nodad")
    return site


def vmkctl(site, *words, ok=True):
    """Runs vmkctl in the host's namespace."""
    return site.sw.run("vmkctl", *words, ok=ok)


def change(site, *words):
    """Runs what succeeds and says nothing."""
    done = vmkctl(site, *words, ok=False)
    equal((done.returncode, done.stdout, done.stderr), (0, "", ""),
          " ".join(words))


def rows(site, *words):
    """What a command shows, in JSON."""
    return json.loads(vmkctl(site, "-j", *words))


def refused(site, text, *words, status=1):
    """Runs what is refused by one line that ends so."""
    done = vmkctl(site, *words, ok=False)
    equal((done.returncode, done.stdout), (status, ""), " ".join(words))
    equal(done.stderr.count("\n"), 1, f"lines of {done.stderr!r}")
    check(done.stderr.rstrip("\n").endswith(text), done.stderr)


def adapter(site, name="vmk0", *options):
    """Makes an adapter, until the end of the case."""
    change(site, "interface", "add", "-p", "kernel", "-i", name, *options)
    defer(vmkctl, site, "interface", "remove", "-i", name, ok=False)


def static(site, name, address, *options):
    """Gives it an address."""
    change(site, "interface", "ipv4", "set", "-i", name, "-t", "static", "-I",
           address, "-N", "255.255.255.0", *options)


def ipv4(site, name="vmk0"):
    """Its address, how it came by it, and its gateway."""
    row = rows(site, "interface", "ipv4", "get", "-i", name)[0]
    return row["ipv4_address"], row["address_type"], row["gateway"]


def stacks(site):
    """A stack is made, holds an adapter with routes of its own, and goes."""
    change(site, "netstack", "add", "-N", STACK)
    defer(run, "ip", "netns", "delete", STACK, ok=False)
    check(os.path.exists(netns_path(STACK)), "ip netns does not see it")
    check("LOOPBACK,UP" in run("ip", "-n", STACK, "link", "show", "lo"),
          "its loopback is down")
    refused(site, "there is such a stack already", "netstack", "add", "-N",
            STACK)
    listed = {row["key"]: row["state"] for row in rows(site, "netstack",
                                                       "list")}
    equal((listed["defaultTcpipStack"], listed[STACK]), (4660, 4660), "states")
    adapter(site, "vmk1", "-N", STACK)
    static(site, "vmk1", "10.0.0.7")
    refused(site, "adapters are in it: vmk1", "netstack", "remove", "-N",
            STACK)
    change(site, "route", "ipv4", "add", "-n", "default", "-g", "10.0.0.2",
           "-N", STACK)
    equal([(r["network"], r["netmask"], r["gateway"], r["interface"],
            r["source"]) for r in rows(site, "route", "ipv4", "list", "-N",
                                       STACK)],
          [("default", "0.0.0.0", "10.0.0.2", "vmk1", "MANUAL"),
           ("10.0.0.0", "255.255.255.0", None, "vmk1", "CONNECTED")],
          "routes")
    equal(rows(site, "route", "ipv4", "list"), [], "routes of the host")
    change(site, "interface", "remove", "-i", "vmk1")
    change(site, "netstack", "remove", "-N", STACK)
    check(not os.path.exists(netns_path(STACK)), "it is still there")
    refused(site, "no such TCP/IP stack", "netstack", "remove", "-N", STACK)


def stacks_are_configured(site):
    """Congestion control, IPv6, and what is no name of a stack."""
    change(site, "netstack", "add", "-N", STACK)
    defer(run, "ip", "netns", "delete", STACK)
    change(site, "netstack", "set", "-N", STACK, "-c", "newreno", "-i", "no")
    got = rows(site, "netstack", "get", "-N", STACK)[0]
    equal((got["congestion_control_algorithm"], got["ipv6_enabled"]),
          ("newreno", False), "configuration")
    equal(run("ip", "netns", "exec", STACK, "cat",
              "/proc/sys/net/ipv4/tcp_congestion_control"), "reno\n", "sysctl")
    refused(site, "the kernel has no such algorithm", "netstack", "set", "-N",
            STACK, "-i", "yes", "-c", "nonesuch")
    equal(rows(site, "netstack", "get", "-N", STACK)[0], got, "after refusal")
    for name in ("a/b", "..", ""):
        refused(site, "not a name for a network namespace", "netstack", "add",
                "-N", name)
    for verb in ("add", "remove"):
        refused(site, "this stack is always there", "netstack", verb, "-N",
                "defaultTcpipStack")
    refused(site, "no namespace has that name", "route", "ipv4", "list", "-N",
            "nonesuch")


def routes(site):
    """Are added, shown and removed, of both families; all or nothing."""
    adapter(site)
    static(site, "vmk0", "10.0.0.1")
    change(site, "interface", "ipv6", "address", "add", "-i", "vmk0", "-I",
           "fd00::1/64")
    change(site, "route", "ipv4", "add", "--gateway=10.0.0.2",
           "--network=10.9.0.0/16")
    change(site, "route", "ipv6", "add", "-n", "fd00:9::/32", "-g", "fd00::2")
    have = site.sw.run("ip", "route", "show", "10.9.0.0/16")
    check("via 10.0.0.2 dev vmk0" in have, have)
    refused(site, "there is such a route already", "route", "ipv4", "add",
            "-n", "10.9.0.0/16", "-g", "10.0.0.2")
    refused(site, "no adapter reaches the gateway", "route", "ipv4", "add",
            "-n", "10.8.0.0/16", "-g", "172.16.0.1")
    refused(site, "not a network such as 10.1.0.0/16, or default", "route",
            "ipv4", "add", "-n", "10.8.1.0/16", "-g", "10.0.0.2", status=2)
    refused(site, "there is no such route by '10.0.0.3'", "route", "ipv4",
            "remove", "-n", "10.9.0.0/16", "-g", "10.0.0.3")
    row = [r for r in rows(site, "route", "ipv6", "list")
           if r["network"] == "fd00:9::"]
    equal([(r["netmask"], r["gateway"]) for r in row], [(32, "fd00::2")],
          "IPv6 route")
    change(site, "route", "ipv4", "remove", "-n", "10.9.0.0/16", "-g",
           "10.0.0.2")
    change(site, "route", "ipv6", "remove", "-n", "fd00:9::/32", "-g",
           "fd00::2")
    equal(site.sw.run("ip", "route", "show", "10.9.0.0/16") +
          site.sw.run("ip", "-6", "route", "show", "fd00:9::/32"), "",
          "routes left")


def neighbors(site):
    """Are shown once they are known, and forgotten."""
    adapter(site)
    static(site, "vmk0", "10.0.0.1")
    answers, text = ping(site.sw, "10.0.0.2")
    equal(answers, 1, f"answers\n{text}")
    mac = site.out.link("w1")["address"]
    row = [r for r in rows(site, "neighbor", "list", "-i", "vmk0", "-v", "4")
           if r["neighbor"] == "10.0.0.2"]
    equal([(r["mac_address"], r["vmknic"]) for r in row], [(mac, "vmk0")],
          "neighbors")
    equal([r for r in rows(site, "neighbor", "list", "-v", "6")
           if r["neighbor"] == "10.0.0.2"], [], "neighbors by IPv6")
    change(site, "neighbor", "remove", "-a", "10.0.0.2")
    refused(site, "no adapter has such a neighbor", "neighbor", "remove", "-a",
            "10.0.0.2")
    refused(site, "not an IP address", "neighbor", "remove", "-a", "x",
            status=2)


def dhcp_server(site):
    """Starts one."""
    leases = f"/run/vsw{os.getpid()}.leases"
    proc = spawn(site.out, "dnsmasq", "--keep-in-foreground", "--conf-file=",
                 "--port=0", "--interface=w1", "--bind-dynamic", "--user=root",
                 "--dhcp-range=10.0.0.50,10.0.0.59,255.255.255.0,120",
                 "--dhcp-range=fd00::50,fd00::59,64,120", "--enable-ra",
                 "--dhcp-option=option:router,10.0.0.2", "--dhcp-authoritative",
                 f"--dhcp-leasefile={leases}", "--pid-file")
    defer(lambda: os.path.exists(leases) and os.unlink(leases))
    return proc


def only_client(name):
    """Hides all DHCP clients but one; all, if there is none of that name."""
    for other, path in CLIENTS.items():
        if other != name:
            run("mount", "--bind", "/dev/null", path)
            defer(run, "umount", path)


def running(name):
    """Processes of that name."""
    return run("pgrep", "-x", name, ok=False).stdout.split()


def has_lease(site, name="vmk0"):
    """Has it an address of the server's?"""
    address, kind, gateway = ipv4(site, name)
    return kind == "DHCP" and (address or "").startswith("10.0.0.5") and \
        gateway == "10.0.0.2"


def dhcp(site, client):
    """An address comes and goes with the client that is there."""
    only_client(client)
    dhcp_server(site)
    adapter(site)
    static(site, "vmk0", "10.0.0.1")
    set_dhcp = ("interface", "ipv4", "set", "-i", "vmk0", "-t", "dhcp")
    change(site, *set_dhcp, "-P", "false")
    wait_for(lambda: has_lease(site), f"{client} gets an address", 60)
    check(running(client), f"{client} does not run")
    before = ipv4(site)
    change(site, *set_dhcp, "-P", "false")
    equal(ipv4(site), before, "set once more")
    static(site, "vmk0", "10.0.0.1")
    equal(ipv4(site), ("10.0.0.1", "STATIC", None), "static again")
    wait_for(lambda: not running(client), f"{client} ends")
    equal(site.sw.run("ip", "-4", "-o", "addr", "show", "dev",
                      "vmk0").count("inet"), 1, "addresses")
    change(site, *set_dhcp)
    change(site, "interface", "remove", "-i", "vmk0")
    wait_for(lambda: not running(client), f"{client} ends with the adapter")
    adapter(site)
    equal(ipv4(site)[1], "NONE", "a new adapter of that name")


def dhcp_and_routes(site):
    """A route by a leased address waits for it, and is not the lease's own."""
    only_client("udhcpc")
    server = dhcp_server(site)
    adapter(site)
    change(site, "interface", "ipv4", "set", "-i", "vmk0", "-t", "dhcp")
    wait_for(lambda: has_lease(site), "a lease", 60)
    change(site, "route", "ipv4", "add", "-n", "10.9.0.0/16", "-g", "10.0.0.9")
    # As a client's script does.
    site.sw.ip("route add 10.8.0.0/16 via 10.0.0.9")
    path = f"/run/vsw{os.getpid()}.yaml"
    change(site, "config", "save", "-f", path)
    defer(os.unlink, path)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    equal(("10.9.0.0/16" in text, "10.8.0.0/16" in text), (True, False),
          "routes saved")

    def restore(*words):
        change(site, "interface", "remove", "-i", "vmk0")
        done = vmkctl(site, "config", "apply", "-f", path, *words, ok=False)
        equal(done.returncode, 0, done.stderr)
        return done.stderr

    equal(restore(), "", "what it says")
    check("10.9.0.0/16 via 10.0.0.9" in site.sw.run("ip", "route"),
          "the route has not come")
    server.kill()
    server.wait()
    said = restore("--lenient")
    check(said.count("\n") == 1 and
          said.endswith("no adapter reaches the gateway\n"), said)
    equal(ipv4(site)[1], "DHCP", "the adapter")


def dhcp_in_a_stack(site):
    """The client runs where the adapter is."""
    only_client("udhcpc")
    dhcp_server(site)
    change(site, "netstack", "add", "-N", STACK)
    defer(run, "ip", "netns", "delete", STACK)
    adapter(site, "vmk1", "-N", STACK)
    change(site, "interface", "ipv4", "set", "-i", "vmk1", "-t", "dhcp",
           "-P", "no")
    wait_for(lambda: has_lease(site, "vmk1"), "an address", 60)
    change(site, "interface", "ipv4", "set", "-i", "vmk1", "-t", "none")
    equal(ipv4(site, "vmk1"), (None, "NONE", None), "none")


def dhcpv6(site):
    """The same for IPv6."""
    only_client("dhclient")
    dhcp_server(site)
    adapter(site)

    def address():
        return [r for r in rows(site, "interface", "ipv6", "address", "list")
                if r["address"].startswith("fd00::5")]

    wait_for(lambda: any(r["status"] == "PREFERRED" for r in
                         rows(site, "interface", "ipv6", "address", "list")),
             "a link-local address")
    set_ipv6 = ("interface", "ipv6", "set", "-i", "vmk0", "-d")
    change(site, *set_ipv6, "true")
    wait_for(address, "an address", 60)
    equal(rows(site, "interface", "ipv6", "get")[0]["dhcpv6_enabled"], True,
          "DHCPv6")
    change(site, *set_ipv6, "false")
    wait_for(lambda: not running("dhclient"), "dhclient ends")
    equal(rows(site, "interface", "ipv6", "get")[0]["dhcpv6_enabled"], False,
          "DHCPv6")


def without_a_dhcp_client(site):
    """It says so, and the address stays."""
    only_client(None)
    adapter(site)
    static(site, "vmk0", "10.0.0.1", "-g", "10.0.0.2")
    before = site.sw.run("ip", "addr", "show", "dev", "vmk0")
    refused(site, "there is no DHCP client: install dhcpcd, dhclient or udhcpc",
            "interface", "ipv4", "set", "-i", "vmk0", "-t", "dhcp")
    refused(site, "there is no DHCPv6 client: install dhcpcd or dhclient",
            "interface", "ipv6", "set", "-i", "vmk0", "-d", "true")
    equal(site.sw.run("ip", "addr", "show", "dev", "vmk0"), before,
          "addresses")
    equal(ipv4(site), ("10.0.0.1", "STATIC", "10.0.0.2"), "address")


def nics(site):
    """One is shown, set down and up, by its other name too."""
    site.sw.ip("link property add dev up1 altname vmnic7")
    got = rows(site, "nic", "get", "-n", "vmnic7")[0]
    equal((got["name"], got["driver"], got["link_detected"]),
          ("up1", "veth", True), "nic get")
    equal((got["advertised_link_modes"], got["supported_ports"]), ([], []),
          "a veth's link modes")
    before = rows(site, "nic", "stats", "get", "-n", "up1")[0]
    adapter(site)
    static(site, "vmk0", "10.0.0.1")
    ping(site.sw, "10.0.0.2", 3)
    after = rows(site, "nic", "stats", "get", "-n", "up1")[0]
    check(after["packets_sent"] >= before["packets_sent"] + 3, after)
    check(after["bytes_received"] > before["bytes_received"], after)
    change(site, "nic", "down", "-n", "vmnic7")
    wait_for(lambda: rows(site, "nic", "get", "-n",
                          "up1")[0]["link_status"] == "Down", "it is down")
    change(site, "nic", "up", "-n", "up1")
    site.wait_link("up1")
    for verb in (("get",), ("stats", "get"), ("up",), ("down",)):
        refused(site, "'nonesuch': no such network interface", "nic", *verb,
                "-n", "nonesuch")


def nics_are_named(_):
    """The machine's, in the order of their PCI addresses; once and for all."""
    run("modprobe", "virtio_net", ok=False)
    found = json.loads(run("vmkctl", "-j", "nic", "list"))
    cards = sorted((row["pci_device"], row["name"]) for row in found
                   if row["pci_device"])
    for _ in range(2):
        run("vmkctl", "nic", "alias")
        for i, (_, name) in enumerate(cards):
            check(f"altname vmnic{i}\n" in run("ip", "link", "show", "dev",
                                               name) + "\n", name)
    check(run("ip", "link", "show", "dev", f"vmnic{len(cards)}",
              ok=False).returncode, "one name too many")


def machines(site):
    """A virtual machine is the process that holds the tap."""
    with site.sw:
        tap = open_tap("tap0")
    defer(os.close, tap)
    change(site, "vmport", "add", "-n", "tap0", "-p", "vms", "-M",
           "02:00:00:00:07:01")
    world = os.getpid()
    with open("/proc/self/comm", encoding="utf-8") as file:
        name = file.read().rstrip("\n")
    equal(rows(site, "vm", "list"),
          [{"world_id": world, "name": name, "num_ports": 1,
            "networks": ["vms"]}], "vm list")
    got = rows(site, "vm", "port", "list", "-w", str(world))
    equal([(r["client"], r["portgroup"], r["virtual_switch"],
            r["mac_address"]) for r in got],
          [("tap0", "vms", SWITCH, "02:00:00:00:07:01")], "vm port list")
    equal(got[0]["port_id"], site.port("tap0")["id"], "port id")
    refused(site, "no such world has a port", "vm", "port", "list", "-w", "1")


def formats(site):
    """All tell the same."""
    want = rows(site, "portgroup", "list")
    text = vmkctl(site, "--formatter=csv", "portgroup", "list")
    seen = list(csv.DictReader(io.StringIO(text)))
    equal([{k: v for k, v in row.items() if v} for row in seen],
          [{k: str(v) for k, v in row.items() if v is not None}
           for row in want], "csv")
    text = vmkctl(site, "portgroup", "list", "--formatter=xml")
    root = xml.etree.ElementTree.fromstring(text)
    equal([{f.get("name"): "".join(f.itertext())
            for f in s.iter("field") if len(f)}
           for s in root.iter("structure")],
          [{k: str(v) for k, v in row.items() if v is not None}
           for row in want], "xml")
    text = vmkctl(site, "portgroup", "list", "--formatter=keyvalue")
    check(f"[0].name.string={want[0]['name']}\n" in text, text)
    check(f"[1].active_clients.integer={want[1]['active_clients']}\n" in text,
          text)
    for fields in ("VLAN ID,Name", "vlanid,name", "vlan_id,Name"):
        text = vmkctl(site, "--formatter=csv",
                      f"--format-param=fields={fields}", "portgroup", "list")
        equal(text.split("\n")[:2],
              ["vlan_id,name", f"{want[0]['vlan_id']},{want[0]['name']}"],
              f"fields {fields}")
    refused(site, "--format-param 'nonesuch': no such fields",
            "--format-param=fields=nonesuch", "portgroup", "list", status=2)
    refused(site, "events are printed as text or json only",
            "--formatter=csv", "monitor", status=2)


def what_is_not_here(site):
    """ESXi's other commands end with a clear line."""
    os.makedirs("/run/vsw", exist_ok=True)
    link = "/run/vsw/esxcli"
    os.symlink(site.sw.run("sh", "-c", "command -v vmkctl").strip(), link)
    defer(os.unlink, link)
    for words in ("system hostname set --host=a", "storage nfs list",
                  "network firewall ruleset set -e true -r sshServer",
                  "network ip dns server add -s 10.0.0.9",
                  "network nic coalesce get"):
        done = site.sw.run(link, *words.split(), ok=False)
        equal((done.returncode, done.stdout), (1, ""), words)
        check(done.stderr.endswith("': ESXi has this, this host has not\n"),
              done.stderr)


if __name__ == "__main__":
    main([stacks, stacks_are_configured, routes, neighbors] +
         [(dhcp, f"dhcp by {name}", (name,)) for name in CLIENTS] +
         [dhcp_and_routes, dhcp_in_a_stack, dhcpv6, without_a_dhcp_client, nics,
          nics_are_named, machines, formats, what_is_not_here], topology)
