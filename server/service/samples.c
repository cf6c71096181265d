/* SPDX-License-Identifier: Apache-2.0 */
#include "service/samples.h"

#include "common/text.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct part {
    bool any;
    struct loom_sample least;
    struct loom_sample greatest;
};

struct loom_samples {
    int64_t from;
    int64_t to;
    size_t count;
    struct part *parts;
    size_t quoted_length;
    char quoted[]; /* the path in quotes, as it is in JSON */
};

struct loom_samples *loom_samples_create(struct loom_text path, int64_t from, int64_t to,
                                         size_t parts)
{
    struct loom_samples *samples = calloc(1, sizeof *samples + path.length + 3);
    if (samples == NULL) {
        return NULL;
    }
    samples->from = from;
    samples->to = to;
    samples->count = parts;
    samples->parts = calloc(parts, sizeof *samples->parts);
    samples->quoted_length = path.length + 2;
    samples->quoted[0] = '"';
    memcpy(samples->quoted + 1, path.data, path.length);
    samples->quoted[path.length + 1] = '"';
    if (samples->parts == NULL) {
        free(samples);
        return NULL;
    }
    return samples;
}

void loom_samples_destroy(struct loom_samples *samples)
{
    if (samples != NULL) {
        free(samples->parts);
        free(samples);
    }
}

/* ---- taking ---------------------------------------------------------------------------------- */

static void add(struct loom_samples *samples, int64_t time, double value)
{
    if (time < samples->from || time > samples->to || !isfinite(value)) {
        return;
    }
    double span = (double)(samples->to - samples->from) + 1;
    size_t index = (size_t)((double)(time - samples->from) / span * (double)samples->count);
    struct part *part = &samples->parts[index < samples->count ? index : samples->count - 1];
    const struct loom_sample sample = {time, value};
    if (!part->any || value < part->least.value) {
        part->least = sample;
    }
    if (!part->any || value > part->greatest.value) {
        part->greatest = sample;
    }
    part->any = true;
}

/* Integers that a double would round are texts. */
static bool number_of(const json_t *value, double *number)
{
    const char *text = json_string_value(value);
    char *end;
    if (json_is_number(value)) {
        *number = json_number_value(value);
        return true;
    }
    if (text == NULL || text[0] == '\0' || text[strspn(text, "-0123456789")] != '\0') {
        return false;
    }
    *number = strtod(text, &end);
    return *end == '\0';
}

/* SenML (RFC 8428, 4.5.3): below 2^28 s it is relative to when it was sent. A device may say
 * anything; what is no moment is in no span. */
static int64_t moment_of(double seconds, int64_t sent)
{
    if (!(seconds > -1e11 && seconds < 1e11)) {
        return -1;
    }
    return (seconds < 268435456 ? sent : 0) + (int64_t)(seconds * 1000);
}

static void take_value(struct loom_samples *samples, int64_t time, const json_t *value)
{
    const char *path = json_string_value(json_object_get(value, "path"));
    const json_t *measured = json_object_get(value, "time");
    double number;
    if (path == NULL || strlen(path) + 2 != samples->quoted_length ||
        memcmp(path, samples->quoted + 1, samples->quoted_length - 2) != 0 ||
        !number_of(json_object_get(value, "value"), &number)) {
        return;
    }
    if (json_is_number(measured)) {
        time = moment_of(json_number_value(measured), time);
    }
    add(samples, time, number);
}

/* JSON is only read where the path is in it: most events are about something else. */
static bool may_have(const struct loom_samples *samples, struct loom_text json)
{
    struct loom_text quoted = {samples->quoted, samples->quoted_length};
    return loom_text_holds(json, quoted);
}

void loom_samples_take(struct loom_samples *samples, int64_t time, struct loom_text kind,
                       struct loom_text json)
{
    static const char *const kinds[] = {"notified", "received", "answered"};
    bool wanted = false;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        wanted = wanted || loom_text_is(kind, kinds[i]);
    }
    if (!wanted || !may_have(samples, json)) {
        return;
    }
    json_t *event = json_loadb(json.data, json.length, 0, NULL);
    size_t i;
    const json_t *value;
    json_array_foreach(json_object_get(event, "values"), i, value)
    {
        take_value(samples, time, value);
    }
    json_decref(event);
}

/* ---- giving ---------------------------------------------------------------------------------- */

static bool has_two(const struct part *part)
{
    return part->any && part->least.value < part->greatest.value;
}

bool loom_samples_next(const struct loom_samples *samples, size_t *index,
                       struct loom_sample *sample)
{
    for (; *index < 2 * samples->count; (*index)++) {
        const struct part *part = &samples->parts[*index / 2];
        bool least_first = part->least.time <= part->greatest.time;
        bool second = *index % 2 == 1;
        if (second ? has_two(part) : part->any) {
            *sample = least_first != second ? part->least : part->greatest;
            (*index)++;
            return true;
        }
    }
    return false;
}
