# SPDX-License-Identifier: Apache-2.0
# LOOM_CORE_SOURCES: the files of the core, relative to this directory. It is read by Loom's own build,
# by the installed package, which builds the core for other targets, and by the Zephyr module.

set(LOOM_CORE_SOURCES
    accounts/accounts.c
    accounts/object_list.c
    accounts/server_rules.c
    bootstrap/bootstrap.c
    bootstrap/commands.c
    bootstrap/consistency.c
    bootstrap/pack.c
    bootstrap/transaction.c
    bootstrap/unbootstrap.c
    client/client.c
    client/event.c
    client/machine.c
    client/request.c
    client/state.c
    codec/base64.c
    codec/cbor.c
    codec/decode.c
    codec/link.c
    codec/number.c
    codec/output.c
    codec/path_text.c
    codec/plain_text.c
    codec/senml_cbor.c
    codec/text.c
    codec/tlv.c
    management/discover.c
    management/management.c
    model/account_view.c
    model/check.c
    model/find.c
    model/model.c
    model/payload_read.c
    model/payload_write.c
    model/storage.c
    model/typed.c
    registration/order.c
    registration/registration.c
    registration/registrations.c
    registration/remember.c
    registration/requests.c
    registration/resources.c
    store/record.c)
