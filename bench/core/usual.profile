# SPDX-License-Identifier: Apache-2.0
# What a device mostly has: two servers with rights of their own, which observe it; bootstrap with its
# checks, Discover, Create and Delete, TLV and SenML CBOR both ways; nothing stored.

default size 32                     # names, versions

object 0
    room 3
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
    room 2

object 2
    room 4

object 3
    reported 4 5 12

object 3303
    room 1
    reported 5605

product bench lwm2m 1.1
    formats tlv senml-cbor
    features discover bootstrap-discover create-delete access-control reporting
    uses 0
    uses 1
    uses 2
    uses 3
    uses 3303
