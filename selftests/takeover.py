#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
An administrator is logged in by ssh through the very interface, or adapter,
that a command changes.

  namespace "net"                      namespace "host"
  br0: 10.0.0.9, fd00::9   ---w eth0--  10.0.0.2, .3, fd00::2   sshd
       lan: 10.0.9.9                    vSwitch0: vmk0, in the port group Host
"""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile

from ctl.ktap import Skip, check, defer, equal, main, run, wait_for
from ctl.net import Netns, sysctl

GUARD = "/run/vswitch"
HOST, CLIENT = "10.0.0.2", "10.0.0.9"
ALIAS = "vmnic0"    # as "nic alias" would call eth0
CHECK = 30      # s that vmkctl gives the client to answer
SSHD = """
ListenAddress 10.0.0.2
ListenAddress fd00::2
HostKey {folder}/host
AuthorizedKeysFile {folder}/key.pub
PermitRootLogin yes
PasswordAuthentication no
StrictModes no
UsePAM no
UseDNS no
PidFile none
LogLevel VERBOSE
"""


class Site:
    """See the top of the file."""

    def __init__(self):
        for program in ("vmkctl", "ssh", "/usr/sbin/sshd"):
            if not shutil.which(program):
                raise Skip(f"no {program}")
        self.folder = tempfile.mkdtemp()
        defer(shutil.rmtree, self.folder)
        self.host = Netns("host", ipv6=True)
        self.net = Netns("net", ipv6=True)
        self.cable()
        self.start_sshd()
        self.log_in()
        self.nl = self.host.client()
        self.vmkctl("vswitch add -v vSwitch0")
        self.vmkctl("portgroup add -p Host -v vSwitch0")

    def cable(self):
        """Joins both."""
        self.host.ip(f"""
            link add eth0 type veth peer name w netns {self.net.name}
            link set eth0 up
            link property add dev eth0 altname {ALIAS}""")
        self.net.ip("""
            link add br0 type bridge
            link set w master br0
            link set w up
            link set br0 up
            addr add 10.0.0.9/24 dev br0
            addr add fd00::9/64 dev br0
            link add lan type dummy
            link set lan up
            addr add 10.0.9.9/24 dev lan""")

    def start_sshd(self):
        """The host's, for one key."""
        self.address()
        os.makedirs("/run/sshd", exist_ok=True)
        for name in ("host", "key"):
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
                f"{self.folder}/{name}")
        with open(f"{self.folder}/conf", "w", encoding="ascii") as file:
            file.write(SSHD.format(folder=self.folder))
        with self.host:
            sshd = subprocess.Popen(
                ["/usr/sbin/sshd", "-D", "-e", "-f", f"{self.folder}/conf"],
                stderr=subprocess.DEVNULL)
        defer(sshd.wait)
        defer(sshd.kill)

    def log_in(self):
        """One connection, by which all commands are given, as logging in
        takes seconds here."""
        wait_for(lambda: not self.tried("true", "-M", "-N", "-f"),
                 "sshd lets us in", 60)
        defer(self.tried, "true", "-O", "exit")

    def tried(self, line, *options):
        """Starts or ends the connection; the exit status."""
        with self.net:
            return subprocess.run(self.ssh_words(*line.split(),
                                                 options=options),
                                  check=False, stdin=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL).returncode

    def address(self):
        """The interface has the host's addresses and routes, as a host's
        own tools would have set them."""
        self.host.ip("""
            addr replace 10.0.0.2/24 dev eth0
            addr replace 10.0.0.3/24 dev eth0
            addr replace fd00::2/64 dev eth0 nodad
            addr replace fd00::3/64 dev eth0 nodad
            route replace default via 10.0.0.9
            route replace 10.0.9.0/24 via 10.0.0.9 metric 50 src 10.0.0.3
            route replace default via fd00::9""")

    def vmkctl(self, line):
        """A command by the console, which has to succeed."""
        return self.host.run("vmkctl", *line.split())

    def ssh_words(self, *words, options=()):
        """How one logs in."""
        return ["ssh", "-i", f"{self.folder}/key", "-F", "none",
                "-S", f"{self.folder}/line", *options,
                "-o", "KexAlgorithms=curve25519-sha256",
                "-o", "StrictHostKeyChecking=no",
                "-o", "UserKnownHostsFile=/dev/null",
                "-o", "LogLevel=ERROR", "-o", "ConnectTimeout=5",
                f"root@{HOST}", *words]

    def ssh(self, line, ok=True, limit=120):
        """A command by ssh; what it printed and how it ended."""
        line = re.sub("vmkctl", shutil.which("vmkctl"), line, count=1)
        with self.net:
            done = subprocess.run(self.ssh_words(*line.split()), text=True,
                                  capture_output=True, check=False,
                                  stdin=subprocess.DEVNULL, timeout=limit)
        check(not ok or not done.returncode,
              f"{line}\nexit {done.returncode}: {done.stderr}")
        return done

    def again(self):
        """A host on its interface, with an adapter that has nothing."""
        for row in self.nl.dump("vmk-get"):
            self.nl.do("vmk-del", ifname=row["ifname"], force=True)
        if self.host.link("eth0").get("master"):
            self.vmkctl("vswitch uplink remove -u eth0 -v vSwitch0")
        self.address()
        self.net.run("ip", "neigh", "flush", "dev", "br0")
        self.vmkctl("portgroup set -p Host -v 0")
        self.vmkctl("interface add -i vmk0 -p Host")
        self.vmkctl("interface tag add -i vmk0 -t Management")

    def moved(self):
        """A host on its adapter."""
        self.again()
        self.vmkctl("vswitch uplink add -u eth0 -v vSwitch0 --migrate-to vmk0")


