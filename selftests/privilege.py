#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
Who may read and change what: subjects, from root of the host to the root of
a container, and all that each of them can ask.

    namespace "sw", the host's                 a container, or a namespace
    +---------------------------------+        +--------------------------+
    |  switch: uplink, VM port, vmk0  |        |  vmk1, of the same switch|
    +---------------------------------+        +--------------------------+

Names and addresses of the host bear a mark by which they are found wherever
they leak to.
"""

import ctypes
import errno
import fcntl
import os
import re
import socket
import stat
import struct
import types

from ctl.ktap import (Skip, check, defer, equal, in_child, main, run,
                      wait_for)
from ctl.net import CLONE_NEWNET, Netns, link_row, setns, unshare
from ctl.nl import NLM_F_DUMP, SOL_NETLINK, Client, Events, NlError, spec
from ctl.rtnl import (CREATE, IFLA_TARGET_NETNSID, RTM_GETADDR,
                      RTM_GETLINK, RTM_GETNEIGH, RTM_GETNSID, RTM_GETROUTE,
                      RTM_GETSTATS, RTM_NEWLINK, Rtnl, changes, link,
                      new_link, number)
from ctl.subjects import (CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_ADMIN,
                          CLONE_NEWNS, CONTAINER, NOBODY, Box, all_caps,
                          become, call)
from ctl.trace import TRACEFS

NETLINK_LISTEN_ALL_NSID = 8
SIOCETHTOOL = 0x8946
ETHTOOL_GDRVINFO, ETHTOOL_SGRO = 0x03, 0x2c
MS_PRIVATE, MS_REC = 1 << 18, 1 << 14

MARK, MARK_MAC = "hush", "02:de:ad:be:ef"
VMS, KERNEL = f"{MARK} vms", f"{MARK} kernel"
UPLINK, TAP, STACK = f"{MARK}-up", f"{MARK}-tap", f"{MARK}-stack"
SECRETS = [m.encode() for m in (MARK, MARK_MAC)] + \
    [bytes.fromhex(MARK_MAC.replace(":", ""))]

NONE, ADMIN = "no privilege", "CAP_NET_ADMIN"

# What each command takes, and a request that it does not refuse to those who
# may, in an order in which they undo each other. {S} is the switch: new for
# those who may, the host's for the others.
COMMANDS = (
    ("switch-add", ADMIN, {"name": "{S}"}),
    ("switch-set", ADMIN, {"name": "{S}", "mtu": 1600}),
    ("switch-get", NONE, {"name": "{S}"}),
    ("portgroup-add", ADMIN, {"name": "{S} vms", "switch": "{S}"}),
    ("portgroup-add", ADMIN, {"name": "{S} kernel", "switch": "{S}"}),
    ("portgroup-set", ADMIN, {"name": "{S} vms", "vlan": 9}),
    ("portgroup-get", NONE, {"name": "{S} vms"}),
    ("uplink-add", ADMIN, {"switch": "{S}", "ifname": "free1"}),
    ("uplink-get", NONE, {"ifname": "{U}"}),
    ("port-add", ADMIN, {"portgroup": "{S} vms", "ifname": "free2"}),
    ("port-set", ADMIN, {"ifname": "{T}", "blocked": 1}),
    ("port-get", NONE, {"ifname": "{T}"}),
    ("vmk-add", ADMIN, {"portgroup": "{S} kernel", "ifname": "vmk9"}),
    ("vmk-set", ADMIN, {"ifname": "{V}", "mtu": 1300}),
    ("vmk-get", NONE, {"ifname": "{V}"}),
    ("vmk-del", ADMIN, {"ifname": "{V}"}),
    ("port-del", ADMIN, {"ifname": "{T}"}),
    ("uplink-del", ADMIN, {"switch": "{S}", "ifname": "{U}"}),
    ("portgroup-del", ADMIN, {"name": "{S} vms", "switch": "{S}"}),
    ("portgroup-del", ADMIN, {"name": "{S} kernel", "switch": "{S}"}),
    ("switch-del", ADMIN, {"name": "{S}"}),
)
OWN = {"S": "new", "U": "free1", "T": "free2", "V": "vmk9"}
HOSTS = {"S": MARK, "U": UPLINK, "T": TAP, "V": "vmk0"}

# Of those who are in the host's network namespace: who they are, and whether
# they may change anything.
SUBJECTS = {
    "root": (lambda: None, True),
    "root with CAP_NET_ADMIN alone":
        (lambda: become(0, {CAP_NET_ADMIN}), True),
    "a user with CAP_NET_ADMIN alone":
        (lambda: become(NOBODY, {CAP_NET_ADMIN}), True),
    "root with all but CAP_NET_ADMIN":
        (lambda: become(0, all_caps() - {CAP_NET_ADMIN}), False),
    "a user": (lambda: become(NOBODY), False),
    "a user with CAP_NET_RAW alone":
        (lambda: become(NOBODY, {CAP_NET_RAW}), False),
    "a user with CAP_SYS_ADMIN alone":
        (lambda: become(NOBODY, {CAP_SYS_ADMIN}), False),
    "root of a user namespace on the host's network": (None, False),
}


def topology():
    """See the top of the file."""
    site = types.SimpleNamespace(sw=Netns("sw"))
    site.nl = site.sw.client()
    site.silence = site.sw.events()
    spare(site.sw)
    site.sw.ip(f"link add {UPLINK} address {MARK_MAC}:01 type veth peer "
               f"name {MARK}-far address {MARK_MAC}:02\n"
               f"link add {TAP} address {MARK_MAC}:03 type veth peer "
               f"name {MARK}-vm address {MARK_MAC}:04\n"
               f"link set dev {MARK}-far up\nlink set dev {MARK}-vm up")
    # The first name is that of a refused request's switch, see HOSTS.
    site.nl.do("switch-add", name=MARK, mtu=2000)
    for name in (VMS, KERNEL):
        site.nl.do("portgroup-add", name=name, switch=MARK)
    site.nl.do("uplink-add", switch=MARK, ifname=UPLINK)
    site.nl.do("port-add", portgroup=VMS, ifname=TAP,
               initial_mac=f"{MARK_MAC}:04")
    site.nl.do("vmk-add", portgroup=KERNEL, ifname="vmk0",
               mac=f"{MARK_MAC}:05", tags=["management", "vmotion"])
    return site


def spare(ns):
    """Two interfaces that serve nothing."""
    ns.ip("link add free1 type veth peer name free1-far\n"
          "link add free2 type veth peer name free2-far")


class Inside:
    """The network namespace of a box or of a Netns, as a context, and a vmk
    of the host's that is put there."""

    def __init__(self, site, owner):
        self.site, self.owner = site, owner
        self.fd = owner.net if isinstance(owner, Box) else owner.fd
        self.back = None

    def __enter__(self):
        self.back = os.open("/proc/self/ns/net", os.O_RDONLY)
        setns(self.fd)
        return self

    def __exit__(self, *exc):
        setns(self.back)
        os.close(self.back)

    def enter(self):
        """This process is root there."""
        if isinstance(self.owner, Box):
            self.owner.enter()
        else:
            setns(self.fd)

    def has_mounts(self):
        """Whether enter() leads to other mounts."""
        return CLONE_NEWNS in getattr(self.owner, "fds", ())

    def ip(self, lines):
        """Runs lines of ip commands, by root of the host."""
        with self:
            run("ip", "-batch", "-", text=lines)

    def vmk(self, stack=STACK, **values):
        """Puts an adapter there, until the end of the case."""
        nl = self.site.nl
        got = nl.do("vmk-add", portgroup=KERNEL, netns_fd=self.fd,
                    netstack=stack, **values)

        def remove():
            if got["port-id"] in [v["port-id"] for v in nl.dump("vmk-get")]:
                nl.do("vmk-del", ifname=got["ifname"])

        defer(remove)
        return got

    def index(self, name):
        """An interface's index."""
        with self:
            return socket.if_nametoindex(name)


