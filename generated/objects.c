/* SPDX-License-Identifier: Apache-2.0 */
/* Products and their objects: tables.
 *
 * Made by loomc. Do not edit: change the models or the profile and build again. */
#include "objects.h"

static const struct loom_product_object client_1_0_objects[LOOM_CLIENT_1_0_OBJECT_COUNT] = {
    {
        .object = &loom_security_1_0_object,
        .offset = offsetof(struct loom_client_1_0_data, security_1_0),
        .staging = 1 + offsetof(struct loom_client_1_0_staging, security_1_0),
        .room = 4,
        .initial = 0,
        .complete = 0,
    },
    {
        .object = &loom_server_1_0_object,
        .offset = offsetof(struct loom_client_1_0_data, server_1_0),
        .staging = 1 + offsetof(struct loom_client_1_0_staging, server_1_0),
        .room = 3,
        .initial = 0,
        .complete = 0,
    },
    {
        .object = &loom_access_control_1_0_object,
        .offset = offsetof(struct loom_client_1_0_data, access_control_1_0),
        .staging = 1 + offsetof(struct loom_client_1_0_staging, access_control_1_0),
        .room = 8,
        .initial = 0,
        .complete = 0,
    },
    {
        .object = &loom_device_1_0_object,
        .offset = offsetof(struct loom_client_1_0_data, device_1_0),
        .staging = 1 + offsetof(struct loom_client_1_0_staging, device_1_0),
        .room = 1,
        .initial = 1,
        .complete = 0,
    },
    {
        .object = &loom_connectivity_monitoring_1_0_object,
        .offset = offsetof(struct loom_client_1_0_data, connectivity_monitoring_1_0),
        .staging = 1 + offsetof(struct loom_client_1_0_staging, connectivity_monitoring_1_0),
        .room = 1,
        .initial = 1,
        .complete = 0,
    },
    {
        .object = &loom_location_object,
        .offset = offsetof(struct loom_client_1_0_data, location),
        .staging = 1 + offsetof(struct loom_client_1_0_staging, location),
        .room = 1,
        .initial = 1,
        .complete = 0,
    },
    {
        .object = &loom_temperature_1_1_object,
        .offset = offsetof(struct loom_client_1_0_data, temperature_1_1),
        .staging = 1 + offsetof(struct loom_client_1_0_staging, temperature_1_1),
        .room = 2,
        .initial = 1,
        .complete = 0,
    },
    {
        .object = &loom_bootstrap_server_object,
        .staging = 1,
    },
};

static const struct loom_format *const client_1_0_formats[] = {
    &loom_format_text,
    &loom_format_opaque,
    &loom_format_tlv,
    &loom_format_json,
    NULL,
};

const struct loom_product loom_client_1_0 = {
    .objects = client_1_0_objects,
    .object_count = LOOM_CLIENT_1_0_OBJECT_COUNT,
    .lwm2m = 0x0100,
    .data_size = sizeof(struct loom_client_1_0_data),
    .staging_size = sizeof(struct loom_client_1_0_staging),
    .formats = client_1_0_formats,
    .features = {
        .bootstrap_pack = &loom_feature_bootstrap_pack,
        .smartcard = &loom_feature_smartcard,
        .stored_accounts = &loom_feature_stored_accounts,
        .remembered_registrations = &loom_feature_remembered_registrations,
        .unbootstrap = &loom_feature_unbootstrap,
        .access_control = &loom_feature_access_control,
        .linked_accounts = &loom_feature_linked_accounts,
        .account_replacement = &loom_feature_account_replacement,
        .account_timeout = &loom_feature_account_timeout,
        .bootstrap_push = &loom_feature_bootstrap_push,
        .bootstrap_read = &loom_feature_bootstrap_read,
        .last_bootstrapped = &loom_feature_last_bootstrapped,
        .alert_code = &loom_feature_alert_code,
        .registration_order = &loom_feature_registration_order,
        .disable = &loom_feature_disable,
        .version_fall_back = &loom_feature_version_fall_back,
        .profile_id = &loom_feature_profile_id,
        .queue_mode = &loom_feature_queue_mode,
        .transports = &loom_feature_transports,
        .discover = &loom_feature_discover,
        .bootstrap_discover = &loom_feature_bootstrap_discover,
        .composite = &loom_feature_composite,
    },
    .record_least = 1254,
    .request_size = 467,
};

