/* SPDX-License-Identifier: Apache-2.0 */
/* Products and their objects.
 *
 * Made by loomc. Do not edit: change the models or the profile and build again. */
#ifndef LOOM_GENERATED_OBJECTS_H
#define LOOM_GENERATED_OBJECTS_H

#include "loom/model.h"

#include "loom_security.h"
#include "loom_security_1_1.h"
#include "loom_security_1_2.h"
#include "loom_server.h"
#include "loom_server_1_1.h"
#include "loom_server_1_2.h"
#include "loom_access_control.h"
#include "loom_access_control_1_1.h"
#include "loom_device.h"
#include "loom_device_1_1.h"
#include "loom_device_1_2.h"
#include "loom_connectivity_monitoring.h"
#include "loom_connectivity_monitoring_1_1.h"
#include "loom_connectivity_monitoring_1_2.h"
#include "loom_connectivity_monitoring_1_3.h"
#include "loom_firmware_update.h"
#include "loom_firmware_update_1_1.h"
#include "loom_firmware_update_1_2.h"
#include "loom_location.h"
#include "loom_connectivity_statistics.h"
#include "loom_temperature.h"
#include "loom_temperature_1_1.h"
#include "loom_bootstrap_server.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The instances of product `client_1_0`, LwM2M 1.0. Owned by the caller of loom_model_init(). */
struct loom_client_1_0_data {
    struct loom_security security[4];
    struct loom_server server[3];
    struct loom_access_control access_control[8];
    struct loom_device device[1];
    struct loom_connectivity_monitoring connectivity_monitoring[1];
    struct loom_firmware_update firmware_update[1];
    struct loom_location location[1];
    struct loom_connectivity_statistics connectivity_statistics[1];
    struct loom_temperature_1_1 temperature_1_1[2];
};

/** What a bootstrap changes, until its Finish: `staging` of struct loom_client_config. */
struct loom_client_1_0_staging {
    struct loom_security security[4];
    struct loom_server server[3];
    struct loom_access_control access_control[8];
    struct loom_device device[1];
    struct loom_connectivity_monitoring connectivity_monitoring[1];
    struct loom_location location[1];
    struct loom_temperature_1_1 temperature_1_1[2];
};

enum { LOOM_CLIENT_1_0_OBJECT_COUNT = 10 };

/** Sizes for struct loom_client_config: `buffer_size` for any accounts and endpoint name. */
#define LOOM_CLIENT_1_0_BUFFER_SIZE LOOM_BUFFER_SIZE(4448u, 573u)
/** `registration_room`: one for each Server Account. */
#define LOOM_CLIENT_1_0_REGISTRATION_ROOM 3u

extern const struct loom_product loom_client_1_0;
#ifndef LOOM_WITHOUT_NAMES
/** Parallel to the product's objects. */
extern const struct loom_object_names *const loom_client_1_0_names[LOOM_CLIENT_1_0_OBJECT_COUNT];
#endif

/** The instances of product `client_1_1`, LwM2M 1.1. Owned by the caller of loom_model_init(). */
struct loom_client_1_1_data {
    struct loom_security_1_1 security_1_1[4];
    struct loom_server_1_1 server_1_1[3];
    struct loom_access_control access_control[8];
    struct loom_device_1_1 device_1_1[1];
    struct loom_connectivity_monitoring_1_2 connectivity_monitoring_1_2[1];
    struct loom_firmware_update_1_1 firmware_update_1_1[1];
    struct loom_location location[1];
    struct loom_connectivity_statistics connectivity_statistics[1];
    struct loom_temperature_1_1 temperature_1_1[2];
};

/** What a bootstrap changes, until its Finish: `staging` of struct loom_client_config. */
struct loom_client_1_1_staging {
    struct loom_security_1_1 security_1_1[4];
    struct loom_server_1_1 server_1_1[3];
    struct loom_access_control access_control[8];
    struct loom_device_1_1 device_1_1[1];
    struct loom_connectivity_monitoring_1_2 connectivity_monitoring_1_2[1];
    struct loom_location location[1];
    struct loom_temperature_1_1 temperature_1_1[2];
};

enum { LOOM_CLIENT_1_1_OBJECT_COUNT = 10 };

/** Sizes for struct loom_client_config: `buffer_size` for any accounts and endpoint name. */
#define LOOM_CLIENT_1_1_BUFFER_SIZE LOOM_BUFFER_SIZE(5711u, 585u)
/** `registration_room`: one for each Server Account. */
#define LOOM_CLIENT_1_1_REGISTRATION_ROOM 3u

extern const struct loom_product loom_client_1_1;
#ifndef LOOM_WITHOUT_NAMES
/** Parallel to the product's objects. */
extern const struct loom_object_names *const loom_client_1_1_names[LOOM_CLIENT_1_1_OBJECT_COUNT];
#endif

/** The instances of product `client_1_2`, LwM2M 1.2. Owned by the caller of loom_model_init(). */
struct loom_client_1_2_data {
    struct loom_security_1_2 security_1_2[4];
    struct loom_server_1_2 server_1_2[3];
    struct loom_access_control_1_1 access_control_1_1[8];
    struct loom_device_1_2 device_1_2[1];
    struct loom_connectivity_monitoring_1_3 connectivity_monitoring_1_3[1];
    struct loom_firmware_update_1_2 firmware_update_1_2[1];
    struct loom_location location[1];
    struct loom_connectivity_statistics connectivity_statistics[1];
    struct loom_temperature_1_1 temperature_1_1[2];
};

/** What a bootstrap changes, until its Finish: `staging` of struct loom_client_config. */
struct loom_client_1_2_staging {
    struct loom_security_1_2 security_1_2[4];
    struct loom_server_1_2 server_1_2[3];
    struct loom_access_control_1_1 access_control_1_1[8];
    struct loom_device_1_2 device_1_2[1];
    struct loom_connectivity_monitoring_1_3 connectivity_monitoring_1_3[1];
    struct loom_location location[1];
    struct loom_temperature_1_1 temperature_1_1[2];
};

enum { LOOM_CLIENT_1_2_OBJECT_COUNT = 10 };

/** Sizes for struct loom_client_config: `buffer_size` for any accounts and endpoint name. */
#define LOOM_CLIENT_1_2_BUFFER_SIZE LOOM_BUFFER_SIZE(11989u, 603u)
/** `registration_room`: one for each Server Account. */
#define LOOM_CLIENT_1_2_REGISTRATION_ROOM 3u

extern const struct loom_product loom_client_1_2;
#ifndef LOOM_WITHOUT_NAMES
/** Parallel to the product's objects. */
extern const struct loom_object_names *const loom_client_1_2_names[LOOM_CLIENT_1_2_OBJECT_COUNT];
#endif

enum { LOOM_PRODUCT_COUNT = 3 };

/** All products; NULL after the last one. */
extern const struct loom_product *const loom_products[LOOM_PRODUCT_COUNT + 1];
#ifndef LOOM_WITHOUT_NAMES
/** Parallel to loom_products: the names of each product's objects. */
extern const struct loom_object_names *const *const loom_products_names[LOOM_PRODUCT_COUNT + 1];
#endif

#ifdef __cplusplus
}
#endif

#endif
