# SPDX-License-Identifier: Apache-2.0
# A product whose object is large: many instances, long values, and some that functions have.

default size 700
default executables reported
default features none

object 26300
    room 60
    count 11 40
    count 10 12
    handled 51 53 55 59
    read-only 51 53 55
    without 20 21 22 23 24 25 26 27 28 29 30 60 61 62 63 70

product window lwm2m 1.2
    formats text opaque cbor tlv json senml-json senml-cbor lwm2m-cbor
    uses 26300 1.2
