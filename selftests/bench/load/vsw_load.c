// SPDX-License-Identifier: GPL-2.0
/*
 * For benchmarks alone: frames for a device, as a NIC's driver delivers them or
 * as a stack sends them, and devices' receive handlers to compare with. All is
 * of the network namespace of the task that writes to
 * /sys/module/vsw_load/parameters:
 *
 * frame	the frame's first bytes, in hexadecimal digits, without its tag
 * tag		its VLAN tag, accelerated, its TCI and 1; 0 for none
 * bytes	its length, zeroes behind @frame; above 16 KiB most are in pages
 * segment	payload of each segment if it is a TCP/IPv4 GSO frame; 0 if not
 * receive	DEVICE[,DEVICE2] N: N frames are received by the device, on the
 *		first processor; as many by the other one at the same time, on
 *		the second, with a source address one higher. Without the first
 *		DEVICE, on the second processor alone
 * transmit	the same, sent out of them
 * nanoseconds	for each frame of the first device in the last run, the least
 *		and the middle of all batches; where the clock counts
 *		instructions, instructions
 * handler	DEVICE free: its receive handler frees the frames; the floor of
 *		all that is measured. DEVICE DEVICE2: transmits them there, the
 *		least that any switch could do. DEVICE none: it has none
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/nsproxy.h>
#include <linux/rtnetlink.h>
#include <linux/sort.h>
#include <linux/tcp.h>
#include <net/net_namespace.h>

#define VSW_LOAD_HEAD	128
#define VSW_LOAD_BATCH	64
#define VSW_LOAD_BATCHES 4096
#define VSW_LOAD_LINEAR	(16 * 1024)
#define VSW_LOAD_DEVICES 2

/**
 * struct vsw_load_job - frames for one device
 * @work: gives them to it
 * @dev: the device
 * @give: how
 * @source: added to the last byte of their source address
 * @batches: how many batches
 * @err: how it has ended
 * @took: what each batch took, ns
 */
struct vsw_load_job {
	struct work_struct work;
	struct net_device *dev;
	void (*give)(struct sk_buff *skb);
	unsigned int source;
	unsigned int batches;
	int err;
	u32 took[VSW_LOAD_BATCHES];
};

static DEFINE_MUTEX(vsw_load_lock);
static u8 vsw_load_head[VSW_LOAD_HEAD];
static unsigned int vsw_load_head_len = ETH_HLEN;
static unsigned int vsw_load_tag;
static unsigned int vsw_load_bytes = ETH_ZLEN;
static unsigned int vsw_load_segment;
static struct vsw_load_job vsw_load_jobs[VSW_LOAD_DEVICES];

module_param_named(tag, vsw_load_tag, uint, 0600);
module_param_named(bytes, vsw_load_bytes, uint, 0600);
module_param_named(segment, vsw_load_segment, uint, 0600);

static int vsw_load_set_frame(const char *text, const struct kernel_param *kp)
{
	unsigned int len = strcspn(text, "\n") / 2, i;
	u8 head[VSW_LOAD_HEAD];

	if (len < ETH_HLEN || len > sizeof(head))
		return -EINVAL;
	for (i = 0; i < len; i++)
		if (sscanf(text + 2 * i, "%2hhx", &head[i]) != 1)
			return -EINVAL;
	mutex_lock(&vsw_load_lock);
	memcpy(vsw_load_head, head, len);
	vsw_load_head_len = len;
	mutex_unlock(&vsw_load_lock);
	return 0;
}

static const struct kernel_param_ops vsw_load_frame_ops = {
	.set = vsw_load_set_frame,
};

module_param_cb(frame, &vsw_load_frame_ops, NULL, 0200);

static int vsw_load_add_pages(struct sk_buff *skb, unsigned int bytes)
{
	unsigned int at, len;
	struct page *page;

	for (at = 0; bytes; at++) {
		page = dev_alloc_page();
		if (!page)
			return -ENOMEM;
		len = min_t(unsigned int, bytes, PAGE_SIZE);
		skb_add_rx_frag(skb, at, page, 0, len, PAGE_SIZE);
		bytes -= len;
	}
	return 0;
}

