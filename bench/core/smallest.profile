# SPDX-License-Identifier: Apache-2.0
# The smallest useful product: one account, bootstrap with its checks, registration with retries, TLV
# and text without floats and Opaque, which no resource is that a server reaches; nothing stored.

default size 32                     # names, versions

object 0
    room 2
    size 0 64
    size 4 1                        # mandatory, and empty with pre-shared keys
    size 5 16                       # a PSK key
    without 6 7 8 9                 # SMS
    without 13 14 15 16 17          # certificates, choice of cipher suites, OSCORE
    initial 1
    value 0 "coap://bootstrap.example:5683"
    value 1 true
    value 2 3

object 1
    room 1

object 3
    reported 4 5 12

object 3303
    room 1
    reported 5605

product bench lwm2m 1.1
    formats text-without-floats-and-opaque tlv
    features none
    uses 0
    uses 1
    uses 3
    uses 3303
