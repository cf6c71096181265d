/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers over time, thinned. */
#include "service/samples.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#define TEXT(literal)                                                                              \
    {                                                                                              \
        literal, sizeof literal - 1                                                                \
    }

static void take(struct loom_samples *samples, int64_t time, const char *kind, const char *value)
{
    char json[256];
    struct loom_text name = {kind, strlen(kind)};
    (void)snprintf(json, sizeof json, "{\"values\":[{\"path\":\"/3303/0/5700\",%s}]}", value);
    struct loom_text text = {json, strlen(json)};
    loom_samples_take(samples, time, name, text);
}

static const char *all(const struct loom_samples *samples)
{
    static char text[512];
    struct loom_sample sample;
    size_t index = 0;
    text[0] = '\0';
    while (loom_samples_next(samples, &index, &sample)) {
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%d:%g ", (int)sample.time,
                       sample.value);
    }
    return text;
}

static struct loom_samples *begin(size_t parts)
{
    static const struct loom_text path = TEXT("/3303/0/5700");
    return loom_samples_create(path, 1000, 1999, parts);
}

Test(samples, keep_the_peaks_of_each_part_in_the_order_of_the_times)
{
    struct loom_samples *samples = begin(2);
    static const struct {
        int64_t time;
        const char *value;
    } told[] = {{1000, "\"value\":5"},   {1100, "\"value\":9"},  {1200, "\"value\":-1"},
                {1499, "\"value\":4.5"}, {1500, "\"value\":7"},  {1600, "\"value\":7"},
                {999, "\"value\":100"},  {2000, "\"value\":100"}};
    for (int turn = 0; turn < 2; turn++) { /* once more changes nothing */
        for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
            take(samples, told[i].time, "notified", told[i].value);
        }
        cr_expect_str_eq(all(samples), "1100:9 1200:-1 1500:7 ");
    }
    loom_samples_destroy(samples);
}

Test(samples, are_numbers_that_a_device_has_told)
{
    struct loom_samples *samples = begin(1000);
    take(samples, 1001, "notified", "\"value\":\"9007199254740993\"");
    take(samples, 1002, "received", "\"value\":2");
    take(samples, 1003, "answered", "\"value\":3");
    /* RFC 8428, 4.5.3: relative to when it was sent, or a moment. */
    take(samples, 1900, "received", "\"value\":4,\"time\":-0.896");
    take(samples, 1900, "received", "\"value\":5,\"time\":268435456");
    take(samples, 1006, "received", "\"value\":6,\"time\":1e300");
    take(samples, 1006, "received", "\"value\":6,\"time\":-1e300");
    take(samples, 1007, "sent", "\"value\":7");
    take(samples, 1008, "notified", "\"value\":true");
    take(samples, 1009, "notified", "\"value\":\"9x\"");
    take(samples, 1010, "notified", "\"value\":\"\"");
    take(samples, 1011, "notified", "\"value\":\"-\"");
    take(samples, 1012, "notified", "\"hex\":\"00\"");
    take(samples, 1013, "notified", "\"secret\":true");
    cr_expect_str_eq(all(samples), "1001:9.0072e+15 1002:2 1003:3 1004:4 ");
    loom_samples_destroy(samples);
    static const struct loom_text path = TEXT("/3303/0/5700");
    samples = loom_samples_create(path, INT64_C(1700000000000), INT64_C(1700000001000), 1000);
    take(samples, INT64_C(1700000009000), "received", "\"value\":7,\"time\":1700000000.5");
    struct loom_sample sample = {0, 0};
    size_t index = 0;
    cr_expect(loom_samples_next(samples, &index, &sample));
    cr_expect_eq(sample.time, INT64_C(1700000000500));
    loom_samples_destroy(samples);
}

/* What is stored may be anything. */
Test(samples, take_nothing_of_what_is_no_event)
{
    static const char *const texts[] = {"",
                                        "{",
                                        "[]",
                                        "\"/3303/0/5700\"",
                                        "{\"values\":\"/3303/0/5700\"}",
                                        "{\"values\":[\"/3303/0/5700\"]}",
                                        "{\"values\":[{\"path\":\"/3303/0/57000\",\"value\":1}]}",
                                        "{\"values\":[{\"path\":[\"/3303/0/5700\"],\"value\":1}]}"};
    static const struct loom_text kind = TEXT("notified");
    struct loom_samples *samples = begin(10);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct loom_text text = {texts[i], strlen(texts[i])};
        loom_samples_take(samples, 1500, kind, text);
    }
    cr_expect_str_eq(all(samples), "");
    loom_samples_destroy(samples);
}