static void vsw_load_set_gso(struct sk_buff *skb)
{
	skb_shinfo(skb)->gso_size = vsw_load_segment;
	skb_shinfo(skb)->gso_type = SKB_GSO_TCPV4;
	skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(skb->len, vsw_load_segment);
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + ETH_HLEN + sizeof(struct iphdr);
	skb->csum_offset = offsetof(struct tcphdr, check);
	/* As whoever merged the segments left it; later kernels rely on it. */
	skb_set_transport_header(skb, ETH_HLEN + sizeof(struct iphdr));
}

static struct sk_buff *vsw_load_alloc(struct net_device *dev,
				      unsigned int source)
{
	unsigned int bytes = max(vsw_load_bytes, vsw_load_head_len);
	unsigned int linear = bytes > VSW_LOAD_LINEAR ? vsw_load_head_len :
							bytes;
	struct sk_buff *skb = netdev_alloc_skb_ip_align(dev, linear);

	if (!skb)
		return NULL;
	skb_put_data(skb, vsw_load_head, vsw_load_head_len);
	skb->data[2 * ETH_ALEN - 1] += source;
	if (linear > vsw_load_head_len)
		skb_put_zero(skb, linear - vsw_load_head_len);
	if (vsw_load_add_pages(skb, bytes - linear)) {
		kfree_skb(skb);
		return NULL;
	}
	if (vsw_load_segment)
		vsw_load_set_gso(skb);
	if (vsw_load_tag)
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q),
				       vsw_load_tag - 1);
	return skb;
}

/* A profile is of what is between the call of one of these and its return. */
static noinline void vsw_load_receive(struct sk_buff *skb)
{
	skb->protocol = eth_type_trans(skb, skb->dev);
	netif_receive_skb(skb);
}

static noinline void vsw_load_transmit(struct sk_buff *skb)
{
	skb_reset_mac_header(skb);
	skb->protocol = eth_hdr(skb)->h_proto;
	dev_queue_xmit(skb);
}

/* What it costs to make a frame is part of what is measured, as in a driver. */
static int vsw_load_batch(const struct vsw_load_job *job, u32 *took)
{
	unsigned int left = VSW_LOAD_BATCH;
	struct sk_buff *skb;
	int err = 0;
	u64 start;

	local_bh_disable();
	start = ktime_get_ns();
	while (left--) {
		skb = vsw_load_alloc(job->dev, job->source);
		if (!skb) {
			err = -ENOMEM;
			break;
		}
		job->give(skb);
	}
	*took = ktime_get_ns() - start;
	local_bh_enable();
	return err;
}

static void vsw_load_work(struct work_struct *work)
{
	struct vsw_load_job *job = container_of(work, struct vsw_load_job,
						work);
	unsigned int i;

	for (i = 0; !job->err && i < job->batches; i++) {
		job->err = vsw_load_batch(job, &job->took[i]);
		cond_resched();
	}
}

/* Runs a job for each of the devices named, all at once. */
static int vsw_load_start(char *names, unsigned int batches,
			  void (*give)(struct sk_buff *skb))
{
	struct net *net = current->nsproxy->net_ns;
	struct vsw_load_job *job;
	unsigned int num = 0, i;
	int err = 0;
	char *name;

	while (!err && (name = strsep(&names, ","))) {
		if (num == VSW_LOAD_DEVICES || !cpu_online(num)) {
			err = -EINVAL;
			break;
		}
		job = &vsw_load_jobs[num];
		job->dev = *name ? dev_get_by_name(net, name) : NULL;
		if (*name && !job->dev) {
			err = -ENODEV;
			break;
		}
		job->give = give;
		job->source = num++;
		job->batches = job->dev ? batches : 0;
		job->err = 0;
		INIT_WORK(&job->work, vsw_load_work);
	}
	for (i = 0; !err && i < num; i++)
		queue_work_on(i, system_highpri_wq, &vsw_load_jobs[i].work);
	for (i = 0; i < num; i++) {
		job = &vsw_load_jobs[i];
		flush_work(&job->work);
		err = err ?: job->err;
		dev_put(job->dev);
	}
	return err;
}

