/* SPDX-License-Identifier: Apache-2.0 */
#include "symbol.h"

#include "latin.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alphanumeric(char c)
{
    return is_upper(c) || is_lower(c) || is_digit(c);
}

/* ---- words of CamelCase ---------------------------------------------------------------------- */

/* Text without blanks; a NUL stands behind it or something that is no letter and no digit. */

/* Names that capitals do not part, and that the rules below would part or tie to a neighbour. */
static const char *const whole_words[] = {
    "CoAP", "CoAPs", "CoAPS", "IoT",   "LiFePO4", "LoRa",  "LoRaWAN", "LwM2M",  "NoSec", "OAuth",
    "PoE",  "QoS",   "VoIP",  "VoLTE", "WiFi",    "WiMAX", "eNodeB",  "gNodeB", "kVAr",  "kVArh",
    "kVAh", "nuSIM", "MVArh", "VArh",  "VAr",     "LiDAR", "IIoT",    "MQTTs",
};

/* Words of two letters, which are no beginnings of a name such as WiFi. */
static const char *const short_words[] = {
    "Ac", "An", "As", "At", "By", "Dc", "Dl", "Do", "En", "Go", "Id", "If", "In", "Ip", "Is",
    "It", "My", "No", "Of", "Ok", "On", "Op", "Or", "Rx", "To", "Tx", "Ue", "Ul", "Up"};

static size_t count_upper(const char *text)
{
    size_t length = 0;

    while (is_upper(text[length]) || is_digit(text[length])) {
        length++;
    }
    return length;
}

static size_t count_lower(const char *text)
{
    size_t length = 0;

    while (is_lower(text[length])) {
        length++;
    }
    return length;
}

static size_t count_small(const char *text)
{
    size_t length = 0;

    while (is_lower(text[length]) || is_digit(text[length])) {
        length++;
    }
    return length;
}

/* A word in small letters may follow one that ends in a capital, as in VoLTErtp. */
static size_t whole_word(const char *text)
{
    size_t longest = 0;

    for (size_t i = 0; i < COUNT(whole_words); i++) {
        size_t length = strlen(whole_words[i]);

        if (length > longest && strncmp(text, whole_words[i], length) == 0 &&
            (!is_lower(text[length]) || is_upper(text[length - 1]))) {
            longest = length;
        }
    }
    return longest;
}

static bool is_short_word(const char *text)
{
    for (size_t i = 0; i < COUNT(short_words); i++) {
        if (strncmp(text, short_words[i], 2) == 0 && short_words[i][2] == '\0') {
            return true;
        }
    }
    return false;
}

/* Whether one capital and one small letter stand here, and no word: `Co`, `Wi`. */
static bool is_fragment(const char *text)
{
    return is_upper(text[0]) && is_lower(text[1]) && !is_lower(text[2]) && !is_digit(text[2]) &&
           !is_short_word(text);
}

/* Capitals, with digits among them, and what belongs to them: `PLMN` of PLMNSearch, `APNs`, `MHz`,
 * `IPv6`. */
static size_t capitals(const char *text)
{
    size_t upper = count_upper(text);
    size_t lower = count_lower(text + upper);

    for (size_t i = 1; i < upper; i++) {
        if (whole_word(text + i) > 0) {
            return i;
        }
    }
    if (lower == 0) {
        return upper;
    }
    if (is_digit(text[upper - 1])) {
        return lower > 2 ? upper : upper + count_small(text + upper);
    }
    /* `APIs` are several, and no `AP` is. */
    if (lower > 1 || (text[upper] != 's' && is_short_word(text + upper - 1))) {
        return upper - 1;
    }
    return upper + count_small(text + upper);
}

/* A word that begins with a capital: `Fast`, or `CoAP` and others of fragments. */
static size_t capitalised(const char *text)
{
    size_t length = 1 + count_small(text + 1);

    if (!is_fragment(text)) {
        return length;
    }
    while (is_fragment(text + length)) {
        length += 2;
    }
    size_t upper = count_upper(text + length);

    /* `Co` and `AP`, but not `Ab` and `Cdef`. */
    if (upper > 1 || (upper == 1 && !is_lower(text[length + 1]))) {
        return length + capitals(text + length);
    }
    return length;
}

static size_t word(const char *text);

/* Small letters; a single one is a part of what follows: `eNB`, `kWh`, `mA`, `eCall`. */
static size_t small(const char *text)
{
    size_t length = count_small(text);

    if (length > 1 || !is_upper(text[length])) {
        return length;
    }
    size_t upper = count_upper(text + 1);
    bool fragment = upper == 1 && is_fragment(text + 1);
    bool single = upper == 1 && !is_lower(text[2]);

    if (upper > 1 || single || *text == 'e' || *text == 'i' || whole_word(text + 1) > 0) {
        return 1 + word(text + 1);
    }
    if (*text == 'p' && text[1] == 'H') {
        return 2;
    }
    return fragment ? 1 + 2 : length;
}

/* Digits are a part of what follows: `3GPP`, `5QI`, `1xEV`. */
static size_t number(const char *text)
{
    size_t digits = 0;

    while (is_digit(text[digits])) {
        digits++;
    }
    return is_alphanumeric(text[digits]) ? digits + word(text + digits) : digits;
}

/* @return the length of the first word, at least 1. */
static size_t word(const char *text)
{
    size_t whole = whole_word(text);

    if (whole > 0) {
        return whole;
    }
    if (is_digit(*text)) {
        return number(text);
    }
    if (is_lower(*text)) {
        return small(text);
    }
    return count_upper(text) > 1 ? capitals(text) : capitalised(text);
}

/* ---- symbols --------------------------------------------------------------------------------- */

static void put_word(struct loomc_buffer *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        loomc_put_char(out, is_upper(text[i]) ? (char)(text[i] - 'A' + 'a') : text[i]);
    }
}

size_t loomc_symbol_put(struct loomc_buffer *out, const char *text, size_t length)
{
    struct loomc_buffer latin = {NULL, 0, 0};
    size_t start = out->length;
    size_t lost = loomc_latin_put(&latin, text, length);

    for (size_t i = 0; i < latin.length;) {
        size_t size = 1;

        if (is_alphanumeric(latin.data[i])) {
            loomc_put_text(out, out->length > start ? "_" : "");
            size = word(latin.data + i);
            put_word(out, latin.data + i, size);
        }
        i += size;
    }
    loomc_buffer_free(&latin);
    return lost;
}
