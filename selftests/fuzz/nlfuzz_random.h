/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random numbers: xoshiro256**, started by splitmix64. What a message is made
 * of depends on the seed, on who sends it and on its number, and on nothing
 * that was drawn for another one.
 */
#ifndef NLFUZZ_RANDOM_H
#define NLFUZZ_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct rng {
	uint64_t s[4];
};

static inline uint64_t rng_mix(uint64_t *x)
{
	uint64_t z = *x += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static inline void rng_seed(struct rng *r, uint64_t seed, uint64_t stream,
			    uint64_t number)
{
	uint64_t x = seed;
	int i;

	x = rng_mix(&x) ^ stream;
	x = rng_mix(&x) ^ number;
	for (i = 0; i < 4; i++)
		r->s[i] = rng_mix(&x);
}

static inline uint64_t rng_rotate(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

static inline uint64_t rng_next(struct rng *r)
{
	uint64_t result = rng_rotate(r->s[1] * 5, 7) * 9;
	uint64_t t = r->s[1] << 17;

	r->s[2] ^= r->s[0];
	r->s[3] ^= r->s[1];
	r->s[1] ^= r->s[2];
	r->s[0] ^= r->s[3];
	r->s[2] ^= t;
	r->s[3] = rng_rotate(r->s[3], 45);
	return result;
}

/* A number below n, which is not 0. */
static inline uint32_t rng_below(struct rng *r, uint32_t n)
{
	return (rng_next(r) >> 32) * n >> 32;
}

static inline bool rng_percent(struct rng *r, uint32_t percent)
{
	return rng_below(r, 100) < percent;
}

static inline bool rng_permille(struct rng *r, uint32_t permille)
{
	return rng_below(r, 1000) < permille;
}

/* A number of any size, small ones as likely as large ones. */
static inline uint64_t rng_sized(struct rng *r)
{
	return rng_next(r) >> rng_below(r, 64);
}

#endif
