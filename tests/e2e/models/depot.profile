# SPDX-License-Identifier: Apache-2.0
# A device that keeps a file, which goes through a kilobyte.
default formats text opaque tlv

object 3
    reported all

object 32003
    stream "File"
    value "Limit" 2000000
