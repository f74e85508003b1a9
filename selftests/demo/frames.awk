# SPDX-License-Identifier: GPL-2.0
#
# Judges the frames that host RECEIVER got from the trunk, as tcpdump -tt -nn -e tells them.
# The first file names the adapters: HOST|TYPE|VLAN|MAC. Prints, fields separated by |:
#   frames|RECEIVER|TYPE|FRAMES|BYTES  sent by the adapter for TYPE in its VLAN, as it should be
#   wrong|RECEIVER|TYPE|LINE           sent by it in another, or with another's address
#   stray|RECEIVER|LINE                sent by none of the other host's adapters
#   crossing|RECEIVER|FROM|TO|HOW      sent to an adapter of another VLAN; HOW is arp or ping
#   echo|RECEIVER|TYPE|FRAMES          echo requests to host 2, or replies to host 1
#   nfs|RECEIVER|BYTES                 to and from the NFS server

BEGIN {
	wanted_echo = receiver == 2 ? "request," : "reply,"
}

FNR == NR {
	split($0, field, "|")
	vlan[field[2]] = field[3]
	name[field[3]] = field[2]
	type[field[4]] = field[2]
	host[field[4]] = field[1]
	next
}

# TIME SOURCE > DEST, ethertype 802.1Q (0x8100), length N: vlan V, p 0, ethertype IPv4 (0x0800), ...
# TIME SOURCE > DEST, ethertype IPv4 (0x0800), length N: ...
{
	sub(/,$/, "", $4)
	len = $9 + 0
	vid = 0
	proto = $6
	body = 10
	if ($6 == "802.1Q") {
		vid = $11 + 0
		body = $14 == "ethertype" ? 17 : 18
		proto = $(body - 2)
	}

	from = to = ""
	how = "ping"
	if (proto == "IPv4") {
		from = $body
		to = $(body + 2)
	} else if (proto == "ARP") {
		how = "arp"
		from = $(body + 1)
		if ($body == "Request") {
			to = $(body + 2)
			from = $(body + 3) == "tell" ? $(body + 4) : $(body + 5)
		}
	}

	if (!($2 in type) || host[$2] == receiver) {
		print "stray|" receiver "|" $0
		next
	}
	sender = type[$2]
	target = type_of_address(to)
	if (target == "" && $4 in type)
		target = type[$4]

	if (vid != vlan[sender] || (from ~ /^10\.0\./ && type_of_address(from) != sender)) {
		print "wrong|" receiver "|" sender "|" $0
	} else {
		frames[sender]++
		bytes[sender] += len
	}
	if (target != "" && target != sender)
		crossing[sender "|" target "|" how]++
	if ($(body + 3) == "ICMP" && $(body + 5) == wanted_echo && target == sender)
		echoes[sender]++
	if ((from " " to) ~ /\.2049( |:|$)/)
		nfs += len
}

END {
	for (t in frames)
		print "frames|" receiver "|" t "|" frames[t] "|" bytes[t]
	for (c in crossing)
		print "crossing|" receiver "|" c
	for (t in echoes)
		print "echo|" receiver "|" t "|" echoes[t]
	print "nfs|" receiver "|" nfs + 0
}

# The type of traffic that an address 10.0.VLAN.HOST belongs to
function type_of_address(address, part)
{
	if (address !~ /^10\.0\.[0-9]+\.[0-9]+/)
		return ""
	split(address, part, ".")
	return name[part[3]]
}
