/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM vswitch

#if !defined(VSW_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define VSW_TRACE_H

#include <linux/tracepoint.h>

#include "vsw.h"

/* For perf and trace-cmd, which read the numbers of the reasons. */
#define VSW_TRACE_ENUM(name, text) TRACE_DEFINE_ENUM(VSW_DROP_##name);
VSW_DROP_REASONS(VSW_TRACE_ENUM)

#define VSW_TRACE_REASON(name, text) { VSW_DROP_##name, text },

/* A frame, or the copy of one, that died at a port; skbaddr 0 if it is gone. */
TRACE_EVENT(vsw_drop,
	TP_PROTO(const struct vsw_port *p, const struct sk_buff *skb,
		 enum vsw_drop_reason reason),

	TP_ARGS(p, skb, reason),

	TP_STRUCT__entry(
		__field(const void *, skbaddr)
		__array(char, switch_name, VSWITCH_SWITCH_NAME_MAX + 1)
		__field(u32, port)
		__array(char, ifname, IFNAMSIZ)
		__field(u32, reason)
		__field(u32, len)
		__field(u16, protocol)
	),

	TP_fast_assign(
		__entry->skbaddr = skb;
		memcpy(__entry->switch_name, p->vs->name,
		       sizeof(p->vs->name));
		__entry->port = p->id;
		memcpy(__entry->ifname, p->dev->name, IFNAMSIZ);
		__entry->reason = reason;
		__entry->len = skb ? skb->len : 0;
		__entry->protocol = skb ? ntohs(skb->protocol) : 0;
	),

	TP_printk("switch=%s port=%u ifname=%s reason=%s skbaddr=%p len=%u protocol=0x%04x",
		  __entry->switch_name, __entry->port, __entry->ifname,
		  __print_symbolic(__entry->reason,
				   VSW_DROP_REASONS(VSW_TRACE_REASON)
				   { 0, "none" }),
		  __entry->skbaddr, __entry->len, __entry->protocol)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
