/*
 * A kernel for auditctl that is none: preloaded, it takes the place of NETLINK_AUDIT sockets. What auditctl sends is
 * written to a log and acknowledged, rule lists come from a file, and nothing reaches the real kernel.
 *
 *   FAKE_KERNEL_LOG    file that gets, for each message: u32 type, u32 bytes of payload, payload
 *   FAKE_KERNEL_RULES  file with the rules that a list request answers with: u32 bytes, struct audit_rule_data each
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LARGEST_MESSAGE 9000
#define ALL_FEATURES 0x7f

struct message {
	struct message *next;
	uint32_t length;
	unsigned char bytes[LARGEST_MESSAGE];
};

static struct message *first, **last = &first;
static int log_fd = -1;

static void fail(const char *why)
{
	if (write(2, why, strlen(why)) < 0)
		_exit(71);
	_exit(70);
}

static void log_bytes(const void *bytes, size_t length)
{
	if (write(log_fd, bytes, length) != (ssize_t)length)
		fail("fake kernel: the log cannot be written\n");
}

/* The first entry, of type 0, proves that this library was loaded. */
__attribute__((constructor)) static void start(void)
{
	const uint32_t hello[2] = { 0, 0 };
	const char *path = getenv("FAKE_KERNEL_LOG");

	if (path == NULL)
		fail("fake kernel: FAKE_KERNEL_LOG is not set\n");
	log_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (log_fd < 0)
		fail("fake kernel: the log cannot be opened\n");
	log_bytes(hello, sizeof(hello));
}

static void answer(uint16_t type, uint32_t seq, const void *payload, uint32_t length)
{
	struct message *m = calloc(1, sizeof(*m));
	struct nlmsghdr *header = (struct nlmsghdr *)m->bytes;

	header->nlmsg_len = NLMSG_LENGTH(length);
	header->nlmsg_type = type;
	header->nlmsg_seq = seq;
	if (length > 0)
		memcpy(m->bytes + sizeof(*header), payload, length);
	m->length = header->nlmsg_len;
	*last = m;
	last = &m->next;
}

static void answer_rules(uint32_t seq)
{
	const char *path = getenv("FAKE_KERNEL_RULES");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	unsigned char rule[LARGEST_MESSAGE];
	uint32_t length;

	while (fd >= 0 && read(fd, &length, sizeof(length)) == sizeof(length)) {
		if (length > sizeof(rule) || read(fd, rule, length) != (ssize_t)length)
			fail("fake kernel: the file of rules is damaged\n");
		answer(AUDIT_LIST_RULES, seq, rule, length);
	}
	if (fd >= 0)
		close(fd);
	answer(NLMSG_DONE, seq, NULL, 0);
}

int socket(int domain, int type, int protocol)
{
	if (domain != AF_NETLINK || protocol != NETLINK_AUDIT)
		return syscall(SYS_socket, domain, type, protocol);
	while (first != NULL) {
		struct message *gone = first;
		first = gone->next;
		free(gone);
	}
	last = &first;
	return open("/dev/null", O_RDWR | O_CLOEXEC);
}

ssize_t sendto(int fd, const void *buffer, size_t length, int flags, const struct sockaddr *to,
	       socklen_t to_length)
{
	const struct nlmsghdr *request = buffer;
	const struct audit_status status = { .enabled = 1, .failure = 1, .feature_bitmap = ALL_FEATURES };
	const struct audit_features features = { .vers = 1 };
	struct nlmsgerr done = { .error = 0 };
	uint32_t head[2];

	(void)fd;
	(void)flags;
	(void)to_length;
	if (to == NULL || to->sa_family != AF_NETLINK)
		fail("fake kernel: auditctl sends to something else than netlink\n");
	head[0] = request->nlmsg_type;
	head[1] = request->nlmsg_len - sizeof(*request);
	log_bytes(head, sizeof(head));
	log_bytes((const unsigned char *)buffer + sizeof(*request), head[1]);
	done.msg = *request;
	answer(NLMSG_ERROR, request->nlmsg_seq, &done, sizeof(done));
	if (request->nlmsg_type == AUDIT_GET)
		answer(AUDIT_GET, request->nlmsg_seq, &status, sizeof(status));
	else if (request->nlmsg_type == AUDIT_GET_FEATURE)
		answer(AUDIT_GET_FEATURE, request->nlmsg_seq, &features, sizeof(features));
	else if (request->nlmsg_type == AUDIT_LIST_RULES)
		answer_rules(request->nlmsg_seq);
	return length;
}

ssize_t recvfrom(int fd, void *buffer, size_t length, int flags, struct sockaddr *from,
		 socklen_t *from_length)
{
	struct message *m = first;
	uint32_t taken;

	(void)fd;
	if (m == NULL) {
		errno = EAGAIN;
		return -1;
	}
	taken = m->length < length ? m->length : length;
	memcpy(buffer, m->bytes, taken);
	memset(from, 0, *from_length);
	from->sa_family = AF_NETLINK;
	*from_length = sizeof(struct sockaddr_nl);
	if (!(flags & MSG_PEEK)) {
		first = m->next;
		if (first == NULL)
			last = &first;
		free(m);
	}
	return taken;
}

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	(void)timeout;
	for (nfds_t i = 0; i < count; i++)
		fds[i].revents = fds[i].events;
	return first != NULL ? (int)count : 0;
}

int select(int count, fd_set *r, fd_set *w, fd_set *e, struct timeval *timeout)
{
	(void)count;
	(void)r;
	(void)w;
	(void)e;
	(void)timeout;
	return first != NULL ? 1 : 0;
}
