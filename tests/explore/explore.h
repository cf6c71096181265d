/* SPDX-License-Identifier: Apache-2.0 */
/** The parts of the explorer: what it explores, the states it has seen, the way back, the stories.
 */
#ifndef EXPLORE_EXPLORE_H
#define EXPLORE_EXPLORE_H

#include "stage.h"

#define DEPTH_MAX 8u

/* ---- what is explored ------------------------------------------------------------------------ */

enum beginning { BEGIN_NEW, BEGIN_ACCOUNTS, BEGIN_REGISTERED, BEGIN_OBSERVED, BEGINNINGS };

extern const struct setup setups[];
extern const unsigned setup_count;
extern const char *const beginnings[BEGINNINGS];

/** Whether a setup is explored from there. */
bool begins(unsigned setup, enum beginning beginning);
/** Sets the stage, which must be prepared for the setup. */
void begin(enum beginning beginning);

/* ---- states that were seen ------------------------------------------------------------------- */

/** A state, and how many sequences of 0, 1, 2 .. events begin in it. */
struct seen {
    uint64_t hash;
    uint64_t next; /**< a number of all states that it leads to, each by its event; 0: not known */
    uint64_t ways[DEPTH_MAX + 1];
    uint8_t depth; /**< 1 + how many events have been explored from here; 0: nothing stands here */
};

/** Forgets all. */
void seen_begin(void);
void seen_end(void);
/** @return its place, empty if the state is new; good until the next seen_add() */
struct seen *seen_find(uint64_t hash);
/** @return its place, after making room for it */
struct seen *seen_add(uint64_t hash);
uint64_t seen_count(void);

/* ---- the way back ---------------------------------------------------------------------------- */

/** From now on everybody does what is right: the device must be back in the time that its timers
 *  say, and stay so. The stage is left as it is then. */
void heal(void);
/** Purged before it has brought an account (rule A-87): nobody can help this device. */
bool is_lost_by_rule(void);

/* ---- stories --------------------------------------------------------------------------------- */

/** Prints the violation, the story of it and how to see it again. */
void story_tell(unsigned setup, enum beginning beginning, const struct event *path,
                unsigned length);
/** Plays `2.3:cut,time,finish@bs`. @return what the program returns */
int story_replay(const char *text);

#endif