class Session:
    """Somebody who is logged in all the time."""

    def __init__(self, site, *options):
        with site.net:
            self.ssh = subprocess.Popen(site.ssh_words("cat",
                                                       options=options),
                                        text=True,
                                        stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, bufsize=1)
        defer(self.end)
        self.count = 0
        self.alive()

    def alive(self):
        """Says something and hears it."""
        self.count += 1
        self.ssh.stdin.write(f"{self.count}\n")
        self.ssh.stdin.flush()
        equal(self.ssh.stdout.readline(), f"{self.count}\n", "the session")

    def end(self):
        """Logs out."""
        self.ssh.stdin.close()
        self.ssh.wait(60)
        self.ssh.stdout.close()


def addresses(site, dev):
    """Addresses of an interface that are no link's, in order."""
    rows = json.loads(site.host.run("ip", "-j", "addr"))
    return [(a["local"], a["prefixlen"]) for row in rows
            if row["ifname"] == dev for a in row["addr_info"]
            if not a["local"].startswith("fe80:")]


def routes(site, dev):
    """Routes by an interface, with all that is said of them."""
    out = []
    for family in ("-4", "-6"):
        for row in json.loads(site.host.run("ip", family, "-j", "-d", "route",
                                            "show", "dev", dev)):
            if not row["dst"].startswith("fe80:"):
                out.append({k: v for k, v in row.items()
                            if k not in ("pref", "flags", "expires")})
    return sorted(out, key=str)


def state(site):
    """All that a move may change."""
    links = {n: site.host.link(n) for n in ("eth0", "vmk0")}
    return {
        "links": {n: (row.get("master"), row["address"], row["flags"])
                  for n, row in links.items()},
        "addresses": {n: addresses(site, n) for n in links},
        "routes": {n: routes(site, n) for n in links},
        "config": site.vmkctl("config show"),
    }


def waiting():
    """Does a guard wait?"""
    return os.path.exists(f"{GUARD}/guard")


def known_as(site, host):
    """The MAC address by which the network knows a host."""
    rows = json.loads(site.net.run("ip", "-j", "neigh", "show", "dev", "br0"))
    return [row.get("lladdr") for row in rows if row["dst"] == host]


def parent(pid):
    """Who started a process."""
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        return int(file.read().rsplit(")", 1)[1].split()[1])


def host_moves(site, words="", nic="eth0"):
    """By ssh; returns how it was before."""
    site.again()
    before = state(site)
    session = Session(site)
    done = site.ssh(f"vmkctl vswitch uplink add -u {nic} -v vSwitch0 "
                    f"--migrate-to vmk0 {words}")
    equal((done.stdout, done.stderr), ("", ""), "what it says")
    session.alive()
    equal(addresses(site, "eth0"), [], "addresses left")
    equal(addresses(site, "vmk0"), before["addresses"]["eth0"], "addresses")
    # Without IPv6's own tables a kernel has an interface's multicast in this.
    equal([r for r in routes(site, "eth0") if r["type"] == "unicast"], [],
          "routes left")
    equal(routes(site, "vmk0"), before["routes"]["eth0"], "routes")
    equal(site.host.link("eth0")["master"], "vSwitch0", "master")
    check(not waiting(), "the guard has not ended")
    mac = site.host.link("vmk0")["address"]
    for host in (HOST, "10.0.0.3"):
        check(known_as(site, host) in ([mac], []),
              f"{host} is known as {known_as(site, host)}, not {mac}")
    return before


