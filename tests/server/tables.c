/* SPDX-License-Identifier: Apache-2.0 */
#include "tables.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define RW           (LOOM_R | LOOM_W)
#define ONE          LOOM_MANDATORY

static const struct loom_range security_ranges[] = {
    {.min.unsigned_integer = 0, .max.unsigned_integer = 255},
    {.min.integer = 1, .max.integer = 65534},
};

static const struct loom_resource security_rows[] = {
    {.id = 0, .type = LOOM_STRING, .access = ONE, .count = 1, .range = 1},
    {.id = 1, .type = LOOM_BOOLEAN, .access = ONE, .count = 1},
    {.id = 2, .type = LOOM_INTEGER, .access = ONE, .count = 1},
    {.id = 3, .type = LOOM_OPAQUE, .access = ONE, .count = 1},
    {.id = 4, .type = LOOM_OPAQUE, .access = ONE, .count = 1},
    {.id = 5, .type = LOOM_OPAQUE, .access = ONE, .count = 1},
    {.id = 10, .type = LOOM_INTEGER, .count = 1, .range = 2},
    {.id = 11, .type = LOOM_INTEGER, .count = 1},
    {.id = 12, .type = LOOM_INTEGER, .count = 1},
};

static const struct loom_object security = {.id = 0,
                                            .version_major = 1,
                                            .resource_count = COUNT(security_rows),
                                            .flags = LOOM_OBJECT_MULTIPLE,
                                            .resources = security_rows,
                                            .ranges = security_ranges};

static const struct loom_object_names security_names = {
    .names = "LWM2M Security\0LWM2M Server URI\0Bootstrap-Server\0Security Mode\0"
             "Public Key or Identity\0Server Public Key\0Secret Key\0Short Server ID\0"
             "Client Hold Off Time\0Bootstrap-Server Account Timeout\0",
    .units = "\0\0\0\0\0\0\0s\0s\0"};

static const struct loom_range server_ranges[] = {{.min.integer = 1, .max.integer = 65534}};

static const struct loom_resource server_rows_1_0[] = {
    {.id = 0, .type = LOOM_INTEGER, .access = LOOM_R | ONE, .count = 1, .range = 1},
    {.id = 1, .type = LOOM_INTEGER, .access = RW | ONE, .count = 1},
    {.id = 99, .type = LOOM_BOOLEAN, .access = RW, .count = 1},
};

static const struct loom_object server_1_0 = {.id = 1,
                                              .version_major = 1,
                                              .resource_count = COUNT(server_rows_1_0),
                                              .flags = LOOM_OBJECT_MULTIPLE,
                                              .resources = server_rows_1_0,
                                              .ranges = server_ranges};

static const struct loom_object_names server_names_1_0 = {
    .names = "LwM2M Server\0Short Server ID\0Lifetime\0Gone Later\0", .units = "\0s\0\0"};

static const struct loom_resource server_rows[] = {
    {.id = 0, .type = LOOM_INTEGER, .access = LOOM_R | ONE, .count = 1, .range = 1},
    {.id = 1, .type = LOOM_INTEGER, .access = RW | ONE, .count = 1},
    {.id = 2, .type = LOOM_INTEGER, .access = RW, .count = 1},
    {.id = 4, .type = LOOM_NONE, .access = LOOM_E, .count = 1},
    {.id = 6, .type = LOOM_BOOLEAN, .access = RW | ONE, .count = 1},
    {.id = 7, .type = LOOM_STRING, .access = RW | ONE, .count = 1},
    {.id = 17, .type = LOOM_UNSIGNED, .access = RW, .count = 1},
};

static const struct loom_object server = {.id = 1,
                                          .version_major = 1,
                                          .version_minor = 2,
                                          .resource_count = COUNT(server_rows),
                                          .flags = LOOM_OBJECT_MULTIPLE,
                                          .resources = server_rows,
                                          .ranges = server_ranges};

static const struct loom_object_names server_names = {
    .names = "LwM2M Server\0Short Server ID\0Lifetime\0Default Minimum Period\0Disable\0"
             "Notification Storing When Disabled or Offline\0Binding\0"
             "Communication Retry Count\0",
    .units = "\0s\0s\0\0\0\0\0"};