PLACES = {
    "root of a user namespace": lambda s: Inside(s, Box(CLONE_NEWNET)),
    "root of a container": lambda s: Inside(s, Box(CONTAINER)),
    "root of another namespace of the host":
        lambda s: Inside(s, Netns("other")),
}


def fill(values, names):
    """A request with its names."""
    return {k: v.format(**names) if isinstance(v, str) else v
            for k, v in values.items()}


def errno_of(func, *args, **values):
    """The errno of a refusal; 0 if there was none."""
    try:
        func(*args, **values)
    except OSError as err:
        return err.errno
    return 0


def use_all(client):
    """All commands are done."""
    for op, _, values in COMMANDS:
        client.do(op, **fill(values, OWN))
        if op.endswith("-get"):
            check(client.dump(op), f"dump of {op} is empty")


def reads_only(client, state):
    """Changes are refused before anything is looked at; reads show all."""
    for op, need, values in COMMANDS:
        got = errno_of(client.do, op, **fill(values, HOSTS))
        equal(got, errno.EPERM if need == ADMIN else 0, op)
    equal(client.state(), state, "what is read")


def sees_nothing(client):
    """No object is there, and names and numbers of the host's say nothing."""
    for kind, rows in client.state().items():
        equal(rows, [], f"objects of kind {kind}")
    for op, need, values in COMMANDS:
        if need == NONE:
            got = errno_of(client.do, op, **fill(values, HOSTS))
            check(got in (errno.ENOENT, errno.ENODEV), f"{op}: errno {got}")


