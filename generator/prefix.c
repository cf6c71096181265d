/* SPDX-License-Identifier: Apache-2.0 */
#include "prefix.h"

#include "names.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

/* C99 7.26: functions of the library may get any name that begins so and goes on with a letter. */
static bool begins_like_the_library(const char *prefix)
{
    static const char *const begins[] = {"is", "to", "str", "mem", "wcs"};

    for (size_t i = 0; i < COUNT(begins); i++) {
        size_t length = strlen(begins[i]);

        if (strncmp(prefix, begins[i], length) == 0 && is_lower(prefix[length])) {
            return true;
        }
    }
    return false;
}

/* @param whole the prefix itself, or what it begins with before a `_` */
static bool is_one_of(const char *prefix, const char *const *whole, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(whole[i]);

        if (strncmp(prefix, whole[i], length) == 0 &&
            (prefix[length] == '\0' || prefix[length] == '_')) {
            return true;
        }
    }
    return false;
}

const char *loomc_prefix_fault(const char *prefix)
{
    /* Functions of C11 and POSIX, and macros of C: SIG_, LC_, FE_, INT_MAX. */
    static const char *const of_systems[] = {"atomic", "cnd",   "fe",    "int",     "lc",
                                             "mtx",    "posix", "sig",   "pthread", "sem",
                                             "sched",  "thrd",  "timer", "tss",     "uint"};
    /* What a device is linked with. */
    static const char *const of_libraries[] = {"coap", "mbedtls", "psa"};

    if (strstr(prefix, "__") != NULL) {
        return "a prefix has no two _ together: C++ reserves such names";
    }
    if (!loomc_names_is_prefix(prefix)) {
        return "a prefix consists of a-z, 0-9 and _, begins with a letter, does not end with _ and "
               "has at most 40 characters";
    }
    if (begins_like_the_library(prefix)) {
        return "a prefix does not begin with is, to, str, mem or wcs and a letter: C reserves such "
               "names for its library";
    }
    if (is_one_of(prefix, of_systems, COUNT(of_systems))) {
        return "a prefix is none that C or POSIX has for names of its own, such as atomic, int, "
               "posix, pthread, sig and uint";
    }
    if (is_one_of(prefix, of_libraries, COUNT(of_libraries))) {
        return "a prefix is none of the libraries that a device is linked with: coap, mbedtls, psa";
    }
    if (strncmp(prefix, LOOMC_PREFIX "_", sizeof LOOMC_PREFIX) == 0) {
        return "a prefix does not begin with " LOOMC_PREFIX "_: the runtime has names that do";
    }
    return NULL;
}
