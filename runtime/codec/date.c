/* SPDX-License-Identifier: Apache-2.0 */
/* Dates as text (RFC 3339), which CBOR may have for Time. Rules D.1. */
#include "codec/date.h"

#define SECONDS_OF_A_DAY 86400
#define DAYS_OF_A_YEAR   365
/* After so many years leap days are where they were. */
#define CYCLE           400
#define DAYS_OF_A_CYCLE (CYCLE * DAYS_OF_A_YEAR + 97)
/* From the first of March of the year 0 on: so leap days are the last of their year. */
#define DAYS_TO_1970 719468

/* So many digits, and the character behind them if it is not NUL. */
static bool take(struct loom_text *rest, size_t digits, char behind, int32_t *number)
{
    *number = 0;
    if (rest->length < digits + (behind != '\0' ? 1u : 0u)) {
        return false;
    }
    for (; digits > 0; digits--, rest->length--) {
        char c = *rest->data++;
        if (c < '0' || c > '9') {
            return false;
        }
        *number = *number * 10 + (c - '0');
    }
    if (behind == '\0') {
        return true;
    }
    rest->length--;
    return (*rest->data++ | 0x20) == (behind | 0x20);
}

static bool is_leap(int32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool take_day(struct loom_text *rest, int64_t *days)
{
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t year;
    int32_t month;
    int32_t day;
    if (!take(rest, 4, '-', &year) || !take(rest, 2, '-', &month) || !take(rest, 2, 'T', &day) ||
        month < 1 || month > 12 || day < 1 ||
        day > lengths[month - 1] + (month == 2 && is_leap(year) ? 1 : 0)) {
        return false;
    }
    int32_t years = year + CYCLE - (month > 2 ? 0 : 1); /* that have begun in March */
    int32_t months = month > 2 ? month - 3 : month + 9;
    *days = years * DAYS_OF_A_YEAR + years / 4 - years / 100 + years / 400 +
            (153 * months + 2) / 5 + day - 1 - DAYS_OF_A_CYCLE - DAYS_TO_1970;
    return true;
}

/* `Z`, or how far its clock is before or behind. */
static bool take_zone(struct loom_text *rest, int64_t *seconds)
{
    int32_t hours;
    int32_t minutes;
    char sign = rest->length > 0 ? *rest->data : '\0';
    if (sign == 'Z' || sign == 'z') {
        return rest->length == 1;
    }
    rest->data++;
    rest->length--;
    if ((sign != '+' && sign != '-') || !take(rest, 2, ':', &hours) ||
        !take(rest, 2, '\0', &minutes) || hours > 23 || minutes > 59) {
        return false;
    }
    int32_t ahead = (hours * 60 + minutes) * 60;
    *seconds -= sign == '+' ? ahead : -ahead;
    return rest->length == 0;
}

bool loom_text_to_date(struct loom_text text, int64_t *seconds)
{
    int64_t days;
    int32_t hour;
    int32_t minute;
    int32_t second;
    if (!take_day(&text, &days) || !take(&text, 2, ':', &hour) || !take(&text, 2, ':', &minute) ||
        !take(&text, 2, '\0', &second) || hour > 23 || minute > 59 || second > 60) {
        return false;
    }
    if (text.length > 1 && text.data[0] == '.') {
        do { /* a Time has no parts of seconds */
            text.data++;
            text.length--;
        } while (text.length > 0 && text.data[0] == '0');
    }
    *seconds = days * SECONDS_OF_A_DAY + (hour * 60 + minute) * 60 + second;
    return take_zone(&text, seconds);
}