def unchanged(site, func):
    """Calls func; nothing changes for the host, and nobody is told of
    anything."""
    site.silence.drain()
    before = site.nl.state()
    func()
    equal(site.nl.state(), before, "state of the host")
    equal(site.silence.pending(), [], "events of the host")


# Commands -------------------------------------------------------------------

def all_commands_have_an_expectation(_site):
    """The table above and the spec name the same commands, with the same
    needs."""
    told = {op: NONE if "admin-perm" not in o.get("flags", []) else ADMIN
            for op, o in spec().ops.items() if "notify" not in o}
    equal({op: need for op, need, _ in COMMANDS}, told, "needs of commands")


def subject(site, how, may):
    """One of SUBJECTS, with all commands."""
    state = site.nl.state()
    box = None if how else Box()

    def child():
        with site.sw:
            if box:
                box.enter()
            else:
                how()
            if may:
                use_all(Client())
            else:
                reads_only(Client(), state)
            os._exit(0)

    if may:
        in_child(child)
        equal(site.nl.state(), state, "state of the host")
    else:
        unchanged(site, lambda: in_child(child))


def place(site, make):
    """One of PLACES: everything of its own, nothing of the host's."""
    there = make(site)
    spare(there)

    def child():
        there.enter()
        client = Client()
        sees_nothing(client)
        use_all(client)
        # The host's interfaces cannot be taken as they cannot be named.
        client.do("switch-add", name="new")
        client.do("portgroup-add", name="new vms", switch="new")
        for ifname in (UPLINK, TAP, f"{MARK}-far"):
            equal(errno_of(client.do, "uplink-add", switch="new",
                           ifname=ifname), errno.ENODEV, "uplink")
            equal(errno_of(client.do, "port-add", portgroup="new vms",
                           ifname=ifname), errno.ENODEV, "port")
        client.do("switch-del", name="new")
        become(0)
        client = Client()
        for op, need, values in COMMANDS:
            if need == ADMIN:
                equal(errno_of(client.do, op, **fill(values, OWN)),
                      errno.EPERM, f"{op} without capabilities")

    unchanged(site, lambda: in_child(child))