static const struct loom_resource access_rows[] = {
    {.id = 0, .type = LOOM_INTEGER, .access = LOOM_R | ONE, .count = 1},
    {.id = 1, .type = LOOM_INTEGER, .access = LOOM_R | ONE, .count = 1},
    {.id = 2, .type = LOOM_INTEGER, .access = RW | LOOM_MULTIPLE, .count = 4},
    {.id = 3, .type = LOOM_INTEGER, .access = RW | ONE, .count = 1},
};

static const struct loom_object access_control = {.id = 2,
                                                  .version_major = 1,
                                                  .resource_count = COUNT(access_rows),
                                                  .flags = LOOM_OBJECT_MULTIPLE,
                                                  .resources = access_rows};

static const struct loom_object_names access_names = {
    .names = "LwM2M Access Control\0Object ID\0Object Instance ID\0ACL\0Access Control Owner\0",
    .units = "\0\0\0\0"};

static const struct loom_resource device_rows[] = {
    {.id = 0, .type = LOOM_STRING, .access = LOOM_R, .count = 1},
    {.id = 6, .type = LOOM_INTEGER, .access = LOOM_R | LOOM_MULTIPLE, .count = 4},
    {.id = 9, .type = LOOM_INTEGER, .access = LOOM_R, .count = 1},
};

static const struct loom_object device = {.id = 3,
                                          .version_major = 1,
                                          .resource_count = COUNT(device_rows),
                                          .flags = LOOM_OBJECT_MANDATORY,
                                          .resources = device_rows};

static const struct loom_object_names device_names = {
    .names = "Device\0Manufacturer\0Available Power Sources\0Battery Level\0", .units = "\0\0%\0"};

static const struct loom_range every_ranges[] = {
    {.min.integer = -5, .max.integer = 5, .more = 1},
    {.min.integer = 100, .max.integer = 100},
    {.min.unsigned_integer = 2, .max.unsigned_integer = 4},
    {.min.number = -0.5, .max.number = 0.5},
};

static const struct loom_resource every_rows[] = {
    {.id = 1, .type = LOOM_STRING, .access = RW, .count = 1, .range = 3},
    {.id = 2, .type = LOOM_INTEGER, .access = RW, .count = 1, .range = 1},
    {.id = 3, .type = LOOM_UNSIGNED, .access = RW, .count = 1},
    {.id = 4, .type = LOOM_FLOAT, .access = RW, .count = 1, .range = 4},
    {.id = 5, .type = LOOM_BOOLEAN, .access = RW, .count = 1},
    {.id = 6, .type = LOOM_OPAQUE, .access = RW, .count = 1},
    {.id = 7, .type = LOOM_TIME, .access = RW, .count = 1},
    {.id = 8, .type = LOOM_OBJLNK, .access = RW, .count = 1},
    {.id = 9, .type = LOOM_CORELNK, .access = RW, .count = 1},
};

static const struct loom_object every = {.id = 500,
                                         .version_major = 1,
                                         .resource_count = COUNT(every_rows),
                                         .resources = every_rows,
                                         .ranges = every_ranges};

static const struct loom_object_names every_names = {
    .names = "Every\0Text\0Number (signed)\0Count\0Part\0Flag\0Bytes\0Moment\0Link\0Links\0",
    .units = "\0\0\0\0\0\0\0\0\0"};

static const struct loom_resource later_rows[] = {
    {.id = 0, .type = LOOM_STRING, .access = RW, .count = 1},
};

static const struct loom_object later = {.id = 501,
                                         .version_major = 1,
                                         .version_minor = 1,
                                         .resource_count = COUNT(later_rows),
                                         .flags = LOOM_OBJECT_MULTIPLE,
                                         .resources = later_rows};

static const struct loom_object_names later_names = {.names = "Later\0Text\0", .units = "\0"};

static const struct loom_catalog_object objects[] = {
    {&security, &security_names, "", "1.0", "", "security.xml", NULL},
    {&server_1_0, &server_names_1_0, "", "1.0", "", "server-1.0.xml", NULL},
    {&server, &server_names, "", "1.0", "", "server.xml", NULL},
    {&access_control, &access_names, "", "1.0", "", "access.xml", NULL},
    {&device, &device_names, "", "1.0", "", "device.xml", NULL},
    {&every, &every_names, "", "1.0", "", "every.xml", NULL},
    {&later, &later_names, "", "1.0", "", "later.xml", NULL}};

const struct loom_catalog test_catalog = {objects, COUNT(objects)};
