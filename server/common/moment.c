/* SPDX-License-Identifier: Apache-2.0 */
#include "common/moment.h"

#include <stdio.h>

#define DAY_MS  INT64_C(86400000)
#define LAST_MS INT64_C(253402300799999) /* the end of 9999 */

/* Days of 400 years of the calendar, and those from the 1st of March of year 0 to 1970. */
#define ERA_DAYS   146097
#define EPOCH_DAYS 719468

/* A year that begins with March has its odd day at its end. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    int64_t shifted = month > 2 ? year : year - 1;
    int64_t era = shifted / 400;
    int64_t of_era = shifted - era * 400;
    int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH_DAYS;
}

void loom_moment_write(int64_t time, char text[LOOM_MOMENT_SIZE])
{
    int64_t clipped = time < 0 ? 0 : time > LAST_MS ? LAST_MS : time;
    int64_t days = clipped / DAY_MS + EPOCH_DAYS;
    int64_t rest = clipped % DAY_MS;
    int64_t era = days / ERA_DAYS;
    int64_t of_era = days % ERA_DAYS;
    int64_t years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * years + years / 4 - years / 100);
    int64_t shifted = (5 * of_year + 2) / 153;
    int64_t day = of_year - (153 * shifted + 2) / 5 + 1;
    int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
    int64_t year = years + era * 400 + (month <= 2 ? 1 : 0);
    (void)snprintf(text, LOOM_MOMENT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                   (int)(year % 10000), (int)(month % 100), (int)(day % 100),
                   (int)(rest / 3600000 % 100), (int)(rest / 60000 % 60), (int)(rest / 1000 % 60),
                   (int)(rest % 1000));
}

/* ---- reading --------------------------------------------------------------------------------- */

struct cursor {
    const char *at;
    const char *end;
    bool good;
};

static int64_t take_number(struct cursor *cursor, unsigned digits)
{
    int64_t number = 0;
    for (unsigned i = 0; i < digits; i++) {
        if (cursor->at == cursor->end || *cursor->at < '0' || *cursor->at > '9') {
            cursor->good = false;
            return 0;
        }
        number = 10 * number + (*cursor->at++ - '0');
    }
    return number;
}

static bool take(struct cursor *cursor, char c)
{
    if (cursor->at == cursor->end || *cursor->at != c) {
        return false;
    }
    cursor->at++;
    return true;
}

static void expect(struct cursor *cursor, char c)
{
    cursor->good = take(cursor, c) && cursor->good;
}

/* `.123`, of which more than three digits are dropped. */
static int64_t take_fraction(struct cursor *cursor)
{
    int64_t milliseconds = 0;
    int64_t unit = 100;
    if (!take(cursor, '.')) {
        return 0;
    }
    do {
        milliseconds += unit * take_number(cursor, 1);
        unit /= 10;
    } while (cursor->good && cursor->at != cursor->end && *cursor->at >= '0' && *cursor->at <= '9');
    return milliseconds;
}

/* `Z` or `+02:00`, in milliseconds. */
static int64_t take_zone(struct cursor *cursor)
{
    if (take(cursor, 'Z') || take(cursor, 'z')) {
        return 0;
    }
    bool west = take(cursor, '-');
    if (!west) {
        expect(cursor, '+');
    }
    int64_t hours = take_number(cursor, 2);
    expect(cursor, ':');
    int64_t minutes = take_number(cursor, 2);
    cursor->good = cursor->good && hours < 24 && minutes < 60;
    int64_t offset = (hours * 60 + minutes) * 60000;
    return west ? -offset : offset;
}

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t days_in(int64_t year, int64_t month)
{
    static const int64_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

bool loom_moment_read(struct loom_text text, int64_t *time)
{
    struct cursor cursor = {text.data, text.data + text.length, true};
    int64_t year = take_number(&cursor, 4);
    expect(&cursor, '-');
    int64_t month = take_number(&cursor, 2);
    expect(&cursor, '-');
    int64_t day = take_number(&cursor, 2);
    if (!take(&cursor, 'T') && !take(&cursor, 't')) {
        expect(&cursor, ' ');
    }
    int64_t hour = take_number(&cursor, 2);
    expect(&cursor, ':');
    int64_t minute = take_number(&cursor, 2);
    expect(&cursor, ':');
    int64_t second = take_number(&cursor, 2);
    int64_t milliseconds = take_fraction(&cursor);
    int64_t zone = take_zone(&cursor);
    if (!cursor.good || cursor.at != cursor.end || month < 1 || month > 12 || day < 1 ||
        day > days_in(year, month) || hour > 23 || minute > 59 || second > 60) {
        return false;
    }
    *time = days_of(year, month, day) * DAY_MS + hour * 3600000 + minute * 60000 + second * 1000 +
            milliseconds - zone;
    return true;
}
