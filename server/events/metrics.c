/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "events/metrics.h"

#include <dirent.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void loom_metric_begin(FILE *out, enum loom_metric_kind kind, const char *name, const char *help)
{
    (void)fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name,
                  kind == LOOM_METRIC_COUNTER ? "counter" : "gauge");
}

void loom_metric_value(FILE *out, const char *name, uint64_t value)
{
    (void)fprintf(out, "%s %" PRIu64 "\n", name, value);
}

void loom_metric_labelled(FILE *out, const char *name, const char *label, const char *word,
                          const char *second, const char *second_word, uint64_t value)
{
    (void)fprintf(out, "%s{%s=\"%s\"", name, label, word);
    if (second != NULL) {
        (void)fprintf(out, ",%s=\"%s\"", second, second_word);
    }
    (void)fprintf(out, "} %" PRIu64 "\n", value);
}

void loom_metric_single(FILE *out, enum loom_metric_kind kind, const char *name, const char *help,
                        uint64_t value)
{
    loom_metric_begin(out, kind, name, help);
    loom_metric_value(out, name, value);
}

void loom_metrics_print_lost(FILE *out, uint64_t lost)
{
    loom_metric_single(out, LOOM_METRIC_COUNTER, "loom_events_lost_total",
                       "Events that the store could not keep.", lost);
}

/* ---- the process ----------------------------------------------------------------------------- */

/* What Linux says of this process, by the number of a field in a file of numbers; 0: it is not to
 * be had. The name in /proc/self/stat may hold blanks, so fields are counted behind it. */
static uint64_t read_field(const char *path, unsigned field, char behind)
{
    char text[1024];
    uint64_t value = 0;
    FILE *file = fopen(path, "r");
    size_t length = file == NULL ? 0 : fread(text, 1, sizeof text - 1, file);
    text[length] = '\0';
    if (file != NULL) {
        (void)fclose(file);
    }
    const char *at = behind == '\0' ? text : strrchr(text, behind);
    for (unsigned i = 0; at != NULL && i < field; i++) {
        at = strchr(at + 1, ' ');
    }
    return at != NULL && sscanf(at, " %" SCNu64, &value) == 1 ? value : 0;
}

static uint64_t count_open_files(void)
{
    uint64_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    if (folder == NULL) {
        return 0;
    }
    while (readdir(folder) != NULL) {
        count++;
    }
    (void)closedir(folder);
    return count > 3 ? count - 3 : 0; /* without `.`, `..` and the folder itself */
}

static uint64_t started(void)
{
    enum { START = 20 /* field behind the name, in ticks since the machine began */ };
    struct timespec real = {0, 0};
    struct timespec up = {0, 0};
    uint64_t ticks = read_field("/proc/self/stat", START, ')');
    long rate = sysconf(_SC_CLK_TCK);
    (void)clock_gettime(CLOCK_REALTIME, &real);
    (void)clock_gettime(CLOCK_MONOTONIC, &up);
    return rate <= 0 ? 0 : (uint64_t)(real.tv_sec - up.tv_sec) + ticks / (uint64_t)rate;
}

void loom_metrics_print_process(FILE *out)
{
    struct timespec used = {0, 0};
    long page = sysconf(_SC_PAGESIZE);
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    loom_metric_begin(out, LOOM_METRIC_COUNTER, "process_cpu_seconds_total",
                      "CPU time of the process, in seconds.");
    (void)fprintf(out, "process_cpu_seconds_total %lld.%03ld\n", (long long)used.tv_sec,
                  used.tv_nsec / 1000000);
    loom_metric_single(out, LOOM_METRIC_GAUGE, "process_resident_memory_bytes",
                       "Memory of the process that is in use.",
                       read_field("/proc/self/statm", 1, '\0') * (uint64_t)(page > 0 ? page : 0));
    loom_metric_single(out, LOOM_METRIC_GAUGE, "process_start_time_seconds",
                       "When the process began, in seconds since 1970.", started());
    loom_metric_single(out, LOOM_METRIC_GAUGE, "process_open_fds", "Open files of the process.",
                       count_open_files());
}
