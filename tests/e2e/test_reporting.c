/* SPDX-License-Identifier: Apache-2.0 */
/* Information Reporting and composites between our own server and our own client. */
#define _POSIX_C_SOURCE 200809L

#include "house.h"

#include <criterion/criterion.h>
#include <string.h>

static struct house house;

static void stop(void)
{
    house_close(&house);
}

TestSuite(reporting, .fini = stop, .timeout = 110);

static void open_house(bool secure, const char *lwm2m)
{
    house_open(&house, secure);
    house_start_client(&house, lwm2m, "0");
    house_settle(&house);
}

/* Application Type of the temperature sensor, which nobody but the server changes. */
#define OBSERVED "/3303/0/5750"

/* Rules C-30, C-31, D-36: several objects at once. */
Test(reporting, reads_and_writes_several_objects)
{
    const char *line;

    open_house(true, "1.1");
    house_ask(&house, "2.04", "write-composite %s " OBSERVED "=hall /1/0/3=1000", HOUSE_ENDPOINT);
    line = house_ask(&house, "2.05", "read-composite %s /3/0/0 " OBSERVED " /1/0/3 /9999",
                     HOUSE_ENDPOINT);
    cr_expect_not_null(strstr(line, "\"path\":\"/3/0/0\",\"name\":\"Manufacturer\""), "%s", line);
    cr_expect_not_null(strstr(line, "\"value\":\"hall\""), "%s", line);
    cr_expect_not_null(strstr(line, "\"name\":\"Default Maximum Period\",\"type\":\"Integer\","
                                    "\"value\":1000"),
                       "%s", line);
    house_ask(&house, "4.04", "read-composite %s /9999", HOUSE_ENDPOINT);
}
