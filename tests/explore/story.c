/* SPDX-License-Identifier: Apache-2.0 */
/* A sequence of events as a story for people, and as a word that plays it again:
 * `2.3:bootstrap,alert@101,finish@bs` is setup 2, beginning 3, and three events. */
#include "explore.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_ROOM 96u

static struct stage before;

static void play(struct event event, unsigned number)
{
    char text[LINE_ROOM];
    stage_tell(event, text, sizeof text);
    (void)printf("  %u. %s\n", number, text);
    stage_copy(&before, &stage);
    stage_apply(event, &before);
}

static void play_end(unsigned number)
{
    if (violation[0] == '\0' && !is_lost_by_rule()) {
        (void)printf("  %u. from now on everybody does what is right\n", number);
        heal();
    }
    (void)printf("  => %s\n", violation[0] != '\0' ? violation : "no rule broken");
}

static void play_begin(unsigned setup, enum beginning beginning)
{
    (void)printf("The story, in setup %u (%s):\n  0. %s\n", setup + 1, setups[setup].name,
                 beginnings[beginning]);
    violation[0] = '\0';
    stage_trace = true;
    begin(beginning);
}

void story_tell(unsigned setup, enum beginning beginning, const struct event *path, unsigned length)
{
    char word[LINE_ROOM];
    (void)printf("RULE BROKEN: %s\n", violation);
    play_begin(setup, beginning);
    for (unsigned i = 0; i < length; i++) {
        play(path[i], i + 1);
    }
    play_end(length + 1);
    stage_trace = false;
    (void)printf("Again: explore --replay %u.%d:", setup + 1, (int)beginning + 1);
    for (unsigned i = 0; i < length; i++) {
        stage_word(path[i], word, sizeof word);
        (void)printf("%s%s", i > 0 ? "," : "", word);
    }
    (void)printf("\n");
}

/* @return whether the event that this word names can come now */
static bool find_event(const char *name, size_t length, struct event *event)
{
    struct event events[EVENTS_MAX];
    char word[LINE_ROOM];
    unsigned count = stage_events(events);
    for (unsigned i = 0; i < count; i++) {
        stage_word(events[i], word, sizeof word);
        if (strlen(word) == length && memcmp(word, name, length) == 0) {
            *event = events[i];
            return true;
        }
    }
    return false;
}

static void say_what_can_come(const char *name, size_t length)
{
    struct event events[EVENTS_MAX];
    char word[LINE_ROOM];
    unsigned count = stage_events(events);
    (void)fprintf(stderr, "explore: \"%.*s\" cannot come now; what can:", (int)length, name);
    for (unsigned i = 0; i < count; i++) {
        stage_word(events[i], word, sizeof word);
        (void)fprintf(stderr, " %s", word);
    }
    (void)fprintf(stderr, "\n");
}

/* Reads `2.3:`. @return what follows, NULL: it is not that */
static const char *read_place(const char *text, unsigned *setup, unsigned *beginning)
{
    char *end = NULL;
    unsigned long number = strtoul(text, &end, 10);
    if (number < 1 || number > setup_count || *end != '.') {
        return NULL;
    }
    *setup = (unsigned)number - 1;
    number = strtoul(end + 1, &end, 10);
    if (number < 1 || number > BEGINNINGS || *end != ':' ||
        !begins(*setup, (enum beginning)(number - 1))) {
        return NULL;
    }
    *beginning = (unsigned)number - 1;
    return end + 1;
}

int story_replay(const char *text)
{
    unsigned setup;
    unsigned beginning;
    unsigned number = 1;
    const char *at = read_place(text, &setup, &beginning);
    if (at == NULL) {
        (void)fprintf(
            stderr,
            "explore: \"%s\" does not begin with SETUP.BEGINNING: of 1 .. %u and 1 .. %u, "
            "as in 2.3:cut,time\n",
            text, setup_count, (unsigned)BEGINNINGS);
        return 2;
    }
    stage_prepare(&setups[setup]);
    play_begin(setup, (enum beginning)beginning);
    for (; *at != '\0' && violation[0] == '\0'; number++) {
        struct event event;
        size_t length = strcspn(at, ",");
        if (!find_event(at, length, &event)) {
            say_what_can_come(at, length);
            return 2;
        }
        play(event, number);
        at += length;
        at += *at == ',';
    }
    play_end(number);
    return violation[0] != '\0';
}
