/* SPDX-License-Identifier: Apache-2.0 */
#include "store/schema.h"

#include "database/migrate.h"
#include "store/stored_user.h"

#include <stdio.h>

/* Of a table whose rows change often, PostgreSQL leaves room in each page, so that a change stays
 * in its page and touches no index: {updated} instead of {strict}. */

static const char *const first[] = {
    /* The generation of documents: one row that all who write them wait for, so that whoever has
     * seen a generation has seen all before it. */
    "CREATE TABLE counters (name {text} NOT NULL PRIMARY KEY, value {integer} NOT NULL) {strict}",
    "INSERT INTO counters (name, value) VALUES ('generation', 0)",

    "CREATE TABLE documents ("
    " server {text} NOT NULL, kind {text} NOT NULL, name {text} NOT NULL,"
    " parent {text}, document {text} NOT NULL, generation {integer} NOT NULL,"
    " created {integer} NOT NULL, changed {integer} NOT NULL,"
    " PRIMARY KEY (server, kind, name)) {strict}",
    "CREATE UNIQUE INDEX documents_by_generation ON documents (generation)",
    "CREATE INDEX documents_by_parent ON documents (server, kind, parent, name)",
    "CREATE TABLE removals ("
    " generation {integer} NOT NULL PRIMARY KEY, server {text} NOT NULL, kind {text} NOT NULL,"
    " name {text} NOT NULL, removed {integer} NOT NULL) {strict}",

    "CREATE TABLE keys ("
    " server {text} NOT NULL, kind {text} NOT NULL, name {text} NOT NULL,"
    " place {text} NOT NULL, version {integer} NOT NULL,"
    " identity {bytes}, sealed {bytes} NOT NULL, state {text} NOT NULL, created {integer} NOT NULL,"
    " PRIMARY KEY (server, kind, name, place, version),"
    " FOREIGN KEY (server, kind, name) REFERENCES documents (server, kind, name)"
    " ON DELETE CASCADE) {strict}",
    "CREATE INDEX keys_by_identity ON keys (server, identity)",

    "CREATE TABLE registrations ("
    " endpoint {text} NOT NULL PRIMARY KEY, location {text} NOT NULL, node {text} NOT NULL,"
    " address {text} NOT NULL, identity {bytes}, lifetime {integer} NOT NULL,"
    " lwm2m {integer} NOT NULL, binding {text} NOT NULL, queue_mode {integer} NOT NULL,"
    " sms {text}, alternate_path {text}, links {text} NOT NULL,"
    " registered {integer} NOT NULL, last_seen {integer} NOT NULL) {updated}",
    "CREATE UNIQUE INDEX registrations_by_location ON registrations (location)",
    "CREATE INDEX registrations_by_node ON registrations (node)",
    "CREATE TABLE observations ("
    " endpoint {text} NOT NULL REFERENCES registrations (endpoint) ON DELETE CASCADE,"
    " location {text} NOT NULL, token {bytes} NOT NULL, request {bytes} NOT NULL,"
    " created {integer} NOT NULL,"
    " PRIMARY KEY (endpoint, token)) {strict}",

    "CREATE TABLE wishes ("
    " id {number}, scope {text} NOT NULL, name {text} NOT NULL, request {text} NOT NULL,"
    " created {integer} NOT NULL) {strict}",
    "CREATE INDEX wishes_by_name ON wishes (scope, name)",

    "CREATE TABLE commands ("
    " id {integer} NOT NULL PRIMARY KEY, endpoint {text} NOT NULL, operation {text} NOT NULL,"
    " body {text} NOT NULL, who {text} NOT NULL, priority {integer} NOT NULL,"
    " state {text} NOT NULL, code {integer} NOT NULL, failure {text}, attempts {integer} NOT NULL,"
    " created {integer} NOT NULL, expires {integer} NOT NULL, changed {integer} NOT NULL,"
    " ended {integer} NOT NULL, result {text}) {updated}",
    "CREATE INDEX commands_by_endpoint ON commands (endpoint, id)",
    "CREATE INDEX commands_by_end ON commands (ended, changed)",

    "CREATE TABLE events ("
    " number {integer} NOT NULL PRIMARY KEY, time {integer} NOT NULL, kind {text} NOT NULL,"
    " endpoint {text}, document {text} NOT NULL) {strict}",
    "CREATE INDEX events_by_endpoint ON events (endpoint, number)",
    "CREATE INDEX events_by_time ON events (time)",

    "CREATE TABLE users ("
    " name {text} NOT NULL PRIMARY KEY, password {text} NOT NULL, role {text} NOT NULL,"
    " generation {integer} NOT NULL, created {integer} NOT NULL, changed {integer} NOT NULL)"
    " {strict}",
    "CREATE TABLE tokens ("
    " id {text} NOT NULL PRIMARY KEY, digest {bytes} NOT NULL UNIQUE,"
    " user_name {text} NOT NULL REFERENCES users (name) ON DELETE CASCADE,"
    " label {text} NOT NULL, role {text} NOT NULL,"
    " created {integer} NOT NULL, expires {integer} NOT NULL, last_used {integer} NOT NULL)"
    " {strict}",
    "CREATE INDEX tokens_by_user ON tokens (user_name)",
    "CREATE TABLE audit ("
    " number {number}, time {integer} NOT NULL, user_name {text} NOT NULL,"
    " address {text} NOT NULL, action {text} NOT NULL, target {text} NOT NULL,"
    " status {integer} NOT NULL, detail {text}) {strict}",
    "CREATE INDEX audit_by_time ON audit (time)",

    "CREATE TABLE settings ("
    " name {text} NOT NULL PRIMARY KEY, value {text} NOT NULL, changed {integer} NOT NULL) "
    "{strict}",

    "CREATE TABLE nodes ("
    " server {text} NOT NULL, name {text} NOT NULL, number {integer} NOT NULL,"
    " uri {text} NOT NULL, started {integer} NOT NULL, heard {integer} NOT NULL,"
    " expires {integer} NOT NULL, PRIMARY KEY (server, name), UNIQUE (server, number)) {updated}",
    NULL};