static const struct loom_product_object client_1_1_objects[LOOM_CLIENT_1_1_OBJECT_COUNT] = {
    {
        .object = &loom_security_1_1_object,
        .offset = offsetof(struct loom_client_1_1_data, security_1_1),
        .staging = 1 + offsetof(struct loom_client_1_1_staging, security_1_1),
        .room = 4,
        .initial = 0,
        .complete = 0,
    },
    {
        .object = &loom_server_1_1_object,
        .offset = offsetof(struct loom_client_1_1_data, server_1_1),
        .staging = 1 + offsetof(struct loom_client_1_1_staging, server_1_1),
        .room = 3,
        .initial = 0,
        .complete = 0,
    },
    {
        .object = &loom_access_control_1_0_object,
        .offset = offsetof(struct loom_client_1_1_data, access_control_1_0),
        .staging = 1 + offsetof(struct loom_client_1_1_staging, access_control_1_0),
        .room = 8,
        .initial = 0,
        .complete = 0,
    },
    {
        .object = &loom_device_1_1_object,
        .offset = offsetof(struct loom_client_1_1_data, device_1_1),
        .staging = 1 + offsetof(struct loom_client_1_1_staging, device_1_1),
        .room = 1,
        .initial = 1,
        .complete = 0,
    },
    {
        .object = &loom_connectivity_monitoring_1_2_object,
        .offset = offsetof(struct loom_client_1_1_data, connectivity_monitoring_1_2),
        .staging = 1 + offsetof(struct loom_client_1_1_staging, connectivity_monitoring_1_2),
        .room = 1,
        .initial = 1,
        .complete = 0,
    },
    {
        .object = &loom_location_object,
        .offset = offsetof(struct loom_client_1_1_data, location),
        .staging = 1 + offsetof(struct loom_client_1_1_staging, location),
        .room = 1,
        .initial = 1,
        .complete = 0,
    },
    {
        .object = &loom_temperature_1_1_object,
        .offset = offsetof(struct loom_client_1_1_data, temperature_1_1),
        .staging = 1 + offsetof(struct loom_client_1_1_staging, temperature_1_1),
        .room = 2,
        .initial = 1,
        .complete = 0,
    },
    {
        .object = &loom_bootstrap_server_object,
        .staging = 1,
    },
};

static const struct loom_format *const client_1_1_formats[] = {
    &loom_format_text,
    &loom_format_opaque,
    &loom_format_tlv,
    &loom_format_senml_cbor,
    &loom_format_cbor,
    &loom_format_senml_json,
    NULL,
};

const struct loom_product loom_client_1_1 = {
    .objects = client_1_1_objects,
    .object_count = LOOM_CLIENT_1_1_OBJECT_COUNT,
    .lwm2m = 0x0101,
    .data_size = sizeof(struct loom_client_1_1_data),
    .staging_size = sizeof(struct loom_client_1_1_staging),
    .formats = client_1_1_formats,
    .features = {
        .bootstrap_pack = &loom_feature_bootstrap_pack,
        .smartcard = &loom_feature_smartcard,
        .stored_accounts = &loom_feature_stored_accounts,
        .remembered_registrations = &loom_feature_remembered_registrations,
        .unbootstrap = &loom_feature_unbootstrap,
        .access_control = &loom_feature_access_control,
        .linked_accounts = &loom_feature_linked_accounts,
        .account_replacement = &loom_feature_account_replacement,
        .account_timeout = &loom_feature_account_timeout,
        .bootstrap_push = &loom_feature_bootstrap_push,
        .bootstrap_read = &loom_feature_bootstrap_read,
        .last_bootstrapped = &loom_feature_last_bootstrapped,
        .alert_code = &loom_feature_alert_code,
        .registration_order = &loom_feature_registration_order,
        .disable = &loom_feature_disable,
        .version_fall_back = &loom_feature_version_fall_back,
        .profile_id = &loom_feature_profile_id,
        .queue_mode = &loom_feature_queue_mode,
        .transports = &loom_feature_transports,
        .discover = &loom_feature_discover,
        .bootstrap_discover = &loom_feature_bootstrap_discover,
        .composite = &loom_feature_composite,
    },
    .record_least = 1254,
    .request_size = 467,
};

static const struct loom_product_object client_1_2_objects[LOOM_CLIENT_1_2_OBJECT_COUNT] = {
    {
        .object = &loom_security_1_2_object,
        .offset = offsetof(struct loom_client_1_2_data, security_1_2),
        .staging = 1 + offsetof(struct loom_client_1_2_staging, security_1_2),
        .room = 4,
        .initial = 0,
        .complete = 0,
    },
    {
        .object = &loom_server_1_2_object,
        .offset = offsetof(struct loom_client_1_2_data, server_1_2),
        .staging = 1 + offsetof(struct loom_client_1_2_staging, server_1_2),
        .room = 3,
        .initial = 0,
        .complete = 0,
    },
    {
        .object = &loom_access_control_1_1_object,
        .offset = offsetof(struct loom_client_1_2_data, access_control_1_1),
        .staging = 1 + offsetof(struct loom_client_1_2_staging, access_control_1_1),
        .room = 8,
        .initial = 0,
        .complete = 0,
    },
    {
        .object = &loom_device_1_2_object,
        .offset = offsetof(struct loom_client_1_2_data, device_1_2),
        .staging = 1 + offsetof(struct loom_client_1_2_staging, device_1_2),
        .room = 1,
        .initial = 1,
        .complete = 0,
    },
    {
        .object = &loom_connectivity_monitoring_1_3_object,
        .offset = offsetof(struct loom_client_1_2_data, connectivity_monitoring_1_3),
        .staging = 1 + offsetof(struct loom_client_1_2_staging, connectivity_monitoring_1_3),
        .room = 1,
        .initial = 1,
        .complete = 0,
    },
    {
        .object = &loom_location_object,
        .offset = offsetof(struct loom_client_1_2_data, location),
        .staging = 1 + offsetof(struct loom_client_1_2_staging, location),
        .room = 1,
        .initial = 1,
        .complete = 0,
    },
    {
        .object = &loom_temperature_1_1_object,
        .offset = offsetof(struct loom_client_1_2_data, temperature_1_1),
        .staging = 1 + offsetof(struct loom_client_1_2_staging, temperature_1_1),
        .room = 2,
        .initial = 1,
        .complete = 0,
    },
    {
        .object = &loom_bootstrap_server_object,
        .staging = 1,
    },
};

