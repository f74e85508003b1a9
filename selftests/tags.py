#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
Service tags of VMkernel adapters, and the events that follow them.

     vmk0   vmk1   vmk2      default stack       vmk3, vmk4: other stacks
       |      |      |                             |
   +---+------+------+-----------------------------+---+
   |                     vSwitch0                      |
   +---------------------------------------------------+
"""

import errno

from ctl.ktap import check, defer, equal, main
from ctl.net import Netns
from ctl.nl import NlError, spec
from ctl.refuse import refused
from ctl.site import SWITCH, Site


def topology():
    """See the top of the file."""
    site = Site(uplinks=0)
    site.portgroup("kernel")
    return site


def adapters(site, *tags):
    """vmk0, vmk1... for the time of the case, with these tags."""
    for i, one in enumerate(tags):
        site.nl.do("vmk-add", portgroup="kernel", ifname=f"vmk{i}",
                   tags=one)
        defer(remove, site, f"vmk{i}")


def remove(site, name):
    """Removes an adapter, whatever it carries, if it is there."""
    try:
        site.nl.do("vmk-del", ifname=name, force=True)
    except NlError as err:
        if err.errno not in (errno.ENOENT, errno.ENODEV):
            raise


def on_stack(site, name, ns, stack):
    """Makes an adapter on another stack."""
    got = site.nl.do("vmk-add", portgroup="kernel", ifname=name,
                     netns_fd=ns.fd, netstack=stack)
    defer(remove, site, name)
    return got


def tag(site, name, add=(), drop=(), **values):
    """Adds and drops tags."""
    site.nl.do("vmk-set", ifname=name, tags=list(add),
               tags_mask=list(add) + list(drop), **values)


def tags_of(site, name, which="tags"):
    """An adapter's tags, sorted."""
    return sorted(site.nl.do("vmk-get", ifname=name)[which])


def told(listener, count):
    """The events, as name, interface, tags and active tags."""
    return [(n, o["ifname"], sorted(o["tags"]), sorted(o["active-tags"]))
            for n, o in listener.expect(count)]


def none_by_default(site):
    """A new adapter carries nothing."""
    adapters(site, [])
    equal(tags_of(site, "vmk0"), [], "tags")
    equal(tags_of(site, "vmk0", "active-tags"), [], "active tags")


def each_tag(site):
    """Every one of them is set, shown, told of and removed by itself."""
    adapters(site, [])
    listener = site.sw.events()
    for name in spec().flags["traffic"]:
        tag(site, "vmk0", [name])
        equal(told(listener, 1),
              [("vmk-change-ntf", "vmk0", [name], [name])], f"event of {name}")
        equal(tags_of(site, "vmk0"), [name], "tags")
        tag(site, "vmk0", [name])
        equal(listener.pending(), [], f"events of {name} once more")
        tag(site, "vmk0", drop=[name], force=True)
        equal(told(listener, 1), [("vmk-change-ntf", "vmk0", [], [])],
              f"event of {name} removed")
        tag(site, "vmk0", drop=[name])
        equal(listener.pending(), [], f"events of no {name} to remove")


def several_tags(site):
    """All at once, and the mask leaves the others alone."""
    every = sorted(spec().flags["traffic"])
    adapters(site, every)
    equal(tags_of(site, "vmk0"), every, "all tags")
    tag(site, "vmk0", drop=["vsan", "ptp"])
    some = [t for t in every if t not in ("vsan", "ptp")]
    equal(tags_of(site, "vmk0"), some, "less two")
    tag(site, "vmk0", ["vsan"], ["vmotion"])
    equal(tags_of(site, "vmk0"),
          sorted(set(some) - {"vmotion"} | {"vsan"}), "one in, one out")
    equal(tags_of(site, "vmk0", "active-tags"), tags_of(site, "vmk0"),
          "active tags")