def host_moves_by_one_command(site):
    """Addresses, routes and sessions are where they belong."""
    mac = host_moves(site)["links"]["vmk0"][1]
    equal(site.host.link("vmk0")["address"], mac, "MAC address")
    Session(site, "-S", "none")


def mac_address_moves_if_asked(site):
    """The adapter keeps its tags, though it is another one."""
    mac = host_moves(site, "--migrate-mac", ALIAS)["links"]["eth0"][1]
    equal(site.host.link("vmk0")["address"], mac, "MAC address")
    check("Management" in site.vmkctl("interface tag get -i vmk0"),
          "the tag is lost")


def without_a_session_a_gateway_answers(site):
    """By the console."""
    site.moved()
    equal(addresses(site, "vmk0"), [("10.0.0.2", 24), ("10.0.0.3", 24),
                                    ("fd00::3", 64), ("fd00::2", 64)],
          "addresses")
    # As a client of DHCP would that nobody told.
    site.host.ip("addr add 10.0.0.2/24 dev eth0")
    before = state(site)
    done = site.host.run("vmkctl", "vswitch", "uplink", "add", "-u", "eth0",
                         "-v", "vSwitch0", "--migrate-to", "vmk0", ok=False)
    equal((done.returncode, done.stderr.count("already an uplink")), (1, 1),
          "once more")
    equal(state(site), before, "state")
    site.host.ip("addr del 10.0.0.2/24 dev eth0")


def neighbors_are_told(site):
    """The MAC address is another one, and nobody asked."""
    site.again()
    for host in (HOST, "10.0.0.3"):
        site.net.run("ping", "-c", "1", "-W", "5", host)
    site.net.run("ping", "-c", "1", "-W", "5", "fd00::2")
    site.vmkctl("vswitch uplink add -u eth0 -v vSwitch0 --migrate-to vmk0")
    mac = site.host.link("vmk0")["address"]
    for host in (HOST, "10.0.0.3", "fd00::2"):
        wait_for(lambda h=host: known_as(site, h) == [mac],
                 f"{host} is known as {mac}")


def wrong_vlan_rolls_back_by_itself(site):
    """Nobody does anything, and all is as it was; that the client can be
    reached by another interface proves nothing."""
    site.again()
    site.host.ip("""
        link add eth1 type veth peer name w1 netns net
        link set eth1 up
        addr add 10.0.1.2/24 dev eth1""".replace("netns net",
                                                 f"netns {site.net.name}"))
    defer(site.host.ip, "link del eth1")
    site.net.ip("link set w1 up\naddr add 10.0.1.9/24 dev w1")
    site.host.ip("route add 10.0.0.9/32 via 10.0.1.9")
    site.vmkctl("portgroup set -p Host -v 99")
    before = state(site)
    session = Session(site)
    done = site.ssh("vmkctl vswitch uplink add -u eth0 -v vSwitch0 "
                    "--migrate-to vmk0", ok=False)
    equal(done.returncode, 1, "status")
    check(re.search(rf"'{CLIENT}': not kept within {CHECK} seconds; "
                    "the former state is back", done.stderr), done.stderr)
    equal(state(site), before, "state")
    session.alive()


def rolls_back_without_its_caller(site):
    """The connection has gone, and vmkctl with it."""
    site.again()
    site.vmkctl("portgroup set -p Host -v 99")
    before = state(site)
    with site.net:
        gone = subprocess.Popen(site.ssh_words(
            shutil.which("vmkctl"), "vswitch", "uplink", "add", "-u", "eth0",
            "-v", "vSwitch0", "--migrate-to", "vmk0", "--check", "10.0.0.77",
            "--confirm", "15"), stderr=subprocess.DEVNULL)
    wait_for(lambda: not addresses(site, "eth0"), "the addresses have moved",
             60)
    gone.kill()
    gone.wait()
    killed = 0
    for pid in run("pgrep", "-x", "vmkctl", ok=False).stdout.split():
        # The guard is nobody's child.
        if parent(pid) != 1:
            os.kill(int(pid), signal.SIGKILL)
            killed += 1
    equal(killed, 1, "commands killed")
    wait_for(lambda: not waiting(), "the guard has ended", 60)
    equal(state(site), before, "state")
    Session(site)


