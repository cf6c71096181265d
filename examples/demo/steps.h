/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The thread that the demo shows, as tables of steps: each starts something, if it does not come by
 * itself, and waits for the event that proves it.
 */
#ifndef LOOM_DEMO_STEPS_H
#define LOOM_DEMO_STEPS_H

#include "process.h"
#include "scene.h"
#include "story.h"
#include "subject.h"

#define DEMO_URI_MAX     128u
#define DEMO_PROBLEM_MAX 512u

struct demo {
    const char *programs; /**< directory of Loom's programs; NULL: they are looked for in PATH */
    const char *device;   /**< program of the device; NULL: that beside the others */
    unsigned limit_s;     /**< what a step may take */
    int wake;             /**< can be read when the demo is to stop */

    struct demo_process processes[DEMO_ROLE_COUNT];
    size_t heard[DEMO_ROLE_COUNT]; /**< lines that a step has looked at */
    bool may_end[DEMO_ROLE_COUNT];
    struct demo_scene scene;
    struct demo_story story;
    struct demo_subject subject;

    char bootstrap_uri[DEMO_URI_MAX];
    char server_uri[DEMO_URI_MAX];
    char present[DEMO_VALUE_MAX]; /**< of the subject's resource before it is written */
    char value[DEMO_VALUE_MAX];   /**< written to it */

    char problem[DEMO_PROBLEM_MAX];
    bool interrupted;
};

/** Runs all steps. @return false: one did not happen, see `problem` and `interrupted` */
bool demo_steps_run(struct demo *demo);

#endif
