/* SPDX-License-Identifier: Apache-2.0 */
/** The only source of chance in a simulation: splitmix64, small, fast and the same everywhere. */
#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct sim_random {
    uint64_t state;
};

static inline uint64_t sim_random_next(struct sim_random *random)
{
    uint64_t z = random->state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/** @return a number from 0 to `count` - 1; 0 if `count` is 0 */
static inline uint64_t sim_random_below(struct sim_random *random, uint64_t count)
{
    return count == 0 ? 0 : sim_random_next(random) % count;
}

/** @return a number from `least` to `most`, both included */
static inline uint64_t sim_random_between(struct sim_random *random, uint64_t least, uint64_t most)
{
    return least + sim_random_below(random, most - least + 1);
}

/** @return true `percent` times in a hundred */
static inline bool sim_random_chance(struct sim_random *random, unsigned percent)
{
    return sim_random_below(random, 100) < percent;
}

/** A stream of its own, so that one part of a story does not disturb the chances of another. */
static inline struct sim_random sim_random_stream(uint64_t seed, uint64_t stream)
{
    struct sim_random random = {seed ^ (stream * 0xD6E8FEB86659FD93u)};
    sim_random_next(&random);
    return random;
}

#endif