def sockets_handed_over(site):
    """Who opened the socket must be able, and who uses it."""
    state = site.nl.state()

    def opened_by_root():
        with site.sw:
            client = Client()
            become(NOBODY)
            reads_only(client, state)
            os._exit(0)

    def opened_by_a_user():
        with site.sw:
            os.seteuid(NOBODY)
            client = Client()
            os.seteuid(0)
            reads_only(client, state)
            use_all(Client())

    def opened_by_another_root(box=Box()):
        with site.sw:
            client = Client()
            box.enter()
            reads_only(client, state)
            os._exit(0)

    for child in (opened_by_root, opened_by_another_root):
        unchanged(site, lambda c=child: in_child(c))
    in_child(opened_by_a_user)
    equal(site.nl.state(), state, "state")


def a_stack_needs_the_openers_rights(site):
    """Root of the host puts no vmk into the host's namespace over a socket
    that a user namespace's root has opened."""
    there = Inside(site, Box(CLONE_NEWNET))
    with there:
        client = Client()
    defer(client.close)
    client.do("switch-add", name="new")
    client.do("portgroup-add", name="pg", switch="new")
    here, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)

    def child():
        there.enter()
        opened = Client()
        socket.send_fds(far, [b"x"], [opened.sock.sock.fileno()])

    in_child(child)
    fd = socket.recv_fds(here, 1, 1)[1][0]
    client.sock.sock.close()
    client.sock.sock = socket.socket(fileno=fd)
    client.sock.seq = 100
    here.close()
    far.close()
    client.do("portgroup-set", name="pg", vlan=1)

    def add():
        equal(errno_of(client.do, "vmk-add", portgroup="pg",
                       netns_fd=site.sw.fd, netstack="stolen"), errno.EPERM,
              "errno")

    unchanged(site, add)


def stacks_need_rights_there(site):
    """A vmk goes into no namespace whose owner does not want it, and a user
    namespace's root has no right to that of another, nor to the host's."""
    one, two = (Inside(site, Box(CLONE_NEWNET)) for _ in range(2))

    def child():
        fds = one.fd, two.fd, site.sw.fd, \
            os.open("/proc/self/ns/net", os.O_RDONLY)
        one.enter()
        client = Client()
        client.do("switch-add", name="new")
        client.do("portgroup-add", name="pg", switch="new")
        for fd in fds[1:]:
            try:
                client.do("vmk-add", portgroup="pg", netns_fd=fd,
                          netstack="stolen")
            except NlError as err:
                equal((err.errno, err.attr), (errno.EPERM, "netns-fd"),
                      str(err))
            else:
                check(False, "an adapter was put where it is not wanted")
        equal(errno_of(client.do, "vmk-add", portgroup="pg", netns_fd=fds[0],
                       netstack="own"), errno.EINVAL, "its own namespace")

    unchanged(site, lambda: in_child(child))

    def admin():
        with site.sw:
            become(0, {CAP_NET_ADMIN})
            client = Client()
            client.do("vmk-add", portgroup=KERNEL, ifname="vmk8",
                      netns_fd=one.fd, netstack=STACK)
            client.do("vmk-del", ifname="vmk8")
            os._exit(0)

    in_child(admin)


def a_refusal_holds_no_namespace(site):
    """One that a refused adapter was to go into can go."""
    # The box's process would hold what is there before it.
    one = Inside(site, Box(CLONE_NEWNET))
    ns = Netns("refused")
    site.sw.ip(f"link add held type veth peer name inside netns {ns.name}")

    def child():
        one.enter()
        client = Client()
        client.do("switch-add", name="new")
        client.do("portgroup-add", name="pg", switch="new")
        equal(errno_of(client.do, "vmk-add", portgroup="pg", netns_fd=ns.fd,
                       netstack="stolen"), errno.EPERM, "errno")

    in_child(child)
    ns.delete()
    wait_for(lambda: site.sw.link("held", ok=False) is None,
             "the namespace has gone")


# Events ---------------------------------------------------------------------

