/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explore: every sequence of events up to a depth, from several beginnings, for several setups.
 *
 * The client core is the real one; its bytes, the store's and the port's are copied before each
 * event and put back after it. A state that behaves as one that was seen before, with as many
 * events still to come, is not explored again: so all sequences are covered, and few are run. That
 * it behaves so is checked wherever a state is explored twice, and by --whole everywhere.
 * Depths are explored one after the other, so that the story of a violation is a shortest one.
 */
#include "explore.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SAMPLE 20u /* of so many new states one is healed */

static struct {
    unsigned depth;
    bool whole; /* a state that was seen is explored all the same */
    struct event path[DEPTH_MAX];
    struct stage before[DEPTH_MAX];
    bool alphabet[EVENT_KINDS][LINKS][SLOTS]; /* what has come */
    uint64_t run;                             /* events that were tried */
    uint64_t healed;
} run;

/** What one beginning of one setup, or all together, came to. */
struct figures {
    unsigned alphabet;
    uint64_t sequences;
    uint64_t states;
    uint64_t run;
    uint64_t healed;
    double seconds;
};

/* ---- exploring ------------------------------------------------------------------------------- */

static void check_way_back(void)
{
    static struct stage kept;
    if (!is_lost_by_rule()) {
        stage_copy(&kept, &stage);
        heal();
        run.healed++;
        stage_copy(&stage, &kept);
    }
}

static unsigned explore(unsigned level, uint64_t hash);

/* The stage is as the event has left it. @return the length of the story of a violation, 0: none */
static unsigned go_on(unsigned level, uint64_t hash)
{
    unsigned rest = run.depth - level - 1;
    struct seen *seen = seen_find(hash);
    bool is_new = seen->depth == 0;
    if (seen->depth > rest && (!run.whole || rest == 0)) {
        return 0;
    }
    seen = seen_add(hash);
    seen->depth = seen->depth > rest ? seen->depth : (uint8_t)(rest + 1);
    if (is_new && seen_count() % SAMPLE == 0) {
        check_way_back();
        if (violation[0] != '\0') {
            return level + 1;
        }
    }
    return rest > 0 ? explore(level + 1, hash) : 0;
}

/* @return false: another state that was taken for the same has led elsewhere */
static bool keep(struct seen *seen, unsigned rest, uint64_t leads, const uint64_t *ways)
{
    if (seen->next != 0 && seen->next != leads) {
        violate(INVARIANT_SAME, "these have not, after the last event");
        return false;
    }
    seen->next = leads;
    memcpy(seen->ways, ways, (rest + 1) * sizeof *ways);
    return true;
}

/* All that can come in this state. How many sequences begin in it is known from what they lead to:
 * of one event less, so that a state that leads to itself has been counted as far as that in the
 * round before. */
static unsigned explore(unsigned level, uint64_t hash)
{
    struct event events[EVENTS_MAX];
    uint64_t ways[DEPTH_MAX + 1] = {1};
    uint64_t leads = 1;
    unsigned rest = run.depth - level;
    unsigned count = stage_events(events);
    struct stage *before = &run.before[level];
    stage_copy(before, &stage);
    for (unsigned i = 0; i < count; i++) {
        run.path[level] = events[i];
        run.alphabet[events[i].kind][events[i].link][events[i].slot] = true;
        run.run++;
        stage_apply(events[i], before);
        if (violation[0] != '\0') {
            return level + 1;
        }
        uint64_t next = stage_hash();
        unsigned length = go_on(level, next);
        if (length != 0) {
            return length;
        }
        const struct seen *seen = seen_find(next);
        leads = stage_stir(leads, next ^ events[i].kind ^ (uint64_t)events[i].link << 8 ^
                                      (uint64_t)events[i].slot << 16);
        for (unsigned n = 0; n < rest; n++) {
            ways[n + 1] += seen->ways[n];
        }
        stage_copy(&stage, before);
    }
    return keep(seen_find(hash), rest, leads, ways) ? 0 : level;
}

static unsigned count_alphabet(void)
{
    unsigned count = 0;
    const bool *came = &run.alphabet[0][0][0];
    for (size_t i = 0; i < sizeof run.alphabet / sizeof *came; i++) {
        count += came[i];
    }
    return count;
}

/* @return whether no rule was broken */
static bool explore_from(unsigned setup, enum beginning beginning, unsigned depth,
                         struct figures *figures)
{
    clock_t start = clock();
    uint64_t hash = 0;
    memset(run.alphabet, 0, sizeof run.alphabet);
    run.run = 0;
    run.healed = 0;
    seen_begin();
    for (run.depth = 1; run.depth <= depth; run.depth++) {
        unsigned length = 0;
        begin(beginning);
        if (violation[0] == '\0') {
            hash = stage_hash();
            seen_add(hash)->depth = (uint8_t)(run.depth + 1);
            length = explore(0, hash);
        }
        if (violation[0] != '\0') {
            story_tell(setup, beginning, run.path, length);
            violation[0] = '\0';
            return false;
        }
    }
    figures->alphabet = count_alphabet();
    figures->sequences = seen_find(hash)->ways[depth];
    figures->states = seen_count();
    figures->run = run.run;
    figures->healed = run.healed;
    figures->seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    return true;
}