/* Firmware images and campaigns. Both belong to the node that has the files. */
static const char *const firmware[] = {
    "CREATE TABLE images ("
    " node {text} NOT NULL, name {text} NOT NULL, size {integer} NOT NULL,"
    " modified {integer} NOT NULL, sha256 {bytes} NOT NULL, version {text} NOT NULL,"
    " model {text} NOT NULL, who {text} NOT NULL, created {integer} NOT NULL,"
    " PRIMARY KEY (node, name)) {strict}",
    "CREATE TABLE campaigns ("
    " id {integer} NOT NULL PRIMARY KEY, node {text} NOT NULL, document {text} NOT NULL,"
    " who {text} NOT NULL, state {text} NOT NULL, reason {text} NOT NULL,"
    " tried_before {integer} NOT NULL, failed_before {integer} NOT NULL,"
    " created {integer} NOT NULL, changed {integer} NOT NULL) {updated}",
    "CREATE TABLE campaign_devices ("
    " campaign {integer} NOT NULL REFERENCES campaigns (id), endpoint {text} NOT NULL,"
    " state {text} NOT NULL, step {text} NOT NULL, attempts {integer} NOT NULL,"
    " result {integer} NOT NULL, words {text} NOT NULL, changed {integer} NOT NULL,"
    " PRIMARY KEY (campaign, endpoint)) {updated}",
    NULL};

/* The record has a limit by number. */
static const char *const record[] = {
    "CREATE INDEX audit_failed_logins ON audit (number) WHERE " LOOM_STORED_FAILED_LOGIN,
    "CREATE INDEX audit_others ON audit (number) WHERE " LOOM_STORED_NO_FAILED_LOGIN, NULL};

/* Nodes that share documents: whose change one is, and up to which generation removals are not
 * known any more. */
static const char *const nodes[] = {
    "ALTER TABLE documents ADD COLUMN author {text} NOT NULL DEFAULT ''",
    "ALTER TABLE removals ADD COLUMN author {text} NOT NULL DEFAULT ''",
    "INSERT INTO counters (name, value) VALUES ('forgotten', 0)",
    "CREATE INDEX removals_by_time ON removals (removed)",
    "DROP INDEX keys_by_identity", /* handshakes find keys in memory */
    NULL};

/* Commands of a device by their age: their ids are random. */
static const char *const history[] = {
    "CREATE INDEX commands_by_age ON commands (endpoint, created, id)",
    "DROP INDEX commands_by_endpoint", NULL};

/* A device is seen with any message, and its registration ends by its last Update. */
static const char *const seen[] = {
    "ALTER TABLE registrations ADD COLUMN updated {integer} NOT NULL DEFAULT 0",
    "UPDATE registrations SET updated = last_seen", NULL};

static const char *const models[] = {
    "CREATE TABLE models ("
    " object {integer} NOT NULL, major {integer} NOT NULL, minor {integer} NOT NULL,"
    " name {text} NOT NULL, document {bytes} NOT NULL, who {text} NOT NULL,"
    " created {integer} NOT NULL, PRIMARY KEY (object, major, minor)) {strict}",
    NULL};

/* Which node has a command, and which one it is for; whose events are whose, by their numbers
 * (service/number.h). */
static const char *const shared[] = {
    "ALTER TABLE commands ADD COLUMN node {text} NOT NULL DEFAULT ''",
    "ALTER TABLE commands ADD COLUMN wanted {text}",
    "CREATE INDEX commands_by_wanted ON commands (wanted, id) WHERE wanted IS NOT NULL",
    "CREATE INDEX events_by_node ON events (((number >> 11) & 1023), number)", NULL};

/* Counts changes of users and tokens, so that nodes know when to read them again. */
static const char *const users[] = {"INSERT INTO counters (name, value) VALUES ('users', 0)", NULL};

static const struct loom_migration migrations[] = {
    {first}, {firmware}, {record}, {nodes}, {history}, {seen}, {models}, {shared}, {users}};

enum loom_database_status loom_store_migrate(struct loom_database *database)
{
    return loom_database_migrate(database, migrations, sizeof migrations / sizeof *migrations);
}

enum loom_database_status loom_store_open(const char *uri, struct loom_database **database,
                                          struct loom_database_error *error)
{
    enum loom_database_status status = loom_database_open(uri, database, error);
    if (status != LOOM_DATABASE_OK) {
        return status;
    }
    status = loom_store_migrate(*database);
    if (status != LOOM_DATABASE_OK) {
        (void)snprintf(error->text, sizeof error->text, "%s", loom_database_error(*database));
        loom_database_close(*database);
        *database = NULL;
    }
    return status;
}
