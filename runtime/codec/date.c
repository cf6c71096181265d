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

/* So many digits, and the character behind them if it is not NUL.
 * @param most what they may come to */
static bool take(struct loom_text *rest, size_t digits, char behind, uint32_t most,
                 uint32_t *number)
{
    const char *at = rest->data;
    size_t length = digits + (behind != '\0' ? 1u : 0u);
    *number = 0;
    if (rest->length < length) {
        return false;
    }
    for (; digits > 0; digits--) {
        uint32_t digit = (uint32_t)*at++ - '0';
        if (digit > 9) {
            return false;
        }
        *number = *number * 10 + digit;
    }
    rest->data += length;
    rest->length -= length;
    return *number <= most && (behind == '\0' || (*at | 0x20) == (behind | 0x20));
}

/* Days from 1970 to the first of a month; the thirteenth is the first of the next year. */
static int32_t days_to(uint32_t year, uint32_t month)
{
    uint32_t years = year + CYCLE - (month > 2 ? 0 : 1); /* that have begun in March */
    uint32_t months = month > 2 ? month - 3 : month + 9;
    uint32_t days =
        years * DAYS_OF_A_YEAR + years / 4 - years / 100 + years / 400 + (153 * months + 2) / 5;
    return (int32_t)days - (DAYS_OF_A_CYCLE + DAYS_TO_1970);
}

static bool take_day(struct loom_text *rest, int32_t *days)
{
    uint32_t year;
    uint32_t month;
    uint32_t day;
    if (!take(rest, 4, '-', 9999, &year) || !take(rest, 2, '-', 12, &month) || month == 0 ||
        !take(rest, 2, 'T', 31, &day) || day == 0) {
        return false;
    }
    *days = days_to(year, month) + (int32_t)day - 1;
    return *days < days_to(year, month + 1);
}

/* `Z`, or how far its clock is before or behind. */
static bool take_zone(struct loom_text *rest, int64_t *seconds)
{
    uint32_t hours;
    uint32_t minutes;
    char sign = rest->length > 0 ? *rest->data : '\0';
    if (sign == 'Z' || sign == 'z') {
        return rest->length == 1;
    }
    rest->data++;
    rest->length--;
    if ((sign != '+' && sign != '-') || !take(rest, 2, ':', 23, &hours) ||
        !take(rest, 2, '\0', 59, &minutes)) {
        return false;
    }
    int32_t ahead = (int32_t)(hours * 60 + minutes) * 60;
    *seconds -= sign == '+' ? ahead : -ahead;
    return rest->length == 0;
}

bool loom_text_to_date(struct loom_text text, int64_t *seconds)
{
    int32_t days;
    uint32_t hour;
    uint32_t minute;
    uint32_t second;
    if (!take_day(&text, &days) || !take(&text, 2, ':', 23, &hour) ||
        !take(&text, 2, ':', 59, &minute) || !take(&text, 2, '\0', 60, &second)) {
        return false;
    }
    if (text.length > 1 && text.data[0] == '.') {
        do { /* a Time has no parts of seconds */
            text.data++;
            text.length--;
        } while (text.length > 0 && text.data[0] == '0');
    }
    *seconds = (int64_t)days * SECONDS_OF_A_DAY + (hour * 60 + minute) * 60 + second;
    return take_zone(&text, seconds);
}
