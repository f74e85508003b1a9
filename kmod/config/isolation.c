// SPDX-License-Identifier: GPL-2.0
/*
 * The verdict on beacons: an uplink that hears no other and is heard by it,
 * while others are, is cut off, though its link is up. Two cannot tell which of
 * them is the one: it takes three.
 */
#include "isolation.h"

#define VSW_ISOLATION_TEAM_MIN	3

/* What @slot has heard of late: since the last look, and before. */
static u32 vsw_isolation_recent(const struct vsw_beacons *beacons, u32 slot)
{
	u32 look, heard = 0;

	for (look = 0; look < VSW_BEACON_MISSES; look++)
		heard |= beacons->past[look][slot];
	return heard;
}

/**
 * vsw_isolation_note() - note what has been heard since the last look
 * @beacons: what has been heard; the data path writes there meanwhile
 * @members: team bits of the uplinks with link, which send beacons
 *
 * Context: One at a time.
 */
void vsw_isolation_note(struct vsw_beacons *beacons, u32 members)
{
	u32 slot;

	memmove(beacons->past[1], beacons->past[0],
		sizeof(beacons->past) - sizeof(beacons->past[0]));
	for (slot = 0; slot < VSWITCH_MAX_UPLINKS; slot++) {
		beacons->past[0][slot] = xchg(&beacons->heard[slot], 0);
		if (members & BIT(slot))
			beacons->age[slot] = min(beacons->age[slot] + 1,
						 VSW_BEACON_MISSES + 1);
		else
			beacons->age[slot] = 0;
	}
}

/* The members that hear, and are heard by, the same other member. */
static u32 vsw_isolation_connected(const struct vsw_beacons *beacons,
				   u32 members)
{
	u32 slot, other, connected = 0;

	for (slot = 0; slot < VSWITCH_MAX_UPLINKS; slot++)
		for (other = 0; other < slot; other++)
			if (members & BIT(slot) && members & BIT(other) &&
			    vsw_isolation_recent(beacons, slot) & BIT(other) &&
			    vsw_isolation_recent(beacons, other) & BIT(slot))
				connected |= BIT(slot) | BIT(other);
	return connected;
}

/**
 * vsw_isolation_judge() - find the uplinks that are cut off
 * @beacons: what they have heard of each other
 * @team: team bits of all uplinks of the team
 * @members: those with link
 * @before: those that were cut off by the verdict before
 *
 * Context: Where vsw_isolation_note() may be called.
 * Return: team bits, none in a team too small to tell.
 */
u32 vsw_isolation_judge(const struct vsw_beacons *beacons, u32 team,
			u32 members, u32 before)
{
	u32 connected = vsw_isolation_connected(beacons, members);
	u32 slot, isolated = 0;

	if (hweight32(team) < VSW_ISOLATION_TEAM_MIN)
		return 0;
	for (slot = 0; slot < VSWITCH_MAX_UPLINKS; slot++) {
		/* It has not had the time to hear: as it was. */
		if (beacons->age[slot] <= VSW_BEACON_MISSES)
			isolated |= before & team & BIT(slot);
		else if (connected)
			isolated |= BIT(slot);
	}
	return isolated & ~connected;
}