/* ---- figures --------------------------------------------------------------------------------- */

static void print_figures(const char *what, const struct figures *figures)
{
    (void)printf("  %-54s %3u %15llu %9llu %10llu %7llu %7.2f\n", what, figures->alphabet,
                 (unsigned long long)figures->sequences, (unsigned long long)figures->states,
                 (unsigned long long)figures->run, (unsigned long long)figures->healed,
                 figures->seconds);
}

static void add_figures(struct figures *sum, const struct figures *more)
{
    sum->alphabet = more->alphabet > sum->alphabet ? more->alphabet : sum->alphabet;
    sum->sequences += more->sequences;
    sum->states += more->states;
    sum->run += more->run;
    sum->healed += more->healed;
    sum->seconds += more->seconds;
}

/* @param depth 0: the setup's */
static bool explore_setup(unsigned setup, unsigned depth, struct figures *sum)
{
    depth = depth == 0 ? setups[setup].depth : depth;
    (void)printf("\nsetup %u: %s; depth %u\n  %-54s %3s %15s %9s %10s %7s %7s\n", setup + 1,
                 setups[setup].name, depth, "from", "abc", "sequences", "states", "tried", "healed",
                 "s");
    stage_prepare(&setups[setup]);
    for (int i = 0; i < BEGINNINGS; i++) {
        struct figures figures = {0};
        if (!begins(setup, (enum beginning)i)) {
            continue;
        }
        if (!explore_from(setup, (enum beginning)i, depth, &figures)) {
            return false;
        }
        print_figures(beginnings[i], &figures);
        add_figures(sum, &figures);
        (void)fflush(stdout);
    }
    return true;
}

/* @param only a setup, or setup_count: all of them */
static int explore_all(unsigned depth, unsigned only)
{
    struct figures sum = {0};
    unsigned broken = 0;
    (void)printf(
        "All sequences of so many events as the depth says, or fewer. abc: kinds of events "
        "that came, by server;\nsequences: of that length; states: that behave "
        "differently; tried: events that were run for it;\nhealed: states from which the "
        "way back was gone.\n");
    for (unsigned i = 0; i < setup_count; i++) {
        if (only == setup_count || only == i) {
            broken += !explore_setup(i, depth, &sum);
        }
    }
    seen_end();
    (void)printf("\n");
    print_figures("all", &sum);
    if (broken > 0) {
        (void)printf("explore: RULES BROKEN in %u setups\n", broken);
        return 1;
    }
    (void)printf("explore: no rule broken in %llu sequences of events\n",
                 (unsigned long long)sum.sequences);
    return 0;
}

/* ---- arguments ------------------------------------------------------------------------------- */

static int say_usage(void)
{
    (void)fprintf(
        stderr,
        "usage: explore [--depth N] [--setup S] [--whole]\n"
        "       explore --replay WORD\n"
        "  --depth   events of a sequence, from 1 to %u; without: as each setup says\n"
        "  --setup   from 1 to %u; without: all\n"
        "  --whole   runs every sequence, so as to see that the short cut is none too many\n"
        "  --replay  plays one sequence, as a violation prints it\n",
        DEPTH_MAX, setup_count);
    return 2;
}

/* @return false, having told: it is not such a number */
static bool read_number(const char *option, const char *text, unsigned most, unsigned *number)
{
    char *end = NULL;
    unsigned long value = text == NULL ? 0 : strtoul(text, &end, 10);
    if (text == NULL || *text < '0' || *text > '9' || *end != '\0' || value < 1 || value > most) {
        (void)fprintf(stderr, "explore: %s wants a number from 1 to %u, not \"%s\"\n", option, most,
                      text == NULL ? "" : text);
        return false;
    }
    *number = (unsigned)value;
    return true;
}

int main(int argc, char **argv)
{
    unsigned depth = 0;
    unsigned setup = setup_count + 1;
    if (argc == 3 && strcmp(argv[1], "--replay") == 0) {
        return story_replay(argv[2]);
    }
    for (int i = 1; i < argc; i++) {
        bool is_depth = strcmp(argv[i], "--depth") == 0;
        if (strcmp(argv[i], "--whole") == 0) {
            run.whole = true;
            continue;
        }
        if (!is_depth && strcmp(argv[i], "--setup") != 0) {
            (void)fprintf(stderr, "explore: unknown argument \"%s\"\n", argv[i]);
            return say_usage();
        }
        if (!read_number(argv[i], i + 1 < argc ? argv[i + 1] : NULL,
                         is_depth ? DEPTH_MAX : setup_count, is_depth ? &depth : &setup)) {
            return say_usage();
        }
        i++;
    }
    return explore_all(depth, setup - 1);
}
