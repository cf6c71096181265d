/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Optional parts of the core. The table of a product (loom/table.h) points to the features that it
 * has; nothing else refers to them, so the linker drops the others. `loomc` generates the table
 * from the profile.
 */
#ifndef LOOM_FEATURE_H
#define LOOM_FEATURE_H

#ifdef __cplusplus
extern "C" {
#endif

/** The features of a product; NULL: it does not have the feature. The contents of a feature are
 *  private to the core. */
struct loom_features {
    /** Requests a Bootstrap-Pack if the client's configuration asks for it (rule A-100). */
    const struct loom_bootstrap_pack_feature *bootstrap_pack;
    /** Bootstraps from the smartcard of the configuration (rule A-10). */
    const struct loom_smartcard_feature *smartcard;
    /** Keeps accounts and other persistent objects in the store of the configuration. */
    const struct loom_stored_accounts_feature *stored_accounts;
    /** Keeps the locations and pending waits of registrations there, too. */
    const struct loom_remembered_registrations_feature *remembered_registrations;
    /** Deletes what belongs to a server whose account a bootstrap has deleted (rule C-70). Without
     *  it the bootstrap server has to do so; otherwise the configuration is inconsistent. */
    const struct loom_unbootstrap_feature *unbootstrap;
    /** Checks Access Control at a Finish (rules A-82, C-71) and enforces it: each server has its
     *  rights, and owns the instances that it creates (rules C-72 .. C-79). Without it a bootstrap
     *  with accounts of several servers is inconsistent, and the only server has all rights. */
    const struct loom_access_control_feature *access_control;
    /** Checks the instances of OSCORE, COSE and MQTT Server that an account links to (rule A-2),
     * and keeps those of the Bootstrap-Server Account (rule A-51). Without it links are ignored. */
    const struct loom_linked_accounts_feature *linked_accounts;
    /** Lets a bootstrap server replace its own account (rule A-84), and write another account in
     * its place. Without it a second Bootstrap-Server Account is inconsistent (rule A-3), and such
     * a write is answered with 4.00 Bad Request. */
    const struct loom_account_replacement_feature *account_replacement;
    /** Purges the Bootstrap-Server Account after the time in 0/x/12 (rule A-87); without it the
     * time is ignored. */
    const struct loom_account_timeout_feature *account_timeout;
    /** Accepts a server-initiated bootstrap of LwM2M 1.0 (rule A-6). Without it unrequested
     * commands are answered with 4.00 Bad Request. */
    const struct loom_bootstrap_push_feature *bootstrap_push;
    /** Answers Bootstrap-Read (rule A-70); without it 4.05 Method Not Allowed. */
    const struct loom_bootstrap_get_feature *bootstrap_read;
    /** Refuses a Bootstrap-Write with an object version that the product does not have (rules A-46,
     *  A-47); without it the version is ignored. */
    const struct loom_written_versions_feature *written_versions;
    /** Records in 1/x/12 when a bootstrap has changed an account (rule A-112). */
    const struct loom_last_bootstrapped_feature *last_bootstrapped;
    /** Records in 1/x/11 the last TLS or DTLS alert of a server (rule A-111). */
    const struct loom_alert_code_feature *alert_code;
    /** Registers in the order, with the delays and with the blocking of 1/x/13 .. 15 (rules B-50 ..
     *  B-52); without it with all servers at the same time. */
    const struct loom_registration_order_feature *registration_order;
    /** Executes Disable, 1/x/4 (rule B-70); without it 4.05 Method Not Allowed. */
    const struct loom_disable_feature *disable;
    /** Registers with an older release if a server refuses a newer one with 4.12 (rule B-13);
     *  without it this is a normal refusal. */
    const struct loom_version_fall_back_feature *version_fall_back;
    /** Sends the Profile ID of the configuration instead of the object list (rule B-40). */
    const struct loom_profile_id_feature *profile_id;
    /** Lists the optional content formats of the product on the root link of its object list (rules
     *  B-9, B-10); without it the list has no formats. */
    const struct loom_listed_formats_feature *listed_formats;
    /** Sleeps between its Updates if the configuration or, in LwM2M 1.0, 1/x/7 asks for it (rule
     *  B-80). */
    const struct loom_queue_mode_feature *queue_mode;
    /** Uses the transport given by 1/x/22 or an Update Trigger (rule B-26). Without it the scheme
     * of the URI decides, and an Update Trigger with arguments is answered with 4.00 Bad Request.
     */
    const struct loom_transports_feature *transports;
    /** Answers Discover; without it 4.06 Not Acceptable (rule C-11). */
    const struct loom_discover_feature *discover;
    /** Lists as many levels as a Discover of a 1.2 server requests (rule C-14); without it those
     *  down to resources. */
    const struct loom_discover_depth_feature *discover_depth;
    /** Answers Bootstrap-Discover; without it 4.05 Method Not Allowed. */
    const struct loom_bootstrap_get_feature *bootstrap_discover;
    /** Creates and deletes instances for servers (rules C-25, C-26); without it 4.05 Method Not
     *  Allowed. A bootstrap still does both. */
    const struct loom_create_delete_feature *create_delete;
    /** Supports Read-Composite and Write-Composite of LwM2M 1.1 (rules C-30 .. C-33), in the
     * formats of the product that can contain several objects; without it 4.05 Method Not Allowed.
     */
    const struct loom_composite_feature *composite;
    /** Supports Observe and Write-Attributes, and notifies (rules C-50 .. C-66). Without it Observe
     *  is answered like a Read, and Write-Attributes with 5.01 Not Implemented. */
    const struct loom_reporting_feature *reporting;
    /** With `composite` and `reporting`: takes Observe-Composite, whose list of paths takes room of
     *  the attributes (rules C-30, C-61). Without it that is answered as a Read-Composite. */
    const struct loom_observe_composite_feature *observe_composite;
    /** Sends what loom_client_send() is given (rules C-34, B-74); without it the product cannot
     * send. */
    const struct loom_send_feature *send;
    /** With `reporting`: stores the notifications that fall due while a server cannot be reached,
     *  where 1/x/6 says so, in the outbox of the configuration (rules B-72, C-65). Without it they
     * are dropped. */
    const struct loom_stored_notifications_feature *stored_notifications;
    /** Sends answers to Read, Read-Composite, Discover, Bootstrap-Read and Bootstrap-Discover that
     * do not fit the buffer in pieces, each generated on request. Without it, and if the port
     * requests no pieces, they are answered with 5.00 Internal Server Error. */
    const struct loom_large_answers_feature *large_answers;
    /** Implements Firmware Update, object 5 (rules C.6), with the firmware port of the
     * configuration (loom/firmware.h). It is selected by `firmware` in the object's section of a
     * profile. Without it the product implements the object. */
    const struct loom_firmware_update_feature *firmware_update;
    /** With `reporting` and `remembered_registrations`: keeps the attributes set by servers over a
     *  reboot, as far as they fit the client's buffer together with the registrations. Without it
     *  servers have to write them again. */
    const struct loom_remembered_attributes_feature *remembered_attributes;
    /** Explains in the answer to a refused request, and in its event, what is wrong with it, such
     * as
     *  `/3303/0/5700: allowed: -40..85` (RFC 7252 section 5.5.2). Without it the answer has only
     * the code. */
    const struct loom_refusal_texts_feature *refusal_texts;
};

extern const struct loom_bootstrap_pack_feature loom_feature_bootstrap_pack;
extern const struct loom_smartcard_feature loom_feature_smartcard;
extern const struct loom_stored_accounts_feature loom_feature_stored_accounts;
extern const struct loom_remembered_registrations_feature loom_feature_remembered_registrations;
extern const struct loom_unbootstrap_feature loom_feature_unbootstrap;
extern const struct loom_access_control_feature loom_feature_access_control;
extern const struct loom_linked_accounts_feature loom_feature_linked_accounts;
extern const struct loom_account_replacement_feature loom_feature_account_replacement;
extern const struct loom_account_timeout_feature loom_feature_account_timeout;
extern const struct loom_bootstrap_push_feature loom_feature_bootstrap_push;
extern const struct loom_bootstrap_get_feature loom_feature_bootstrap_read;
extern const struct loom_written_versions_feature loom_feature_written_versions;
extern const struct loom_last_bootstrapped_feature loom_feature_last_bootstrapped;
extern const struct loom_alert_code_feature loom_feature_alert_code;
extern const struct loom_registration_order_feature loom_feature_registration_order;
extern const struct loom_disable_feature loom_feature_disable;
extern const struct loom_version_fall_back_feature loom_feature_version_fall_back;
extern const struct loom_profile_id_feature loom_feature_profile_id;
extern const struct loom_listed_formats_feature loom_feature_listed_formats;
extern const struct loom_queue_mode_feature loom_feature_queue_mode;
extern const struct loom_transports_feature loom_feature_transports;
extern const struct loom_discover_feature loom_feature_discover;
extern const struct loom_discover_depth_feature loom_feature_discover_depth;
extern const struct loom_bootstrap_get_feature loom_feature_bootstrap_discover;
extern const struct loom_create_delete_feature loom_feature_create_delete;
extern const struct loom_composite_feature loom_feature_composite;
extern const struct loom_reporting_feature loom_feature_reporting;
extern const struct loom_observe_composite_feature loom_feature_observe_composite;
extern const struct loom_send_feature loom_feature_send;
extern const struct loom_stored_notifications_feature loom_feature_stored_notifications;
extern const struct loom_large_answers_feature loom_feature_large_answers;
extern const struct loom_firmware_update_feature loom_feature_firmware_update;
extern const struct loom_remembered_attributes_feature loom_feature_remembered_attributes;
extern const struct loom_refusal_texts_feature loom_feature_refusal_texts;

#ifdef __cplusplus
}
#endif

#endif
