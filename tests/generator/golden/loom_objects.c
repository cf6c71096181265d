/* SPDX-License-Identifier: Apache-2.0 */
/* Products and their objects: tables.
 *
 * Made by loomc. Do not edit: change the models or the profile and build again. */
#include "loom_objects.h"

static const struct loom_product_object gadget_objects[LOOM_GADGET_OBJECT_COUNT] = {
    {
        .object = &loom_security_object,
        .offset = offsetof(struct loom_gadget_data, security),
        .staging = 1 + offsetof(struct loom_gadget_staging, security),
        .room = 4,
        .initial = 0,
        .complete = 0,
    },
    {
        .object = &loom_everything_object,
        .offset = offsetof(struct loom_gadget_data, everything),
        .staging = 1 + offsetof(struct loom_gadget_staging, everything),
        .room = 2,
        .initial = 1,
        .complete = 1,
    },
    {
        .object = &loom_account_object,
        .staging = 1,
    },
};

static const struct loom_format *const gadget_formats[] = {
    &loom_format_text,
    &loom_format_opaque,
    &loom_format_tlv,
    &loom_format_senml_cbor,
    NULL,
};

static const struct loom_stream gadget_streams[] = {
    {.object = LOOM_EVERYTHING, .resource = LOOM_EVERYTHING_STREAMED, .more = 1,
     .write = loom_everything_write_streamed,
     .read = loom_everything_read_streamed},
    {.object = LOOM_EVERYTHING, .resource = LOOM_EVERYTHING_STREAMED_WRITE,
     .write = loom_everything_write_streamed_write},
};

const struct loom_product loom_gadget = {
    .objects = gadget_objects,
    .object_count = LOOM_GADGET_OBJECT_COUNT,
    .lwm2m = 0x0101,
    .data_size = sizeof(struct loom_gadget_data),
    .staging_size = sizeof(struct loom_gadget_staging),
    .formats = gadget_formats,
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
        .written_versions = &loom_feature_written_versions,
        .last_bootstrapped = &loom_feature_last_bootstrapped,
        .alert_code = &loom_feature_alert_code,
        .registration_order = &loom_feature_registration_order,
        .disable = &loom_feature_disable,
        .version_fall_back = &loom_feature_version_fall_back,
        .profile_id = &loom_feature_profile_id,
        .listed_formats = &loom_feature_listed_formats,
        .queue_mode = &loom_feature_queue_mode,
        .transports = &loom_feature_transports,
        .discover = &loom_feature_discover,
        .discover_depth = &loom_feature_discover_depth,
        .bootstrap_discover = &loom_feature_bootstrap_discover,
        .create_delete = &loom_feature_create_delete,
        .composite = &loom_feature_composite,
        .reporting = &loom_feature_reporting,
        .observe_composite = &loom_feature_observe_composite,
        .send = &loom_feature_send,
        .stored_notifications = &loom_feature_stored_notifications,
        .large_answers = &loom_feature_large_answers,
        .remembered_attributes = &loom_feature_remembered_attributes,
    },
    .handled = &loom_handled_resources,
    .account_view = &loom_account_view,
    .record_least = 1541,
    .request_size = 255,
    .streams = gadget_streams,
};

static const struct loom_product_object small_objects[LOOM_SMALL_OBJECT_COUNT] = {
    {
        .object = &loom_everything_object,
        .offset = offsetof(struct loom_small_data, everything),
        .staging = 1 + offsetof(struct loom_small_staging, everything),
        .room = 2,
        .initial = 1,
        .complete = 1,
    },
};

static const struct loom_format *const small_formats[] = {
    &loom_format_text,
    &loom_format_tlv,
    NULL,
};

static const struct loom_stream small_streams[] = {
    {.object = LOOM_EVERYTHING, .resource = LOOM_EVERYTHING_STREAMED, .more = 1,
     .write = loom_everything_write_streamed,
     .read = loom_everything_read_streamed},
    {.object = LOOM_EVERYTHING, .resource = LOOM_EVERYTHING_STREAMED_WRITE,
     .write = loom_everything_write_streamed_write},
};

const struct loom_product loom_small = {
    .objects = small_objects,
    .object_count = LOOM_SMALL_OBJECT_COUNT,
    .lwm2m = 0,
    .data_size = sizeof(struct loom_small_data),
    .staging_size = sizeof(struct loom_small_staging),
    .formats = small_formats,
    .handled = &loom_handled_resources,
    .record_least = 985,
    .request_size = 100,
    .streams = small_streams,
};

const struct loom_product *const loom_products[LOOM_PRODUCT_COUNT + 1] = {
    &loom_gadget,
    &loom_small,
    NULL,
};

#ifndef LOOM_WITHOUT_NAMES
const struct loom_object_names *const loom_gadget_names[LOOM_GADGET_OBJECT_COUNT] = {
    &loom_security_names,
    &loom_everything_names,
    &loom_account_names,
};

const struct loom_object_names *const loom_small_names[LOOM_SMALL_OBJECT_COUNT] = {
    &loom_everything_names,
};

const struct loom_object_names *const *const loom_products_names[LOOM_PRODUCT_COUNT + 1] = {
    loom_gadget_names,
    loom_small_names,
    NULL,
};
#endif