def changer(site):
    """A process of the host's root; what is returned lets it change
    something, and change it back."""
    here, there = socket.socketpair()
    pid = os.fork()
    if not pid:
        try:
            here.close()
            with site.sw:
                client = Client()
            while there.recv(1):
                for vlan in (5, 0):
                    client.do("portgroup-set", name=VMS, vlan=vlan)
                there.send(b"x")
        finally:
            os._exit(0)
    there.close()
    defer(os.waitpid, pid, 0)
    defer(here.close)

    def change():
        here.send(b"x")
        equal(here.recv(1), b"x", "answer")

    return change


CHANGED = ["portgroup-change-ntf"] * 2


def events_need_no_privilege(site):
    """They tell what a read does."""
    change = changer(site)

    def child():
        with site.sw:
            become(NOBODY)
            listener = Events()
            change()
            equal([n for n, _ in listener.expect(2)], CHANGED, "events")
            os._exit(0)

    in_child(child)


def others_hear_nothing(site):
    """Not even if they listen to all namespaces that they have an id of, as
    that of the switch of a vmk; but root of the host may."""
    change = changer(site)
    for make, heard in ((Inside(site, Box(CLONE_NEWNET)), []),
                        (Inside(site, Netns("other")), CHANGED)):
        got = make.vmk(stack=f"{STACK}{make.fd}")

        def child(there=make, ifname=got["ifname"], want=heard):
            there.enter()
            row = link_row(Rtnl().ask(RTM_GETLINK, link(
                socket.if_nametoindex(ifname))))
            check("link_netnsid" in row, "the host's namespace has no id")
            listener = Events()
            listener.listen.sock.setsockopt(SOL_NETLINK,
                                            NETLINK_LISTEN_ALL_NSID, 1)
            change()
            equal([n for n, _ in listener.expect(len(want))], want, "events")

        in_child(child)


# rtnetlink ------------------------------------------------------------------

def rtnl_of_the_host(site):
    """Who may not change a switch by netlink may not by rtnetlink."""
    index = {n: socket_index(site.sw, n) for n in (MARK, "vmk0", UPLINK, TAP)}
    box = Box()
    aim = Netns("aim")

    def child(how):
        with site.sw:
            own_sysfs()
            if how:
                how()
            else:
                box.enter()
            rtnl = Rtnl()
            for name, number_ in index.items():
                for what, req in changes(number_, "x", aim.fd).items():
                    equal(errno_of(rtnl.ask, *req), errno.EPERM,
                          f"{what} of {name}")
            for kind in ("vswitch", "vmk"):
                equal(errno_of(rtnl.ask, *new_link(kind, "new")),
                      errno.EPERM, f"add of a {kind}")
            for name in index:
                other_doors(name, errno.EPERM)
            os._exit(0)

    for how, may in SUBJECTS.values():
        if not may:
            unchanged(site, lambda h=how: in_child(lambda: child(h)))


def socket_index(ns, name):
    """An interface's index."""
    with ns:
        return socket.if_nametoindex(name)


def ethtool(name, request):
    """Asks ethtool's ioctl; returns the answer."""
    buf = bytearray(request)
    place = ctypes.addressof(ctypes.c_char.from_buffer(buf))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, SIOCETHTOOL,
                    struct.pack("16sP8x", name.encode(), place))
    return bytes(buf)


def write(path, text):
    """Writes to a file that there is."""
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)


def other_doors(name, want, sysfs=True):
    """ioctls and sysfs change an interface for those who may alone."""
    equal(errno_of(ethtool, name, struct.pack("II", ETHTOOL_SGRO, 1)), want,
          f"errno of ethtool of {name}")
    for file, text in (("mtu", "1400"), ("ifalias", "x"),
                       ("flags", "0x1003")) * sysfs:
        got = errno_of(write, f"/sys/class/net/{name}/{file}", text)
        check(got == want or want and got == errno.EACCES,
              f"errno {got} of {name}'s {file} in /sys")


# What the root of the namespace that a vmk is in gets for each request.
VMK_RTNL = {
    "down": 0, "rename": 0, "up": 0, "mtu": 0, "large mtu": errno.EINVAL,
    "address": errno.EPERM, "promiscuous": 0, "alias": 0, "altname": 0,
    "nomaster": 0, "ip address": 0, "move": errno.EINVAL, "delete": 0,
}