def tags_need_their_mask(site):
    """One goes with the other; unknown tags are refused."""
    adapters(site, ["vsan"])
    refused(site, "vmk-set", errno.EINVAL, "tag", ifname="vmk0",
            tags=["vmotion"])
    refused(site, "vmk-set", errno.EINVAL, "tag", ifname="vmk0",
            tags_mask=["vsan"])
    refused(site, "vmk-set", errno.EINVAL, "", attr="tags", ifname="vmk0",
            tags=1 << 12, tags_mask=1)
    refused(site, "vmk-set", errno.EINVAL, "", attr="tags-mask",
            ifname="vmk0", tags=0, tags_mask=1 << 31)
    refused(site, "vmk-add", errno.EINVAL, "", attr="tags",
            portgroup="kernel", tags=1 << 12)


def several_adapters_with_one_tag(site):
    """Any tag but one may be on several adapters."""
    most = sorted(set(spec().flags["traffic"]) - {"ft-logging"})
    adapters(site, most, most)
    equal((tags_of(site, "vmk0"), tags_of(site, "vmk1")), (most, most),
          "tags")


def fault_tolerance_on_one_adapter(site):
    """One adapter in the namespace."""
    adapters(site, ["ft-logging"], [])
    refused(site, "vmk-set", None, "fault ?tolerance", ifname="vmk1",
            tags=["ft-logging"], tags_mask=["ft-logging"])
    refused(site, "vmk-add", None, "fault ?tolerance", attr="tags",
            portgroup="kernel", tags=["ft-logging", "vsan"])
    # Not even beside tags that would be allowed.
    refused(site, "vmk-set", None, "fault ?tolerance", ifname="vmk1",
            tags=["ft-logging", "vsan"], tags_mask=["ft-logging", "vsan"])
    tag(site, "vmk0", ["ft-logging"])
    tag(site, "vmk0", drop=["ft-logging"])
    tag(site, "vmk1", ["ft-logging"])
    equal(tags_of(site, "vmk1"), ["ft-logging"], "tags")
    remove(site, "vmk1")
    tag(site, "vmk0", ["ft-logging"])

    # On another switch of the namespace it is the same.
    site.nl.do("switch-add", name="vSwitch1")
    defer(site.nl.do, "switch-del", name="vSwitch1")
    site.portgroup("kernel1", "vSwitch1")
    refused(site, "vmk-add", None, "fault ?tolerance", attr="tags",
            portgroup="kernel1", tags=["ft-logging"])


def last_management_tag(site):
    """Goes by force only, however it would go."""
    adapters(site, ["management", "vsan"], ["management"], [])
    tag(site, "vmk1", drop=["management"])
    refused(site, "vmk-set", None, "management", ifname="vmk0", tags=[],
            tags_mask=["management"])
    refused(site, "vmk-set", None, "management", ifname="vmk0",
            tags=["vmotion"], tags_mask=["management", "vmotion"])
    refused(site, "vmk-set", None, "management", ifname="vmk0", tags=[],
            tags_mask=["management"], mtu=1400, enabled=0)
    refused(site, "vmk-del", None, "management", ifname="vmk0")
    remove(site, "vmk2")
    # With a second one, the first may go.
    tag(site, "vmk1", ["management"])
    tag(site, "vmk0", drop=["management"])
    refused(site, "vmk-del", None, "management", ifname="vmk1")
    tag(site, "vmk1", drop=["management"], force=True)
    equal((tags_of(site, "vmk0"), tags_of(site, "vmk1")), (["vsan"], []),
          "tags")
    tag(site, "vmk0", ["management"])
    site.nl.do("vmk-del", ifname="vmk0", force=True)
    equal([v["ifname"] for v in site.nl.dump("vmk-get")], ["vmk1"],
          "adapters")
    # ip link del is the strong form.
    tag(site, "vmk1", ["management"])
    site.sw.ip("link del dev vmk1")
    equal(list(site.nl.dump("vmk-get")), [], "adapters")


def tags_on_the_default_stack_only(site):
    """An adapter on another stack has none."""
    ns = Netns("other")
    refused(site, "vmk-add", None, "stack", attr="tags", portgroup="kernel",
            netns_fd=ns.fd, netstack="other", tags=["vsan"])
    got = on_stack(site, "vmk3", ns, "other")
    equal((got["tags"], got["active-tags"]), (frozenset(),) * 2, "tags")
    refused(site, "vmk-set", None, "stack", ifname="vmk3", tags=["vsan"],
            tags_mask=["vsan"])