def unconfirmed_comes_back(site):
    """--confirm waits for "config confirm"."""
    site.again()
    before = state(site)
    move = "vswitch uplink add -u eth0 -v vSwitch0 --migrate-to vmk0"
    text = site.ssh(f"vmkctl {move} --confirm 3").stdout
    equal(text, "vmkctl config confirm  # within 3 s, or all is undone\n",
          "what it says")
    wait_for(lambda: not waiting(), "the guard has ended", 60)
    equal(state(site), before, "state, not confirmed")
    # By itself the network would take a minute to see that it has to ask.
    wait_for(lambda: known_as(site, HOST) == [before["links"]["eth0"][1]],
             "the network is told", 10)
    site.ssh(f"vmkctl {move} --confirm 60 --migrate-mac")
    site.ssh("vmkctl config revert")
    equal(state(site), before, "state, revoked")
    site.ssh(f"vmkctl {move} --confirm 60")
    site.ssh("vmkctl config confirm")
    equal(addresses(site, "eth0"), [], "addresses left")


def refusals(site):
    """One line each, and nothing is changed."""
    site.again()
    site.vmkctl("vswitch add -v other")
    defer(site.vmkctl, "vswitch remove -v other")
    site.vmkctl("portgroup add -p Other -v other")
    site.vmkctl("interface add -i vmk1 -p Other")
    defer(site.vmkctl, "interface remove -i vmk1")
    site.host.ip("""link add bare type dummy
        link add big up mtu 9000 type dummy
        addr add 10.9.9.9/24 dev big
        link add bridge up type bridge
        link add held up master bridge type dummy
        addr add 10.8.8.8/24 dev held""")
    defer(site.host.ip,
          "link del bare\nlink del big\nlink del held\nlink del bridge")
    before = state(site)
    for words, status, why in (
            ("-u eth0 --migrate-to vmk1", 1,
             "--migrate-to 'vmk1': not an adapter of switch 'vSwitch0'"),
            ("-u eth0 --migrate-to vmk9", 1,
             "--migrate-to 'vmk9': no such adapter"),
            ("-u none --migrate-to vmk0", 1, "'none': No such device"),
            ("-u bare --migrate-to vmk0", 1,
             "'bare': it has no address that could be moved"),
            ("-u big --migrate-to vmk0", 1,
             "its MTU of 1500 is below that of 'big', 9000"),
            ("-u held --migrate-to vmk0 --check 10.0.0.9", 1,
             "the former state is back"),
            ("-u eth0 --migrate-mac", 2,
             "--migrate-mac goes with --migrate-to only"),
            ("-u eth0 --confirm 5", 2, "--confirm goes with --migrate-to only"),
            ("-u eth0 --migrate-to vmk0 --confirm 0", 2,
             "--confirm '0': not 1 to 86400 seconds")):
        done = site.host.run("vmkctl", "vswitch", "uplink", "add", "-v",
                             "vSwitch0", *words.split(), ok=False)
        equal(done.returncode, status, f"status of {words}")
        check(why in done.stderr and done.stderr.count("\n") == 1,
              f"{words}: {done.stderr}")
        equal(state(site), before, f"state after {words}")


def nobody_answers_who_could_tell(site):
    """It would have to be undone in any case, so it is not begun."""
    site.again()
    before = state(site)
    with site.net:
        sysctl("net.ipv4.icmp_echo_ignore_all", 1)
        defer(site.net.run, "sysctl", "-q", "-w",
              "net.ipv4.icmp_echo_ignore_all=0")
    site.net.ip("addr del fd00::9/64 dev br0")
    defer(site.net.ip, "addr add fd00::9/64 dev br0")
    done = site.ssh("vmkctl vswitch uplink add -u eth0 -v vSwitch0 "
                    "--migrate-to vmk0", ok=False)
    equal(done.returncode, 1, "status")
    check("give --check HOST or --confirm SECONDS" in done.stderr,
          done.stderr)
    equal(state(site), before, "state")


def own_adapter_is_watched(site):
    """A command that cuts its caller off is undone, by default."""
    site.moved()
    before = state(site)
    session = Session(site)
    # sudo and the like take the variable away, which their parent has.
    for line in ("env -i vmkctl portgroup set -p Host -v 99; exit $?",
                 "vmkctl interface set -i vmk0 -e false",
                 "vmkctl interface ipv4 set -i vmk0 -t none"):
        done = site.ssh(line, ok=False)
        check("the former state is back" in done.stderr, done.stderr)
        equal(state(site), before, f"state after {line}")
        session.alive()