static const struct loom_format *const client_1_2_formats[] = {
    &loom_format_text,
    &loom_format_opaque,
    &loom_format_tlv,
    &loom_format_senml_cbor,
    &loom_format_cbor,
    &loom_format_senml_json,
    &loom_format_senml_etch_json,
    &loom_format_senml_etch_cbor,
    &loom_format_lwm2m_cbor,
    NULL,
};

const struct loom_product loom_client_1_2 = {
    .objects = client_1_2_objects,
    .object_count = LOOM_CLIENT_1_2_OBJECT_COUNT,
    .lwm2m = 0x0102,
    .data_size = sizeof(struct loom_client_1_2_data),
    .staging_size = sizeof(struct loom_client_1_2_staging),
    .formats = client_1_2_formats,
    .features = {
        .bootstrap_pack = &loom_feature_bootstrap_pack,
        .smartcard = &loom_feature_smartcard,
        .stored_accounts = &loom_feature_stored_accounts,
        .remembered_registrations = &loom_feature_remembered_registrations,
        .unbootstrap = &loom_feature_unbootstrap,
        .access_control = &loom_feature_access_control,
        .linked_accounts = &loom_feature_linked_accounts,
        .account_replacement = &loom_feature_account_replacement,
        .account_timeout = &loom_feature_account_timeout,
        .bootstrap_push = &loom_feature_bootstrap_push,
        .bootstrap_read = &loom_feature_bootstrap_read,
        .last_bootstrapped = &loom_feature_last_bootstrapped,
        .alert_code = &loom_feature_alert_code,
        .registration_order = &loom_feature_registration_order,
        .disable = &loom_feature_disable,
        .version_fall_back = &loom_feature_version_fall_back,
        .profile_id = &loom_feature_profile_id,
        .queue_mode = &loom_feature_queue_mode,
        .transports = &loom_feature_transports,
        .discover = &loom_feature_discover,
        .bootstrap_discover = &loom_feature_bootstrap_discover,
        .composite = &loom_feature_composite,
    },
    .record_least = 1254,
    .request_size = 467,
};

const struct loom_product *const loom_products[LOOM_PRODUCT_COUNT + 1] = {
    &loom_client_1_0,
    &loom_client_1_1,
    &loom_client_1_2,
    NULL,
};

#ifndef LOOM_WITHOUT_NAMES
const struct loom_object_names *const loom_client_1_0_names[LOOM_CLIENT_1_0_OBJECT_COUNT] = {
    &loom_security_1_0_names,
    &loom_server_1_0_names,
    &loom_access_control_1_0_names,
    &loom_device_1_0_names,
    &loom_connectivity_monitoring_1_0_names,
    &loom_location_names,
    &loom_temperature_1_1_names,
    &loom_bootstrap_server_names,
};

const struct loom_object_names *const loom_client_1_1_names[LOOM_CLIENT_1_1_OBJECT_COUNT] = {
    &loom_security_1_1_names,
    &loom_server_1_1_names,
    &loom_access_control_1_0_names,
    &loom_device_1_1_names,
    &loom_connectivity_monitoring_1_2_names,
    &loom_location_names,
    &loom_temperature_1_1_names,
    &loom_bootstrap_server_names,
};

const struct loom_object_names *const loom_client_1_2_names[LOOM_CLIENT_1_2_OBJECT_COUNT] = {
    &loom_security_1_2_names,
    &loom_server_1_2_names,
    &loom_access_control_1_1_names,
    &loom_device_1_2_names,
    &loom_connectivity_monitoring_1_3_names,
    &loom_location_names,
    &loom_temperature_1_1_names,
    &loom_bootstrap_server_names,
};

const struct loom_object_names *const *const loom_products_names[LOOM_PRODUCT_COUNT + 1] = {
    loom_client_1_0_names,
    loom_client_1_1_names,
    loom_client_1_2_names,
    NULL,
};
#endif