def stack_of_its_own(site, stack, name):
    """An adapter on the traffic's own stack takes the traffic over."""
    adapters(site, [name, "vsan"], [name], ["vsan"])
    ns = Netns("own")
    listener = site.sw.events()
    got = on_stack(site, "vmk3", ns, stack)
    equal((sorted(got["tags"]), sorted(got["active-tags"])), ([], [name]),
          "tags of the adapter on the stack")
    heard = [e for e in listener.expect(4) if e[0] != "port-add-ntf"]
    equal(sorted((n, o["ifname"], sorted(o["tags"]),
                  sorted(o["active-tags"])) for n, o in heard),
          [("vmk-add-ntf", "vmk3", [], [name]),
           ("vmk-change-ntf", "vmk0", sorted([name, "vsan"]), ["vsan"]),
           ("vmk-change-ntf", "vmk1", [name], [])], "events")
    # A tag set now is stored, but inactive.
    tag(site, "vmk2", [name])
    equal(tags_of(site, "vmk2"), sorted([name, "vsan"]), "tags")
    equal(tags_of(site, "vmk2", "active-tags"), ["vsan"], "active tags")
    listener.expect(1)

    # A second one on the stack changes nothing for the others.
    site.nl.do("vmk-add", portgroup="kernel", ifname="vmk4",
               netns_fd=ns.fd, netstack=stack)
    defer(remove, site, "vmk4")
    equal(sorted(n for n, _ in listener.expect(2)),
          ["port-add-ntf", "vmk-add-ntf"], "events of the second")
    remove(site, "vmk3")
    equal(sorted(n for n, _ in listener.expect(2)),
          ["port-del-ntf", "vmk-del-ntf"], "events of its removal")
    equal(tags_of(site, "vmk1", "active-tags"), [], "active tags")

    # With the last one gone, the tags count again.
    remove(site, "vmk4")
    heard = listener.expect(5)
    equal(sorted((n, o["ifname"]) for n, o in heard),
          [("port-del-ntf", "vmk4")] +
          [("vmk-change-ntf", f"vmk{i}") for i in range(3)] +
          [("vmk-del-ntf", "vmk4")], "events")
    for i in range(3):
        equal(tags_of(site, f"vmk{i}", "active-tags"),
              tags_of(site, f"vmk{i}"), f"active tags of vmk{i}")


def vmotion_stack(site):
    """The stack vmotion."""
    stack_of_its_own(site, "vmotion", "vmotion")


def provisioning_stack(site):
    """The stack vSphereProvisioning."""
    stack_of_its_own(site, "vSphereProvisioning", "provisioning")


def stacks_in_events_of_deletion(site):
    """The namespace of the stack goes: its adapter too, and the tags
    elsewhere count again."""
    adapters(site, ["vmotion"])
    ns = Netns("dying")
    on_stack(site, "vmk3", ns, "vmotion")
    equal(tags_of(site, "vmk0", "active-tags"), [], "active tags")
    listener = site.sw.events()
    ns.delete()
    heard = sorted((n, o["ifname"]) for n, o in listener.expect(3))
    equal(heard, [("port-del-ntf", "vmk3"), ("vmk-change-ntf", "vmk0"),
                  ("vmk-del-ntf", "vmk3")], "events")
    equal(tags_of(site, "vmk0", "active-tags"), ["vmotion"], "active tags")


def tags_of_one_namespace(site):
    """Rules about one adapter or the last one are per namespace."""
    adapters(site, ["ft-logging", "management"])
    other = Netns("second")
    client = other.client()
    client.do("switch-add", name=SWITCH)
    client.do("portgroup-add", name="kernel", switch=SWITCH)
    client.do("vmk-add", portgroup="kernel",
              tags=["ft-logging", "management"])
    try:
        client.do("vmk-del", ifname="vmk0")
    except NlError as err:
        check("anagement" in (err.msg or ""), str(err))
    else:
        check(False, "the last Management tag of a namespace went")


if __name__ == "__main__":
    main([none_by_default, each_tag, several_tags, tags_need_their_mask,
          several_adapters_with_one_tag, fault_tolerance_on_one_adapter,
          last_management_tag, tags_on_the_default_stack_only,
          vmotion_stack, provisioning_stack, stacks_in_events_of_deletion,
          tags_of_one_namespace], topology)