def own_interface_is_watched(site):
    """It becomes an uplink, and --migrate-to was forgotten."""
    site.again()
    before = state(site)
    session = Session(site)
    done = site.ssh(f"vmkctl vswitch uplink add -u {ALIAS} -v vSwitch0",
                    ok=False)
    check("the former state is back" in done.stderr, done.stderr)
    equal(state(site), before, "state")
    text = before["config"].replace("uplinks: []", "uplinks: [eth0]", 1)
    check("uplinks: [eth0]" in text, text)
    with open(f"{site.folder}/config.yaml", "w", encoding="utf-8") as file:
        file.write(text)
    done = site.ssh(f"vmkctl config apply -f {site.folder}/config.yaml",
                    ok=False)
    check("the former state is back" in done.stderr, done.stderr)
    equal(state(site), before, "state")
    session.alive()


def killed_guard_is_told_of(site):
    """Nobody else knows where the addresses were."""
    site.again()
    site.vmkctl("vswitch uplink add -u eth0 -v vSwitch0 --migrate-to vmk0 "
                "--confirm 600")
    before = state(site)
    run("pkill", "-KILL", "-x", "vswitch-guard")
    wait_for(lambda: run("pgrep", "-x", "vswitch-guard", ok=False).returncode,
             "the guard is dead")
    done = site.host.run("vmkctl", "config", "revert", ok=False)
    equal(done.returncode, 1, "status")
    check("only it knew the addresses" in done.stderr, done.stderr)
    equal(state(site), before, "state")
    done = site.host.run("vmkctl", "config", "revert", ok=False)
    check("no change waits" in done.stderr, done.stderr)


def harmless_commands_are_kept(site):
    """At once, and a refusal is told as ever."""
    site.moved()
    site.ssh("vmkctl vswitch set -v vSwitch0 -m 1600")
    check(not waiting(), "a guard waits")
    done = site.ssh("vmkctl interface set -i vmk0 -m 9000", ok=False)
    equal((done.returncode, done.stderr.count("\n")), (1, 1), "refusal")
    check(not waiting(), "a guard waits after a refusal")
    site.ssh("vmkctl vswitch set -v vSwitch0 -m 1500")


def other_adapters_are_not_watched(site):
    """Nor is who is not logged in, or says that he knows."""
    site.moved()
    site.vmkctl("portgroup add -p Away -v vSwitch0")
    defer(site.vmkctl, "portgroup remove -p Away -v vSwitch0")
    with site.net:
        sysctl("net.ipv4.icmp_echo_ignore_all", 1)
        defer(site.net.run, "sysctl", "-q", "-w",
              "net.ipv4.icmp_echo_ignore_all=0")
    for line in ("vmkctl portgroup set -p Away -v 7",
                 "vmkctl --no-guard vswitch set -v vSwitch0 -m 1500"):
        equal(site.ssh(line).stdout, "", line)
    site.vmkctl("vswitch set -v vSwitch0 -m 1500")
    check(not waiting(), "a guard waits")


def who_answers_no_ping_confirms(site):
    """The client may filter it."""
    site.moved()
    with site.net:
        sysctl("net.ipv4.icmp_echo_ignore_all", 1)
        defer(site.net.run, "sysctl", "-q", "-w",
              "net.ipv4.icmp_echo_ignore_all=0")
    text = site.ssh("vmkctl vswitch set -v vSwitch0 -m 1600").stdout
    equal(text, "vmkctl config confirm  # within 60 s, or all is undone\n",
          "what it says")
    done = site.ssh("vmkctl vswitch set -v vSwitch0 -m 1700", ok=False)
    check("another change" in done.stderr, done.stderr)
    site.ssh("vmkctl config confirm")
    check("mtu: 1600" in site.vmkctl("config show"), "it is not kept")


CASES = [
    host_moves_by_one_command,
    mac_address_moves_if_asked,
    without_a_session_a_gateway_answers,
    neighbors_are_told,
    wrong_vlan_rolls_back_by_itself,
    rolls_back_without_its_caller,
    unconfirmed_comes_back,
    refusals,
    nobody_answers_who_could_tell,
    own_adapter_is_watched,
    own_interface_is_watched,
    killed_guard_is_told_of,
    harmless_commands_are_kept,
    other_adapters_are_not_watched,
    who_answers_no_ping_confirms,
]

if __name__ == "__main__":
    main(CASES, Site)
