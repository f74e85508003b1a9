#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
The network part of kickstart scripts, run unchanged by the name of esxcli on
what ESXi's installer leaves: vSwitch0 with vmnic0, the port groups "Management
Network" and "VM Network", and vmk0. What is there afterwards is compared, value
by value, with kickstart/NAME.yaml, which says what ESXi would have.
"""

import glob
import json
import os
import shutil

import yaml

from ctl.ktap import check, defer, diag, equal, main, run
from ctl.net import Netns

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "kickstart")
BIN = f"/run/vsw{os.getpid()}"
NICS = 4

INSTALLER = """
esxcli network vswitch standard add -v vSwitch0
esxcli network vswitch standard uplink add -v vSwitch0 -u vmnic0
esxcli network vswitch standard portgroup add -v vSwitch0 -p 'VM Network'
esxcli network vswitch standard portgroup add -v vSwitch0 \
        -p 'Management Network'
esxcli network ip interface add -i vmk0 -p 'Management Network'
esxcli network ip interface tag add -i vmk0 -t Management
"""


def setup():
    """The names of vmkctl that scripts use; what `ip netns` changes for the
    folder of namespaces, it changes before any is there."""
    os.mkdir(BIN)
    defer(shutil.rmtree, BIN)
    for name in ("esxcli", "vmkping"):
        os.symlink(shutil.which("vmkctl"), f"{BIN}/{name}")
    run("ip", "netns", "add", "vmotion")
    run("ip", "netns", "delete", "vmotion")


def script(host, text):
    """Runs lines of a script: none fails, none says anything."""
    path = f"PATH={BIN}:{os.environ['PATH']}"
    done = host.run("env", path, "sh", "-e", text=text, ok=False)
    equal((done.returncode, done.stdout, done.stderr), (0, "", ""), "script")


def flat(value, path=""):
    """Every value by its path."""
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = [(str(item.get("name", i)) if isinstance(item, dict) else
                  str(i), item) for i, item in enumerate(value)]
    else:
        return {path: value}
    out = {}
    for key, item in pairs:
        out.update(flat(item, f"{path}/{key}"))
    return out


def state(host):
    """What is configured, without the addresses that were made up."""
    return {path: value for path, value in
            flat(json.loads(host.run("vmkctl", "-j", "config",
                                     "show"))).items()
            if not path.endswith("/mac-address") or
            value.startswith("00:50:56")}


def kickstart(name):
    """One of them."""
    host = Netns("host", ipv6=True)
    host.ip("\n".join(f"link add vmnic{i} type veth peer name wire{i}\n"
                      f"link set dev wire{i} up\nlink set dev vmnic{i} up"
                      for i in range(NICS)))
    defer(run, "ip", "netns", "delete", "vmotion", ok=False)
    script(host, INSTALLER)
    with open(f"{FOLDER}/{name}.ks", encoding="utf-8") as file:
        script(host, file.read())
    with open(f"{FOLDER}/{name}.yaml", encoding="utf-8") as file:
        want = flat(yaml.safe_load(file))
    seen = state(host)
    wrong = sorted(path for path in want.keys() | seen.keys()
                   if want.get(path) != seen.get(path))
    for path in wrong:
        diag(f"{path}: {seen.get(path)!r}, not {want.get(path)!r}")
    check(not wrong, "the state is another")


if __name__ == "__main__":
    names = sorted(os.path.basename(path)[:-3]
                   for path in glob.glob(f"{FOLDER}/*.ks"))
    check(len(names) >= 12, f"only {names}")
    main([(kickstart, name.replace("-", " "), (name,)) for name in names],
         setup)