def another_netns():
    """Descriptor of a network namespace that is this process's as well."""
    here = os.open("/proc/self/ns/net", os.O_RDONLY)
    unshare(CLONE_NEWNET)
    made = os.open("/proc/self/ns/net", os.O_RDONLY)
    setns(here)
    return made


def vmk_elsewhere(site, make):
    """It is its namespace's to use and to remove, within what the switch
    allows; the switch knows it by the name it gave it."""
    there = make(site)
    got = there.vmk(mac="02:00:00:00:00:77")
    index = there.index(got["ifname"])

    def child(have, last):
        # Root of the host mounts it, which is what a container is given.
        setns(there.fd)
        own_sysfs()
        there.enter()
        requests = changes(index, "vmk0", another_netns())
        equal(sorted(requests), sorted(VMK_RTNL), "requests in the table")
        if not have:
            become(0)
        rtnl = Rtnl()
        for what, req in requests.items():
            if (what == "delete") == last:
                want = VMK_RTNL[what] if have else errno.EPERM
                equal(errno_of(rtnl.ask, *req), want, what)
        if last:
            return
        check(errno_of(rtnl.ask, *changes(index, "", site.sw.fd)["move"]),
              "moved back to the host")
        # With mounts of its own, it has not been given that.
        other_doors("vmk0" if have else got["ifname"],
                    0 if have else errno.EPERM, not there.has_mounts())

    unchanged(site, lambda: in_child(lambda: child(False, False)))
    unchanged(site, lambda: in_child(lambda: child(False, True)))
    before = site.nl.state()
    in_child(lambda: child(True, False))
    mtu = 1290 if there.has_mounts() else 1400
    equal(site.nl.do("vmk-get", ifname=got["ifname"]), dict(got, mtu=mtu),
          "what the host sees of it")
    after = site.nl.state()
    after["vmk"][1].pop("mtu")
    before["vmk"][1].pop("mtu")
    for kind, rows in after.items():
        equal(rows, before[kind], f"what the host sees of each {kind}")
    site.nl.do("vmk-set", ifname=got["ifname"], mtu=1400)
    site.nl.do("port-set", ifname=got["ifname"], blocked=1)
    in_child(lambda: child(True, True))
    equal([v["ifname"] for v in site.nl.dump("vmk-get")], ["vmk0"],
          "adapters left")


def no_vmk_is_made_by_rtnl(site):
    """Neither by the container's root nor, over the id of the host's
    namespace, in that one."""
    there = Inside(site, Box(CLONE_NEWNET))
    got = there.vmk()

    def child():
        there.enter()
        rtnl = Rtnl()
        equal(errno_of(rtnl.ask, *new_link("vmk", "vmk3")),
              errno.EOPNOTSUPP, "add of a vmk")
        row = link_row(rtnl.ask(RTM_GETLINK, link(
            socket.if_nametoindex(got["ifname"]))))
        host = number(IFLA_TARGET_NETNSID, row["link_netnsid"])
        refusals = (errno.EPERM, errno.EACCES)
        check(errno_of(rtnl.ask, RTM_GETLINK, link(row["link_index"],
                                                   attrs=host)) in refusals,
              "the host's interfaces can be read")
        check(errno_of(rtnl.ask, RTM_GETLINK, link(attrs=host),
                       NLM_F_DUMP) in refusals + (errno.EINVAL,),
              "the host's interfaces can be listed")
        body = new_link("vswitch", "new")[1] + host
        check(errno_of(rtnl.ask, RTM_NEWLINK, body, CREATE) in refusals,
              "a switch can be made on the host")
        equal(errno_of(rtnl.ask, *new_link("vswitch", "new")), 0, "its own")

    unchanged(site, lambda: in_child(child))


# What is seen of the host ---------------------------------------------------

