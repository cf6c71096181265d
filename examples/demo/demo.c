/* SPDX-License-Identifier: Apache-2.0 */
/* loom-demo: a bootstrap server, a server and a device, from the hold-off to the De-register. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "steps.h"

#include "loom/codec.h"

#define EXIT_USAGE    2
#define LAST_LINES    8u
#define LAST_LINE_MAX 240
#define LIMIT_DEFAULT 5u

static const char usage[] =
    "Usage: loom-demo [OPTION]...\n"
    "Runs a bootstrap server, an LwM2M server and a device on loopback, and reports their steps.\n"
    "\n"
    "  --programs DIR   where Loom's programs are (default: the directory of this one)\n"
    "  --device FILE    program of the device (default: loom-demo-device in that directory)\n"
    "  --limit SECONDS  how long a step may take, 1 to 600 (default 5)\n"
    "  --help, --version\n"
    "\n"
    "Exit status: 0 all steps succeeded, 1 a step failed, 2 wrong usage.\n";

/* ---- signals --------------------------------------------------------------------------------- */

static int wake_pipe[2] = {-1, -1};
static volatile sig_atomic_t caught;

static void on_signal(int number)
{
    int saved = errno;
    caught = number;
    (void)!write(wake_pipe[1], "", 1);
    errno = saved;
}

static bool catch_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action;
    if (pipe(wake_pipe) != 0 || fcntl(wake_pipe[0], F_SETFD, FD_CLOEXEC) != 0 ||
        fcntl(wake_pipe[1], F_SETFD, FD_CLOEXEC) != 0 ||
        fcntl(wake_pipe[1], F_SETFL, O_NONBLOCK) != 0) {
        return false;
    }
    memset(&action, 0, sizeof action);
    (void)sigemptyset(&action.sa_mask);
    action.sa_handler = on_signal;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (sigaction(numbers[i], &action, NULL) != 0) {
            return false;
        }
    }
    /* A program that has ended is noticed by its silence. */
    action.sa_handler = SIG_IGN;
    return sigaction(SIGPIPE, &action, NULL) == 0;
}

/* Ends as the signal would have ended it, so that a shell or make knows. */
static int end_by_signal(int number)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    (void)sigemptyset(&action.sa_mask);
    action.sa_handler = SIG_DFL;
    (void)sigaction(number, &action, NULL);
    (void)raise(number);
    return EXIT_FAILURE;
}

/* ---- options --------------------------------------------------------------------------------- */

static int usage_error(const char *problem)
{
    if (problem != NULL) {
        fprintf(stderr, "loom-demo: error: %s\n", problem);
    }
    fputs("Try 'loom-demo --help'.\n", stderr);
    return EXIT_USAGE;
}

static bool read_limit(const char *text, unsigned *limit)
{
    uint64_t seconds;
    bool good = loom_text_to_unsigned((struct loom_text){text, strlen(text)}, &seconds) &&
                seconds >= 1 && seconds <= 600;
    if (good) {
        *limit = (unsigned)seconds;
    }
    return good;
}

/* @return -1 to go on, else the exit status */
static int read_options(struct demo *demo, int argc, char **argv)
{
    static const struct option options[] = {
        {"programs", required_argument, NULL, 'p'}, {"device", required_argument, NULL, 'd'},
        {"limit", required_argument, NULL, 'l'},    {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'v'},        {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 'p':
            demo->programs = optarg;
            break;
        case 'd':
            demo->device = optarg;
            break;
        case 'l':
            if (!read_limit(optarg, &demo->limit_s)) {
                return usage_error("--limit must be 1 to 600 seconds");
            }
            break;
        case 'h':
            fputs(usage, stdout);
            return EXIT_SUCCESS;
        case 'v':
            puts("loom-demo " LOOM_VERSION);
            return EXIT_SUCCESS;
        default:
            return usage_error(NULL);
        }
    }
    return optind < argc ? usage_error("only options are accepted") : -1;
}

/* Cuts the program's own name off its path. @return NULL: it was found in PATH */
static const char *directory_of(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash == NULL) {
        return NULL;
    }
    if (slash == path) {
        return "/";
    }
    *slash = '\0';
    return path;
}

/* ---- the demo -------------------------------------------------------------------------------- */

static void print_last_lines(const struct demo *demo)
{
    for (size_t i = 0; i < DEMO_ROLE_COUNT; i++) {
        const struct demo_process *process = &demo->processes[i];
        size_t first = process->count > LAST_LINES ? process->count - LAST_LINES : 0;
        if (process->count > 0) {
            fprintf(stderr, "\nThe last lines of the %s:\n", demo_role_name((enum demo_role)i));
        }
        for (size_t j = first; j < process->count; j++) {
            fprintf(stderr, "    %.*s\n", LAST_LINE_MAX, process->lines[j]);
        }
    }
}

static void print_title(const struct demo *demo)
{
    uint16_t object = demo->subject.path.id[LOOM_OBJECT_ID];
    printf("A device with %u objects; this demo uses object %u, %s.\n\n",
           demo_subject_object_count(), object, demo_subject_object_name(object));
    (void)fflush(stdout);
}

static bool run(struct demo *demo)
{
    if (!demo_subject_choose(&demo->subject, LOOM_DEMO_OBJECT_ID)) {
        fprintf(stderr, "loom-demo: error: the device has no object %u\n",
                (unsigned)LOOM_DEMO_OBJECT_ID);
        return false;
    }
    print_title(demo);
    demo_story_begin(&demo->story);
    bool good = demo_steps_run(demo);
    if (good) {
        uint64_t passed = demo_now() - demo->story.begin;
        printf("\nAll steps succeeded, in %u.%u s.\n", (unsigned)(passed / 1000),
               (unsigned)(passed % 1000 / 100));
    }
    /* A story that nobody could read was not told. */
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        fprintf(stderr, "loom-demo: error: standard output cannot be written\n");
        return false;
    }
    if (!good && !demo->interrupted) {
        fprintf(stderr, "\nFAILED: %s.\n", demo->problem);
        print_last_lines(demo);
    }
    return good;
}

int main(int argc, char **argv)
{
    static struct demo demo;
    demo.limit_s = LIMIT_DEFAULT;
    demo.programs = directory_of(argv[0]);
    int status = read_options(&demo, argc, argv);
    if (status >= 0) {
        return status;
    }
    if (!catch_signals()) {
        fprintf(stderr, "loom-demo: error: %s\n", strerror(errno));
        return EXIT_FAILURE;
    }
    demo.wake = wake_pipe[0];
    for (size_t i = 0; i < DEMO_ROLE_COUNT; i++) {
        demo_process_init(&demo.processes[i]);
    }
    bool good = run(&demo);
    demo_process_end(demo.processes, DEMO_ROLE_COUNT);
    demo_subject_free(&demo.subject);
    demo_scene_remove(&demo.scene);
    if (caught != 0) {
        fprintf(stderr, "\nStopped.\n");
        return end_by_signal(caught);
    }
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
