/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Parts of the core that a product may leave out. Its table (loom/table.h) points to those that it
 * has; nothing else does, so the linker drops the others. `loomc` writes it from the profile.
 */
#ifndef LOOM_FEATURE_H
#define LOOM_FEATURE_H

#ifdef __cplusplus
extern "C" {
#endif

/** The features of a product; NULL: it does not have this one. What a feature is made of is the
 *  core's own. */
struct loom_features {
    /** Asks for a Bootstrap-Pack where the client's configuration says so (rule A-100). */
    const struct loom_bootstrap_pack_feature *bootstrap_pack;
    /** Takes a bootstrap from the smartcard of the configuration (rule A-10). */
    const struct loom_smartcard_feature *smartcard;
    /** Keeps accounts and other persistent objects in the store of the configuration. */
    const struct loom_stored_accounts_feature *stored_accounts;
    /** Keeps there, too, what registrations wait for and where they are. */
    const struct loom_remembered_registrations_feature *remembered_registrations;
    /** Deletes what belongs to a server whose account a bootstrap has deleted (rule C-70). Without
     *  it the bootstrap server has to: what it leaves behind is inconsistent (rule A-81). */
    const struct loom_unbootstrap_feature *unbootstrap;
    /** Checks Access Control at a Finish (rules A-82, C-71), and does what it says: each server
     * does what it has a right to, and owns what it creates (rules C-72 .. C-79). Without it a
     * bootstrap that brings accounts of several servers is inconsistent, because there is nothing
     * to tell their rights apart by; the one server has all rights. */
    const struct loom_access_control_feature *access_control;
    /** Knows the instances of OSCORE, COSE and MQTT Server that an account links to: checks them
     *  (rule A-2), and keeps those of the Bootstrap-Server Account (rule A-51). Without it links
     *  mean nothing. */
    const struct loom_linked_accounts_feature *linked_accounts;
    /** Lets a bootstrap server replace its own account by another one (rule A-84), and write
     * another account where its own is. Without it a second Bootstrap-Server Account is
     * inconsistent (rule A-3), and such a write is answered 4.00 Bad Request. */
    const struct loom_account_replacement_feature *account_replacement;
    /** Purges the Bootstrap-Server Account when its time is over (rule A-87); without it there is
     * no such time. */
    const struct loom_account_timeout_feature *account_timeout;
    /** Takes a bootstrap that the server of LwM2M 1.0 begins (rule A-6). Without it its commands
     * are answered 4.00 Bad Request where none was asked for. */
    const struct loom_bootstrap_push_feature *bootstrap_push;
    /** Answers Bootstrap-Read (rule A-70); without it 4.05 Method Not Allowed. */
    const struct loom_bootstrap_get_feature *bootstrap_read;
    /** Refuses a Bootstrap-Write that names an object version which the product does not have
     * (rules ); without it the name is not looked at. */
    const struct loom_written_versions_feature *written_versions;
    /** Notes in 1/x/12 when a bootstrap has changed an account (rule A-112). */
    const struct loom_last_bootstrapped_feature *last_bootstrapped;
    /** Notes in 1/x/11 the last TLS or DTLS alert of a server (rule A-111). */
    const struct loom_alert_code_feature *alert_code;
    /** Registers in the order, with the delays and with the blocks of 1/x/13 .. 15 (rules B-50 ..
     *  B-52); without it at all servers at once. */
    const struct loom_registration_order_feature *registration_order;
    /** Executes Disable, 1/x/4 (rule B-70); without it 4.05 Method Not Allowed. */
    const struct loom_disable_feature *disable;
    /** Registers in an older release where a server refuses a newer one with 4.12 (rule B-13);
     * without it that is a refusal as any other. */
    const struct loom_version_fall_back_feature *version_fall_back;
    /** Sends the profile id of the configuration in the place of the object list (rule B-40). */
    const struct loom_profile_id_feature *profile_id;
    /** Names the optional content formats of the product on the root link of its object list (rules
     *  B-9, B-10); without it the list says nothing of formats. */
    const struct loom_listed_formats_feature *listed_formats;
    /** Sleeps between its Updates where the configuration or, in LwM2M 1.0, 1/x/7 says so (rule
     * B-80). */
    const struct loom_queue_mode_feature *queue_mode;
    /** Takes the transport that 1/x/22 or an Update Trigger names (rule B-26). Without it the
     * scheme of the URI decides, and an Update Trigger with arguments is answered 4.00 Bad Request.
     */
    const struct loom_transports_feature *transports;
    /** Answers Discover; without it 4.06 Not Acceptable (rule C-11). */
    const struct loom_discover_feature *discover;
    /** Lists as many levels as a Discover of a 1.2 server asks for (rule C-14); without it those
     * down to resources. */
    const struct loom_discover_depth_feature *discover_depth;
    /** Answers Bootstrap-Discover; without it 4.05 Method Not Allowed. */
    const struct loom_bootstrap_get_feature *bootstrap_discover;
    /** Creates and deletes instances for servers (rules C-25, C-26); without it 4.05 Method Not
     *  Allowed. A bootstrap still does both. */
    const struct loom_create_delete_feature *create_delete;
    /** Does Read-Composite and Write-Composite, which came with LwM2M 1.1 (rules C-30 .. C-33), in
     *  the formats of the product that can name several objects; without it 4.05 Method Not
     *  Allowed. */
    const struct loom_composite_feature *composite;
    /** Takes Observe and Write-Attributes, and notifies (rules C-50 .. C-66). Without it Observe is
     *  answered as a Read, and Write-Attributes 5.01 Not Implemented. */
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
    /** Answers a Read, a Read-Composite, a Discover, a Bootstrap-Read and a Bootstrap-Discover that
     *  have no room as a whole piece by piece, each written when it is asked for. Without it, and
     *  where the port asks for no pieces, they are answered 5.00 Internal Server Error. */
    const struct loom_large_answers_feature *large_answers;
    /** Runs the Firmware Update, object 5 (rules C.6), over the firmware port of the configuration
     *  (loom/firmware.h). It has no line of its own: `firmware` in the object's section of a
     * profile asks for it. Without it the object is the product's own. */
    const struct loom_firmware_update_feature *firmware_update;
    /** With `reporting` and `remembered_registrations`: what servers have attached outlives a
     * reboot, as far as the client's buffer has room for it beside the registrations. Without it
     * they attach it again. */
    const struct loom_remembered_attributes_feature *remembered_attributes;
    /** Says in the answer to a server's request that is refused, and in its event, what is wrong
     *  with it, such as `/3303/0/5700: allowed: -40..85` (RFC 7252 section 5.5.2). Without it the
     *  code is all there is. */
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