def driver_info(name):
    """What ETHTOOL_GDRVINFO tells."""
    return ethtool(name, struct.pack("I192x", ETHTOOL_GDRVINFO))


def files_below(place):
    """Path and content of all that can be read there, and the links."""
    for folder, names, files in os.walk(place):
        for name in names + files:
            path = os.path.join(folder, name)
            if os.path.islink(path):
                yield path, os.readlink(path).encode()
            elif stat.S_ISREG(os.lstat(path).st_mode):
                try:
                    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
                    try:
                        yield path, os.read(fd, 1 << 20)
                    finally:
                        os.close(fd)
                except OSError:
                    continue


def all_that_is_told(name):
    """By source, all that the kernel tells in this process's namespace, with
    an interface's name."""
    client, rtnl = Client(), Rtnl()
    yield "objects", str(client.state()).encode()
    for what in (RTM_GETLINK, RTM_GETADDR, RTM_GETROUTE, RTM_GETNEIGH,
                 RTM_GETNSID):
        yield f"dump {what}", rtnl.dump(what)
    yield "statistics", rtnl.ask(RTM_GETSTATS, struct.pack(
        "=BxxxII", 0, socket.if_nametoindex(name), 0x1f))
    yield "driver", driver_info(name)
    for option in ("-i", "-S", "-k", "-P", "-g", "-l", "-T"):
        done = run("ethtool", option, name, ok=False)
        yield f"ethtool {option}", (done.stdout + done.stderr).encode()
    yield "ip", run("ip", "-d", "-s", "-s", "link", "show").encode()
    yield from files_below("/proc/self/net")
    yield from files_below(os.path.realpath(f"/sys/class/net/{name}"))


