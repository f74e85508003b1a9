/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_REASON_H
#define VSW_REASON_H

#include "vsw.h"

enum skb_drop_reason vsw_reason_of_skb(enum vsw_drop_reason reason);
void vsw_reason_register(void);
void vsw_reason_unregister(void);

#endif