static int vsw_load_run(const char *text, void (*give)(struct sk_buff *skb))
{
	char names[VSW_LOAD_DEVICES * IFNAMSIZ];
	unsigned int frames;
	int err;

	if (sscanf(text, "%31s %u", names, &frames) != 2 ||
	    frames < VSW_LOAD_BATCH ||
	    frames > VSW_LOAD_BATCH * VSW_LOAD_BATCHES)
		return -EINVAL;
	mutex_lock(&vsw_load_lock);
	err = vsw_load_start(names, frames / VSW_LOAD_BATCH, give);
	mutex_unlock(&vsw_load_lock);
	return err;
}

static int vsw_load_set_receive(const char *text, const struct kernel_param *kp)
{
	return vsw_load_run(text, vsw_load_receive);
}

static int vsw_load_set_transmit(const char *text,
				 const struct kernel_param *kp)
{
	return vsw_load_run(text, vsw_load_transmit);
}

static const struct kernel_param_ops vsw_load_receive_ops = {
	.set = vsw_load_set_receive,
};

static const struct kernel_param_ops vsw_load_transmit_ops = {
	.set = vsw_load_set_transmit,
};

module_param_cb(receive, &vsw_load_receive_ops, NULL, 0200);
module_param_cb(transmit, &vsw_load_transmit_ops, NULL, 0200);

static int vsw_load_compare(const void *a, const void *b)
{
	return *(const u32 *)a < *(const u32 *)b ? -1 :
	       *(const u32 *)a > *(const u32 *)b;
}

/* With two digits behind the point, in hundredths. */
static int vsw_load_get_nanoseconds(char *text, const struct kernel_param *kp)
{
	struct vsw_load_job *job = &vsw_load_jobs[0];
	u32 least, middle;

	mutex_lock(&vsw_load_lock);
	if (!job->batches || job->err) {
		mutex_unlock(&vsw_load_lock);
		return -ENODATA;
	}
	sort(job->took, job->batches, sizeof(*job->took), vsw_load_compare,
	     NULL);
	least = job->took[0] * 100ULL / VSW_LOAD_BATCH;
	middle = job->took[job->batches / 2] * 100ULL / VSW_LOAD_BATCH;
	mutex_unlock(&vsw_load_lock);
	return sysfs_emit(text, "%u.%02u %u.%02u\n", least / 100, least % 100,
			  middle / 100, middle % 100);
}

static const struct kernel_param_ops vsw_load_nanoseconds_ops = {
	.get = vsw_load_get_nanoseconds,
};

module_param_cb(nanoseconds, &vsw_load_nanoseconds_ops, NULL, 0400);

static rx_handler_result_t vsw_load_handle_free(struct sk_buff **pskb)
{
	kfree_skb(*pskb);
	return RX_HANDLER_CONSUMED;
}

static rx_handler_result_t vsw_load_handle_wire(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;

	skb->dev = rcu_dereference(skb->dev->rx_handler_data);
	__skb_push(skb, ETH_HLEN);
	dev_queue_xmit(skb);
	return RX_HANDLER_CONSUMED;
}

static int vsw_load_handle(struct net *net, const char *name, const char *what)
{
	struct net_device *dev = __dev_get_by_name(net, name);
	struct net_device *out = __dev_get_by_name(net, what);

	ASSERT_RTNL();
	if (!dev)
		return -ENODEV;
	if (!strcmp(what, "none")) {
		netdev_rx_handler_unregister(dev);
		return 0;
	}
	if (!strcmp(what, "free"))
		return netdev_rx_handler_register(dev, vsw_load_handle_free,
						  NULL);
	if (!out)
		return -ENODEV;
	return netdev_rx_handler_register(dev, vsw_load_handle_wire, out);
}

/* Who sets one takes it away again, before either device goes. */
static int vsw_load_set_handler(const char *text, const struct kernel_param *kp)
{
	char name[IFNAMSIZ], what[IFNAMSIZ];
	int err;

	if (sscanf(text, "%15s %15s", name, what) != 2)
		return -EINVAL;
	rtnl_lock();
	err = vsw_load_handle(current->nsproxy->net_ns, name, what);
	rtnl_unlock();
	return err;
}

static const struct kernel_param_ops vsw_load_handler_ops = {
	.set = vsw_load_set_handler,
};

module_param_cb(handler, &vsw_load_handler_ops, NULL, 0200);

MODULE_DESCRIPTION("Frames and receive handlers to compare switches with");
MODULE_LICENSE("GPL");