def own_sysfs():
    """/sys is that of this process's network namespace."""
    call("unshare", CLONE_NEWNS)
    call("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)
    call("mount", b"none", b"/sys", b"sysfs", 0, None)


def leaks(name):
    """Where a mark of the host is found."""
    return [place for place, data in all_that_is_told(name)
            if any(s in data.lower() for s in SECRETS)]


def nothing_of_the_host_is_seen(site):
    """Where a vmk is put, its own name, address and counters are told, and
    the numbers that the kernel tells of any interface's link."""
    there = Inside(site, Box(CLONE_NEWNET))
    got = there.vmk(mac="02:00:00:00:00:77")

    def child():
        # Root of the host mounts it, as a container may not without a /sys
        # of its own; what is in it is the same.
        setns(there.fd)
        own_sysfs()
        seen = os.listdir("/sys/class/net")
        equal(leaks(got["ifname"]), [], "places with names of the host")
        # Some modules give each namespace a device.
        call("unshare", CLONE_NEWNET)
        own_sysfs()
        equal(sorted(seen),
              sorted(os.listdir("/sys/class/net") + [got["ifname"]]),
              "interfaces in /sys")

    in_child(child)

    # That the host itself sees them shows that this looks where it should.
    def host():
        with site.sw:
            own_sysfs()
            places = leaks("vmk0")
            for one in ("objects", "driver", "ip", f"dump {RTM_GETLINK}"):
                check(one in places, f"not on the host either: {one}")
            check([p for p in places if p.startswith("/sys/")],
                  "not on the host either: /sys")
            os._exit(0)

    in_child(host)


def files_of_the_module(site):
    """There is nothing to write in /sys/module, nothing in /proc, and the
    tracepoint is root's."""
    loose = [p for p, _ in files_below("/sys/module/vswitch")
             if os.lstat(p).st_mode & 0o022 and not os.path.islink(p)]
    equal(loose, [], "files that all may write")
    check(not os.path.exists("/sys/module/vswitch/parameters"),
          "the module has parameters: say here who may change them")
    with site.sw:
        equal([n for n in os.listdir("/proc/self/net")
               if re.search("vsw|vmk", n)], [], "files in /proc/net")
    equal(run("find", "/proc/sys/net", "-maxdepth", "1", "-name", "v[sm]*"),
          "", "sysctls")
    if not os.path.isdir(f"{TRACEFS}/events"):
        run("mount", "-t", "tracefs", "tracefs", TRACEFS)
    box = Box()
    for who, want in ((lambda: become(0, all_caps()), 0),
                      (lambda: become(NOBODY), errno.EACCES),
                      (box.enter, errno.EACCES)):
        def child(how=who, got=want):
            how()
            for path in ("events/vswitch/vsw_drop/enable",
                         "events/vswitch/vsw_drop/format", "trace"):
                equal(errno_of(os.open, f"{TRACEFS}/{path}", os.O_RDONLY),
                      got, f"errno of {path}")

        in_child(child)


# Limits ---------------------------------------------------------------------

def switches_are_limited(site):
    """As everybody's: not more than 127."""
    there = Inside(site, Box(CLONE_NEWNET))

    def child():
        there.enter()
        client = Client()
        for i in range(127):
            client.do("switch-add", name=f"s{i}")
        equal(errno_of(client.do, "switch-add", name="one more"),
              errno.ENOSPC, "errno")
        equal(errno_of(Rtnl().ask, *new_link("vswitch", "one-more")),
              errno.ENOSPC, "errno by ip link")

    unchanged(site, lambda: in_child(child))


def charged(group):
    """Kernel memory that a group of processes is charged for, in bytes."""
    with open(f"{group}/memory.stat", encoding="ascii") as file:
        rows = dict(line.split() for line in file)
    return sum(int(rows[k]) for k in ("slab", "percpu"))


def memory_group():
    """A memory control group, for the case."""
    folder = f"/run/vsw{os.getpid()}"
    os.mkdir(folder)
    defer(os.rmdir, folder)
    if errno_of(call, "mount", b"none", folder.encode(), b"cgroup2", 0, None):
        raise Skip("no control groups")
    defer(call, "umount2", folder.encode(), 2)
    with open(f"{folder}/cgroup.controllers", encoding="ascii") as file:
        if "memory" not in file.read().split():
            raise Skip("no memory control group")
    with open(f"{folder}/cgroup.subtree_control", "w",
              encoding="ascii") as file:
        file.write("+memory")
    group = f"{folder}/vsw{os.getpid()}"
    os.mkdir(group)
    defer(os.rmdir, group)
    return group


def memory_is_charged(site):
    """What a user namespace's root makes is charged to the control group it
    is in, so that its limit holds."""
    there = Inside(site, Box(CLONE_NEWNET))
    group = memory_group()
    count, least = 200, 700

    def child():
        with open(f"{group}/cgroup.procs", "w", encoding="ascii") as file:
            file.write(str(os.getpid()))
        there.enter()
        client = Client()
        client.do("switch-add", name="new")
        before = charged(group)
        for i in range(count):
            client.do("portgroup-add", name=f"{i}", switch="new",
                      trunk=[{"first": 1, "last": 9}])
        each = (charged(group) - before) // count
        check(each > least, f"{each} bytes for a port group")
        before = charged(group)
        for i in range(10):
            client.do("vmk-add", portgroup="0")
        each = (charged(group) - before) // 10
        check(each > least, f"{each} bytes for an adapter")

    in_child(child)


if __name__ == "__main__":
    main([all_commands_have_an_expectation] +
         [(subject, f"{name} {'changes' if may else 'only reads'}",
           (how, may)) for name, (how, may) in SUBJECTS.items()] +
         [(place, f"{name} has its own", (make,))
          for name, make in PLACES.items()] +
         [sockets_handed_over, a_stack_needs_the_openers_rights,
          stacks_need_rights_there, a_refusal_holds_no_namespace,
          events_need_no_privilege,
          others_hear_nothing, rtnl_of_the_host] +
         [(vmk_elsewhere, f"a vmk given to {name}", (make,))
          for name, make in PLACES.items()] +
         [no_vmk_is_made_by_rtnl, nothing_of_the_host_is_seen,
          files_of_the_module, switches_are_limited, memory_is_charged],
         topology)
